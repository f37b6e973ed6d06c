//! What editors change about a document of their own tenant. The audit trail is written with each.

use super::{SUBJECT, embeddings, file_type_of, insert_version, role_names, roles_of};
use crate::{
    accounts::{member::Member, role::Role},
    audit::{event::Action, store as audit},
    error::AppError,
    ids::{DocumentId, TenantId},
    incidents::narrative::clean_line,
    knowledge::{
        access,
        details::Details,
        document::FileType,
        jobs::{EmbedDocuments, IngestDocument},
        originals::Original,
        postings,
        record::Article,
    },
    platform::database::TenantTx,
};
use serde_json::json;

/// A document as it stands.
pub struct StoredDocument {
    pub title: String,
    pub file_type: FileType,
    pub version: i32,
    pub revision: i32,
    pub is_archived: bool,
    tags: Vec<String>,
    allowed_roles: Option<Vec<String>>,
    content_hash: Vec<u8>,
    storage_key: String,
}

impl StoredDocument {
    fn require_revision(self, revision: i32) -> Result<Self, AppError> {
        if self.revision == revision { Ok(self) } else { Err(AppError::Stale { current_revision: self.revision }) }
    }
}

/// Locks a document: nobody else changes it until the transaction ends.
pub async fn lock_document(tx: &mut TenantTx, id: DocumentId) -> Result<StoredDocument, AppError> {
    let tenant_id = tx.tenant_id();
    sqlx::query!("select id from documents where tenant_id = $1 and id = $2 for update", tenant_id.uuid(), id.uuid())
        .fetch_optional(tx.connection())
        .await?
        .ok_or(AppError::NotFound)?;
    read_document(tx, id).await
}

async fn read_document(tx: &mut TenantTx, id: DocumentId) -> Result<StoredDocument, AppError> {
    let tenant_id = tx.tenant_id();
    let row = sqlx::query!(
        "select d.title, d.file_type, d.version, d.revision, d.archived_at, d.tags, d.allowed_roles, v.content_hash,
                v.storage_key
         from documents d
         join document_versions v on v.tenant_id = d.tenant_id and v.document_id = d.id and v.version = d.version
         where d.tenant_id = $1 and d.id = $2",
        tenant_id.uuid(),
        id.uuid(),
    )
    .fetch_optional(tx.connection())
    .await?
    .ok_or(AppError::NotFound)?;
    Ok(StoredDocument {
        title: row.title,
        file_type: file_type_of(&row.file_type)?,
        version: row.version,
        revision: row.revision,
        is_archived: row.archived_at.is_some(),
        tags: row.tags,
        allowed_roles: row.allowed_roles,
        content_hash: row.content_hash,
        storage_key: row.storage_key,
    })
}

/// Whether there is a new version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replacement {
    New,
    /// It is the file that is there already; the new copy isn't needed.
    Unchanged,
}

/// Puts a new original in the place of the current one and has it read. What the old one said is found
/// until then. Without a revision it doesn't matter what stood there.
pub async fn replace(
    tx: &mut TenantTx,
    id: DocumentId,
    revision: Option<i32>,
    original: &Original,
) -> Result<Replacement, AppError> {
    let mut current = lock_document(tx, id).await?;
    if let Some(revision) = revision {
        current = current.require_revision(revision)?;
    }
    if current.is_archived {
        return Err(AppError::not_possible("This document is archived. Restore it first."));
    }
    if (current.file_type == FileType::Article) != (original.file_type == FileType::Article) {
        return Err(AppError::not_possible("An article is written here. Edit it, or add the file as a new document."));
    }
    if current.content_hash == original.content_hash {
        return Ok(Replacement::Unchanged);
    }
    let (tenant_id, version) = (tx.tenant_id(), current.version + 1);
    insert_version(tx, id, version, original).await?;
    sqlx::query!(
        "update documents
         set version = $3, file_type = $4, processing_status = 'pending', error_message = null, revision = revision + 1,
             updated_at = now()
         where tenant_id = $1 and id = $2",
        tenant_id.uuid(),
        id.uuid(),
        version,
        original.file_type.as_str(),
    )
    .execute(tx.connection())
    .await?;
    let details = json!({ "version": version, "type": original.file_type, "bytes": original.byte_size });
    audit::record(tx, Action::DocumentReplaced, SUBJECT, id.uuid(), details).await?;
    IngestDocument::request(tx, id).await?;
    Ok(Replacement::New)
}

/// Changes title, tags and readers. Nothing is written where nothing changed.
pub async fn change_details(
    tx: &mut TenantTx,
    id: DocumentId,
    revision: i32,
    details: &Details,
) -> Result<(), AppError> {
    let current = lock_document(tx, id).await?.require_revision(revision)?;
    write_details(tx, id, &current, details).await
}

/// Keeps a document to roles. Nothing: its readers stay as they are.
pub async fn restrict(tx: &mut TenantTx, id: DocumentId, roles: Option<&[Role]>) -> Result<(), AppError> {
    let Some(roles) = roles else { return Ok(()) };
    let current = lock_document(tx, id).await?;
    let details =
        Details { title: current.title.clone(), tags: current.tags.clone(), allowed_roles: Some(roles.to_vec()) };
    write_details(tx, id, &current, &details).await
}

async fn write_details(
    tx: &mut TenantTx,
    id: DocumentId,
    current: &StoredDocument,
    details: &Details,
) -> Result<(), AppError> {
    let (tenant_id, roles) = (tx.tenant_id(), role_names(details.allowed_roles.as_deref()));
    let changed: Vec<_> = [
        ("title", current.title != details.title),
        ("tags", current.tags != details.tags),
        ("allowed_roles", current.allowed_roles != roles),
    ]
    .into_iter()
    .filter_map(|(field, is_changed)| is_changed.then_some(field))
    .collect();
    if changed.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "update documents
         set title = $3, tags = $4, allowed_roles = $5, revision = revision + 1, updated_at = now()
         where tenant_id = $1 and id = $2",
        tenant_id.uuid(),
        id.uuid(),
        details.title,
        &details.tags,
        roles.as_deref(),
    )
    .execute(tx.connection())
    .await?;
    let is_renamed = current.title != details.title;
    let details = json!({ "changed": changed, "roles": roles, "roles_before": current.allowed_roles });
    audit::record(tx, Action::DocumentChanged, SUBJECT, id.uuid(), details).await?;
    if is_renamed {
        // Passages are found by their document's title, too.
        postings::reindex_document(tx, id).await?;
        embeddings::forget_document(tx, id).await?;
        EmbedDocuments::request(tx).await?;
    }
    Ok(())
}

/// An article without its text, and where that lies, for somebody who may read it.
pub async fn find_article(tx: &mut TenantTx, editor: &Member, id: DocumentId) -> Result<(Article, String), AppError> {
    let current = read_document(tx, id).await?;
    require_readable_article(tx, editor, &current)?;
    let article = Article {
        title: current.title,
        body: String::new(),
        tags: current.tags,
        allowed_roles: roles_of(current.allowed_roles)?,
        revision: current.revision,
    };
    Ok((article, current.storage_key))
}

/// Its text is what the editor changes.
fn require_readable_article(tx: &TenantTx, editor: &Member, article: &StoredDocument) -> Result<(), AppError> {
    if article.file_type != FileType::Article {
        return Err(AppError::NotFound);
    }
    if access::may_read(editor, tx.tenant_id(), roles_of(article.allowed_roles.clone())?.as_deref()) {
        return Ok(());
    }
    Err(AppError::not_possible("This article is kept to other roles. You can change its details, not its text."))
}

/// Saves an article anew; the text only if it is another one.
pub async fn update_article(
    tx: &mut TenantTx,
    editor: &Member,
    id: DocumentId,
    revision: i32,
    details: &Details,
    original: &Original,
) -> Result<Replacement, AppError> {
    let current = lock_document(tx, id).await?.require_revision(revision)?;
    require_readable_article(tx, editor, &current)?;
    write_details(tx, id, &current, details).await?;
    replace(tx, id, None, original).await
}

/// Takes a document out of every search.
pub async fn archive(tx: &mut TenantTx, id: DocumentId, revision: i32) -> Result<(), AppError> {
    let current = lock_document(tx, id).await?;
    if current.is_archived {
        return Ok(());
    }
    current.require_revision(revision)?;
    let tenant_id = tx.tenant_id();
    sqlx::query!(
        "update documents set archived_at = now(), revision = revision + 1 where tenant_id = $1 and id = $2",
        tenant_id.uuid(),
        id.uuid(),
    )
    .execute(tx.connection())
    .await?;
    audit::record(tx, Action::DocumentArchived, SUBJECT, id.uuid(), json!({})).await
}

/// Brings a document back, unless another one has come from the same place meanwhile.
pub async fn restore(tx: &mut TenantTx, id: DocumentId, revision: i32) -> Result<(), AppError> {
    let current = lock_document(tx, id).await?;
    if !current.is_archived {
        return Ok(());
    }
    current.require_revision(revision)?;
    let tenant_id = tx.tenant_id();
    sqlx::query!(
        "update documents set archived_at = null, revision = revision + 1 where tenant_id = $1 and id = $2",
        tenant_id.uuid(),
        id.uuid(),
    )
    .execute(tx.connection())
    .await
    .map_err(source_is_taken)?;
    audit::record(tx, Action::DocumentRestored, SUBJECT, id.uuid(), json!({})).await
}

fn source_is_taken(error: sqlx::Error) -> AppError {
    match error.as_database_error().and_then(|error| error.constraint()) {
        Some("documents_source_path_key") => {
            AppError::not_possible("Another document from the same place is in use. Archive that one first.")
        }
        _ => error.into(),
    }
}

/// Notes with the answers that cite a document who may read it: when it is gone, others still mustn't
/// read there what it said.
async fn keep_readers(tx: &mut TenantTx, id: DocumentId, roles: &[String]) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    sqlx::query!(
        "update chat_citations set allowed_roles = $3
         where tenant_id = $1 and document_tenant_id = $1 and document_id = $2",
        tenant_id.uuid(),
        id.uuid(),
        roles,
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Whether a document was kept to some roles at any time. That it isn't any more doesn't help who reads
/// old answers elsewhere: once the document is gone, nothing hides them.
async fn was_ever_restricted(tx: &mut TenantTx, id: DocumentId) -> Result<bool, AppError> {
    let tenant_id = tx.tenant_id();
    Ok(sqlx::query_scalar!(
        r#"select exists (
               select 1 from documents where tenant_id = $1 and id = $2 and allowed_roles is not null
               union all
               select 1 from audit_events
               where tenant_id = $1 and subject_type = $3 and subject_id = $2 and jsonb_typeof(details -> 'roles') = 'array')
               as "restricted!""#,
        tenant_id.uuid(),
        id.uuid(),
        SUBJECT,
    )
    .fetch_one(tx.connection())
    .await?)
}

/// Removes a document with everything that was made of it; returns where its originals lie.
pub async fn remove(tx: &mut TenantTx, id: DocumentId, revision: i32, title: &str) -> Result<Vec<String>, AppError> {
    let current = lock_document(tx, id).await?.require_revision(revision)?;
    if clean_line(title) != current.title {
        return Err(AppError::field("title", "Type the title exactly as it stands above."));
    }
    let tenant_id = tx.tenant_id();
    if tenant_id == TenantId::SYSTEM && was_ever_restricted(tx, id).await? {
        return Err(AppError::not_possible(
            "Answers of other organisations may repeat this document from a time when only some roles could read it. It can't be removed. Archive it instead.",
        ));
    }
    if let Some(roles) = &current.allowed_roles {
        keep_readers(tx, id, roles).await?;
    }
    let storage_keys = sqlx::query_scalar!(
        "select storage_key from document_versions where tenant_id = $1 and document_id = $2 order by version",
        tenant_id.uuid(),
        id.uuid(),
    )
    .fetch_all(tx.connection())
    .await?;
    sqlx::query!("delete from documents where tenant_id = $1 and id = $2", tenant_id.uuid(), id.uuid())
        .execute(tx.connection())
        .await?;
    let details = json!({ "versions": storage_keys.len() });
    audit::record(tx, Action::DocumentRemoved, SUBJECT, id.uuid(), details).await?;
    Ok(storage_keys)
}
