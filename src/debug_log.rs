//! The debug log: what went wrong inside, for those who run an organisation or the system.

pub mod api;
pub mod line;
pub mod pages;
pub mod paths;

#[cfg(feature = "ssr")]
pub mod housekeeping;
#[cfg(feature = "ssr")]
pub mod layer;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
pub mod writer;
