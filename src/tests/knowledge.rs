//! The knowledge base's documents: taken in, read apart from the server, replaced, kept from those whom
//! they don't concern.

mod files;
mod housekeeping;
mod people;
mod reading;
mod uploads;

use super::{app::TestApp, browser::Browser, seed::email};
use supportsignal::{
    error::AppError,
    ids::{ChunkId, DocumentId},
    knowledge::{
        record::{DocumentDetails, DocumentList, DocumentRow},
        upload::{FileOutcome, UploadReport},
    },
};

pub const POLICY: &str = "\
# Medication

Give medication as charted.

## Errors

Call the on-call nurse at once, whatever the hour.

## Storage

Keep it locked.
";

/// The admin of Banksia.
pub async fn admin(app: &TestApp) -> Browser {
    app.sign_in(&email("admin", &app.seed.banksia)).await
}

/// Uploads files to Banksia as a page with JavaScript does.
pub async fn upload(
    browser: &Browser,
    fields: &[(&str, &str)],
    files: &[(&str, &[u8])],
) -> Result<UploadReport, AppError> {
    upload_to(browser, "banksia", fields, files).await
}

pub async fn upload_to(
    browser: &Browser,
    tenant: &str,
    fields: &[(&str, &str)],
    files: &[(&str, &[u8])],
) -> Result<UploadReport, AppError> {
    let files: Vec<_> = files.iter().map(|(name, file)| ("files", *name, *file)).collect();
    let answer = browser.post_files(&format!("/{tenant}/knowledge/files"), "application/json", fields, &files).await;
    if answer.status.is_success() {
        return Ok(serde_json::from_str(&answer.body).unwrap());
    }
    assert_eq!(answer.status.as_u16(), answer.error().status());
    Err(answer.error())
}

/// Uploads one file that is new.
pub async fn add(browser: &Browser, fields: &[(&str, &str)], name: &str, file: &[u8]) -> DocumentId {
    match upload(browser, fields, &[(name, file)]).await.unwrap().files[0].outcome {
        FileOutcome::Added { id } => id,
        other => panic!("{name} was not added: {other:?}"),
    }
}

pub async fn list(browser: &Browser, tenant: &str, fields: &[(&str, &str)]) -> Result<DocumentList, AppError> {
    let fields: Vec<_> = [("tenant", tenant)].into_iter().chain(fields.iter().copied()).collect();
    browser.call("knowledge/list", &fields).await
}

pub async fn titles(browser: &Browser, tenant: &str, fields: &[(&str, &str)]) -> Vec<String> {
    list(browser, tenant, fields).await.unwrap().documents.into_iter().map(|document| document.title).collect()
}

pub async fn get(browser: &Browser, tenant: &str, id: DocumentId) -> Result<DocumentDetails, AppError> {
    browser.call("knowledge/get", &[("tenant", tenant), ("id", &id.to_string())]).await
}

/// A document of Banksia, which is there.
pub async fn read(browser: &Browser, id: DocumentId) -> DocumentDetails {
    get(browser, "banksia", id).await.unwrap()
}

pub async fn row(browser: &Browser, id: DocumentId) -> DocumentRow {
    read(browser, id).await.document
}

/// Headings and contents of all passages.
pub fn passages(details: &DocumentDetails) -> Vec<(ChunkId, &str, &str)> {
    let sections = details.sections.iter();
    sections
        .flat_map(|section| {
            section.passages.iter().map(|passage| (passage.id, section.heading.as_str(), passage.content.as_str()))
        })
        .collect()
}

/// How many files lie in the store.
pub fn stored_files(app: &TestApp) -> usize {
    fn count(folder: &std::path::Path) -> usize {
        let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
        entries.flatten().map(|entry| if entry.path().is_dir() { count(&entry.path()) } else { 1 }).sum()
    }
    count(&app.services.config.data_dir.join("files"))
}

/// What was audited about documents, in order.
pub async fn audited(app: &TestApp) -> Vec<String> {
    sqlx::query_scalar("select action from audit_events where subject_type = 'document' order by occurred_at, position")
        .fetch_all(&app.db.admin)
        .await
        .unwrap()
}
