//! The integration tests: the real router and the real worker on a real PostgreSQL, under the role
//! that row-level security binds.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that can't go on has failed")]

mod accounts;
mod ai_rows;
mod ai_settings;
mod ai_steps;
mod analysis;
mod app;
mod attack_matrix;
mod attack_tables;
mod audit;
mod browser;
mod catalogue;
mod catalogue_walk;
mod chat;
mod chat_pages;
mod database;
mod demo;
mod embeddings;
mod fake_provider;
mod faults;
mod gaps;
mod incidents;
mod jobs;
mod knowledge;
mod knowledge_pages;
mod knowledge_rows;
mod lists;
mod meaning;
mod passages;
mod prompts;
mod providers;
mod search;
mod seed;
mod settings;
mod statements;
mod story;
mod usage;
mod wire;
