//! The database's folder: where it lies, whose it is, and what must be in it before a start.
//!
//! ```text
//! <data directory>/postgres/      a symbolic link when PostgreSQL's user can't get here
//!     data/                       the cluster as initdb makes it
//!     run/                        the unix socket
//!     log/                        PostgreSQL's own log, a file for each day of the week
//!     lock                        held by the process that owns the database
//! ```

use super::{Durability, EmbeddedConfig, EmbeddedPostgresError, account::Account, binaries::Programs};
use std::{
    ffi::OsStr,
    fs::{self, DirBuilder, File, OpenOptions, TryLockError},
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
    process::{Output, Stdio},
};
use tokio::process::Command;

/// Only names the socket's file; no network port is opened.
pub const PORT: u16 = 5432;

/// The longest path of a unix socket that every system takes (macOS: 103 bytes, Linux: 107).
const LONGEST_SOCKET_PATH: usize = 103;

/// Where root keeps a cluster whose own place PostgreSQL's user can't enter.
const SHARED_PLACE: &str = "/var/lib/supportsignal";

/// A database's folder and the programs that work on it.
#[derive(Debug)]
pub struct Cluster {
    root: PathBuf,
    socket_dir: PathBuf,
    account: Account,
    programs: Programs,
}

impl Cluster {
    /// Finds the cluster of a data directory, or makes its empty folder.
    pub fn open(config: &EmbeddedConfig) -> Result<Self, EmbeddedPostgresError> {
        let programs = Programs::find(config.postgres_bin.as_deref())?;
        let (root, account) = place(&config.data_dir)?;
        account.require_access(&root)?;
        account.require_access(&programs.path("postgres"))?;
        let socket_dir = socket_dir(&root, &account)?;
        Ok(Self { root, socket_dir, account, programs })
    }

    /// The folder that holds everything of this database.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// What PostgreSQL calls its data directory.
    pub fn data(&self) -> PathBuf {
        self.root.join("data")
    }

    /// What PostgreSQL writes before it opens its log.
    pub fn start_log(&self) -> PathBuf {
        self.root.join("start.log")
    }

    /// What PostgreSQL wrote while it failed to start: in its own log once that was open.
    pub fn failed_start_log(&self) -> String {
        let early = fs::read_to_string(self.start_log()).unwrap_or_default();
        if !early.contains("redirecting log output") {
            return early;
        }
        let newest = fs::read_dir(self.root.join("log"))
            .into_iter()
            .flatten()
            .filter_map(|entry| entry.ok().map(|entry| entry.path()))
            .max_by_key(|path| fs::metadata(path).and_then(|metadata| metadata.modified()).ok());
        newest.and_then(|path| fs::read_to_string(path).ok()).unwrap_or(early)
    }

    /// The folder of the unix socket.
    pub fn socket_dir(&self) -> &Path {
        &self.socket_dir
    }

    /// Claims the database for this process; None when another one has it. The claim ends with the
    /// returned file, and with the process however that ends.
    pub fn lock(&self) -> Result<Option<File>, EmbeddedPostgresError> {
        let path = self.root.join("lock");
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600)
            .open(&path)
            .map_err(EmbeddedPostgresError::files(&path))?;
        self.account.own(&path)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(file)),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(source)) => Err(EmbeddedPostgresError::Files { path, source }),
        }
    }

    /// A program of PostgreSQL, ready to run as its user, in its folder, with a clean environment.
    pub fn command(&self, program: &str) -> Command {
        self.command_of_system(self.programs.path(program))
    }

    /// The same for any other program.
    pub fn command_of_system(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        self.account.apply(&mut command);
        command.current_dir(&self.root).stdin(Stdio::null());
        command
    }

    /// Creates the cluster on first use and writes the settings of this start.
    pub async fn prepare(&self, durability: Durability) -> Result<(), EmbeddedPostgresError> {
        let data = self.data();
        if !data.join("PG_VERSION").exists() {
            self.initialise(durability).await?;
        }
        let version_file = data.join("PG_VERSION");
        let version = fs::read_to_string(&version_file).map_err(EmbeddedPostgresError::files(&version_file))?;
        if version.trim() != self.programs.major().to_string() {
            return Err(EmbeddedPostgresError::OtherVersion {
                folder: data,
                data: version.trim().to_owned(),
                programs: self.programs.major(),
            });
        }
        self.write("data/supportsignal.conf", &settings(&self.socket_dir, durability))?;
        self.write("data/pg_hba.conf", ACCESS)
    }

    /// Under another name first, so that a cluster that is there is complete.
    async fn initialise(&self, durability: Durability) -> Result<(), EmbeddedPostgresError> {
        tracing::info!(postgres.folder = %self.root.display(), "creating the database files, which takes a few seconds");
        let unfinished = self.root.join("data.unfinished");
        if unfinished.exists() {
            fs::remove_dir_all(&unfinished).map_err(EmbeddedPostgresError::files(&unfinished))?;
        }
        let mut initdb = self.command("initdb");
        initdb.arg("--pgdata").arg(&unfinished);
        // A collation of PostgreSQL's own: an update of the system can't change the order under an index.
        initdb.args(["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]);
        initdb.args(["--username=postgres", "--auth=trust", "--data-checksums", "--no-instructions"]);
        if durability == Durability::Throwaway {
            initdb.arg("--no-sync");
        }
        let output = initdb.output().await.map_err(EmbeddedPostgresError::files(self.programs.path("initdb")))?;
        if !output.status.success() {
            return Err(EmbeddedPostgresError::InitFailed(last_lines(&output)));
        }
        self.append_include(&unfinished.join("postgresql.conf"))?;
        let data = self.data();
        fs::rename(&unfinished, &data).map_err(EmbeddedPostgresError::files(data))
    }

    fn append_include(&self, conf: &Path) -> Result<(), EmbeddedPostgresError> {
        let text = fs::read_to_string(conf).map_err(EmbeddedPostgresError::files(conf))?;
        let text =
            format!("{text}\n# SupportSignal's settings win; write your own above.\ninclude 'supportsignal.conf'\n");
        fs::write(conf, text).map_err(EmbeddedPostgresError::files(conf))
    }

    fn write(&self, name: &str, text: &str) -> Result<(), EmbeddedPostgresError> {
        let path = self.root.join(name);
        fs::write(&path, text).map_err(EmbeddedPostgresError::files(&path))?;
        self.account.own(&path)
    }
}

/// The cluster's real folder and the user it belongs to. What exists stays where it is.
fn place(data_dir: &Path) -> Result<(PathBuf, Account), EmbeddedPostgresError> {
    // Root's data directory has to let PostgreSQL's user through, though not look inside.
    let mode = if rustix::process::geteuid().is_root() { 0o711 } else { 0o700 };
    make_dir(data_dir, mode)?;
    let data_dir = data_dir.canonicalize().map_err(EmbeddedPostgresError::files(data_dir))?;
    let wanted = data_dir.join("postgres");
    if fs::symlink_metadata(&wanted).is_ok() {
        let root = wanted.canonicalize().map_err(EmbeddedPostgresError::files(&wanted))?;
        let account = Account::of_existing(&root)?;
        return Ok((root, account));
    }
    let account = Account::of_new()?;
    if account.require_access(&data_dir).is_ok() {
        make_dir(&wanted, 0o700)?;
        account.own(&wanted)?;
        return Ok((wanted, account));
    }
    let shared = Path::new(SHARED_PLACE);
    make_dir(shared, 0o711)?;
    let root = shared.join(uuid::Uuid::now_v7().to_string());
    make_dir(&root, 0o700)?;
    account.own(&root)?;
    std::os::unix::fs::symlink(&root, &wanted).map_err(EmbeddedPostgresError::files(&wanted))?;
    tracing::info!(
        postgres.folder = %root.display(),
        "PostgreSQL's user can't enter the data directory, so the database lies in a shared place and {} leads there",
        wanted.display(),
    );
    Ok((root, account))
}

fn make_dir(path: &Path, mode: u32) -> Result<(), EmbeddedPostgresError> {
    DirBuilder::new().recursive(true).mode(mode).create(path).map_err(EmbeddedPostgresError::files(path))
}

/// Only PostgreSQL's user can enter the socket's folder, which is why pg_hba.conf can trust whoever
/// gets there: that user could read the data's files as well.
fn socket_dir(root: &Path, account: &Account) -> Result<PathBuf, EmbeddedPostgresError> {
    let near = root.join("run");
    let folder = if near.join(format!(".s.PGSQL.{PORT}")).as_os_str().len() <= LONGEST_SOCKET_PATH {
        near
    } else {
        // Named after the cluster, so that every process of this data directory finds it.
        PathBuf::from(format!("/tmp/supportsignal-{:016x}", path_hash(root)))
    };
    make_dir(&folder, 0o700)?;
    let metadata = fs::symlink_metadata(&folder).map_err(EmbeddedPostgresError::files(&folder))?;
    let is_ours = metadata.uid() == account.uid() || metadata.uid() == rustix::process::geteuid().as_raw();
    if !metadata.is_dir() || !is_ours || metadata.mode() & 0o077 != 0 {
        return Err(EmbeddedPostgresError::NotOurs { path: folder, owner: metadata.uid() });
    }
    account.own(&folder)?;
    Ok(folder)
}

/// FNV-1a: the same number in every build, unlike the standard library's hasher.
fn path_hash(path: &Path) -> u64 {
    path.as_os_str()
        .as_encoded_bytes()
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

const ACCESS: &str = "\
# Written by SupportSignal at every start. Only PostgreSQL's own user can reach the socket.
local all all trust
";

fn settings(socket_dir: &Path, durability: Durability) -> String {
    let switch = match durability {
        Durability::Durable => "on",
        Durability::Throwaway => "off",
    };
    // Statements and the values in errors are personal data here, so the log names neither.
    format!(
        "\
# Written by SupportSignal at every start.
listen_addresses = ''
port = {PORT}
unix_socket_directories = '{socket_dir}'
unix_socket_permissions = 0700
timezone = 'UTC'
fsync = {switch}
synchronous_commit = {switch}
full_page_writes = {switch}
logging_collector = on
log_directory = '../log'
log_filename = 'postgresql-%a.log'
log_truncate_on_rotation = on
log_rotation_age = 1d
log_rotation_size = 0
log_timezone = 'UTC'
log_statement = 'none'
log_min_error_statement = panic
log_error_verbosity = terse
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
",
        socket_dir = socket_dir.display().to_string().replace('\'', "''"),
    )
}

fn last_lines(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
    super::process::last_lines(&text)
}

#[cfg(test)]
mod tests {
    use super::{Durability, settings};
    use std::path::Path;

    #[test]
    fn only_throwaway_data_may_be_lost() {
        let durable = settings(Path::new("/data/run"), Durability::Durable);
        for setting in ["fsync", "synchronous_commit", "full_page_writes"] {
            assert!(durable.contains(&format!("\n{setting} = on\n")), "{setting} must be on");
        }
        assert!(settings(Path::new("/data/run"), Durability::Throwaway).contains("\nfsync = off\n"));
    }

    #[test]
    fn no_network_port_is_opened_and_a_quote_in_the_path_stays_inside_it() {
        let settings = settings(Path::new("/o'brien/run"), Durability::Durable);
        assert!(settings.contains("\nlisten_addresses = ''\n"));
        assert!(settings.contains("\nunix_socket_directories = '/o''brien/run'\n"));
    }
}
