//! The whole server in this process: its real router, called without a network, and its worker.

use super::{
    browser::Browser,
    database::TestDb,
    seed::{self, PASSWORD, Seed},
    story::{eventually, yesterday},
};
use axum::Router;
use leptos::config::LeptosOptions;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use sqlx::PgPool;
use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
    time::Duration,
};
use supportsignal::{
    ai::embeddings::{Embedder, meaning::MeaningReader},
    chat::live::LiveAnswers,
    clarification::question::{ClarificationStep, field_key},
    debug_log::writer::DebugLog,
    error::AppError,
    ids::{IncidentId, QuestionId},
    incidents::{
        draft::{Draft, Saved},
        narrative::{Narrative, Phase},
    },
    jobs,
    platform::{
        Services,
        config::{Config, DatabaseConfig, FilesConfig, PublicUrl},
        files::Files,
        mail::Mailer,
        serve, services,
    },
};
use tokio::sync::RwLock;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// A server on a database of its own.
pub struct TestApp {
    pub services: Services,
    pub db: TestDb,
    pub seed: &'static Seed,
    router: Router,
    folder: DataFolder,
}

impl TestApp {
    /// As people have it who try the product on their own machine.
    pub async fn start() -> Self {
        Self::start_with(|_| ()).await
    }

    /// With other settings.
    pub async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        let db = TestDb::create().await;
        let seed = db.seed().await;
        let folder = DataFolder::new();
        let mut config = config(folder.path());
        change(&mut config);
        let services = services(db.pool.clone(), config);
        let router = router(services.clone()).await;
        Self { services, db, seed, router, folder }
    }

    /// A browser that nobody has signed in with.
    pub fn browser(&self) -> Browser {
        self.browser_at("203.0.113.7")
    }

    /// A browser at another address.
    pub fn browser_at(&self, ip: &str) -> Browser {
        Browser::new(self.router.clone(), ip)
    }

    /// A browser of the person with this address.
    pub async fn sign_in(&self, email: &str) -> Browser {
        let browser = self.browser();
        browser.sign_in(email, PASSWORD).await.unwrap();
        browser
    }

    /// Lets a worker do everything that waits.
    pub async fn finish_jobs(&self) {
        let stop = CancellationToken::new();
        let worker = tokio::spawn(jobs::run_worker(self.services.clone(), stop.clone()));
        eventually("the queue is empty", async || {
            let waiting: i64 = sqlx::query_scalar("select count(*) from job_queue._private_jobs")
                .fetch_one(&self.db.admin)
                .await
                .unwrap();
            waiting == 0
        })
        .await;
        stop.cancel();
        worker.await.unwrap().unwrap();
    }

    /// The mails sent so far, after everything that runs beside requests is done.
    pub async fn mails(&self) -> Vec<String> {
        self.services.tasks.close();
        self.services.tasks.wait().await;
        self.services.tasks.reopen();
        let files = fs::read_dir(self.folder.path().join("mail")).unwrap();
        let mails =
            files.map(|file| file.unwrap().path()).filter(|path| path.extension().is_some_and(|end| end == "eml"));
        mails.map(|path| fs::read_to_string(path).unwrap()).collect()
    }
}

/// Held by every request, and alone by whoever makes a router: a page that is made while another
/// thread collects an app's routes sometimes never ends (leptos 0.8.23; seen once in some 500 pages).
/// A server collects them once, before it listens; only tests have several routers in one process.
pub static ROUTING: RwLock<()> = RwLock::const_new(());

/// The server's router on the given services.
pub async fn router(services: Services) -> Router {
    let _alone = ROUTING.write().await;
    let leptos = LeptosOptions::builder().output_name("supportsignal").site_root("target/no-site").build();
    serve::router(services, leptos, metrics())
}

/// The services on a pool.
pub fn services(pool: PgPool, config: Config) -> Services {
    let (ai, keys) = services::ai(&config).unwrap();
    let embedder = Embedder::from_config(&config);
    Services {
        mailer: Mailer::from_config(&config).unwrap(),
        files: Files::from_config(&config).unwrap(),
        meanings: MeaningReader::new(embedder.clone(), &config.data_dir),
        embedder,
        config: Arc::new(config),
        log: DebugLog::start(pool.clone()),
        pool,
        passwords: seed::passwords(),
        ai,
        keys,
        answers: LiveAnswers::default(),
        tasks: TaskTracker::new(),
    }
}

/// The settings of a server for one person, with its files in `folder`.
pub fn config(folder: &Path) -> Config {
    Config {
        database: DatabaseConfig::Embedded,
        database_connections: 6,
        data_dir: folder.to_owned(),
        postgres_bin: None,
        public_url: PublicUrl::default(),
        trust_proxy: false,
        smtp_url: None,
        mail_from: "SupportSignal <no-reply@localhost>".to_owned(),
        session_idle: Duration::from_secs(3600),
        session_max: Duration::from_secs(24 * 3600),
        metrics_token: None,
        files: FilesConfig::Folder(folder.join("files")),
        extractor: Some(PathBuf::from(env!("CARGO_BIN_EXE_supportsignal"))),
        // Words are enough for most tests; those about meanings say where the model is.
        model_dir: Some(folder.join("no-model")),
        ai_keys: None,
        ai_private_addresses: true,
    }
}

/// One recorder for the process; nothing here reads what it counts.
fn metrics() -> PrometheusHandle {
    static METRICS: OnceLock<PrometheusHandle> = OnceLock::new();
    METRICS.get_or_init(|| PrometheusBuilder::new().build_recorder().handle()).clone()
}

/// A server's data folder, removed with it.
pub struct DataFolder(PathBuf);

impl DataFolder {
    /// An empty one.
    pub fn new() -> Self {
        let path = std::env::temp_dir().join(format!("supportsignal-test-{}", uuid::Uuid::now_v7().simple()));
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for DataFolder {
    fn drop(&mut self) {
        // A folder that stays behind must not hide why a test failed.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// What people do, as one call each.
impl Browser {
    /// Signs in.
    pub async fn sign_in(&self, email: &str, password: &str) -> Result<(), AppError> {
        self.call("accounts/sign-in", &[("email", email), ("password", password)]).await
    }

    /// Starts a report about somebody who isn't in the register, of yesterday.
    pub async fn start_report(&self, tenant: &str) -> IncidentId {
        let fields = [
            ("tenant", tenant),
            ("participant_name", "Jo Field"),
            ("location", "Garden"),
            ("event_date_time", &yesterday()),
        ];
        self.call("incidents/start", &fields).await.unwrap()
    }

    /// Opens a draft.
    pub async fn draft(&self, tenant: &str, id: IncidentId) -> Result<Draft, AppError> {
        self.call("incidents/draft", &[("tenant", tenant), ("id", &id.to_string())]).await
    }

    /// Saves the four phases; `intent` is `stay`, `continue` or `leave`.
    pub async fn save_account(
        &self,
        tenant: &str,
        id: IncidentId,
        revision: i32,
        account: &Narrative,
        intent: &str,
    ) -> Result<Saved, AppError> {
        let fields = [
            ("tenant", tenant),
            ("id", &id.to_string()),
            ("revision", &revision.to_string()),
            ("before", &account.before),
            ("during", &account.during),
            ("end", &account.end),
            ("after", &account.after),
            ("intent", intent),
        ];
        self.call("incidents/save-narrative", &fields).await
    }

    /// Opens the questions about a phase.
    pub async fn questions(&self, tenant: &str, id: IncidentId, phase: Phase) -> ClarificationStep {
        let fields = [("tenant", tenant), ("id", &id.to_string()), ("phase", phase.as_str())];
        self.call("clarification/get", &fields).await.unwrap()
    }

    /// Answers questions of a phase and goes on.
    pub async fn answer(
        &self,
        tenant: &str,
        id: IncidentId,
        revision: i32,
        phase: Phase,
        answers: &[(QuestionId, &str)],
    ) -> Result<Saved, AppError> {
        let mut fields = vec![
            ("tenant".to_owned(), tenant.to_owned()),
            ("id".to_owned(), id.to_string()),
            ("phase".to_owned(), phase.as_str().to_owned()),
            ("revision".to_owned(), revision.to_string()),
            ("intent".to_owned(), "continue".to_owned()),
        ];
        fields.extend(answers.iter().map(|(id, text)| (format!("answers[{}]", field_key(*id)), (*text).to_owned())));
        self.call("clarification/save-answers", &fields).await
    }

    /// Submits a report.
    pub async fn submit(&self, tenant: &str, id: IncidentId, revision: i32) -> Result<(), AppError> {
        let fields = [("tenant", tenant), ("id", &id.to_string()), ("revision", &revision.to_string())];
        self.call("incidents/submit", &fields).await
    }
}
