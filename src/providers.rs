//! AI providers: which ones an organisation has set up, for what, for whom and up to what limit.

pub mod api;
pub mod pages;
pub mod paths;
pub mod provider_settings;
pub mod settings_forms;

#[cfg(feature = "ssr")]
pub mod connection_test;
#[cfg(feature = "ssr")]
pub mod route;
#[cfg(feature = "ssr")]
pub mod store;
