//! Prompt templates: versioned, the system's defaults beneath a tenant's own.

#[cfg(feature = "ssr")]
pub mod store;
