//! What a server function or a job may need, handed around as one cheap clone.

use super::{config::Config, files::Files, mail::Mailer, password_hash::PasswordHashing, seal::KeyRing};
use crate::{
    ai::{
        client::{AiClient, ClientLimits},
        embeddings::{Embedder, meaning::MeaningReader},
    },
    chat::live::LiveAnswers,
    debug_log::writer::DebugLog,
    error::AppError,
};
use secrecy::ExposeSecret;
use sqlx::PgPool;
use std::sync::Arc;
use tokio_util::task::TaskTracker;

/// The server's parts.
#[derive(Clone)]
pub struct Services {
    pub config: Arc<Config>,
    pub pool: PgPool,
    pub mailer: Mailer,
    /// What people upload.
    pub files: Files,
    pub passwords: PasswordHashing,
    /// The way to AI providers.
    pub ai: AiClient,
    /// What makes vectors of texts on this machine.
    pub embedder: Embedder,
    /// What reads from such vectors what an account means.
    pub meanings: MeaningReader,
    /// What seals providers' keys, and the secrets of second factors.
    pub keys: KeyRing,
    /// Where lines of the debug log go.
    pub log: DebugLog,
    /// The answers that this process is writing.
    pub answers: LiveAnswers,
    /// Work that outlives its request and that shutting down waits for.
    pub tasks: TaskTracker,
}

/// The way to AI providers, and what seals their keys, as the settings say.
pub fn ai(config: &Config) -> anyhow::Result<(AiClient, KeyRing)> {
    let limits = ClientLimits { allow_private_addresses: config.ai_private_addresses, ..ClientLimits::default() };
    let keys = KeyRing::from_settings(config.ai_keys.as_ref().map(ExposeSecret::expose_secret), &config.data_dir)?;
    Ok((AiClient::new(limits)?, keys))
}

impl Services {
    /// The services of the server that runs the current server function.
    pub fn current() -> Result<Self, AppError> {
        leptos::prelude::use_context::<Self>().ok_or_else(|| {
            tracing::error!(error.kind = "no_context", "a server function ran outside the server");
            AppError::Internal
        })
    }
}
