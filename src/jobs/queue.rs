//! What a background job is, and the queue it waits in. The queue's tables and functions are those
//! of graphile_worker, in the schema `job_queue` (migration 0002).

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Serialize, de::DeserializeOwned};
use sqlx::{PgConnection, PgPool};

use crate::{ids::TenantId, platform::Services};

/// A piece of background work. The struct is the payload: ids only, never text about people.
///
/// A job may run more than once (a worker can die after the work and before the tick), so `run`
/// must be idempotent. Work that keeps a processor busy belongs in `spawn_blocking`: a worker that
/// can't send its heartbeat loses its jobs to another one.
pub trait Job: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Stored with each job: a job whose name is no longer registered is never taken.
    const JOB_NAME: &'static str;

    /// Runs until the job is a dead letter. Waits grow as e^attempt seconds: eight runs span half an hour.
    const MAX_ATTEMPTS: i16 = 8;

    /// Longest time one run may take; then it is stopped and counts as failed.
    const TIME_LIMIT: Duration = Duration::from_secs(600);

    /// Among jobs of one name, a newer one with the same key takes the place of a waiting one. One
    /// that already runs goes on, without retries, beside the newer. Tenants' keys hold the tenant.
    fn dedupe_key(&self) -> Option<String> {
        None
    }

    /// Does the work. It is dropped at its next await when the time limit or a shutdown cuts it off.
    fn run(self, context: JobContext) -> impl Future<Output = Result<(), JobError>> + Send;
}

/// What a running job is given.
#[derive(Clone)]
pub struct JobContext {
    pub services: Services,
    /// Counts from 1.
    pub attempt: i16,
    pub max_attempts: i16,
}

impl JobContext {
    /// Whether a failure now makes the job a dead letter.
    pub fn is_last_attempt(&self) -> bool {
        self.attempt >= self.max_attempts
    }
}

/// Why a run failed. The text is stored and logged, so it holds no personal data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JobError {
    /// May succeed later: tried again until the attempts are used up.
    #[error("{0}")]
    Retry(String),
    /// Can't succeed without a person's help: becomes a dead letter at once.
    #[error("{0}")]
    GiveUp(String),
}

impl From<sqlx::Error> for JobError {
    /// Keeps the error's code only: a database message may quote the value that it rejects.
    fn from(error: sqlx::Error) -> Self {
        let code = error.as_database_error().and_then(|error| error.code());
        Self::Retry(match (code, &error) {
            (Some(code), _) => format!("database error {code}"),
            (None, sqlx::Error::PoolTimedOut) => "no database connection was free".to_owned(),
            (None, sqlx::Error::Io(_)) => "the database connection broke".to_owned(),
            (None, sqlx::Error::RowNotFound) => "a row it needs is missing".to_owned(),
            (None, _) => "database error".to_owned(),
        })
    }
}

/// Adds the job in the caller's transaction: a worker sees it when that commits, never otherwise.
pub async fn enqueue<J: Job>(connection: &mut PgConnection, job: &J) -> Result<(), sqlx::Error> {
    let payload = serde_json::to_value(job).map_err(|error| sqlx::Error::Encode(error.into()))?;
    let key = job.dedupe_key().map(|key| format!("{}:{key}", J::JOB_NAME));
    sqlx::query!(
        "select from job_queue.add_job(
             identifier => $1, payload => $2::jsonb::json, max_attempts => $3, job_key => $4)",
        J::JOB_NAME,
        payload,
        i32::from(J::MAX_ATTEMPTS),
        key,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// How long a job of an organisation that may not change anything waits before it is looked at again.
/// [`wake`] makes it sooner.
const HOLD: Duration = Duration::from_secs(15 * 60);

/// Puts a job that a worker holds back into the queue, with all its attempts: its organisation may not
/// change anything now. The worker then ends the one that it holds.
pub(super) async fn hold(
    pool: &PgPool,
    job_name: &str,
    payload: &serde_json::Value,
    max_attempts: i16,
    key: Option<&str>,
) -> Result<(), sqlx::Error> {
    let seconds = i32::try_from(HOLD.as_secs()).unwrap_or(i32::MAX);
    sqlx::query!(
        "select from job_queue.add_job(
             identifier => $1, payload => $2::jsonb::json, max_attempts => $3, job_key => $4,
             run_at => now() + make_interval(secs => $5))",
        job_name,
        payload,
        i32::from(max_attempts),
        key,
        f64::from(seconds),
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Lets everything of an organisation that waits begin now: it may change things again.
pub async fn wake(connection: &mut PgConnection, tenant_id: TenantId) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update job_queue._private_jobs set run_at = now()
         where payload ->> 'tenant_id' = $1 and locked_at is null and attempts < max_attempts and run_at > now()",
        tenant_id.to_string(),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// A job that used up its attempts or gave up; it waits for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    pub id: i64,
    pub job_name: String,
    pub payload: serde_json::Value,
    pub attempts: i16,
    pub error: Option<String>,
    pub created_at: DateTime<Utc>,
}

/// The newest dead letters, of all tenants: for system admins only.
pub async fn list_dead_letters(connection: &mut PgConnection, limit: i64) -> Result<Vec<DeadLetter>, sqlx::Error> {
    // A job that a newer one replaced is no dead letter: the newer one does its work.
    sqlx::query_as!(
        DeadLetter,
        r#"select jobs.id, tasks.identifier as job_name, jobs.payload, jobs.attempts,
                  coalesce(substring(jobs.last_error from '^TaskError\("(.*)"\)$'), jobs.last_error) as error,
                  jobs.created_at
           from job_queue._private_jobs as jobs
           join job_queue._private_tasks as tasks on tasks.id = jobs.task_id
           where jobs.locked_at is null
             and jobs.attempts >= jobs.max_attempts
             and not exists (select from job_queue._private_job_retirements as retired where retired.id = jobs.id)
           order by jobs.id desc
           limit $1"#,
        limit,
    )
    .fetch_all(connection)
    .await
}

/// Gives a dead letter all its attempts again, from now; false when it isn't a dead letter (any more).
pub async fn retry_dead_letter(connection: &mut PgConnection, id: i64) -> Result<bool, sqlx::Error> {
    let retried = sqlx::query!(
        "select jobs.id
         from job_queue.reschedule_jobs(
             array(select id from job_queue._private_jobs
                   where id = $1 and locked_at is null and attempts >= max_attempts),
             run_at => now(), attempts => 0) as jobs",
        id,
    )
    .fetch_optional(connection)
    .await?;
    Ok(retried.is_some())
}

/// Removes failed jobs that a newer one with the same key replaced; nobody waits for them.
pub(super) async fn delete_replaced_jobs(pool: &PgPool) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "delete from job_queue._private_jobs as jobs
         using job_queue._private_job_retirements as retired
         where retired.id = jobs.id and jobs.locked_at is null and jobs.attempts >= jobs.max_attempts"
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Uses up the attempts of a job that a worker holds, so that its failure makes it a dead letter.
pub(super) async fn exhaust_attempts(pool: &PgPool, id: i64, worker_id: &str) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update job_queue._private_jobs set attempts = max_attempts where id = $1 and locked_by = $2",
        id,
        worker_id,
    )
    .execute(pool)
    .await?;
    Ok(())
}
