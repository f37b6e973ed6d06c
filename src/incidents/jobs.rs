//! Background work of incidents: from an account and its answers to the enhanced narrative.

use super::{
    enhancement::{EnhancedPhase, Enhancement},
    narrative::Phase,
    store::{self, SUBJECT},
};
use crate::{
    ai::{
        self,
        builtin::enhance::{self, AnsweredQuestion},
    },
    audit::{event::Action, store as audit},
    clarification::{question::Question, store as clarification},
    error::AppError,
    ids::{CorrelationId, IncidentId, JobId, TenantId},
    incidents::narrative::Narrative,
    jobs::{
        queue::{self, Job, JobContext, JobError},
        store as jobs,
    },
    platform::database::TenantTx,
    prompts::store::{self as prompts, WorkflowStep},
};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Puts an account in order and adds what the answers say.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EnhanceNarrative {
    pub tenant_id: TenantId,
    pub incident_id: IncidentId,
    pub job_id: JobId,
}

impl EnhanceNarrative {
    /// Asks for the work in the caller's transaction, unless what is there fits the answers or holds
    /// the reporter's own edits, which only they may replace (`replace_edits`).
    pub async fn request(tx: &mut TenantTx, id: IncidentId, replace_edits: bool) -> Result<(), AppError> {
        let Some(current) = store::find_narrative(tx, id).await? else {
            return Ok(());
        };
        let digest = clarification::digest_answers(&clarification::list_questions(tx, id, None).await?);
        let stands = current.enhancement.as_ref().is_some_and(|enhancement| {
            (enhancement.answers_digest == digest || enhancement.is_edited()) && !replace_edits
        });
        if stands {
            return Ok(());
        }
        store::seal_narrative(tx, current.id).await?;
        let tenant_id = tx.tenant_id();
        let correlation_id = CorrelationId::generate();
        if let Some(job_id) = jobs::insert_job(tx, Self::JOB_NAME, SUBJECT, id.uuid(), correlation_id).await? {
            queue::enqueue(tx.connection(), &Self { tenant_id, incident_id: id, job_id }).await?;
        }
        Ok(())
    }

    async fn enhance(&self, context: &JobContext) -> Result<(), AppError> {
        let pool = &context.services.pool;
        let mut tx = TenantTx::begin_for_system(pool, self.tenant_id).await?;
        if !jobs::start_attempt(&mut tx, self.job_id).await? {
            return Ok(());
        }
        let current = store::find_narrative(&mut tx, self.incident_id).await?.ok_or(AppError::NotFound)?;
        let questions = clarification::list_questions(&mut tx, self.incident_id, None).await?;
        tx.commit().await?;

        let enhancement = enhance_narrative(&current.narrative, &questions);

        let mut tx = TenantTx::begin_for_system(pool, self.tenant_id).await?;
        let prompt = prompts::find_active(&mut tx, WorkflowStep::EnhanceNarrative).await?.version;
        store::save_enhancement(&mut tx, current.id, &enhancement, Some((ai::BUILT_IN, prompt))).await?;
        let details = json!({ "version": current.version, "model": ai::BUILT_IN });
        audit::record(&mut tx, Action::NarrativeEnhanced, SUBJECT, self.incident_id.uuid(), details.clone()).await?;
        jobs::complete(&mut tx, self.job_id, details).await?;
        tx.commit().await
    }
}

/// All phases, each with the sentences of its own answers.
pub fn enhance_narrative(narrative: &Narrative, questions: &[Question]) -> Enhancement {
    let phases = Phase::ALL
        .into_iter()
        .map(|phase| {
            let answers: Vec<_> = questions
                .iter()
                .filter(|question| question.phase == phase)
                .filter_map(|question| {
                    let answer = question.answer.as_ref().filter(|answer| !answer.text.is_empty())?;
                    Some(AnsweredQuestion {
                        question_id: question.id,
                        topic: &question.topic,
                        question: &question.text,
                        answer: &answer.text,
                    })
                })
                .collect();
            EnhancedPhase { phase, sentences: enhance::enhance(narrative.phase(phase), &answers) }
        })
        .collect();
    Enhancement { phases, answers_digest: clarification::digest_answers(questions) }
}

impl Job for EnhanceNarrative {
    const JOB_NAME: &'static str = "enhance_narrative";

    async fn run(self, context: JobContext) -> Result<(), JobError> {
        let result = self.enhance(&context).await;
        jobs::settle(&context, self.tenant_id, self.job_id, result).await
    }
}
