//! The knowledge base: documents, search in them, and what they can't answer yet.

pub mod document;
pub mod gaps;
pub mod hit;

#[cfg(feature = "ssr")]
pub mod embedding_model;
#[cfg(feature = "ssr")]
pub mod evaluation;
#[cfg(feature = "ssr")]
pub mod fusion;
#[cfg(feature = "ssr")]
pub mod highlight;
#[cfg(feature = "ssr")]
pub mod jobs;
#[cfg(feature = "ssr")]
pub mod postings;
#[cfg(feature = "ssr")]
pub mod search;
#[cfg(feature = "ssr")]
pub mod store;
