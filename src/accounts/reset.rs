//! Password reset by mail: a link that works once, for an hour.

use super::{
    email::Email, password::NewPassword, secret_token::SecretToken, security_event::SecurityEventKind,
    store::security_events, visit::Visit,
};
use crate::{
    error::AppError,
    ids::UserId,
    platform::{Services, trace},
};
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
    let token = SecretToken::generate()?;
    let lifetime = PgInterval::try_from(LIFETIME).map_err(|_| anyhow::anyhow!("the lifetime can't be written"))?;
    let user =
        sqlx::query_scalar!("select app.issue_password_reset($1, $2, $3)", email.as_str(), &token.hash()[..], lifetime)
            .fetch_one(&services.pool)
            .await
            .map_err(AppError::from)?;
    if user.is_none() {
        return Ok(());
    }
    let token = token.reveal();
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
    let digest = SecretToken::received(token).hash();
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
    let user_id = UserId::from(user.ok_or_else(expired)?);
    let visit = Visit::current(services)?;
    security_events::note(&services.pool, user_id, SecurityEventKind::PasswordChanged, Some(&visit)).await
}

fn expired() -> AppError {
    AppError::not_possible("This link has been used or is too old. Ask for a new one.")
}
