//! The list of documents.

use super::{file_type_of, roles_of};
use crate::{
    accounts::member::Member,
    error::AppError,
    ids::{DocumentId, TenantId},
    knowledge::{
        access,
        document::{FileType, ProcessingStatus},
        filter::{DocumentFilter, StatusFilter},
        record::{DocumentCounts, DocumentList, DocumentRow, TagCount},
    },
    platform::database::TenantTx,
};
use chrono::{DateTime, Utc};

const PAGE_SIZE: usize = 50;

/// A row as the database has it.
pub(super) struct RawDocument {
    pub tenant_id: TenantId,
    pub id: DocumentId,
    pub title: String,
    pub file_type: String,
    pub version: i32,
    pub tags: Vec<String>,
    pub allowed_roles: Option<Vec<String>>,
    pub processing_status: String,
    pub error_message: Option<String>,
    pub processed_version: Option<i32>,
    pub chunk_count: i32,
    pub embedded_count: i32,
    pub archived_at: Option<DateTime<Utc>>,
    pub updated_at: DateTime<Utc>,
}

impl RawDocument {
    pub fn into_row(self) -> Result<DocumentRow, AppError> {
        Ok(DocumentRow {
            tenant_id: self.tenant_id,
            id: self.id,
            title: self.title,
            file_type: file_type_of(&self.file_type)?,
            version: self.version,
            tags: self.tags,
            allowed_roles: roles_of(self.allowed_roles)?,
            status: ProcessingStatus::parse(&self.processing_status).ok_or(AppError::Internal)?,
            error_message: self.error_message,
            is_readable: self.processed_version.is_some(),
            chunk_count: self.chunk_count,
            embedded_count: self.embedded_count,
            archived_at: self.archived_at,
            updated_at: self.updated_at,
        })
    }
}

/// One page of what the reader may see, last changed first, after the row `after`.
pub async fn list_documents(
    tx: &mut TenantTx,
    reader: &Member,
    filter: &DocumentFilter,
    after: Option<DocumentId>,
) -> Result<DocumentList, AppError> {
    let mut documents = list_rows(tx, reader, filter, after).await?;
    let next = documents.get(PAGE_SIZE - 1).filter(|_| documents.len() > PAGE_SIZE).map(|row| row.id);
    documents.truncate(PAGE_SIZE);
    Ok(DocumentList {
        documents,
        total: count_matching(tx, reader, filter).await?,
        next,
        counts: count_by_state(tx, reader).await?,
        tags: list_tags(tx, reader).await?,
        may_edit: access::is_editor(reader),
    })
}

/// One row more than a page has, if there is one.
async fn list_rows(
    tx: &mut TenantTx,
    reader: &Member,
    filter: &DocumentFilter,
    after: Option<DocumentId>,
) -> Result<Vec<DocumentRow>, AppError> {
    let tenant_id = tx.tenant_id();
    let rows = sqlx::query_as!(
        RawDocument,
        r#"select d.tenant_id as "tenant_id: TenantId", d.id as "id: DocumentId", d.title, d.file_type, d.version, d.tags,
                  d.allowed_roles, d.processing_status, d.error_message, d.processed_version, d.chunk_count,
                  d.embedded_count, d.archived_at, d.updated_at
           from documents d
           left join documents last on last.tenant_id in ($1, app.system_tenant_id()) and last.id = $8
           where d.tenant_id in ($1, app.system_tenant_id())
             and (($2 and d.tenant_id = $1)
                  or (d.archived_at is null and d.processed_version is not null
                      and (d.allowed_roles is null or $3 = any (d.allowed_roles))))
             and ($4::text is null or strpos(lower(d.title), lower($4)) > 0)
             and ($5::text is null or $5 = any (d.tags))
             and ($6::text is null or d.file_type = $6)
             and (d.archived_at is not null) = ($7::text is not distinct from 'archived')
             and case $7 when 'ready' then d.processing_status = 'completed'
                         when 'waiting' then d.processing_status in ('pending', 'processing')
                         when 'failed' then d.processing_status = 'failed'
                         else true end
             and (last.id is null or (d.updated_at, d.id) < (last.updated_at, last.id))
           order by d.updated_at desc, d.id desc limit $9"#,
        tenant_id.uuid(),
        access::is_editor(reader),
        reader.role.as_str(),
        filter.title,
        filter.tag,
        filter.file_type.map(FileType::as_str),
        filter.status.map(StatusFilter::as_str),
        after.map(DocumentId::uuid),
        i64::try_from(PAGE_SIZE + 1).unwrap_or(i64::MAX),
    )
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter().map(RawDocument::into_row).collect()
}

async fn count_matching(tx: &mut TenantTx, reader: &Member, filter: &DocumentFilter) -> Result<i64, AppError> {
    let tenant_id = tx.tenant_id();
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "count!" from documents d
           where d.tenant_id in ($1, app.system_tenant_id())
             and (($2 and d.tenant_id = $1)
                  or (d.archived_at is null and d.processed_version is not null
                      and (d.allowed_roles is null or $3 = any (d.allowed_roles))))
             and ($4::text is null or strpos(lower(d.title), lower($4)) > 0)
             and ($5::text is null or $5 = any (d.tags))
             and ($6::text is null or d.file_type = $6)
             and (d.archived_at is not null) = ($7::text is not distinct from 'archived')
             and case $7 when 'ready' then d.processing_status = 'completed'
                         when 'waiting' then d.processing_status in ('pending', 'processing')
                         when 'failed' then d.processing_status = 'failed'
                         else true end"#,
        tenant_id.uuid(),
        access::is_editor(reader),
        reader.role.as_str(),
        filter.title,
        filter.tag,
        filter.file_type.map(FileType::as_str),
        filter.status.map(StatusFilter::as_str),
    )
    .fetch_one(tx.connection())
    .await?)
}

async fn count_by_state(tx: &mut TenantTx, reader: &Member) -> Result<DocumentCounts, AppError> {
    let tenant_id = tx.tenant_id();
    Ok(sqlx::query_as!(
        DocumentCounts,
        r#"select count(*) filter (where d.tenant_id = $1 and d.archived_at is null and d.processing_status = 'completed') as "ready!",
                  count(*) filter (where d.tenant_id = $1 and d.archived_at is null
                                     and d.processing_status in ('pending', 'processing')) as "waiting!",
                  count(*) filter (where d.tenant_id = $1 and d.archived_at is null and d.processing_status = 'failed') as "failed!",
                  count(*) filter (where d.tenant_id = $1 and d.archived_at is not null) as "archived!",
                  count(*) filter (where d.tenant_id <> $1) as "shared!"
           from documents d
           where d.tenant_id in ($1, app.system_tenant_id())
             and (($2 and d.tenant_id = $1)
                  or (d.archived_at is null and d.processed_version is not null
                      and (d.allowed_roles is null or $3 = any (d.allowed_roles))))"#,
        tenant_id.uuid(),
        access::is_editor(reader),
        reader.role.as_str(),
    )
    .fetch_one(tx.connection())
    .await?)
}

async fn list_tags(tx: &mut TenantTx, reader: &Member) -> Result<Vec<TagCount>, AppError> {
    let tenant_id = tx.tenant_id();
    Ok(sqlx::query_as!(
        TagCount,
        r#"select t.tag as "tag!", count(*) as "documents!"
           from documents d cross join unnest(d.tags) as t (tag)
           where d.tenant_id in ($1, app.system_tenant_id()) and d.archived_at is null
             and (($2 and d.tenant_id = $1)
                  or (d.processed_version is not null and (d.allowed_roles is null or $3 = any (d.allowed_roles))))
           group by t.tag order by count(*) desc, t.tag"#,
        tenant_id.uuid(),
        access::is_editor(reader),
        reader.role.as_str(),
    )
    .fetch_all(tx.connection())
    .await?)
}
