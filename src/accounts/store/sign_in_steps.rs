//! Between the password and the session: sign-ins that wait for their code, and devices that need none.

use crate::{
    accounts::{secret_token::SecretToken, security_event::TrustedDevice, visit::Visit},
    error::AppError,
    ids::{DeviceId, UserId},
};
use sqlx::{PgPool, postgres::types::PgInterval};
use std::time::Duration;

/// Notes that somebody gave the right password.
pub async fn begin(pool: &PgPool, token: &SecretToken, user_id: UserId, lifetime: Duration) -> Result<(), AppError> {
    sqlx::query!("select app.begin_sign_in($1, $2, $3)", &token.hash()[..], user_id.uuid(), interval(lifetime)?)
        .execute(pool)
        .await?;
    Ok(())
}

/// Who waits behind this token, if it isn't too late.
pub async fn find(pool: &PgPool, token: &SecretToken) -> Result<Option<UserId>, AppError> {
    Ok(sqlx::query_scalar!(r#"select app.find_pending_sign_in($1) as "id: UserId""#, &token.hash()[..])
        .fetch_one(pool)
        .await?)
}

/// Ends the waiting; true for one caller only.
pub async fn end(pool: &PgPool, token: &SecretToken) -> Result<bool, AppError> {
    Ok(sqlx::query_scalar!(r#"select app.end_pending_sign_in($1) as "ended!""#, &token.hash()[..])
        .fetch_one(pool)
        .await?)
}

/// Remembers a device of the person.
pub async fn trust_device(
    pool: &PgPool,
    token: &SecretToken,
    user_id: UserId,
    visit: &Visit,
    lifetime: Duration,
) -> Result<(), AppError> {
    sqlx::query!(
        "select app.trust_device($1, $2, $3, $4, $5, $6)",
        &token.hash()[..],
        DeviceId::generate().uuid(),
        user_id.uuid(),
        visit.device,
        visit.ip,
        interval(lifetime)?,
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Whether the person trusts the device with this token; notes that it was used.
pub async fn use_trusted_device(pool: &PgPool, user_id: UserId, token: &SecretToken) -> Result<bool, AppError> {
    Ok(sqlx::query_scalar!(r#"select app.use_trusted_device($1, $2) as "trusted!""#, user_id.uuid(), &token.hash()[..])
        .fetch_one(pool)
        .await?)
}

/// The person's trusted devices, the last used first.
pub async fn list_trusted_devices(pool: &PgPool, user_id: UserId) -> Result<Vec<TrustedDevice>, AppError> {
    Ok(sqlx::query_as!(
        TrustedDevice,
        r#"select id as "id!: DeviceId", device as "device!", ip as "ip!", created_at as "created_at!",
                  last_used_at as "last_used_at!", expires_at as "expires_at!"
           from app.list_trusted_devices($1)"#,
        user_id.uuid()
    )
    .fetch_all(pool)
    .await?)
}

/// Trusts a device no more; false if it isn't one of the person's.
pub async fn revoke_trusted_device(pool: &PgPool, user_id: UserId, id: DeviceId) -> Result<bool, AppError> {
    Ok(sqlx::query_scalar!(r#"select app.revoke_trusted_device($1, $2) as "revoked!""#, user_id.uuid(), id.uuid())
        .fetch_one(pool)
        .await?)
}

fn interval(duration: Duration) -> Result<PgInterval, AppError> {
    PgInterval::try_from(duration).map_err(|_| AppError::Internal)
}
