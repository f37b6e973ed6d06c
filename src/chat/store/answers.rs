//! Questions and the answers to them, from the first sign of life to the last word.

use super::{DEAD_AFTER_SECONDS, sources};
use crate::{
    accounts::member::Member,
    ai::provider::FallbackReason,
    chat::{
        conversation::Asked,
        message::{AnswerOutcome, AnswerProblem, Feedback, FeedbackReason, MessageStatus},
        question::Question,
    },
    error::AppError,
    ids::{ChatMessageId, ChatSessionId, ChunkId, CorrelationId, DocumentId, TenantId},
    platform::database::TenantTx,
    prompts::store::PromptVersion,
};
use serde_json::Value;
use std::time::Duration;

/// Answers that are written for one person at a time.
const MOST_AT_ONCE: i64 = 3;

/// Begins a conversation with its first question.
pub async fn insert_session(
    tx: &mut TenantTx,
    member: &Member,
    question: &Question,
) -> Result<ChatSessionId, AppError> {
    let tenant_id = tx.tenant_id();
    let id = ChatSessionId::generate();
    sqlx::query!(
        "insert into chat_sessions (tenant_id, id, user_id, title) values ($1, $2, $3, $4)",
        tenant_id.uuid(),
        id.uuid(),
        member.user_id.uuid(),
        question.title(),
    )
    .execute(tx.connection())
    .await?;
    Ok(id)
}

/// Writes a question and the pending answer to it. An archived conversation comes back by that.
pub async fn insert_question(
    tx: &mut TenantTx,
    member: &Member,
    session: ChatSessionId,
    question: &Question,
) -> Result<Asked, AppError> {
    let position = next_position(tx, member, session).await?;
    let tenant_id = tx.tenant_id();
    let id = ChatMessageId::generate();
    sqlx::query!(
        "insert into chat_messages (tenant_id, id, session_id, position, role, content, has_llm_access, correlation_id)
         select $1, $2, $3, $4, 'user', $5, llm_access, $6 from memberships where tenant_id = $1 and user_id = $7",
        tenant_id.uuid(),
        id.uuid(),
        session.uuid(),
        position,
        question.as_str(),
        CorrelationId::current().uuid(),
        member.user_id.uuid(),
    )
    .execute(tx.connection())
    .await?;
    let answer = insert_answer(tx, member, session, position + 1, id).await?;
    Ok(Asked { session, question: id, answer })
}

/// The place of the conversation's next message. Holds the conversation until the transaction ends, and
/// writes down which of its answers nobody writes any more.
async fn next_position(tx: &mut TenantTx, member: &Member, session: ChatSessionId) -> Result<i32, AppError> {
    let tenant_id = tx.tenant_id();
    sqlx::query!(
        "update chat_sessions set last_message_at = now(), archived_at = null
         where tenant_id = $1 and id = $2 and user_id = $3 returning id",
        tenant_id.uuid(),
        session.uuid(),
        member.user_id.uuid(),
    )
    .fetch_one(tx.connection())
    .await?;
    end_interrupted(tx, Some(session)).await?;
    Ok(sqlx::query_scalar!(
        r#"select 1 + coalesce(max(position), 0) as "position!" from chat_messages where tenant_id = $1 and session_id = $2"#,
        tenant_id.uuid(),
        session.uuid(),
    )
    .fetch_one(tx.connection())
    .await?)
}

async fn insert_answer(
    tx: &mut TenantTx,
    member: &Member,
    session: ChatSessionId,
    position: i32,
    question: ChatMessageId,
) -> Result<ChatMessageId, AppError> {
    require_room(tx, member).await?;
    let tenant_id = tx.tenant_id();
    let id = ChatMessageId::generate();
    sqlx::query!(
        "insert into chat_messages (tenant_id, id, session_id, position, role, status, question_id, worked_at,
                                    has_llm_access, correlation_id)
         select $1, $2, $3, $4, 'assistant', 'pending', $5, now(), llm_access, $6
         from memberships where tenant_id = $1 and user_id = $7",
        tenant_id.uuid(),
        id.uuid(),
        session.uuid(),
        position,
        question.uuid(),
        CorrelationId::current().uuid(),
        member.user_id.uuid(),
    )
    .execute(tx.connection())
    .await
    .map_err(|error| match error.as_database_error().and_then(|error| error.constraint()) {
        Some("chat_messages_pending_key") => {
            AppError::not_possible("An answer is still being written. Wait for it, or stop it.")
        }
        _ => error.into(),
    })?;
    Ok(id)
}

/// Refuses more answers at a time than one person can wait for.
async fn require_room(tx: &mut TenantTx, member: &Member) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    // Who asks twice at once is counted twice. It doesn't get in the way of rows that refer to the person.
    sqlx::query!(
        "select user_id from memberships where tenant_id = $1 and user_id = $2 for no key update",
        tenant_id.uuid(),
        member.user_id.uuid(),
    )
    .fetch_one(tx.connection())
    .await?;
    let pending = sqlx::query_scalar!(
        r#"select count(*) as "count!"
           from chat_messages m join chat_sessions s on s.tenant_id = m.tenant_id and s.id = m.session_id
           where m.tenant_id = $1 and s.user_id = $2 and m.status = 'pending'
             and coalesce(m.worked_at, m.created_at) >= now() - make_interval(secs => $3)"#,
        tenant_id.uuid(),
        member.user_id.uuid(),
        DEAD_AFTER_SECONDS,
    )
    .fetch_one(tx.connection())
    .await?;
    if pending >= MOST_AT_ONCE {
        return Err(AppError::not_possible("Wait for your other answers first."));
    }
    Ok(())
}

/// Puts a new, pending try in the place of the answer that stands, if it is failed or complete as the
/// caller expects.
pub async fn replace_answer(
    tx: &mut TenantTx,
    member: &Member,
    id: ChatMessageId,
    expected: MessageStatus,
) -> Result<Asked, AppError> {
    let tenant_id = tx.tenant_id();
    let old = sqlx::query!(
        r#"select m.session_id as "session: ChatSessionId", m.question_id as "question?: ChatMessageId"
           from chat_messages m join chat_sessions s on s.tenant_id = m.tenant_id and s.id = m.session_id
           where m.tenant_id = $1 and m.id = $2 and s.user_id = $3 and m.role = 'assistant'"#,
        tenant_id.uuid(),
        id.uuid(),
        member.user_id.uuid(),
    )
    .fetch_one(tx.connection())
    .await?;
    let question = old.question.ok_or(AppError::NotFound)?;
    let position = next_position(tx, member, old.session).await?;
    let replaced = sqlx::query!(
        "update chat_messages set replaced_at = now()
         where tenant_id = $1 and id = $2 and status = $3 and replaced_at is null",
        tenant_id.uuid(),
        id.uuid(),
        expected.as_str(),
    )
    .execute(tx.connection())
    .await?;
    if replaced.rows_affected() == 0 {
        return Err(AppError::not_possible("This answer has changed meanwhile. Look at it again."));
    }
    let answer = insert_answer(tx, member, old.session, position, question).await?;
    Ok(Asked { session: old.session, question, answer })
}

/// What answers are made for.
pub struct Work {
    pub question: String,
    /// Of the question.
    pub position: i32,
    pub correlation_id: CorrelationId,
}

/// What a pending answer is to answer.
pub async fn find_work(tx: &mut TenantTx, answer: ChatMessageId) -> Result<Work, AppError> {
    let tenant_id = tx.tenant_id();
    Ok(sqlx::query_as!(
        Work,
        r#"select q.content as question, q.position, m.correlation_id as "correlation_id: CorrelationId"
           from chat_messages m join chat_messages q on q.tenant_id = m.tenant_id and q.id = m.question_id
           where m.tenant_id = $1 and m.id = $2"#,
        tenant_id.uuid(),
        answer.uuid(),
    )
    .fetch_one(tx.connection())
    .await?)
}

/// What a sign of life finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beat {
    GoOn,
    /// Its reader wants no more.
    Stop,
    /// It is no longer there to be written.
    Gone,
}

/// A sign of life with the text so far.
pub async fn beat(tx: &mut TenantTx, id: ChatMessageId, text: &str) -> Result<Beat, AppError> {
    let tenant_id = tx.tenant_id();
    let stopped = sqlx::query_scalar!(
        r#"update chat_messages set content = $3, worked_at = now()
           where tenant_id = $1 and id = $2 and status = 'pending'
           returning stop_requested_at is not null as "stopped!""#,
        tenant_id.uuid(),
        id.uuid(),
        text,
    )
    .fetch_optional(tx.connection())
    .await?;
    Ok(match stopped {
        Some(false) => Beat::GoOn,
        Some(true) => Beat::Stop,
        None => Beat::Gone,
    })
}

/// Asks whoever writes the answer to stop. Anybody else's isn't found; one that is done stays as it is.
pub async fn request_stop(tx: &mut TenantTx, member: &Member, id: ChatMessageId) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    let session = sqlx::query_scalar!(
        r#"select m.session_id as "session: ChatSessionId"
           from chat_messages m join chat_sessions s on s.tenant_id = m.tenant_id and s.id = m.session_id
           where m.tenant_id = $1 and m.id = $2 and s.user_id = $3 and m.role = 'assistant'"#,
        tenant_id.uuid(),
        id.uuid(),
        member.user_id.uuid(),
    )
    .fetch_one(tx.connection())
    .await?;
    end_interrupted(tx, Some(session)).await?;
    sqlx::query!(
        "update chat_messages set stop_requested_at = coalesce(stop_requested_at, now())
         where tenant_id = $1 and id = $2 and status = 'pending'",
        tenant_id.uuid(),
        id.uuid(),
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Writes down that pending answers without a sign of life were interrupted, in one conversation or all.
pub async fn end_interrupted(tx: &mut TenantTx, session: Option<ChatSessionId>) -> Result<u64, AppError> {
    let tenant_id = tx.tenant_id();
    let ended = sqlx::query!(
        "update chat_messages set status = 'failed', problem = $4, finished_at = now()
         where tenant_id = $1 and ($2::uuid is null or session_id = $2) and status = 'pending'
           and coalesce(worked_at, created_at) < now() - make_interval(secs => $3)",
        tenant_id.uuid(),
        session.map(ChatSessionId::uuid),
        DEAD_AFTER_SECONDS,
        AnswerProblem::Interrupted.as_str(),
    )
    .execute(tx.connection())
    .await?;
    Ok(ended.rows_affected())
}

/// How an answer ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    Completed(AnswerOutcome),
    Failed(AnswerProblem),
}

impl Ended {
    /// As the message's status says it.
    pub const fn status(self) -> MessageStatus {
        match self {
            Self::Completed(_) => MessageStatus::Completed,
            Self::Failed(_) => MessageStatus::Failed,
        }
    }
}

/// A finished answer.
pub struct Finished {
    pub text: String,
    pub ended: Ended,
    pub sources: Vec<NewCitation>,
    pub prompt: Option<PromptVersion>,
    pub model: Option<String>,
    pub provider: Option<String>,
    pub fallback: Option<FallbackReason>,
    pub is_own_key: bool,
    pub input_tokens: u32,
    pub output_tokens: u32,
    /// What was looked up on the way.
    pub tool_calls: Value,
    pub latency: Duration,
}

impl Finished {
    /// Nothing came of it.
    pub fn failed(problem: AnswerProblem, latency: Duration) -> Self {
        Self {
            text: String::new(),
            ended: Ended::Failed(problem),
            sources: Vec::new(),
            prompt: None,
            model: None,
            provider: None,
            fallback: None,
            is_own_key: false,
            input_tokens: 0,
            output_tokens: 0,
            tool_calls: Value::Array(Vec::new()),
            latency,
        }
    }
}

/// A source that an answer cites, or names as near.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCitation {
    pub number: i32,
    pub document_tenant_id: TenantId,
    pub document_id: DocumentId,
    pub chunk_id: ChunkId,
    pub quote: String,
    pub was_cited: bool,
}

/// Writes an answer down for good; false if nobody waits for it any more.
pub async fn finish(
    tx: &mut TenantTx,
    session: ChatSessionId,
    id: ChatMessageId,
    finished: &Finished,
) -> Result<bool, AppError> {
    let tenant_id = tx.tenant_id();
    let (outcome, problem) = match finished.ended {
        Ended::Completed(outcome) => (Some(outcome.as_str()), None),
        Ended::Failed(problem) => (None, Some(problem.as_str())),
    };
    let small = |count: u32| i32::try_from(count).unwrap_or(i32::MAX);
    let written = sqlx::query!(
        "update chat_messages
         set content = $3, status = $4, outcome = $5, problem = $6, prompt_tenant_id = $7, prompt_id = $8,
             model_used = $9, provider_used = $10, fallback_reason = $11, is_own_key = $12, input_tokens = $13,
             output_tokens = $14, tool_calls = $15, latency_ms = $16, worked_at = now(), finished_at = now()
         where tenant_id = $1 and id = $2 and status = 'pending'",
        tenant_id.uuid(),
        id.uuid(),
        finished.text,
        finished.ended.status().as_str(),
        outcome,
        problem,
        finished.prompt.map(|prompt| prompt.tenant_id.uuid()),
        finished.prompt.map(|prompt| prompt.id.uuid()),
        finished.model,
        finished.provider,
        finished.fallback.map(FallbackReason::as_str),
        finished.is_own_key,
        small(finished.input_tokens),
        small(finished.output_tokens),
        finished.tool_calls,
        i32::try_from(finished.latency.as_millis()).unwrap_or(i32::MAX),
    )
    .execute(tx.connection())
    .await?;
    if written.rows_affected() == 0 {
        return Ok(false);
    }
    sources::settle(tx, id, finished).await?;
    sqlx::query!(
        "update chat_sessions set last_message_at = now() where tenant_id = $1 and id = $2",
        tenant_id.uuid(),
        session.uuid(),
    )
    .execute(tx.connection())
    .await?;
    Ok(true)
}

/// What a reader's opinion is about.
pub struct Rated {
    pub question: String,
    /// Whether the same person had called it not helpful before.
    pub was_unhelpful: bool,
}

/// Keeps what the reader thinks of a complete answer, in the place of what they thought before.
pub async fn save_feedback(
    tx: &mut TenantTx,
    member: &Member,
    id: ChatMessageId,
    feedback: &Feedback,
) -> Result<Rated, AppError> {
    let tenant_id = tx.tenant_id();
    let rated = sqlx::query_as!(
        Rated,
        r#"select q.content as question, coalesce(not f.is_helpful, false) as "was_unhelpful!"
           from chat_messages m
           join chat_sessions s on s.tenant_id = m.tenant_id and s.id = m.session_id
           join chat_messages q on q.tenant_id = m.tenant_id and q.id = m.question_id
           left join chat_feedback f on f.tenant_id = m.tenant_id and f.message_id = m.id and f.user_id = $3
           where m.tenant_id = $1 and m.id = $2 and s.user_id = $3 and m.status = 'completed'"#,
        tenant_id.uuid(),
        id.uuid(),
        member.user_id.uuid(),
    )
    .fetch_one(tx.connection())
    .await?;
    sqlx::query!(
        "insert into chat_feedback (tenant_id, message_id, user_id, is_helpful, reason, comment)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (tenant_id, message_id, user_id) do update
         set is_helpful = excluded.is_helpful, reason = excluded.reason, comment = excluded.comment, updated_at = now()",
        tenant_id.uuid(),
        id.uuid(),
        member.user_id.uuid(),
        feedback.is_helpful,
        feedback.reason.map(FeedbackReason::as_str),
        feedback.comment,
    )
    .execute(tx.connection())
    .await?;
    Ok(rated)
}
