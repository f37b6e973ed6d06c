//! Takes jobs from the queue and runs them, several at a time, until it is told to stop.

use std::fmt;
use std::num::NonZeroUsize;
use std::time::{Duration, Instant};

use graphile_worker::{
    FailureReason, IntoTaskHandlerResult, JobDefinition, JobRecovery, JobRecoveryContext, JobRecoveryResult,
    TaskHandler, WorkerContext, WorkerOptions, WorkerRecoveryConfig, WorkerShutdownConfig,
};
use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;

use super::queue::{self, Job, JobContext, JobError};
use crate::{
    error::AppError,
    ids::CorrelationId,
    platform::{Services, database::TenantTx, trace::Trace},
    tenants::store::standing::find_standing,
};

const SCHEMA: &str = "job_queue";

/// A notification wakes the worker at once; the poll finds retries that fall due and lost notifications.
const POLL_INTERVAL: Duration = Duration::from_secs(1);

// A dead worker's job waits for the threshold and at most one sweep, 40 s together; the promise is 60.
const HEARTBEAT_INTERVAL: Duration = Duration::from_secs(5);
const DEAD_AFTER: Duration = Duration::from_secs(30);
const SWEEP_INTERVAL: Duration = Duration::from_secs(10);

/// Wait before a worker that lost the database starts again.
const RESTART_DELAY: Duration = Duration::from_secs(3);

/// One connection listens, one sends heartbeats, the others take and finish jobs: short statements all.
const QUEUE_CONNECTIONS: u32 = 5;

/// Builds and runs the worker of this process.
pub struct Worker {
    pool: PgPool,
    services: Services,
    jobs: Vec<JobDefinition>,
    concurrency: NonZeroUsize,
    grace_period: Duration,
}

/// Why a worker couldn't start or had to stop.
#[derive(Debug, thiserror::Error)]
pub enum WorkerError {
    #[error(
        "the job queue can't be reached, or its migration or the role's membership of supportsignal_runtime is missing: {0}"
    )]
    Start(#[from] graphile_worker::WorkerBuildError),
    #[error("the job worker stopped: {0}")]
    Stopped(#[from] graphile_worker::runner::WorkerRuntimeError),
    #[error("the job queue can't be tidied: {0}")]
    Tidy(#[from] sqlx::Error),
}

impl Worker {
    /// A worker without jobs; `pool` says where the queue is and as whom to sign in.
    pub fn new(pool: PgPool, services: Services) -> Self {
        Self { pool, services, jobs: Vec::new(), concurrency: NonZeroUsize::MIN, grace_period: Duration::from_secs(30) }
    }

    /// Lets this worker take jobs of type `J`.
    pub fn register<J: Job>(mut self) -> Self {
        self.jobs.push(Handler::<J>::definition());
        self
    }

    /// How many jobs run at the same time (1 unless set).
    pub fn concurrency(mut self, concurrency: NonZeroUsize) -> Self {
        self.concurrency = concurrency;
        self
    }

    /// How long running jobs may go on after `stop`; then they are returned to the queue (30 s unless set).
    pub fn grace_period(mut self, grace_period: Duration) -> Self {
        self.grace_period = grace_period;
        self
    }

    /// Works until `stop` fires and running jobs are done. An error at the start is returned; later
    /// ones (the database restarts, a connection breaks) are logged and survived.
    pub async fn run(self, stop: CancellationToken) -> Result<(), WorkerError> {
        let queue_pool = self.queue_pool();
        let worker = self.build(&queue_pool, &stop).await?;
        let mut outcome = worker.run().await.map_err(WorkerError::from);
        while let Err(error) = outcome {
            tracing::error!(error = %error, "The job worker stopped and will start again");
            tokio::select! {
                biased;
                () = stop.cancelled() => break,
                () = tokio::time::sleep(RESTART_DELAY) => {}
            }
            outcome = match self.build(&queue_pool, &stop).await {
                Ok(worker) => worker.run().await.map_err(WorkerError::from),
                Err(error) => Err(error),
            };
        }
        Ok(())
    }

    /// Connections of the queue's own: jobs that use up the shared pool must not hold up the
    /// heartbeat, or another worker would take them for a dead worker's and run them a second time.
    fn queue_pool(&self) -> PgPool {
        let options = self.pool.options().clone().min_connections(0).max_connections(QUEUE_CONNECTIONS);
        options.connect_lazy_with(self.pool.connect_options().as_ref().clone())
    }

    async fn build(
        &self,
        queue_pool: &PgPool,
        stop: &CancellationToken,
    ) -> Result<graphile_worker::Worker, WorkerError> {
        let recovery = WorkerRecoveryConfig::default()
            .heartbeat_interval(HEARTBEAT_INTERVAL)
            .sweep_threshold(DEAD_AFTER)
            .sweep_interval(SWEEP_INTERVAL)
            .recovery_delay(Duration::ZERO);
        let shutdown = WorkerShutdownConfig::default()
            .listen_os_shutdown_signals(false)
            .shutdown_signal(stop.clone().cancelled_owned())
            .grace_period(self.grace_period)
            .interrupted_job_retry_delay(Duration::ZERO);
        let worker = WorkerOptions::default()
            .pg_pool(queue_pool.clone())
            .schema(SCHEMA)
            .concurrency(self.concurrency.get())
            .poll_interval(POLL_INTERVAL)
            .worker_recovery(recovery)
            .worker_shutdown(shutdown)
            .on(JobRecovery, |interrupted| std::future::ready(keep_crashed_attempt(&interrupted)))
            .add_extension(Shared { services: self.services.clone(), queue_pool: queue_pool.clone() })
            .define_jobs(self.jobs.clone())
            .init()
            .await?;
        queue::delete_replaced_jobs(queue_pool).await?;
        Ok(worker)
    }
}

/// The library gives an interrupted job its attempt back. That is right after a shutdown; after a
/// crash it would let a job that kills its worker run, and kill, for ever.
fn keep_crashed_attempt(interrupted: &JobRecoveryContext) -> JobRecoveryResult {
    match interrupted.reason {
        FailureReason::WorkerCrashed => JobRecoveryResult::Reschedule {
            run_at: *interrupted.job.run_at(),
            attempts: Some(*interrupted.job.attempts()),
        },
        _ => JobRecoveryResult::Default,
    }
}

#[derive(Clone)]
struct Shared {
    services: Services,
    queue_pool: PgPool,
}

impl fmt::Debug for Shared {
    // The library asks for Debug; services hold keys that must not be printed.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Shared")
    }
}

/// Our job as the library's task.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct Handler<J>(J);

impl<J: Job> TaskHandler for Handler<J> {
    const IDENTIFIER: &'static str = J::JOB_NAME;

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let Some(shared) = context.get_ext::<Shared>() else {
            return Err(Failure("the worker has no services".to_owned()));
        };
        // Its own id only until it learns in which trace it was asked for.
        let log = shared.services.log.clone();
        let trace = Trace::new(log, CorrelationId::generate(), format!("job {}", J::JOB_NAME));
        trace.follow(self.take_turn(shared, &context)).await
    }
}

impl<J: Job> Handler<J> {
    async fn take_turn(self, shared: &Shared, context: &WorkerContext) -> Result<(), Failure> {
        let job = context.job();
        match may_run(&shared.services, job.payload()).await {
            Ok(true) => {}
            Ok(false) => {
                let key = job.key().as_deref();
                let held = queue::hold(&shared.queue_pool, J::JOB_NAME, job.payload(), *job.max_attempts(), key).await;
                return held.map_err(|error| Failure(JobError::from(error).to_string()));
            }
            Err(error) => return Err(Failure(error.to_string())),
        }
        let job_context = JobContext {
            services: shared.services.clone(),
            attempt: *job.attempts(),
            max_attempts: *job.max_attempts(),
        };
        let result = run_attempt(self.0, job_context).await;
        if let Err(JobError::GiveUp(_)) = &result
            && let Err(error) = queue::exhaust_attempts(&shared.queue_pool, *job.id(), context.worker_id()).await
        {
            tracing::warn!(job.id = job.id(), error = %error, "A job that gave up could not be set aside and will be tried again");
        }
        result.map_err(|error| Failure(error.to_string()))
    }
}

/// Whether the job's organisation may change anything now. What belongs to none may always run.
async fn may_run(services: &Services, payload: &serde_json::Value) -> Result<bool, AppError> {
    let tenant_id = payload.get("tenant_id").and_then(serde_json::Value::as_str).and_then(|id| id.parse().ok());
    let Some(tenant_id) = tenant_id else {
        return Ok(true);
    };
    let mut tx = TenantTx::begin_for_system(&services.pool, tenant_id).await?;
    Ok(find_standing(&mut tx).await?.may_write())
}

/// Runs a job once and says how it went.
async fn run_attempt<J: Job>(job: J, context: JobContext) -> Result<(), JobError> {
    let (attempt, is_last) = (context.attempt, context.is_last_attempt());
    let started = Instant::now();
    let result = match tokio::time::timeout(J::TIME_LIMIT, job.run(context)).await {
        Ok(result) => result,
        Err(_) => Err(JobError::Retry(format!("it took longer than {} s", J::TIME_LIMIT.as_secs()))),
    };
    let (job_kind, duration_ms) = (J::JOB_NAME, u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX));
    match &result {
        Ok(()) => tracing::info!(job.kind = job_kind, job.attempt = attempt, duration_ms, "an attempt at a job ended"),
        Err(JobError::Retry(reason)) if !is_last => tracing::warn!(
            job.kind = job_kind,
            job.attempt = attempt,
            duration_ms,
            error.reason = reason.as_str(),
            "an attempt at a job failed; it is tried again"
        ),
        Err(JobError::Retry(reason) | JobError::GiveUp(reason)) => tracing::error!(
            job.kind = job_kind,
            job.attempt = attempt,
            duration_ms,
            error.reason = reason.as_str(),
            "a job gave up"
        ),
    }
    result
}

/// The library stores an error as its Debug text.
struct Failure(String);

impl fmt::Debug for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
