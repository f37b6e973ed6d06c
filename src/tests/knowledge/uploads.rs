//! Taking files in: several at once, without JavaScript, the same again, too many and too large.

use super::{POLICY, add, admin, audited, list, read, stored_files, titles, upload};
use crate::{app::TestApp, seed::email};
use supportsignal::{
    accounts::role::Role,
    error::AppError,
    knowledge::{
        document::FileType,
        document::ProcessingStatus,
        library::{Author, add_ready},
        store::NewDocument,
        upload::{FileOutcome, MAX_FILE_BYTES, MAX_FILES, Refusal},
    },
};

#[tokio::test]
async fn files_are_taken_with_tags_and_the_same_file_only_once() {
    let app = TestApp::start().await;
    let dana = admin(&app).await;
    let fields = [("tags", "Medication, On call")];
    let report = upload(&dana, &fields, &[("Medication_policy.md", POLICY.as_bytes()), ("rota.txt", b"Ring Alex.")])
        .await
        .unwrap();
    assert!(report.files.iter().all(|file| matches!(file.outcome, FileOutcome::Added { .. })), "{report:?}");
    let page = list(&dana, "banksia", &[]).await.unwrap();
    assert_eq!((page.total, page.counts.waiting, page.may_edit), (2, 2, true));
    assert_eq!(
        page.tags.iter().map(|tag| (tag.tag.as_str(), tag.documents)).collect::<Vec<_>>(),
        [("medication", 2), ("on call", 2)]
    );
    assert!(page.documents.iter().all(|document| document.status == ProcessingStatus::Pending));
    assert!(page.documents.iter().any(|document| document.title == "Medication policy"));

    let again = upload(&dana, &[], &[("copy.md", POLICY.as_bytes())]).await.unwrap();
    assert!(matches!(again.files[0].outcome, FileOutcome::Unchanged { .. }), "{again:?}");
    assert_eq!((list(&dana, "banksia", &[]).await.unwrap().total, stored_files(&app)), (2, 2));
    assert_eq!(audited(&app).await, ["document.added", "document.added"]);
}

#[tokio::test]
async fn a_file_from_the_same_place_is_a_new_version() {
    let app = TestApp::start().await;
    let dana = admin(&app).await;
    let id = add(&dana, &[], "policies/medication.md", POLICY.as_bytes()).await;
    assert_eq!(read(&dana, id).await.source_path.as_deref(), Some("policies/medication.md"));
    let report = upload(&dana, &[], &[("policies/medication.md", b"# Medication\n\nAsk first.")]).await.unwrap();
    assert_eq!(report.files[0].outcome, FileOutcome::Replaced { id });
    app.finish_jobs().await;
    let details = read(&dana, id).await;
    assert_eq!((details.document.version, details.sections.len()), (2, 1));
    assert_eq!(audited(&app).await, ["document.added", "document.replaced"]);
}

#[tokio::test]
async fn roles_that_are_chosen_with_a_known_file_are_kept() {
    let app = TestApp::start().await;
    let dana = admin(&app).await;
    let id = add(&dana, &[], "policies/medication.md", POLICY.as_bytes()).await;
    let leads = [("roles[team_lead]", "on")];
    let report = upload(&dana, &leads, &[("copy.md", POLICY.as_bytes())]).await.unwrap();
    assert_eq!(report.files[0].outcome, FileOutcome::Unchanged { id });
    assert_eq!(read(&dana, id).await.document.allowed_roles, Some(vec![Role::TeamLead]));

    let viewers = [("roles[viewer]", "on")];
    let report = upload(&dana, &viewers, &[("policies/medication.md", b"# Medication\n\nAsk first.")]).await.unwrap();
    assert_eq!(report.files[0].outcome, FileOutcome::Replaced { id });
    assert_eq!(read(&dana, id).await.document.allowed_roles, Some(vec![Role::Viewer]));

    // Nothing chosen opens nothing.
    upload(&dana, &[], &[("policies/medication.md", POLICY.as_bytes())]).await.unwrap();
    assert_eq!(read(&dana, id).await.document.allowed_roles, Some(vec![Role::Viewer]));
    let expected = ["document.added", "document.changed", "document.replaced", "document.changed", "document.replaced"];
    assert_eq!(audited(&app).await, expected);
}

#[tokio::test]
async fn a_form_of_files_without_end_is_refused() {
    let app = TestApp::start().await;
    let dana = admin(&app).await;
    let files: Vec<(&str, &[u8])> =
        [("rota.md", &b"Ring Alex."[..])].into_iter().chain(vec![("photo.jpg", &b"x"[..]); 4 * MAX_FILES]).collect();
    let error = upload(&dana, &[], &files).await.unwrap_err();
    assert!(matches!(error, AppError::NotPossible { .. }), "{error:?}");
    assert_eq!(stored_files(&app), 0);
}

#[tokio::test]
async fn what_is_no_document_is_refused_at_the_field() {
    let app = TestApp::start().await;
    let dana = admin(&app).await;
    let large = vec![b'a'; usize::try_from(MAX_FILE_BYTES).unwrap() + 1];
    for (name, file, reason) in [
        ("empty.md", &b""[..], Refusal::Empty),
        ("photo.jpg", b"\xff\xd8\xff", Refusal::UnknownType),
        ("large.txt", &large, Refusal::TooLarge),
    ] {
        let error = upload(&dana, &[], &[(name, file)]).await.unwrap_err();
        assert_eq!(error.at("files").as_deref(), Some(reason.label()), "{name}");
    }
    let report = upload(&dana, &[], &[("photo.jpg", b"\xff\xd8\xff"), ("rota.md", b"Ring Alex.")]).await.unwrap();
    assert_eq!(report.files[0].outcome, FileOutcome::Refused { reason: Refusal::UnknownType });
    assert!(matches!(report.files[1].outcome, FileOutcome::Added { .. }), "the others are taken");
    assert_eq!(stored_files(&app), 1, "nothing of what was refused is kept");
    let error = upload(&dana, &[("roles[king]", "on")], &[("a.md", b"Text.")]).await.unwrap_err();
    assert!(error.at("roles").is_some(), "{error:?}");
    assert!(upload(&dana, &[], &[]).await.unwrap_err().at("files").is_some());
    assert_eq!(stored_files(&app), 1);
}

#[tokio::test]
async fn a_plain_form_comes_back_to_its_page_without_names_in_the_address() {
    let app = TestApp::start().await;
    let dana = admin(&app).await;
    let files: [(&str, &str, &[u8]); 3] =
        [("files", "Jo_Field_plan.md", b"Plan."), ("files", "photo.jpg", b"x"), ("files", "", b"")];
    let answer = dana.post_files("/banksia/knowledge/files", "text/html", &[("tags", "")], &files).await;
    assert_eq!(answer.status.as_u16(), 303);
    assert_eq!(answer.location(), "/banksia/knowledge?added=1&replaced=0&unchanged=0&refused=2-unknown_type");
    let none: [(&str, &str, &[u8]); 1] = [("files", "", b"")];
    let answer = dana.post_files("/banksia/knowledge/files", "text/html", &[], &none).await;
    assert_eq!(answer.location(), "/banksia/knowledge?problem=files");
    let nobody = app.browser();
    let answer = nobody.post_files("/banksia/knowledge/files", "text/html", &[], &files).await;
    assert!(answer.location().starts_with("/sign-in"), "{answer:?}");
}

#[tokio::test]
async fn only_the_upload_takes_large_bodies_and_only_from_editors() {
    let app = TestApp::start().await;
    let dana = admin(&app).await;
    let text = "a".repeat(3 * 1024 * 1024);
    let answer = dana.post("knowledge/write-article", &[("tenant", "banksia"), ("title", "A"), ("body", &text)]).await;
    assert!(!answer.status.is_success(), "{}", answer.status);
    for person in ["worker", "lead", "viewer"] {
        let browser = app.sign_in(&email(person, &app.seed.banksia)).await;
        assert_eq!(upload(&browser, &[], &[("a.md", b"Text.")]).await, Err(AppError::Forbidden), "{person}");
    }
    let theirs = app.sign_in(&email("admin", &app.seed.wattle)).await;
    assert_eq!(upload(&theirs, &[], &[("a.md", b"Text.")]).await, Err(AppError::NotFound));
    assert_eq!(stored_files(&app), 0);
}

#[tokio::test]
async fn a_text_of_our_own_is_there_at_once() {
    let app = TestApp::start().await;
    let dana = admin(&app).await;
    let new = NewDocument {
        title: "On call".to_owned(),
        source_path: Some("demo/on-call.md".to_owned()),
        file_name: "on-call.md".to_owned(),
        file_type: FileType::Markdown,
        tags: vec!["on call".to_owned()],
        allowed_roles: None,
    };
    let id = add_ready(&app.services, Author::Member(&app.seed.banksia.admin), &new, POLICY).await.unwrap();
    let details = read(&dana, id).await;
    assert_eq!((details.document.status, details.document.chunk_count), (ProcessingStatus::Completed, 3));
    let answer = dana.get(&format!("/banksia/knowledge/{id}/original")).await;
    assert_eq!(answer.body, POLICY);
}

#[tokio::test]
async fn the_list_is_filtered_and_goes_on_page_by_page() {
    let app = TestApp::start().await;
    let dana = admin(&app).await;
    for batch in 0..3 {
        let texts: Vec<_> =
            (0..20).map(|number| (format!("Text {batch} {number}.md"), format!("Text {batch} {number}"))).collect();
        let files: Vec<_> = texts.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
        let tag = format!("batch{batch}");
        upload(&dana, &[("tags", &tag)], &files).await.unwrap();
    }
    let first = list(&dana, "banksia", &[]).await.unwrap();
    assert_eq!((first.documents.len(), first.total), (50, 60));
    let after = first.next.unwrap().to_string();
    let second = list(&dana, "banksia", &[("after", &after)]).await.unwrap();
    assert_eq!((second.documents.len(), second.next, second.total), (10, None, 60));
    assert!(second.documents.iter().all(|row| !first.documents.contains(row)));
    for (filter, expected) in [
        (&[("tag", "batch1")][..], 20),
        (&[("title", "text 2 1")], 11),
        (&[("tag", "batch1"), ("title", "text 2")], 0),
        (&[("file_type", "pdf")], 0),
        (&[("status", "waiting"), ("file_type", "markdown")], 60),
        (&[("status", "failed")], 0),
    ] {
        assert_eq!(list(&dana, "banksia", filter).await.unwrap().total, expected, "{filter:?}");
    }
    assert_eq!(titles(&dana, "banksia", &[("title", "Text 0 19")]).await, ["Text 0 19"]);
}
