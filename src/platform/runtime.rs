//! The database behind a command: a private one of our own, or the one that the settings name.

use super::{
    Services,
    config::{Config, DatabaseConfig},
    database::{self, MIGRATIONS},
    embedded_postgres::{DATABASE, DatabaseRole, Durability, EmbeddedConfig, EmbeddedPostgres},
    files::Files,
    mail::Mailer,
    password_hash::PasswordHashing,
    services,
};
use crate::{
    ai::embeddings::{Embedder, meaning::MeaningReader},
    chat::live::LiveAnswers,
    debug_log::writer::DebugLog,
};
use anyhow::Context;
use sqlx::{ConnectOptions, postgres::PgConnectOptions};
use std::{str::FromStr, sync::Arc, thread::available_parallelism};
use tokio_util::task::TaskTracker;

/// A database that can be reached, and the settings around it.
pub struct Runtime {
    config: Arc<Config>,
    postgres: Option<EmbeddedPostgres>,
    runtime_options: PgConnectOptions,
    owner_options: Option<PgConnectOptions>,
}

impl Runtime {
    /// Starts the private PostgreSQL, or takes the configured addresses.
    pub async fn start(config: Config) -> anyhow::Result<Self> {
        Self::start_with(config, Durability::Durable).await
    }

    /// The same, and says how much a private database's data is worth.
    pub async fn start_with(config: Config, durability: Durability) -> anyhow::Result<Self> {
        let config = Arc::new(config);
        match &config.database {
            DatabaseConfig::Embedded => {
                let postgres = EmbeddedPostgres::start(EmbeddedConfig {
                    data_dir: config.data_dir.clone(),
                    postgres_bin: config.postgres_bin.clone(),
                    durability,
                })
                .await?;
                Ok(Self {
                    runtime_options: postgres.connect_options(DatabaseRole::App, DATABASE),
                    owner_options: Some(postgres.connect_options(DatabaseRole::Owner, DATABASE)),
                    postgres: Some(postgres),
                    config,
                })
            }
            DatabaseConfig::External { runtime_url, owner_url } => Ok(Self {
                runtime_options: PgConnectOptions::from_str(runtime_url).context("DATABASE_URL can't be used")?,
                owner_options: owner_url
                    .as_deref()
                    .map(PgConnectOptions::from_str)
                    .transpose()
                    .context("DATABASE_OWNER_URL can't be used")?,
                postgres: None,
                config: Arc::clone(&config),
            }),
        }
    }

    /// How the owner of the tables signs in, where that is known.
    pub const fn owner_options(&self) -> Option<&PgConnectOptions> {
        self.owner_options.as_ref()
    }

    /// Brings the database to this version.
    pub async fn migrate(&self) -> anyhow::Result<()> {
        let owner = self.owner_options.as_ref().context(
            "migrations need the role that owns the tables: set DATABASE_OWNER_URL to the same database as that role",
        )?;
        let mut connection = owner.connect().await.context("the database can't be reached as its owner")?;
        MIGRATIONS.run(&mut connection).await.context("the migrations can't be run")?;
        grant_runtime(&mut connection, &self.runtime_options).await?;
        tracing::info!("the database is at this version");
        Ok(())
    }

    /// The same where the owner is known; otherwise migrations are somebody else's job.
    pub async fn migrate_if_owner(&self) -> anyhow::Result<()> {
        if self.owner_options.is_some() { self.migrate().await } else { Ok(()) }
    }

    /// The services on this database. Refuses a role that row-level security would not bind.
    pub async fn services(&self) -> anyhow::Result<Services> {
        let mut connection = self.runtime_options.connect().await.context("the database can't be reached")?;
        database::check_role(&mut connection).await?;
        drop(connection);
        let (ai, keys) = services::ai(&self.config)?;
        let pool = database::pool(self.runtime_options.clone(), self.config.database_connections);
        let embedder = Embedder::from_config(&self.config);
        Ok(Services {
            log: DebugLog::start(pool.clone()),
            pool,
            mailer: Mailer::from_config(&self.config)?,
            files: Files::from_config(&self.config)?,
            meanings: MeaningReader::new(embedder.clone(), &self.config.data_dir),
            embedder,
            passwords: PasswordHashing::new(available_parallelism().map_or(2, usize::from)),
            ai,
            keys,
            answers: LiveAnswers::default(),
            tasks: TaskTracker::new(),
            config: Arc::clone(&self.config),
        })
    }

    /// Shuts the private PostgreSQL down.
    pub async fn stop(self) -> anyhow::Result<()> {
        match self.postgres {
            Some(postgres) => Ok(postgres.stop().await?),
            None => Ok(()),
        }
    }
}

/// Lets the server's own role work, if its owner may say so; otherwise the check of the role says
/// which statement is missing.
async fn grant_runtime(connection: &mut sqlx::PgConnection, runtime: &PgConnectOptions) -> anyhow::Result<()> {
    let granted = sqlx::query_scalar!(
        r#"select coalesce(pg_has_role(oid, 'supportsignal_runtime', 'usage'), false) as "granted!" from pg_roles where rolname = $1"#,
        runtime.get_username()
    )
    .fetch_optional(&mut *connection)
    .await?;
    if granted == Some(false) {
        let statement = sqlx::query_scalar!(
            r#"select format('grant supportsignal_runtime to %I', $1::text) as "statement!""#,
            runtime.get_username()
        )
        .fetch_one(&mut *connection)
        .await?;
        if sqlx::raw_sql(sqlx::AssertSqlSafe(statement)).execute(connection).await.is_err() {
            tracing::warn!("the owner may not grant supportsignal_runtime to the server's role");
        }
    }
    Ok(())
}
