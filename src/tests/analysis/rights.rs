//! Who may do what.

use super::{analysis, page, person, record, send};
use crate::{app::TestApp, seed::email};
use http::StatusCode;
use supportsignal::{analysis::record::IncidentAnalysis, error::AppError};

#[tokio::test]
async fn only_those_who_review_decide_and_only_in_their_own_organisation() {
    let app = TestApp::start().await;
    let id = app.seed.banksia.submitted;
    let alex = person(&app, "lead").await;
    let before = analysis(&alex, id).await;
    let classification = before.classifications[0].id.to_string();
    let endpoints: [(&str, Vec<(&str, &str)>); 7] = [
        ("analysis/decide", vec![("classification", &classification), ("decision", "accept")]),
        (
            "analysis/change",
            vec![("classification", &classification), ("incident_type", "Other"), ("severity", "Low"), ("notes", "")],
        ),
        ("analysis/add", vec![("incident_type", "Other"), ("severity", "Low"), ("notes", "")]),
        ("analysis/save-conditions", vec![]),
        ("analysis/sign-off", vec![]),
        ("analysis/send-back", vec![("question", "Who?")]),
        ("analysis/analyse-again", vec![]),
    ];
    for member in ["worker", "colleague", "viewer"] {
        let browser = person(&app, member).await;
        assert_eq!(page(&browser, id).await.unwrap_err(), AppError::Forbidden, "{member}");
        for (endpoint, fields) in &endpoints {
            let error = send(&browser, endpoint, id, before.revision, fields).await.unwrap_err();
            assert_eq!(error, AppError::Forbidden, "{member}: {endpoint}");
        }
        let answer = browser.get(&format!("/banksia/incidents/{id}/analysis")).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{member}");
    }
    let stranger = app.sign_in(&email("lead", &app.seed.wattle)).await;
    assert_eq!(page(&stranger, id).await.unwrap_err(), AppError::NotFound, "under the other's slug");
    let own_slug = [("tenant", "wattle"), ("id", &id.to_string()), ("revision", "2")];
    let error = stranger.call::<IncidentAnalysis>("analysis/get", &own_slug).await.unwrap_err();
    assert_eq!(error, AppError::NotFound, "nor under one's own");
    for endpoint in ["analysis/sign-off", "analysis/analyse-again"] {
        assert_eq!(stranger.call::<()>(endpoint, &own_slug).await.unwrap_err(), AppError::NotFound, "{endpoint}");
    }
    let foreign = app.seed.wattle.submitted;
    let error = send(
        &alex,
        "analysis/decide",
        id,
        before.revision,
        &[("classification", &foreign.to_string()), ("decision", "accept")],
    )
    .await
    .unwrap_err();
    assert_eq!(error, AppError::NotFound, "a classification of something else");
    assert_eq!(analysis(&alex, id).await, before, "nothing has changed");

    // A viewer reads what was signed off and nothing before that.
    let vera = person(&app, "viewer").await;
    assert_eq!(record(&vera, id).await.unwrap().analysis, None);
    assert!(record(&vera, app.seed.banksia.completed).await.unwrap().analysis.is_some());
}
