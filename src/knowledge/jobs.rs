//! Background work of the knowledge base.

mod embed;

pub use embed::EmbedDocuments;
