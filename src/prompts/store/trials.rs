//! The queries of try-outs.

use super::{ActivePrompt, PromptVersion, SUBJECT, WorkflowStep, find_active, find_version, lock_step, owner_of};
use crate::{
    accounts::member::Member,
    ai::{provider::FallbackReason, run::TriedOutput},
    audit::{event::Action, store as audit},
    error::AppError,
    ids::{IncidentId, PromptId, PromptTrialId, TenantId, UserId},
    incidents::{
        filter::IncidentFilter,
        record::IncidentRow,
        store::search::{self, IncidentScope},
    },
    jobs::{queue::Job, store as jobs},
    platform::database::TenantTx,
    prompts::{
        jobs::TryPrompt,
        prompt::VersionName,
        trial::{MAX_CHOICES, Trial, TrialIncident, TrialRow, TrialSubject, Tried},
        trial_output::TrialOutput,
    },
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde_json::{Value, json};

/// A version's latest try-outs, as many as are listed.
const MAX_TRIALS: i64 = 20;

/// Submitted reports that the words find, as the list of reports does (all without words), the newest
/// event first.
pub async fn list_choices(tx: &mut TenantTx, words: String, zone: Tz) -> Result<Vec<TrialIncident>, AppError> {
    let filter = IncidentFilter { q: words, ..IncidentFilter::default() }.parse()?;
    let (rows, _) = search::list_incidents(tx, IncidentScope::Submitted, &filter, zone).await?;
    let choice = |row: IncidentRow| TrialIncident {
        id: row.id,
        number: row.number,
        participant_name: row.participant_name,
        event_date_time: row.event_date_time,
    };
    Ok(rows.into_iter().take(MAX_CHOICES).map(choice).collect())
}

/// The version in use that this one is tried against. The version in use itself has nothing to be
/// tried against.
pub async fn find_opponent(
    tx: &mut TenantTx,
    step: WorkflowStep,
    prompt: &PromptVersion,
) -> Result<PromptVersion, AppError> {
    let against = find_active(tx, step).await?.version;
    if against.id == prompt.id {
        return Err(AppError::not_possible("This version is the one in use. Try one that isn't in use yet."));
    }
    Ok(against)
}

/// What a try-out is asked for on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NewSubject {
    Report(IncidentId),
    /// A question, or a conversation to summarise.
    Typed(String),
}

impl NewSubject {
    const fn incident_id(&self) -> Option<IncidentId> {
        match self {
            Self::Report(id) => Some(*id),
            Self::Typed(_) => None,
        }
    }

    fn typed(&self) -> Option<&str> {
        match self {
            Self::Report(_) => None,
            Self::Typed(text) => Some(text),
        }
    }
}

/// Notes a try-out; false with the id of the one that is running when the same was asked for already.
pub async fn insert_trial(
    tx: &mut TenantTx,
    step: WorkflowStep,
    prompt: PromptVersion,
    subject: &NewSubject,
    requested_by: UserId,
) -> Result<(PromptTrialId, bool), AppError> {
    let tenant_id = tx.tenant_id();
    let id = PromptTrialId::generate();
    lock_step(tx, step).await?;
    let against = find_opponent(tx, step, &prompt).await?;
    if let Some(running) = find_running(tx, prompt, against, subject).await? {
        return Ok((running, false));
    }
    let inserted = sqlx::query!(
        "insert into prompt_trials
             (tenant_id, id, prompt_tenant_id, prompt_id, against_tenant_id, against_id, incident_id, question, requested_by)
         select $1, $2, $3, $4, $5, $6, $7, $8, $9
         where $7::uuid is null or exists (
             select from incidents where tenant_id = $1 and id = $7 and capture_status = 'completed')",
        tenant_id.uuid(),
        id.uuid(),
        prompt.tenant_id.uuid(),
        prompt.id.uuid(),
        against.tenant_id.uuid(),
        against.id.uuid(),
        subject.incident_id().map(IncidentId::uuid),
        subject.typed(),
        requested_by.uuid(),
    )
    .execute(tx.connection())
    .await?;
    if inserted.rows_affected() == 0 {
        return Err(AppError::field("incident_id", "Choose a report from the list."));
    }
    let details = json!({
        "step": step,
        "version": prompt.version,
        "against_version": against.version,
        "incident_id": subject.incident_id(),
    });
    audit::record(tx, Action::PromptTried, SUBJECT, prompt.id.uuid(), details).await?;
    Ok((id, true))
}

async fn find_running(
    tx: &mut TenantTx,
    prompt: PromptVersion,
    against: PromptVersion,
    subject: &NewSubject,
) -> Result<Option<PromptTrialId>, AppError> {
    let tenant_id = tx.tenant_id();
    Ok(sqlx::query_scalar!(
        r#"select t.id as "id: PromptTrialId"
           from prompt_trials t
           join jobs j on j.tenant_id = t.tenant_id and j.kind = $2 and j.subject_id = t.id
                          and j.status in ('queued', 'running', 'failed')
           where t.tenant_id = $1 and t.prompt_id = $3 and t.against_id = $4
             and t.incident_id is not distinct from $5 and t.question is not distinct from $6
             and t.finished_at is null
           limit 1"#,
        tenant_id.uuid(),
        TryPrompt::JOB_NAME,
        prompt.id.uuid(),
        against.id.uuid(),
        subject.incident_id().map(IncidentId::uuid),
        subject.typed(),
    )
    .fetch_optional(tx.connection())
    .await?)
}

/// What a try-out has to do, and what of it is done.
pub struct TrialWork {
    pub step: WorkflowStep,
    pub prompt: ActivePrompt,
    pub against: ActivePrompt,
    pub subject: NewSubject,
    pub requested_by: UserId,
    pub is_tried: bool,
    pub has_stood: bool,
}

/// The work of a try-out.
pub async fn find_work(tx: &mut TenantTx, id: PromptTrialId) -> Result<TrialWork, AppError> {
    let tenant_id = tx.tenant_id();
    let row = sqlx::query!(
        r#"select prompt_id as "prompt_id: PromptId", against_id as "against_id: PromptId",
                  incident_id as "incident_id: IncidentId", question, requested_by as "requested_by: UserId",
                  output is not null as "is_tried!", against_output is not null as "has_stood!"
           from prompt_trials where tenant_id = $1 and id = $2"#,
        tenant_id.uuid(),
        id.uuid(),
    )
    .fetch_one(tx.connection())
    .await?;
    let (step, prompt) = find_version(tx, row.prompt_id).await?;
    let (_, against) = find_version(tx, row.against_id).await?;
    Ok(TrialWork {
        step,
        prompt,
        against,
        subject: match (row.incident_id, row.question) {
            (Some(id), _) => NewSubject::Report(id),
            (None, question) => NewSubject::Typed(question.ok_or(AppError::Internal)?),
        },
        requested_by: row.requested_by,
        is_tried: row.is_tried,
        has_stood: row.has_stood,
    })
}

/// Keeps what the version that is in use made.
pub async fn save_stood(tx: &mut TenantTx, id: PromptTrialId, made: &TriedOutput) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    sqlx::query!(
        "update prompt_trials set against_output = $3, against_maker = $4, against_problem = $5
         where tenant_id = $1 and id = $2",
        tenant_id.uuid(),
        id.uuid(),
        made.output,
        made.maker,
        made.problem.map(FallbackReason::as_str),
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Keeps what the version on trial made, which is the end of the try-out.
pub async fn save_tried(tx: &mut TenantTx, id: PromptTrialId, made: &TriedOutput) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    sqlx::query!(
        "update prompt_trials set output = $3, output_maker = $4, output_problem = $5, finished_at = now()
         where tenant_id = $1 and id = $2",
        tenant_id.uuid(),
        id.uuid(),
        made.output,
        made.maker,
        made.problem.map(FallbackReason::as_str),
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// A try-out with what it made.
pub async fn find_trial(tx: &mut TenantTx, member: &Member, id: PromptTrialId) -> Result<Trial, AppError> {
    let tenant_id = tx.tenant_id();
    // The job first: once it is seen completed, what it made is seen too.
    let job = jobs::find_latest(tx, TryPrompt::JOB_NAME, TryPrompt::SUBJECT, id.uuid()).await?;
    let row = sqlx::query!(
        r#"select t.prompt_id as "prompt_id: PromptId", p.tenant_id as "prompt_tenant_id: TenantId",
                  p.prompt_version, p.workflow_step,
                  t.against_id as "against_id: PromptId", a.tenant_id as "against_tenant_id: TenantId",
                  a.prompt_version as against_version,
                  t.incident_id as "incident_id: IncidentId", i.number as "number?",
                  i.participant_name as "participant_name?", t.question, m.display_name,
                  t.created_at, t.output, t.output_maker, t.output_problem,
                  t.against_output, t.against_maker, t.against_problem
           from prompt_trials t
           join prompt_templates p on p.tenant_id = t.prompt_tenant_id and p.id = t.prompt_id
           join prompt_templates a on a.tenant_id = t.against_tenant_id and a.id = t.against_id
           left join incidents i on i.tenant_id = t.tenant_id and i.id = t.incident_id
           join memberships m on m.tenant_id = t.tenant_id and m.user_id = t.requested_by
           where t.tenant_id = $1 and t.id = $2"#,
        tenant_id.uuid(),
        id.uuid(),
    )
    .fetch_one(tx.connection())
    .await?;
    let step = WorkflowStep::parse(&row.workflow_step).ok_or(AppError::Internal)?;
    Ok(Trial {
        id,
        step,
        prompt_id: row.prompt_id,
        prompt: name(row.prompt_tenant_id, row.prompt_version),
        against_id: row.against_id,
        against: name(row.against_tenant_id, row.against_version),
        subject: subject(row.incident_id, row.number, row.participant_name, row.question)?,
        requested_by: row.display_name,
        created_at: row.created_at,
        tried: tried(step, row.output, row.output_maker, row.output_problem),
        stood: tried(step, row.against_output, row.against_maker, row.against_problem),
        job,
        time_zone: member.time_zone,
    })
}

fn subject(
    id: Option<IncidentId>,
    number: Option<i64>,
    participant_name: Option<String>,
    question: Option<String>,
) -> Result<TrialSubject, AppError> {
    match (id, number, participant_name, question) {
        (Some(id), Some(number), Some(participant_name), _) => {
            Ok(TrialSubject::Report { id, number, participant_name })
        }
        (_, _, _, Some(question)) => Ok(TrialSubject::Typed(question)),
        _ => Err(AppError::Internal),
    }
}

fn name(tenant_id: TenantId, number: i32) -> VersionName {
    VersionName { owner: owner_of(tenant_id), number }
}

fn tried(step: WorkflowStep, output: Option<Value>, maker: Option<String>, problem: Option<String>) -> Option<Tried> {
    Some(Tried {
        output: TrialOutput::read(step, &output?),
        maker: maker?,
        problem: problem.as_deref().and_then(FallbackReason::parse),
    })
}

struct RawTrial {
    id: PromptTrialId,
    incident_id: Option<IncidentId>,
    number: Option<i64>,
    participant_name: Option<String>,
    question: Option<String>,
    against_tenant_id: TenantId,
    against_version: i32,
    display_name: String,
    created_at: DateTime<Utc>,
    is_finished: bool,
}

/// The latest try-outs of a version, the newest first.
pub async fn list_trials(tx: &mut TenantTx, prompt_id: PromptId) -> Result<Vec<TrialRow>, AppError> {
    let tenant_id = tx.tenant_id();
    let rows = sqlx::query_as!(
        RawTrial,
        r#"select t.id as "id: PromptTrialId", t.incident_id as "incident_id: IncidentId", i.number as "number?",
                  i.participant_name as "participant_name?", t.question,
                  t.against_tenant_id as "against_tenant_id: TenantId", a.prompt_version as against_version,
                  m.display_name, t.created_at, t.finished_at is not null as "is_finished!"
           from prompt_trials t
           join prompt_templates a on a.tenant_id = t.against_tenant_id and a.id = t.against_id
           left join incidents i on i.tenant_id = t.tenant_id and i.id = t.incident_id
           join memberships m on m.tenant_id = t.tenant_id and m.user_id = t.requested_by
           where t.tenant_id = $1 and t.prompt_id = $2
           order by t.created_at desc, t.id desc limit $3"#,
        tenant_id.uuid(),
        prompt_id.uuid(),
        MAX_TRIALS,
    )
    .fetch_all(tx.connection())
    .await?;
    let row = |row: RawTrial| {
        Ok(TrialRow {
            id: row.id,
            subject: subject(row.incident_id, row.number, row.participant_name, row.question)?,
            against: name(row.against_tenant_id, row.against_version),
            requested_by: row.display_name,
            created_at: row.created_at,
            is_finished: row.is_finished,
        })
    };
    rows.into_iter().map(row).collect()
}
