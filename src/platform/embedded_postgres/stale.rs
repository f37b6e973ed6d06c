//! A PostgreSQL that outlived the server that started it. The caller holds the cluster's lock, so
//! whoever started it is gone, and nobody waits for it or will stop it.

use super::{
    EmbeddedPostgresError,
    cluster::{Cluster, PORT},
};
use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};
use tokio::time::{Instant, sleep};

/// Whose the process is that postmaster.pid names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holder {
    /// No such process.
    Gone,
    /// A PostgreSQL on this very cluster.
    Leftover,
    /// Something else that got the number since, or a zombie that nobody waits for.
    Unrelated,
}

/// Stops what was left running and removes lock files that would block the next start.
pub async fn end_leftover(cluster: &Cluster) -> Result<(), EmbeddedPostgresError> {
    let lock_file = cluster.data().join("postmaster.pid");
    if let Some(pid) = fs::read_to_string(&lock_file).ok().and_then(|text| first_pid(&text)) {
        match holder(pid, &cluster.data()) {
            // PostgreSQL itself sees that nobody has the number, and that no backend is left over.
            Holder::Gone => (),
            Holder::Unrelated => remove(&lock_file)?,
            Holder::Leftover => {
                tracing::info!(
                    process.id = pid.as_raw_nonzero().get(),
                    "stopping the PostgreSQL of a server that is gone"
                );
                end(pid, &cluster.data()).await?;
            }
        }
    }
    // The socket's folder belongs to this cluster alone, and now nobody listens there.
    remove(&cluster.socket_dir().join(format!(".s.PGSQL.{PORT}.lock")))
}

fn remove(path: &Path) -> Result<(), EmbeddedPostgresError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(EmbeddedPostgresError::files(path)(error)),
        _ => Ok(()),
    }
}

/// Asks for a fast shutdown, then for an immediate one, which the next start recovers from.
async fn end(pid: Pid, data: &Path) -> Result<(), EmbeddedPostgresError> {
    for (signal, patience) in [(Signal::INT, Duration::from_secs(30)), (Signal::QUIT, Duration::from_secs(10))] {
        // An error says that it is gone already, which the loop sees as well.
        let _ = kill_process(pid, signal);
        let deadline = Instant::now() + patience;
        while Instant::now() < deadline {
            if holder(pid, data) != Holder::Leftover {
                return Ok(());
            }
            sleep(Duration::from_millis(50)).await;
        }
    }
    Err(EmbeddedPostgresError::StillRunning(pid.as_raw_nonzero().get()))
}

/// The first line of postmaster.pid is the process's number.
fn first_pid(text: &str) -> Option<Pid> {
    Pid::from_raw(text.lines().next()?.trim().parse().ok().filter(|pid| *pid > 1)?)
}

fn holder(pid: Pid, data: &Path) -> Holder {
    // We are root or the cluster's user: a process that we may not signal is neither's PostgreSQL.
    if test_kill_process(pid).is_err() {
        return Holder::Gone;
    }
    let process = PathBuf::from(format!("/proc/{}", pid.as_raw_nonzero()));
    let is_leftover = if Path::new("/proc/self").exists() {
        // PostgreSQL works in its data directory; a zombie has no working directory any more.
        fs::read_link(process.join("cwd")).is_ok_and(|folder| folder == data)
    } else {
        Command::new("ps")
            .args(["-ww", "-o", "stat=,command=", "-p", &pid.as_raw_nonzero().to_string()])
            .output()
            .is_ok_and(|output| is_live_postgres(&String::from_utf8_lossy(&output.stdout), data))
    };
    if is_leftover { Holder::Leftover } else { Holder::Unrelated }
}

/// Reads what `ps -o stat=,command=` prints: `Ss   /opt/bin/postgres -D /data/postgres/data`.
fn is_live_postgres(line: &str, data: &Path) -> bool {
    line.trim().split_once(char::is_whitespace).is_some_and(|(state, command)| {
        !state.starts_with('Z') && command.trim().ends_with(&format!("postgres -D {}", data.display()))
    })
}

#[cfg(test)]
mod tests {
    use super::{Holder, first_pid, holder, is_live_postgres};
    use std::path::Path;

    #[test]
    fn the_lock_file_names_the_process_in_its_first_line() {
        assert_eq!(first_pid("4711\n/data\n").map(|pid| pid.as_raw_nonzero().get()), Some(4711));
        assert_eq!(first_pid("1\n/data\n"), None);
        assert_eq!(first_pid("-4711\n"), None);
        assert_eq!(first_pid(""), None);
    }

    #[test]
    fn another_program_with_the_number_is_left_alone() {
        let own = first_pid(&std::process::id().to_string()).unwrap();
        assert_eq!(holder(own, Path::new("/no/such/cluster")), Holder::Unrelated);
    }

    #[test]
    fn a_zombie_is_not_a_running_postgres() {
        let data = Path::new("/data/postgres/data");
        assert!(is_live_postgres("Ss   /opt/bin/postgres -D /data/postgres/data\n", data));
        assert!(!is_live_postgres("Ss   /opt/bin/postgres -D /other/postgres/data\n", data));
        assert!(!is_live_postgres("Z    (postgres)\n", data));
        assert!(!is_live_postgres("", data));
    }
}
