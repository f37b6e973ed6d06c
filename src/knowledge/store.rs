//! The queries of the knowledge base.

pub mod change;
pub mod embedding_settings;
pub mod embeddings;
pub mod list;
pub mod passages;
pub mod read;
pub mod reading;
pub mod search;

use super::{document::FileType, jobs::IngestDocument, originals::Original, upload::FileOutcome};
use crate::{
    accounts::role::Role,
    audit::{event::Action, store as audit},
    error::AppError,
    ids::DocumentId,
    platform::database::TenantTx,
};
use change::Replacement;
use serde_json::json;

/// The subject type of documents in jobs and audit events.
pub const SUBJECT: &str = "document";

/// A document that isn't there yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDocument {
    pub title: String,
    /// Where it comes from: a path in a folder, or an address.
    pub source_path: Option<String>,
    pub file_name: String,
    pub file_type: FileType,
    pub tags: Vec<String>,
    /// Nothing: everybody in the organisation may read it.
    pub allowed_roles: Option<Vec<Role>>,
}

/// Adds a document and asks for it to be read.
pub async fn add_document(tx: &mut TenantTx, new: &NewDocument, original: &Original) -> Result<DocumentId, AppError> {
    let id = insert_document(tx, new, original).await?;
    IngestDocument::request(tx, id).await?;
    Ok(id)
}

/// Adds an uploaded file: as a new document, as a new version of the one that came from the same place,
/// or not at all if it is there already. Roles that were chosen with it are its readers in any case.
pub async fn add_uploaded(tx: &mut TenantTx, new: &NewDocument, original: &Original) -> Result<FileOutcome, AppError> {
    if let Some(id) = find_by_source(tx, new.source_path.as_deref()).await? {
        let replacement = change::replace(tx, id, None, original).await?;
        change::restrict(tx, id, new.allowed_roles.as_deref()).await?;
        return Ok(match replacement {
            Replacement::New => FileOutcome::Replaced { id },
            Replacement::Unchanged => FileOutcome::Unchanged { id },
        });
    }
    if let Some(id) = find_by_content(tx, &original.content_hash).await? {
        change::restrict(tx, id, new.allowed_roles.as_deref()).await?;
        return Ok(FileOutcome::Unchanged { id });
    }
    Ok(FileOutcome::Added { id: add_document(tx, new, original).await? })
}

/// Lets one upload of the same file, or from the same place, wait for the other, so that the second finds
/// what the first has added. Always in one order, so that none waits for one that waits for it.
pub async fn lock_uploads(
    tx: &mut TenantTx,
    files: impl Iterator<Item = (&Original, Option<&str>)>,
) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    let (hashes, paths): (Vec<_>, Vec<_>) =
        files.map(|(original, path)| (original.content_hash.to_vec(), path.map(str::to_owned))).unzip();
    let paths: Vec<String> = paths.into_iter().flatten().collect();
    sqlx::query!(
        "select pg_advisory_xact_lock(locks.key)
         from (select hashtextextended($1::uuid::text || encode(hash, 'hex'), 0) as key
               from unnest($2::bytea[]) as hash
               union
               select hashtextextended($1::uuid::text || 'path:' || path, 0)
               from unnest($3::text[]) as path
               order by key) as locks",
        tenant_id.uuid(),
        &hashes,
        &paths,
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(())
}

/// Adds the rows of a document with its first version. What it says isn't known yet.
pub async fn insert_document(
    tx: &mut TenantTx,
    new: &NewDocument,
    original: &Original,
) -> Result<DocumentId, AppError> {
    let (tenant_id, user_id, id) = (tx.tenant_id(), tx.user_id(), DocumentId::generate());
    let roles = role_names(new.allowed_roles.as_deref());
    sqlx::query!(
        "insert into documents (tenant_id, id, title, source_path, file_type, tags, allowed_roles, uploaded_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        tenant_id.uuid(),
        id.uuid(),
        new.title,
        new.source_path,
        original.file_type.as_str(),
        &new.tags,
        roles.as_deref(),
        user_id.map(|id| id.uuid()),
    )
    .execute(tx.connection())
    .await?;
    insert_version(tx, id, 1, original).await?;
    let details = json!({ "type": original.file_type, "bytes": original.byte_size, "roles": roles });
    audit::record(tx, Action::DocumentAdded, SUBJECT, id.uuid(), details).await?;
    Ok(id)
}

/// Notes an original of a document.
async fn insert_version(tx: &mut TenantTx, id: DocumentId, version: i32, original: &Original) -> Result<(), AppError> {
    let (tenant_id, user_id) = (tx.tenant_id(), tx.user_id());
    sqlx::query!(
        "insert into document_versions
             (tenant_id, document_id, version, file_name, file_type, byte_size, content_hash, storage_key, uploaded_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        tenant_id.uuid(),
        id.uuid(),
        version,
        original.file_name,
        original.file_type.as_str(),
        original.byte_size,
        &original.content_hash,
        original.storage_key,
        user_id.map(|id| id.uuid()),
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Those of these keys in the file store that no document of the tenant names, in any version.
pub async fn list_unnamed(tx: &mut TenantTx, storage_keys: &[String]) -> Result<Vec<String>, AppError> {
    let tenant_id = tx.tenant_id();
    Ok(sqlx::query_scalar!(
        r#"select stored.key as "key!" from unnest($2::text[]) as stored (key)
           where not exists (select from document_versions v where v.tenant_id = $1 and v.storage_key = stored.key)"#,
        tenant_id.uuid(),
        storage_keys,
    )
    .fetch_all(tx.connection())
    .await?)
}

/// The document in use that came from there.
async fn find_by_source(tx: &mut TenantTx, source_path: Option<&str>) -> Result<Option<DocumentId>, AppError> {
    let Some(source_path) = source_path else { return Ok(None) };
    let tenant_id = tx.tenant_id();
    Ok(sqlx::query_scalar!(
        r#"select id as "id: DocumentId" from documents
           where tenant_id = $1 and source_path = $2 and archived_at is null"#,
        tenant_id.uuid(),
        source_path,
    )
    .fetch_optional(tx.connection())
    .await?)
}

/// A document in use whose current original is this very file.
async fn find_by_content(tx: &mut TenantTx, content_hash: &[u8; 32]) -> Result<Option<DocumentId>, AppError> {
    let tenant_id = tx.tenant_id();
    Ok(sqlx::query_scalar!(
        r#"select d.id as "id: DocumentId"
           from document_versions v
           join documents d on d.tenant_id = v.tenant_id and d.id = v.document_id and d.version = v.version
           where v.tenant_id = $1 and v.content_hash = $2 and d.archived_at is null
           order by d.id limit 1"#,
        tenant_id.uuid(),
        content_hash,
    )
    .fetch_optional(tx.connection())
    .await?)
}

/// Roles as the database keeps them.
fn role_names(roles: Option<&[Role]>) -> Option<Vec<String>> {
    roles.map(|roles| roles.iter().map(|role| role.as_str().to_owned()).collect())
}

/// Reads roles that the database wrote.
fn roles_of(names: Option<Vec<String>>) -> Result<Option<Vec<Role>>, AppError> {
    let parse = |name: &String| Role::parse(name).ok_or(AppError::Internal);
    // A role that nobody has any more is nobody's.
    names.map(|names| names.iter().filter(|name| *name != "support").map(parse).collect()).transpose()
}

/// Reads a type that the database wrote.
fn file_type_of(text: &str) -> Result<FileType, AppError> {
    FileType::parse(text).ok_or(AppError::Internal)
}
