//! What needs a person now, and what the reports add up to: the home pages and the dashboard.

pub mod api;
pub mod dashboard;
pub mod drill;
pub mod figures;
pub mod findings;
pub mod home;
pub mod pages;
pub mod paths;
pub mod query;
pub mod saved_view;
pub mod series;

#[cfg(feature = "ssr")]
pub mod export;
#[cfg(feature = "ssr")]
mod histogram;
#[cfg(feature = "ssr")]
mod period;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
mod tally;
