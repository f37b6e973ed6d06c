//! Who should know: notifications in the app.

pub mod api;
pub mod notification;
pub mod pages;

#[cfg(feature = "ssr")]
pub mod store;
