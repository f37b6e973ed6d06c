//! What the documents could not answer, grouped by meaning, until an article answers it or somebody
//! says that it isn't for this organisation.

pub mod api;
pub mod gap;

#[cfg(feature = "ssr")]
mod grouping;
#[cfg(feature = "ssr")]
pub mod store;

#[cfg(feature = "ssr")]
pub use grouping::{NewUnanswered, SAME_MEANING, SAME_WORDS, record};
