//! The audit trail: append-only, chained per tenant by the database.

pub mod event;

#[cfg(feature = "ssr")]
pub mod store;
