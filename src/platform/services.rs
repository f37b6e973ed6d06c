//! What a server function or a job may need, handed around as one cheap clone.

use super::{config::Config, mail::Mailer, password_hash::PasswordHashing};
use crate::{
    ai::{client::AiClient, seal::KeyRing},
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
    pub passwords: PasswordHashing,
    pub ai: AiClient,
    pub keys: KeyRing,
    /// Work that outlives its request and that shutting down waits for.
    pub tasks: TaskTracker,
}

/// The way to AI providers, and what seals their keys, as the settings say.
pub fn ai(config: &Config) -> anyhow::Result<(AiClient, KeyRing)> {
    let keys = KeyRing::from_settings(config.ai_keys.as_ref().map(ExposeSecret::expose_secret), &config.data_dir)?;
    Ok((AiClient { allow_private_addresses: config.ai_private_addresses }, keys))
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
