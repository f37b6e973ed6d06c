//! The queries of accounts. All go through the narrow functions of the `app` schema, because they
//! run before a tenant is known; none of them reads tenant data.

pub mod factors;
pub mod invitations;
pub mod security_events;
pub mod sign_in_steps;

use super::{authorise::role_from_database, email::Email, member::Member, sessions::SessionRow};
use crate::{
    error::AppError,
    ids::{SessionHandle, TenantId, UserId},
    tenants::{
        standing::{Standing, TenantStatus},
        tenant::TenantSlug,
        tenant_row::TenantRow,
    },
};
use chrono::Utc;
use chrono_tz::Tz;
use sqlx::PgPool;

/// The user and stored hash behind an address.
pub async fn find_login(pool: &PgPool, email: &Email) -> Result<Option<(UserId, String)>, AppError> {
    let row = sqlx::query!(
        r#"select user_id as "user_id!: UserId", password_hash as "password_hash!" from app.find_login($1)"#,
        email.as_str()
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map(|row| (row.user_id, row.password_hash)))
}

/// The person with this address.
pub async fn find_user_by_email(pool: &PgPool, email: &Email) -> Result<Option<UserId>, AppError> {
    Ok(sqlx::query_scalar!(r#"select app.find_user_by_email($1) as "id: UserId""#, email.as_str())
        .fetch_one(pool)
        .await?)
}

/// Where to send mail to the person.
pub async fn find_user_email(pool: &PgPool, user_id: UserId) -> Result<Option<String>, AppError> {
    Ok(sqlx::query_scalar!("select app.find_user_email($1)", user_id.uuid()).fetch_one(pool).await?)
}

/// Adds a person.
pub async fn create_user(pool: &PgPool, user_id: UserId, email: &Email, password_hash: &str) -> Result<(), AppError> {
    sqlx::query!("select app.create_user($1, $2, $3)", user_id.uuid(), email.as_str(), password_hash)
        .execute(pool)
        .await?;
    Ok(())
}

/// The person's organisations, by name.
pub async fn memberships_of(pool: &PgPool, user_id: UserId) -> Result<Vec<Member>, AppError> {
    let rows = sqlx::query!(
        r#"select tenant_id as "tenant_id!: TenantId", slug as "slug!", name as "name!", tenant_status as "tenant_status!",
                  trial_ends_at, second_factor_required as "second_factor_required!", time_zone as "time_zone!",
                  display_name as "display_name!", role as "role!"
           from app.memberships_of($1)"#,
        user_id.uuid()
    )
    .fetch_all(pool)
    .await?;
    let now = Utc::now();
    rows.into_iter()
        .map(|row| {
            let status = TenantStatus::parse(&row.tenant_status).ok_or(AppError::Internal)?;
            Ok(Member {
                tenant_id: row.tenant_id,
                tenant: row.slug.parse::<TenantSlug>().map_err(|_| AppError::Internal)?,
                tenant_name: row.name,
                time_zone: row.time_zone.parse::<Tz>().map_err(|_| AppError::Internal)?,
                user_id,
                display_name: row.display_name,
                role: role_from_database(&row.role)?,
                standing: Standing::at(now, status, row.trial_ends_at),
                second_factor_required: row.second_factor_required,
                acting: None,
            })
        })
        .collect()
}

/// Where an address leads that one of the person's organisations has left.
pub async fn find_moved(pool: &PgPool, user_id: UserId, slug: &TenantSlug) -> Result<Option<TenantSlug>, AppError> {
    let moved =
        sqlx::query_scalar!("select app.find_moved($1, $2)", user_id.uuid(), slug.as_str()).fetch_one(pool).await?;
    moved.map(|slug| slug.parse().map_err(|_| AppError::Internal)).transpose()
}

/// All organisations; empty unless the person is a system admin.
pub async fn list_tenants(pool: &PgPool, user_id: UserId) -> Result<Vec<TenantRow>, AppError> {
    let rows = sqlx::query!(
        r#"select slug as "slug!", name as "name!", status as "status!", trial_ends_at, time_zone as "time_zone!",
                  created_at as "created_at!", members as "members!"
           from app.list_tenants($1)"#,
        user_id.uuid()
    )
    .fetch_all(pool)
    .await?;
    let now = Utc::now();
    rows.into_iter()
        .map(|row| {
            let status = TenantStatus::parse(&row.status).ok_or(AppError::Internal)?;
            Ok(TenantRow {
                slug: row.slug,
                name: row.name,
                standing: Standing::at(now, status, row.trial_ends_at),
                time_zone: row.time_zone,
                created_at: row.created_at,
                members: row.members,
            })
        })
        .collect()
}

/// Remembers when the person last signed in.
pub async fn note_sign_in(pool: &PgPool, user_id: UserId) -> Result<(), AppError> {
    sqlx::query!("select app.note_sign_in($1)", user_id.uuid()).execute(pool).await?;
    Ok(())
}

/// The person's open sessions, the latest used first.
pub async fn list_sessions(
    pool: &PgPool,
    user_id: UserId,
    current: SessionHandle,
) -> Result<Vec<SessionRow>, AppError> {
    let rows = sqlx::query!(
        r#"select handle as "handle!: SessionHandle", device as "device!", ip as "ip!",
                  created_at as "created_at!", last_seen_at as "last_seen_at!"
           from app.list_sessions($1)"#,
        user_id.uuid()
    )
    .fetch_all(pool)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| SessionRow {
            handle: row.handle,
            device: row.device,
            ip: row.ip,
            created_at: row.created_at,
            last_seen_at: row.last_seen_at,
            is_current: row.handle == current,
        })
        .collect())
}

/// Ends one of the person's sessions; false if it wasn't there.
pub async fn revoke_session(pool: &PgPool, user_id: UserId, handle: SessionHandle) -> Result<bool, AppError> {
    let gone = sqlx::query_scalar!(r#"select app.revoke_session($1, $2) as "gone!""#, user_id.uuid(), handle.uuid())
        .fetch_one(pool)
        .await?;
    Ok(gone > 0)
}

/// Ends all of the person's sessions but one.
pub async fn revoke_other_sessions(pool: &PgPool, user_id: UserId, keep: SessionHandle) -> Result<i64, AppError> {
    Ok(sqlx::query_scalar!(r#"select app.revoke_other_sessions($1, $2) as "gone!""#, user_id.uuid(), keep.uuid())
        .fetch_one(pool)
        .await?)
}

/// Removes what has expired: sessions, reset links, counts of failed sign-ins, trusted devices.
pub async fn delete_expired_credentials(pool: &PgPool) -> Result<(), AppError> {
    sqlx::query!("select app.delete_expired_credentials()").execute(pool).await?;
    sqlx::query!("select app.delete_expired_sign_in_steps()").execute(pool).await?;
    Ok(())
}

/// The stored hash of a person's password.
pub async fn find_password_hash(pool: &PgPool, user_id: UserId) -> Result<Option<String>, AppError> {
    let Some(email) = find_user_email(pool, user_id).await? else {
        return Ok(None);
    };
    let hash =
        sqlx::query_scalar!(r#"select password_hash from app.find_login($1)"#, email).fetch_optional(pool).await?;
    Ok(hash.flatten())
}
