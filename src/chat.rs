//! Asking the knowledge base: conversations whose every answer cites its sources.

pub mod message;
