//! Clarification: the questions that an account leaves open, and their answers.

pub mod answer_fields;
pub mod api;
pub mod pages;
pub mod question;

#[cfg(feature = "ssr")]
pub mod jobs;
#[cfg(feature = "ssr")]
pub mod store;
