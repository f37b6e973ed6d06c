//! Analysis: what an AI suggests about a submitted incident, and what a manager decides.

pub mod analysis;
pub mod api;
pub mod claims;
pub mod components;
pub mod forms;
pub mod highlight;
pub mod pages;
pub mod record;

#[cfg(feature = "ssr")]
pub mod jobs;
#[cfg(feature = "ssr")]
pub mod store;
