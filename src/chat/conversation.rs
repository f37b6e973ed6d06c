//! A conversation, and the list of one's own.

use super::message::ChatMessage;
use crate::{
    ai::provider::FallbackReason,
    ids::{ChatMessageId, ChatSessionId},
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// What a new conversation begins with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChatStart {
    /// How many documents the person can ask.
    pub document_count: i64,
    /// Titles of some of them, at most three, to make example questions from.
    pub titles: Vec<String>,
    pub answered_by: AnsweredBy,
}

/// Who answers this person's next question, as things stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum AnsweredBy {
    /// No provider was chosen.
    BuiltIn,
    /// A provider was chosen but can't be used, for this reason.
    Fallback { reason: FallbackReason },
    /// The provider's name and the model.
    Provider { model: String },
}

/// A conversation as its owner reads it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Conversation {
    pub id: ChatSessionId,
    pub title: String,
    pub is_archived: bool,
    /// Each question, followed by the answer that stands.
    pub messages: Vec<ChatMessage>,
    /// Answers in whose place a newer try stands, oldest first; see their `question_id`.
    pub older_tries: Vec<ChatMessage>,
    pub answered_by: AnsweredBy,
    pub time_zone: Tz,
}

impl Conversation {
    /// The answer that is being written, if one is.
    pub fn pending(&self) -> Option<&ChatMessage> {
        self.messages.iter().find(|message| message.is_pending())
    }
}

/// One page of one's conversations, the latest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionPage {
    pub sessions: Vec<SessionRow>,
    /// Where the next page begins: after this one.
    pub next: Option<ChatSessionId>,
    pub time_zone: Tz,
    /// The server's clock.
    pub now: DateTime<Utc>,
}

/// One line of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionRow {
    pub id: ChatSessionId,
    pub title: String,
    pub last_message_at: DateTime<Utc>,
    pub is_archived: bool,
    /// Whether an answer is being written.
    pub is_answering: bool,
    /// Of a search that found a message: the words around the place.
    pub found: Option<String>,
}

/// A question that was put, and the answer that is being written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    pub session: ChatSessionId,
    pub question: ChatMessageId,
    pub answer: ChatMessageId,
}

/// Each question followed by the answers to it, whenever those were written.
pub fn in_turns(mut messages: Vec<ChatMessage>) -> Vec<ChatMessage> {
    let places: Vec<_> = messages.iter().map(|message| (message.id, message.position)).collect();
    let turn = |message: &ChatMessage| {
        let question = message.question_id.unwrap_or(message.id);
        places.iter().find(|(id, _)| *id == question).map_or(message.position, |(_, position)| *position)
    };
    messages.sort_by_key(|message| (turn(message), message.position));
    messages
}
