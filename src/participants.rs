//! The register of the people whom an organisation supports.

pub mod api;
pub mod pages;
pub mod participant;

#[cfg(feature = "ssr")]
pub mod store;
