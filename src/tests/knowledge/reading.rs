//! Reading: every format, every fault, once and for all.

use super::{
    POLICY, add, admin,
    files::{docx, pdf, protected_pdf, zip_bomb},
    list, passages, read, row, stored_files, upload,
};
use crate::{app::TestApp, story::eventually};
use serde_json::Value;
use std::{fs, io::Write, os::unix::fs::PermissionsExt, path::Path, process::Stdio};
use supportsignal::{
    ids::DocumentId,
    jobs::{
        end_all_cut_off,
        job::JobStatus,
        queue::{Job, JobContext},
    },
    knowledge::{document::ProcessingStatus, extraction::ReadingFault, jobs::IngestDocument, upload::FileOutcome},
};

/// The job that waits.
async fn waiting_job(app: &TestApp) -> IngestDocument {
    let payloads: Vec<Value> =
        sqlx::query_scalar("select payload from job_queue._private_jobs where payload ->> 'document_id' is not null")
            .fetch_all(&app.db.admin)
            .await
            .unwrap();
    assert_eq!(payloads.len(), 1, "one job for one document");
    serde_json::from_value(payloads[0].clone()).unwrap()
}

fn attempt(app: &TestApp, attempt: i16) -> JobContext {
    JobContext { services: app.services.clone(), attempt, max_attempts: IngestDocument::MAX_ATTEMPTS }
}

/// A program in the place of the one that reads files.
fn script(app: &TestApp, text: &str) -> std::path::PathBuf {
    let path = app.services.config.data_dir.join("reader");
    fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

#[tokio::test]
async fn every_format_is_read_with_its_headings() {
    let app = TestApp::start().await;
    let dana = admin(&app).await;
    let word =
        docx(&[("Heading1", "Medication"), ("", "Give as charted."), ("Heading2", "Errors"), ("", "Call the nurse.")]);
    let first = [
        (22, 780, "Medication"),
        (11, 740, "Give as charted, at the time that is charted."),
        (11, 726, "Write it down."),
    ];
    let second = [(16, 780, "Errors"), (11, 740, "Call the nurse at once, whatever the hour.")];
    let report = upload(
        &dana,
        &[],
        &[
            ("policy.md", POLICY.as_bytes()),
            ("policy.html", b"<h1>Medication</h1><p>Give as charted.</p><h2>Errors</h2><p>Call the nurse.</p>"),
            ("policy.txt", b"Caf\xe9 staff call the nurse."),
            ("policy.docx", &word),
            ("policy.pdf", &pdf(&[&first, &second])),
        ],
    )
    .await
    .unwrap();
    app.finish_jobs().await;
    let mut found = Vec::new();
    for file in &report.files {
        let FileOutcome::Added { id } = file.outcome else { panic!("{file:?}") };
        let details = read(&dana, id).await;
        assert_eq!(details.document.status, ProcessingStatus::Completed, "{:?}", details.document.error_message);
        assert_eq!(details.job.as_ref().map(|job| (job.status, job.progress)), Some((JobStatus::Completed, 100)));
        assert_eq!(usize::try_from(details.document.chunk_count), Ok(passages(&details).len()));
        for section in &details.sections {
            for passage in &section.passages {
                let page = passage.page.map(|page| format!(", page {page}")).unwrap_or_default();
                found.push(format!("{} [{}{page}] {}", file.file_name, section.heading, passage.content));
            }
        }
    }
    insta::assert_snapshot!(found.join("\n"), @"
    policy.md [Medication] Give medication as charted.
    policy.md [Medication > Errors] Call the on-call nurse at once, whatever the hour.
    policy.md [Medication > Storage] Keep it locked.
    policy.html [Medication] Give as charted.
    policy.html [Medication > Errors] Call the nurse.
    policy.txt [] Café staff call the nurse.
    policy.docx [Medication] Give as charted.
    policy.docx [Medication > Errors] Call the nurse.
    policy.pdf [Medication, page 1] Give as charted, at the time that is charted. Write it down.
    policy.pdf [Medication > Errors, page 2] Call the nurse at once, whatever the hour.
    ");
}

#[tokio::test]
async fn a_file_that_cant_be_read_fails_alone_and_says_why() {
    let app = TestApp::start().await;
    let dana = admin(&app).await;
    let line = [(11, 700, "Nobody reads this without the password.")];
    let sound = pdf(&[&[(11, 700, "Call the nurse.")]]);
    let old_word = [&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1][..], &[0; 600]].concat();
    let cases: [(&str, &[u8], ReadingFault); 9] = [
        ("protected.pdf", &protected_pdf("secret", &line), ReadingFault::PasswordProtected),
        ("scan.pdf", &pdf(&[&[], &[]]), ReadingFault::Scanned),
        ("torn.pdf", &sound[..sound.len() / 3], ReadingFault::Damaged),
        ("picture.pdf", b"\x89PNG\r\n\x1a\n....", ReadingFault::WrongType),
        ("bomb.docx", &zip_bomb(), ReadingFault::ZipBomb),
        ("old.docx", &old_word, ReadingFault::OldWord),
        ("torn.docx", &docx(&[("", "Call.")])[..200], ReadingFault::Damaged),
        ("program.txt", b"\x7fELF\x02\x01\x01\0\0\0", ReadingFault::WrongType),
        ("blank.md", b"\n\n  \n", ReadingFault::NoText),
    ];
    let mut documents = Vec::new();
    for (name, file, fault) in cases {
        documents.push((name, add(&dana, &[], name, file).await, fault));
    }
    let sound = add(&dana, &[], "locked.pdf", &protected_pdf("", &line)).await;
    app.finish_jobs().await;
    for (name, id, fault) in documents {
        let document = row(&dana, id).await;
        assert_eq!(
            (document.status, document.error_message.as_deref()),
            (ProcessingStatus::Failed, Some(fault.label())),
            "{name}"
        );
        assert_eq!(read(&dana, id).await.job.map(|job| job.status), Some(JobStatus::Dead), "{name} is not tried again");
    }
    let read = read(&dana, sound).await;
    assert_eq!(passages(&read)[0].2, "Nobody reads this without the password.", "locked against changes only");
    let counts = list(&dana, "banksia", &[]).await.unwrap().counts;
    assert_eq!((counts.failed, counts.ready), (9, 1));
}

#[tokio::test]
async fn a_failed_document_can_be_read_again() {
    let app = TestApp::start_with(|config| config.extractor = Some("/no/such/program".into())).await;
    let dana = admin(&app).await;
    let id = add(&dana, &[], "policy.md", POLICY.as_bytes()).await;
    let job = waiting_job(&app).await;
    assert!(job.clone().run(attempt(&app, 1)).await.is_err(), "no fault of the file's: it is tried again");
    assert_eq!(row(&dana, id).await.status, ProcessingStatus::Processing);
    assert!(job.run(attempt(&app, IngestDocument::MAX_ATTEMPTS)).await.is_err());
    let failed = row(&dana, id).await;
    assert_eq!(failed.status, ProcessingStatus::Failed);
    assert!(failed.error_message.is_some_and(|reason| reason.contains("on our side")));

    sqlx::query("delete from job_queue._private_jobs").execute(&app.db.admin).await.unwrap();
    let again = [("tenant", "banksia"), ("id", &id.to_string())];
    dana.call::<()>("knowledge/retry", &again).await.unwrap();
    let mut mended = app.services.clone();
    mended.config = std::sync::Arc::new(supportsignal::platform::config::Config {
        extractor: Some(env!("CARGO_BIN_EXE_supportsignal").into()),
        ..(*app.services.config).clone()
    });
    let job = waiting_job(&app).await;
    job.run(JobContext { services: mended, ..attempt(&app, 1) }).await.unwrap();
    let mended = row(&dana, id).await;
    assert_eq!((mended.status, mended.error_message), (ProcessingStatus::Completed, None));
}

#[tokio::test]
async fn a_reader_that_is_ended_by_its_limits_is_the_files_fault_and_one_that_breaks_is_ours() {
    for (text, is_the_files) in [("kill -s XCPU $$", true), ("kill -s ABRT $$", true), ("exit 3", false)] {
        let app = TestApp::start().await;
        let dana = admin(&app).await;
        let id = add(&dana, &[], "policy.md", POLICY.as_bytes()).await;
        let mut services = app.services.clone();
        services.config = std::sync::Arc::new(supportsignal::platform::config::Config {
            extractor: Some(script(&app, text)),
            ..(*app.services.config).clone()
        });
        let outcome = waiting_job(&app).await.run(JobContext { services, ..attempt(&app, 1) }).await;
        let document = row(&dana, id).await;
        if is_the_files {
            assert_eq!(outcome, Ok(()), "{text}");
            assert_eq!(document.error_message.as_deref(), Some(ReadingFault::TooDemanding.label()), "{text}");
        } else {
            assert!(outcome.is_err(), "{text}");
            assert_eq!(document.status, ProcessingStatus::Processing, "{text}");
        }
    }
}

#[tokio::test]
async fn the_reader_limits_itself() {
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_supportsignal"))
        .args(["extract", "--type", "text"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let limits = Path::new("/proc").join(child.id().to_string()).join("limits");
    let limit = |name: &str| {
        let limits = fs::read_to_string(&limits).unwrap();
        limits
            .lines()
            .find_map(|line| line.strip_prefix(name))
            .map(|rest| rest.split_whitespace().next().unwrap().to_owned())
    };
    eventually("it may not use more", async || limit("Max cpu time").as_deref() == Some("60")).await;
    assert_eq!(limit("Max data size").as_deref(), Some("1073741824"));
    eventually("it may not write", async || limit("Max file size").as_deref() == Some("0")).await;
    child.stdin.take().unwrap().write_all(b"Call the nurse.").unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(String::from_utf8(output.stdout).unwrap().contains("Call the nurse."));
}

#[tokio::test]
async fn work_that_died_half_way_is_done_again_and_nothing_twice() {
    let app = TestApp::start().await;
    let dana = admin(&app).await;
    let id = add(&dana, &[], "policy.md", POLICY.as_bytes()).await;
    let job = waiting_job(&app).await;
    // As a worker leaves it that was killed while it read.
    for statement in [
        "update documents set processing_status = 'processing'",
        "update jobs set status = 'running', attempt = 1, progress = 70 where kind = 'ingest_document'",
    ] {
        sqlx::query(statement).execute(&app.db.admin).await.unwrap();
    }
    job.clone().run(attempt(&app, 2)).await.unwrap();
    let done = read(&dana, id).await;
    assert_eq!(passages(&done).len(), 3);
    // And as one that was killed after the work and before the queue knew.
    job.clone().run(attempt(&app, 3)).await.unwrap();
    sqlx::query("update jobs set status = 'running' where kind = 'ingest_document'")
        .execute(&app.db.admin)
        .await
        .unwrap();
    job.run(attempt(&app, 4)).await.unwrap();
    let again = read(&dana, id).await;
    assert_eq!((passages(&again), again.document.chunk_count), (passages(&done), 3));
}

/// As a worker leaves the job that was killed in its last attempt, once the queue has noticed.
async fn cut_off_for_good(app: &TestApp) {
    for statement in [
        "update documents set processing_status = 'processing'",
        "update jobs set status = 'running' where kind = 'ingest_document' and status in ('queued', 'completed')",
        "update job_queue._private_jobs set attempts = max_attempts",
    ] {
        sqlx::query(statement).execute(&app.db.admin).await.unwrap();
    }
}

#[tokio::test]
async fn work_that_died_in_its_last_attempt_fails_and_can_be_asked_for_again() {
    let app = TestApp::start().await;
    let dana = admin(&app).await;
    let id = add(&dana, &[], "policy.md", POLICY.as_bytes()).await;
    let first = waiting_job(&app).await;
    end_all_cut_off(&app.db.pool).await.unwrap();
    assert_eq!(row(&dana, id).await.status, ProcessingStatus::Pending, "what waits is left alone");

    cut_off_for_good(&app).await;
    end_all_cut_off(&app.db.pool).await.unwrap();
    let failed = read(&dana, id).await;
    assert_eq!(failed.job.map(|job| job.status), Some(JobStatus::Dead));
    assert_eq!(failed.document.status, ProcessingStatus::Failed);
    assert!(failed.document.error_message.is_some_and(|reason| reason.contains("on our side")));
    sqlx::query("delete from job_queue._private_jobs").execute(&app.db.admin).await.unwrap();
    let again = [("tenant", "banksia"), ("id", &id.to_string())];
    dana.call::<()>("knowledge/retry", &again).await.unwrap();
    let second = waiting_job(&app).await;
    assert_ne!(first.job_id, second.job_id);
    second.clone().run(attempt(&app, 1)).await.unwrap();
    assert_eq!(row(&dana, id).await.status, ProcessingStatus::Completed);

    // Whoever asks before anybody has noticed asks for new work, too.
    sqlx::query("delete from job_queue._private_jobs where payload ->> 'document_id' is null")
        .execute(&app.db.admin)
        .await
        .unwrap();
    cut_off_for_good(&app).await;
    dana.call::<()>("knowledge/retry", &again).await.unwrap();
    let waiting: Vec<String> =
        sqlx::query_scalar("select payload ->> 'job_id' from job_queue._private_jobs where attempts = 0")
            .fetch_all(&app.db.admin)
            .await
            .unwrap();
    assert!(waiting.len() == 1 && waiting[0] != second.job_id.to_string(), "{waiting:?}");
}

/// What a new version of Banksia's document is sent as.
async fn replace(
    browser: &crate::browser::Browser,
    id: DocumentId,
    revision: i32,
    file: &[u8],
) -> crate::browser::Answer {
    let path = format!("/banksia/knowledge/{id}/file");
    let revision = revision.to_string();
    browser.post_files(&path, "application/json", &[("revision", &revision)], &[("file", "policy.md", file)]).await
}

#[tokio::test]
async fn a_new_version_keeps_the_passages_that_have_not_changed() {
    let app = TestApp::start().await;
    let dana = admin(&app).await;
    let id = add(&dana, &[], "policy.md", POLICY.as_bytes()).await;
    app.finish_jobs().await;
    let before = read(&dana, id).await;
    sqlx::query(
        "insert into chunk_embeddings (tenant_id, embedding_model, chunk_id, embedding)
         select tenant_id, 'all-MiniLM-L6-v2', id, array_fill(1, array[384])::vector from document_chunks
         where document_id = $1 and kind = 'passage' on conflict do nothing",
    )
    .bind(id.uuid())
    .execute(&app.db.admin)
    .await
    .unwrap();

    let revised = format!("Read this first.\n\n{}", POLICY.replace("on-call nurse", "duty manager"));
    let answer = replace(&dana, id, before.revision, revised.as_bytes()).await;
    assert!(answer.body.contains("replaced"), "{answer:?}");
    let waiting = read(&dana, id).await;
    assert_eq!((waiting.document.version, waiting.document.status), (2, ProcessingStatus::Pending));
    assert_eq!(passages(&waiting), passages(&before), "the old text is found until the new one is read");
    waiting_job(&app).await.run(attempt(&app, 1)).await.unwrap();

    let after = read(&dana, id).await;
    let ids =
        |details, heading| passages(details).into_iter().find(|(_, found, _)| *found == heading).map(|(id, _, _)| id);
    for kept in ["Medication", "Medication > Storage"] {
        assert_eq!(ids(&after, kept), ids(&before, kept), "{kept}");
    }
    assert_ne!(ids(&after, "Medication > Errors"), ids(&before, "Medication > Errors"));
    assert_eq!(
        passages(&after).iter().map(|(_, heading, _)| *heading).collect::<Vec<_>>(),
        ["", "Medication", "Medication > Errors", "Medication > Storage"]
    );
    assert_eq!((after.document.chunk_count, after.document.embedded_count), (4, 2), "kept with their vectors");
    assert_eq!(after.versions.iter().map(|version| version.version).collect::<Vec<_>>(), [2, 1]);

    let stale = replace(&dana, id, before.revision, b"# Other").await;
    assert_eq!(stale.status.as_u16(), 409);
    let same = replace(&dana, id, after.revision, revised.as_bytes()).await;
    assert!(same.body.contains("unchanged"), "{same:?}");
    assert_eq!(read(&dana, id).await.revision, after.revision);
    assert_eq!(stored_files(&app), 2, "what was refused or there already is not kept");
}

#[tokio::test]
async fn a_version_that_comes_while_another_is_read_wins() {
    let app = TestApp::start().await;
    let dana = admin(&app).await;
    let id = add(&dana, &[], "policy.md", POLICY.as_bytes()).await;
    let go = app.services.config.data_dir.join("go");
    let program = env!("CARGO_BIN_EXE_supportsignal");
    let text = format!("while [ ! -e {} ]; do /bin/sleep 0.05; done\nexec {program} \"$@\"", go.display());
    let mut services = app.services.clone();
    services.config = std::sync::Arc::new(supportsignal::platform::config::Config {
        extractor: Some(script(&app, &text)),
        ..(*app.services.config).clone()
    });
    let job = waiting_job(&app).await;
    let running = tokio::spawn(job.run(JobContext { services, ..attempt(&app, 1) }));
    eventually("it is being read", async || row(&dana, id).await.status == ProcessingStatus::Processing).await;
    let revision = read(&dana, id).await.revision;
    replace(&dana, id, revision, b"# Second\n\nThe newer text.").await;
    fs::write(&go, "").unwrap();
    running.await.unwrap().unwrap();
    let details = read(&dana, id).await;
    assert_eq!(details.document.status, ProcessingStatus::Completed);
    assert_eq!(passages(&details)[0].2, "The newer text.");
}
