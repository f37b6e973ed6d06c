//! The originals of documents in the file store. A file is there before the row that names it, so that
//! whatever a crash leaves behind is at most a file that nobody names; `housekeeping.rs` removes those.

use super::{details::NewArticle, document::FileType};
use crate::{accounts::member::Member, error::AppError, ids::TenantId, platform::files::Files};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// A file in the store that no row names yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Original {
    pub file_name: String,
    pub file_type: FileType,
    pub storage_key: String,
    pub byte_size: i64,
    /// SHA-256.
    pub content_hash: [u8; 32],
}

/// Where a tenant's originals lie in the store.
pub fn folder(tenant_id: TenantId) -> String {
    format!("{tenant_id}/documents")
}

/// A place of its own for each upload: two people who replace a document at once don't write over each other.
pub fn new_key(tenant_id: TenantId) -> String {
    format!("{}/{}", folder(tenant_id), Uuid::now_v7())
}

/// Stores a file that is in memory.
pub async fn store_bytes(
    files: &Files,
    tenant_id: TenantId,
    file_name: &str,
    file_type: FileType,
    bytes: Vec<u8>,
) -> Result<Original, AppError> {
    let original = Original {
        file_name: file_name.to_owned(),
        file_type,
        storage_key: new_key(tenant_id),
        byte_size: i64::try_from(bytes.len()).map_err(|_| AppError::Internal)?,
        content_hash: Sha256::digest(&bytes).into(),
    };
    files.put(&original.storage_key, bytes).await?;
    Ok(original)
}

/// Stores an article's text.
pub async fn store_article(files: &Files, member: &Member, article: &NewArticle) -> Result<Original, AppError> {
    member.standing.require_write()?;
    let body = article.body.clone().into_bytes();
    store_bytes(files, member.tenant_id, NewArticle::FILE_NAME, FileType::Article, body).await
}

/// Removes files that no row names any more. One that can't be removed now is removed by the next housekeeping.
pub async fn delete(files: &Files, storage_keys: &[String]) {
    for key in storage_keys {
        if let Err(error) = files.delete(key).await {
            tracing::warn!(error.kind = ?error, file.key = key, "a file that isn't needed any more could not be removed");
        }
    }
}
