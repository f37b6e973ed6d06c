//! What happened to the safety of a person's account.

use crate::{
    accounts::{
        security_event::{SecurityEvent, SecurityEventKind},
        visit::Visit,
    },
    error::AppError,
    ids::UserId,
};
use sqlx::{PgExecutor, PgPool};
use uuid::Uuid;

/// Notes an event. Without a visit it came from none of the person's devices.
pub async fn note(
    executor: impl PgExecutor<'_>,
    user_id: UserId,
    kind: SecurityEventKind,
    visit: Option<&Visit>,
) -> Result<(), AppError> {
    sqlx::query!(
        "select app.note_security_event($1, $2, $3, $4, $5)",
        Uuid::now_v7(),
        user_id.uuid(),
        kind.as_str(),
        visit.map(|visit| visit.device.as_str()).unwrap_or_default(),
        visit.map(|visit| visit.ip.as_str()).unwrap_or_default(),
    )
    .execute(executor)
    .await?;
    Ok(())
}

/// Notes a sign-in on a device if it is the first one there.
pub async fn note_device(pool: &PgPool, user_id: UserId, visit: &Visit) -> Result<(), AppError> {
    sqlx::query!("select app.note_device($1, $2, $3, $4)", Uuid::now_v7(), user_id.uuid(), visit.device, visit.ip)
        .execute(pool)
        .await?;
    Ok(())
}

/// The latest events, the newest first.
pub async fn list(pool: &PgPool, user_id: UserId, limit: i64) -> Result<Vec<SecurityEvent>, AppError> {
    let rows = sqlx::query!(
        r#"select kind as "kind!", device as "device!", ip as "ip!", occurred_at as "occurred_at!"
           from app.list_security_events($1, $2)"#,
        user_id.uuid(),
        limit
    )
    .fetch_all(pool)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(SecurityEvent {
                kind: SecurityEventKind::parse(&row.kind).ok_or(AppError::Internal)?,
                device: row.device,
                ip: row.ip,
                occurred_at: row.occurred_at,
            })
        })
        .collect()
}
