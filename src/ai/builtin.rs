//! The built-in engine: clarification questions, enhancement, contributing conditions, classification
//! and answers from documents without a model, key or network.
//!
//! It is a set of explicit, readable rules and no language model: it matches cue words against a
//! topic table to see what an account leaves out, fills fixed question wordings with the account's
//! own words, and tidies spelling and punctuation from small tables. Conditions and classification
//! come from the cues of `taxonomy.toml`, each with the sentence that holds them. Where the embedding
//! model is installed, classification also compares what the passages mean with the example sentences of
//! `meaning/sentences.txt`, and says so ([`crate::ai::BUILT_IN_WITH_MEANING`]). It doesn't
//! understand the story: an unusual wording can hide that something was told, or make a question miss
//! the point.
//! An answer is made of sentences that stand in the passages that search has found, letter by letter,
//! or there is none.
//! Its output is labelled "built-in" wherever people see it.
//!
//! The same account always gives the same output, and no word of an account is ever treated as an
//! instruction.

#[cfg(feature = "ssr")]
pub mod answer;
pub mod clarify;
#[cfg(feature = "ssr")]
pub mod classify;
#[cfg(feature = "ssr")]
pub mod conditions;
#[cfg(feature = "ssr")]
mod cue;
pub mod enhance;
pub mod language;
#[cfg(feature = "ssr")]
pub mod meaning;
#[cfg(feature = "ssr")]
mod passages;
#[cfg(feature = "ssr")]
mod signs;
#[cfg(feature = "ssr")]
mod spelling;
#[cfg(feature = "ssr")]
mod stance;
#[cfg(feature = "ssr")]
mod taxonomy;
#[cfg(feature = "ssr")]
pub mod terms;
mod topics;
