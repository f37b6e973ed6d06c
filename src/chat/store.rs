//! The queries of conversations. Every one of them is about the conversations of the person who acts:
//! somebody else's are not found. The list is in `store/sessions.rs`, writing answers in
//! `store/answers.rs`, what an answer is made from in `store/context.rs`, what is known of where its text
//! comes from in `store/sources.rs`.

pub mod answers;
pub mod context;
pub mod sessions;
pub mod sources;

use super::{
    answer::citations::{is_fully_cited, without_claims_of},
    message::{
        AnswerOutcome, AnswerProblem, ChatMessage, Citation, CitedSource, Feedback, FeedbackReason, MessageStatus,
        Speaker,
    },
};
use crate::{
    accounts::member::Member,
    ai::provider::FallbackReason,
    error::AppError,
    ids::{ChatMessageId, ChatSessionId, ChunkId, DocumentId, TenantId},
    platform::database::TenantTx,
};
use chrono::{DateTime, Utc};
use sources::FIRST_EARLIER;
use std::collections::{BTreeSet, HashMap};

/// The subject type of conversations in audit events.
pub const SUBJECT: &str = "chat_session";

/// A pending answer without a sign of life for so long is not being written any more, in seconds.
pub const DEAD_AFTER_SECONDS: f64 = 30.0;

/// A message of a conversation, with what its reader doesn't see.
#[derive(Debug, Clone)]
pub struct StoredMessage {
    pub message: ChatMessage,
    /// Of an answer: a newer try stands in its place.
    pub is_replaced: bool,
}

struct RawMessage {
    id: ChatMessageId,
    position: i32,
    role: String,
    content: String,
    status: String,
    outcome: Option<String>,
    problem: Option<String>,
    question_id: Option<ChatMessageId>,
    is_replaced: bool,
    is_dead: bool,
    model_used: Option<String>,
    fallback_reason: Option<String>,
    tokens_used: i32,
    created_at: DateTime<Utc>,
    is_helpful: Option<bool>,
    reason: Option<String>,
    comment: Option<String>,
}

/// The messages of a conversation in order, every try included. An answer shows nothing of a document
/// that its reader may no longer read.
pub async fn list_messages(
    tx: &mut TenantTx,
    member: &Member,
    session: ChatSessionId,
) -> Result<Vec<StoredMessage>, AppError> {
    read_messages(tx, member, Some(session), None).await
}

/// One message as it is now.
pub async fn find_message(tx: &mut TenantTx, member: &Member, id: ChatMessageId) -> Result<StoredMessage, AppError> {
    read_messages(tx, member, None, Some(id)).await?.pop().ok_or(AppError::NotFound)
}

async fn read_messages(
    tx: &mut TenantTx,
    member: &Member,
    session: Option<ChatSessionId>,
    id: Option<ChatMessageId>,
) -> Result<Vec<StoredMessage>, AppError> {
    let tenant_id = tx.tenant_id();
    let rows = sqlx::query_as!(
        RawMessage,
        r#"select m.id as "id: ChatMessageId", m.position, m.role, m.content, m.status, m.outcome, m.problem,
                  m.question_id as "question_id: ChatMessageId", m.replaced_at is not null as "is_replaced!",
                  (m.status = 'pending'
                   and coalesce(m.worked_at, m.created_at) < now() - make_interval(secs => $5)) as "is_dead!",
                  m.model_used, m.fallback_reason, coalesce(m.tokens_used, 0) as "tokens_used!", m.created_at,
                  f.is_helpful as "is_helpful?", f.reason as "reason?", f.comment as "comment?"
           from chat_messages m
           join chat_sessions s on s.tenant_id = m.tenant_id and s.id = m.session_id
           left join chat_feedback f on f.tenant_id = m.tenant_id and f.message_id = m.id and f.user_id = s.user_id
           where m.tenant_id = $1 and s.user_id = $2 and ($3::uuid is null or m.session_id = $3)
             and ($4::uuid is null or m.id = $4)
           order by m.session_id, m.position"#,
        tenant_id.uuid(),
        member.user_id.uuid(),
        session.map(ChatSessionId::uuid),
        id.map(ChatMessageId::uuid),
        DEAD_AFTER_SECONDS,
    )
    .fetch_all(tx.connection())
    .await?;
    let mut citations = list_citations(tx, member, session, id).await?;
    rows.into_iter()
        .map(|row| {
            let cited = citations.remove(&row.id).unwrap_or_default();
            row.into_message(cited)
        })
        .collect()
}

impl RawMessage {
    fn into_message(self, citations: Vec<RawCitation>) -> Result<StoredMessage, AppError> {
        let status = MessageStatus::parse(&self.status).ok_or(AppError::Internal)?;
        let status = if self.is_dead { MessageStatus::Failed } else { status };
        let problem = self.problem.as_deref().and_then(AnswerProblem::parse);
        let outcome = self.outcome.as_deref().and_then(AnswerOutcome::parse);
        let is_answered = outcome == Some(AnswerOutcome::Answered);
        let feedback = self.is_helpful.map(|is_helpful| Feedback {
            is_helpful,
            reason: self.reason.as_deref().and_then(FeedbackReason::parse),
            comment: self.comment.unwrap_or_default(),
        });
        let content = shown(self.content, &citations, is_answered);
        let message = ChatMessage {
            id: self.id,
            position: self.position,
            speaker: Speaker::parse(&self.role).ok_or(AppError::Internal)?,
            content,
            status,
            outcome,
            problem: if self.is_dead { Some(AnswerProblem::Interrupted) } else { problem },
            question_id: self.question_id,
            model_used: self.model_used,
            fallback: self
                .fallback_reason
                .as_deref()
                .and_then(FallbackReason::parse)
                .map(|reason| reason.label().to_owned()),
            citations: told(citations, outcome),
            feedback,
            tokens_used: self.tokens_used,
            created_at: self.created_at,
        };
        Ok(StoredMessage { message, is_replaced: self.is_replaced })
    }
}

struct RawCitation {
    message_id: ChatMessageId,
    number: i32,
    was_cited: bool,
    quote: String,
    document_tenant_id: TenantId,
    document_id: Option<DocumentId>,
    title: Option<String>,
    chunk_id: Option<ChunkId>,
    heading: Option<String>,
    page: Option<i32>,
    /// The document isn't for this reader, or wasn't when it was deleted.
    is_hidden: bool,
    is_archived: bool,
}

async fn list_citations(
    tx: &mut TenantTx,
    member: &Member,
    session: Option<ChatSessionId>,
    id: Option<ChatMessageId>,
) -> Result<HashMap<ChatMessageId, Vec<RawCitation>>, AppError> {
    let tenant_id = tx.tenant_id();
    let rows = sqlx::query_as!(
        RawCitation,
        r#"select c.message_id as "message_id: ChatMessageId", c.number, c.was_cited, c.quote,
                  c.document_tenant_id as "document_tenant_id: TenantId", d.id as "document_id?: DocumentId",
                  d.title as "title?", k.id as "chunk_id?: ChunkId", k.heading as "heading?", k.page as "page?",
                  coalesce(not $5 = any (coalesce(d.allowed_roles, case when d.id is null then c.allowed_roles end)), false)
                      as "is_hidden!",
                  d.archived_at is not null as "is_archived!"
           from chat_citations c
           join chat_messages m on m.tenant_id = c.tenant_id and m.id = c.message_id
           join chat_sessions s on s.tenant_id = m.tenant_id and s.id = m.session_id
           left join documents d on d.tenant_id = c.document_tenant_id and d.id = c.document_id
           left join document_chunks k on k.tenant_id = c.document_tenant_id and k.id = c.chunk_id
           where c.tenant_id = $1 and s.user_id = $2 and ($3::uuid is null or m.session_id = $3)
             and ($4::uuid is null or c.message_id = $4)
           order by c.message_id, c.number"#,
        tenant_id.uuid(),
        member.user_id.uuid(),
        session.map(ChatSessionId::uuid),
        id.map(ChatMessageId::uuid),
        member.role.as_str(),
    )
    .fetch_all(tx.connection())
    .await?;
    let mut citations: HashMap<ChatMessageId, Vec<RawCitation>> = HashMap::new();
    for row in rows {
        citations.entry(row.message_id).or_default().push(row);
    }
    Ok(citations)
}

/// The text without what came from documents that were restricted since. Where it can't be told which
/// part came from where, nothing is shown.
fn shown(content: String, citations: &[RawCitation], is_answered: bool) -> String {
    let hidden: BTreeSet<i32> = citations.iter().filter(|citation| citation.is_hidden).map(|c| c.number).collect();
    if hidden.is_empty() {
        return content;
    }
    let can_tell = is_answered
        && is_fully_cited(&content)
        && citations.iter().all(|citation| citation.was_cited || !citation.is_hidden);
    if can_tell { without_claims_of(&content, &hidden) } else { String::new() }
}

/// What the reader is told of the sources: those that are cited, and of an answer that nothing stands
/// behind the nearest documents, each once.
fn told(citations: Vec<RawCitation>, outcome: Option<AnswerOutcome>) -> Vec<Citation> {
    let names_near = matches!(outcome, Some(AnswerOutcome::NotFound | AnswerOutcome::Unverified));
    let mut named: BTreeSet<DocumentId> = BTreeSet::new();
    citations
        .into_iter()
        .filter(|citation| citation.was_cited || names_near && citation.number < FIRST_EARLIER)
        .filter(|citation| citation.was_cited || !citation.is_hidden)
        .filter(|citation| citation.was_cited || citation.document_id.is_some_and(|id| named.insert(id)))
        .map(RawCitation::into_citation)
        .collect()
}

impl RawCitation {
    fn into_citation(self) -> Citation {
        let is_open = !self.is_hidden && !self.is_archived;
        let source =
            self.document_id.zip(self.title).filter(|_| is_open).map(|(document_id, document_title)| CitedSource {
                document_tenant_id: self.document_tenant_id,
                document_id,
                document_title,
                chunk_id: self.chunk_id,
                heading: self.heading.unwrap_or_default(),
                page: self.page,
                quote: self.quote,
            });
        Citation { number: self.number, source, was_cited: self.was_cited }
    }
}

/// Whether a conversation has something of a document that its owner may no longer read.
pub async fn has_hidden(tx: &mut TenantTx, member: &Member, session: ChatSessionId) -> Result<bool, AppError> {
    let tenant_id = tx.tenant_id();
    Ok(sqlx::query_scalar!(
        r#"select exists (
               select from chat_citations c
               join chat_messages m on m.tenant_id = c.tenant_id and m.id = c.message_id
               left join documents d on d.tenant_id = c.document_tenant_id and d.id = c.document_id
               where c.tenant_id = $1 and m.session_id = $2
                 and not $3 = any (coalesce(d.allowed_roles, case when d.id is null then c.allowed_roles end)))
               as "hidden!""#,
        tenant_id.uuid(),
        session.uuid(),
        member.role.as_str(),
    )
    .fetch_one(tx.connection())
    .await?)
}
