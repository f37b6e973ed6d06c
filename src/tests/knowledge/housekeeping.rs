//! Files that no document names.

use super::{add, admin, stored_files, upload};
use crate::app::TestApp;
use chrono::{TimeDelta, Utc};
use std::fs;
use supportsignal::{
    ids::TenantId,
    knowledge::{
        housekeeping::{delete_all_unnamed, delete_unnamed_before},
        originals,
        upload::FileOutcome,
    },
};

/// A file as an upload leaves it that broke off before its form was read to the end.
async fn leave_behind(app: &TestApp, tenant: TenantId) {
    app.services.files.put(&originals::new_key(tenant), b"Half a form.".to_vec()).await.unwrap();
}

#[tokio::test]
async fn files_that_no_document_names_are_removed_once_they_are_old() {
    let app = TestApp::start().await;
    let dana = admin(&app).await;
    let id = add(&dana, &[], "policy.md", b"# Policy\n\nCall the nurse.").await;
    for tenant in [app.seed.banksia.id, app.seed.banksia.id, app.seed.wattle.id, TenantId::SYSTEM] {
        leave_behind(&app, tenant).await;
    }
    app.services.files.put("elsewhere/notes", b"Not a tenant's.".to_vec()).await.unwrap();
    assert_eq!(delete_all_unnamed(&app.services).await.unwrap(), 0, "an upload may be under way");
    assert_eq!(stored_files(&app), 6);

    let later = Utc::now() + TimeDelta::minutes(1);
    assert_eq!(delete_unnamed_before(&app.services, later).await.unwrap(), 4);
    assert_eq!(delete_unnamed_before(&app.services, later).await.unwrap(), 0);
    assert_eq!(stored_files(&app), 2, "the document's, and what isn't ours to judge");
    let original = dana.get(&format!("/banksia/knowledge/{id}/original")).await;
    assert_eq!(original.body, "# Policy\n\nCall the nurse.");
}

#[tokio::test]
async fn every_version_of_a_document_keeps_its_file() {
    let app = TestApp::start().await;
    let dana = admin(&app).await;
    let id = add(&dana, &[], "policies/policy.md", b"Ring Alex.").await;
    let report = upload(&dana, &[], &[("policies/policy.md", b"Ring Kim.")]).await.unwrap();
    assert_eq!(report.files[0].outcome, FileOutcome::Replaced { id });
    leave_behind(&app, app.seed.banksia.id).await;
    assert_eq!(delete_unnamed_before(&app.services, Utc::now() + TimeDelta::minutes(1)).await.unwrap(), 1);
    for (version, text) in [(1, "Ring Alex."), (2, "Ring Kim.")] {
        let original = dana.get(&format!("/banksia/knowledge/{id}/original?version={version}")).await;
        assert_eq!(original.body, text);
    }
}

#[tokio::test]
async fn what_a_dead_process_never_finished_is_removed_too() {
    let app = TestApp::start().await;
    leave_behind(&app, app.seed.banksia.id).await;
    let folder = app.services.config.data_dir.join("files").join(originals::folder(app.seed.banksia.id));
    fs::write(folder.join("0190aaaa#1"), b"Half a file.").unwrap();
    assert_eq!(delete_all_unnamed(&app.services).await.unwrap(), 0);
    assert_eq!(stored_files(&app), 2);
    assert_eq!(delete_unnamed_before(&app.services, Utc::now() + TimeDelta::minutes(1)).await.unwrap(), 2);
    assert_eq!(stored_files(&app), 0);
}
