//! What suggests: providers, the built-in engine, and the rules that both keep.

pub mod builtin;
#[cfg(feature = "ssr")]
pub mod client;
#[cfg(feature = "ssr")]
pub mod prices;
pub mod provider;
#[cfg(feature = "ssr")]
pub mod seal;
#[cfg(feature = "ssr")]
pub mod steps;

/// The name of the built-in engine, wherever the model behind something is recorded.
pub const BUILT_IN: &str = "built-in";
