//! Background work of the analysis: from a submitted account to suggestions.

use super::store::{
    self,
    suggest::{self, Suggestions},
};
use crate::{
    ai::run::{self, Caller},
    analysis::analysis::{ReviewEvent, ReviewState},
    audit::{event::Action, store as audit},
    error::AppError,
    ids::{AnalysisId, CorrelationId, IncidentId, JobId, NarrativeId, TenantId},
    incidents::{
        incident::CaptureStatus,
        narrative::Narrative,
        store::{self as incidents, SUBJECT, review},
    },
    jobs::{
        queue::{self, Job, JobContext, JobError},
        store as jobs,
    },
    platform::{Services, database::TenantTx},
};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Suggests contributing conditions and classifications of a submitted account.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AnalyseIncident {
    pub tenant_id: TenantId,
    pub incident_id: IncidentId,
    /// The analysis that the suggestions go into.
    pub analysis_id: AnalysisId,
    /// The analysis whose place it takes, if nobody has reviewed that one by then.
    pub replaces: Option<AnalysisId>,
    pub job_id: JobId,
}

impl AnalyseIncident {
    /// Asks for the analysis of an account that has just been submitted, in the caller's transaction.
    pub async fn request(tx: &mut TenantTx, id: IncidentId, narrative_id: NarrativeId) -> Result<(), AppError> {
        let analysis_id = AnalysisId::generate();
        suggest::insert_analysis(tx, analysis_id, id, narrative_id).await?;
        Self::enqueue(tx, id, analysis_id, None).await
    }

    /// Asks once more: after it failed for good, for other suggestions while nobody has reviewed these, or
    /// for a report that was never analysed (`revision` is 0 then).
    pub async fn request_again(tx: &mut TenantTx, id: IncidentId, revision: i32) -> Result<(), AppError> {
        let incident = review::lock_incident(tx, id).await?;
        let Some(current) = store::find_locked(tx, incident).await? else {
            let narrative = incidents::find_narrative(tx, id).await?.ok_or(AppError::NotFound)?;
            return match incident.capture_status {
                CaptureStatus::Completed => Self::request(tx, id, narrative.id).await,
                _ => Err(AppError::not_possible("This report is with its reporter now.")),
            };
        };
        let current = current.require_revision(revision)?;
        if current.state == ReviewState::Draft {
            return Self::enqueue(tx, id, current.id, None).await;
        }
        current.state.after(ReviewEvent::Replaced)?;
        Self::enqueue(tx, id, AnalysisId::generate(), Some(current.id)).await
    }

    /// Nothing happens if the work is under way already.
    async fn enqueue(
        tx: &mut TenantTx,
        incident_id: IncidentId,
        analysis_id: AnalysisId,
        replaces: Option<AnalysisId>,
    ) -> Result<(), AppError> {
        let tenant_id = tx.tenant_id();
        let job = jobs::insert_job(tx, Self::JOB_NAME, SUBJECT, incident_id.uuid(), CorrelationId::current()).await?;
        if let Some(job_id) = job {
            queue::enqueue(tx.connection(), &Self { tenant_id, incident_id, analysis_id, replaces, job_id }).await?;
        }
        Ok(())
    }

    async fn analyse(&self, services: &Services) -> Result<(), AppError> {
        let Some((account, caller)) = self.begin(services).await? else {
            return Ok(());
        };
        let (conditions, classifications) = tokio::try_join!(
            run::conditions(services, &caller, &account),
            run::classifications(services, &caller, &account),
        )?;
        self.finish(services, &Suggestions { conditions, classifications }).await
    }

    /// What to analyse and for whom; None if the work is done or nobody waits for it any more.
    async fn begin(&self, services: &Services) -> Result<Option<(Narrative, Caller)>, AppError> {
        let mut tx = TenantTx::begin_for_system(&services.pool, self.tenant_id).await?;
        let Some(attempt) = jobs::start_attempt(&mut tx, self.job_id).await? else {
            return Ok(None);
        };
        // On its own: everybody else who holds the incident's row and the job's has taken the incident's first.
        tx.commit().await?;
        let mut tx = TenantTx::begin_for_system(&services.pool, self.tenant_id).await?;
        let awaited = suggest::lock_awaited(&mut tx, self.incident_id, self.analysis_id, self.replaces).await?;
        let Some(awaited) = awaited else {
            self.leave(&mut tx).await?;
            tx.commit().await?;
            return Ok(None);
        };
        let account = review::find_account(&mut tx, awaited.narrative_id).await?;
        tx.commit().await?;
        let caller = Caller {
            tenant_id: self.tenant_id,
            user_id: attempt.requested_by,
            incident_id: Some(self.incident_id),
            correlation_id: attempt.correlation_id,
            is_trial: false,
        };
        Ok(Some((account, caller)))
    }

    /// Writes the suggestions, unless another delivery of this job has done so or a person has begun to
    /// review meanwhile.
    async fn finish(&self, services: &Services, suggestions: &Suggestions) -> Result<(), AppError> {
        let mut tx = TenantTx::begin_for_system(&services.pool, self.tenant_id).await?;
        let awaited = suggest::lock_awaited(&mut tx, self.incident_id, self.analysis_id, self.replaces).await?;
        let Some(awaited) = awaited else {
            self.leave(&mut tx).await?;
            return tx.commit().await;
        };
        if self.replaces.is_some() {
            suggest::replace(&mut tx, &awaited, self.analysis_id).await?;
        }
        suggest::fill(&mut tx, self.incident_id, self.analysis_id, suggestions).await?;
        let details = json!({
            "analysis": self.analysis_id,
            "conditions": suggestions.conditions.output.0.len(),
            "classifications": suggestions.classifications.output.len(),
            "model": suggestions.classifications.maker.model,
        });
        audit::record(&mut tx, Action::AnalysisGenerated, SUBJECT, self.incident_id.uuid(), details.clone()).await?;
        jobs::complete(&mut tx, self.job_id, details).await?;
        tx.commit().await
    }

    /// There is nothing left to do.
    async fn leave(&self, tx: &mut TenantTx) -> Result<(), AppError> {
        jobs::complete(tx, self.job_id, json!({ "withdrawn": true })).await
    }
}

impl Job for AnalyseIncident {
    const JOB_NAME: &'static str = "analyse_incident";

    async fn run(self, context: JobContext) -> Result<(), JobError> {
        let result = self.analyse(&context.services).await;
        jobs::settle(&context, self.tenant_id, self.job_id, result).await
    }
}
