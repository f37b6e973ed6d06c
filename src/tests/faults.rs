//! The database goes away and comes back.

use super::{
    app::{self, DataFolder},
    browser::Browser,
    database::{migrate, remove_after_us, start_in},
    seed::{self, PASSWORD},
    story::eventually,
};
use http::StatusCode;
use supportsignal::{
    error::AppError,
    platform::{
        database,
        embedded_postgres::{DATABASE, DatabaseRole},
    },
};

#[expect(clippy::zombie_processes, reason = "the janitor ends after this process, which nothing can wait for")]
#[tokio::test]
async fn a_dead_database_is_a_plain_page_and_a_returning_one_needs_no_restart() {
    // A server of its own, because it is stopped.
    let folder = DataFolder::new();
    let postgres = start_in(folder.path()).await;
    let _janitor = remove_after_us(&postgres, folder.path());
    migrate(postgres.connect_options(DatabaseRole::Owner, DATABASE)).await;
    let pool = database::pool(postgres.connect_options(DatabaseRole::App, DATABASE), 4);
    let seed = seed::plant(&pool).await;
    let router = app::router(app::services(pool, app::config(folder.path()))).await;
    let priya = Browser::new(router, "203.0.113.7");
    priya.sign_in("worker@banksia.example", PASSWORD).await.unwrap();
    assert_eq!(priya.get("/readyz").await.status, StatusCode::OK);
    assert_eq!(priya.get("/banksia").await.status, StatusCode::OK);

    postgres.stop().await.unwrap();
    let ready = priya.get("/readyz").await;
    assert_eq!(ready.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(priya.get("/healthz").await.status, StatusCode::OK, "the process itself is well");
    let page = priya.get("/banksia").await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(
        page.body.contains("can&#x27;t reach its database") || page.body.contains("can't reach its database"),
        "{}",
        page.body
    );
    assert!(!page.body.contains("sqlx") && !page.body.contains(".s.PGSQL"), "nothing of the inside shows");
    let error = priya.draft("banksia", seed.banksia.draft).await.unwrap_err();
    assert_eq!(error, AppError::Unavailable);

    let postgres = start_in(folder.path()).await;
    eventually("the server is ready again", async || priya.get("/readyz").await.status == StatusCode::OK).await;
    assert_eq!(priya.draft("banksia", seed.banksia.draft).await.unwrap().id, seed.banksia.draft, "still signed in");
    assert_eq!(priya.get("/banksia").await.status, StatusCode::OK);
    postgres.stop().await.unwrap();
}
