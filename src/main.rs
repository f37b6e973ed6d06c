//! The commands: serve, worker, migrate, demo, doctor, eval.

use anyhow::Context;
use clap::{Parser, Subcommand};
use std::path::PathBuf;
use supportsignal::{
    ai::evaluation,
    demo, jobs,
    platform::{config::Config, doctor, runtime::Runtime, serve, telemetry},
};
use tokio_util::sync::CancellationToken;

/// SupportSignal: incident reporting for organisations that support people with disability.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the pages and do background work.
    Serve {
        /// Leave background work to a separate worker.
        #[arg(long)]
        without_worker: bool,
    },
    /// Do background work only.
    Worker,
    /// Bring the database to this version; needs the owner's role.
    Migrate,
    /// Fill an empty database with two demo organisations.
    Demo,
    /// Say what is wrong with this installation and how to mend it.
    Doctor,
    /// Measure the built-in engine on labelled accounts.
    Eval {
        #[command(subcommand)]
        what: Measured,
    },
}

#[derive(Subcommand)]
enum Measured {
    /// How well it says what kind of event an account tells of, and how severe.
    Classification {
        /// A JSON file of labelled accounts; without one, each of the product's own sets.
        #[arg(long)]
        set: Option<PathBuf>,
    },
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    telemetry::start();
    if let Command::Eval { what: Measured::Classification { set } } = &arguments.command {
        return evaluation::print_classification(set.as_deref());
    }
    let config = Config::from_env()?;
    let stop = CancellationToken::new();
    tokio::spawn({
        let stop = stop.clone();
        async move {
            serve::stop_signal().await;
            stop.cancel();
        }
    });
    match arguments.command {
        Command::Eval { .. } => Ok(()),
        Command::Doctor => doctor::run(config).await,
        Command::Migrate => {
            let runtime = Runtime::start(config).await?;
            runtime.migrate().await?;
            runtime.stop().await
        }
        Command::Demo => {
            let runtime = Runtime::start(config).await?;
            runtime.migrate_if_owner().await?;
            let outcome = demo::fill(&runtime.services().await?).await;
            runtime.stop().await?;
            outcome.map(|_| ())
        }
        Command::Worker => {
            let runtime = Runtime::start(config).await?;
            let outcome = jobs::run_worker(runtime.services().await?, stop).await;
            runtime.stop().await?;
            outcome.context("background work stopped")
        }
        Command::Serve { without_worker } => serve_until_stopped(config, !without_worker, stop).await,
    }
}

async fn serve_until_stopped(config: Config, with_worker: bool, stop: CancellationToken) -> anyhow::Result<()> {
    let options = serve::leptos_options()?;
    let listener = serve::listen(options.site_addr).await?;
    let is_private = config.is_embedded();
    let runtime = Runtime::start(config).await?;
    runtime.migrate_if_owner().await?;
    let services = runtime.services().await?;
    // The private database is for trying the product out, so it comes with something to look at.
    let is_filled = if is_private {
        demo::fill(&services).await.unwrap_or_else(|error| {
            tracing::warn!(reason = %error, "serving without demo data");
            false
        })
    } else {
        demo::is_present(&services).await?
    };
    demo::announce(&services.config, is_filled);
    let outcome = serve::run(services, options, listener, with_worker, stop).await;
    runtime.stop().await?;
    outcome
}
