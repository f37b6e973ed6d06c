//! Who sees a document, who changes it, and what is written down about that.

use super::{POLICY, add, admin, audited, get, list, passages, read, stored_files, titles, upload, upload_to};
use crate::{
    app::TestApp,
    browser::Browser,
    seed::{SYSTEM_ADMIN, email},
};
use supportsignal::{
    accounts::role::Role,
    error::AppError,
    ids::{ChunkId, DocumentId},
    knowledge::{
        document::FileType,
        record::{Article, PassageView},
        upload::FileOutcome,
    },
};

async fn passage(browser: &Browser, tenant: &str, id: DocumentId, chunk: ChunkId) -> Result<PassageView, AppError> {
    let fields = [("tenant", tenant), ("id", &id.to_string()), ("chunk", &chunk.to_string())];
    browser.call("knowledge/passage", &fields).await
}

/// What a person gets of a document in each of the four ways.
async fn can_see(browser: &Browser, tenant: &str, id: DocumentId, chunk: ChunkId) -> [bool; 4] {
    let found = passage(browser, tenant, id, chunk).await;
    let details = get(browser, tenant, id).await;
    for result in [found.as_ref().err(), details.as_ref().err()].into_iter().flatten() {
        assert_eq!(*result, AppError::NotFound);
    }
    let rows = list(browser, tenant, &[]).await.unwrap().documents;
    let download = browser.get(&format!("/{tenant}/knowledge/{id}/original")).await;
    [rows.iter().any(|row| row.id == id), details.is_ok(), found.is_ok(), download.status.is_success()]
}

#[tokio::test]
async fn a_document_for_some_roles_is_not_there_for_the_others() {
    let app = TestApp::start().await;
    let dana = admin(&app).await;
    let id = add(&dana, &[("roles[team_lead]", "on")], "staff.md", b"# Staff\n\nRosters and leave.").await;
    let (priya, alex) =
        (app.sign_in(&email("worker", &app.seed.banksia)).await, app.sign_in(&email("lead", &app.seed.banksia)).await);
    assert_eq!(get(&alex, "banksia", id).await, Err(AppError::NotFound), "nothing to read yet");
    app.finish_jobs().await;
    let details = read(&alex, id).await;
    assert_eq!(details.document.allowed_roles, Some(vec![Role::TeamLead]));
    let chunk = passages(&details)[0].0;
    let only_that_it_is_there = [true, true, false, false];
    assert_eq!(can_see(&dana, "banksia", id, chunk).await, only_that_it_is_there);
    assert_eq!(can_see(&alex, "banksia", id, chunk).await, [true; 4]);
    assert_eq!(can_see(&priya, "banksia", id, chunk).await, [false; 4]);
    assert_eq!(list(&priya, "banksia", &[]).await.unwrap().total, 0);
    assert!(!get(&alex, "banksia", id).await.unwrap().may_edit);

    let change = [("tenant", "banksia"), ("id", &id.to_string()), ("revision", "1"), ("title", "Staff"), ("tags", "")];
    dana.call::<()>("knowledge/change", &change).await.unwrap();
    assert_eq!(can_see(&priya, "banksia", id, chunk).await, [true; 4], "now it is everybody's");
    let archive = [("tenant", "banksia"), ("id", &id.to_string()), ("revision", "2")];
    dana.call::<()>("knowledge/archive", &archive).await.unwrap();
    assert_eq!(can_see(&priya, "banksia", id, chunk).await, [false; 4], "archived");
    assert_eq!(titles(&dana, "banksia", &[("status", "archived")]).await, ["Staff"]);
    assert_eq!(titles(&dana, "banksia", &[]).await, Vec::<String>::new());
    let restore = [("tenant", "banksia"), ("id", &id.to_string()), ("revision", "3")];
    dana.call::<()>("knowledge/restore", &restore).await.unwrap();
    assert_eq!(can_see(&priya, "banksia", id, chunk).await, [true; 4]);
    assert_eq!(audited(&app).await, ["document.added", "document.changed", "document.archived", "document.restored"]);
}

/// What search finds, as the page gets it.
async fn found(browser: &Browser, words: &str) -> String {
    browser.post("knowledge/search", &[("tenant", "banksia"), ("form[q]", words)]).await.body
}

#[tokio::test]
async fn an_admin_manages_a_document_that_is_kept_to_others_without_reading_it() {
    let app = TestApp::start().await;
    let (dana, alex) = (admin(&app).await, app.sign_in(&email("lead", &app.seed.banksia)).await);
    let leads = [("roles[shown]", "on"), ("roles[team_lead]", "on")];
    let id = add(&dana, &leads, "plan.md", b"# Triggers\n\nLoud numbats frighten Jo.").await;
    app.finish_jobs().await;
    let text = id.to_string();
    let address = format!("/banksia/knowledge/{id}");

    let details = read(&dana, id).await;
    assert!(details.may_edit && !details.may_read && details.sections.is_empty());
    let page = dana.get(&address).await.body;
    assert!(page.contains("Its text isn't shown to you") || page.contains("Its text isn&#x27;t shown to you"));
    assert!(page.contains("Team leads only") && page.contains("Remove this document"));
    for hidden in ["numbats", "Triggers", "/original"] {
        assert!(!page.contains(hidden), "{hidden}");
    }
    assert!(!found(&dana, "numbats").await.contains("frighten"));
    assert!(found(&alex, "numbats").await.contains("frighten"), "the same search finds it for a team lead");
    assert!(alex.get(&address).await.body.contains("numbats"));

    let change = async |revision: &str, roles: &[(&str, &str)]| {
        let fields = [("tenant", "banksia"), ("id", text.as_str()), ("revision", revision), ("title", "Jo's plan")];
        let fields: Vec<_> = fields.into_iter().chain([("roles[shown]", "on")]).chain(roles.iter().copied()).collect();
        dana.call::<()>("knowledge/change", &fields).await
    };
    assert!(change("1", &[]).await.unwrap_err().at("roles").is_some(), "no box is no way to open it to everybody");
    change("1", &[("roles[team_lead]", "on")]).await.unwrap();
    assert!(!read(&dana, id).await.may_read, "a new title opens nothing");
    change("2", &[("roles[team_lead]", "on"), ("roles[company_admin]", "on")]).await.unwrap();
    assert!(read(&dana, id).await.may_read, "who lets admins read is on record");
    let recorded: serde_json::Value = sqlx::query_scalar(
        "select details from audit_events where action = 'document.changed' order by position desc limit 1",
    )
    .fetch_one(&app.db.admin)
    .await
    .unwrap();
    assert_eq!(recorded["roles_before"], serde_json::json!(["team_lead"]));
    assert_eq!(recorded["roles"], serde_json::json!(["team_lead", "company_admin"]));

    change("3", &[("roles[team_lead]", "on")]).await.unwrap();
    let fields = [("tenant", "banksia"), ("id", text.as_str()), ("revision", "4"), ("title", "Jo's plan")];
    dana.call::<()>("knowledge/remove", &fields).await.unwrap();
    assert_eq!(get(&alex, "banksia", id).await, Err(AppError::NotFound));
}

#[tokio::test]
async fn an_article_that_is_kept_from_admins_is_not_edited_by_them() {
    let app = TestApp::start().await;
    let dana = admin(&app).await;
    let fields = [("tenant", "banksia"), ("title", "Rosters"), ("body", "By Friday."), ("roles[team_lead]", "on")];
    let answer = dana.post("knowledge/write-article", &fields).await;
    let id = answer.location().strip_prefix("/banksia/knowledge/").unwrap().split('?').next().unwrap().to_owned();
    let which = [("tenant", "banksia"), ("id", id.as_str())];
    let refused = dana.call::<Article>("knowledge/article", &which).await.unwrap_err();
    assert!(refused.to_string().contains("kept to other roles"), "{refused}");
    assert!(!dana.get(&format!("/banksia/knowledge/{id}/article")).await.body.contains("By Friday."));
    let save = [("tenant", "banksia"), ("id", id.as_str()), ("revision", "1"), ("title", "Rosters"), ("body", "Now.")];
    assert!(dana.call::<()>("knowledge/update-article", &save).await.is_err());
    assert_eq!(stored_files(&app), 1, "what was refused is not kept");
}

#[tokio::test]
async fn nobody_of_another_organisation_sees_or_changes_a_document() {
    let app = TestApp::start().await;
    let dana = admin(&app).await;
    let id = add(&dana, &[], "policy.md", POLICY.as_bytes()).await;
    app.finish_jobs().await;
    let chunk = passages(&read(&dana, id).await)[0].0;
    let theirs = app.sign_in(&email("admin", &app.seed.wattle)).await;
    assert_eq!(can_see(&theirs, "wattle", id, chunk).await, [false; 4]);
    assert_eq!(theirs.get(&format!("/banksia/knowledge/{id}/original")).await.status.as_u16(), 404);
    let text = id.to_string();
    let fields = [("tenant", "wattle"), ("id", text.as_str()), ("revision", "1"), ("title", "policy"), ("body", "x")];
    for endpoint in ["change", "archive", "restore", "remove", "retry", "update-article", "article"] {
        let answer = theirs.post(&format!("knowledge/{endpoint}"), &fields).await;
        assert_eq!(answer.error(), AppError::NotFound, "{endpoint}");
    }
    let file: [(&str, &str, &[u8]); 1] = [("file", "a.md", b"Theirs.")];
    let path = format!("/wattle/knowledge/{id}/file");
    let answer = theirs.post_files(&path, "application/json", &[("revision", "1")], &file).await;
    assert_eq!(answer.error(), AppError::NotFound);
    assert_eq!((read(&dana, id).await.revision, stored_files(&app)), (1, 1));
}

#[tokio::test]
async fn shared_documents_are_everybodys_to_read_and_the_systems_to_change() {
    let app = TestApp::start().await;
    let sasha = app.sign_in(SYSTEM_ADMIN).await;
    let report =
        upload_to(&sasha, "system", &[], &[("Code_of_conduct.md", b"# Code\n\nAct with respect.")]).await.unwrap();
    let FileOutcome::Added { id } = report.files[0].outcome else { panic!("{report:?}") };
    app.finish_jobs().await;
    let shared = get(&sasha, "system", id).await.unwrap();
    assert!(shared.may_edit);
    let chunk = passages(&shared)[0].0;
    let (dana, priya) = (admin(&app).await, app.sign_in(&email("worker", &app.seed.banksia)).await);
    for browser in [&dana, &priya] {
        assert_eq!(can_see(browser, "banksia", id, chunk).await, [true; 4]);
    }
    let page = list(&dana, "banksia", &[]).await.unwrap();
    assert_eq!((page.counts.shared, page.documents[0].is_shared()), (1, true));
    let details = read(&dana, id).await;
    assert!(!details.may_edit && details.job.is_none() && details.versions[0].uploaded_by.is_none());
    let text = id.to_string();
    let fields =
        [("tenant", "banksia"), ("id", text.as_str()), ("revision", "1"), ("title", "Code of conduct"), ("body", "x")];
    for endpoint in ["change", "archive", "remove", "retry"] {
        let answer = dana.post(&format!("knowledge/{endpoint}"), &fields).await;
        assert_eq!(answer.error(), AppError::NotFound, "{endpoint}");
    }
    assert_eq!(get(&sasha, "system", id).await.unwrap().revision, 1);
}

#[tokio::test]
async fn a_shared_document_for_some_roles_is_archived_instead_of_removed() {
    let app = TestApp::start().await;
    let sasha = app.sign_in(SYSTEM_ADMIN).await;
    let report =
        upload_to(&sasha, "system", &[("roles[team_lead]", "on")], &[("Rosters.md", b"# Rosters\n\nBy Friday.")]);
    let report = report.await.unwrap();
    let FileOutcome::Added { id } = report.files[0].outcome else { panic!("{report:?}") };
    app.finish_jobs().await;
    let text = id.to_string();
    let fields = [("tenant", "system"), ("id", text.as_str()), ("revision", "1"), ("title", "Rosters")];
    let refused = sasha.call::<()>("knowledge/remove", &fields).await.unwrap_err();
    assert!(refused.to_string().contains("Archive it instead"), "{refused}");

    // Opened to everybody for a moment, it would leave its old answers to everybody for good.
    sasha.call::<()>("knowledge/change", &fields).await.unwrap();
    assert_eq!(get(&sasha, "system", id).await.unwrap().document.allowed_roles, None);
    let fields = [("tenant", "system"), ("id", text.as_str()), ("revision", "2"), ("title", "Rosters")];
    let refused = sasha.call::<()>("knowledge/remove", &fields).await.unwrap_err();
    assert!(refused.to_string().contains("Archive it instead"), "{refused}");
    sasha.call::<()>("knowledge/archive", &fields).await.unwrap();
}

#[tokio::test]
async fn a_shared_document_that_was_everybodys_all_the_time_can_be_removed() {
    let app = TestApp::start().await;
    let sasha = app.sign_in(SYSTEM_ADMIN).await;
    let report = upload_to(&sasha, "system", &[], &[("Rosters.md", b"# Rosters\n\nBy Friday.")]).await.unwrap();
    let FileOutcome::Added { id } = report.files[0].outcome else { panic!("{report:?}") };
    let fields = [("tenant", "system"), ("id", &*id.to_string()), ("revision", "1"), ("title", "Rosters")];
    sasha.call::<()>("knowledge/remove", &fields).await.unwrap();
}

#[tokio::test]
async fn a_passage_stands_in_the_text_around_it() {
    let app = TestApp::start().await;
    let dana = admin(&app).await;
    let sentence = "Staff write down what happened before the end of the shift and tell the team lead. ";
    let text = format!("# Records\n\n{}", format!("{}\n\n", sentence.repeat(4)).repeat(8));
    let id = add(&dana, &[], "records.md", text.as_bytes()).await;
    app.finish_jobs().await;
    let details = read(&dana, id).await;
    let found = passages(&details);
    assert!(found.len() > 2, "{found:?}");
    let view = passage(&dana, "banksia", id, found[1].0).await.unwrap();
    assert_eq!((view.heading.as_str(), view.passage.as_str()), ("Records", found[1].2));
    assert!(view.before.starts_with("Staff write") && view.after.trim_end().ends_with("team lead."));
    let whole = format!("{}{}{}", view.before, view.passage, view.after);
    assert_eq!(whole.matches("Staff write down").count(), 32);
}

#[tokio::test]
async fn an_article_is_written_changed_and_removed() {
    let app = TestApp::start().await;
    let dana = admin(&app).await;
    let empty = [("tenant", "banksia"), ("title", " "), ("body", "")];
    let error = dana.call::<()>("knowledge/write-article", &empty).await.unwrap_err();
    assert!(error.at("title").is_some() && error.at("body").is_some(), "{error:?}");
    let written = [
        ("tenant", "banksia"),
        ("title", "Who to call"),
        ("body", "# Weekends\r\n\r\nCall the duty manager."),
        ("tags", "on call"),
        ("roles[viewer]", "on"),
        ("roles[company_admin]", "on"),
    ];
    let answer = dana.post("knowledge/write-article", &written).await;
    let id: DocumentId =
        answer.location().strip_prefix("/banksia/knowledge/").unwrap().split('?').next().unwrap().parse().unwrap();
    app.finish_jobs().await;
    let details = read(&dana, id).await;
    assert_eq!(details.document.file_type, FileType::Article);
    assert_eq!(passages(&details)[0].1, "Weekends");
    let text = id.to_string();
    let article: Article = dana.call("knowledge/article", &[("tenant", "banksia"), ("id", &text)]).await.unwrap();
    assert_eq!(article.body, "# Weekends\n\nCall the duty manager.");
    assert_eq!((article.allowed_roles, article.revision), (Some(vec![Role::Viewer, Role::CompanyAdmin]), 1));

    let save = async |revision: &str, title: &str, body: &str| {
        let fields =
            [("tenant", "banksia"), ("id", text.as_str()), ("revision", revision), ("title", title), ("body", body)];
        dana.call::<()>("knowledge/update-article", &fields).await
    };
    save("1", "Who to call", &article.body).await.unwrap();
    assert_eq!(read(&dana, id).await.document.version, 1, "the same text is no new version");
    save("2", "Who to ring", "# Weekends\n\nRing the duty manager.").await.unwrap();
    assert!(matches!(save("2", "Other", "Other").await, Err(AppError::Stale { .. })));
    app.finish_jobs().await;
    let details = read(&dana, id).await;
    assert_eq!((details.document.version, details.document.title.as_str()), (2, "Who to ring"));

    let remove = async |title: &str| {
        let revision = details.revision.to_string();
        let fields = [("tenant", "banksia"), ("id", text.as_str()), ("revision", &revision), ("title", title)];
        dana.call::<()>("knowledge/remove", &fields).await
    };
    assert!(remove("who").await.unwrap_err().at("title").is_some());
    remove("Who to ring").await.unwrap();
    assert_eq!(get(&dana, "banksia", id).await, Err(AppError::NotFound));
    let left: i64 = sqlx::query_scalar(
        "select (select count(*) from document_chunks) + (select count(*) from document_versions) + (select count(*) from postings)",
    )
    .fetch_one(&app.db.admin)
    .await
    .unwrap();
    assert_eq!((left, stored_files(&app)), (0, 0), "nothing of it is left");
    assert_eq!(
        audited(&app).await,
        ["document.added", "document.changed", "document.changed", "document.replaced", "document.removed"]
    );
}

#[tokio::test]
async fn a_download_is_a_file_to_keep_and_never_a_page() {
    let app = TestApp::start().await;
    let dana = admin(&app).await;
    let page = b"<script>alert(1)</script><p>Call the nurse.</p>";
    let report = upload(&dana, &[], &[("Über us.html", page)]).await.unwrap();
    let FileOutcome::Added { id } = report.files[0].outcome else { panic!("{report:?}") };
    let answer = dana.get(&format!("/banksia/knowledge/{id}/original")).await;
    assert_eq!(answer.body.as_bytes(), page);
    assert_eq!(answer.header("content-type"), "application/octet-stream");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(
        answer.header("content-disposition"),
        "attachment; filename=\"_ber us.html\"; filename*=UTF-8''%C3%9Cber%20us.html"
    );
    assert!(answer.header("content-security-policy").contains("default-src 'none'"));
    assert_eq!(dana.get(&format!("/banksia/knowledge/{id}/original?version=7")).await.status.as_u16(), 404);
}
