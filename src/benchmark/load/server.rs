//! A server of its own to ask: this program again, on a free port of this machine, without a worker.

use super::processes::{CpuTime, parent_of};
use crate::{ai::client::local_http, platform::throwaway::Throwaway};
use anyhow::{Context, bail};
use reqwest::Client;
use std::{
    env,
    net::{Ipv4Addr, TcpListener},
    process::Stdio,
    time::Duration,
};
use tokio::process::{Child, Command};

const PATIENCE: Duration = Duration::from_secs(30);

/// The running server.
pub struct Server {
    process: Child,
    origin: String,
    postmaster: u32,
}

impl Server {
    /// Starts one on the database and waits until it answers.
    pub async fn start(database: &Throwaway) -> anyhow::Result<Self> {
        let address = free_address()?;
        let origin = format!("http://{address}");
        let process = Command::new(env::current_exe()?)
            .args(["serve", "--without-worker"])
            .envs(database.environment())
            .env("LEPTOS_SITE_ADDR", &address)
            .env("SUPPORTSIGNAL_PUBLIC_URL", &origin)
            .env("SUPPORTSIGNAL_LOG", "off")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .context("the server can't be started")?;
        let backend = sqlx::query_scalar!(r#"select pg_backend_pid() as "id!""#)
            .fetch_one(&database.services.pool)
            .await
            .context("the database can't be asked")?;
        let postmaster = u32::try_from(backend).ok().and_then(parent_of).unwrap_or_default();
        let server = Self { process, origin, postmaster };
        server.wait().await?;
        Ok(server)
    }

    /// Where it answers.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// What speaks to it.
    pub fn client(&self) -> anyhow::Result<Client> {
        local_http()
    }

    /// What it and its database have used of the processor.
    pub async fn cpu_time(&self) -> anyhow::Result<CpuTime> {
        let id = self.process.id().context("the server has ended")?;
        Ok(CpuTime::now(id, self.postmaster))
    }

    /// Stops it.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        self.process.kill().await.context("the server can't be stopped")
    }

    async fn wait(&self) -> anyhow::Result<()> {
        let client = self.client()?;
        let is_ready = async {
            while !client
                .get(format!("{}/readyz", self.origin))
                .send()
                .await
                .is_ok_and(|answer| answer.status().is_success())
            {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        if tokio::time::timeout(PATIENCE, is_ready).await.is_err() {
            bail!("the server doesn't answer");
        }
        Ok(())
    }
}

/// A port that nobody listens on just now.
fn free_address() -> anyhow::Result<String> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.to_string())
}
