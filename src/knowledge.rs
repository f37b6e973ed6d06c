//! The knowledge base: documents, search in them, and what they can't answer yet.

pub mod document;
pub mod hit;
