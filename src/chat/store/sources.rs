//! Where the text of an answer comes from, known before there is any text: once a document is restricted
//! or removed, what came from it is hidden by that, however the answer ended.

use super::answers::{Ended, Finished, NewCitation};
use crate::{
    accounts::member::Member,
    chat::{answer::citations::is_fully_cited, message::AnswerOutcome},
    error::AppError,
    ids::{ChatMessageId, ChatSessionId},
    platform::database::TenantTx,
};

/// From this number on come the documents of earlier answers, whose words an answer may repeat. No text
/// refers to numbers so high.
pub const FIRST_EARLIER: i32 = 1_000;

/// Notes which documents the conversation before the question at `position` comes from, of those that the
/// member may read: an answer may repeat what was said before.
pub async fn note_earlier(
    tx: &mut TenantTx,
    member: &Member,
    session: ChatSessionId,
    position: i32,
    id: ChatMessageId,
) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    sqlx::query!(
        "insert into chat_citations (tenant_id, message_id, number, document_tenant_id, document_id, was_cited, allowed_roles)
         select $1, $2, $6 + (row_number() over ())::integer, e.document_tenant_id, e.document_id, false, e.allowed_roles
         from (select distinct c.document_tenant_id, c.document_id, c.allowed_roles
               from chat_citations c
               join chat_messages m on m.tenant_id = c.tenant_id and m.id = c.message_id
               join chat_messages q on q.tenant_id = m.tenant_id and q.id = m.question_id
               left join documents d on d.tenant_id = c.document_tenant_id and d.id = c.document_id
               where c.tenant_id = $1 and m.session_id = $3 and q.position < $4
                 and (d.id is not null or c.allowed_roles is not null)
                 and coalesce($5 = any (coalesce(d.allowed_roles, case when d.id is null then c.allowed_roles end)), true)
              ) as e",
        tenant_id.uuid(),
        id.uuid(),
        session.uuid(),
        position,
        member.role.as_str(),
        FIRST_EARLIER - 1,
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Notes what a pending answer is about to be made from. One that is gone stays gone.
pub async fn note_found(tx: &mut TenantTx, id: ChatMessageId, sources: &[NewCitation]) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    let pending = sqlx::query!(
        "select id from chat_messages where tenant_id = $1 and id = $2 and status = 'pending' for update",
        tenant_id.uuid(),
        id.uuid(),
    )
    .fetch_optional(tx.connection())
    .await?;
    if pending.is_some() {
        insert(tx, id, sources).await?;
    }
    Ok(())
}

/// Puts the sources of a finished answer in the place of what was noted. Without any, a text may come from
/// all that was found; and unless each sentence has a citation that holds, from what was said before.
pub(super) async fn settle(tx: &mut TenantTx, id: ChatMessageId, finished: &Finished) -> Result<(), AppError> {
    let has_text = !finished.text.is_empty();
    let knows_sources = !has_text || !finished.sources.is_empty();
    let is_told = finished.ended == Ended::Completed(AnswerOutcome::Answered) && is_fully_cited(&finished.text);
    let tenant_id = tx.tenant_id();
    sqlx::query!(
        "delete from chat_citations
         where tenant_id = $1 and message_id = $2 and case when number < $3 then $4::boolean else $5::boolean end",
        tenant_id.uuid(),
        id.uuid(),
        FIRST_EARLIER,
        knows_sources,
        !has_text || is_told,
    )
    .execute(tx.connection())
    .await?;
    insert(tx, id, &finished.sources).await
}

/// Of a document that was deleted while the answer was written nobody knows any more who could read it, so
/// nobody sees what came from it.
async fn insert(tx: &mut TenantTx, id: ChatMessageId, sources: &[NewCitation]) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    for source in sources {
        sqlx::query!(
            "insert into chat_citations
                 (tenant_id, message_id, number, document_tenant_id, document_id, chunk_id, quote, was_cited, allowed_roles)
             select $1, $2, $3, $4, d.id, k.id, $7, $8, case when d.id is null then '{}'::text[] end
             from (select $5::uuid as document_id, $6::uuid as chunk_id) as s
             left join documents d on d.tenant_id = $4 and d.id = s.document_id
             left join document_chunks k on k.tenant_id = $4 and k.id = s.chunk_id",
            tenant_id.uuid(),
            id.uuid(),
            source.number,
            source.document_tenant_id.uuid(),
            source.document_id.uuid(),
            source.chunk_id.uuid(),
            source.quote,
            source.was_cited,
        )
        .execute(tx.connection())
        .await?;
    }
    Ok(())
}
