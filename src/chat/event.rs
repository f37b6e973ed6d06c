//! What `GET /{tenant}/chat/messages/{id}/stream` sends while an answer is written: server-sent events,
//! each with a name and JSON data. The last one is always `done`; after it, the message is read once
//! more, because checking the citations may have changed the text.

use super::message::MessageStatus;
use serde::{Deserialize, Serialize};

/// The whole text so far (`event: text`); takes the place of what was there.
pub const TEXT: &str = "text";
/// Some more text (`event: piece`); goes to the end of what is there.
pub const PIECE: &str = "piece";
/// The answer is written (`event: done`).
pub const DONE: &str = "done";

/// The data of `text` and `piece`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextEvent {
    pub text: String,
}

/// The data of `done`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoneEvent {
    pub status: MessageStatus,
}
