//! Background work: the queue, the worker, and what people see of both.

pub mod api;
pub mod components;
pub mod job;
pub mod pages;
pub mod waiting;

#[cfg(feature = "ssr")]
mod cut_off;
#[cfg(feature = "ssr")]
pub mod queue;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
pub mod worker;

#[cfg(feature = "ssr")]
pub use cut_off::end_all_cut_off;
#[cfg(feature = "ssr")]
pub use registry::run_worker;

#[cfg(feature = "ssr")]
mod registry {
    use super::{end_all_cut_off, worker::Worker};
    use crate::{
        accounts,
        analysis::jobs::AnalyseIncident,
        audit::jobs::VerifyAudit,
        chat,
        clarification::jobs::GenerateQuestions,
        data_requests::{self, jobs::FulfilDataRequest},
        debug_log,
        ids::CorrelationId,
        incidents::jobs::EnhanceNarrative,
        knowledge::{
            self,
            jobs::{EmbedDocuments, IngestDocument},
        },
        platform::{Services, serve::DRAIN, trace::Trace},
        prompts::jobs::TryPrompt,
        tenants::acted,
    };
    use std::{
        num::NonZeroUsize,
        time::{Duration, Instant},
    };
    use tokio_util::sync::CancellationToken;

    const HOUSEKEEPING_INTERVAL: Duration = Duration::from_secs(15 * 60);
    /// Looking through all files takes a request for every thousand of them.
    const FILES_INTERVAL: Duration = Duration::from_secs(24 * 60 * 60);

    /// Runs every job of the product until told to stop.
    pub async fn run_worker(services: Services, stop: CancellationToken) -> anyhow::Result<()> {
        let log = services.log.clone();
        let housekeeping = services.tasks.spawn(keep_house(services.clone(), stop.clone()));
        let trace = Trace::new(log.clone(), CorrelationId::generate(), "worker");
        let worker = Worker::new(services.pool.clone(), services)
            .register::<GenerateQuestions>()
            .register::<EnhanceNarrative>()
            .register::<AnalyseIncident>()
            .register::<TryPrompt>()
            .register::<EmbedDocuments>()
            .register::<IngestDocument>()
            .register::<VerifyAudit>()
            .register::<FulfilDataRequest>()
            .concurrency(NonZeroUsize::new(4).unwrap_or(NonZeroUsize::MIN))
            .grace_period(DRAIN)
            .run(stop);
        let outcome = trace.follow(worker).await;
        let _ = housekeeping.await;
        log.flush().await;
        Ok(outcome?)
    }

    /// Removes expired sessions, links and counts, and ends answers that nobody writes and jobs that nobody
    /// runs, now and then; once a day it removes files that no document names.
    async fn keep_house(services: Services, stop: CancellationToken) {
        let mut files_kept_at: Option<Instant> = None;
        loop {
            let trace = Trace::new(services.log.clone(), CorrelationId::generate(), "housekeeping");
            trace.follow(tidy_up(&services)).await;
            if files_kept_at.is_none_or(|at| at.elapsed() >= FILES_INTERVAL) {
                files_kept_at = Some(Instant::now());
                let trace = Trace::new(services.log.clone(), CorrelationId::generate(), "housekeeping");
                stop.run_until_cancelled(trace.follow(remove_files(&services))).await;
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(HOUSEKEEPING_INTERVAL) => {}
            }
        }
    }

    async fn remove_files(services: &Services) {
        if let Err(error) = knowledge::housekeeping::delete_all_unnamed(services).await {
            tracing::warn!(error.kind = ?error, "files that no document names could not be removed");
        }
    }

    async fn tidy_up(services: &Services) {
        if let Err(error) = accounts::store::delete_expired_credentials(&services.pool).await {
            tracing::warn!(error.kind = ?error, "expired sessions could not be removed");
        }
        if let Err(error) = chat::housekeeping::end_all_interrupted(&services.pool).await {
            tracing::warn!(error.kind = ?error, "interrupted answers could not be ended");
        }
        if let Err(error) = acted::end_all_over(&services.pool).await {
            tracing::warn!(error.kind = ?error, "times of acting as somebody could not be ended");
        }
        if let Err(error) = end_all_cut_off(&services.pool).await {
            tracing::warn!(error.kind = ?error, "jobs that were cut off could not be ended");
        }
        if let Err(error) = data_requests::housekeeping::remove_all_expired(services).await {
            tracing::warn!(error.kind = ?error, "expired files of data requests could not be removed");
        }
        if let Err(error) = debug_log::housekeeping::delete_all_expired(&services.pool).await {
            tracing::warn!(error.kind = ?error, "old lines of the debug log could not be removed");
        }
    }
}
