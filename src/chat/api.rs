//! Server functions of conversations. All of them are about one's own: anybody else's isn't found.

use super::{
    conversation::{Asked, ChatStart, Conversation, SessionPage},
    message::ChatMessage,
};
use crate::{
    error::AppError,
    ids::{ChatMessageId, ChatSessionId},
    tenants::tenant::TenantSlug,
};
use leptos::prelude::*;

/// What a new conversation begins with.
#[server(endpoint = "chat/start")]
pub async fn get_start(tenant: TenantSlug) -> Result<ChatStart, AppError> {
    Err(AppError::Internal)
}

/// Asks a question, in a new conversation or in one of one's own, and has the answer written. A new
/// conversation leads to its page.
#[server(endpoint = "chat/ask")]
pub async fn ask(
    tenant: TenantSlug,
    session: Option<ChatSessionId>,
    #[server(default)] question: String,
) -> Result<Asked, AppError> {
    Err(AppError::Internal)
}

/// A conversation with all its messages.
#[server(endpoint = "chat/session")]
pub async fn get_session(tenant: TenantSlug, id: ChatSessionId) -> Result<Conversation, AppError> {
    Err(AppError::Internal)
}

/// One page of one's conversations, the latest first, after the one called `after`; `search` is words of a
/// title or a message.
#[server(endpoint = "chat/sessions")]
pub async fn list_sessions(
    tenant: TenantSlug,
    #[server(default)] search: String,
    #[server(default)] archived: bool,
    after: Option<ChatSessionId>,
) -> Result<SessionPage, AppError> {
    Err(AppError::Internal)
}

/// One message as it is now.
#[server(endpoint = "chat/message")]
pub async fn get_message(tenant: TenantSlug, id: ChatMessageId) -> Result<ChatMessage, AppError> {
    Err(AppError::Internal)
}

/// Stops an answer that is being written; what is there stays. One that is done stays as it is.
#[server(endpoint = "chat/stop")]
pub async fn stop_answer(tenant: TenantSlug, id: ChatMessageId) -> Result<(), AppError> {
    Err(AppError::Internal)
}

/// Tries again after an answer failed; `id` is the failed answer's.
#[server(endpoint = "chat/retry")]
pub async fn retry_answer(tenant: TenantSlug, id: ChatMessageId) -> Result<Asked, AppError> {
    Err(AppError::Internal)
}

/// Answers again in the place of a complete answer, which is kept as an older try.
#[server(endpoint = "chat/regenerate")]
pub async fn regenerate_answer(tenant: TenantSlug, id: ChatMessageId) -> Result<Asked, AppError> {
    Err(AppError::Internal)
}

/// Says whether an answer was helpful; saying it again changes it.
#[server(endpoint = "chat/rate")]
pub async fn rate_answer(
    tenant: TenantSlug,
    id: ChatMessageId,
    is_helpful: bool,
    #[server(default)] reason: String,
    #[server(default)] comment: String,
) -> Result<(), AppError> {
    Err(AppError::Internal)
}

/// Gives a conversation another title.
#[server(endpoint = "chat/rename")]
pub async fn rename_session(
    tenant: TenantSlug,
    id: ChatSessionId,
    #[server(default)] title: String,
) -> Result<(), AppError> {
    Err(AppError::Internal)
}

/// Puts a conversation out of the list, or back into it.
#[server(endpoint = "chat/archive")]
pub async fn archive_session(tenant: TenantSlug, id: ChatSessionId) -> Result<(), AppError> {
    Err(AppError::Internal)
}

/// Puts an archived conversation back into the list.
#[server(endpoint = "chat/restore")]
pub async fn restore_session(tenant: TenantSlug, id: ChatSessionId) -> Result<(), AppError> {
    Err(AppError::Internal)
}

/// Deletes a conversation for good; leads to a new one.
#[server(endpoint = "chat/delete")]
pub async fn delete_session(tenant: TenantSlug, id: ChatSessionId) -> Result<(), AppError> {
    Err(AppError::Internal)
}
