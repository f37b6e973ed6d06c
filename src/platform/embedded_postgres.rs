//! A PostgreSQL of the server's own, for machines where nobody runs one: started as a child over a
//! unix socket below the data directory, watched while it runs, shut down with the server.
//!
//! The first process on a data directory owns the database; later ones (`supportsignal demo` beside
//! a running server) use what it started.

mod account;
mod binaries;
mod bootstrap;
mod cluster;
mod process;
mod stale;
#[cfg(test)]
mod tests;

use cluster::Cluster;
use process::Supervisor;
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use std::{
    fs::File,
    path::{Path, PathBuf},
    time::Duration,
};
use tokio::{
    sync::watch,
    time::{Instant, sleep},
};

/// The database that [`EmbeddedPostgres::start`] creates.
pub const DATABASE: &str = "supportsignal";

/// How long the process that owns a database may take to create it, or to leave it.
const HAND_OVER_TIME: Duration = Duration::from_secs(60);

/// What to start, and how much its data is worth.
#[derive(Debug, Clone)]
pub struct EmbeddedConfig {
    /// The product's data directory; the database gets the folder `postgres` in it.
    pub data_dir: PathBuf,
    /// Folder of PostgreSQL's programs, if not one of those that `script/setup` fills.
    pub postgres_bin: Option<PathBuf>,
    pub durability: Durability,
}

/// Whether a commit must survive a power cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// For everything people type.
    Durable,
    /// For tests only: faster, and lost when the machine stops.
    Throwaway,
}

/// The roles that [`EmbeddedPostgres::start`] makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DatabaseRole {
    /// For set-up, backups and tests; row-level security doesn't bind it.
    Superuser,
    /// Owns the tables and runs migrations.
    Owner,
    /// The server's own, bound by row-level security.
    App,
}

impl DatabaseRole {
    /// The role's name in PostgreSQL.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Superuser => "postgres",
            Self::Owner => "supportsignal_owner",
            Self::App => "supportsignal_app",
        }
    }
}

/// What the database is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PostgresState {
    Starting,
    Running,
    /// It ended by itself and is being started again.
    Restarting,
    Stopped,
}

/// Why the private PostgreSQL can't be used.
#[derive(Debug, thiserror::Error)]
pub enum EmbeddedPostgresError {
    #[error(
        "PostgreSQL's programs are not installed; run `make setup`, or set SUPPORTSIGNAL_POSTGRES_BIN to their folder, or DATABASE_URL to a server"
    )]
    ProgramsMissing,
    #[error(
        "there is no PostgreSQL in {0}; SUPPORTSIGNAL_POSTGRES_BIN must name the folder that holds `postgres` and `initdb`"
    )]
    NoProgramsIn(PathBuf),
    #[error("the PostgreSQL in {folder} doesn't run: {reason}")]
    ProgramsBroken { folder: PathBuf, reason: String },
    #[error("the PostgreSQL in {folder} is version {found}; SupportSignal needs {minimum} or newer")]
    TooOld { folder: PathBuf, found: u32, minimum: u32 },
    #[error(
        "the data in {folder} was made by PostgreSQL {data}, but the programs are version {programs}; use programs of version {data}, or move the data over with pg_dump and pg_restore"
    )]
    OtherVersion { folder: PathBuf, data: String, programs: u32 },
    #[error("{path} can't be used: {source}")]
    Files { path: PathBuf, source: std::io::Error },
    #[error(
        "{path} can't be entered by the user that PostgreSQL runs as (number {uid}), because PostgreSQL refuses to run as root; let others enter its folders (chmod o+x) or choose another place"
    )]
    Unreachable { path: PathBuf, uid: u32 },
    #[error(
        "{path} belongs to another user (number {owner}); start SupportSignal as that user, or choose another SUPPORTSIGNAL_DATA_DIR"
    )]
    NotOurs { path: PathBuf, owner: u32 },
    #[error("the database files can't be created: {0}")]
    InitFailed(String),
    #[error("an earlier PostgreSQL (process {0}) still holds the data and doesn't stop; end it, then start again")]
    StillRunning(i32),
    #[error("PostgreSQL doesn't start: {0}")]
    StartFailed(String),
    #[error("another SupportSignal process uses {0}, and its database doesn't answer")]
    InUse(PathBuf),
    #[error(
        "PostgreSQL has no pgvector; run `make setup`, or install pgvector for the PostgreSQL in SUPPORTSIGNAL_POSTGRES_BIN ({0})"
    )]
    NoVector(String),
    #[error("the database can't be prepared: {0}")]
    Bootstrap(#[from] sqlx::Error),
    #[error("PostgreSQL didn't stop in time and was ended by force; its data is safe and the next start checks it")]
    Forced,
}

impl EmbeddedPostgresError {
    fn files(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Files { path, source }
    }
}

/// A running private PostgreSQL. Dropping it shuts the database down too, without waiting.
#[derive(Debug)]
pub struct EmbeddedPostgres {
    socket_dir: PathBuf,
    state: watch::Receiver<PostgresState>,
    /// None when another process owns the database.
    supervisor: Option<Supervisor>,
}

impl EmbeddedPostgres {
    /// Starts the database, creating it on first use, and returns once it can be used.
    pub async fn start(config: EmbeddedConfig) -> Result<Self, EmbeddedPostgresError> {
        let durability = config.durability;
        let cluster = blocking(move || Cluster::open(&config)).await?;
        let deadline = Instant::now() + HAND_OVER_TIME;
        loop {
            // Its owner may be creating it, or be leaving just now: then it falls to this process.
            if let Some(lock) = cluster.lock()? {
                return Self::own(cluster, lock, durability).await;
            }
            let attached = Self::attached_to(&cluster);
            if bootstrap::is_created(&attached).await.unwrap_or(false) {
                return Ok(attached);
            }
            if Instant::now() > deadline {
                return Err(EmbeddedPostgresError::InUse(cluster.root().to_owned()));
            }
            sleep(Duration::from_millis(100)).await;
        }
    }

    async fn own(cluster: Cluster, lock: File, durability: Durability) -> Result<Self, EmbeddedPostgresError> {
        stale::end_leftover(&cluster).await?;
        cluster.prepare(durability).await?;
        let socket_dir = cluster.socket_dir().to_owned();
        let (supervisor, state) = Supervisor::start(cluster, lock, durability).await?;
        let postgres = Self { socket_dir, state, supervisor: Some(supervisor) };
        if let Err(error) = bootstrap::create_database(&postgres).await {
            if let Err(stopping) = postgres.stop().await {
                tracing::warn!(error = %stopping, "PostgreSQL did not stop cleanly");
            }
            return Err(error);
        }
        Ok(postgres)
    }

    fn attached_to(cluster: &Cluster) -> Self {
        // Nobody reports on another process's database, so the state stays as it was found.
        let (_, state) = watch::channel(PostgresState::Running);
        Self { socket_dir: cluster.socket_dir().to_owned(), state, supervisor: None }
    }

    /// How to reach a database here as one of its roles.
    pub fn connect_options(&self, role: DatabaseRole, database: &str) -> PgConnectOptions {
        connect_options(&self.socket_dir, role, database)
    }

    /// The folder of the unix socket, for `psql -h`.
    pub fn socket_dir(&self) -> &Path {
        &self.socket_dir
    }

    /// What the database is doing, and every change of it.
    pub fn state(&self) -> watch::Receiver<PostgresState> {
        self.state.clone()
    }

    /// Ends open transactions, writes everything to disk and waits until PostgreSQL has left.
    pub async fn stop(self) -> Result<(), EmbeddedPostgresError> {
        match self.supervisor {
            Some(supervisor) => supervisor.stop().await,
            None => Ok(()),
        }
    }
}

fn connect_options(socket_dir: &Path, role: DatabaseRole, database: &str) -> PgConnectOptions {
    PgConnectOptions::new_without_pgpass()
        .socket(socket_dir)
        .port(cluster::PORT)
        .username(role.name())
        .database(database)
        .ssl_mode(PgSslMode::Disable)
}

async fn blocking<T, F>(work: F) -> Result<T, EmbeddedPostgresError>
where
    T: Send + 'static,
    F: FnOnce() -> Result<T, EmbeddedPostgresError> + Send + 'static,
{
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => Err(EmbeddedPostgresError::StartFailed(error.to_string())),
    }
}
