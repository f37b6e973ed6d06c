//! The incident, from a draft to a submitted record: details, the four-phase narrative, lists.

pub mod api;
pub mod autosave;
pub mod components;
pub mod details;
pub mod draft;
pub mod enhancement;
pub mod filter;
pub mod incident;
pub mod narrative;
pub mod narrowing;
pub mod pages;
pub mod paths;
pub mod phase_fields;
pub mod record;
pub mod wizard;

#[cfg(feature = "ssr")]
pub mod export;
#[cfg(feature = "ssr")]
pub mod jobs;
#[cfg(feature = "ssr")]
pub mod store;
