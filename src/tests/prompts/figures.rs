//! How versions did, and what it takes to find out.

use super::{STEP, TEMPLATE, admin, newest_own, save, versions};
use crate::{app::TestApp, statements};
use supportsignal::{
    accounts::member::Member,
    ids::{PromptId, TenantId},
    platform::database::TenantTx,
    prompts::{prompt::StepSummary, step::WorkflowStep},
};

/// One line of the ledger.
async fn add_usage(app: &TestApp, member: &Member, prompt: (TenantId, PromptId), outcome: &str, is_trial: bool) {
    let mut tx = TenantTx::begin(&app.db.pool, member).await.unwrap();
    sqlx::query(
        "insert into usage_events (tenant_id, id, workflow_step, prompt_tenant_id, prompt_id, provider, ai_model,
                                   input_tokens, output_tokens, cost_micros, price_version, latency_ms, outcome,
                                   is_trial, correlation_id)
         values ($1, gen_random_uuid(), $2, $3, $4, 'Ours', 'some-model', 100, 20, 4000, '2026-01', 600, $5, $6,
                 gen_random_uuid())",
    )
    .bind(member.tenant_id.uuid())
    .bind(STEP.as_str())
    .bind(prompt.0.uuid())
    .bind(prompt.1.uuid())
    .bind(outcome)
    .bind(is_trial)
    .execute(tx.connection())
    .await
    .unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn the_figures_of_a_version_are_those_of_its_calls() {
    let app = TestApp::start().await;
    let tenant = &app.seed.banksia;
    let dana = admin(&app).await;
    save(&dana, "banksia", "Shorter", TEMPLATE).await.unwrap();
    let own = newest_own(&dana, "banksia").await;
    let prompt = (tenant.id, own.id);
    for outcome in ["succeeded", "succeeded", "repaired", "failed", "refused", "reserved"] {
        add_usage(&app, &tenant.admin, prompt, outcome, false).await;
    }
    add_usage(&app, &tenant.admin, prompt, "failed", true).await;
    let default = versions(&dana, "banksia").await.unwrap().in_use;
    add_usage(&app, &app.seed.wattle.admin, (TenantId::SYSTEM, default), "succeeded", false).await;

    let figures = newest_own(&dana, "banksia").await.figures;
    assert_eq!((figures.uses, figures.succeeded, figures.success().as_deref()), (4, 3, Some("75%")));
    assert_eq!(figures.mean_latency_ms, Some(600));
    assert_eq!((figures.input_tokens, figures.output_tokens, figures.cost_micros), (700, 140, 28_000));
    let defaults = versions(&dana, "banksia").await.unwrap().versions;
    let default = defaults.iter().find(|version| version.id == default).unwrap();
    assert_eq!(default.figures.uses, 0, "another organisation's calls aren't counted");
    // Two submitted reports of the seed were enhanced by the default; a reporter edits one of them.
    assert_eq!((default.figures.reviewed, default.figures.overruled), (2, 0));
    sqlx::query(
        "update incident_narratives set enhancement = jsonb_set(enhancement, '{phases,0,sentences,0,source}', '{\"kind\": \"edited\"}')
         where incident_id = $1",
    )
    .bind(tenant.submitted.uuid())
    .execute(&app.db.admin)
    .await
    .unwrap();
    let steps: Vec<StepSummary> = dana.call("prompts/list", &[("tenant", "banksia")]).await.unwrap();
    let summary = |step| steps.iter().find(|summary: &&StepSummary| summary.in_use.step == step).unwrap();
    assert_eq!(summary(STEP).in_use.figures.overruled_share().as_deref(), Some("50%"));
    assert_eq!(summary(STEP).cost_this_month_micros, 28_000);
    let questions = summary(WorkflowStep::GenerateQuestions).in_use.figures;
    assert!(questions.reviewed > questions.overruled && questions.overruled > 0, "some were skipped: {questions:?}");
}

#[tokio::test]
async fn overruled_suggestions_count_against_the_version_that_made_them() {
    let app = TestApp::start().await;
    let tenant = &app.seed.banksia;
    let dana = admin(&app).await;
    let figures = async || {
        let steps: Vec<StepSummary> = dana.call("prompts/list", &[("tenant", "banksia")]).await.unwrap();
        [WorkflowStep::AnalyseConditions, WorkflowStep::ClassifyIncident].map(|step| {
            let summary = steps.iter().find(|summary: &&StepSummary| summary.in_use.step == step).unwrap();
            (summary.in_use.figures.overruled, summary.in_use.figures.reviewed)
        })
    };
    let [conditions, classifications] = figures().await;
    let mut tx = TenantTx::begin(&app.db.pool, &tenant.admin).await.unwrap();
    let analysis: uuid::Uuid = sqlx::query_scalar(
        "insert into incident_analyses
             (tenant_id, id, incident_id, narrative_id, analysis_status, is_current, conditions_edited, analyzed_at,
              completed_at, conditions_prompt_tenant_id, conditions_prompt_id)
         select n.tenant_id, gen_random_uuid(), n.incident_id, n.id, 'completed', false, true, now(), now(),
                p.tenant_id, p.id
         from incident_narratives n, prompt_templates p
         where n.tenant_id = $1 and n.incident_id = $2 and p.workflow_step = 'analyse_conditions' and p.is_active
         returning id",
    )
    .bind(tenant.id.uuid())
    .bind(tenant.completed.uuid())
    .fetch_one(tx.connection())
    .await
    .unwrap();
    for (is_reviewed, is_modified, is_dismissed) in
        [(false, false, false), (true, false, false), (true, true, false), (true, false, true)]
    {
        sqlx::query(
            "insert into incident_classifications
                 (tenant_id, id, analysis_id, incident_type, severity, ai_generated, original_ai_classification,
                  user_reviewed, user_modified, is_dismissed, prompt_tenant_id, prompt_id, position)
             select $1, gen_random_uuid(), $2, 'Medical', 'Low', true, '{}', $3, $4, $5, p.tenant_id, p.id, 1
             from prompt_templates p where p.workflow_step = 'classify_incident' and p.is_active",
        )
        .bind(tenant.id.uuid())
        .bind(analysis)
        .bind(is_reviewed)
        .bind(is_modified)
        .bind(is_dismissed)
        .execute(tx.connection())
        .await
        .unwrap();
    }
    tx.commit().await.unwrap();
    let more = |(overruled, reviewed), by_overruled, by_reviewed| (overruled + by_overruled, reviewed + by_reviewed);
    assert_eq!(figures().await, [more(conditions, 1, 1), more(classifications, 2, 3)]);
}

#[tokio::test]
async fn many_versions_take_no_more_statements_than_one() {
    let app = TestApp::start().await;
    let dana = admin(&app).await;
    let count = async || {
        let before = statements::seen();
        versions(&dana, "banksia").await.unwrap();
        statements::seen() - before
    };
    let few = count().await;
    for _ in 0..5 {
        save(&dana, "banksia", "One more", TEMPLATE).await.unwrap();
    }
    let own = newest_own(&dana, "banksia").await;
    add_usage(&app, &app.seed.banksia.admin, (app.seed.banksia.id, own.id), "succeeded", false).await;
    assert_eq!(count().await, few);
    assert!(few > 0 && few <= 10, "{few} statements");
}
