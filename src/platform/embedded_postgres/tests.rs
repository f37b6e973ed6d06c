//! The life of a private PostgreSQL, on the programs that `script/setup` installs.

use super::{DATABASE, DatabaseRole, Durability, EmbeddedConfig, EmbeddedPostgres, PostgresState};
use rustix::process::{Pid, Signal, kill_process};
use sqlx::{ConnectOptions, PgConnection};
use std::{env, fs, path::PathBuf};

/// A data directory of one test, removed with it.
struct DataDir(PathBuf);

impl DataDir {
    fn new() -> Self {
        Self(env::temp_dir().join(format!("supportsignal-test-{}", uuid::Uuid::now_v7())))
    }

    async fn start(&self) -> EmbeddedPostgres {
        let postgres_bin = env::var_os("SUPPORTSIGNAL_POSTGRES_BIN").map(PathBuf::from);
        let config = EmbeddedConfig { data_dir: self.0.clone(), postgres_bin, durability: Durability::Throwaway };
        EmbeddedPostgres::start(config).await.unwrap()
    }

    fn postgres_pid(&self) -> Pid {
        let text = fs::read_to_string(self.0.join("postgres/data/postmaster.pid")).unwrap();
        Pid::from_raw(text.lines().next().unwrap().parse().unwrap()).unwrap()
    }
}

impl Drop for DataDir {
    fn drop(&mut self) {
        // A temporary folder that stays behind must not hide why a test failed.
        let _ = fs::remove_dir_all(&self.0);
    }
}

async fn connect(postgres: &EmbeddedPostgres, role: DatabaseRole) -> PgConnection {
    postgres.connect_options(role, DATABASE).connect().await.unwrap()
}

#[tokio::test]
async fn the_servers_role_has_no_power_over_row_level_security() {
    let data = DataDir::new();
    let postgres = data.start().await;
    for role in [DatabaseRole::App, DatabaseRole::Owner] {
        let powerful: bool = sqlx::query_scalar(
            "select rolsuper or rolbypassrls or rolcreaterole from pg_roles where rolname = current_user",
        )
        .fetch_one(&mut connect(&postgres, role).await)
        .await
        .unwrap();
        assert!(!powerful, "{role:?} must be an ordinary role");
    }
    let mut app = connect(&postgres, DatabaseRole::App).await;
    assert!(sqlx::raw_sql("create table stray (id integer)").execute(&mut app).await.is_err());
    postgres.stop().await.unwrap();
}

#[tokio::test]
async fn data_is_there_after_a_restart_and_a_second_process_shares_the_database() {
    let data = DataDir::new();
    let first = data.start().await;
    let mut owner = connect(&first, DatabaseRole::Owner).await;
    sqlx::raw_sql("create table kept as select 'still here' as words").execute(&mut owner).await.unwrap();
    drop(owner);
    first.stop().await.unwrap();

    let owning = data.start().await;
    let sharing = data.start().await;
    let words: String = sqlx::query_scalar("select words from kept")
        .fetch_one(&mut connect(&sharing, DatabaseRole::Owner).await)
        .await
        .unwrap();
    assert_eq!(words, "still here");
    sharing.stop().await.unwrap();
    connect(&owning, DatabaseRole::App).await;
    owning.stop().await.unwrap();
}

#[tokio::test]
async fn a_killed_postgres_is_started_again() {
    let data = DataDir::new();
    let postgres = data.start().await;
    let mut state = postgres.state();
    kill_process(data.postgres_pid(), Signal::KILL).unwrap();
    state.wait_for(|state| *state == PostgresState::Restarting).await.unwrap();
    state.wait_for(|state| *state == PostgresState::Running).await.unwrap();
    connect(&postgres, DatabaseRole::App).await;
    postgres.stop().await.unwrap();
    assert_eq!(*state.borrow(), PostgresState::Stopped);
}
