//! The addresses of the knowledge base.

use super::{marks, record::SECTIONS_AT_A_TIME};
use crate::{
    ids::{ChunkId, DocumentId, GapId},
    tenants::tenant::TenantSlug,
};

/// `/{tenant}/knowledge`: the documents, and search in them.
pub fn list(tenant: &TenantSlug) -> String {
    format!("/{tenant}/knowledge")
}

/// One document.
pub fn document(tenant: &TenantSlug, id: DocumentId) -> String {
    format!("/{tenant}/knowledge/{id}")
}

/// One passage in the text around it.
pub fn passage(tenant: &TenantSlug, id: DocumentId, chunk: ChunkId) -> String {
    format!("/{tenant}/knowledge/{id}/passages/{chunk}")
}

/// Where a form with files is posted to (multipart): `files`, `tags`, `roles[...]`.
pub fn upload(tenant: &TenantSlug) -> String {
    format!("/{tenant}/knowledge/files")
}

/// Where the form is posted to that replaces a document's original (multipart): `revision`, `file`.
pub fn replace(tenant: &TenantSlug, id: DocumentId) -> String {
    format!("/{tenant}/knowledge/{id}/file")
}

/// The original as it was uploaded; `version` other than the current one is for editors.
pub fn original(tenant: &TenantSlug, id: DocumentId, version: Option<i32>) -> String {
    let path = format!("/{tenant}/knowledge/{id}/original");
    match version {
        Some(version) => format!("{path}?version={version}"),
        None => path,
    }
}

/// A document from the section `section` on, at one of its passages.
pub fn document_at(tenant: &TenantSlug, id: DocumentId, section: i32, chunk: ChunkId) -> String {
    let path = document(tenant, id);
    // Most documents are shown whole.
    let is_on_first_page = usize::try_from(section).is_ok_and(|section| section < SECTIONS_AT_A_TIME);
    if is_on_first_page { format!("{path}#chunk-{chunk}") } else { format!("{path}?from={section}#chunk-{chunk}") }
}

/// One passage with these byte ranges of it marked.
pub fn marked_passage(tenant: &TenantSlug, id: DocumentId, chunk: ChunkId, marks: &[(usize, usize)]) -> String {
    let path = passage(tenant, id, chunk);
    if marks.is_empty() { path } else { format!("{path}?mark={}", marks::write(marks)) }
}

/// The form that changes what is known about a document, and who may see it.
pub fn edit(tenant: &TenantSlug, id: DocumentId) -> String {
    format!("/{tenant}/knowledge/{id}/edit")
}

/// The form of a new article; with a gap, of the article that answers it.
pub fn new_article(tenant: &TenantSlug, gap: Option<GapId>) -> String {
    let path = format!("/{tenant}/knowledge/articles/new");
    match gap {
        Some(gap) => format!("{path}?gap={gap}"),
        None => path,
    }
}

/// The form that changes an article's text.
pub fn edit_article(tenant: &TenantSlug, id: DocumentId) -> String {
    format!("/{tenant}/knowledge/{id}/article")
}

/// What the documents could not answer.
pub fn gaps(tenant: &TenantSlug) -> String {
    format!("/{tenant}/knowledge/gaps")
}
