//! People: signing in, invitations, sessions, and what a role may do.

pub mod api;
pub mod email;
pub mod invitation;
pub mod member;
pub mod pages;
pub mod password;
pub mod permission;
pub mod role;
pub mod second_factor;
pub mod security_event;
pub mod sessions;
pub mod viewer;

#[cfg(feature = "ssr")]
pub mod account_help;
#[cfg(feature = "ssr")]
pub mod authorise;
#[cfg(feature = "ssr")]
pub mod factor;
#[cfg(feature = "ssr")]
pub mod invitations;
#[cfg(feature = "ssr")]
pub mod reset;
#[cfg(feature = "ssr")]
pub mod secret_token;
#[cfg(feature = "ssr")]
pub mod signing_in;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
pub mod throttle;
#[cfg(feature = "ssr")]
pub mod visit;
