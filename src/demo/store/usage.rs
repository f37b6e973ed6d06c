//! What the ledger would say of a year of reports.

use crate::{error::AppError, platform::database::TenantTx};

/// Writes down the built-in engine's calls for the reports that there are: four for the questions and
/// four for the enhanced account, one for each phase, and two for the analysis. Does nothing if the
/// ledger knows of a report already.
pub async fn record_calls(tx: &mut TenantTx) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    sqlx::query!(
        "insert into usage_events (tenant_id, id, occurred_at, workflow_step, prompt_tenant_id, prompt_id, provider,
                                   ai_model, latency_ms, outcome, correlation_id, user_id, incident_id)
         select $1, gen_random_uuid(), j.finished_at, c.step, p.tenant_id, p.id, 'built-in', 'built-in',
                1 + abs(hashtext(j.id::text || n)) % c.slowest_ms, 'succeeded', j.correlation_id, i.reporter_id, i.id
         from jobs j
         join incidents i on i.tenant_id = $1 and i.id = j.subject_id
         join (values ('generate_questions', 'generate_questions', 4, 6), ('enhance_narrative', 'enhance_narrative', 4, 4),
                      ('analyse_incident', 'analyse_conditions', 1, 14), ('analyse_incident', 'classify_incident', 1, 22))
              as c (kind, step, calls, slowest_ms) on c.kind = j.kind
         join prompt_templates p on p.tenant_id = app.system_tenant_id() and p.workflow_step = c.step and p.is_active
         cross join generate_series(1, c.calls) as n
         where j.tenant_id = $1 and j.status = 'completed' and j.finished_at is not null
           and not exists (select from usage_events u where u.tenant_id = $1 and u.incident_id is not null)",
        tenant_id.uuid(),
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}
