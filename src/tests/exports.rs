//! The whole record of an incident as a file: what is in it, and who may have it.

use super::{
    app::TestApp,
    browser::Browser,
    seed::email,
    story::{full_account, yesterday},
};
use http::StatusCode;
use pdf_extract::{Document, extract_text_from_mem};
use supportsignal::{
    analysis::{analysis::ReviewState, record::Analysis},
    ids::IncidentId,
    incidents::{
        export::{IncidentExport, SCHEMA_VERSION},
        incident::{AnalysisStatus, CaptureStatus},
        narrative::{Narrative, Phase},
    },
};

async fn person(app: &TestApp, member: &str) -> Browser {
    app.sign_in(&email(member, &app.seed.banksia)).await
}

fn address(id: IncidentId, format: &str) -> String {
    format!("/banksia/incidents/{id}/export.{format}")
}

async fn exported(browser: &Browser, id: IncidentId) -> IncidentExport {
    let answer = browser.get(&address(id, "json")).await;
    assert_eq!(answer.status, StatusCode::OK);
    serde_json::from_str(&answer.body).unwrap()
}

/// The words in order; where lines end is the layout's business.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a person reads in the document.
async fn document(browser: &Browser, id: IncidentId) -> (usize, String) {
    let answer = browser.get(&address(id, "pdf")).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("content-type"), "application/pdf");
    let pages = Document::load_mem(&answer.bytes).unwrap().get_pages().len();
    (pages, words(&extract_text_from_mem(&answer.bytes).unwrap()))
}

async fn count_exports(app: &TestApp, id: IncidentId) -> i64 {
    sqlx::query_scalar("select count(*) from audit_events where action = 'incident.exported' and subject_id = $1")
        .bind(id.uuid())
        .fetch_one(&app.db.admin)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_lead_saves_everything_about_a_report_as_data() {
    let app = TestApp::start().await;
    let lead = person(&app, "lead").await;
    let id = app.seed.banksia.completed;
    let answer = lead.get(&address(id, "json")).await;
    let export: IncidentExport = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(
        serde_json::to_string_pretty(&export).unwrap(),
        answer.body,
        "nothing is in the file that the type lacks"
    );
    let number = export.details.number;
    assert_eq!(answer.header("content-disposition"), format!("attachment; filename=\"report-{number}.json\""));

    assert_eq!((export.schema_version, export.exported_by.as_str()), (SCHEMA_VERSION, "Alex Moreau"));
    assert_eq!(
        (export.details.participant_name.as_str(), export.details.reporter_name.as_str()),
        ("Robin Hale", "Priya Nair")
    );
    assert_eq!(export.details.analysis_status, AnalysisStatus::Completed);
    let current = &export.versions[0];
    assert_eq!(current.narrative, full_account());
    assert!(current.enhancement.is_some() && current.prompt_version.is_some());
    let answered = export.questions.iter().find(|asked| asked.question.is_answered()).unwrap();
    assert_eq!(answered.answered_by.as_deref(), Some("Priya Nair"));
    assert_eq!(export.returns[0].question, "Who else was in the kitchen?");
    let [signed_off, former] = export.analyses.as_slice() else { panic!("two analyses: {:?}", export.analyses.len()) };
    assert!(signed_off.is_current && !former.is_current);
    let Analysis { state, completer_name, classifications, .. } = &signed_off.analysis;
    assert_eq!((*state, completer_name.as_deref()), (ReviewState::Completed, Some("Alex Moreau")));
    assert!(
        classifications.iter().all(|one| one.suggested.is_some() && one.maker.is_some() && one.reviewer_name.is_some())
    );
    let actions: Vec<_> = export.history.iter().map(|event| event.action.as_str()).collect();
    assert!(actions.starts_with(&["incident.started"]) && actions.contains(&"analysis.signed_off"), "{actions:?}");
    assert_eq!(count_exports(&app, id).await, 1);
    assert_eq!(
        exported(&lead, id).await.history.last().unwrap().action,
        "incident.exported",
        "the trail tells of the first one"
    );
}

#[tokio::test]
async fn the_document_says_the_same_in_words() {
    let app = TestApp::start().await;
    let lead = person(&app, "lead").await;
    let id = app.seed.banksia.completed;
    let export = exported(&lead, id).await;
    let (pages, read) = document(&lead, id).await;
    assert!(pages > 1, "{pages} pages");
    let mut expected = vec![
        format!("Report #{}: Robin Hale", export.details.number),
        "Banksia Support".to_owned(),
        "Saved as a file by Alex Moreau".to_owned(),
        format!("Page 2 of {pages}"),
        "Who else was in the kitchen?".to_owned(),
        "Signed off by Alex Moreau".to_owned(),
        "Former analysis".to_owned(),
        "Prepared by: built-in engine".to_owned(),
    ];
    expected.extend(Phase::ALL.map(|phase| words(full_account().phase(phase))));
    expected.extend(export.questions.iter().map(|asked| words(&asked.question.text)));
    for one in export.analyses.iter().flat_map(|one| &one.analysis.classifications) {
        expected.extend(one.evidence.iter().map(|evidence| words(&evidence.quote)));
    }
    // A text that goes over a page has the foot of the page in it, so its beginning has to do.
    for text in expected {
        let start: String = text.chars().take(60).collect();
        assert!(read.contains(start.trim()), "{start:?} in {read}");
    }
}

#[tokio::test]
async fn long_accounts_and_names_of_everywhere_come_out_whole() {
    let app = TestApp::start().await;
    let worker = person(&app, "worker").await;
    let name = "Nguyễn Thị Wałęsa-Ağaoğlu";
    let fields =
        [("tenant", "banksia"), ("participant_name", name), ("location", "Ōta"), ("event_date_time", &yesterday())];
    let id: IncidentId = worker.call("incidents/start", &fields).await.unwrap();
    let phase = |letter: char| (0..3_300).map(|number| format!("{letter}{number} ")).collect::<String>();
    let account = Narrative { before: phase('a'), during: phase('b'), end: phase('c'), after: phase('d') };
    let revision = worker.draft("banksia", id).await.unwrap().revision;
    worker.save_account("banksia", id, revision, &account, "stay").await.unwrap();

    let lead = person(&app, "lead").await;
    let (pages, read) = document(&lead, id).await;
    assert!(pages > 12, "{pages} pages");
    assert!(read.contains(name), "{}", read.chars().take(200).collect::<String>());
    for word in ["a0 ", "a3299 ", "b1650 ", "c3299 ", "d0 ", "d3299 "] {
        assert!(read.contains(word), "{word}");
    }
}

#[tokio::test]
async fn everybody_saves_what_they_may_read_and_nothing_else() {
    let app = TestApp::start().await;
    let seed = &app.seed.banksia;
    let worker = person(&app, "worker").await;
    let own = exported(&worker, seed.completed).await;
    assert_eq!(own.analyses.len(), 1, "the reporter sees what was signed off");
    let colleague = person(&app, "colleague").await;
    assert_eq!(exported(&colleague, seed.submitted).await.analyses.len(), 0, "and not what is still decided on");
    let viewer = person(&app, "viewer").await;
    assert_eq!(exported(&viewer, seed.submitted).await.analyses.len(), 0);
    let lead = person(&app, "lead").await;
    assert_eq!(exported(&lead, seed.draft).await.details.capture_status, CaptureStatus::Draft);

    let elsewhere = app.sign_in(&email("lead", &app.seed.wattle)).await;
    let refused = [
        ("a colleague's report", &colleague, address(seed.completed, "json")),
        ("one's own draft", &worker, address(seed.draft, "pdf")),
        ("somebody's draft", &viewer, address(seed.draft, "json")),
        ("another organisation", &elsewhere, address(seed.completed, "pdf")),
        ("another organisation's report", &elsewhere, format!("/wattle/incidents/{}/export.json", seed.completed)),
        ("no report", &lead, "/banksia/incidents/x/export.pdf".to_owned()),
    ];
    for (what, browser, address) in refused {
        assert_eq!(browser.get(&address).await.status, StatusCode::NOT_FOUND, "{what}");
    }
    let stranger = app.browser().get(&address(seed.completed, "pdf")).await;
    assert_eq!(
        (stranger.status, stranger.location()),
        (StatusCode::SEE_OTHER, format!("/sign-in?next=/banksia/incidents/{}", seed.completed).as_str())
    );
    assert_eq!(count_exports(&app, seed.completed).await, 1, "what was refused is no export");
}
