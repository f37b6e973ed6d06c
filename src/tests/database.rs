//! One throwaway PostgreSQL for all tests of this program, and in it a database for each test,
//! cloned from a template that is migrated and seeded once.
//!
//! With TEST_DATABASE_URL (a superuser's) the databases are made on that server instead.

use super::{
    seed::{self, Seed},
    statements,
};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection, PgPool, postgres::PgConnectOptions};
use std::{
    fs,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    str::FromStr,
};
use supportsignal::platform::{
    database::{self, MIGRATIONS},
    embedded_postgres::{DATABASE, DatabaseRole, Durability, EmbeddedConfig, EmbeddedPostgres},
};
use tokio::sync::OnceCell;
use uuid::Uuid;

/// Connections of one test: fewer than PostgreSQL has, however many tests run at a time.
const POOL_SIZE: u32 = 6;
const PREFIX: &str = "supportsignal_test_";

/// A database of one test's own, dropped with it.
pub struct TestDb {
    name: String,
    /// As the server's own role, which row-level security binds.
    pub pool: PgPool,
    /// As superuser, whom it doesn't bind: for assertions and for what an intruder with the
    /// superuser's password could do.
    pub admin: PgPool,
}

impl TestDb {
    /// A clone of the template with everything that [`seed`] put there.
    pub async fn create() -> Self {
        let server = Server::shared().await;
        let name = format!("{PREFIX}{}", Uuid::now_v7().simple());
        server.run(&format!("create database {name} template {} owner supportsignal_owner", server.template)).await;
        Self {
            pool: database::pool(server.options(DatabaseRole::App, &name), POOL_SIZE),
            admin: database::pool(server.options(DatabaseRole::Superuser, &name), POOL_SIZE),
            name,
        }
    }

    /// What the template holds.
    pub async fn seed(&self) -> &'static Seed {
        &Server::shared().await.seed
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        let Some(server) = SERVER.get() else {
            return;
        };
        let statement = format!("drop database if exists {} with (force)", self.name);
        // The test's own runtime is busy ending.
        let dropping = std::thread::spawn(move || {
            tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap()
                .block_on(server.run(&statement));
        });
        // A database that stays behind must not hide why the test failed.
        let _ = dropping.join();
    }
}

static SERVER: OnceCell<Server> = OnceCell::const_new();

/// The PostgreSQL of this run.
struct Server {
    kind: Kind,
    template: String,
    seed: Seed,
}

enum Kind {
    /// Our own. It ends with this process; the janitor removes its files after that.
    Throwaway { postgres: EmbeddedPostgres, _janitor: Child },
    /// Somebody else's, as superuser.
    Given(Box<PgConnectOptions>),
}

impl Server {
    async fn shared() -> &'static Self {
        SERVER.get_or_init(Self::start).await
    }

    async fn start() -> Self {
        statements::listen();
        match std::env::var("TEST_DATABASE_URL") {
            Ok(url) => {
                let kind =
                    Kind::Given(Box::new(PgConnectOptions::from_str(&url).expect("TEST_DATABASE_URL is an address")));
                Self::with_template(&kind, PREFIX).await.build(kind)
            }
            Err(_) => {
                let (postgres, janitor) = start_throwaway().await;
                let kind = Kind::Throwaway { postgres, _janitor: janitor };
                Self::with_template(&kind, DATABASE).await.build(kind)
            }
        }
    }

    async fn with_template(kind: &Kind, name: &str) -> Template {
        let name = match kind {
            Kind::Throwaway { .. } => name.to_owned(),
            Kind::Given(_) => kind.prepare_given(name).await,
        };
        migrate(kind.options(DatabaseRole::Owner, &name)).await;
        let pool = database::pool(kind.options(DatabaseRole::App, &name), POOL_SIZE);
        let seed = seed::plant(&pool).await;
        kind.empty_ledger(&name).await;
        // A database that somebody is connected to can't be a template.
        pool.close().await;
        Template { name, seed }
    }

    fn options(&self, role: DatabaseRole, database: &str) -> PgConnectOptions {
        self.kind.options(role, database)
    }

    async fn run(&self, statement: &str) {
        self.kind.run(statement).await;
    }
}

struct Template {
    name: String,
    seed: Seed,
}

impl Template {
    fn build(self, kind: Kind) -> Server {
        Server { kind, template: self.name, seed: self.seed }
    }
}

impl Kind {
    fn options(&self, role: DatabaseRole, database: &str) -> PgConnectOptions {
        match self {
            Self::Throwaway { postgres, .. } => postgres.connect_options(role, database),
            // No passwords are set on somebody else's server: the session changes to the role as it starts.
            Self::Given(superuser) if role == DatabaseRole::Superuser => superuser.as_ref().clone().database(database),
            Self::Given(superuser) => superuser.as_ref().clone().database(database).options([("role", role.name())]),
        }
    }

    async fn connect(&self) -> PgConnection {
        let options = match self {
            Self::Throwaway { postgres, .. } => postgres.connect_options(DatabaseRole::Superuser, "postgres"),
            Self::Given(superuser) => superuser.as_ref().clone(),
        };
        options.connect().await.unwrap()
    }

    async fn run(&self, statement: &str) {
        let mut connection = self.connect().await;
        sqlx::raw_sql(AssertSqlSafe(statement.to_owned())).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    }

    /// Planting made calls of its own; tests count theirs only.
    async fn empty_ledger(&self, database: &str) {
        let mut connection = self.options(DatabaseRole::Superuser, database).connect().await.unwrap();
        sqlx::raw_sql("delete from usage_events; delete from usage_summaries").execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    }

    /// Makes the roles and an empty database, after removing what runs of more than an hour ago left.
    async fn prepare_given(&self, prefix: &str) -> String {
        let mut connection = self.connect().await;
        let databases: Vec<String> =
            sqlx::query_scalar("select datname from pg_database where starts_with(datname, $1)")
                .bind(prefix)
                .fetch_all(&mut connection)
                .await
                .unwrap();
        for left in databases.iter().filter(|name| is_old(name.trim_start_matches(prefix))) {
            self.run(&format!("drop database if exists {left} with (force)")).await;
        }
        for (role, login) in [("owner", "login"), ("runtime", "nologin"), ("auth", "nologin"), ("app", "login")] {
            let exists: bool = sqlx::query_scalar("select exists (select from pg_roles where rolname = $1)")
                .bind(format!("supportsignal_{role}"))
                .fetch_one(&mut connection)
                .await
                .unwrap();
            if !exists {
                self.run(&format!("create role supportsignal_{role} {login} nosuperuser nobypassrls")).await;
            }
        }
        self.run(
            "grant supportsignal_auth to supportsignal_owner with inherit true, set true;
             grant supportsignal_runtime to supportsignal_app with inherit true, set true;",
        )
        .await;
        let name = format!("{prefix}{}", Uuid::now_v7().simple());
        self.run(&format!("create database {name} owner supportsignal_owner")).await;
        let mut database = self.options(DatabaseRole::Superuser, &name).connect().await.unwrap();
        sqlx::raw_sql("create extension if not exists vector").execute(&mut database).await.unwrap();
        database.close().await.unwrap();
        name
    }
}

/// Whether a name holds a time (that of a UUIDv7) of more than an hour ago.
fn is_old(id: &str) -> bool {
    let made = id.parse::<Uuid>().ok().and_then(|id| id.get_timestamp()).map_or(0, |made| made.to_unix().0);
    made + 3600 < u64::try_from(chrono::Utc::now().timestamp()).unwrap()
}

/// Brings a database to this version, as its owner.
pub async fn migrate(owner: PgConnectOptions) {
    let mut connection = owner.connect().await.unwrap();
    MIGRATIONS.run(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

/// A PostgreSQL of this process's own, and the process that removes its files.
async fn start_throwaway() -> (EmbeddedPostgres, Child) {
    let folder = std::env::temp_dir().join(format!("supportsignal-test-{}", Uuid::now_v7().simple()));
    let postgres = start_in(&folder).await;
    let janitor = remove_after_us(&postgres, &folder);
    (postgres, janitor)
}

/// Starts, or starts again, the PostgreSQL of a folder.
pub async fn start_in(folder: &Path) -> EmbeddedPostgres {
    EmbeddedPostgres::start(EmbeddedConfig {
        data_dir: folder.to_owned(),
        postgres_bin: std::env::var_os("SUPPORTSIGNAL_POSTGRES_BIN").map(PathBuf::from),
        durability: Durability::Throwaway,
    })
    .await
    .unwrap()
}

/// Rust's tests have no end of their own, so a shell waits for the end of this process, whatever it
/// is (its half of the pipe closes then), and for PostgreSQL, which ends with this process too.
pub fn remove_after_us(postgres: &EmbeddedPostgres, folder: &Path) -> Child {
    const SCRIPT: &str = r#"read -r _; tries=0
        while [ -e "$1/data/postmaster.pid" ] && [ $tries -lt 100 ]; do sleep 0.1; tries=$((tries + 1)); done
        rm -rf "$@""#;
    // Elsewhere than in the folder if PostgreSQL's user can't go there.
    let cluster = fs::canonicalize(folder.join("postgres")).unwrap();
    Command::new("sh")
        .args(["-c", SCRIPT, "janitor"])
        .args([&cluster, folder, postgres.socket_dir()])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        // Ctrl-C goes to the whole group of this process.
        .process_group(0)
        .spawn()
        .unwrap()
}
