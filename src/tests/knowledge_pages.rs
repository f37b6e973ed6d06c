//! The pages of the knowledge base, as people of each role get them.

use super::{app::TestApp, browser::Browser, seed::email};
use http::StatusCode;
use supportsignal::{
    ids::{ChunkId, DocumentId},
    knowledge::{
        reading::{PassageReading, Reading},
        record::DocumentList,
    },
};

const BODY: &str = "# Lawn\n\nKim **mows** the lawn.\n\n## In summer\n\nTwice a week.";

async fn write(dana: &Browser, title: &str, roles: &[&str]) -> DocumentId {
    let boxes: Vec<_> = roles.iter().map(|role| (format!("roles[{role}]"), "on".to_owned())).collect();
    let mut fields: Vec<_> = [("tenant", "banksia"), ("title", title), ("body", BODY), ("tags", "garden")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec();
    fields.extend(boxes);
    dana.call::<()>("knowledge/write-article", &fields).await.unwrap();
    let list: DocumentList = dana.call("knowledge/list", &[("tenant", "banksia")]).await.unwrap();
    list.documents.into_iter().find(|document| document.title == title).unwrap().id
}

async fn read(browser: &Browser, id: DocumentId) -> Reading {
    browser.call("knowledge/read", &[("tenant", "banksia"), ("id", &id.to_string())]).await.unwrap()
}

/// The passage that says this.
fn passage(reading: &Reading, words: &str) -> ChunkId {
    let passages = reading.sections.iter().flat_map(|section| &section.passages);
    passages.clone().find(|(_, html)| html.contains(words)).unwrap_or_else(|| panic!("{reading:?}")).0
}

#[tokio::test]
async fn a_document_is_read_by_those_who_may_and_edited_by_admins() {
    let app = TestApp::start().await;
    let dana = app.sign_in(&email("admin", &app.seed.banksia)).await;
    let priya = app.sign_in(&email("worker", &app.seed.banksia)).await;
    let other = app.sign_in(&email("admin", &app.seed.wattle)).await;
    assert!(dana.get("/banksia/knowledge").await.body.contains("No documents yet"));
    assert!(priya.get("/banksia/knowledge").await.body.contains("Ask one of them what is missing."));

    let id = write(&dana, "Garden rules", &[]).await;
    let waiting = dana.get(&format!("/banksia/knowledge/{id}")).await.body;
    assert!(waiting.contains("Reading the document"), "it says that it is being read");
    app.finish_jobs().await;

    let address = format!("/banksia/knowledge/{id}");
    let admins = dana.get(&address).await.body;
    for words in
        ["Edit the article", "Remove this document", "Versions", "Everybody", "<strong>mows</strong>", "In summer"]
    {
        assert!(admins.contains(words), "{words}");
    }
    let workers = priya.get(&address).await.body;
    assert!(workers.contains("<strong>mows</strong>") && workers.contains("Download"));
    for words in ["Edit the article", "Remove this document", "Who may see it"] {
        assert!(!workers.contains(words), "{words}");
    }
    let list = priya.get("/banksia/knowledge").await.body;
    assert!(list.contains("Garden rules") && list.contains("garden"));
    assert!(!list.contains("Upload"), "only admins add documents");
    for page in ["edit", "article"] {
        assert_eq!(priya.get(&format!("{address}/{page}")).await.status, StatusCode::FORBIDDEN, "{page}");
        assert_eq!(dana.get(&format!("{address}/{page}")).await.status, StatusCode::OK, "{page}");
    }
    assert_eq!(other.get(&format!("/wattle/knowledge/{id}")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_citation_leads_to_its_passage_with_its_words_marked() {
    let app = TestApp::start().await;
    let dana = app.sign_in(&email("admin", &app.seed.banksia)).await;
    let priya = app.sign_in(&email("worker", &app.seed.banksia)).await;
    let id = write(&dana, "Garden rules", &["company_admin", "frontline_worker"]).await;
    app.finish_jobs().await;
    let chunk = passage(&read(&priya, id).await, "Twice a week.");
    let address = format!("/banksia/knowledge/{id}/passages/{chunk}");
    assert!(priya.get(&address).await.body.contains("Twice a week."));

    let fields = [("tenant", "banksia"), ("id", &*id.to_string()), ("chunk", &*chunk.to_string())];
    let plain: PassageReading = priya.call("knowledge/read-passage", &fields).await.unwrap();
    assert!(!plain.passage.contains("<mark>"));
    assert_eq!(plain.heading.rsplit(" > ").next(), Some("In summer"));
    let body = priya.get(&format!("{address}?mark=0-5.900-901.x")).await.body;
    assert!(body.contains("<mark>"), "{body}");

    let vera = app.sign_in(&email("viewer", &app.seed.banksia)).await;
    assert_eq!(vera.get(&address).await.status, StatusCode::NOT_FOUND, "kept to other roles");
    assert_eq!(vera.get(&format!("/banksia/knowledge/{id}")).await.status, StatusCode::NOT_FOUND);
    assert!(!vera.get("/banksia/knowledge").await.body.contains("Garden rules"));
    for broken in ["/banksia/knowledge/nowhere", "/banksia/knowledge/nowhere/passages/there"] {
        assert_eq!(priya.get(broken).await.status, StatusCode::NOT_FOUND, "{broken}");
    }
}

#[tokio::test]
async fn admins_see_at_home_what_waits() {
    let app = TestApp::start().await;
    let dana = app.sign_in(&email("admin", &app.seed.banksia)).await;
    let alex = app.sign_in(&email("lead", &app.seed.banksia)).await;
    let words = "1 document couldn&#x27;t be read";
    let home = dana.get("/banksia").await.body;
    assert!(!home.contains("be read"), "nothing waits");
    let id = write(&dana, "Garden rules", &[]).await;
    app.finish_jobs().await;
    sqlx::query("update documents set processing_status = 'failed' where id = $1")
        .bind(id.uuid())
        .execute(&app.db.admin)
        .await
        .unwrap();
    let home = dana.get("/banksia").await.body;
    assert!(home.contains(words) || home.contains("1 document couldn't be read"));
    assert!(!alex.get("/banksia").await.body.contains("be read"), "for those who edit documents");
    let list = dana.get("/banksia/knowledge?status=failed").await.body;
    assert!(list.contains("Couldn't be read") && list.contains("Garden rules"));
}
