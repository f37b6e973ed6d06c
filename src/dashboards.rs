//! What needs a person now: the home pages.

pub mod api;
pub mod figures;
pub mod home;
pub mod pages;

#[cfg(feature = "ssr")]
pub mod store;
