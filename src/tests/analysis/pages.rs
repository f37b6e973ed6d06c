//! The page itself.

use super::{TENANT, analysis, person};
use crate::app::TestApp;
use http::StatusCode;

#[tokio::test]
async fn the_page_and_its_forms_work_without_javascript() {
    let app = TestApp::start().await;
    let id = app.seed.banksia.submitted;
    let alex = person(&app, "lead").await;
    let opened = analysis(&alex, id).await;
    let address = format!("/banksia/incidents/{id}/analysis");
    let first = &opened.classifications[0];
    let shown = alex.get(&address).await;
    assert_eq!(shown.status, StatusCode::OK);
    assert!(shown.body.contains("<mark"), "evidence is marked in the server's HTML");
    assert!(shown.body.contains(&format!("href=\"{address}?edit=change-{}#c-{}\"", first.id, first.id)));
    for (form, field) in [
        (format!("change-{}", first.id), "name=\"severity\""),
        (format!("dismiss-{}", first.id), "name=\"notes\""),
        ("add".to_owned(), "name=\"quote\""),
        ("conditions".to_owned(), "name=\"conditions[k0][text]\""),
        ("send-back".to_owned(), "name=\"question\""),
        ("sign-off".to_owned(), "/api/analysis/sign-off"),
    ] {
        let shown = alex.get(&format!("{address}?edit={form}")).await;
        assert!(shown.status == StatusCode::OK && shown.body.contains(field), "{form}");
        assert!(!shown.body.contains("value=\"accept\""), "no press stands beside an open form: {form}");
    }

    let (incident, revision, classification) = (id.to_string(), opened.revision.to_string(), first.id.to_string());
    let fields = [
        TENANT,
        ("id", incident.as_str()),
        ("revision", revision.as_str()),
        ("classification", classification.as_str()),
        ("decision", "accept"),
    ];
    let answer = alex.post_form(&address, "analysis/decide", &fields).await;
    assert_eq!(answer.location(), format!("{address}#c-{}", first.id), "back to where the press was");
    let answer = alex.post_form(&address, "analysis/decide", &fields).await;
    assert!(answer.location().contains("__err="), "{}", answer.location());
    let path = answer.location().replace("http://127.0.0.1:3000", "");
    let shown = alex.get(&path).await;
    assert!(shown.body.contains("Somebody changed this analysis after you opened it"));
}
