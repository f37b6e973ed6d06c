//! The queries of the knowledge base.

pub mod embedding_settings;
pub mod embeddings;
pub mod search;
