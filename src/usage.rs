//! The usage ledger: every call to an AI, what it cost, and the limits that hold before it is made.

pub mod api;
pub mod budget;
pub mod figures;
pub mod ledger;
pub mod month;
pub mod pages;
pub mod paths;
pub mod report;

#[cfg(feature = "ssr")]
pub mod export;
#[cfg(feature = "ssr")]
pub mod price;
#[cfg(feature = "ssr")]
pub mod store;
