//! Vectors for passages that have none of the model in use.
//!
//! Works in small batches, each kept at once, so that a worker that dies loses one batch at most. When
//! another model has been chosen, its vectors are made beside the old ones, which search uses until the
//! new ones are complete.

use crate::{
    ai::{
        client::Purpose,
        embeddings::{EmbeddingProblem, provider},
        provider::FallbackReason,
        run::Caller,
    },
    error::AppError,
    ids::{ChunkId, CorrelationId, DocumentId, JobId, TenantId, UserId},
    jobs::{
        queue::{self, Job, JobContext, JobError},
        store as jobs,
    },
    knowledge::{
        embedding_model::EmbeddingModel,
        store::{
            embedding_settings,
            embeddings::{self, Unembedded},
        },
    },
    platform::{Services, database::TenantTx},
    providers::provider_settings::problem_sentence,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::{
    slice,
    time::{Duration, Instant},
};

/// The subject type of the job; its subject is the tenant.
const SUBJECT: &str = "tenant";

/// Passages that are embedded and kept together.
const BATCH: i64 = 32;

/// After this long the job makes room for others and queues up again.
const SLICE: Duration = Duration::from_secs(120);

/// Embeds every passage of a tenant that has no vector yet.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EmbedDocuments {
    pub tenant_id: TenantId,
    pub job_id: JobId,
}

/// How a run ended that didn't fail.
enum Progress {
    Done,
    /// There is more to do.
    OutOfTime,
    /// The model on this machine isn't installed; it may be one day.
    NoModel,
}

/// Why a batch got no vectors.
enum Trouble {
    /// It may be one text's fault: the others may do without it.
    Texts(AppError),
    Other(AppError),
}

impl From<AppError> for Trouble {
    fn from(error: AppError) -> Self {
        Self::Other(error)
    }
}

/// How the batches of a run went.
#[derive(Default)]
struct Tally {
    has_kept: bool,
    /// The first one about texts.
    error: Option<AppError>,
}

impl Tally {
    /// False: the model on this machine isn't installed.
    fn note(&mut self, outcome: Result<bool, Trouble>) -> Result<bool, AppError> {
        match outcome {
            Ok(is_kept) => {
                self.has_kept |= is_kept;
                Ok(is_kept)
            }
            Err(Trouble::Texts(error)) => {
                self.error.get_or_insert(error);
                Ok(true)
            }
            Err(Trouble::Other(error)) => Err(error),
        }
    }
}

impl EmbedDocuments {
    /// Asks for the work in the caller's transaction, once a tenant at a time: to be called whenever
    /// passages were written, and when the choice of a model changes.
    pub async fn request(tx: &mut TenantTx) -> Result<(), AppError> {
        let tenant_id = tx.tenant_id();
        // A job that is about to end is waited for; one that goes on waits for the caller and so sees
        // what the caller wrote.
        jobs::lock_open(tx, Self::JOB_NAME, tenant_id.uuid()).await?;
        let correlation_id = CorrelationId::current();
        if let Some(job_id) = jobs::insert_job(tx, Self::JOB_NAME, SUBJECT, tenant_id.uuid(), correlation_id).await? {
            queue::enqueue(tx.connection(), &Self { tenant_id, job_id }).await?;
        }
        Ok(())
    }

    async fn embed(&self, context: &JobContext) -> Result<(), AppError> {
        let services = &context.services;
        let mut tx = self.begin(services).await?;
        let Some(attempt) = jobs::start_attempt(&mut tx, self.job_id).await? else {
            return Ok(());
        };
        let mut settings = embedding_settings::find_settings(&mut tx).await?;
        tx.commit().await?;
        let run = Run { job: self, services, attempt, ends: Instant::now() + SLICE };
        loop {
            if settings.in_use != settings.wanted {
                // Search still uses these, so new passages get them, too; what matters is the wanted model.
                let _ = run.embed_all(&settings.in_use).await;
            }
            match run.embed_all(&settings.wanted).await? {
                Progress::Done => (),
                Progress::OutOfTime => return self.queue_up_again(services).await,
                Progress::NoModel => return self.complete_without_model(services).await,
            }
            let mut tx = self.begin(services).await?;
            let has_switched = embedding_settings::switch_to(&mut tx, &settings.wanted).await?;
            tx.commit().await?;
            if has_switched && self.complete(services, &settings.wanted).await? {
                return Ok(());
            }
            let mut tx = self.begin(services).await?;
            settings = embedding_settings::find_settings(&mut tx).await?;
        }
    }

    async fn begin(&self, services: &Services) -> Result<TenantTx, AppError> {
        TenantTx::begin_for_system(&services.pool, self.tenant_id).await
    }

    async fn queue_up_again(&self, services: &Services) -> Result<(), AppError> {
        let mut tx = self.begin(services).await?;
        queue::enqueue(tx.connection(), self).await?;
        tx.commit().await
    }

    async fn complete_without_model(&self, services: &Services) -> Result<(), AppError> {
        let mut tx = self.begin(services).await?;
        jobs::complete(&mut tx, self.job_id, json!({ "problem": "no_model" })).await?;
        tx.commit().await
    }

    /// Ends the job, unless there is something to do after all: see [`Self::request`].
    async fn complete(&self, services: &Services, model: &EmbeddingModel) -> Result<bool, AppError> {
        let mut tx = self.begin(services).await?;
        jobs::lock_open(&mut tx, Self::JOB_NAME, self.tenant_id.uuid()).await?;
        let is_wanted = embedding_settings::find_settings(&mut tx).await?.wanted == *model;
        if !is_wanted || embeddings::count_missing(&mut tx, &model.to_string()).await? > 0 {
            return Ok(false);
        }
        let passages = embeddings::count_passages(&mut tx).await?;
        jobs::complete(&mut tx, self.job_id, json!({ "passages": passages })).await?;
        tx.commit().await?;
        Ok(true)
    }
}

impl Job for EmbedDocuments {
    const JOB_NAME: &'static str = "embed_documents";

    async fn run(self, context: JobContext) -> Result<(), JobError> {
        let result = self.embed(&context).await;
        jobs::settle(&context, self.tenant_id, self.job_id, result).await
    }
}

/// One run of the job.
struct Run<'a> {
    job: &'a EmbedDocuments,
    services: &'a Services,
    attempt: jobs::Attempt,
    ends: Instant,
}

impl Run<'_> {
    async fn embed_all(&self, model: &EmbeddingModel) -> Result<Progress, AppError> {
        let name = model.to_string();
        let mut after: Option<ChunkId> = None;
        let mut tally = Tally::default();
        loop {
            let mut tx = self.job.begin(self.services).await?;
            let passages = embeddings::list_unembedded(&mut tx, &name, after, BATCH).await?;
            tx.commit().await?;
            let Some(last) = passages.last() else {
                return tally.error.map_or(Ok(Progress::Done), Err);
            };
            after = Some(last.chunk_id);
            if !self.embed_batch(model, &passages, &mut tally).await? {
                return Ok(Progress::NoModel);
            }
            self.tell_progress(&name).await?;
            if self.is_out_of_time() {
                return match tally.error {
                    // Queueing up again would go on for ever.
                    Some(error) if !tally.has_kept => Err(error),
                    _ => Ok(Progress::OutOfTime),
                };
            }
        }
    }

    fn is_out_of_time(&self) -> bool {
        Instant::now() >= self.ends
    }

    /// One by one if they don't go together, so that a text that can't be embedded holds up no other.
    /// False: the model on this machine isn't installed.
    async fn embed_batch(
        &self,
        model: &EmbeddingModel,
        passages: &[Unembedded],
        tally: &mut Tally,
    ) -> Result<bool, AppError> {
        let outcome = self.embed_together(model, passages).await;
        if passages.len() == 1 || !matches!(outcome, Err(Trouble::Texts(_))) {
            return tally.note(outcome);
        }
        for passage in passages {
            if !tally.note(self.embed_together(model, slice::from_ref(passage)).await)? {
                return Ok(false);
            }
            if self.is_out_of_time() {
                break;
            }
        }
        Ok(true)
    }

    /// False: the model on this machine isn't installed.
    async fn embed_together(&self, model: &EmbeddingModel, passages: &[Unembedded]) -> Result<bool, Trouble> {
        let texts: Vec<String> = passages.iter().map(|passage| passage.text.clone()).collect();
        let Some(vectors) = self.vectors(model, texts).await? else {
            return Ok(false);
        };
        self.keep(&model.to_string(), passages, vectors).await?;
        Ok(true)
    }

    /// Nothing: the model on this machine isn't installed.
    async fn vectors(&self, model: &EmbeddingModel, texts: Vec<String>) -> Result<Option<Vec<Vec<f32>>>, Trouble> {
        let EmbeddingModel::Provider { provider_id, ai_model } = model else {
            return match self.services.embedder.embed(texts).await {
                Ok(vectors) => Ok(Some(vectors)),
                Err(EmbeddingProblem::NoModel) => Ok(None),
                Err(_) => Err(Trouble::Texts(AppError::Internal)),
            };
        };
        let caller = Caller {
            tenant_id: self.job.tenant_id,
            // Nobody's limit: documents are everybody's.
            user_id: None::<UserId>,
            incident_id: None,
            correlation_id: self.attempt.correlation_id,
            is_trial: false,
        };
        let made = provider::embed(self.services, &caller, *provider_id, ai_model, &texts, Purpose::Passages).await?;
        made.map(Some).map_err(|reason| {
            let error = AppError::not_possible(problem_sentence(reason));
            if may_be_the_texts(reason) { Trouble::Texts(error) } else { Trouble::Other(error) }
        })
    }

    async fn keep(&self, model: &str, passages: &[Unembedded], vectors: Vec<Vec<f32>>) -> Result<(), AppError> {
        let mut documents: Vec<DocumentId> = passages.iter().map(|passage| passage.document_id).collect();
        documents.sort_unstable();
        documents.dedup();
        let mut tx = self.job.begin(self.services).await?;
        embeddings::insert_vectors(&mut tx, model, passages, vectors).await?;
        if embedding_settings::find_settings(&mut tx).await?.in_use.to_string() == model {
            embeddings::count_embedded(&mut tx, model, Some(&documents)).await?;
        }
        tx.commit().await
    }

    /// In a transaction of its own: holding the job's row and documents together could lock up with
    /// somebody who writes a document and then asks for this job.
    async fn tell_progress(&self, model: &str) -> Result<(), AppError> {
        let mut tx = self.job.begin(self.services).await?;
        let all = embeddings::count_passages(&mut tx).await?.max(1);
        let missing = embeddings::count_missing(&mut tx, model).await?;
        let percent = i16::try_from((all - missing).max(0) * 100 / all).unwrap_or(100);
        jobs::set_progress(&mut tx, self.job.job_id, percent).await?;
        tx.commit().await
    }
}

/// Whether other texts might have got vectors.
const fn may_be_the_texts(reason: FallbackReason) -> bool {
    matches!(
        reason,
        FallbackReason::TimedOut
            | FallbackReason::ProviderFailed
            | FallbackReason::Refused
            | FallbackReason::Truncated
            | FallbackReason::InvalidOutput
    )
}
