//! Password reset by mail: a link that works once, for an hour.

use super::{email::Email, password::NewPassword};
use crate::{
    error::AppError,
    platform::{Services, trace},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rand::TryRngCore;
use sha2::{Digest, Sha256};
use sqlx::postgres::types::PgInterval;
use std::time::Duration;

const LIFETIME: Duration = Duration::from_secs(60 * 60);

/// Issues a link and mails it, after the answer has been given: whether the account exists shows
/// neither in the answer nor in how long it takes.
pub fn request(services: &Services, email: Email) {
    let services = services.clone();
    services.tasks.clone().spawn(trace::carry(async move {
        if let Err(error) = issue_and_send(&services, &email).await {
            tracing::error!(error.kind = "password_reset", error.detail = %error, "a password reset could not be sent");
        }
    }));
}

async fn issue_and_send(services: &Services, email: &Email) -> anyhow::Result<()> {
    let mut token = [0_u8; 32];
    rand::rngs::OsRng.try_fill_bytes(&mut token)?;
    let token = URL_SAFE_NO_PAD.encode(token);
    let lifetime = PgInterval::try_from(LIFETIME).map_err(|_| anyhow::anyhow!("the lifetime can't be written"))?;
    let user =
        sqlx::query_scalar!("select app.issue_password_reset($1, $2, $3)", email.as_str(), &hash(&token)[..], lifetime)
            .fetch_one(&services.pool)
            .await
            .map_err(AppError::from)?;
    if user.is_none() {
        return Ok(());
    }
    // After the #, so that the token reaches neither a server's log nor a Referer header.
    let link = format!("{}/reset-password#{token}", services.config.public_url.origin());
    let body = format!(
        "Somebody, probably you, asked for a new SupportSignal password.\n\n\
         Choose it here within an hour:\n{link}\n\n\
         If the page asks for a code, it is:\n{token}\n\n\
         If it wasn't you, there is nothing to do: your password stays as it is.\n"
    );
    services.mailer.send(email.as_str(), "Choose a new SupportSignal password", body).await
}

/// Sets the new password and ends all sessions. An unknown, used or old token is one and the same error.
pub async fn complete(services: &Services, token: &str, password: NewPassword) -> Result<(), AppError> {
    let digest = hash(token);
    let is_open = sqlx::query_scalar!(r#"select app.password_reset_is_open($1) as "open!""#, &digest[..])
        .fetch_one(&services.pool)
        .await?;
    if !is_open {
        return Err(expired());
    }
    let password_hash = services.passwords.hash(password.reveal().to_owned()).await?;
    let user = sqlx::query_scalar!("select app.use_password_reset($1, $2)", &digest[..], password_hash)
        .fetch_one(&services.pool)
        .await?;
    user.map(|_| ()).ok_or_else(expired)
}

fn expired() -> AppError {
    AppError::not_possible("This link has been used or is too old. Ask for a new one.")
}

fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}
