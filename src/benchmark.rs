//! The ground to measure the whole product on: many organisations with five years of reports, made in the
//! database itself.

mod generate;
pub mod load;
mod size;
mod story;

pub use generate::{Account, generate};
pub use size::Size;

use crate::{
    demo::{self, PASSWORD},
    platform::{config::Config, runtime::Runtime, throwaway, throwaway::Throwaway},
};
use anyhow::{Context, bail};
use std::{
    fmt::Write as _,
    io::{self, Write as _},
};

/// A private database with generated organisations.
pub struct Ground {
    pub database: Throwaway,
    /// Whom to sign in as, all with the password [`PASSWORD`].
    pub accounts: Vec<Account>,
}

impl Ground {
    /// Starts one in a temporary folder and fills it.
    pub async fn prepare(config: Config, size: Size) -> anyhow::Result<Self> {
        let database = Throwaway::start(config).await?;
        let password_hash = database.services.passwords.hash(PASSWORD.to_owned()).await?;
        let accounts = generate(database.owner()?, &password_hash, size).await?;
        database.tidy().await?;
        Ok(Self { database, accounts })
    }
}

/// Fills the configured database, which has to be empty, and prints whom to sign in as.
pub async fn fill(config: Config, size: Size) -> anyhow::Result<()> {
    let runtime = Runtime::start(config).await?;
    let filled = fill_running(&runtime, size).await;
    runtime.stop().await?;
    print_accounts(&filled?)
}

async fn fill_running(runtime: &Runtime, size: Size) -> anyhow::Result<Vec<Account>> {
    runtime.migrate().await?;
    let services = runtime.services().await?;
    if !demo::is_empty(&services).await? {
        bail!("the database holds organisations already; generated ones go into an empty database only");
    }
    let password_hash = services.passwords.hash(PASSWORD.to_owned()).await?;
    let owner = runtime.owner_options().context("the owner of the tables is needed: set DATABASE_OWNER_URL")?;
    let accounts = generate(owner, &password_hash, size).await?;
    throwaway::tidy(owner).await?;
    Ok(accounts)
}

fn print_accounts(accounts: &[Account]) -> anyhow::Result<()> {
    let mut text = format!("Accounts, all with the password: {PASSWORD}\n\n");
    for Account { tenant, reports, role, email } in accounts {
        // Writing to a string can't fail.
        let _ = writeln!(text, "  {:<14} {reports:>7} reports  {:<28} {}", tenant.as_str(), email, role.label());
    }
    io::stdout().lock().write_all(text.as_bytes()).context("standard output can't be written")
}
