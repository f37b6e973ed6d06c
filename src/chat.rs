//! Asking the knowledge base: conversations whose every answer cites its sources.

pub mod api;
pub mod conversation;
pub mod event;
pub mod message;
pub mod paths;
pub mod question;
