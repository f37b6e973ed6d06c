//! Documents as pages read them.

use super::document::{FileType, ProcessingStatus};
use crate::{
    accounts::role::Role,
    ids::{ChunkId, DocumentId, TenantId},
    jobs::job::JobState,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Sections that a document's page gets at a time.
pub const SECTIONS_AT_A_TIME: usize = 40;

/// A line of the list of documents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentRow {
    /// One's own tenant, or the system's for a shared document.
    pub tenant_id: TenantId,
    pub id: DocumentId,
    pub title: String,
    pub file_type: FileType,
    /// Of its original, from 1.
    pub version: i32,
    pub tags: Vec<String>,
    /// Who may read it; nothing: everybody in the organisation.
    pub allowed_roles: Option<Vec<Role>>,
    pub status: ProcessingStatus,
    /// Of a failed one: why, and what to do.
    pub error_message: Option<String>,
    /// Whether there is text to read and to search: of this version, or still of the one before.
    pub is_readable: bool,
    /// Passages that search finds.
    pub chunk_count: i32,
    /// Of those, how many can be compared by meaning.
    pub embedded_count: i32,
    pub archived_at: Option<DateTime<Utc>>,
    pub updated_at: DateTime<Utc>,
}

impl DocumentRow {
    /// Whether it is shared with every organisation.
    pub fn is_shared(&self) -> bool {
        self.tenant_id == TenantId::SYSTEM
    }
}

/// One page of the list, last changed first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentList {
    pub documents: Vec<DocumentRow>,
    /// How many there are on all pages.
    pub total: i64,
    /// The row that the next page comes after, if there is a next page.
    pub next: Option<DocumentId>,
    pub counts: DocumentCounts,
    /// Every tag in use with its documents, the most used first.
    pub tags: Vec<TagCount>,
    /// Whether the reader may add and change documents.
    pub may_edit: bool,
}

/// How many documents there are whatever is asked for: own ones by state, and shared ones.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentCounts {
    pub ready: i64,
    /// Waiting or being read.
    pub waiting: i64,
    pub failed: i64,
    pub archived: i64,
    pub shared: i64,
}

/// A tag and how many documents have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TagCount {
    pub tag: String,
    pub documents: i64,
}

/// A document with its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentDetails {
    pub document: DocumentRow,
    /// Where it came from: a path in a folder that was uploaded, or an address.
    pub source_path: Option<String>,
    /// To send back with every change.
    pub revision: i32,
    /// Of the text that was read.
    pub character_count: i32,
    pub created_at: DateTime<Utc>,
    pub last_processed: Option<DateTime<Utc>>,
    /// The newest first. Readers get the current one only.
    pub versions: Vec<DocumentVersion>,
    /// The text, section by section from the one that was asked for; nothing for who may not read it.
    pub sections: Vec<SectionView>,
    /// Where the text goes on, if not all of it is here.
    pub next_section: Option<i32>,
    /// The work on it, while there is some or when it failed; for editors.
    pub job: Option<JobState>,
    /// Whether the reader may change this document; a shared one nobody but the system's admin.
    pub may_edit: bool,
    /// Whether the reader may read its text. Who only may change it still sees all the rest.
    pub may_read: bool,
}

/// One original of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentVersion {
    pub version: i32,
    pub file_name: String,
    pub file_type: FileType,
    pub byte_size: i64,
    /// Nobody: the system, or a person who isn't named to other organisations.
    pub uploaded_by: Option<String>,
    pub uploaded_at: DateTime<Utc>,
}

/// The text under one heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SectionView {
    pub id: ChunkId,
    /// The headings above, joined by " > "; empty before the first.
    pub heading: String,
    /// Of a PDF, from 1.
    pub page: Option<i32>,
    /// What search finds, in order; together they are the section's text.
    pub passages: Vec<SectionPassage>,
}

/// A passage in its section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SectionPassage {
    pub id: ChunkId,
    pub page: Option<i32>,
    /// Markdown.
    pub content: String,
    pub token_count: i32,
}

/// One passage in the text around it, for whoever follows a citation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassageView {
    pub document: DocumentRow,
    pub chunk_id: ChunkId,
    /// The place of its section in the document, from 0.
    pub section: i32,
    pub heading: String,
    pub page: Option<i32>,
    /// The text of its section before it. Markdown, as the others; may be empty.
    pub before: String,
    pub passage: String,
    pub after: String,
}

/// An article as its editor begins with it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Article {
    pub title: String,
    /// Markdown.
    pub body: String,
    pub tags: Vec<String>,
    pub allowed_roles: Option<Vec<Role>>,
    pub revision: i32,
}
