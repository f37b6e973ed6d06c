//! Writing one report the way its reporter would: the product's own functions do the work, and each
//! transaction belongs to whoever acts in it.

use super::{
    accounts::Names,
    organisation::Organisation,
    plan::{Fate, Plan, Progress},
    providers::Provider,
    review,
    store::{self, Times},
};
use crate::{
    accounts::{member::Member, permission::Permission},
    ai::{
        self,
        builtin::clarify,
        run::{Made, Maker},
    },
    analysis::store::suggest,
    audit::{event::Action, store as audit},
    clarification::{
        jobs::GenerateQuestions,
        question::{Answer, Question},
        store as clarification,
    },
    ids::{AnalysisId, CorrelationId, IncidentId, TenantId},
    incidents::{
        details::{IncidentDetails, ReportedParticipant},
        enhancement::{account_of, consolidate},
        incident::WizardStep,
        jobs::{EnhanceNarrative, enhance_narrative},
        narrative::{Narrative, Phase},
        store::{self as incidents, SUBJECT},
    },
    jobs::{queue::Job, store as jobs},
    notifications::{notification::NotificationKind, store as notifications},
    platform::database::TenantTx,
    prompts::store::{self as prompts, WorkflowStep},
};
use anyhow::Context;
use chrono::{Duration, Utc};
use serde_json::{Value, json};
use sqlx::PgPool;

/// Writes the report as far as its plan says.
pub async fn write(pool: &PgPool, provider: &Provider, organisation: &Organisation, plan: &Plan) -> anyhow::Result<()> {
    let reporter = organisation.people.get(plan.reporter).context("a report lacks its reporter")?;
    let writing = Writing { pool, tenant_id: organisation.tenant_id, reporter, names: plan.names(provider), plan };
    let participant = organisation.participants.get(plan.participant).context("a report lacks its participant")?;
    let details = IncidentDetails {
        participant: ReportedParticipant::Known(*participant),
        site: plan.site.and_then(|site| organisation.sites.get(site)).copied(),
        location: plan.account.location(writing.names),
        event_date_time: plan.event,
        late_reason: plan.late_reason.to_owned(),
    };
    let step = furthest_step(plan.fate);
    let id = writing.tell(&details).await?;
    if step > 2 {
        writing.generate_questions(id).await?;
        writing.answer(id, step).await?;
    }
    if step > 6 {
        writing.enhance(id).await?;
    }
    writing.close(id).await?;
    if plan.submitted.is_some() {
        review::write(pool, organisation, plan, id).await?;
    }
    writing.date(id).await
}

/// The number of the wizard's step at which the reporter is or was last.
fn furthest_step(fate: Fate) -> usize {
    match fate {
        Fate::Draft(Progress::Details | Progress::PartlyTold, _) => WizardStep::Narrative.number(),
        Fate::Draft(Progress::At(step), _) => step.number(),
        Fate::Waiting | Fate::InReview | Fate::Returned | Fate::Completed => WizardStep::Complete.number(),
    }
}

struct Writing<'a> {
    pool: &'a PgPool,
    tenant_id: TenantId,
    reporter: &'a Member,
    names: Names<'a>,
    plan: &'a Plan,
}

impl Writing<'_> {
    /// Starts the report and tells the account.
    async fn tell(&self, details: &IncidentDetails) -> anyhow::Result<IncidentId> {
        let mut tx = self.begin_as_reporter().await?;
        let id = incidents::insert_incident(&mut tx, self.reporter, details).await?;
        if let Some(narrative) = self.told() {
            incidents::save_narrative(&mut tx, id, self.reporter.user_id, &narrative).await?;
        }
        tx.commit().await?;
        Ok(id)
    }

    /// The account as far as it has been told.
    fn told(&self) -> Option<Narrative> {
        let whole = self.plan.account.narrative(self.names);
        match self.plan.fate {
            Fate::Draft(Progress::Details, _) => None,
            Fate::Draft(Progress::PartlyTold, _) => {
                Some(Narrative { end: String::new(), after: String::new(), ..whole })
            }
            _ => Some(whole),
        }
    }

    /// What the job [`GenerateQuestions`] does, here and now.
    async fn generate_questions(&self, id: IncidentId) -> anyhow::Result<()> {
        let mut tx = self.begin_as_system().await?;
        let (participant_name, location) = incidents::find_subject(&mut tx, id).await?;
        let current = incidents::find_narrative(&mut tx, id).await?.context("a report lacks its account")?;
        let subject = clarify::Context { participant_name: &participant_name, location: &location };
        let drafts: Vec<_> =
            Phase::ALL.into_iter().flat_map(|phase| clarify::questions(&current.narrative, phase, &subject)).collect();
        let prompt = prompts::find_active(&mut tx, WorkflowStep::GenerateQuestions).await?.version;
        incidents::seal_narrative(&mut tx, current.id).await?;
        let made = Made { output: drafts, maker: Maker::built_in(prompt) };
        let added = clarification::replace_questions(&mut tx, id, current.id, &[made]).await?;
        let result = json!({ "version": current.version, "added": added, "model": ai::BUILT_IN });
        note_job(&mut tx, id, GenerateQuestions::JOB_NAME, Action::QuestionsGenerated, result).await?;
        Ok(tx.commit().await?)
    }

    /// Answers the questions of the steps that the reporter has left behind.
    async fn answer(&self, id: IncidentId, step: usize) -> anyhow::Result<()> {
        let mut tx = self.begin_as_reporter().await?;
        let questions = clarification::list_questions(&mut tx, id, None).await?;
        let answers: Vec<_> = (0..)
            .zip(&questions)
            .filter(|(_, question)| WizardStep::clarifying(question.phase).number() < step)
            .filter_map(|(index, question)| Some((question.id, self.answer_to(question, index)?)))
            .collect();
        if clarification::save_answers(&mut tx, id, self.reporter.user_id, &answers).await? > 0 {
            let first = questions.iter().find(|question| answers.iter().any(|(id, _)| *id == question.id));
            let details = json!({ "phase": first.map(|question| question.phase) });
            audit::record(&mut tx, Action::AnswersSaved, SUBJECT, id.uuid(), details).await?;
        }
        Ok(tx.commit().await?)
    }

    fn answer_to(&self, question: &Question, index: u64) -> Option<Answer> {
        match self.plan.account.answer(&question.topic, self.names) {
            Some(text) => Some(Answer { text, not_known: false }),
            None => self.plan.admits_not_knowing(index).then_some(Answer { text: String::new(), not_known: true }),
        }
    }

    /// What the job [`EnhanceNarrative`] does, here and now.
    async fn enhance(&self, id: IncidentId) -> anyhow::Result<()> {
        let mut tx = self.begin_as_system().await?;
        let current = incidents::find_narrative(&mut tx, id).await?.context("a report lacks its account")?;
        let questions = clarification::list_questions(&mut tx, id, None).await?;
        let enhancement = enhance_narrative(&current.narrative, &questions);
        let prompt = prompts::find_active(&mut tx, WorkflowStep::EnhanceNarrative).await?.version;
        incidents::save_enhancement(&mut tx, current.id, &enhancement, Some(&Maker::built_in(prompt))).await?;
        let result = json!({ "version": current.version, "model": ai::BUILT_IN });
        note_job(&mut tx, id, EnhanceNarrative::JOB_NAME, Action::NarrativeEnhanced, result).await?;
        Ok(tx.commit().await?)
    }

    /// Leaves a draft where it is or submits it.
    async fn close(&self, id: IncidentId) -> anyhow::Result<()> {
        let mut tx = self.begin_as_reporter().await?;
        match self.plan.fate {
            Fate::Draft(Progress::Details, _) => {}
            Fate::Draft(Progress::PartlyTold, _) => {
                incidents::touch_draft(&mut tx, id, WizardStep::Narrative).await?;
            }
            Fate::Draft(Progress::At(step), _) => {
                incidents::touch_draft(&mut tx, id, step).await?;
            }
            Fate::Waiting | Fate::InReview | Fate::Returned | Fate::Completed => submit(&mut tx, id).await?,
        }
        Ok(tx.commit().await?)
    }

    /// Moves all of it to its time.
    async fn date(&self, id: IncidentId) -> anyhow::Result<()> {
        let plan = self.plan;
        let mut tx = self.begin_as_system().await?;
        store::date_incident(&mut tx, id, times(plan)).await?;
        if let Some(submitted) = plan.submitted {
            store::date_analysis(&mut tx, id, submitted, plan.updated).await?;
            let read = plan.is_seen().then(|| submitted + Duration::minutes(11));
            store::date_notifications(&mut tx, id, NotificationKind::IncidentSubmitted, submitted, read).await?;
            let heard = Some(plan.updated + Duration::hours(9)).filter(|heard| *heard < Utc::now());
            store::date_notifications(&mut tx, id, NotificationKind::IncidentSignedOff, plan.updated, heard).await?;
            store::date_return(&mut tx, id, submitted, plan.updated).await?;
            store::date_notifications(&mut tx, id, NotificationKind::IncidentReturned, plan.updated, None).await?;
        }
        Ok(tx.commit().await?)
    }

    async fn begin_as_reporter(&self) -> anyhow::Result<TenantTx> {
        let mut tx = TenantTx::begin(self.pool, self.reporter).await?;
        store::commit_lazily(&mut tx).await?;
        Ok(tx)
    }

    async fn begin_as_system(&self) -> anyhow::Result<TenantTx> {
        let mut tx = TenantTx::begin_for_system(self.pool, self.tenant_id).await?;
        store::commit_lazily(&mut tx).await?;
        Ok(tx)
    }
}

/// Notes work as done that a job would have done.
pub async fn note_job(
    tx: &mut TenantTx,
    id: IncidentId,
    kind: &str,
    action: Action,
    result: Value,
) -> anyhow::Result<()> {
    audit::record(tx, action, SUBJECT, id.uuid(), result.clone()).await?;
    if let Some(job_id) = jobs::insert_job(tx, kind, SUBJECT, id.uuid(), CorrelationId::generate()).await? {
        jobs::start_attempt(tx, job_id).await?;
        jobs::complete(tx, job_id, result).await?;
    }
    Ok(())
}

/// Submits as the wizard's last button does.
async fn submit(tx: &mut TenantTx, id: IncidentId) -> anyhow::Result<()> {
    let current = incidents::find_narrative(tx, id).await?.context("a report lacks its account")?;
    let account = account_of(&current.narrative, current.enhancement.as_ref());
    let consolidated = consolidate(|phase| account.phase(phase).to_owned());
    incidents::submit(tx, id, current.id, &consolidated).await?;
    suggest::insert_analysis(tx, AnalysisId::generate(), id, current.id).await?;
    notifications::notify_those_who_may(tx, Permission::ReviewIncidents, NotificationKind::IncidentSubmitted, id)
        .await?;
    Ok(())
}

/// The steps between starting and submitting, which is never less than fourteen minutes.
fn times(plan: &Plan) -> Times {
    let after = |minutes| plan.created + Duration::minutes(minutes);
    Times {
        created: plan.created,
        told: after(6),
        asked: after(7),
        answered: after(11),
        enhanced: after(12),
        submitted: plan.submitted,
        updated: plan.updated,
    }
}
