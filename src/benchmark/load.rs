//! How fast the whole product answers: what people open most, asked of a server of its own by one browser
//! after another, with row-level security on. Beside the time, the processor time of server and database.

mod browser;
mod processes;
mod server;
mod table;

use super::{Account, Ground, Size};
use crate::{accounts::role::Role, knowledge::evaluation::metrics::Latencies, platform::config::Config};
use anyhow::Context;
use browser::Browser;
use processes::CpuTime;
use server::Server;
use std::{
    io::{self, Write as _},
    time::Instant,
};
use table::Line;

/// Organisations and reports of both databases. In each the largest organisation is asked.
const SIZES: [(u32, u32); 2] = [(100, 10_000), (100, 200_000)];
/// Asked before anything is timed, so that caches are as warm as on a working day.
const WARM_UP: usize = 10;
/// Timed questions of each kind.
const REQUESTS: usize = 200;
/// The same of signing in, which is slow on purpose.
const SIGN_INS: usize = 40;

/// Times one size, or both, and prints a table for each; of both also by how much the times grow.
pub async fn measure(config: Config, reports: Option<u32>) -> anyhow::Result<()> {
    let mut measured = Vec::new();
    for (tenants, all) in SIZES.into_iter().filter(|(_, all)| reports.is_none_or(|wanted| wanted == *all)) {
        let ground = Ground::prepare(config.clone(), Size::new(tenants, all)?).await?;
        let outcome = measure_one(&ground).await;
        ground.database.remove().await?;
        let lines = outcome?;
        say(&format!("{all} reports of {tenants} organisations\n{}\n", table::times(&lines)))?;
        measured.push(lines);
    }
    if let [fewer, more] = measured.as_slice() {
        say(&format!("From the fewest reports to the most\n{}\n", table::growth(fewer, more)))?;
    }
    Ok(())
}

async fn measure_one(ground: &Ground) -> anyhow::Result<Vec<Line>> {
    let server = Server::start(&ground.database).await?;
    let worker = account(ground, Role::FrontlineWorker)?;
    let lead = account(ground, Role::TeamLead)?;
    let tenant = worker.tenant.as_str();

    let mut timing = Timing::new(&server);
    timing.begin().await?;
    for _ in 0..SIGN_INS {
        let mut browser = Browser::new(&server)?;
        timing.time(async || browser.sign_in(&worker.email).await).await?;
    }
    timing.end("sign in").await?;

    let mut reporter = Browser::new(&server)?;
    reporter.sign_in(&worker.email).await?;
    let mut reviewer = Browser::new(&server)?;
    reviewer.sign_in(&lead.email).await?;
    timing.pages("worker's home", &reporter, &[format!("/{tenant}")]).await?;
    timing.pages("list of 25", &reviewer, &[format!("/{tenant}/incidents")]).await?;
    let records = reviewer.links(&format!("/{tenant}/incidents"), &format!("/{tenant}/incidents/")).await?;
    anyhow::ensure!(records.len() >= 20, "the list has only {} reports", records.len());
    timing.pages("record", &reviewer, &records).await?;
    let searches = ["fell+bathroom", "medication", "kitchen+knife", "hospital", "shouting+neighbour"]
        .map(|words| format!("/{tenant}/incidents?q={words}"));
    timing.pages("search", &reviewer, &searches).await?;
    timing.pages("dashboard, 12 months", &reviewer, &[format!("/{tenant}/dashboard?period=12-months")]).await?;
    timing.pages("dashboard, five years", &reviewer, &[five_years(tenant)]).await?;

    let mut drafts = Vec::new();
    for _ in 0..REQUESTS {
        drafts.push(reporter.write_draft(tenant).await?);
    }
    timing.begin().await?;
    for draft in &drafts {
        timing.time(async || reporter.submit(tenant, draft).await).await?;
    }
    timing.end("submit").await?;
    let lines = timing.lines;
    server.stop().await?;
    Ok(lines)
}

/// The longest period that a dashboard shows.
fn five_years(tenant: &str) -> String {
    let today = chrono::Utc::now().date_naive();
    let first = today - chrono::Days::new(5 * 365);
    format!("/{tenant}/dashboard?from={first}&to={today}")
}

fn account(ground: &Ground, role: Role) -> anyhow::Result<&Account> {
    ground.accounts.iter().find(|account| account.role == role).context("nobody has this role")
}

/// Times questions of one kind after another, a line for each.
struct Timing<'a> {
    server: &'a Server,
    lines: Vec<Line>,
    latencies: Latencies,
    asked: u32,
    before: CpuTime,
}

impl<'a> Timing<'a> {
    fn new(server: &'a Server) -> Self {
        Self { server, lines: Vec::new(), latencies: Latencies::default(), asked: 0, before: CpuTime::default() }
    }

    async fn begin(&mut self) -> anyhow::Result<()> {
        self.latencies = Latencies::default();
        self.asked = 0;
        self.before = self.server.cpu_time().await?;
        Ok(())
    }

    async fn time(&mut self, ask: impl AsyncFnOnce() -> anyhow::Result<()>) -> anyhow::Result<()> {
        let started = Instant::now();
        ask().await?;
        self.latencies.add(started.elapsed());
        self.asked += 1;
        Ok(())
    }

    async fn end(&mut self, what: &'static str) -> anyhow::Result<()> {
        let spent = self.server.cpu_time().await?.since(self.before);
        self.lines.push(Line::new(what, &mut self.latencies, self.asked, spent));
        Ok(())
    }

    async fn pages(&mut self, what: &'static str, browser: &Browser, paths: &[String]) -> anyhow::Result<()> {
        for path in paths.iter().cycle().take(WARM_UP) {
            browser.open(path).await?;
        }
        self.begin().await?;
        for path in paths.iter().cycle().take(REQUESTS) {
            self.time(async || browser.open(path).await.map(|_| ())).await?;
        }
        self.end(what).await
    }
}

fn say(text: &str) -> anyhow::Result<()> {
    io::stdout().lock().write_all(text.as_bytes()).context("standard output can't be written")
}
