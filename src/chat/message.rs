//! A message of a conversation, and what an answer cites.

use crate::{
    ids::{ChatMessageId, ChunkId, DocumentId, TenantId},
    text_enum::text_enum,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

text_enum! {
    /// Who speaks.
    Speaker {
        User = "user", "You";
        Assistant = "assistant", "SupportSignal";
        System = "system", "System";
    }
}

text_enum! {
    /// Whether a message is whole.
    MessageStatus {
        Pending = "pending", "Being written";
        Completed = "completed", "Complete";
        Failed = "failed", "Failed";
    }
}

text_enum! {
    /// What a complete answer came to.
    AnswerOutcome {
        Answered = "answered", "Answered";
        /// No citation of it held, so nothing stands behind it.
        Unverified = "unverified", "Not verified";
        NotFound = "not_found", "Not found";
        /// Its reader stopped it.
        Stopped = "stopped", "Stopped";
    }
}

text_enum! {
    /// Why an answer failed.
    AnswerProblem {
        Interrupted = "interrupted", "The answer was interrupted. Your question is kept.";
        Failed = "failed", "Something went wrong while answering. Your question is kept.";
    }
}

/// A message as its owner reads it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChatMessage {
    pub id: ChatMessageId,
    pub position: i32,
    pub speaker: Speaker,
    /// Of an answer: text with citations as `[1]`. Of a pending one: what there is so far.
    pub content: String,
    pub status: MessageStatus,
    pub outcome: Option<AnswerOutcome>,
    pub problem: Option<AnswerProblem>,
    /// Of an answer: the question that it answers.
    pub question_id: Option<ChatMessageId>,
    /// "built-in", or the provider's name and the model.
    pub model_used: Option<String>,
    /// Why the built-in engine had to stand in, as people read it.
    pub fallback: Option<String>,
    pub citations: Vec<Citation>,
    pub feedback: Option<Feedback>,
    pub tokens_used: i32,
    pub created_at: DateTime<Utc>,
}

impl ChatMessage {
    /// Whether it is an answer that is being written.
    pub fn is_pending(&self) -> bool {
        self.status == MessageStatus::Pending
    }
}

/// A numbered source of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Citation {
    /// As the text refers to it: `[1]`.
    pub number: i32,
    /// Nothing: it is gone, or its reader may no longer see it.
    pub source: Option<CitedSource>,
    /// False: only named as near, by an answer that found nothing.
    pub was_cited: bool,
}

/// Where a citation leads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CitedSource {
    pub document_tenant_id: TenantId,
    pub document_id: DocumentId,
    pub document_title: String,
    /// Nothing: the document has changed and no longer has the passage.
    pub chunk_id: Option<ChunkId>,
    pub heading: String,
    pub page: Option<i32>,
    /// The words of the passage that carry the statement.
    pub quote: String,
}

/// What its reader thought of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feedback {
    pub is_helpful: bool,
    pub reason: Option<FeedbackReason>,
    pub comment: String,
}

text_enum! {
    /// What was wrong with an answer.
    FeedbackReason {
        Wrong = "wrong", "It's wrong";
        Incomplete = "incomplete", "Something is missing";
        Unclear = "unclear", "It's hard to understand";
        WrongSource = "wrong_source", "The sources don't say that";
        Other = "other", "Something else";
    }
}
