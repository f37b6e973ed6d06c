//! How versions did: what the usage ledger says of them, and what people made of their outputs. One
//! grouped query each, however many versions there are.

use super::WorkflowStep;
use crate::{error::AppError, ids::PromptId, platform::database::TenantTx, prompts::figures::Figures};
use chrono_tz::Tz;
use std::collections::HashMap;

/// The figures of every version of one step, or of all steps, that was ever used.
pub async fn list_figures(
    tx: &mut TenantTx,
    step: Option<WorkflowStep>,
) -> Result<HashMap<PromptId, Figures>, AppError> {
    let mut figures = list_usage(tx, step).await?;
    add_overruled(tx, step, &mut figures).await?;
    Ok(figures)
}

/// A call that is still under way ('reserved') has not succeeded or failed yet, but may cost.
async fn list_usage(tx: &mut TenantTx, step: Option<WorkflowStep>) -> Result<HashMap<PromptId, Figures>, AppError> {
    let tenant_id = tx.tenant_id();
    let rows = sqlx::query!(
        r#"select prompt_id as "prompt_id!: PromptId",
                  count(*) filter (where has_ended and not is_trial) as "uses!",
                  count(*) filter (where has_ended and not is_trial and provider = 'built-in') as "built_in!",
                  count(*) filter (where has_succeeded and not is_trial) as "succeeded!",
                  round(avg(latency_ms) filter (where has_ended and not is_trial))::bigint as mean_latency_ms,
                  sum(input_tokens) as "input_tokens!", sum(output_tokens) as "output_tokens!",
                  sum(cost_micros)::bigint as "cost_micros!",
                  count(*) filter (where price_version is null and provider <> 'built-in'
                                   and input_tokens + output_tokens > 0) as "unpriced!"
           from (select prompt_id, provider, is_trial, latency_ms, input_tokens, output_tokens, cost_micros, price_version,
                        outcome not in ('reserved', 'refused') as has_ended,
                        outcome in ('succeeded', 'repaired') as has_succeeded
                 from usage_events
                 where tenant_id = $1 and prompt_id is not null and ($2::text is null or workflow_step = $2)) as calls
           group by prompt_id"#,
        tenant_id.uuid(),
        step.map(WorkflowStep::as_str),
    )
    .fetch_all(tx.connection())
    .await?;
    let figures = rows.into_iter().map(|row| {
        let figures = Figures {
            uses: row.uses,
            built_in: row.built_in,
            succeeded: row.succeeded,
            mean_latency_ms: row.mean_latency_ms,
            input_tokens: row.input_tokens,
            output_tokens: row.output_tokens,
            cost_micros: row.cost_micros,
            unpriced: row.unpriced,
            ..Figures::default()
        };
        (row.prompt_id, figures)
    });
    Ok(figures.collect())
}

/// What people could overrule and what they did: questions of submitted reports that were left
/// without an answer, enhanced texts of submitted reports with a sentence of the reporter's,
/// conditions changed before the sign-off, suggested classifications changed or dismissed, answers in
/// chat called not helpful.
async fn add_overruled(
    tx: &mut TenantTx,
    step: Option<WorkflowStep>,
    figures: &mut HashMap<PromptId, Figures>,
) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    let rows = sqlx::query!(
        r#"select q.prompt_id as "prompt_id!: PromptId", count(*) as "reviewed!",
                  count(*) filter (where not coalesce(a.is_complete, false)) as "overruled!"
           from clarification_questions q
           join incidents i on i.tenant_id = q.tenant_id and i.id = q.incident_id and i.capture_status = 'completed'
           left join clarification_answers a on a.tenant_id = q.tenant_id and a.question_id = q.id
           where q.tenant_id = $1 and q.is_active and coalesce($2::text = 'generate_questions', true)
           group by q.prompt_id
           union all
           select n.enhancement_prompt_id, count(*),
                  count(*) filter (where n.enhancement @? '$.phases[*].sentences[*].source.kind ? (@ == "edited")')
           from incident_narratives n
           join incidents i on i.tenant_id = n.tenant_id and i.id = n.incident_id and i.capture_status = 'completed'
           where n.tenant_id = $1 and n.enhancement_prompt_id is not null and n.consolidated_narrative is not null
             and coalesce($2 = 'enhance_narrative', true)
           group by n.enhancement_prompt_id
           union all
           select a.conditions_prompt_id, count(*), count(*) filter (where a.conditions_edited)
           from incident_analyses a
           where a.tenant_id = $1 and a.conditions_prompt_id is not null and a.analysis_status = 'completed'
             and coalesce($2 = 'analyse_conditions', true)
           group by a.conditions_prompt_id
           union all
           select c.prompt_id, count(*), count(*) filter (where c.user_modified or c.is_dismissed)
           from incident_classifications c
           where c.tenant_id = $1 and c.prompt_id is not null and c.ai_generated
             and (c.user_reviewed or c.user_modified or c.is_dismissed) and coalesce($2 = 'classify_incident', true)
           group by c.prompt_id
           union all
           select m.prompt_id, count(*), count(*) filter (where not f.is_helpful)
           from chat_feedback f join chat_messages m on m.tenant_id = f.tenant_id and m.id = f.message_id
           where f.tenant_id = $1 and m.prompt_id is not null and coalesce($2 = 'answer_question', true)
           group by m.prompt_id"#,
        tenant_id.uuid(),
        step.map(WorkflowStep::as_str),
    )
    .fetch_all(tx.connection())
    .await?;
    for row in rows {
        let figures = figures.entry(row.prompt_id).or_default();
        figures.reviewed += row.reviewed;
        figures.overruled += row.overruled;
    }
    Ok(())
}

/// What each step has cost since the month began in the tenant's zone, try-outs included, in
/// millionths of a US dollar.
pub async fn sum_cost_this_month(tx: &mut TenantTx, zone: Tz) -> Result<HashMap<WorkflowStep, i64>, AppError> {
    let tenant_id = tx.tenant_id();
    let rows = sqlx::query!(
        r#"select workflow_step, sum(cost_micros)::bigint as "cost_micros!" from usage_events
           where tenant_id = $1 and occurred_at >= date_trunc('month', now() at time zone $2) at time zone $2
           group by workflow_step"#,
        tenant_id.uuid(),
        zone.name(),
    )
    .fetch_all(tx.connection())
    .await?;
    let costs = rows.into_iter().filter_map(|row| Some((WorkflowStep::parse(&row.workflow_step)?, row.cost_micros)));
    Ok(costs.collect())
}
