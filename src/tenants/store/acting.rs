//! The times in which the system admin acts as somebody.

use crate::{
    accounts::{member::Member, permission::Permission, role::Role},
    audit::{event::Action, store as audit},
    error::AppError,
    ids::{ActingId, UserId},
    notifications::store as notifications,
    platform::database::TenantTx,
    tenants::{
        acting::{Acting, ActingRow, CarriedActing, MAX_MINUTES},
        standing::{Standing, TenantStatus},
    },
};
use chrono::Utc;
use serde_json::json;
use sqlx::PgPool;

/// The subject type of these times in audit events.
pub const SUBJECT: &str = "acting";

/// What a session's word is worth.
pub struct Found {
    pub member: Member,
    /// It goes on.
    pub is_live: bool,
}

/// As whom `actor_id` acts; nothing if it is somebody else's.
pub async fn find_acting(pool: &PgPool, carried: CarriedActing, actor_id: UserId) -> Result<Option<Found>, AppError> {
    let row = sqlx::query!(
        r#"select slug as "slug!", name as "name!", tenant_status as "tenant_status!", trial_ends_at,
                  second_factor_required as "second_factor_required!", time_zone as "time_zone!",
                  user_id as "user_id!: UserId", display_name as "display_name!", role as "role!",
                  ends_at as "ends_at!", is_live as "is_live!"
           from app.find_acting($1, $2, $3)"#,
        carried.tenant_id.uuid(),
        carried.id.uuid(),
        actor_id.uuid(),
    )
    .fetch_optional(pool)
    .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    let status = TenantStatus::parse(&row.tenant_status).ok_or(AppError::Internal)?;
    let member = Member {
        tenant_id: carried.tenant_id,
        tenant: row.slug.parse().map_err(|_| AppError::Internal)?,
        tenant_name: row.name,
        time_zone: row.time_zone.parse().map_err(|_| AppError::Internal)?,
        user_id: row.user_id,
        display_name: row.display_name,
        role: Role::parse(&row.role).ok_or(AppError::Internal)?,
        standing: Standing::at(Utc::now(), status, row.trial_ends_at),
        second_factor_required: row.second_factor_required,
        acting: Some(Acting { id: carried.id, actor_id, ends_at: row.ends_at }),
    };
    Ok(Some(Found { member, is_live: row.is_live }))
}

/// Begins one in the tenant of the transaction, and tells the organisation's admins.
pub async fn begin(
    tx: &mut TenantTx,
    actor_id: UserId,
    user_id: UserId,
    reason: &str,
) -> Result<CarriedActing, AppError> {
    let (tenant_id, id) = (tx.tenant_id(), ActingId::generate());
    let begun = sqlx::query!(
        "insert into acting_sessions (tenant_id, id, actor_id, user_id, reason, ends_at)
         select $1, $2, $3, user_id, $5, now() + make_interval(mins => $6)
         from memberships
         where tenant_id = $1 and user_id = $4 and status = 'active' and role <> 'system_admin' and user_id <> $3",
        tenant_id.uuid(),
        id.uuid(),
        actor_id.uuid(),
        user_id.uuid(),
        reason,
        i32::try_from(MAX_MINUTES).unwrap_or_default(),
    )
    .execute(tx.connection())
    .await?;
    if begun.rows_affected() == 0 {
        return Err(AppError::field("person", "Choose a person who works there."));
    }
    let details = json!({ "by": actor_id, "as": user_id, "minutes": MAX_MINUTES });
    audit::record(tx, Action::ActingStarted, SUBJECT, id.uuid(), details).await?;
    let admins = notifications::list_those_who_may(tx, Permission::ConfigureTenant).await?;
    notifications::notify_of_acting(tx, &admins, id).await?;
    Ok(CarriedActing { tenant_id, id })
}

/// Ends one; nothing happens if it has ended.
pub async fn end(tx: &mut TenantTx, id: ActingId) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    let ended = sqlx::query!(
        r#"update acting_sessions set ended_at = least(now(), ends_at)
           where tenant_id = $1 and id = $2 and ended_at is null
           returning actor_id as "actor_id: UserId", user_id as "user_id: UserId", ended_at = ends_at as "ran_out!""#,
        tenant_id.uuid(),
        id.uuid(),
    )
    .fetch_optional(tx.connection())
    .await?;
    let Some(ended) = ended else {
        return Ok(());
    };
    let details = json!({ "by": ended.actor_id, "as": ended.user_id, "ran_out": ended.ran_out });
    audit::record(tx, Action::ActingEnded, SUBJECT, id.uuid(), details).await
}

/// Those that are over and have not been ended.
pub async fn list_over(tx: &mut TenantTx) -> Result<Vec<ActingId>, AppError> {
    let tenant_id = tx.tenant_id();
    Ok(sqlx::query_scalar!(
        r#"select id as "id: ActingId" from acting_sessions
           where tenant_id = $1 and ended_at is null and ends_at <= now()"#,
        tenant_id.uuid(),
    )
    .fetch_all(tx.connection())
    .await?)
}

/// The latest, the newest first.
pub async fn list_acting(tx: &mut TenantTx, limit: i64) -> Result<Vec<ActingRow>, AppError> {
    let tenant_id = tx.tenant_id();
    Ok(sqlx::query_as!(
        ActingRow,
        r#"select a.id as "id: ActingId", m.display_name as person_name, a.reason, a.started_at,
                  coalesce(a.ended_at, a.ends_at) as "ended_at!", coalesce(a.ended_at, a.ends_at) <= now() as "is_over!"
           from acting_sessions a
           join memberships m on m.tenant_id = a.tenant_id and m.user_id = a.user_id
           where a.tenant_id = $1
           order by a.started_at desc, a.id desc limit $2"#,
        tenant_id.uuid(),
        limit,
    )
    .fetch_all(tx.connection())
    .await?)
}
