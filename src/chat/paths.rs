//! Addresses of conversations.

use super::message::CitedSource;
use crate::{
    ids::{ChatMessageId, ChatSessionId},
    tenants::tenant::TenantSlug,
};

/// A new conversation.
pub fn start(tenant: &TenantSlug) -> String {
    format!("/{tenant}/chat")
}

/// One conversation.
pub fn session(tenant: &TenantSlug, id: ChatSessionId) -> String {
    format!("/{tenant}/chat/{id}")
}

/// All of one's conversations.
pub fn history(tenant: &TenantSlug) -> String {
    format!("/{tenant}/chat/history")
}

/// The events of an answer that is being written; see [`super::event`].
pub fn stream(tenant: &TenantSlug, id: ChatMessageId) -> String {
    format!("/{tenant}/chat/messages/{id}/stream")
}

/// A conversation as a file: `md` or `json`.
pub fn export(tenant: &TenantSlug, id: ChatSessionId, format: &str) -> String {
    format!("/{tenant}/chat/{id}/export?format={format}")
}

/// Where a conversation is renamed, saved as a file, archived and deleted.
pub fn manage(tenant: &TenantSlug, id: ChatSessionId) -> String {
    format!("/{tenant}/chat/{id}/manage")
}

/// The page of a source: its passage where there still is one, its document otherwise.
pub fn source(tenant: &TenantSlug, source: &CitedSource) -> String {
    let document = format!("/{tenant}/knowledge/{}", source.document_id);
    match source.chunk_id {
        Some(chunk) => format!("{document}/passages/{chunk}"),
        None => document,
    }
}

/// The id of a message's element on its page.
pub fn anchor(id: ChatMessageId) -> String {
    format!("message-{id}")
}
