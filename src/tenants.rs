//! Organisations: what they are called, where they are and when their day starts; what they decide for
//! themselves; who runs them all.

pub mod abn;
pub mod acting;
pub mod api;
pub mod banners;
pub mod organisation;
pub mod pages;
pub mod paths;
pub mod settings;
pub mod settings_forms;
pub mod standing;
pub mod tenant;
pub mod tenant_row;
pub mod time_zones;

#[cfg(feature = "ssr")]
pub mod acted;
#[cfg(feature = "ssr")]
pub mod store;
