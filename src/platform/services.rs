//! What a server function or a job may need, handed around as one cheap clone.

use super::{config::Config, mail::Mailer, password_hash::PasswordHashing};
use crate::error::AppError;
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
    /// Work that outlives its request and that shutting down waits for.
    pub tasks: TaskTracker,
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
