//! The knowledge base: documents, search in them, and what they can't answer yet.

pub mod api;
pub mod details;
pub mod document;
pub mod filter;
pub mod hit;
pub mod paths;
pub mod record;
pub mod upload;

#[cfg(feature = "ssr")]
pub mod access;
#[cfg(feature = "ssr")]
pub mod chunking;
#[cfg(feature = "ssr")]
pub mod download;
#[cfg(feature = "ssr")]
pub mod extraction;
#[cfg(feature = "ssr")]
pub mod jobs;
#[cfg(feature = "ssr")]
pub mod library;
#[cfg(feature = "ssr")]
pub mod originals;
#[cfg(feature = "ssr")]
pub mod postings;
#[cfg(feature = "ssr")]
pub mod search;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
pub mod uploading;
