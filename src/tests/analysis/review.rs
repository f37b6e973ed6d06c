//! What managers decide, and that it is kept beside what was suggested.

use super::{analysis, borrowed, condition_fields, decide, page, person, record, send, told};
use crate::app::TestApp;
use supportsignal::{
    analysis::analysis::{IncidentType, ReviewState, Severity, Verdict},
    error::AppError,
    incidents::incident::OverallStatus,
    notifications::notification::NotificationKind,
};

#[tokio::test]
async fn a_manager_overrules_accepts_and_signs_off_and_what_was_suggested_is_kept() {
    let app = TestApp::start().await;
    let id = app.seed.banksia.submitted;
    let (tom, alex) = (person(&app, "colleague").await, person(&app, "lead").await);
    let suggested = analysis(&alex, id).await;

    let first = suggested.classifications[0].clone();
    let classification = first.id.to_string();
    let change = |severity| {
        [
            ("classification", classification.as_str()),
            ("incident_type", "Communication"),
            ("severity", severity),
            ("notes", "Nobody had told the night shift."),
            ("edit_seconds", "99999"),
        ]
    };
    let refused = send(&alex, "analysis/sign-off", id, suggested.revision, &[]).await.unwrap_err();
    assert!(matches!(refused, AppError::NotPossible { .. }), "not while something is undecided: {refused:?}");
    let refused = send(&alex, "analysis/change", id, suggested.revision, &change("Extreme")).await.unwrap_err();
    assert!(refused.at("severity").is_some(), "{refused:?}");
    send(&alex, "analysis/change", id, suggested.revision, &change("High")).await.unwrap();
    for one in &suggested.classifications[1..] {
        decide(&alex, id, one, "accept").await.unwrap();
    }

    let revision = analysis(&alex, id).await.revision;
    let own = |quote| [("incident_type", "Other"), ("severity", "Low"), ("notes", ""), ("quote", quote)];
    let refused = send(&alex, "analysis/add", id, revision, &own("Words that nobody wrote.")).await.unwrap_err();
    assert!(refused.at("quote").is_some(), "{refused:?}");
    let quote = suggested.classifications[0].evidence[0].quote.clone();
    send(&alex, "analysis/add", id, revision, &own(&quote)).await.unwrap();

    let mut fields = condition_fields(&suggested);
    fields[1].1 = "Said otherwise.".to_owned();
    fields.push(("conditions[k90][group]".to_owned(), "systemic".to_owned()));
    fields.push(("conditions[k90][text]".to_owned(), "Nobody had a handover.".to_owned()));
    send(&alex, "analysis/save-conditions", id, revision + 1, &borrowed(&fields)).await.unwrap();
    let unchanged = analysis(&alex, id).await;
    let same = condition_fields(&unchanged);
    send(&alex, "analysis/save-conditions", id, unchanged.revision, &borrowed(&same)).await.unwrap();
    assert_eq!(analysis(&alex, id).await.revision, unchanged.revision, "saving the same is no change");

    send(&alex, "analysis/sign-off", id, unchanged.revision, &[]).await.unwrap();
    send(&alex, "analysis/sign-off", id, unchanged.revision, &[]).await.expect("a second press finds it signed off");
    let done = page(&alex, id).await.unwrap();
    assert_eq!(done.overall_status, OverallStatus::Completed);
    let signed_off = done.analysis.unwrap();
    assert_eq!((signed_off.state, signed_off.completer_name.as_deref()), (ReviewState::Completed, Some("Alex Moreau")));
    let changed = &signed_off.classifications[0];
    assert_eq!((changed.incident_type, changed.severity), (IncidentType::Communication, Severity::High));
    assert_eq!(changed.suggested, first.suggested, "as it was suggested");
    assert!(changed.is_overruled() && changed.notes == "Nobody had told the night shift.");
    let added = signed_off.classifications.last().unwrap();
    assert_eq!((added.author_name.as_deref(), added.suggested.as_ref()), (Some("Alex Moreau"), None));
    assert_eq!(added.evidence[0].quote, quote);
    assert_eq!(signed_off.suggested_conditions.as_ref(), Some(&suggested.conditions));
    assert_eq!(signed_off.conditions.len(), suggested.conditions.len() + 1);
    assert_eq!(signed_off.conditions[0].text, "Said otherwise.");
    assert_eq!(signed_off.conditions[0].evidence, suggested.conditions[0].evidence);
    assert_eq!(signed_off.revision_count, 3, "a change, an addition, the conditions; accepting changes nothing");
    assert_eq!(signed_off.edit_seconds, 3600, "one save counts an hour at most");

    assert_eq!(told(&tom, NotificationKind::IncidentSignedOff, id).await.len(), 1);
    let seen = record(&tom, id).await.unwrap();
    assert_eq!(seen.analysis.expect("its reporter reads it now"), signed_off);
    let late = send(&alex, "analysis/change", id, signed_off.revision, &change("Low")).await.unwrap_err();
    assert!(matches!(late, AppError::NotPossible { .. }), "signed off is final: {late:?}");
    let late = send(&alex, "analysis/send-back", id, signed_off.revision, &[("question", "Who?")]).await.unwrap_err();
    assert!(matches!(late, AppError::NotPossible { .. }), "{late:?}");
    assert_eq!(analysis(&alex, id).await, signed_off);
}

#[tokio::test]
async fn at_least_one_classification_has_to_stand() {
    let app = TestApp::start().await;
    let id = app.seed.banksia.submitted;
    let alex = person(&app, "lead").await;
    let suggested = analysis(&alex, id).await.classifications;
    for one in &suggested {
        decide(&alex, id, one, "dismiss").await.unwrap();
    }
    let sign_off = async || {
        let revision = analysis(&alex, id).await.revision;
        send(&alex, "analysis/sign-off", id, revision, &[]).await
    };
    assert!(matches!(sign_off().await.unwrap_err(), AppError::NotPossible { .. }), "all are dismissed");
    let dismissed = analysis(&alex, id).await.classifications;
    assert!(dismissed.iter().all(|one| one.verdict == Verdict::Dismissed && one.notes == "Not here."));

    decide(&alex, id, &suggested[0], "restore").await.unwrap();
    let restored = analysis(&alex, id).await.classifications[0].clone();
    assert_eq!((restored.verdict, restored.notes.as_str()), (Verdict::Undecided, ""));
    assert!(matches!(sign_off().await.unwrap_err(), AppError::NotPossible { .. }), "one is undecided");
    decide(&alex, id, &suggested[0], "accept").await.unwrap();
    sign_off().await.unwrap();
    let row = record(&alex, id).await.unwrap().analysis.unwrap();
    assert_eq!(row.classifications.iter().filter(|one| one.verdict == Verdict::Kept).count(), 1);
}

#[tokio::test]
async fn the_second_of_two_managers_is_told_and_overwrites_nothing() {
    let app = TestApp::start().await;
    let id = app.seed.banksia.submitted;
    let (alex, dana) = (person(&app, "lead").await, person(&app, "admin").await);
    let opened = analysis(&dana, id).await;
    let first = &opened.classifications[0];
    let classification = first.id.to_string();
    decide(&alex, id, first, "dismiss").await.unwrap();
    let standing = analysis(&alex, id).await;

    let conditions = condition_fields(&opened);
    let mut conditions = borrowed(&conditions);
    conditions.truncate(2);
    let attempts: [(&str, Vec<(&str, &str)>); 7] = [
        ("analysis/decide", vec![("classification", &classification), ("decision", "accept")]),
        (
            "analysis/change",
            vec![("classification", &classification), ("incident_type", "Other"), ("severity", "Low"), ("notes", "")],
        ),
        ("analysis/add", vec![("incident_type", "Other"), ("severity", "Low"), ("notes", "")]),
        ("analysis/save-conditions", conditions),
        ("analysis/sign-off", vec![]),
        ("analysis/send-back", vec![("question", "Who was there?")]),
        ("analysis/analyse-again", vec![]),
    ];
    for (endpoint, fields) in &attempts {
        let error = send(&dana, endpoint, id, opened.revision, fields).await.unwrap_err();
        assert_eq!(error, AppError::Stale { current_revision: standing.revision }, "{endpoint}");
    }
    assert_eq!(analysis(&dana, id).await, standing, "nothing was overwritten");

    // Both at the very same moment: one wins, the other is told.
    let (endpoint, fields) = &attempts[1];
    let both = tokio::join!(
        send(&alex, endpoint, id, standing.revision, fields),
        send(&dana, endpoint, id, standing.revision, fields),
    );
    let stale = [both.0, both.1].into_iter().filter(|outcome| matches!(outcome, Err(AppError::Stale { .. }))).count();
    assert_eq!(stale, 1);
}
