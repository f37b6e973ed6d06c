//! What suggests: providers, the built-in engine, and the rules that both keep.

pub mod builtin;
pub mod provider;

#[cfg(feature = "ssr")]
pub mod breaker;
#[cfg(feature = "ssr")]
pub mod client;
#[cfg(feature = "ssr")]
pub mod embeddings;
#[cfg(feature = "ssr")]
pub mod evaluation;
#[cfg(feature = "ssr")]
pub mod injection;
#[cfg(feature = "ssr")]
pub mod masking;
#[cfg(feature = "ssr")]
pub mod prices;
#[cfg(feature = "ssr")]
pub mod render;
#[cfg(feature = "ssr")]
pub mod run;
#[cfg(feature = "ssr")]
pub mod schema;
#[cfg(feature = "ssr")]
pub mod steps;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
pub mod verbatim;

/// The name of the built-in engine, wherever the model behind something is recorded.
pub const BUILT_IN: &str = "built-in";

/// The same where it also compared meanings by the model on this machine.
pub const BUILT_IN_WITH_MEANING: &str = "built-in with all-MiniLM-L6-v2";

/// The built-in engine in words; none for another model.
pub fn built_in_label(model: &str) -> Option<&'static str> {
    match model {
        BUILT_IN => Some("Built-in engine"),
        BUILT_IN_WITH_MEANING => Some("Built-in engine (words and meaning)"),
        _ => None,
    }
}
