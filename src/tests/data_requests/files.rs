//! The file of a person's data.

use super::{TENANT, approve, count, open, participant, person, plant_conversation, view, worker};
use crate::{app::TestApp, browser::Browser, seed::email};
use chrono::{TimeDelta, Utc};
use http::StatusCode;
use serde_json::Value;
use std::{
    collections::BTreeMap,
    io::{Cursor, Read},
};
use supportsignal::{
    data_requests::{
        housekeeping::{remove_all_expired, remove_unnamed_before},
        jobs::{FulfilDataRequest, folder},
        person::{Person, PersonExport},
        request::{DataRequest, RequestStatus},
        store::put_back_exports,
    },
    error::AppError,
    ids::{DataRequestId, JobId},
    incidents::export::IncidentExport,
    jobs::queue::{Job, JobContext},
    platform::database::TenantTx,
};
use zip::ZipArchive;

fn address(id: DataRequestId) -> String {
    format!("/banksia/data-requests/{id}/file")
}

/// Everything in the file, by name.
async fn unpacked(browser: &Browser, id: DataRequestId) -> BTreeMap<String, Vec<u8>> {
    let answer = browser.get(&address(id)).await;
    assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, "application/zip"));
    let mut archive = ZipArchive::new(Cursor::new(answer.bytes)).unwrap();
    let mut files = BTreeMap::new();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        files.insert(file.name().unwrap().into_owned(), bytes);
    }
    files
}

fn data(files: &BTreeMap<String, Vec<u8>>) -> PersonExport {
    serde_json::from_slice(&files["data.json"]).unwrap()
}

/// The reports in the file, as their data.
fn reports(files: &BTreeMap<String, Vec<u8>>) -> Vec<IncidentExport> {
    let listed = data(files).reports;
    let with_documents = listed.iter().filter(|report| files[&report.pdf].starts_with(b"%PDF-"));
    assert_eq!(with_documents.count(), listed.len());
    listed.iter().map(|report| serde_json::from_slice(&files[&report.json]).unwrap()).collect()
}

/// What the job was told.
async fn job_of(app: &TestApp, id: DataRequestId) -> FulfilDataRequest {
    let job_id: uuid::Uuid = sqlx::query_scalar("select id from jobs where subject_id = $1")
        .bind(id.uuid())
        .fetch_one(&app.db.admin)
        .await
        .unwrap();
    FulfilDataRequest { tenant_id: app.seed.banksia.id, request_id: id, job_id: JobId::from(job_id) }
}

async fn run(app: &TestApp, job: FulfilDataRequest) {
    let context = JobContext { services: app.services.clone(), attempt: 1, max_attempts: 8 };
    job.run(context).await.unwrap();
}

#[tokio::test]
async fn a_participants_file_holds_every_report_about_them_and_nobody_elses() {
    let app = TestApp::start().await;
    let seed = &app.seed.banksia;
    person(&app, "worker").await.start_report("banksia").await; // about Jo Field
    let admin = person(&app, "admin").await;
    let request = open(&admin, "export", participant(&app)).await;
    assert_eq!(admin.get(&address(request.id)).await.status, StatusCode::NOT_FOUND, "not made yet");
    approve(&admin, request.id, "").await.unwrap();
    app.finish_jobs().await;

    let files = unpacked(&admin, request.id).await;
    let held = data(&files);
    let Person::Participant { entry } = &held.person else { panic!("a participant: {:?}", held.person) };
    assert_eq!((entry.name.as_str(), entry.site_name.as_deref()), ("Robin Hale", Some("Rose Street")));
    let reports = reports(&files);
    let mut ids: Vec<_> = reports.iter().map(|report| report.details.id).collect();
    let mut expected = [seed.draft, seed.told, seed.submitted, seed.completed];
    ids.sort();
    expected.sort();
    assert_eq!(ids, expected);
    assert!(reports.iter().all(|report| report.details.participant_name == "Robin Hale"));
    assert!(reports.iter().any(|report| !report.analyses.is_empty()), "in full");
    let read_me = String::from_utf8_lossy(&files["READ-ME.txt"]).into_owned();
    assert!(read_me.contains("4 in all") && read_me.contains("Documents of the knowledge base"), "{read_me}");

    let done = view(&admin, request.id).await.unwrap().request;
    assert_eq!((done.status, done.outcome[0].as_str()), (RequestStatus::Completed, "4 reports"));
    let opened = "select count(*) from audit_events where tenant_id = $1 and action = 'data_request.downloaded'";
    assert_eq!(count(&app, opened).await, 1);
    let lead = person(&app, "lead").await;
    assert_eq!(lead.get(&address(request.id)).await.status, StatusCode::NOT_FOUND);
    let elsewhere = app.sign_in(&email("admin", &app.seed.wattle)).await;
    for path in [address(request.id), format!("/wattle/data-requests/{}/file", request.id)] {
        assert_eq!(elsewhere.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn conversations_and_devices_are_in_ones_own_file_only_and_only_oneself_opens_it() {
    let app = TestApp::start().await;
    plant_conversation(&app).await;
    let (admin, priya) = (person(&app, "admin").await, person(&app, "worker").await);
    let asked_for = open(&admin, "export", worker(&app)).await;
    approve(&admin, asked_for.id, "").await.unwrap();
    app.finish_jobs().await;
    let files = unpacked(&admin, asked_for.id).await;
    let Person::Member { membership, activity, conversations, saved_views, signed_in_devices, .. } =
        data(&files).person
    else {
        panic!("somebody who works here")
    };
    assert_eq!(
        (membership.display_name.as_str(), membership.email.as_deref()),
        ("Priya Nair", Some("worker@banksia.example"))
    );
    assert!(!activity.is_empty());
    assert_eq!((conversations, saved_views, signed_in_devices), (None, None, None));
    assert!(reports(&files).iter().all(|report| report.details.reporter_name == "Priya Nair"));
    assert!(files.values().all(|bytes| !String::from_utf8_lossy(bytes).contains("pool")));

    priya.call::<()>("data-requests/open-own", &[TENANT]).await.unwrap();
    let own: Vec<DataRequest> = priya.call("data-requests/own", &[TENANT]).await.unwrap();
    let [own] = own.try_into().unwrap();
    assert!(own.is_own);
    approve(&admin, own.id, "").await.unwrap();
    app.finish_jobs().await;
    assert_eq!(admin.get(&address(own.id)).await.status, StatusCode::NOT_FOUND, "it is hers alone");
    assert_eq!(priya.get(&address(asked_for.id)).await.status, StatusCode::NOT_FOUND);
    let files = unpacked(&priya, own.id).await;
    let Person::Member { conversations, saved_views, signed_in_devices, .. } = data(&files).person else {
        panic!("herself")
    };
    assert_eq!(saved_views.unwrap()[0].name, "Falls");
    assert_eq!(conversations.unwrap()[0].messages[0].content, "May I take Robin to the pool?");
    assert_eq!(signed_in_devices.unwrap().len(), 1);
    let seen_by_colleague: Vec<DataRequest> =
        person(&app, "colleague").await.call("data-requests/own", &[TENANT]).await.unwrap();
    assert!(seen_by_colleague.is_empty());
}

#[tokio::test]
async fn a_worker_that_dies_halfway_changes_nothing_but_the_time() {
    let app = TestApp::start().await;
    let admin = person(&app, "admin").await;
    let request = open(&admin, "export", participant(&app)).await;
    approve(&admin, request.id, "").await.unwrap();
    let job = job_of(&app, request.id).await;
    // Taken up by a worker that wrote half a file and died.
    let taken = "update jobs set status = 'running', attempt = 1 where id = $1";
    sqlx::query(taken).bind(job.job_id.uuid()).execute(&app.db.admin).await.unwrap();
    let left = format!("{}/{}-dead.zip", folder(app.seed.banksia.id), request.id);
    app.services.files.put(&left, b"half".to_vec()).await.unwrap();

    run(&app, job.clone()).await;
    let size = view(&admin, request.id).await.unwrap().request.file.unwrap().byte_size;
    assert_eq!(unpacked(&admin, request.id).await.len(), 10, "four reports twice, the data and the note");
    // Delivered once more, and by the queue as well.
    run(&app, job).await;
    app.finish_jobs().await;
    let request = view(&admin, request.id).await.unwrap().request;
    assert_eq!(request.file.unwrap().byte_size, size);
    remove_all_expired(&app.services).await.unwrap();
    assert!(app.services.files.get(&left).await.is_ok(), "it could be an attempt that is under way");
    let later = Utc::now() + TimeDelta::minutes(1);
    remove_unnamed_before(&app.services, app.seed.banksia.id, later).await.unwrap();
    assert_eq!(app.services.files.get(&left).await, Err(AppError::NotFound));
    assert_eq!(unpacked(&admin, request.id).await.len(), 10, "what a request names stays");
    let completed = "select count(*) from audit_events where tenant_id = $1 and action = 'data_request.completed'";
    assert_eq!(count(&app, completed).await, 1);
}

#[tokio::test]
async fn a_deletion_puts_a_file_back_that_is_still_being_made() {
    let app = TestApp::start().await;
    let admin = person(&app, "admin").await;
    let file = open(&admin, "export", participant(&app)).await;
    approve(&admin, file.id, "").await.unwrap();
    let export = job_of(&app, file.id).await;
    let mut tx = TenantTx::begin_for_system(&app.db.pool, app.seed.banksia.id).await.unwrap();
    put_back_exports(&mut tx, participant(&app)).await.unwrap();
    tx.commit().await.unwrap();
    run(&app, export).await;
    let back = view(&admin, file.id).await.unwrap().request;
    assert_eq!((back.status, back.file), (RequestStatus::Received, None));
    assert_eq!(back.reason, "The data was deleted before the file was ready.");
}

#[tokio::test]
async fn a_file_is_gone_once_its_time_is_over() {
    let app = TestApp::start().await;
    let admin = person(&app, "admin").await;
    let request = open(&admin, "export", participant(&app)).await;
    approve(&admin, request.id, "").await.unwrap();
    app.finish_jobs().await;
    let file = view(&admin, request.id).await.unwrap().request.file.unwrap();
    let key: String =
        sqlx::query_scalar("select storage_key from data_requests").fetch_one(&app.db.admin).await.unwrap();
    remove_all_expired(&app.services).await.unwrap();
    assert_eq!(app.services.files.get(&key).await.unwrap().len(), usize::try_from(file.byte_size).unwrap());

    sqlx::query("update data_requests set file_expires_at = now() - interval '1 minute'")
        .execute(&app.db.admin)
        .await
        .unwrap();
    assert_eq!(admin.get(&address(request.id)).await.status, StatusCode::NOT_FOUND, "whether it is swept or not");
    remove_all_expired(&app.services).await.unwrap();
    assert_eq!(app.services.files.get(&key).await, Err(AppError::NotFound));
    let swept = view(&admin, request.id).await.unwrap().request;
    assert_eq!((swept.status, swept.file), (RequestStatus::Completed, None));
}

#[tokio::test]
async fn the_audit_trail_holds_ids_only() {
    let app = TestApp::start().await;
    let admin = person(&app, "admin").await;
    let request = open(&admin, "export", participant(&app)).await;
    approve(&admin, request.id, "").await.unwrap();
    app.finish_jobs().await;
    let details: Vec<Value> = sqlx::query_scalar("select details from audit_events where subject_id = $1")
        .bind(request.id.uuid())
        .fetch_all(&app.db.admin)
        .await
        .unwrap();
    assert_eq!(details.len(), 3, "opened, approved, completed");
    assert!(details.iter().all(|details| !details.to_string().contains("Robin")), "{details:?}");
}
