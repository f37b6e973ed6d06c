//! Second factors and recovery codes, through the narrow functions of the `app` schema.

use crate::{
    error::AppError,
    ids::{FactorId, UserId},
};
use sqlx::{PgExecutor, PgPool};

/// A secret or codes as the table has them.
pub struct Sealed {
    pub bytes: Vec<u8>,
    pub version: i32,
}

/// A person's second factor.
pub struct StoredFactor {
    pub id: FactorId,
    pub secret: Sealed,
    pub is_confirmed: bool,
    /// Recovery codes that the person hasn't said are kept somewhere.
    pub shown_codes: Option<Sealed>,
    pub codes_left: i64,
}

/// The recovery codes of a factor: what they are known by, and they themselves until they are kept.
pub struct NewCodes {
    pub hashes: Vec<Vec<u8>>,
    pub sealed: Sealed,
}

/// Whether signing in takes a second step.
pub async fn has_second_factor(pool: &PgPool, user_id: UserId) -> Result<bool, AppError> {
    Ok(sqlx::query_scalar!(r#"select app.has_second_factor($1) as "has!""#, user_id.uuid()).fetch_one(pool).await?)
}

/// The person's second factor, confirmed or not.
pub async fn find(pool: &PgPool, user_id: UserId) -> Result<Option<StoredFactor>, AppError> {
    let row = sqlx::query!(
        r#"select id as "id!: FactorId", secret_sealed as "secret_sealed!", key_version as "key_version!",
                  is_confirmed as "is_confirmed!", codes_sealed, codes_key_version, codes_left as "codes_left!"
           from app.find_factor($1)"#,
        user_id.uuid()
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map(|row| StoredFactor {
        id: row.id,
        secret: Sealed { bytes: row.secret_sealed, version: row.key_version },
        is_confirmed: row.is_confirmed,
        shown_codes: row.codes_sealed.zip(row.codes_key_version).map(|(bytes, version)| Sealed { bytes, version }),
        codes_left: row.codes_left,
    }))
}

/// Starts setting up; false if there is a confirmed factor, which stays as it is.
pub async fn begin(pool: &PgPool, user_id: UserId, id: FactorId, secret: &Sealed) -> Result<bool, AppError> {
    Ok(sqlx::query_scalar!(
        r#"select app.begin_factor($1, $2, $3, $4) as "begun!""#,
        user_id.uuid(),
        id.uuid(),
        secret.bytes,
        secret.version,
    )
    .fetch_one(pool)
    .await?)
}

/// Forgets a factor that was never confirmed.
pub async fn cancel(pool: &PgPool, user_id: UserId) -> Result<(), AppError> {
    sqlx::query!("select app.cancel_factor($1)", user_id.uuid()).execute(pool).await?;
    Ok(())
}

/// Makes the factor count from now on; false if it is another one by now.
pub async fn confirm(
    pool: &PgPool,
    user_id: UserId,
    id: FactorId,
    step: i64,
    codes: &NewCodes,
) -> Result<bool, AppError> {
    Ok(sqlx::query_scalar!(
        r#"select app.confirm_factor($1, $2, $3, $4, $5, $6) as "confirmed!""#,
        user_id.uuid(),
        id.uuid(),
        step,
        &codes.hashes,
        codes.sealed.bytes,
        codes.sealed.version,
    )
    .fetch_one(pool)
    .await?)
}

/// Replaces all recovery codes; false if there is no such factor.
pub async fn replace_codes(pool: &PgPool, user_id: UserId, id: FactorId, codes: &NewCodes) -> Result<bool, AppError> {
    Ok(sqlx::query_scalar!(
        r#"select app.replace_recovery_codes($1, $2, $3, $4, $5) as "replaced!""#,
        user_id.uuid(),
        id.uuid(),
        &codes.hashes,
        codes.sealed.bytes,
        codes.sealed.version,
    )
    .fetch_one(pool)
    .await?)
}

/// The person has kept the codes: they are shown no more.
pub async fn forget_shown_codes(pool: &PgPool, user_id: UserId) -> Result<(), AppError> {
    sqlx::query!("select app.forget_shown_codes($1)", user_id.uuid()).execute(pool).await?;
    Ok(())
}

/// Uses a one-time code up; false if it, or a later one, was used before.
pub async fn use_step(pool: &PgPool, user_id: UserId, id: FactorId, step: i64) -> Result<bool, AppError> {
    Ok(sqlx::query_scalar!(r#"select app.use_factor_step($1, $2, $3) as "is_new!""#, user_id.uuid(), id.uuid(), step)
        .fetch_one(pool)
        .await?)
}

/// Uses a recovery code up; false if it is none, or was used before.
pub async fn use_recovery_code(pool: &PgPool, user_id: UserId, hash: &[u8; 32]) -> Result<bool, AppError> {
    Ok(sqlx::query_scalar!(r#"select app.use_recovery_code($1, $2) as "is_new!""#, user_id.uuid(), &hash[..])
        .fetch_one(pool)
        .await?)
}

/// Stores the secret as it is sealed under a newer key.
pub async fn reseal(pool: &PgPool, user_id: UserId, id: FactorId, secret: &Sealed) -> Result<(), AppError> {
    sqlx::query!("select app.reseal_factor($1, $2, $3, $4)", user_id.uuid(), id.uuid(), secret.bytes, secret.version)
        .execute(pool)
        .await?;
    Ok(())
}

/// Removes the factor, its recovery codes and the person's trusted devices.
pub async fn remove(executor: impl PgExecutor<'_>, user_id: UserId) -> Result<(), AppError> {
    sqlx::query!("select app.remove_second_factor($1)", user_id.uuid()).execute(executor).await?;
    Ok(())
}
