//! The commands: serve, worker, migrate, demo, generate, doctor, eval.

use anyhow::Context;
use clap::{Parser, Subcommand};
use std::path::PathBuf;
use supportsignal::{
    ai::{
        embeddings::{Embedder, meaning::MeaningReader},
        evaluation,
    },
    benchmark, demo, jobs,
    knowledge::{evaluation as search, extraction::child},
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
    /// Fill an empty database with many made-up organisations and five years of their reports, to see how
    /// the product does with them.
    Generate {
        #[arg(long, default_value_t = 100)]
        tenants: u32,
        /// Of all organisations together; the largest has a tenth.
        #[arg(long, default_value_t = 200_000)]
        incidents: u32,
    },
    /// Say what is wrong with this installation and how to mend it.
    Doctor,
    /// Measure how well and how fast the product works.
    Eval {
        #[command(subcommand)]
        what: Measured,
    },
    /// Read a file for the server, apart from it.
    #[command(hide = true)]
    Extract {
        #[arg(long = "type")]
        file_type: String,
    },
}

#[derive(Subcommand)]
enum Measured {
    /// How well it says what kind of event an account tells of, and how severe.
    Classification {
        /// A JSON file of labelled accounts; without one, each of the product's own sets.
        #[arg(long)]
        set: Option<PathBuf>,
        /// Leave out what the embedding model adds, as where it isn't installed.
        #[arg(long)]
        words_only: bool,
    },
    /// How well search finds the answers of a collection in BEIR's format, and how fast; in a database of its own.
    Retrieval {
        /// The folder with corpus.jsonl, queries.jsonl and qrels/test.tsv; without one, the product's own
        /// collection: a demo organisation's documents and questions as workers ask them.
        #[arg(long)]
        corpus: Option<PathBuf>,
    },
    /// How fast search is among 10,000 passages, and how fast passages are read in; in a database of its own.
    Speed,
    /// How fast the pages that people open most answer, with 10,000 and with 200,000 reports; in databases of their own.
    Load {
        /// Only the database with so many reports.
        #[arg(long)]
        reports: Option<u32>,
    },
}

fn main() -> anyhow::Result<()> {
    match Arguments::parse().command {
        // Before there are threads, whose memory would count against its limits.
        Command::Extract { file_type } => child::run(&file_type),
        command => run(command),
    }
}

#[tokio::main]
async fn run(command: Command) -> anyhow::Result<()> {
    telemetry::start();
    let config = Config::from_env()?;
    if let Command::Eval { what: Measured::Classification { set, words_only } } = &command {
        let meanings = MeaningReader::new(Embedder::from_config(&config), &config.data_dir);
        return evaluation::print_classification(set.as_deref(), (!words_only).then_some(&meanings)).await;
    }
    let stop = CancellationToken::new();
    tokio::spawn({
        let stop = stop.clone();
        async move {
            serve::stop_signal().await;
            stop.cancel();
        }
    });
    match command {
        Command::Extract { .. } | Command::Eval { what: Measured::Classification { .. } } => Ok(()),
        Command::Eval { what: Measured::Retrieval { corpus } } => {
            search::measure_retrieval(config, corpus.as_deref()).await
        }
        Command::Eval { what: Measured::Speed } => search::measure_speed(config).await,
        Command::Eval { what: Measured::Load { reports } } => benchmark::load::measure(config, reports).await,
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
        Command::Generate { tenants, incidents } => {
            benchmark::fill(config, benchmark::Size::new(tenants, incidents)?).await
        }
        Command::Worker => {
            let runtime = Runtime::start(config).await?;
            let services = runtime.services().await?;
            services.meanings.prepare_beside(&stop);
            let outcome = jobs::run_worker(services, stop).await;
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
    if with_worker {
        services.meanings.prepare_beside(&stop);
    }
    let outcome = serve::run(services, options, listener, with_worker, stop).await;
    runtime.stop().await?;
    outcome
}
