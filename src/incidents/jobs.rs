//! Background work of incidents: from an account and its answers to the enhanced narrative.

use super::{
    enhancement::{EnhancedPhase, Enhancement},
    narrative::Phase,
    store::{self, SUBJECT},
};
use crate::{
    ai::{
        builtin::enhance,
        run::{self, Caller, Maker},
    },
    audit::{event::Action, store as audit},
    clarification::{question::Question, store as clarification},
    error::AppError,
    ids::{CorrelationId, IncidentId, JobId, TenantId},
    incidents::narrative::Narrative,
    jobs::{
        queue::{self, Job, JobContext, JobError},
        store::{self as jobs, Attempt},
    },
    platform::{Services, database::TenantTx},
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
        let correlation_id = CorrelationId::current();
        if let Some(job_id) = jobs::insert_job(tx, Self::JOB_NAME, SUBJECT, id.uuid(), correlation_id).await? {
            queue::enqueue(tx.connection(), &Self { tenant_id, incident_id: id, job_id }).await?;
        }
        Ok(())
    }

    async fn work(&self, context: &JobContext) -> Result<(), AppError> {
        let pool = &context.services.pool;
        let mut tx = TenantTx::begin_for_system(pool, self.tenant_id).await?;
        let Some(Attempt { requested_by, correlation_id }) = jobs::start_attempt(&mut tx, self.job_id).await? else {
            return Ok(());
        };
        let current = store::find_narrative(&mut tx, self.incident_id).await?.ok_or(AppError::NotFound)?;
        let questions = clarification::list_questions(&mut tx, self.incident_id, None).await?;
        tx.commit().await?;

        let caller = Caller {
            tenant_id: self.tenant_id,
            user_id: requested_by,
            incident_id: Some(self.incident_id),
            correlation_id,
            is_trial: false,
        };
        let (enhancement, maker) = enhance(&context.services, &caller, &current.narrative, &questions).await?;

        let mut tx = TenantTx::begin_for_system(pool, self.tenant_id).await?;
        store::save_enhancement(&mut tx, current.id, &enhancement, Some(&maker)).await?;
        let details = json!({ "version": current.version, "model": maker.model });
        audit::record(&mut tx, Action::NarrativeEnhanced, SUBJECT, self.incident_id.uuid(), details.clone()).await?;
        jobs::complete(&mut tx, self.job_id, details).await?;
        tx.commit().await
    }
}

/// All phases, each with the sentences of its own answers. If the built-in engine had to stand in for
/// one of them, its name and reason stand for the whole.
async fn enhance(
    services: &Services,
    caller: &Caller,
    narrative: &Narrative,
    questions: &[Question],
) -> Result<(Enhancement, Maker), AppError> {
    let mut phases = Vec::new();
    let mut maker: Option<Maker> = None;
    for phase in Phase::ALL {
        let answers = run::answers_of(questions, phase);
        let made = run::enhancement(services, caller, phase, narrative.phase(phase), &answers).await?;
        phases.push(EnhancedPhase { phase, sentences: made.output });
        if maker.as_ref().is_none_or(|maker| maker.fallback.is_none()) {
            maker = Some(made.maker);
        }
    }
    let answers_digest = clarification::digest_answers(questions);
    Ok((Enhancement { phases, answers_digest }, maker.ok_or(AppError::Internal)?))
}

/// All phases as the built-in engine puts them in order.
pub fn enhance_narrative(narrative: &Narrative, questions: &[Question]) -> Enhancement {
    let phases = Phase::ALL
        .into_iter()
        .map(|phase| {
            let answers = run::answers_of(questions, phase);
            EnhancedPhase { phase, sentences: enhance::enhance(narrative.phase(phase), &answers) }
        })
        .collect();
    Enhancement { phases, answers_digest: clarification::digest_answers(questions) }
}

impl Job for EnhanceNarrative {
    const JOB_NAME: &'static str = "enhance_narrative";

    async fn run(self, context: JobContext) -> Result<(), JobError> {
        let result = self.work(&context).await;
        jobs::settle(&context, self.tenant_id, self.job_id, result).await
    }
}
