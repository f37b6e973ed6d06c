//! The `jobs` table: what people see of background work. The queue itself belongs to the library.

use super::job::{JobRow, JobState, JobStatus};
use crate::{
    error::AppError,
    ids::{CorrelationId, JobId, UserId},
    platform::{database::TenantTx, trace},
};
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// Notes new work on a subject. `None` if the same work is already waiting or running, so that
/// asking twice makes one job. Work that was cut off in its last attempt is neither.
pub async fn insert_job(
    tx: &mut TenantTx,
    kind: &str,
    subject_type: &str,
    subject_id: Uuid,
    correlation_id: CorrelationId,
) -> Result<Option<JobId>, AppError> {
    end_cut_off(tx, kind, subject_id).await?;
    let (tenant_id, user_id) = (tx.tenant_id(), tx.user_id());
    let row = sqlx::query_scalar!(
        r#"insert into jobs (tenant_id, id, kind, subject_type, subject_id, correlation_id, requested_by)
           values ($1, $2, $3, $4, $5, $6, $7)
           on conflict (tenant_id, kind, subject_id) where status in ('queued', 'running', 'failed') do nothing
           returning id as "id: JobId""#,
        tenant_id.uuid(),
        JobId::generate().uuid(),
        kind,
        subject_type,
        subject_id,
        correlation_id.uuid(),
        user_id.map(|id| id.uuid()),
    )
    .fetch_optional(tx.connection())
    .await?;
    if let Some(id) = row {
        tracing::info!(job.kind = kind, job.id = %id, "a job is asked for");
    }
    Ok(row)
}

/// Notes that a job is dead which the queue has given up without its worker's word: the worker died, or
/// the time limit cut off the last attempt. False if there is no such job.
pub async fn end_cut_off(tx: &mut TenantTx, kind: &str, subject_id: Uuid) -> Result<bool, AppError> {
    let tenant_id = tx.tenant_id();
    let ended = sqlx::query!(
        "update jobs j
         set status = 'dead', finished_at = now(), error = coalesce(error, 'It was cut off too often.')
         where tenant_id = $1 and kind = $2 and subject_id = $3 and status in ('queued', 'running', 'failed')
           and not exists (select from job_queue._private_jobs q
                           join job_queue._private_tasks t on t.id = q.task_id
                           where t.identifier = $2 and q.payload ->> 'job_id' = j.id::text
                             and (q.locked_at is not null or q.attempts < q.max_attempts))",
        tenant_id.uuid(),
        kind,
        subject_id,
    )
    .execute(tx.connection())
    .await?;
    Ok(ended.rows_affected() > 0)
}

/// Kind and subject of what [`end_cut_off`] would end.
pub async fn list_cut_off(tx: &mut TenantTx) -> Result<Vec<(String, Uuid)>, AppError> {
    let tenant_id = tx.tenant_id();
    let rows = sqlx::query!(
        "select kind, subject_id from jobs j
         where tenant_id = $1 and status in ('queued', 'running', 'failed')
           and not exists (select from job_queue._private_jobs q
                           join job_queue._private_tasks t on t.id = q.task_id
                           where t.identifier = j.kind and q.payload ->> 'job_id' = j.id::text
                             and (q.locked_at is not null or q.attempts < q.max_attempts))
         order by created_at, id",
        tenant_id.uuid(),
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(rows.into_iter().map(|row| (row.kind, row.subject_id)).collect())
}

/// Holds the waiting or running job of a kind on a subject, if there is one, until the transaction ends:
/// for a job that ends only when nothing is left to do, and for those who add to what it has to do.
pub async fn lock_open(tx: &mut TenantTx, kind: &str, subject_id: Uuid) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    sqlx::query!(
        "select id from jobs
         where tenant_id = $1 and kind = $2 and subject_id = $3 and status in ('queued', 'running', 'failed')
         for update",
        tenant_id.uuid(),
        kind,
        subject_id,
    )
    .fetch_optional(tx.connection())
    .await?;
    Ok(())
}

/// The latest job of a kind on a subject.
pub async fn find_latest(
    tx: &mut TenantTx,
    kind: &str,
    subject_type: &str,
    subject_id: Uuid,
) -> Result<Option<JobState>, AppError> {
    let tenant_id = tx.tenant_id();
    let row = sqlx::query!(
        r#"select id as "id: JobId", status, progress, error from jobs
           where tenant_id = $1 and subject_type = $2 and subject_id = $3 and kind = $4
           order by created_at desc, id desc limit 1"#,
        tenant_id.uuid(),
        subject_type,
        subject_id,
        kind,
    )
    .fetch_optional(tx.connection())
    .await?;
    row.map(|row| {
        Ok(JobState { id: row.id, status: status_of(&row.status)?, progress: row.progress, error: row.error })
    })
    .transpose()
}

struct RawJob {
    id: JobId,
    kind: String,
    status: String,
    attempt: i16,
    error: Option<String>,
    created_at: DateTime<Utc>,
    finished_at: Option<DateTime<Utc>>,
    trace: CorrelationId,
}

impl RawJob {
    fn into_row(self) -> Result<JobRow, AppError> {
        Ok(JobRow {
            id: self.id,
            kind: self.kind,
            status: status_of(&self.status)?,
            attempt: self.attempt,
            error: self.error,
            created_at: self.created_at,
            finished_at: self.finished_at,
            trace: self.trace,
        })
    }
}

/// The tenant's latest jobs, those that gave up first.
pub async fn list_jobs(tx: &mut TenantTx, limit: i64) -> Result<Vec<JobRow>, AppError> {
    let tenant_id = tx.tenant_id();
    let rows = sqlx::query_as!(
        RawJob,
        r#"select id as "id: JobId", kind, status, attempt, error, created_at, finished_at,
                  correlation_id as "trace: CorrelationId"
           from jobs
           where tenant_id = $1
           order by (status = 'dead') desc, created_at desc, id desc limit $2"#,
        tenant_id.uuid(),
        limit,
    )
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter().map(RawJob::into_row).collect()
}

/// The jobs of one trace, oldest first.
pub async fn list_traced(tx: &mut TenantTx, trace: CorrelationId) -> Result<Vec<JobRow>, AppError> {
    let tenant_id = tx.tenant_id();
    let rows = sqlx::query_as!(
        RawJob,
        r#"select id as "id: JobId", kind, status, attempt, error, created_at, finished_at,
                  correlation_id as "trace: CorrelationId"
           from jobs
           where tenant_id = $1 and correlation_id = $2
           order by created_at, id limit 100"#,
        tenant_id.uuid(),
        trace.uuid(),
    )
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter().map(RawJob::into_row).collect()
}

/// For whom a job runs.
#[derive(Debug, Clone, Copy)]
pub struct Attempt {
    pub requested_by: Option<UserId>,
    pub correlation_id: CorrelationId,
}

/// An attempt begins. None if the job is already done, which a second delivery of it finds out here.
pub async fn start_attempt(tx: &mut TenantTx, id: JobId) -> Result<Option<Attempt>, AppError> {
    let tenant_id = tx.tenant_id();
    let attempt = sqlx::query_as!(
        Attempt,
        r#"update jobs set status = 'running', attempt = attempt + 1, started_at = coalesce(started_at, now()), error = null
           where tenant_id = $1 and id = $2 and status in ('queued', 'running', 'failed')
           returning requested_by as "requested_by: UserId", correlation_id as "correlation_id: CorrelationId""#,
        tenant_id.uuid(),
        id.uuid(),
    )
    .fetch_optional(tx.connection())
    .await?;
    if let Some(attempt) = attempt {
        trace::adopt(attempt.correlation_id);
    }
    Ok(attempt)
}

/// How far the work is: 0 to 100.
pub async fn set_progress(tx: &mut TenantTx, id: JobId, percent: i16) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    sqlx::query!(
        "update jobs set progress = $3 where tenant_id = $1 and id = $2 and status in ('queued', 'running', 'failed')",
        tenant_id.uuid(),
        id.uuid(),
        percent,
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// The work is done, in the transaction that did it.
pub async fn complete(tx: &mut TenantTx, id: JobId, result: serde_json::Value) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    sqlx::query!(
        "update jobs set status = 'completed', progress = 100, result = $3, finished_at = now()
         where tenant_id = $1 and id = $2 and status in ('queued', 'running', 'failed')",
        tenant_id.uuid(),
        id.uuid(),
        result,
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Work of a kind on a subject isn't wanted any more: an attempt that begins later finds nothing to do, and
/// the same work can be asked for anew.
pub async fn withdraw(tx: &mut TenantTx, kind: &str, subject_id: Uuid) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    sqlx::query!(
        r#"update jobs set status = 'completed', result = '{"withdrawn": true}', finished_at = now()
           where tenant_id = $1 and kind = $2 and subject_id = $3 and status in ('queued', 'running', 'failed')"#,
        tenant_id.uuid(),
        kind,
        subject_id,
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// An attempt failed; it was the last one, or there will be another. `error` is a sentence for people.
pub async fn fail(tx: &mut TenantTx, id: JobId, error: &str, is_last: bool) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    sqlx::query!(
        "update jobs set status = case when $4 then 'dead' else 'failed' end, error = left($3, 500),
                finished_at = case when $4 then now() end
         where tenant_id = $1 and id = $2 and status in ('queued', 'running', 'failed')",
        tenant_id.uuid(),
        id.uuid(),
        error,
        is_last,
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

fn status_of(text: &str) -> Result<JobStatus, AppError> {
    JobStatus::parse(text).ok_or(AppError::Internal)
}

/// Ends an attempt: a failure is noted where people see it and handed to the queue, which tries
/// again with growing waits.
pub async fn settle(
    context: &super::queue::JobContext,
    tenant_id: crate::ids::TenantId,
    id: JobId,
    result: Result<(), AppError>,
) -> Result<(), super::queue::JobError> {
    let Err(error) = result else {
        metrics::counter!("jobs_completed_total").increment(1);
        return Ok(());
    };
    metrics::counter!("jobs_failed_total").increment(1);
    let is_last = context.is_last_attempt();
    let noted = async {
        let mut tx = TenantTx::begin_for_system(&context.services.pool, tenant_id).await?;
        fail(&mut tx, id, &error.to_string(), is_last).await?;
        tx.commit().await
    };
    if let Err(error) = noted.await {
        tracing::warn!(job.id = %id, error.kind = ?error, "a failed attempt could not be noted");
    }
    Err(super::queue::JobError::Retry(error.to_string()))
}
