//! The audit trail: append-only, chained per tenant by the database, read and verified by admins.

pub mod api;
pub mod details;
pub mod event;
pub mod filter;
pub mod pages;
pub mod paths;
pub mod trail;

#[cfg(feature = "ssr")]
pub mod export;
#[cfg(feature = "ssr")]
pub mod jobs;
#[cfg(feature = "ssr")]
pub mod store;
