//! The knowledge base: documents, search in them, and what they can't answer yet.

pub mod document;
pub mod hit;

#[cfg(feature = "ssr")]
pub mod jobs;
#[cfg(feature = "ssr")]
pub mod postings;
#[cfg(feature = "ssr")]
pub mod search;
