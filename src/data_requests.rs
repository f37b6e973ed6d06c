//! What people may ask of their own data, a file of it or its deletion, and what must not be deleted.

pub mod api;
pub mod hold;
pub mod pages;
pub mod paths;
pub mod plan;
pub mod request;

#[cfg(feature = "ssr")]
pub mod archive;
#[cfg(feature = "ssr")]
pub mod download;
#[cfg(feature = "ssr")]
pub mod housekeeping;
#[cfg(feature = "ssr")]
pub mod jobs;
#[cfg(feature = "ssr")]
pub mod person;
#[cfg(feature = "ssr")]
pub mod store;
