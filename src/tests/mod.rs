//! The integration tests: the real router and the real worker on a real PostgreSQL, under the role
//! that row-level security binds.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that can't go on has failed")]

mod accounts;
mod acting;
mod ai_rows;
mod ai_settings;
mod ai_steps;
mod analysis;
mod app;
mod attack_matrix;
mod attack_tables;
mod audit;
mod benchmark;
mod browser;
mod catalogue;
mod catalogue_walk;
mod chat;
mod chat_pages;
mod dashboard;
mod data_request_rows;
mod data_requests;
mod database;
mod demo;
mod embeddings;
mod exports;
mod fake_provider;
mod faults;
mod figures;
mod gaps;
mod incidents;
mod inside;
mod inside_rows;
mod jobs;
mod knowledge;
mod knowledge_pages;
mod knowledge_rows;
mod lists;
mod meaning;
mod organisations;
mod passages;
mod people;
mod people_rows;
mod prompts;
mod providers;
mod search;
mod second_factor;
mod seed;
mod settings;
mod standing;
mod statements;
mod story;
mod tenant_rows;
mod tenant_settings;
mod usage;
mod wire;
