//! The addresses of the knowledge base.

use crate::{
    ids::{ChunkId, DocumentId},
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
