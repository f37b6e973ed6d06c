//! Prompt templates: versioned, the system's defaults beneath a tenant's own.

pub mod step;

#[cfg(feature = "ssr")]
pub mod store;
