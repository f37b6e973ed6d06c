//! A database of one size with a server on it, and who asks there.

use super::{
    browser::Browser,
    processes::CpuTime,
    request::{Kind, Page, Request},
    server::Server,
    table::Line,
};
use crate::{
    accounts::role::Role,
    benchmark::{Account, Ground, Size},
    knowledge::evaluation::metrics::Latencies,
    platform::config::Config,
};
use anyhow::Context;
use std::time::Instant;

/// Pages opened in each turn before anything is timed, so that caches are as warm as on a working day.
const WARM_UP: usize = 10;
/// What people look for.
const SEARCHES: [&str; 5] = ["fell+bathroom", "medication", "kitchen+knife", "hospital", "shouting+neighbour"];

/// Such a place, with what was measured there.
pub struct Place {
    size: Size,
    ground: Ground,
    server: Server,
    people: People,
    measured: Vec<(Kind, Measured)>,
}

/// Who asks, all of the largest organisation.
struct People {
    tenant: String,
    worker_email: String,
    reporter: Browser,
    reviewer: Browser,
    /// The reports that the reviewer's list shows.
    records: Vec<String>,
}

struct Measured {
    latencies: Latencies,
    requests: u32,
    spent: CpuTime,
}

impl Measured {
    fn nothing() -> Self {
        Self { latencies: Latencies::default(), requests: 0, spent: CpuTime::NOTHING }
    }
}

impl Place {
    /// Fills a private database and starts a server on it.
    pub async fn prepare(config: Config, size: Size) -> anyhow::Result<Self> {
        let ground = Ground::prepare(config, size).await?;
        match Self::start(&ground).await {
            Ok((server, people)) => Ok(Self { size, ground, server, people, measured: Vec::new() }),
            Err(error) => {
                ground.database.remove().await?;
                Err(error)
            }
        }
    }

    async fn start(ground: &Ground) -> anyhow::Result<(Server, People)> {
        let server = Server::start(&ground.database).await?;
        let people = People::sign_in(&server, ground).await?;
        Ok((server, people))
    }

    /// How much the database holds.
    pub fn size(&self) -> Size {
        self.size
    }

    /// Sends some requests one after another and notes how long they take.
    pub async fn ask(&mut self, kind: Kind, turn: usize, requests: usize) -> anyhow::Result<()> {
        let Self { server, people, measured, .. } = self;
        if matches!(kind, Kind::Page(_)) {
            for request in people.requests(server, kind, 0, WARM_UP).await? {
                request.send().await?;
            }
        }
        let requests = people.requests(server, kind, turn, requests).await?;
        if measured.last().is_none_or(|(last, _)| *last != kind) {
            measured.push((kind, Measured::nothing()));
        }
        let (_, measured) = measured.last_mut().context("one was just added")?;
        let before = server.cpu_time().await?;
        for request in requests {
            let started = Instant::now();
            request.send().await?;
            measured.latencies.add(started.elapsed());
            measured.requests += 1;
        }
        measured.spent = measured.spent.plus(server.cpu_time().await?.since(before));
        Ok(())
    }

    /// A line for each kind of request.
    pub fn lines(&mut self) -> Vec<Line> {
        let line = |(kind, Measured { latencies, requests, spent }): &mut (Kind, Measured)| {
            Line::new(kind.label(), latencies, *requests, *spent)
        };
        self.measured.iter_mut().map(line).collect()
    }

    /// Stops the server and removes the database.
    pub async fn remove(self) -> anyhow::Result<()> {
        self.server.stop().await?;
        self.ground.database.remove().await
    }
}

impl People {
    async fn sign_in(server: &Server, ground: &Ground) -> anyhow::Result<Self> {
        let worker = account(ground, Role::FrontlineWorker)?;
        let tenant = worker.tenant.as_str().to_owned();
        let mut reporter = Browser::new(server)?;
        reporter.sign_in(&worker.email).await?;
        let mut reviewer = Browser::new(server)?;
        reviewer.sign_in(&account(ground, Role::TeamLead)?.email).await?;
        let records = reviewer.links(&format!("/{tenant}/incidents"), &format!("/{tenant}/incidents/")).await?;
        anyhow::ensure!(records.len() >= 20, "the list has only {} reports", records.len());
        Ok(Self { tenant, worker_email: worker.email.clone(), reporter, reviewer, records })
    }

    /// Requests of a kind, prepared as far as that isn't to be timed. Each turn goes on where the one before ended.
    async fn requests(
        &self,
        server: &Server,
        kind: Kind,
        turn: usize,
        number: usize,
    ) -> anyhow::Result<Vec<Request<'_>>> {
        let paths = self.paths(kind);
        let mut requests = Vec::new();
        for nth in turn * number..(turn + 1) * number {
            requests.push(match kind {
                Kind::SignIn => Request::SignIn { browser: Browser::new(server)?, email: &self.worker_email },
                Kind::Submit => Request::Submit {
                    browser: &self.reporter,
                    tenant: &self.tenant,
                    draft: self.reporter.write_draft(&self.tenant).await?,
                },
                Kind::Page(page) => Request::Open {
                    browser: if page == Page::Home { &self.reporter } else { &self.reviewer },
                    path: paths.iter().cycle().nth(nth).cloned().context("there is no such page")?,
                },
            });
        }
        Ok(requests)
    }

    /// The pages of a kind.
    fn paths(&self, kind: Kind) -> Vec<String> {
        let tenant = &self.tenant;
        match kind {
            Kind::SignIn | Kind::Submit => Vec::new(),
            Kind::Page(Page::Home) => vec![format!("/{tenant}")],
            Kind::Page(Page::List) => vec![format!("/{tenant}/incidents")],
            Kind::Page(Page::Record) => self.records.clone(),
            Kind::Page(Page::Search) => SEARCHES.map(|words| format!("/{tenant}/incidents?q={words}")).to_vec(),
            Kind::Page(Page::DashboardOfAYear) => vec![format!("/{tenant}/dashboard?period=12-months")],
            Kind::Page(Page::DashboardOfFiveYears) => vec![five_years(tenant)],
        }
    }
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
