//! A private database in a temporary folder, to measure on and to remove afterwards. The product's own
//! database isn't touched.

use super::{
    Services,
    config::{Config, DatabaseConfig, FilesConfig},
    embedded_postgres::Durability,
    runtime::Runtime,
};
use anyhow::Context;
use sqlx::{ConnectOptions, postgres::PgConnectOptions};
use std::{env, fs, path::PathBuf};

/// Such a database, migrated, with nothing in it.
pub struct Throwaway {
    pub services: Services,
    runtime: Runtime,
    folder: PathBuf,
}

impl Throwaway {
    /// Starts one.
    pub async fn start(config: Config) -> anyhow::Result<Self> {
        let folder = env::temp_dir().join(format!("supportsignal-eval-{}", uuid::Uuid::now_v7().simple()));
        let config = Config {
            database: DatabaseConfig::Embedded,
            data_dir: folder.clone(),
            files: FilesConfig::Folder(folder.join("files")),
            ..config
        };
        let runtime = Runtime::start_with(config, Durability::Throwaway).await?;
        runtime.migrate().await?;
        let services = runtime.services().await?;
        Ok(Self { services, runtime, folder })
    }

    /// How the owner of the tables signs in.
    pub fn owner(&self) -> anyhow::Result<&PgConnectOptions> {
        self.runtime.owner_options().context("a private database has an owner")
    }

    /// The settings of a server that works with it.
    pub fn environment(&self) -> [(&'static str, String); 2] {
        [
            ("DATABASE_URL", self.services.pool.connect_options().to_url_lossy().into()),
            ("SUPPORTSIGNAL_DATA_DIR", self.folder.to_string_lossy().into_owned()),
        ]
    }

    /// Does what PostgreSQL does by itself after a while.
    pub async fn tidy(&self) -> anyhow::Result<()> {
        tidy(self.owner()?).await
    }

    /// Stops the database and removes it.
    pub async fn remove(self) -> anyhow::Result<()> {
        self.services.pool.close().await;
        self.runtime.stop().await?;
        // PostgreSQL refuses to run as root, so its data may lie elsewhere, with a link to it.
        if let Ok(elsewhere) = fs::canonicalize(self.folder.join("postgres")) {
            let _ = fs::remove_dir_all(elsewhere);
        }
        fs::remove_dir_all(&self.folder).context("the temporary folder can't be removed")
    }
}

/// Lets PostgreSQL learn what a database holds, as its owner.
pub async fn tidy(owner: &PgConnectOptions) -> anyhow::Result<()> {
    let mut connection = owner.connect().await?;
    sqlx::raw_sql("vacuum analyze").execute(&mut connection).await.context("the database can't be tidied")?;
    Ok(())
}
