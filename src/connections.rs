//! Whether what the server needs can be reached: its database, mail, files, and each AI provider.

pub mod api;
pub mod connection;
pub mod pages;
pub mod paths;

#[cfg(feature = "ssr")]
pub mod check;
#[cfg(feature = "ssr")]
pub mod probe;
#[cfg(feature = "ssr")]
pub mod store;
