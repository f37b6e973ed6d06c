//! Finding passages. What a reader may not read takes no part in any ranking: passages come from
//! `app.readable_documents` only, and postings of others are dropped by [`WordRanking`] before they count.

use crate::{
    ai::embeddings::LOCAL_MODEL,
    error::AppError,
    ids::{ChunkId, DocumentId, TenantId},
    knowledge::{
        bm25::{DocumentPassages, Postings, WordRanking},
        document::FileType,
        embedding_model::EmbeddingModel,
        hit::SearchQuery,
    },
    platform::database::TenantTx,
};
use chrono::{DateTime, Utc};
use pgvector::Vector;

/// Whose documents of which kind are looked into.
#[derive(Debug, Clone)]
pub struct Scope {
    pub role: &'static str,
    pub tag: Option<String>,
    pub file_type: Option<&'static str>,
    pub since: Option<DateTime<Utc>>,
}

impl Scope {
    /// What a reader with a role asks for.
    pub fn new(role: crate::accounts::role::Role, query: &SearchQuery) -> Self {
        let tag = query.tag.as_deref().map(str::trim).filter(|tag| !tag.is_empty());
        Self {
            role: role.as_str(),
            tag: tag.map(str::to_owned),
            file_type: query.file_type.map(FileType::as_str),
            since: query.since,
        }
    }
}

/// What there is to search.
pub struct Ground {
    /// The query's words as the index has them.
    pub terms: Vec<String>,
    /// The model of the tenant's own vectors.
    pub own_model: EmbeddingModel,
    pub own_passages: i64,
    pub shared_passages: i64,
}

/// Looks at the query and at what may be read.
pub async fn survey(tx: &mut TenantTx, scope: &Scope, text: &str) -> Result<Ground, AppError> {
    let tenant_id = tx.tenant_id();
    let row = sqlx::query!(
        r#"select tsvector_to_array(to_tsvector('english', $6)) as "terms!",
                  (select embedding_model from embedding_settings where tenant_id = $1) as own_model,
                  coalesce(sum(chunk_count) filter (where tenant_id = $1), 0) as "own!",
                  coalesce(sum(chunk_count) filter (where tenant_id <> $1), 0) as "shared!"
           from app.readable_documents($1, $2, $3, $4, $5)"#,
        tenant_id.uuid(),
        scope.role,
        scope.tag,
        scope.file_type,
        scope.since,
        text,
    )
    .fetch_one(tx.connection())
    .await?;
    let own_model = row.own_model.as_deref().unwrap_or(LOCAL_MODEL);
    Ok(Ground {
        terms: row.terms,
        own_model: EmbeddingModel::parse(own_model).ok_or(AppError::Internal)?,
        own_passages: row.own,
        shared_passages: row.shared,
    })
}

/// A passage among all tenants: a shared one is the system's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PassageId {
    pub tenant_id: TenantId,
    pub chunk_id: ChunkId,
}

/// A passage that was found, and how well it fits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scored {
    pub passage: PassageId,
    pub document_id: DocumentId,
    pub score: f32,
}

/// Has this transaction's queries planned for the many rows that a search reads, each time for the values
/// at hand. Left alone, PostgreSQL expects row-level security and the reader's rights to leave next to
/// nothing, looks passages up one by one, or joins documents with postings by tenant alone.
async fn plan_for_many_rows(tx: &mut TenantTx) -> Result<(), AppError> {
    sqlx::query!(
        "select set_config('enable_nestloop', 'off', true) as nestloop, set_config('enable_mergejoin', 'off', true) as mergejoin,
                set_config('jit', 'off', true) as jit, set_config('plan_cache_mode', 'force_custom_plan', true) as plans"
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(())
}

/// All passages that may be read, ranked by BM25.
pub async fn rank_by_words(tx: &mut TenantTx, scope: &Scope, terms: &[String]) -> Result<WordRanking, AppError> {
    plan_for_many_rows(tx).await?;
    let passages = list_passages(tx, scope).await?;
    let postings = list_postings(tx, terms).await?;
    Ok(WordRanking::new(&passages, &postings))
}

/// The passages that may be read, with how many terms each has.
async fn list_passages(tx: &mut TenantTx, scope: &Scope) -> Result<Vec<DocumentPassages>, AppError> {
    let tenant_id = tx.tenant_id();
    Ok(sqlx::query_as!(
        DocumentPassages,
        r#"select d.tenant_id as "tenant_id!: TenantId", d.id as "document_id!: DocumentId",
                  array_agg(c.id) as "chunk_ids!", array_agg(c.term_count) as "term_counts!"
           from document_chunks c
           join app.readable_documents($1, $2, $3, $4, $5) d on d.tenant_id = c.tenant_id and d.id = c.document_id
           where c.tenant_id in ($1, app.system_tenant_id()) and c.kind = 'passage'
           group by d.tenant_id, d.id"#,
        tenant_id.uuid(),
        scope.role,
        scope.tag,
        scope.file_type,
        scope.since,
    )
    .fetch_all(tx.connection())
    .await?)
}

/// Where the terms stand, in passages that may be read and in others.
async fn list_postings(tx: &mut TenantTx, terms: &[String]) -> Result<Vec<Postings>, AppError> {
    let tenant_id = tx.tenant_id();
    Ok(sqlx::query_as!(
        Postings,
        r#"select tenant_id as "tenant_id: TenantId", term, array_agg(chunk_id) as "chunk_ids!",
                  array_agg(frequency) as "frequencies!"
           from postings
           where tenant_id in ($1, app.system_tenant_id()) and term = any ($2)
           group by tenant_id, term"#,
        tenant_id.uuid(),
        terms,
    )
    .fetch_all(tx.connection())
    .await?)
}

/// The nearest passages of some tenants by the cosine of vectors of one model. Exact: an index of near
/// neighbours would return too few under these conditions.
pub async fn find_by_meaning(
    tx: &mut TenantTx,
    scope: &Scope,
    tenants: &[TenantId],
    model: &str,
    question: &[f32],
    limit: i64,
) -> Result<Vec<Scored>, AppError> {
    plan_for_many_rows(tx).await?;
    let tenant_id = tx.tenant_id();
    let tenants: Vec<_> = tenants.iter().map(|id| id.uuid()).collect();
    // All vectors have length 1, so that the inner product, which is cheaper, is the cosine.
    let rows = sqlx::query!(
        r#"with readable as materialized (
               select tenant_id, id from app.readable_documents($1, $2, $3, $4, $5)
           )
           select n.tenant_id as "tenant_id: TenantId", n.chunk_id as "chunk_id: ChunkId",
                  n.document_id as "document_id: DocumentId", (-n.distance)::real as "cosine!"
           -- Inside, so that it is worked out once a passage: what is sorted by is what is shown.
           from (select e.tenant_id, e.chunk_id, c.document_id, e.embedding <#> $8 as distance
                 from chunk_embeddings e
                 join document_chunks c on c.tenant_id = e.tenant_id and c.id = e.chunk_id and c.kind = 'passage'
                 join readable d on d.tenant_id = c.tenant_id and d.id = c.document_id
                 where e.tenant_id = any ($6) and e.embedding_model = $7
                 order by distance limit $9) n"#,
        tenant_id.uuid(),
        scope.role,
        scope.tag,
        scope.file_type,
        scope.since,
        &tenants,
        model,
        Vector::from(question.to_vec()) as _,
        limit,
    )
    .fetch_all(tx.connection())
    .await?;
    let scored = rows.into_iter().map(|row| Scored {
        passage: PassageId { tenant_id: row.tenant_id, chunk_id: row.chunk_id },
        document_id: row.document_id,
        score: row.cosine,
    });
    Ok(scored.collect())
}

/// The cosines of passages that are known already; those without a vector of the model are left out.
pub async fn cosines_of(
    tx: &mut TenantTx,
    passages: &[PassageId],
    model: &str,
    question: &[f32],
) -> Result<Vec<(PassageId, f32)>, AppError> {
    let (tenants, chunks) = columns(passages);
    let rows = sqlx::query!(
        r#"select e.tenant_id as "tenant_id: TenantId", e.chunk_id as "chunk_id: ChunkId",
                  (-(e.embedding <#> $4))::real as "cosine!"
           from unnest($1::uuid[], $2::uuid[]) as wanted (tenant_id, chunk_id)
           join chunk_embeddings e
               on e.tenant_id = wanted.tenant_id and e.embedding_model = $3 and e.chunk_id = wanted.chunk_id"#,
        &tenants,
        &chunks,
        model,
        Vector::from(question.to_vec()) as _,
    )
    .fetch_all(tx.connection())
    .await?;
    let passage = |tenant_id, chunk_id| PassageId { tenant_id, chunk_id };
    Ok(rows.into_iter().map(|row| (passage(row.tenant_id, row.chunk_id), row.cosine)).collect())
}

/// A passage as it is shown.
pub struct Passage {
    pub passage: PassageId,
    pub document_id: DocumentId,
    pub document_title: String,
    pub file_type: String,
    pub tags: Vec<String>,
    pub updated_at: DateTime<Utc>,
    pub heading: String,
    pub page: Option<i32>,
    pub content: String,
}

/// The passages themselves, in no particular order; without those that can't be read any more.
pub async fn read_passages(tx: &mut TenantTx, scope: &Scope, passages: &[PassageId]) -> Result<Vec<Passage>, AppError> {
    let tenant_id = tx.tenant_id();
    let (tenants, chunks) = columns(passages);
    let rows = sqlx::query!(
        r#"select c.tenant_id as "tenant_id: TenantId", c.id as "chunk_id: ChunkId", c.heading, c.page, c.content,
                  d.id as "document_id!: DocumentId", d.title as "title!", d.file_type as "file_type!",
                  d.tags as "tags!", d.updated_at as "updated_at!"
           from unnest($6::uuid[], $7::uuid[]) as wanted (tenant_id, chunk_id)
           join document_chunks c on c.tenant_id = wanted.tenant_id and c.id = wanted.chunk_id
           join app.readable_documents($1, $2, $3, $4, $5) d on d.tenant_id = c.tenant_id and d.id = c.document_id"#,
        tenant_id.uuid(),
        scope.role,
        scope.tag,
        scope.file_type,
        scope.since,
        &tenants,
        &chunks,
    )
    .fetch_all(tx.connection())
    .await?;
    let passages = rows.into_iter().map(|row| Passage {
        passage: PassageId { tenant_id: row.tenant_id, chunk_id: row.chunk_id },
        document_id: row.document_id,
        document_title: row.title,
        file_type: row.file_type,
        tags: row.tags,
        updated_at: row.updated_at,
        heading: row.heading,
        page: row.page,
        content: row.content,
    });
    Ok(passages.collect())
}

/// Those of some words, in small letters, that the index takes for one of the terms.
pub async fn words_of_terms(tx: &mut TenantTx, words: &[String], terms: &[String]) -> Result<Vec<String>, AppError> {
    Ok(sqlx::query_scalar!(
        r#"select word as "word!" from unnest($1::text[]) word where ts_lexize('english_stem', word) && $2"#,
        words,
        terms,
    )
    .fetch_all(tx.connection())
    .await?)
}

fn columns(passages: &[PassageId]) -> (Vec<uuid::Uuid>, Vec<uuid::Uuid>) {
    passages.iter().map(|passage| (passage.tenant_id.uuid(), passage.chunk_id.uuid())).unzip()
}
