//! The pages of conversations as they arrive: every state of an answer, without any script.

use super::{app::TestApp, browser::Answer, seed::email};
use supportsignal::{
    accounts::member::Member,
    ids::{ChatMessageId, ChatSessionId, ChunkId, CorrelationId, DocumentId},
    platform::database::TenantTx,
};

/// A conversation that a test writes line by line.
struct Told<'a> {
    app: &'a TestApp,
    owner: &'a Member,
    id: ChatSessionId,
    position: i32,
}

impl<'a> Told<'a> {
    async fn begin(app: &'a TestApp, owner: &'a Member, title: &str) -> Self {
        let id = ChatSessionId::generate();
        let mut tx = TenantTx::begin(&app.db.pool, owner).await.unwrap();
        sqlx::query("insert into chat_sessions (tenant_id, id, user_id, title) values ($1, $2, $3, $4)")
            .bind(owner.tenant_id.uuid())
            .bind(id.uuid())
            .bind(owner.user_id.uuid())
            .bind(title)
            .execute(tx.connection())
            .await
            .unwrap();
        tx.commit().await.unwrap();
        Self { app, owner, id, position: 0 }
    }

    fn page(&self) -> String {
        format!("/{}/chat/{}", self.owner.tenant, self.id)
    }

    async fn question(&mut self, text: &str) -> ChatMessageId {
        self.message("user", text, "completed", None, None).await
    }

    /// An answer with a status ("completed", "failed") and an outcome ("answered", "not_found", ...).
    async fn answer(
        &mut self,
        question: ChatMessageId,
        text: &str,
        status: &str,
        outcome: Option<&str>,
    ) -> ChatMessageId {
        self.message("assistant", text, status, outcome, Some(question)).await
    }

    async fn message(
        &mut self,
        role: &str,
        text: &str,
        status: &str,
        outcome: Option<&str>,
        question: Option<ChatMessageId>,
    ) -> ChatMessageId {
        self.position += 1;
        let id = ChatMessageId::generate();
        let mut tx = TenantTx::begin(&self.app.db.pool, self.owner).await.unwrap();
        sqlx::query(
            "insert into chat_messages (tenant_id, id, session_id, position, role, content, status, outcome, problem,
                                        question_id, model_used, worked_at, correlation_id)
             values ($1, $2, $3, $4, $5, $6, $7, $8, case when $7 = 'failed' then 'interrupted' end, $9,
                     case when $5 = 'assistant' then 'built-in' end, now(), $10)",
        )
        .bind(self.owner.tenant_id.uuid())
        .bind(id.uuid())
        .bind(self.id.uuid())
        .bind(self.position)
        .bind(role)
        .bind(text)
        .bind(status)
        .bind(outcome)
        .bind(question.map(ChatMessageId::uuid))
        .bind(CorrelationId::generate().uuid())
        .execute(tx.connection())
        .await
        .unwrap();
        tx.commit().await.unwrap();
        id
    }

    async fn cite(&self, answer: ChatMessageId, number: i32, passage: Option<&Passage>, was_cited: bool) {
        let mut tx = TenantTx::begin(&self.app.db.pool, self.owner).await.unwrap();
        sqlx::query(
            "insert into chat_citations (tenant_id, message_id, number, document_tenant_id, document_id, chunk_id, quote, was_cited)
             values ($1, $2, $3, $1, $4, $5, 'on-call manager', $6)",
        )
        .bind(self.owner.tenant_id.uuid())
        .bind(answer.uuid())
        .bind(number)
        .bind(passage.map(|passage| passage.document.uuid()))
        .bind(passage.map(|passage| passage.chunk.uuid()))
        .bind(was_cited)
        .execute(tx.connection())
        .await
        .unwrap();
        tx.commit().await.unwrap();
    }
}

struct Passage {
    document: DocumentId,
    chunk: ChunkId,
}

/// A document with one passage, for these roles or for everybody.
async fn add_document(app: &TestApp, title: &str, allowed_roles: Option<Vec<String>>) -> Passage {
    let admin = &app.seed.banksia.admin;
    let (document, chunk) = (DocumentId::generate(), ChunkId::generate());
    let mut tx = TenantTx::begin(&app.db.pool, admin).await.unwrap();
    sqlx::query(
        "insert into documents (tenant_id, id, title, file_type, allowed_roles, processing_status, processed_version, chunk_count)
         values ($1, $2, $3, 'markdown', $4, 'completed', 1, 1)",
    )
    .bind(admin.tenant_id.uuid())
    .bind(document.uuid())
    .bind(title)
    .bind(allowed_roles)
    .execute(tx.connection())
    .await
    .unwrap();
    sqlx::query(
        "insert into document_chunks (tenant_id, id, document_id, kind, chunk_index, heading, start_offset, content, chunk_hash)
         values ($1, $2, $3, 'passage', 0, 'After hours', 0, 'Call the on-call manager first.', sha256('x'))",
    )
    .bind(admin.tenant_id.uuid())
    .bind(chunk.uuid())
    .bind(document.uuid())
    .execute(tx.connection())
    .await
    .unwrap();
    tx.commit().await.unwrap();
    Passage { document, chunk }
}

async fn open(app: &TestApp, account: &str, page: &str) -> Answer {
    app.sign_in(&email(account, &app.seed.banksia)).await.get(page).await
}

fn assert_shows(answer: &Answer, texts: &[&str]) {
    assert_eq!(answer.status, 200);
    for text in texts {
        assert!(answer.body.contains(text), "the page shows {text:?}: {}", answer.body);
    }
}

/// What people see: the scripts beside it hold what it was made from.
fn without_scripts(body: &str) -> String {
    let mut parts = body.split("<script");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.filter_map(|part| part.split_once("</script>")).fold(first, |shown, (_, rest)| shown + rest)
}

#[tokio::test]
async fn a_cited_answer_links_to_its_passages() {
    let app = TestApp::start().await;
    let passage = add_document(&app, "Medication procedure", None).await;
    let mut told = Told::begin(&app, &app.seed.banksia.worker, "After hours").await;
    let question = told.question("Who do I call?").await;
    let text = "1. Call the on-call manager [1].\n2. Write it down [2].";
    let answer = told.answer(question, text, "completed", Some("answered")).await;
    told.cite(answer, 1, Some(&passage), true).await;
    told.cite(answer, 2, None, true).await;

    let page = open(&app, "worker", &told.page()).await;
    let link = format!("/banksia/knowledge/{}/passages/{}", passage.document, passage.chunk);
    assert_shows(
        &page,
        &[
            "Who do I call?",
            "Call the on-call manager",
            &format!(r#"href="{link}""#),
            r#"aria-label="Source 1: Medication procedure""#,
            "This source was removed or changed, or your role may no longer read it.",
            "Built-in engine",
            "Did this help?",
            "Answer again",
        ],
    );
    assert!(!without_scripts(&page.body).contains("[1]") && !page.body.contains(r#"http-equiv="refresh""#));
}

#[tokio::test]
async fn a_source_that_was_restricted_since_is_gone_from_the_answer() {
    let app = TestApp::start().await;
    let passage = add_document(&app, "Behaviour support plan", Some(vec!["team_lead".to_owned()])).await;
    let mut told = Told::begin(&app, &app.seed.banksia.worker, "A plan").await;
    let question = told.question("What calms her?").await;
    let answer = told.answer(question, "Music [1].", "completed", Some("answered")).await;
    told.cite(answer, 1, Some(&passage), true).await;
    let page = open(&app, "worker", &told.page()).await;
    assert_shows(&page, &["This source was removed or changed"]);
    assert!(!page.body.contains("Behaviour support plan"), "not even its title");
}

#[tokio::test]
async fn every_other_state_is_said_in_words() {
    let app = TestApp::start().await;
    let near = add_document(&app, "Staff handbook", None).await;
    let mut told = Told::begin(&app, &app.seed.banksia.worker, "All kinds").await;

    let question = told.question("Who won?").await;
    let answer = told.answer(question, "", "completed", Some("not_found")).await;
    told.cite(answer, 1, Some(&near), false).await;
    let question = told.question("How much?").await;
    let answer = told.answer(question, "Forty dollars.", "completed", Some("unverified")).await;
    told.cite(answer, 1, Some(&near), false).await;
    let question = told.question("And then?").await;
    told.answer(question, "First", "completed", Some("stopped")).await;
    let question = told.question("Why?").await;
    told.answer(question, "", "failed", None).await;

    let page = open(&app, "worker", &told.page()).await;
    assert_shows(
        &page,
        &[
            "I couldn't find this in your documents.",
            "Staff handbook",
            "Your admins see the question, without your name",
            "Not verified",
            "Check it with your team lead before you act on it.",
            "You stopped it here; it may not be whole.",
            "The answer was interrupted. Your question is kept.",
            "Try again",
        ],
    );
}

#[tokio::test]
async fn an_answer_that_is_being_written_can_be_stopped_and_looks_again_by_itself() {
    let app = TestApp::start().await;
    let mut told = Told::begin(&app, &app.seed.banksia.worker, "Slow").await;
    let question = told.question("Who do I call?").await;
    let answer = told.answer(question, "Call the manager [", "pending", None).await;
    let page = open(&app, "worker", &told.page()).await;
    assert_shows(
        &page,
        &["Call the manager", "Writing", r#"action="/api/chat/stop"#, &answer.to_string(), r#"http-equiv="refresh""#],
    );
    assert!(!without_scripts(&page.body).contains("Call the manager ["), "half a citation is not shown");
}

#[tokio::test]
async fn a_conversation_is_its_owners_alone() {
    let app = TestApp::start().await;
    let mut told = Told::begin(&app, &app.seed.banksia.worker, "Something private").await;
    told.question("May I tell you something?").await;
    for account in ["colleague", "lead", "admin"] {
        for page in [told.page(), format!("{}/manage", told.page()), "/banksia/chat/history".to_owned()] {
            let answer = open(&app, account, &page).await;
            let expected = if page.ends_with("history") { 200 } else { 404 };
            assert_eq!(answer.status, expected, "{account} at {page}");
            assert!(!answer.body.contains("Something private") && !answer.body.contains("May I tell"));
        }
    }
    assert_shows(&open(&app, "worker", "/banksia/chat/history").await, &["Something private"]);
    assert_shows(&open(&app, "worker", "/banksia/chat/history?q=tell").await, &["Something private"]);
    assert_shows(&open(&app, "worker", "/banksia/chat/history?q=zeppelin").await, &["No conversation has these words"]);
}

#[tokio::test]
async fn a_new_conversation_offers_questions_about_what_its_reader_may_see() {
    let app = TestApp::start().await;
    add_document(&app, "Medication procedure", None).await;
    add_document(&app, "Restricted plan", Some(vec!["team_lead".to_owned()])).await;
    let page = open(&app, "worker", "/banksia/chat").await;
    assert_shows(
        &page,
        &["Hello Priya.", "“Medication procedure”", "The built-in engine answers with sentences of your documents."],
    );
    assert!(!page.body.contains("Restricted plan"));
}

#[tokio::test]
async fn who_may_not_ask_is_told_so_once() {
    let app = TestApp::start().await;
    let system = app.sign_in(super::seed::SYSTEM_ADMIN).await;
    let page = system.get("/system/chat").await;
    assert_eq!(page.status, 403);
    assert_eq!(page.body.matches("Not for your role").count(), 1);
}

#[tokio::test]
async fn a_refused_question_comes_back_as_it_was_typed() {
    let app = TestApp::start().await;
    let worker = app.sign_in(&email("worker", &app.seed.banksia)).await;
    let long = "x".repeat(2_001);
    let fields = [("tenant", "banksia"), ("question", long.as_str())];
    let answer = worker.post_form("/banksia/chat", "chat/ask", &fields).await;
    assert_eq!((answer.status.as_u16(), answer.location()), (307, "/banksia/chat"));
    let page = worker.post_page(answer.location(), &fields).await;
    assert_shows(&page, &[&format!(">{long}</textarea>"), "Keep your question under 2,000 characters."]);
}
