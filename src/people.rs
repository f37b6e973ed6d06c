//! The people of an organisation: who belongs to it, as what, and who is invited.

pub mod api;
pub mod filter;
pub mod pages;
pub mod paths;
pub mod person;

#[cfg(feature = "ssr")]
pub mod store;
