//! SupportSignal: incident reporting for organisations that support people with disability.
//!
//! One folder a capability: its types and rules in `<thing>.rs`, its server functions in `api.rs`,
//! its SQL in `store.rs`, its background work in `jobs.rs`, its pages in `pages/`. What only the
//! server has is gated here and in each capability's module list, and nowhere else.

#![recursion_limit = "512"]

pub mod accounts;
pub mod address;
pub mod ai;
pub mod analysis;
pub mod app;
pub mod audit;
pub mod chat;
pub mod clarification;
pub mod connections;
pub mod dashboards;
pub mod data_requests;
pub mod debug_log;
pub mod error;
pub mod ids;
pub mod incidents;
pub mod jobs;
pub mod knowledge;
pub mod notifications;
pub mod participants;
pub mod people;
pub mod prompts;
pub mod providers;
pub mod sites;
pub mod tenants;
mod text_enum;
pub mod ui;
pub mod usage;

#[cfg(feature = "ssr")]
pub mod benchmark;
#[cfg(feature = "ssr")]
pub mod csv;
#[cfg(feature = "ssr")]
pub mod demo;
#[cfg(feature = "ssr")]
pub mod pdf;
#[cfg(feature = "ssr")]
pub mod platform;

/// Takes over the server's HTML in the browser.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    if !app::loads_again() {
        leptos::mount::hydrate_body(app::App);
    }
}
