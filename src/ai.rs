//! What suggests: providers, the built-in engine, and the rules that both keep.

pub mod builtin;
#[cfg(feature = "ssr")]
pub mod masking;
pub mod provider;
#[cfg(feature = "ssr")]
pub mod render;
#[cfg(feature = "ssr")]
pub mod schema;
#[cfg(feature = "ssr")]
pub mod steps;
#[cfg(feature = "ssr")]
pub mod verbatim;

/// The name of the built-in engine, wherever the model behind something is recorded.
pub const BUILT_IN: &str = "built-in";
