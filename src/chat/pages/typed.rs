//! What was typed and not asked yet lies in the browser's session storage, so that it survives a lost
//! connection, a reload and signing in again.

use crate::ids::{ChatSessionId, UserId};

/// Names the question box of a person's conversation, or of their next one.
pub fn storage_key(person: UserId, session: Option<ChatSessionId>) -> String {
    match session {
        Some(session) => format!("question:{person}:{session}"),
        None => format!("question:{person}:new"),
    }
}

/// What is kept; nothing if the storage is switched off.
#[cfg(feature = "hydrate")]
pub fn kept(key: &str) -> Option<String> {
    storage()?.get_item(key).ok().flatten().filter(|text| !text.is_empty())
}

/// Keeps a text; an empty one is forgotten.
#[cfg(feature = "hydrate")]
pub fn keep(key: &str, text: &str) {
    if let Some(storage) = storage() {
        // A full storage costs the copy, not the question.
        let _ = if text.is_empty() { storage.remove_item(key) } else { storage.set_item(key, text) };
    }
}

#[cfg(feature = "hydrate")]
fn storage() -> Option<web_sys::Storage> {
    leptos::prelude::window().session_storage().ok().flatten()
}

#[cfg(not(feature = "hydrate"))]
pub fn kept(_key: &str) -> Option<String> {
    None
}

#[cfg(not(feature = "hydrate"))]
pub fn keep(_key: &str, _text: &str) {}

/// What was typed into a form that came back without JavaScript.
#[cfg(feature = "ssr")]
pub fn posted_question() -> Option<String> {
    crate::platform::posted::Posted::current().map(|posted| posted.field("question"))
}

/// A browser's page never is the answer to a form.
#[cfg(not(feature = "ssr"))]
pub fn posted_question() -> Option<String> {
    None
}
