//! Asking the knowledge base: conversations whose every answer cites its sources.
//!
//! A question and its answer are written down at once, the answer as pending. A task of this process
//! then writes it, piece by piece into its row, so that a reload, another server or a crash shows the
//! truth. What an answer says must stand in passages that its reader may read.

pub mod answer_text;
pub mod api;
pub mod conversation;
pub mod event;
pub mod message;
pub mod pages;
pub mod paths;
pub mod question;
pub mod turn;

#[cfg(feature = "ssr")]
pub mod answer;
#[cfg(feature = "ssr")]
pub mod export;
#[cfg(feature = "ssr")]
pub mod housekeeping;
#[cfg(feature = "ssr")]
pub mod live;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
pub mod stream;
