//! People: signing in, sessions, and what a role may do.

pub mod api;
pub mod email;
pub mod member;
pub mod pages;
pub mod password;
pub mod permission;
pub mod role;
pub mod sessions;
pub mod viewer;

#[cfg(feature = "ssr")]
pub mod authorise;
#[cfg(feature = "ssr")]
pub mod reset;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
pub mod throttle;
