//! Verifying the trail, and what came of it.

use crate::{
    audit::{
        event::Action,
        store::{find_break, record},
        trail::{SubjectKind, Verification},
    },
    error::AppError,
    ids::{AuditVerificationId, UserId},
    platform::database::TenantTx,
};
use serde_json::json;
use std::time::Instant;

/// How many entries the trail has, by its head.
pub async fn count_entries(tx: &mut TenantTx) -> Result<i64, AppError> {
    let tenant_id = tx.tenant_id();
    let position = sqlx::query_scalar!("select position from audit_heads where tenant_id = $1", tenant_id.uuid())
        .fetch_optional(tx.connection())
        .await?;
    Ok(position.unwrap_or(0))
}

/// Walks through the whole trail, keeps what was found, and says so in the trail itself.
pub async fn verify(tx: &mut TenantTx, verified_by: Option<UserId>) -> Result<(), AppError> {
    let started = Instant::now();
    let entries = count_entries(tx).await?;
    let break_position = find_break(tx).await?;
    let duration_ms = i32::try_from(started.elapsed().as_millis()).unwrap_or(i32::MAX);
    let tenant_id = tx.tenant_id();
    sqlx::query!(
        "insert into audit_verifications (tenant_id, id, verified_by, entries, break_position, duration_ms)
         values ($1, $2, $3, $4, $5, $6)",
        tenant_id.uuid(),
        AuditVerificationId::generate().uuid(),
        verified_by.map(UserId::uuid),
        entries,
        break_position,
        duration_ms,
    )
    .execute(tx.connection())
    .await?;
    if let Some(position) = break_position {
        tracing::error!(
            error.kind = "audit_break",
            "the audit trail isn't as it was written, from entry {position} on"
        );
    }
    let details = json!({ "entries": entries, "break_position": break_position });
    record(tx, Action::AuditVerified, SubjectKind::Tenant.as_str(), tenant_id.uuid(), details).await
}

/// The latest result.
pub async fn find_latest(tx: &mut TenantTx) -> Result<Option<Verification>, AppError> {
    let tenant_id = tx.tenant_id();
    Ok(sqlx::query_as!(
        Verification,
        r#"select v.verified_at, m.display_name as "verified_by?", v.entries, v.break_position,
                  e.occurred_at as "break_at?", v.duration_ms
           from audit_verifications v
           left join memberships m on m.tenant_id = $1 and m.user_id = v.verified_by
           left join audit_events e on e.tenant_id = $1 and e.position = v.break_position
           where v.tenant_id = $1
           order by v.verified_at desc, v.id desc limit 1"#,
        tenant_id.uuid(),
    )
    .fetch_optional(tx.connection())
    .await?)
}
