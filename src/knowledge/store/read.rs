//! One document as its readers see it. What they may not see isn't there; of what an editor may not read,
//! the text isn't.

use super::{SUBJECT, file_type_of, list::RawDocument};
use crate::{
    accounts::member::Member,
    error::AppError,
    ids::{ChunkId, DocumentId, TenantId},
    jobs::{queue::Job, store as jobs},
    knowledge::{
        access,
        document::FileType,
        jobs::IngestDocument,
        record::{
            DocumentDetails, DocumentRow, DocumentVersion, PassageView, SECTIONS_AT_A_TIME, SectionPassage, SectionView,
        },
    },
    platform::database::TenantTx,
};

/// A document's row, own or shared.
pub async fn find_document(tx: &mut TenantTx, reader: &Member, id: DocumentId) -> Result<DocumentRow, AppError> {
    let tenant_id = tx.tenant_id();
    sqlx::query_as!(
        RawDocument,
        r#"select d.tenant_id as "tenant_id: TenantId", d.id as "id: DocumentId", d.title, d.file_type, d.version, d.tags,
                  d.allowed_roles, d.processing_status, d.error_message, d.processed_version, d.chunk_count,
                  d.embedded_count, d.archived_at, d.updated_at
           from documents d
           where d.tenant_id in ($1, app.system_tenant_id()) and d.id = $4
             and (($2 and d.tenant_id = $1)
                  or (d.archived_at is null and d.processed_version is not null
                      and (d.allowed_roles is null or $3 = any (d.allowed_roles))))"#,
        tenant_id.uuid(),
        access::is_editor(reader),
        reader.role.as_str(),
        id.uuid(),
    )
    .fetch_optional(tx.connection())
    .await?
    .ok_or(AppError::NotFound)?
    .into_row()
}

/// A document with its text from the section `from` on.
pub async fn find_details(
    tx: &mut TenantTx,
    reader: &Member,
    id: DocumentId,
    from: i32,
) -> Result<DocumentDetails, AppError> {
    let document = find_document(tx, reader, id).await?;
    let may_edit = access::is_editor(reader) && document.tenant_id == reader.tenant_id;
    let more = sqlx::query!(
        "select source_path, revision, character_count, created_at, last_processed from documents
         where tenant_id = $1 and id = $2",
        document.tenant_id.uuid(),
        id.uuid(),
    )
    .fetch_one(tx.connection())
    .await?;
    let mut versions = list_versions(tx, document.tenant_id, id).await?;
    versions.retain(|version| may_edit || version.version == document.version);
    let may_read = access::may_read(reader, document.tenant_id, document.allowed_roles.as_deref());
    let (sections, next_section) =
        if may_read { list_sections(tx, document.tenant_id, id, from).await? } else { (Vec::new(), None) };
    let job = if may_edit { jobs::find_latest(tx, IngestDocument::JOB_NAME, SUBJECT, id.uuid()).await? } else { None };
    Ok(DocumentDetails {
        document,
        source_path: more.source_path.filter(|_| may_edit),
        revision: more.revision,
        character_count: more.character_count,
        created_at: more.created_at,
        last_processed: more.last_processed,
        versions,
        sections,
        next_section,
        job,
        may_edit,
        may_read,
    })
}

/// A document whose text the reader may have.
async fn find_readable(tx: &mut TenantTx, reader: &Member, id: DocumentId) -> Result<DocumentRow, AppError> {
    let document = find_document(tx, reader, id).await?;
    let may_read = access::may_read(reader, document.tenant_id, document.allowed_roles.as_deref());
    if may_read { Ok(document) } else { Err(AppError::NotFound) }
}

async fn list_versions(
    tx: &mut TenantTx,
    tenant_id: TenantId,
    id: DocumentId,
) -> Result<Vec<DocumentVersion>, AppError> {
    let rows = sqlx::query!(
        r#"select v.version, v.file_name, v.file_type, v.byte_size, m.display_name as "uploaded_by?", v.uploaded_at
           from document_versions v
           left join memberships m on m.tenant_id = v.tenant_id and m.user_id = v.uploaded_by
           where v.tenant_id = $1 and v.document_id = $2 order by v.version desc"#,
        tenant_id.uuid(),
        id.uuid(),
    )
    .fetch_all(tx.connection())
    .await?;
    let versions = rows.into_iter().map(|row| {
        Ok(DocumentVersion {
            version: row.version,
            file_name: row.file_name,
            file_type: file_type_of(&row.file_type)?,
            byte_size: row.byte_size,
            uploaded_by: row.uploaded_by,
            uploaded_at: row.uploaded_at,
        })
    });
    versions.collect()
}

/// Sections with their passages, and where the next ones begin.
async fn list_sections(
    tx: &mut TenantTx,
    tenant_id: TenantId,
    id: DocumentId,
    from: i32,
) -> Result<(Vec<SectionView>, Option<i32>), AppError> {
    let mut rows = sqlx::query!(
        r#"select id as "id: ChunkId", chunk_index, heading, page from document_chunks
           where tenant_id = $1 and document_id = $2 and kind = 'section' and chunk_index >= $3
           order by chunk_index limit $4"#,
        tenant_id.uuid(),
        id.uuid(),
        from,
        i64::try_from(SECTIONS_AT_A_TIME + 1).unwrap_or(i64::MAX),
    )
    .fetch_all(tx.connection())
    .await?;
    let next = rows.get(SECTIONS_AT_A_TIME).map(|row| row.chunk_index);
    rows.truncate(SECTIONS_AT_A_TIME);
    let mut sections: Vec<_> = rows
        .into_iter()
        .map(|row| SectionView { id: row.id, heading: row.heading, page: row.page, passages: Vec::new() })
        .collect();
    let ids: Vec<_> = sections.iter().map(|section| section.id.uuid()).collect();
    let passages = sqlx::query!(
        r#"select id as "id: ChunkId", parent_chunk_id as "parent: ChunkId", page, content, token_count
           from document_chunks
           where tenant_id = $1 and document_id = $2 and kind = 'passage' and parent_chunk_id = any ($3)
           order by chunk_index"#,
        tenant_id.uuid(),
        id.uuid(),
        &ids,
    )
    .fetch_all(tx.connection())
    .await?;
    for row in passages {
        if let Some(section) = sections.iter_mut().find(|section| Some(section.id) == row.parent) {
            let passage =
                SectionPassage { id: row.id, page: row.page, content: row.content, token_count: row.token_count };
            section.passages.push(passage);
        }
    }
    Ok((sections, next))
}

/// A passage with the rest of its section around it.
pub async fn find_passage(
    tx: &mut TenantTx,
    reader: &Member,
    id: DocumentId,
    chunk: ChunkId,
) -> Result<PassageView, AppError> {
    let document = find_readable(tx, reader, id).await?;
    let row = sqlx::query!(
        "select p.heading, p.page, p.content, p.start_offset - s.start_offset as \"offset!\", s.content as section,
                s.chunk_index as section_index
         from document_chunks p
         join document_chunks s on s.tenant_id = p.tenant_id and s.id = p.parent_chunk_id
         where p.tenant_id = $1 and p.document_id = $2 and p.id = $3 and p.kind = 'passage'",
        document.tenant_id.uuid(),
        id.uuid(),
        chunk.uuid(),
    )
    .fetch_optional(tx.connection())
    .await?
    .ok_or(AppError::NotFound)?;
    let start = usize::try_from(row.offset).unwrap_or(0);
    let end = start + row.content.chars().count();
    Ok(PassageView {
        document,
        chunk_id: chunk,
        section: row.section_index,
        heading: row.heading,
        page: row.page,
        before: row.section.chars().take(start).collect(),
        passage: row.content,
        after: row.section.chars().skip(end).collect(),
    })
}

/// An original to hand out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OriginalFile {
    pub storage_key: String,
    pub file_name: String,
    pub file_type: FileType,
    pub byte_size: i64,
}

/// The current original, or for editors any other version of it.
pub async fn find_original(
    tx: &mut TenantTx,
    reader: &Member,
    id: DocumentId,
    version: Option<i32>,
) -> Result<OriginalFile, AppError> {
    let document = find_readable(tx, reader, id).await?;
    let version = version.unwrap_or(document.version);
    let may_see_all = access::is_editor(reader) && document.tenant_id == reader.tenant_id;
    if version != document.version && !may_see_all {
        return Err(AppError::NotFound);
    }
    let row = sqlx::query!(
        "select storage_key, file_name, file_type, byte_size from document_versions
         where tenant_id = $1 and document_id = $2 and version = $3",
        document.tenant_id.uuid(),
        id.uuid(),
        version,
    )
    .fetch_optional(tx.connection())
    .await?
    .ok_or(AppError::NotFound)?;
    Ok(OriginalFile {
        storage_key: row.storage_key,
        file_name: row.file_name,
        file_type: file_type_of(&row.file_type)?,
        byte_size: row.byte_size,
    })
}
