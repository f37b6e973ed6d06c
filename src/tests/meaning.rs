//! Classification by words and meaning, with the model as `script/setup` installs it.

use super::app::TestApp;
use sqlx::Row;
use std::fs;
use supportsignal::{
    ai::{
        BUILT_IN, BUILT_IN_WITH_MEANING,
        embeddings::EmbeddingProblem,
        run::{self, Caller, Made},
    },
    analysis::analysis::{IncidentType, SuggestedClassification},
    ids::CorrelationId,
    incidents::narrative::Narrative,
    platform::database::TenantTx,
};

/// Told in words that no cue of the taxonomy has.
fn account() -> Narrative {
    Narrative {
        during: "He thrashed his housemate in the lounge. Staff stepped between the two of them.".to_owned(),
        ..Narrative::default()
    }
}

async fn classify(app: &TestApp) -> (Made<Vec<SuggestedClassification>>, Vec<String>) {
    let tenant = &app.seed.banksia;
    let caller = Caller {
        tenant_id: tenant.id,
        user_id: Some(tenant.worker.user_id),
        incident_id: Some(tenant.submitted),
        correlation_id: CorrelationId::generate(),
        is_trial: false,
    };
    let made = run::classifications(&app.services, &caller, &account()).await.unwrap();
    let mut tx = TenantTx::begin(&app.services.pool, &tenant.admin).await.unwrap();
    let ledger = sqlx::query(
        "select provider || ' / ' || ai_model as made_by from usage_events where tenant_id = $1 and correlation_id = $2",
    )
    .bind(tenant.id.uuid())
    .bind(caller.correlation_id.uuid())
    .fetch_all(tx.connection())
    .await
    .unwrap();
    (made, ledger.iter().map(|row| row.get("made_by")).collect())
}

#[tokio::test]
async fn an_account_in_unknown_words_is_classified_by_its_meaning() {
    let app = TestApp::start_with(|config| config.model_dir = None).await;
    app.services.meanings.prepare().await.unwrap();
    let kept: Vec<_> = fs::read_dir(app.services.config.data_dir.join("meaning")).unwrap().collect();
    assert_eq!(kept.len(), 1, "the weights are kept for the next start");

    let (made, ledger) = classify(&app).await;
    assert_eq!(made.maker.model, BUILT_IN_WITH_MEANING);
    assert_eq!(ledger, [format!("{BUILT_IN} / {BUILT_IN_WITH_MEANING}")]);
    let first = &made.output[0];
    assert_eq!(first.incident_type, IncidentType::Behavioural, "{first:?}");
    assert!(!first.evidence.is_empty() && first.confidence > 0.0 && first.confidence <= 1.0);
    for evidence in made.output.iter().flat_map(|one| &one.evidence) {
        assert!(account().phase(evidence.phase).contains(&evidence.quote), "{evidence:?}");
    }
}

#[tokio::test]
async fn without_the_model_words_decide_and_the_suggestion_says_so() {
    let app = TestApp::start().await;
    assert_eq!(app.services.meanings.prepare().await, Err(EmbeddingProblem::NoModel));
    let (made, ledger) = classify(&app).await;
    assert_eq!(made.maker.model, BUILT_IN);
    assert_eq!(ledger, [format!("{BUILT_IN} / {BUILT_IN}")]);
    assert_eq!(made.output[0].incident_type, IncidentType::Other, "no cue has these words");
}
