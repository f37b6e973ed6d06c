//! Documents of the knowledge base as they are once they have been read.

use supportsignal::{
    accounts::{member::Member, role::Role},
    ids::{ChunkId, DocumentId, TenantId},
    knowledge::{hit::SearchQuery, hit::SearchResult, jobs::EmbedDocuments, postings, search},
    platform::database::TenantTx,
};

use super::app::TestApp;

/// A document to be written.
#[derive(Default)]
pub struct NewDocument<'a> {
    pub title: &'a str,
    pub passages: &'a [&'a str],
    pub tags: &'a [&'a str],
    pub roles: Option<&'a [Role]>,
    pub is_archived: bool,
}

impl<'a> NewDocument<'a> {
    /// One that everybody in the organisation may read.
    pub fn open(title: &'a str, passages: &'a [&'a str]) -> Self {
        Self { title, passages, ..Self::default() }
    }
}

/// Writes a document, its passages and their postings, and asks for their vectors.
pub async fn add_document(app: &TestApp, tenant_id: TenantId, new: &NewDocument<'_>) -> DocumentId {
    let id = DocumentId::generate();
    let roles = new.roles.map(|roles| roles.iter().map(|role| role.as_str().to_owned()).collect::<Vec<_>>());
    let mut tx = TenantTx::begin_for_system(&app.db.pool, tenant_id).await.unwrap();
    sqlx::query(
        "insert into documents (tenant_id, id, title, file_type, tags, allowed_roles, processing_status, archived_at)
         values ($1, $2, $3, 'markdown', $4, $5, 'completed', case when $6 then now() end)",
    )
    .bind(tenant_id.uuid())
    .bind(id.uuid())
    .bind(new.title)
    .bind(new.tags.iter().map(|tag| (*tag).to_owned()).collect::<Vec<_>>())
    .bind(roles)
    .bind(new.is_archived)
    .execute(tx.connection())
    .await
    .unwrap();
    sqlx::query(
        "insert into document_versions (tenant_id, document_id, version, file_name, file_type, byte_size, content_hash, storage_key)
         values ($1, $2, 1, 'planted.md', 'markdown', 1, sha256('planted'), 'planted')",
    )
    .bind(tenant_id.uuid())
    .bind(id.uuid())
    .execute(tx.connection())
    .await
    .unwrap();
    write_passages(&mut tx, id, new.passages).await;
    EmbedDocuments::request(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    id
}

/// Puts passages in the place of those that a document has, as reading a new version of it does.
pub async fn write_passages(tx: &mut TenantTx, id: DocumentId, passages: &[&str]) {
    let tenant_id = tx.tenant_id().uuid();
    sqlx::query("delete from document_chunks where tenant_id = $1 and document_id = $2")
        .bind(tenant_id)
        .bind(id.uuid())
        .execute(tx.connection())
        .await
        .unwrap();
    for (place, content) in passages.iter().enumerate() {
        sqlx::query(
            "insert into document_chunks (tenant_id, id, document_id, kind, chunk_index, start_offset, content, chunk_hash)
             values ($1, $2, $3, 'passage', $4, 0, $5, sha256($5::bytea))",
        )
        .bind(tenant_id)
        .bind(ChunkId::generate().uuid())
        .bind(id.uuid())
        .bind(i32::try_from(place).unwrap())
        .bind(*content)
        .execute(tx.connection())
        .await
        .unwrap();
    }
    sqlx::query("update documents set chunk_count = $3 where tenant_id = $1 and id = $2")
        .bind(tenant_id)
        .bind(id.uuid())
        .bind(i32::try_from(passages.len()).unwrap())
        .execute(tx.connection())
        .await
        .unwrap();
    postings::index_document(tx, id).await.unwrap();
}

/// Searches as a member.
pub async fn find(app: &TestApp, member: &Member, text: &str) -> SearchResult {
    find_where(app, member, SearchQuery { text: text.to_owned(), ..SearchQuery::default() }).await
}

/// Searches with conditions.
pub async fn find_where(app: &TestApp, member: &Member, query: SearchQuery) -> SearchResult {
    search::search(&app.services, member, &query, 10).await.unwrap()
}

/// The titles of the documents found, best first.
pub fn titles(result: &SearchResult) -> Vec<&str> {
    result.hits.iter().map(|hit| hit.document_title.as_str()).collect()
}
