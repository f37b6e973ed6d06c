//! The queries of the debug log.

use super::{
    line::{Cursor, LogFilter, LogLevel, LogLine, PAGE_SIZE, TraceName},
    writer::NewLine,
};
use crate::{
    error::AppError,
    ids::{CorrelationId, DebugLogId, TenantId},
    platform::database::TenantTx,
};
use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgPool;
use uuid::Uuid;

/// Lines of one trace that are shown.
const MOST_OF_A_TRACE: i64 = 500;

/// How many lines are removed at a time.
pub const DELETE_BATCH: u64 = 1_000;

/// Writes lines of one tenant.
pub async fn insert_lines(pool: &PgPool, tenant_id: TenantId, lines: &[NewLine]) -> Result<(), AppError> {
    let ids: Vec<Uuid> = lines.iter().map(|line| line.id.uuid()).collect();
    let times: Vec<DateTime<Utc>> = lines.iter().map(|line| line.occurred_at).collect();
    let traces: Vec<Uuid> = lines.iter().map(|line| line.trace_id.uuid()).collect();
    let levels: Vec<String> = lines.iter().map(|line| line.level.as_str().to_owned()).collect();
    let systems: Vec<String> = lines.iter().map(|line| line.system.clone()).collect();
    let messages: Vec<String> = lines.iter().map(|line| line.message.clone()).collect();
    let contexts: Vec<Value> = lines.iter().map(|line| Value::Object(line.context.clone())).collect();
    let stacks: Vec<String> = lines.iter().map(|line| line.stack.clone().unwrap_or_default()).collect();
    let mut tx = TenantTx::begin_for_system(pool, tenant_id).await?;
    sqlx::query!(
        "insert into debug_logs (tenant_id, id, occurred_at, trace_id, level, system, message, context, stack)
         select $1, id, occurred_at, trace_id, level, system, message, context, nullif(stack, '')
         from unnest($2::uuid[], $3::timestamptz[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::jsonb[], $9::text[])
              as line (id, occurred_at, trace_id, level, system, message, context, stack)",
        tenant_id.uuid(),
        &ids,
        &times,
        &traces,
        &levels,
        &systems,
        &messages,
        &contexts,
        &stacks,
    )
    .execute(tx.connection())
    .await?;
    tx.commit().await
}

struct RawLine {
    id: DebugLogId,
    occurred_at: DateTime<Utc>,
    trace_id: Option<CorrelationId>,
    level: String,
    system: String,
    message: String,
    context: Value,
    stack: Option<String>,
}

impl RawLine {
    fn into_line(self) -> Result<LogLine, AppError> {
        Ok(LogLine {
            id: self.id,
            occurred_at: self.occurred_at,
            trace_id: self.trace_id,
            level: LogLevel::parse(&self.level).ok_or(AppError::Internal)?,
            system: self.system,
            message: self.message,
            context: self.context,
            stack: self.stack,
        })
    }
}

/// One page, newest first, and the cursor of the next.
pub async fn list_lines(tx: &mut TenantTx, filter: &LogFilter) -> Result<(Vec<LogLine>, Option<Cursor>), AppError> {
    let tenant_id = tx.tenant_id();
    let after = filter.after();
    let mut rows = sqlx::query_as!(
        RawLine,
        r#"select id as "id: DebugLogId", occurred_at, trace_id as "trace_id: CorrelationId", level, system, message,
                  context, stack
           from debug_logs
           where tenant_id = $1 and ($2::text is null or level = $2) and ($3::text is null or system = $3)
             and ($4::timestamptz is null or (occurred_at, id) < ($4, $5::uuid))
           order by occurred_at desc, id desc limit $6"#,
        tenant_id.uuid(),
        filter.level().map(LogLevel::as_str),
        filter.system(),
        after.map(|cursor| cursor.at),
        after.map(|cursor| cursor.id.uuid()),
        i64::try_from(PAGE_SIZE + 1).unwrap_or(i64::MAX),
    )
    .fetch_all(tx.connection())
    .await?;
    let has_more = rows.len() > PAGE_SIZE;
    rows.truncate(PAGE_SIZE);
    let next = rows.last().filter(|_| has_more).map(|row| Cursor { at: row.occurred_at, id: row.id });
    Ok((rows.into_iter().map(RawLine::into_line).collect::<Result<_, _>>()?, next))
}

/// The lines of a trace, oldest first.
pub async fn list_trace(tx: &mut TenantTx, trace: CorrelationId) -> Result<Vec<LogLine>, AppError> {
    let tenant_id = tx.tenant_id();
    let rows = sqlx::query_as!(
        RawLine,
        r#"select id as "id: DebugLogId", occurred_at, trace_id as "trace_id: CorrelationId", level, system, message,
                  context, stack
           from debug_logs where tenant_id = $1 and trace_id = $2
           order by occurred_at, id limit $3"#,
        tenant_id.uuid(),
        trace.uuid(),
        MOST_OF_A_TRACE,
    )
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter().map(RawLine::into_line).collect()
}

/// The trace that somebody names; the latest if a reference is several traces'.
pub async fn find_trace(tx: &mut TenantTx, name: &TraceName) -> Result<Option<CorrelationId>, AppError> {
    let reference = match name {
        TraceName::Id(id) => return Ok(Some(*id)),
        TraceName::Reference(reference) => reference,
    };
    let tenant_id = tx.tenant_id();
    Ok(sqlx::query_scalar!(
        r#"select trace_id as "trace_id!: CorrelationId" from debug_logs
           where tenant_id = $1 and reference = $2
           order by occurred_at desc limit 1"#,
        tenant_id.uuid(),
        reference,
    )
    .fetch_optional(tx.connection())
    .await?)
}

/// Removes a batch of lines of a level that are older than they are kept, or than the organisation wants
/// them kept; how many there were.
pub async fn delete_expired(tx: &mut TenantTx, level: LogLevel) -> Result<u64, AppError> {
    let tenant_id = tx.tenant_id();
    let deleted = sqlx::query!(
        "delete from debug_logs where tenant_id = $1 and id in (
             select id from debug_logs
             where tenant_id = $1 and level = $2
               and occurred_at < now() - make_interval(
                   days => least($3::integer, (select debug_log_days from tenants where id = $1)))
             order by occurred_at limit $4)",
        tenant_id.uuid(),
        level.as_str(),
        level.days_kept(),
        i64::try_from(DELETE_BATCH).unwrap_or(i64::MAX),
    )
    .execute(tx.connection())
    .await?;
    Ok(deleted.rows_affected())
}
