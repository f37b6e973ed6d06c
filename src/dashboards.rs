//! What needs a person now (the home pages), and what an organisation's reports add up to.

pub mod api;
pub mod figures;
pub mod home;
pub mod pages;

#[cfg(feature = "ssr")]
mod histogram;
#[cfg(feature = "ssr")]
mod period;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
mod tally;
