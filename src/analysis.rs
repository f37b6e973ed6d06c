//! Analysis: what an AI suggests about a submitted incident, and what a manager decides.

#[expect(
    clippy::module_inception,
    reason = "a slice's types are in the file of its thing, and here both have one name"
)]
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
