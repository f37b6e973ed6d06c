//! What search finds.

use super::document::FileType;
use crate::{
    ids::{ChunkId, DocumentId, TenantId},
    text_enum::text_enum,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A passage that answers a query, with the document that it comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Hit {
    /// The tenant of the document: one's own, or the system's for a shared one.
    pub document_tenant_id: TenantId,
    pub document_id: DocumentId,
    pub document_title: String,
    pub file_type: FileType,
    pub tags: Vec<String>,
    pub updated_at: DateTime<Utc>,
    pub chunk_id: ChunkId,
    /// The headings above the passage, joined by " > ".
    pub heading: String,
    /// Of a PDF, from 1.
    pub page: Option<i32>,
    pub content: String,
    /// Where words of the query stand in `content`: byte ranges in order, apart from each other.
    pub highlights: Vec<(usize, usize)>,
    /// 0 to 1, comparable within one search only.
    pub score: f32,
    /// The cosine of query and passage, if both have a vector of the same model.
    pub cosine: Option<f32>,
    /// The share of the query's terms that stand in the passage, 0 to 1.
    pub term_share: f32,
}

impl Hit {
    /// Whether the document is shared with every organisation.
    pub fn is_shared(&self) -> bool {
        self.document_tenant_id == TenantId::SYSTEM
    }
}

/// What is looked for, and where.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SearchQuery {
    pub text: String,
    pub tag: Option<String>,
    pub file_type: Option<FileType>,
    /// Only documents changed since then.
    pub since: Option<DateTime<Utc>>,
}

/// What was found, best first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SearchResult {
    pub hits: Vec<Hit>,
    /// Why only words were compared and not meanings.
    pub words_only: Option<WordsOnly>,
}

text_enum! {
    /// Why a search had no vectors to compare.
    WordsOnly {
        NoModel = "no_model", "The model that compares meanings isn't installed, so only words were compared.";
        NotReady = "not_ready", "The documents are still being prepared, so only words were compared.";
        ProviderFailed = "provider_failed", "The provider that compares meanings didn't answer, so only words were compared.";
        ProviderOff = "provider_off", "The provider that compares meanings is switched off, or you have no access to it, so only words were compared.";
    }
}
