//! Writing the audit trail, always in the transaction of the change itself.

pub mod trail;
pub mod verification;

use super::event::{Action, HistoryEntry, SUPPORT};
use crate::{error::AppError, ids::AuditEventId, platform::database::TenantTx, tenants::acting::Acting};
use serde_json::{Value, json};
use uuid::Uuid;

/// Notes a change. `details` holds ids, states and counts; never what somebody wrote. If the system admin
/// acts in the person's place, they say that too.
pub async fn record(
    tx: &mut TenantTx,
    action: Action,
    subject_type: &str,
    subject_id: Uuid,
    details: Value,
) -> Result<(), AppError> {
    let (tenant_id, user_id) = (tx.tenant_id(), tx.user_id());
    // Position and hashes are set by the trigger; what stands here is replaced. The organisation is locked
    // before the trigger locks its trail: a change of the organisation's address does both in this order, too.
    let noted = sqlx::query!(
        "insert into audit_events (tenant_id, id, actor_id, action, subject_type, subject_id, details, position, previous_hash, hash)
         select t.id, $2::uuid, $3::uuid, $4::text, $5::text, $6::uuid, $7::jsonb, 0, '', '' from tenants t where t.id = $1 for key share",
        tenant_id.uuid(),
        AuditEventId::generate().uuid(),
        user_id.map(|id| id.uuid()),
        action.as_str(),
        subject_type,
        subject_id,
        with_acting(details, tx.acting()),
    )
    .execute(tx.connection())
    .await?;
    if noted.rows_affected() == 1 { Ok(()) } else { Err(AppError::Internal) }
}

fn with_acting(details: Value, acting: Option<Acting>) -> Value {
    match (details, acting) {
        (details, None) => details,
        (Value::Object(mut fields), Some(Acting { id, actor_id, .. })) => {
            fields.insert("acting".to_owned(), json!({ "session": id, "by": actor_id }));
            Value::Object(fields)
        }
        (other, acting) => with_acting(json!({ "what": other }), acting),
    }
}

/// Notes an automatic save. A stretch of them by one person within ten minutes is one event, as a
/// person would tell it.
pub async fn record_stretch(
    tx: &mut TenantTx,
    action: Action,
    subject_type: &str,
    subject_id: Uuid,
    details: Value,
) -> Result<(), AppError> {
    let (tenant_id, user_id, is_acting) = (tx.tenant_id(), tx.user_id(), tx.acting().is_some());
    let is_going_on = sqlx::query_scalar!(
        r#"select exists (select from audit_events
                where tenant_id = $1 and subject_type = $2 and subject_id = $3 and action = $4
                  and actor_id is not distinct from $5 and (details ? 'acting') = $6 and occurred_at > now() - interval '10 minutes') as "going_on!""#,
        tenant_id.uuid(),
        subject_type,
        subject_id,
        action.as_str(),
        user_id.map(|id| id.uuid()),
        is_acting,
    )
    .fetch_one(tx.connection())
    .await?;
    if is_going_on { Ok(()) } else { record(tx, action, subject_type, subject_id, details).await }
}

/// The history of one record, oldest first.
pub async fn list_history(
    tx: &mut TenantTx,
    subject_type: &str,
    subject_id: Uuid,
) -> Result<Vec<HistoryEntry>, AppError> {
    let tenant_id = tx.tenant_id();
    Ok(sqlx::query_as!(
        HistoryEntry,
        r#"select e.occurred_at, e.action,
                  case when e.details ? 'acting' then $4 || ' as ' || m.display_name else m.display_name end as "actor_name?"
           from audit_events e
           left join memberships m on m.tenant_id = e.tenant_id and m.user_id = e.actor_id
           where e.tenant_id = $1 and e.subject_type = $2 and e.subject_id = $3
           order by e.position"#,
        tenant_id.uuid(),
        subject_type,
        subject_id,
        SUPPORT,
    )
    .fetch_all(tx.connection())
    .await?)
}

/// The first position at which the tenant's chain doesn't hold; `None` if it is whole.
pub async fn find_break(tx: &mut TenantTx) -> Result<Option<i64>, AppError> {
    Ok(sqlx::query_scalar!("select app.find_audit_break()").fetch_one(tx.connection()).await?)
}
