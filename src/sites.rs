//! The register of the places where an organisation supports people.

pub mod api;
pub mod pages;
pub mod site;

#[cfg(feature = "ssr")]
pub mod store;
