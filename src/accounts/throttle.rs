//! Slows guessing down without locking anybody out.
//!
//! Failures are counted in windows of 15 minutes per pair of account and address, and per address.
//! A pair or an address over its limit waits for its window to end; the owner of the account, who
//! comes from elsewhere, does not. Attempts on one account from many addresses only make each
//! further answer slower.

use super::email::Email;
use crate::{error::AppError, ids::UserId};
use sha2::{Digest, Sha256};
use sqlx::{PgPool, postgres::types::PgInterval};
use std::time::Duration;

const WINDOW: Duration = Duration::from_secs(15 * 60);
const PAIR_LIMIT: i32 = 8;
const ADDRESS_LIMIT: i32 = 60;
const CODE_LIMIT: i32 = 10;
const SLOW_ACCOUNT_AFTER: i32 = 20;
const SLOW_ANSWER: Duration = Duration::from_secs(2);

/// The counters of one attempt.
pub struct Throttle {
    pair: [u8; 32],
    address: [u8; 32],
    account: [u8; 32],
}

impl Throttle {
    /// For an attempt on `email` from `ip`.
    pub fn new(email: &Email, ip: &str) -> Self {
        Self {
            pair: key(&["pair", email.as_str(), ip]),
            address: key(&["address", ip]),
            account: key(&["account", email.as_str()]),
        }
    }

    /// Waits or refuses if there were too many failures.
    pub async fn check(&self, pool: &PgPool) -> Result<(), AppError> {
        for (key, limit) in [(&self.pair, PAIR_LIMIT), (&self.address, ADDRESS_LIMIT)] {
            if let Some((failures, minutes)) = failures(pool, key).await?
                && failures >= limit
            {
                return Err(AppError::TooManyAttempts { minutes });
            }
        }
        if failures(pool, &self.account).await?.is_some_and(|(count, _)| count >= SLOW_ACCOUNT_AFTER) {
            tokio::time::sleep(SLOW_ANSWER).await;
        }
        Ok(())
    }

    /// Counts a failure; true if it was the last one before this person has to wait here.
    pub async fn record_failure(&self, pool: &PgPool) -> Result<bool, AppError> {
        let window = PgInterval::try_from(WINDOW).map_err(|_| AppError::Internal)?;
        for key in [&self.pair, &self.address, &self.account] {
            sqlx::query!("select app.record_sign_in_failure($1, $2)", &key[..], window).execute(pool).await?;
        }
        Ok(failures(pool, &self.pair).await?.is_some_and(|(count, _)| count >= PAIR_LIMIT))
    }

    /// Forgets the failures of this person from this address after a success.
    pub async fn clear(&self, pool: &PgPool) -> Result<(), AppError> {
        sqlx::query!("select app.clear_sign_in_failures($1)", &self.pair[..]).execute(pool).await?;
        Ok(())
    }
}

/// The counter of tries at a person's second step. Whoever gets there knows the password, so it counts
/// for the account, wherever a try comes from; a try is counted before it is made, so that many at once
/// are no way around.
pub struct CodeThrottle([u8; 32]);

impl CodeThrottle {
    /// For tries at this person's codes.
    pub fn new(user_id: UserId) -> Self {
        Self(key(&["code", &user_id.to_string()]))
    }

    /// Counts a try, and refuses it if there were too many.
    pub async fn take(&self, pool: &PgPool) -> Result<(), AppError> {
        let window = PgInterval::try_from(WINDOW).map_err(|_| AppError::Internal)?;
        let tries = sqlx::query_scalar!(r#"select app.count_attempt($1, $2) as "tries!""#, &self.0[..], window)
            .fetch_one(pool)
            .await?;
        if tries <= CODE_LIMIT {
            return Ok(());
        }
        let minutes = failures(pool, &self.0).await?.map_or(1, |(_, minutes)| minutes);
        Err(AppError::TooManyAttempts { minutes })
    }

    /// Forgets the tries after a success.
    pub async fn clear(&self, pool: &PgPool) -> Result<(), AppError> {
        sqlx::query!("select app.clear_sign_in_failures($1)", &self.0[..]).execute(pool).await?;
        Ok(())
    }
}

async fn failures(pool: &PgPool, key: &[u8; 32]) -> Result<Option<(i32, i64)>, AppError> {
    let row = sqlx::query!(
        r#"select failures as "failures!",
                  ceil(extract(epoch from window_ends_at - now()) / 60)::bigint as "minutes!"
           from app.sign_in_failures($1)"#,
        &key[..]
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map(|row| (row.failures, row.minutes.max(1))))
}

fn key(parts: &[&str]) -> [u8; 32] {
    Sha256::digest(parts.join("\u{1f}")).into()
}
