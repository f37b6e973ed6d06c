//! The running server process: started, waited on, started again when it dies, and stopped.

use super::{DatabaseRole, Durability, EmbeddedPostgresError, PostgresState, cluster::Cluster, connect_options};
use rustix::process::{Pid, Signal, kill_process};
use sqlx::{ConnectOptions, Connection};
use std::{fs::File, process::Stdio, thread, time::Duration};
use tokio::{
    process::{Child, Command},
    sync::{oneshot, watch},
    time::{Instant, sleep, timeout},
};

/// Recovery after a power cut reads what was written since the last checkpoint, which may take a while.
const START_TIME: Duration = Duration::from_secs(300);

/// For open transactions to be ended and everything to be written.
const STOP_TIME: Duration = Duration::from_secs(20);

/// For backends to leave after a shutdown that isn't orderly.
const ABORT_TIME: Duration = Duration::from_secs(5);

/// For the backends of a PostgreSQL that was killed to notice it and leave.
const LEFTOVER_TIME: Duration = Duration::from_secs(20);

const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// Keeps one PostgreSQL running until it is told to stop or dropped.
///
/// It lives on a thread of its own: the runtime that asked for the database may end earlier (a
/// test's does) and must not take it along.
#[derive(Debug)]
pub struct Supervisor {
    stop: oneshot::Sender<()>,
    stopped: oneshot::Receiver<Result<(), EmbeddedPostgresError>>,
}

impl Supervisor {
    /// Starts PostgreSQL and returns when it answers. The lock is let go when PostgreSQL has left.
    pub async fn start(
        cluster: Cluster,
        lock: File,
        durability: Durability,
    ) -> Result<(Self, watch::Receiver<PostgresState>), EmbeddedPostgresError> {
        let (stop, stop_asked) = oneshot::channel();
        let (started, has_started) = oneshot::channel();
        let (has_stopped, stopped) = oneshot::channel();
        let (state, states) = watch::channel(PostgresState::Starting);
        let work = async move {
            let server = Server { cluster, durability };
            let result = server.supervise(stop_asked, started, &state).await;
            state.send_replace(PostgresState::Stopped);
            drop(lock);
            // Nobody may be waiting: then the result was only of interest to the log.
            let _ = has_stopped.send(result);
        };
        thread::Builder::new()
            .name("postgres".to_owned())
            .spawn(move || match tokio::runtime::Builder::new_current_thread().enable_all().build() {
                Ok(runtime) => runtime.block_on(work),
                Err(error) => tracing::error!(%error, "the thread that watches PostgreSQL can't work"),
            })
            .map_err(|error| EmbeddedPostgresError::StartFailed(error.to_string()))?;
        match has_started.await {
            Ok(Ok(())) => Ok((Self { stop, stopped }, states)),
            Ok(Err(error)) => Err(error),
            Err(_) => Err(EmbeddedPostgresError::StartFailed("its thread ended".to_owned())),
        }
    }

    /// Shuts PostgreSQL down and waits until it has left.
    pub async fn stop(self) -> Result<(), EmbeddedPostgresError> {
        // The other end is gone only when PostgreSQL has been stopped already.
        let _ = self.stop.send(());
        self.stopped.await.unwrap_or(Ok(()))
    }
}

struct Server {
    cluster: Cluster,
    durability: Durability,
}

impl Server {
    async fn supervise(
        &self,
        mut stop: oneshot::Receiver<()>,
        started: oneshot::Sender<Result<(), EmbeddedPostgresError>>,
        state: &watch::Sender<PostgresState>,
    ) -> Result<(), EmbeddedPostgresError> {
        let mut running = match self.launch_after_leftovers().await {
            Ok(running) => running,
            Err(error) => {
                let _ = started.send(Err(error));
                return Ok(());
            }
        };
        state.send_replace(PostgresState::Running);
        if started.send(Ok(())).is_err() {
            return running.stop().await;
        }
        loop {
            tokio::select! {
                // Also when the sender was dropped: nobody wants the database any more.
                _ = &mut stop => return running.stop().await,
                ended = running.postgres.wait() => {
                    let status = ended.map_or_else(|error| error.to_string(), |status| status.to_string());
                    tracing::error!(postgres.status = status, "PostgreSQL ended by itself and is started again");
                }
            }
            state.send_replace(PostgresState::Restarting);
            running.lifeline.cut().await;
            running = tokio::select! {
                _ = &mut stop => return Ok(()),
                running = self.relaunch() => running,
            };
            state.send_replace(PostgresState::Running);
            tracing::info!("PostgreSQL runs again");
        }
    }

    /// A PostgreSQL refuses to start while processes of a killed one still use the data.
    async fn launch_after_leftovers(&self) -> Result<Running, EmbeddedPostgresError> {
        let deadline = Instant::now() + LEFTOVER_TIME;
        loop {
            match self.launch().await {
                Err(EmbeddedPostgresError::StartFailed(log))
                    if log.contains("pre-existing shared memory block") && Instant::now() < deadline =>
                {
                    sleep(FIRST_PAUSE).await;
                }
                result => return result,
            }
        }
    }

    async fn relaunch(&self) -> Running {
        let mut pause = FIRST_PAUSE;
        loop {
            sleep(pause).await;
            match self.launch().await {
                Ok(running) => return running,
                Err(error) => tracing::error!(%error, "PostgreSQL could not be started again yet"),
            }
            pause = LONGEST_PAUSE.min(pause * 2);
        }
    }

    async fn launch(&self) -> Result<Running, EmbeddedPostgresError> {
        let log_path = self.cluster.start_log();
        let log = File::create(&log_path).map_err(EmbeddedPostgresError::files(&log_path))?;
        let mut postgres = self
            .cluster
            .command("postgres")
            .arg("-D")
            .arg(self.cluster.data())
            .stdout(Stdio::null())
            .stderr(log)
            // Ctrl-C in a terminal goes to the whole group, and PostgreSQL must outlive the requests in flight.
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| EmbeddedPostgresError::StartFailed(error.to_string()))?;
        let lifeline = Lifeline::tie(&self.cluster, &postgres, self.durability);
        let ended = tokio::select! {
            answers = self.wait_until_ready() => !answers,
            _ = postgres.wait() => true,
        };
        let running = Running { postgres, lifeline };
        if !ended {
            return Ok(running);
        }
        // It may be gone already, or refuse everybody: either way the log says why.
        let _ = running.stop().await;
        Err(EmbeddedPostgresError::StartFailed(last_lines(&self.cluster.failed_start_log())))
    }

    async fn wait_until_ready(&self) -> bool {
        let deadline = Instant::now() + START_TIME;
        let options = connect_options(self.cluster.socket_dir(), DatabaseRole::Superuser, "postgres");
        while Instant::now() < deadline {
            if let Ok(Ok(connection)) = timeout(Duration::from_secs(5), options.connect()).await {
                let _ = connection.close().await;
                return true;
            }
            sleep(Duration::from_millis(25)).await;
        }
        false
    }
}

struct Running {
    postgres: Child,
    lifeline: Lifeline,
}

impl Running {
    /// A fast shutdown: transactions are rolled back, everything committed is written.
    async fn stop(mut self) -> Result<(), EmbeddedPostgresError> {
        signal(&self.postgres, Signal::INT);
        let is_orderly = self.has_left_within(STOP_TIME).await;
        if !is_orderly {
            signal(&self.postgres, Signal::QUIT);
            if !self.has_left_within(ABORT_TIME).await {
                let _ = self.postgres.kill().await;
            }
        }
        self.lifeline.cut().await;
        if is_orderly { Ok(()) } else { Err(EmbeddedPostgresError::Forced) }
    }

    async fn has_left_within(&mut self, patience: Duration) -> bool {
        timeout(patience, self.postgres.wait()).await.is_ok()
    }
}

fn signal(process: &Child, signal: Signal) {
    let pid = process.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
    if let Some(pid) = pid {
        // An error says that it has left, which whoever waits sees as well.
        let _ = kill_process(pid, signal);
    }
}

/// A shell that waits for this process to end, however it ends, and then shuts PostgreSQL down:
/// after `kill -9` of the server nothing keeps running.
struct Lifeline(Option<Child>);

impl Lifeline {
    fn tie(cluster: &Cluster, postgres: &Child, durability: Durability) -> Self {
        let Some(pid) = postgres.id() else {
            return Self(None);
        };
        let signal = match durability {
            Durability::Durable => "INT",
            Durability::Throwaway => "QUIT",
        };
        let mut shell: Command = cluster.command_of_system("sh");
        // Nothing is ever written into the pipe; its other end closes with this process.
        shell.args(["-c", r#"read -r _; kill -s "$1" "$2""#, "lifeline", signal, &pid.to_string()]);
        shell.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0).kill_on_drop(true);
        match shell.spawn() {
            Ok(child) => Self(Some(child)),
            Err(error) => {
                tracing::warn!(%error, "PostgreSQL will keep running if this process is killed; the next start stops it");
                Self(None)
            }
        }
    }

    /// Ends the shell before its PostgreSQL's number can belong to somebody else.
    async fn cut(&mut self) {
        if let Some(mut shell) = self.0.take() {
            let _ = shell.kill().await;
        }
    }
}

/// The end of a log in one line.
pub fn last_lines(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    lines[lines.len().saturating_sub(4)..].join("; ")
}

#[cfg(test)]
mod tests {
    use super::last_lines;

    #[test]
    fn an_error_shows_the_end_of_the_log() {
        assert_eq!(last_lines("one\ntwo\n\nthree\nfour\n  five\n"), "two; three; four; five");
        assert_eq!(last_lines(""), "");
    }
}
