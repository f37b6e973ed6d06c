//! Addresses of conversations.

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
