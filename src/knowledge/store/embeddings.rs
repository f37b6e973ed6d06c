//! The vectors of passages.

use crate::{
    error::AppError,
    ids::{ChunkId, DocumentId},
    platform::database::TenantTx,
};
use pgvector::Vector;

/// A passage that needs a vector.
pub struct Unembedded {
    pub chunk_id: ChunkId,
    pub document_id: DocumentId,
    pub chunk_hash: Vec<u8>,
    /// Of its document.
    pub title: String,
    /// What the vector is to be of: title, headings, and the passage itself.
    pub text: String,
}

// `offset 0` in both statements has each passage's vector looked up by its key. As a join, the database compares
// every passage with every vector until it has counted a new organisation's passages anew.

/// The next passages without a vector of a model, by their ids from `after` on.
pub async fn list_unembedded(
    tx: &mut TenantTx,
    model: &str,
    after: Option<ChunkId>,
    limit: i64,
) -> Result<Vec<Unembedded>, AppError> {
    let tenant_id = tx.tenant_id();
    Ok(sqlx::query_as!(
        Unembedded,
        r#"select c.id as "chunk_id: ChunkId", c.document_id as "document_id: DocumentId", c.chunk_hash, d.title,
                  concat_ws(E'\n', d.title, nullif(c.heading, ''), c.content) as "text!"
           from document_chunks c join documents d on d.tenant_id = c.tenant_id and d.id = c.document_id
           where c.tenant_id = $1 and c.kind = 'passage' and ($3::uuid is null or c.id > $3)
             and not exists (select from chunk_embeddings e
                             where e.tenant_id = $1 and e.embedding_model = $2 and e.chunk_id = c.id offset 0)
           order by c.id limit $4"#,
        tenant_id.uuid(),
        model,
        after.map(ChunkId::uuid),
        limit,
    )
    .fetch_all(tx.connection())
    .await?)
}

/// How many passages have no vector of a model.
pub async fn count_missing(tx: &mut TenantTx, model: &str) -> Result<i64, AppError> {
    let tenant_id = tx.tenant_id();
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "count!" from document_chunks c
           where c.tenant_id = $1 and c.kind = 'passage'
             and not exists (select from chunk_embeddings e
                             where e.tenant_id = $1 and e.embedding_model = $2 and e.chunk_id = c.id offset 0)"#,
        tenant_id.uuid(),
        model,
    )
    .fetch_one(tx.connection())
    .await?)
}

/// How many passages there are.
pub async fn count_passages(tx: &mut TenantTx) -> Result<i64, AppError> {
    let tenant_id = tx.tenant_id();
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "count!" from document_chunks where tenant_id = $1 and kind = 'passage'"#,
        tenant_id.uuid(),
    )
    .fetch_one(tx.connection())
    .await?)
}

/// Keeps vectors of passages that are still there and still the same, in a document of the same title.
pub async fn insert_vectors(
    tx: &mut TenantTx,
    model: &str,
    passages: &[Unembedded],
    vectors: Vec<Vec<f32>>,
) -> Result<(), AppError> {
    lock_documents(tx, passages).await?;
    let tenant_id = tx.tenant_id();
    let ids: Vec<_> = passages.iter().map(|passage| passage.chunk_id.uuid()).collect();
    let hashes: Vec<_> = passages.iter().map(|passage| passage.chunk_hash.clone()).collect();
    let titles: Vec<_> = passages.iter().map(|passage| passage.title.clone()).collect();
    let vectors: Vec<Vector> = vectors.into_iter().map(Vector::from).collect();
    sqlx::query!(
        "insert into chunk_embeddings (tenant_id, embedding_model, chunk_id, embedding)
         select $1, $2, c.id, made.embedding
         from unnest($3::uuid[], $4::bytea[], $5::text[], $6::vector[]) as made (id, hash, title, embedding)
         join document_chunks c on c.tenant_id = $1 and c.id = made.id and c.chunk_hash = made.hash
         join documents d on d.tenant_id = $1 and d.id = c.document_id and d.title = made.title
         on conflict do nothing",
        tenant_id.uuid(),
        model,
        &ids,
        &hashes,
        &titles,
        vectors as _,
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Nobody gives these documents another title until the transaction ends. In one order, so that two who do
/// this don't wait for each other.
async fn lock_documents(tx: &mut TenantTx, passages: &[Unembedded]) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    let ids: Vec<_> = passages.iter().map(|passage| passage.document_id.uuid()).collect();
    sqlx::query!(
        "select id from documents where tenant_id = $1 and id = any ($2) order by id for no key update",
        tenant_id.uuid(),
        &ids,
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(())
}

/// Notes with documents (nothing: all of them) how many of their passages have a vector of a model.
pub async fn count_embedded(tx: &mut TenantTx, model: &str, documents: Option<&[DocumentId]>) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    let ids: Option<Vec<_>> = documents.map(|documents| documents.iter().map(|id| id.uuid()).collect());
    sqlx::query!(
        "update documents d set embedded_count = counted.embedded
         from (select c.document_id, count(e.chunk_id)::integer as embedded
               from document_chunks c
               left join chunk_embeddings e
                   on e.tenant_id = c.tenant_id and e.embedding_model = $2 and e.chunk_id = c.id
               where c.tenant_id = $1 and c.kind = 'passage' and ($3::uuid[] is null or c.document_id = any ($3))
               group by c.document_id) as counted
         where d.tenant_id = $1 and d.id = counted.document_id and d.embedded_count <> counted.embedded",
        tenant_id.uuid(),
        model,
        ids.as_deref(),
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Forgets the vectors of a document, so that the next embedding makes them anew: what they are made
/// from has changed.
pub async fn forget_document(tx: &mut TenantTx, document_id: DocumentId) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    sqlx::query!(
        "delete from chunk_embeddings e using document_chunks c
         where e.tenant_id = $1 and c.tenant_id = $1 and c.id = e.chunk_id and c.document_id = $2",
        tenant_id.uuid(),
        document_id.uuid(),
    )
    .execute(tx.connection())
    .await?;
    sqlx::query!(
        "update documents set embedded_count = 0 where tenant_id = $1 and id = $2",
        tenant_id.uuid(),
        document_id.uuid(),
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}
