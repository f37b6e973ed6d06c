//! Which words stand in which passage: what the BM25 half of search reads. A passage is found by the
//! words of its document's title and of the headings above it, too.

use crate::{error::AppError, ids::DocumentId, platform::database::TenantTx};

/// Writes the postings and the term counts of a document's passages that have none.
pub async fn index_document(tx: &mut TenantTx, document_id: DocumentId) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    sqlx::query!(
        r#"with unread as (
               select c.id, to_tsvector('english', concat_ws(E'\n', d.title, c.heading, c.content)) as words
               from document_chunks c join documents d on d.tenant_id = c.tenant_id and d.id = c.document_id
               where c.tenant_id = $1 and c.document_id = $2 and c.kind = 'passage' and c.term_count = 0
           ), terms as (
               select u.id, t.lexeme, coalesce(cardinality(t.positions), 1) as frequency
               from unread u, unnest(u.words) t
               where char_length(t.lexeme) between 1 and 255
           ), written as (
               insert into postings (tenant_id, term, chunk_id, frequency)
               select $1, lexeme, id, frequency from terms
               on conflict do nothing
           )
           update document_chunks c set term_count = counted.terms
           from (select id, sum(frequency)::integer as terms from terms group by id) as counted
           where c.tenant_id = $1 and c.id = counted.id"#,
        tenant_id.uuid(),
        document_id.uuid(),
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Writes all postings of a document anew, for when its title has changed.
pub async fn reindex_document(tx: &mut TenantTx, document_id: DocumentId) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    sqlx::query!(
        "delete from postings p using document_chunks c
         where p.tenant_id = $1 and c.tenant_id = $1 and c.id = p.chunk_id and c.document_id = $2",
        tenant_id.uuid(),
        document_id.uuid(),
    )
    .execute(tx.connection())
    .await?;
    sqlx::query!(
        "update document_chunks set term_count = 0 where tenant_id = $1 and document_id = $2",
        tenant_id.uuid(),
        document_id.uuid(),
    )
    .execute(tx.connection())
    .await?;
    index_document(tx, document_id).await
}
