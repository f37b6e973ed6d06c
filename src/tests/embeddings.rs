//! Search by meanings: who makes the vectors, what leaves the machine, and what happens in between.

use super::{
    app::TestApp,
    browser::Browser,
    passages::{NewDocument, add_document, find, titles},
    providers::{FakeProvider, Format, INPUT_TOKENS, KEY, Received, Reply},
    seed::{TenantSeed, email},
};
use serde_json::Value;
use sqlx::Row;
use supportsignal::{
    ai::embeddings::{LOCAL_DIMENSIONS, LOCAL_MODEL},
    error::AppError,
    ids::{ProviderId, TenantId},
    jobs::{
        end_all_cut_off,
        queue::{Job, JobContext},
        store as jobs,
    },
    knowledge::{hit::WordsOnly, jobs::EmbedDocuments, store::embeddings},
    platform::database::TenantTx,
    providers::provider_settings::{AiSettings, EmbeddingSetting},
};

/// A model that knows three things: bodies, medicines and doors.
fn meaning(text: &str) -> Vec<f32> {
    let text = text.to_lowercase();
    let speaks_of = |words: &[&str]| if words.iter().any(|word| text.contains(word)) { 1.0 } else { 0.05 };
    vec![
        speaks_of(&["slip", "fell", "fall", "floor"]),
        speaks_of(&["tablet", "medic", "dose", "webster"]),
        speaks_of(&["door", "gate", "lock"]),
    ]
}

fn texts(request: &Received) -> Vec<String> {
    let input = request.body["input"].as_array().unwrap();
    input.iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}

async fn vector_maker() -> FakeProvider {
    FakeProvider::start(Format::OpenAi, |request| {
        Reply::Vectors(texts(request).iter().map(|text| meaning(text)).collect())
    })
    .await
}

impl Browser {
    async fn embedding(&self) -> EmbeddingSetting {
        let settings: AiSettings = self.call("providers/settings", &[("tenant", "banksia")]).await.unwrap();
        settings.embedding
    }

    async fn choose_embedding(&self, provider: &str, model: &str) -> Result<(), AppError> {
        let revision = self.embedding().await.revision.to_string();
        let fields = [
            ("tenant", "banksia"),
            ("revision", revision.as_str()),
            ("embedding_provider", provider),
            ("embedding_model", model),
        ];
        self.call("providers/save-embedding", &fields).await
    }

    async fn add_provider(&self, kind: &str, fake: &FakeProvider) -> ProviderId {
        let address = fake.base_url();
        let fields = [
            ("tenant", "banksia"),
            ("kind", kind),
            ("name", "Vectors"),
            ("base_url", address.as_str()),
            ("key", KEY),
            ("is_enabled", "true"),
        ];
        self.call::<()>("providers/save", &fields).await.unwrap();
        let settings: AiSettings = self.call("providers/settings", &[("tenant", "banksia")]).await.unwrap();
        settings.providers.first().unwrap().id
    }
}

async fn write_library(app: &TestApp, tenant: &TenantSeed) {
    let falls = &["If somebody slipped, look for injuries before you help them up."][..];
    add_document(app, tenant.id, &NewDocument::open("Injuries", falls)).await;
    let doses = &["Check the Webster pack with Robin Hale before each dose.", "Sign the chart."][..];
    add_document(app, tenant.id, &NewDocument::open("Charts", doses)).await;
    add_document(app, tenant.id, &NewDocument::open("Nights", &["Lock the gate at nine."])).await;
}

/// The models that a tenant has vectors of, with how many.
async fn vectors(app: &TestApp, tenant: &TenantSeed) -> Vec<(String, i64)> {
    sqlx::query_as(
        "select embedding_model, count(*) from chunk_embeddings where tenant_id = $1 group by 1 order by 2, 1",
    )
    .bind(tenant.id.uuid())
    .fetch_all(&app.db.admin)
    .await
    .unwrap()
}

/// A tenant whose vectors a provider makes, with a library that is ready.
async fn with_provider() -> (TestApp, Browser, FakeProvider, ProviderId) {
    let app = TestApp::start().await;
    let tenant = &app.seed.banksia;
    let dana = app.sign_in(&email("admin", tenant)).await;
    let fake = vector_maker().await;
    let id = dana.add_provider("openai", &fake).await;
    write_library(&app, tenant).await;
    dana.choose_embedding(&id.to_string(), "text-embedding-3-small").await.unwrap();
    app.finish_jobs().await;
    (app, dana, fake, id)
}

#[tokio::test]
async fn a_question_finds_what_it_means_without_a_word_of_it() {
    let (app, dana, _fake, id) = with_provider().await;
    let tenant = &app.seed.banksia;
    assert!(!dana.embedding().await.is_being_prepared);
    assert_eq!(vectors(&app, tenant).await, [(format!("{id}/text-embedding-3-small"), 4)]);
    let counts: Vec<(i32, i32)> = sqlx::query_as("select chunk_count, embedded_count from documents order by title")
        .fetch_all(&app.db.admin)
        .await
        .unwrap();
    assert_eq!(counts, [(2, 2), (1, 1), (1, 1)]);

    let result = find(&app, &tenant.worker, "he fell").await;
    assert_eq!(result.words_only, None);
    let first = result.hits.first().unwrap();
    assert_eq!(first.document_title, "Injuries");
    assert!(first.cosine.is_some_and(|cosine| cosine > 0.9) && first.term_share == 0.0, "{first:?}");
    assert!(first.highlights.is_empty());
    assert_eq!(titles(&find(&app, &tenant.worker, "missed his tablets").await).first(), Some(&"Charts"));
}

#[tokio::test]
async fn names_are_masked_and_every_call_is_in_the_ledger() {
    let (app, _dana, fake, _id) = with_provider().await;
    let tenant = &app.seed.banksia;
    find(&app, &tenant.worker, "Did Robin Hale fall?").await;
    let sent = fake.requests().iter().flat_map(texts).collect::<Vec<_>>().join("\n");
    assert!(sent.contains("Webster pack") && !sent.contains("Robin") && !sent.contains("Hale"), "{sent}");
    let rows = sqlx::query(
        "select ai_model, input_tokens, cost_micros, outcome, user_id from usage_events
         where tenant_id = $1 and workflow_step = 'embedding' order by occurred_at, id",
    )
    .bind(tenant.id.uuid())
    .fetch_all(&app.db.admin)
    .await
    .unwrap();
    assert_eq!(rows.len(), fake.requests().len());
    for row in &rows {
        assert_eq!(row.get::<String, _>("outcome"), "succeeded");
        assert_eq!(row.get::<i32, _>("input_tokens"), i32::try_from(INPUT_TOKENS).unwrap());
        assert_eq!(row.get::<i64, _>("cost_micros"), 3, "120 tokens at two cents a million, rounded up");
    }
    let users: Vec<Option<uuid::Uuid>> = rows.iter().map(|row| row.get("user_id")).collect();
    assert_eq!((users.first(), users.last()), (Some(&None), Some(&Some(tenant.worker.user_id.uuid()))));
}

#[tokio::test]
async fn search_goes_on_while_another_model_takes_over() {
    let (app, dana, fake, id) = with_provider().await;
    let tenant = &app.seed.banksia;
    dana.choose_embedding(&id.to_string(), "text-embedding-3-large").await.unwrap();
    assert!(dana.embedding().await.is_being_prepared);
    let result = find(&app, &tenant.worker, "he fell").await;
    assert_eq!((result.words_only, titles(&result).first()), (None, Some(&"Injuries")));
    assert_eq!(fake.requests().last().unwrap().body["model"], "text-embedding-3-small");

    app.finish_jobs().await;
    assert!(!dana.embedding().await.is_being_prepared);
    assert_eq!(vectors(&app, tenant).await, [(format!("{id}/text-embedding-3-large"), 4)], "the old ones are gone");
    let result = find(&app, &tenant.worker, "he fell").await;
    assert_eq!((result.words_only, titles(&result).first()), (None, Some(&"Injuries")));
    assert_eq!(fake.requests().last().unwrap().body["model"], "text-embedding-3-large");
    let audited: Vec<Value> = sqlx::query_scalar(
        "select details from audit_events where tenant_id = $1 and action = 'embedding_model.changed' order by position",
    )
    .bind(tenant.id.uuid())
    .fetch_all(&app.db.admin)
    .await
    .unwrap();
    let models: Vec<&Value> = audited.iter().map(|details| &details["model"]).collect();
    assert_eq!(models, ["text-embedding-3-small", "text-embedding-3-large"]);
}

#[tokio::test]
async fn only_what_is_new_is_embedded() {
    let (app, _dana, fake, _id) = with_provider().await;
    let before = fake.requests().len();
    let tenant = &app.seed.banksia;
    add_document(&app, tenant.id, &NewDocument::open("Keys", &["The door's key hangs inside."])).await;
    add_document(&app, tenant.id, &NewDocument::open("Locks", &["Two locks."])).await;
    let waiting: i64 =
        sqlx::query_scalar("select count(*) from job_queue._private_jobs").fetch_one(&app.db.admin).await.unwrap();
    assert_eq!(waiting, 1, "one job for both");
    app.finish_jobs().await;
    let sent: Vec<String> = fake.requests()[before..].iter().flat_map(texts).collect();
    assert_eq!(sent, ["Keys\nThe door's key hangs inside.", "Locks\nTwo locks."]);
}

#[tokio::test]
async fn a_silent_or_forbidden_provider_leaves_the_words() {
    let (app, dana, fake, _id) = with_provider().await;
    let tenant = &app.seed.banksia;
    sqlx::query("update memberships set llm_access = false where tenant_id = $1 and user_id = $2")
        .bind(tenant.id.uuid())
        .bind(tenant.worker.user_id.uuid())
        .execute(&app.db.admin)
        .await
        .unwrap();
    let asked = fake.requests().len();
    let result = find(&app, &tenant.worker, "Webster pack").await;
    assert_eq!((result.words_only, titles(&result)), (Some(WordsOnly::ProviderOff), vec!["Charts"]));
    assert_eq!(fake.requests().len(), asked);

    drop(fake);
    let result = find(&app, &tenant.admin, "Webster pack").await;
    assert_eq!((result.words_only, titles(&result)), (Some(WordsOnly::ProviderFailed), vec!["Charts"]));

    let limits = [
        ("tenant", "banksia"),
        ("revision", "1"),
        ("monthly_cap", "0"),
        ("person_monthly_cap", ""),
        ("providers", "on"),
    ];
    dana.call::<()>("providers/save-switch", &limits).await.unwrap();
    let result = find(&app, &tenant.admin, "Webster pack").await;
    assert_eq!((result.words_only, titles(&result)), (Some(WordsOnly::ProviderFailed), vec!["Charts"]));
    let refused: i64 = sqlx::query_scalar(
        "select count(*) from usage_events where workflow_step = 'embedding' and problem = 'cap_tenant'",
    )
    .fetch_one(&app.db.admin)
    .await
    .unwrap();
    assert_eq!(refused, 1);
}

#[tokio::test]
async fn a_choice_that_can_not_work_is_refused() {
    let app = TestApp::start().await;
    let dana = app.sign_in(&email("admin", &app.seed.banksia)).await;
    let fake = vector_maker().await;
    let id = dana.add_provider("anthropic", &fake).await.to_string();
    let at = |result: Result<(), AppError>, field: &str| result.unwrap_err().at(field);
    assert!(at(dana.choose_embedding(&id, "claude").await, "embedding_provider").is_some());
    assert!(at(dana.choose_embedding(&id, "").await, "embedding_model").is_some());
    let stranger = ProviderId::generate().to_string();
    assert!(at(dana.choose_embedding(&stranger, "small").await, "embedding_provider").is_some());
    let stale = [("tenant", "banksia"), ("revision", "7"), ("embedding_provider", ""), ("embedding_model", "")];
    assert!(matches!(dana.call::<()>("providers/save-embedding", &stale).await, Err(AppError::Stale { .. })));
    let worker = app.sign_in(&email("worker", &app.seed.banksia)).await;
    let own = [("tenant", "banksia"), ("revision", "1"), ("embedding_provider", ""), ("embedding_model", "")];
    assert_eq!(worker.call::<()>("providers/save-embedding", &own).await, Err(AppError::Forbidden));
}

#[tokio::test]
async fn a_provider_that_compares_meanings_can_not_be_removed() {
    let (app, dana, _fake, id) = with_provider().await;
    let fields = [("tenant", "banksia"), ("id", &id.to_string()), ("confirmed_name", "Vectors")];
    let error = dana.call::<()>("providers/remove", &fields).await.unwrap_err();
    assert!(error.to_string().contains("meaning search"), "{error}");
    dana.choose_embedding("", "").await.unwrap();
    dana.call::<()>("providers/remove", &fields).await.unwrap();
    // Its vectors can be compared with no question any more; words can.
    let result = find(&app, &app.seed.banksia.worker, "Webster pack").await;
    assert_eq!((result.words_only, titles(&result)), (Some(WordsOnly::ProviderOff), vec!["Charts"]));
}

#[tokio::test]
async fn without_the_model_the_job_ends_and_can_be_asked_for_again() {
    let app = TestApp::start().await;
    let tenant = &app.seed.banksia;
    write_library(&app, tenant).await;
    app.finish_jobs().await;
    assert_eq!(vectors(&app, tenant).await, []);
    let mut tx = TenantTx::begin_for_system(&app.db.pool, tenant.id).await.unwrap();
    let job = jobs::find_latest(&mut tx, "embed_documents", "tenant", tenant.id.uuid()).await.unwrap().unwrap();
    assert!(!job.status.is_open());
    EmbedDocuments::request(&mut tx).await.unwrap();
    let again = jobs::find_latest(&mut tx, "embed_documents", "tenant", tenant.id.uuid()).await.unwrap().unwrap();
    assert!(again.status.is_open() && again.id != job.id);
}

#[tokio::test]
async fn work_that_was_cut_off_for_good_is_asked_for_again() {
    let app = TestApp::start().await;
    let tenant = &app.seed.banksia;
    write_library(&app, tenant).await;
    let latest = async || {
        let mut tx = TenantTx::begin_for_system(&app.db.pool, tenant.id).await.unwrap();
        jobs::find_latest(&mut tx, "embed_documents", "tenant", tenant.id.uuid()).await.unwrap().unwrap()
    };
    let first = latest().await;
    for statement in [
        "update jobs set status = 'running' where kind = 'embed_documents'",
        "update job_queue._private_jobs set attempts = max_attempts",
    ] {
        sqlx::query(statement).execute(&app.db.admin).await.unwrap();
    }
    end_all_cut_off(&app.db.pool).await.unwrap();
    let second = latest().await;
    assert!(second.id != first.id && second.status.is_open(), "{second:?}");
}

#[tokio::test]
async fn a_text_that_is_refused_holds_up_no_other() {
    let app = TestApp::start().await;
    let tenant = &app.seed.banksia;
    let dana = app.sign_in(&email("admin", tenant)).await;
    let fake = FakeProvider::start(Format::OpenAi, |request| {
        let texts = texts(request);
        if texts.iter().any(|text| text.contains("Webster")) {
            return Reply::failure(400);
        }
        Reply::Vectors(texts.iter().map(|text| meaning(text)).collect())
    })
    .await;
    let id = dana.add_provider("openai", &fake).await;
    write_library(&app, tenant).await;
    dana.choose_embedding(&id.to_string(), "text-embedding-3-small").await.unwrap();
    let payload: Value =
        sqlx::query_scalar("select payload from job_queue._private_jobs").fetch_one(&app.db.admin).await.unwrap();
    let job: EmbedDocuments = serde_json::from_value(payload).unwrap();
    let context = JobContext { services: app.services.clone(), attempt: 1, max_attempts: EmbedDocuments::MAX_ATTEMPTS };
    assert!(job.run(context).await.is_err(), "the refused text isn't forgotten");
    assert_eq!(vectors(&app, tenant).await, [(format!("{id}/text-embedding-3-small"), 3)]);
}

#[tokio::test]
async fn a_vector_that_was_made_for_another_title_is_not_kept() {
    let app = TestApp::start().await;
    let tenant = &app.seed.banksia;
    write_library(&app, tenant).await;
    let mut tx = TenantTx::begin_for_system(&app.db.pool, tenant.id).await.unwrap();
    let passages = embeddings::list_unembedded(&mut tx, "some", None, 10).await.unwrap();
    assert_eq!(passages.len(), 4);
    sqlx::query("update documents set title = 'Doses' where tenant_id = $1 and title = 'Charts'")
        .bind(tenant.id.uuid())
        .execute(tx.connection())
        .await
        .unwrap();
    let made = vec![vec![0.5; 2]; passages.len()];
    embeddings::insert_vectors(&mut tx, "some", &passages, made).await.unwrap();
    assert_eq!(embeddings::count_missing(&mut tx, "some").await.unwrap(), 2, "both passages of the renamed one");
}

/// The real model, as `script/setup` installs it.
#[tokio::test]
async fn the_model_on_this_machine_compares_meanings() {
    let app = TestApp::start_with(|config| config.model_dir = None).await;
    let tenant = &app.seed.banksia;
    write_library(&app, tenant).await;
    let shared = &["Tell the NDIS Commission within 24 hours of a death or a serious injury."][..];
    add_document(&app, TenantId::SYSTEM, &NewDocument::open("Duties", shared)).await;
    let result = find(&app, &tenant.worker, "Webster pack").await;
    assert_eq!((result.words_only, titles(&result)), (Some(WordsOnly::NotReady), vec!["Charts"]));
    app.finish_jobs().await;
    assert_eq!(vectors(&app, tenant).await, [(LOCAL_MODEL.to_owned(), 4)]);

    let result = find(&app, &tenant.worker, "what to do when a person tumbles and may be hurt").await;
    assert_eq!((result.words_only, titles(&result).first()), (None, Some(&"Injuries")));
    let result = find(&app, &tenant.worker, "when must the regulator be informed that someone died").await;
    assert_eq!(titles(&result).first(), Some(&"Duties"));
    assert!(result.hits[0].is_shared() && result.hits[0].cosine.is_some_and(|cosine| cosine > 0.3));

    let embedder = &app.services.embedder;
    let texts: Vec<String> = ["A fall.", &"Long ".repeat(900), "A slip on a wet floor."].map(str::to_owned).into();
    let together = embedder.embed(texts.clone()).await.unwrap();
    for (text, vector) in texts.iter().zip(&together) {
        assert_eq!(vector.len(), LOCAL_DIMENSIONS);
        let alone = embedder.embed_question(text).await.unwrap();
        let cosine: f32 = alone.iter().zip(vector).map(|(one, other)| one * other).sum();
        assert!((cosine - 1.0).abs() < 1e-3, "{cosine}: alone or in company, a text means the same");
    }
}
