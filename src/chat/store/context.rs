//! What an answer is made from beside the search: the conversation so far, and what stands next to a
//! passage.

use super::{has_hidden, list_messages};
use crate::{
    accounts::member::Member,
    chat::{
        answer::citations::without_marks,
        message::{AnswerOutcome, MessageStatus, Speaker},
    },
    error::AppError,
    ids::{ChatSessionId, ChunkId, DocumentId, TenantId},
    platform::database::TenantTx,
};

/// A question and what was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastTurn {
    pub question: String,
    /// Without citations; empty if there was no answer.
    pub answer: String,
    /// Of the answer, or of the question without one.
    pub position: i32,
}

/// A conversation up to a question.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    /// Of what came before the turns.
    pub summary: String,
    pub turns: Vec<PastTurn>,
}

/// The conversation before the message at `position`: its summary, if that covers only what came
/// before, and the turns that it doesn't cover. A summary of what may no longer be read is left out.
pub async fn find_history(
    tx: &mut TenantTx,
    member: &Member,
    session: ChatSessionId,
    position: i32,
) -> Result<History, AppError> {
    let tenant_id = tx.tenant_id();
    let kept = sqlx::query!(
        "select summary, summarised_to from chat_sessions where tenant_id = $1 and id = $2 and user_id = $3",
        tenant_id.uuid(),
        session.uuid(),
        member.user_id.uuid(),
    )
    .fetch_one(tx.connection())
    .await?;
    let is_usable = kept.summarised_to < position && !has_hidden(tx, member, session).await?;
    let (summary, covered) = if is_usable { (kept.summary, kept.summarised_to) } else { (String::new(), 0) };
    let messages = list_messages(tx, member, session).await?;
    let questions = messages.iter().map(|stored| &stored.message).filter(|message| {
        message.speaker == Speaker::User && message.position < position && message.position > covered
    });
    let turns = questions
        .map(|question| {
            let answer = messages
                .iter()
                .filter(|stored| !stored.is_replaced && stored.message.status == MessageStatus::Completed)
                .map(|stored| &stored.message)
                .find(|message| message.question_id == Some(question.id));
            let told = answer.filter(|answer| answer.outcome != Some(AnswerOutcome::NotFound));
            PastTurn {
                question: question.content.clone(),
                answer: told.map(|answer| without_marks(&answer.content)).unwrap_or_default(),
                position: question.position,
            }
        })
        .collect();
    Ok(History { summary, turns })
}

/// Keeps a summary of the messages up to a position, unless a newer one is there.
pub async fn save_summary(
    tx: &mut TenantTx,
    session: ChatSessionId,
    summary: &str,
    summarised_to: i32,
) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    sqlx::query!(
        "update chat_sessions set summary = $3, summarised_to = $4
         where tenant_id = $1 and id = $2 and summarised_to < $4",
        tenant_id.uuid(),
        session.uuid(),
        summary,
        summarised_to,
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// A passage beside one that search has found.
pub struct Neighbour {
    pub document_tenant_id: TenantId,
    pub document_id: DocumentId,
    pub document_title: String,
    pub chunk_id: ChunkId,
    pub heading: String,
    pub page: Option<i32>,
    pub content: String,
    /// The found passage that it stands beside.
    pub beside: ChunkId,
}

/// The passages right before and after each of these, in the same section, that the member may read.
pub async fn list_neighbours(
    tx: &mut TenantTx,
    member: &Member,
    found: &[ChunkId],
) -> Result<Vec<Neighbour>, AppError> {
    let tenant_id = tx.tenant_id();
    let found: Vec<_> = found.iter().map(|id| id.uuid()).collect();
    Ok(sqlx::query_as!(
        Neighbour,
        r#"select n.tenant_id as "document_tenant_id: TenantId", n.document_id as "document_id: DocumentId",
                  d.title as document_title, n.id as "chunk_id: ChunkId", n.heading, n.page, n.content,
                  k.id as "beside: ChunkId"
           from document_chunks k
           join document_chunks n on n.tenant_id = k.tenant_id and n.document_id = k.document_id and n.kind = 'passage'
                                     and n.parent_chunk_id = k.parent_chunk_id
                                     and n.chunk_index in (k.chunk_index - 1, k.chunk_index + 1)
           join documents d on d.tenant_id = n.tenant_id and d.id = n.document_id
           where k.tenant_id in ($1, app.system_tenant_id()) and k.id = any ($2) and k.kind = 'passage'
             and d.archived_at is null and (d.allowed_roles is null or $3 = any (d.allowed_roles))
           order by k.id, n.chunk_index"#,
        tenant_id.uuid(),
        &found,
        member.role.as_str(),
    )
    .fetch_all(tx.connection())
    .await?)
}

/// What a document is called.
pub async fn find_title(tx: &mut TenantTx, tenant_id: TenantId, id: DocumentId) -> Result<String, AppError> {
    Ok(sqlx::query_scalar!("select title from documents where tenant_id = $1 and id = $2", tenant_id.uuid(), id.uuid())
        .fetch_optional(tx.connection())
        .await?
        .unwrap_or_default())
}
