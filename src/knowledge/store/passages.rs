//! Sections and passages of a document, put in the place of those before. What hasn't changed keeps its
//! row, and with it its vectors, its postings and whatever cites it.

use crate::{
    error::AppError,
    ids::{ChunkId, DocumentId},
    knowledge::chunking::{self, Cut, Place},
    platform::database::TenantTx,
};
use std::collections::{HashMap, VecDeque};
use uuid::Uuid;

const SECTION: &str = "section";
const PASSAGE: &str = "passage";

/// How many passages were kept, and how many came anew.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Changed {
    pub kept: usize,
    pub added: usize,
}

/// Writes what a document says now.
pub async fn replace(tx: &mut TenantTx, id: DocumentId, cut: &Cut) -> Result<Changed, AppError> {
    let mut stored = list_stored(tx, id).await?;
    let mut sections = Rows::new(SECTION);
    let mut passages = Rows::new(PASSAGE);
    for section in &cut.sections {
        let parent = sections.push(&mut stored, None, &section.heading, &section.place, 0)?;
        for passage in &section.passages {
            passages.push(&mut stored, Some(parent), &section.heading, &passage.place, passage.token_count)?;
        }
    }
    let changed = Changed { kept: passages.kept.ids.len(), added: passages.added.ids.len() };
    // Sections first, because passages refer to them; the old ones last, because they take with them
    // whatever still refers to them.
    sections.write(tx, id).await?;
    passages.write(tx, id).await?;
    delete(tx, stored.gone(PASSAGE)).await?;
    delete(tx, stored.gone(SECTION)).await?;
    Ok(changed)
}

/// What is stored, by what makes it the same; equal ones in the order of the document.
struct Stored(HashMap<(String, Vec<u8>), VecDeque<Uuid>>);

impl Stored {
    fn take(&mut self, kind: &str, hash: &[u8]) -> Option<Uuid> {
        self.0.get_mut(&(kind.to_owned(), hash.to_vec()))?.pop_front()
    }

    /// What nothing has taken.
    fn gone(&self, kind: &str) -> Vec<Uuid> {
        self.0.iter().filter(|((stored, _), _)| stored == kind).flat_map(|(_, ids)| ids).copied().collect()
    }
}

async fn list_stored(tx: &mut TenantTx, id: DocumentId) -> Result<Stored, AppError> {
    let tenant_id = tx.tenant_id();
    let rows = sqlx::query!(
        "select id, kind, chunk_hash from document_chunks
         where tenant_id = $1 and document_id = $2 order by kind, chunk_index",
        tenant_id.uuid(),
        id.uuid(),
    )
    .fetch_all(tx.connection())
    .await?;
    let mut stored: HashMap<_, VecDeque<_>> = HashMap::new();
    for row in rows {
        stored.entry((row.kind, row.chunk_hash)).or_default().push_back(row.id);
    }
    Ok(Stored(stored))
}

/// Rows of one kind, those that are there and those that aren't.
struct Rows {
    kind: &'static str,
    count: i32,
    kept: Columns,
    added: Columns,
}

/// Rows as columns, to be written in one statement.
#[derive(Default)]
struct Columns {
    ids: Vec<Uuid>,
    parents: Vec<Option<Uuid>>,
    indexes: Vec<i32>,
    headings: Vec<String>,
    pages: Vec<Option<i32>>,
    starts: Vec<i32>,
    contents: Vec<String>,
    hashes: Vec<Vec<u8>>,
    tokens: Vec<i32>,
}

impl Rows {
    fn new(kind: &'static str) -> Self {
        Self { kind, count: 0, kept: Columns::default(), added: Columns::default() }
    }

    fn push(
        &mut self,
        stored: &mut Stored,
        parent: Option<Uuid>,
        heading: &str,
        place: &Place,
        tokens: i32,
    ) -> Result<Uuid, AppError> {
        let hash = chunking::hash(heading, &place.content);
        let known = stored.take(self.kind, &hash);
        let id = known.unwrap_or_else(|| ChunkId::generate().uuid());
        let columns = if known.is_some() { &mut self.kept } else { &mut self.added };
        columns.ids.push(id);
        columns.parents.push(parent);
        columns.indexes.push(self.count);
        columns.pages.push(place.page);
        columns.starts.push(place.start_offset);
        columns.tokens.push(tokens);
        if known.is_none() {
            columns.headings.push(heading.to_owned());
            columns.contents.push(place.content.clone());
            columns.hashes.push(hash.to_vec());
        }
        self.count = self.count.checked_add(1).ok_or(AppError::Internal)?;
        Ok(id)
    }

    async fn write(&self, tx: &mut TenantTx, id: DocumentId) -> Result<(), AppError> {
        self.insert_added(tx, id).await?;
        self.update_kept(tx).await
    }

    async fn insert_added(&self, tx: &mut TenantTx, id: DocumentId) -> Result<(), AppError> {
        let (tenant_id, added) = (tx.tenant_id(), &self.added);
        sqlx::query!(
            "insert into document_chunks
                 (tenant_id, id, document_id, parent_chunk_id, kind, chunk_index, heading, page, start_offset, content,
                  chunk_hash, token_count)
             select $1, n.id, $2, n.parent, $3, n.chunk_index, n.heading, n.page, n.start_offset, n.content, n.chunk_hash,
                    n.token_count
             from unnest($4::uuid[], $5::uuid[], $6::int[], $7::text[], $8::int[], $9::int[], $10::text[], $11::bytea[],
                         $12::int[])
                  as n (id, parent, chunk_index, heading, page, start_offset, content, chunk_hash, token_count)",
            tenant_id.uuid(),
            id.uuid(),
            self.kind,
            &added.ids,
            &added.parents as _,
            &added.indexes,
            &added.headings,
            &added.pages as _,
            &added.starts,
            &added.contents,
            &added.hashes,
            &added.tokens,
        )
        .execute(tx.connection())
        .await?;
        Ok(())
    }

    /// Where a row stands may change though its words don't.
    async fn update_kept(&self, tx: &mut TenantTx) -> Result<(), AppError> {
        let (tenant_id, kept) = (tx.tenant_id(), &self.kept);
        sqlx::query!(
            "update document_chunks c
             set parent_chunk_id = n.parent, chunk_index = n.chunk_index, page = n.page, start_offset = n.start_offset
             from unnest($2::uuid[], $3::uuid[], $4::int[], $5::int[], $6::int[])
                  as n (id, parent, chunk_index, page, start_offset)
             where c.tenant_id = $1 and c.id = n.id
               and (c.parent_chunk_id, c.chunk_index, c.page, c.start_offset)
                   is distinct from (n.parent, n.chunk_index, n.page, n.start_offset)",
            tenant_id.uuid(),
            &kept.ids,
            &kept.parents as _,
            &kept.indexes,
            &kept.pages as _,
            &kept.starts,
        )
        .execute(tx.connection())
        .await?;
        Ok(())
    }
}

async fn delete(tx: &mut TenantTx, ids: Vec<Uuid>) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    sqlx::query!("delete from document_chunks where tenant_id = $1 and id = any ($2)", tenant_id.uuid(), &ids)
        .execute(tx.connection())
        .await?;
    Ok(())
}
