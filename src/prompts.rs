//! Prompt templates: versioned, the system's defaults beneath a tenant's own, tried before they are
//! put in use.

pub mod api;
pub mod comparison;
pub mod components;
pub mod figures;
pub mod pages;
pub mod paths;
pub mod prompt;
pub mod step;
pub mod trial;
pub mod trial_output;

#[cfg(feature = "ssr")]
#[cfg(feature = "ssr")]
pub mod diff;
#[cfg(feature = "ssr")]
pub mod jobs;
#[cfg(feature = "ssr")]
pub mod new_prompt;
#[cfg(feature = "ssr")]
pub mod store;
