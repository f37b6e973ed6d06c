//! Background work of the knowledge base.

mod embed;
mod ingest;

pub use embed::EmbedDocuments;
pub use ingest::IngestDocument;
pub(in crate::knowledge) use ingest::write_passages;
