//! Server functions of the second step: signing in with it, setting it up, switching it off.

use crate::{accounts::second_factor::SecondFactor, error::AppError};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use crate::{
    accounts::{
        authorise, factor,
        second_factor::EnteredCode,
        security_event::SecurityEventKind,
        signing_in,
        store::{self, factors, security_events},
        throttle::CodeThrottle,
        visit::Visit,
    },
    address::{encode, own_path},
    ids::UserId,
    platform::Services,
};

/// Signs in with the code, after the password; goes to `next`, a path of ours. `trust` remembers the device.
#[server(endpoint = "accounts/sign-in-code")]
pub async fn sign_in_with_code(
    code: String,
    #[server(default)] trust: bool,
    next: Option<String>,
) -> Result<(), AppError> {
    let services = Services::current()?;
    signing_in::with_code(&services, &code, trust).await?;
    leptos_axum::redirect(own_path(next.as_deref()));
    Ok(())
}

/// How far the signed-in person is with their second step.
#[server(endpoint = "accounts/second-factor")]
pub async fn get_second_factor() -> Result<SecondFactor, AppError> {
    let services = Services::current()?;
    let signed_in = authorise::signed_in().await?;
    factor::state(&services, signed_in.user_id).await
}

/// Starts setting it up.
#[server(endpoint = "accounts/begin-second-factor")]
pub async fn begin_second_factor(next: Option<String>) -> Result<(), AppError> {
    let services = Services::current()?;
    let signed_in = authorise::signed_in().await?;
    factor::begin(&services, signed_in.user_id).await?;
    leptos_axum::redirect(&own_page(next.as_deref()));
    Ok(())
}

/// Switches it on, with the password and once the app shows the right code.
#[server(endpoint = "accounts/confirm-second-factor")]
pub async fn confirm_second_factor(password: String, code: String, next: Option<String>) -> Result<(), AppError> {
    let services = Services::current()?;
    let signed_in = authorise::signed_in().await?;
    let code = EnteredCode::parse(&code)?;
    let tries = require_password(&services, signed_in.user_id, password).await?;
    factor::confirm(&services, signed_in.user_id, &code).await?;
    tries.clear(&services.pool).await?;
    note(&services, signed_in.user_id, SecurityEventKind::SecondFactorOn).await?;
    leptos_axum::redirect(&own_page(next.as_deref()));
    Ok(())
}

/// Forgets what was begun and never confirmed.
#[server(endpoint = "accounts/cancel-second-factor")]
pub async fn cancel_second_factor(next: Option<String>) -> Result<(), AppError> {
    let services = Services::current()?;
    let signed_in = authorise::signed_in().await?;
    factors::cancel(&services.pool, signed_in.user_id).await?;
    leptos_axum::redirect(&own_page(next.as_deref()));
    Ok(())
}

/// The recovery codes are kept: they are shown no more. Goes to `next`, a path of ours.
#[server(endpoint = "accounts/keep-recovery-codes")]
pub async fn keep_recovery_codes(next: Option<String>) -> Result<(), AppError> {
    let services = Services::current()?;
    let signed_in = authorise::signed_in().await?;
    factors::forget_shown_codes(&services.pool, signed_in.user_id).await?;
    leptos_axum::redirect(own_path(next.as_deref()));
    Ok(())
}

/// Makes new recovery codes; the ones before them stop working.
#[server(endpoint = "accounts/replace-recovery-codes")]
pub async fn replace_recovery_codes(code: String, next: Option<String>) -> Result<(), AppError> {
    let services = Services::current()?;
    let signed_in = authorise::signed_in().await?;
    factor::prove(&services, signed_in.user_id, &EnteredCode::parse(&code)?).await?;
    factor::replace_codes(&services, signed_in.user_id).await?;
    note(&services, signed_in.user_id, SecurityEventKind::RecoveryCodesReplaced).await?;
    leptos_axum::redirect(&own_page(next.as_deref()));
    Ok(())
}

/// Switches it off, with the password and a code.
#[server(endpoint = "accounts/remove-second-factor")]
pub async fn remove_second_factor(password: String, code: String, next: Option<String>) -> Result<(), AppError> {
    let services = Services::current()?;
    let signed_in = authorise::signed_in().await?;
    let code = EnteredCode::parse(&code).map_err(|error| error.renamed("code", "off_code"))?;
    require_password(&services, signed_in.user_id, password).await?;
    let proof = factor::prove(&services, signed_in.user_id, &code).await;
    proof.map_err(|error| error.renamed("code", "off_code"))?;
    factors::remove(&services.pool, signed_in.user_id).await?;
    note(&services, signed_in.user_id, SecurityEventKind::SecondFactorOff).await?;
    leptos_axum::redirect(&own_page(next.as_deref()));
    Ok(())
}

/// Passes with the right password. Whoever finds a device unlocked doesn't know it, and guesses are counted.
#[cfg(feature = "ssr")]
async fn require_password(services: &Services, user_id: UserId, password: String) -> Result<CodeThrottle, AppError> {
    let tries = CodeThrottle::new(user_id);
    tries.take(&services.pool).await?;
    let stored = store::find_password_hash(&services.pool, user_id).await?;
    if services.passwords.verify(password, stored).await? {
        Ok(tries)
    } else {
        Err(AppError::field("password", "The password isn't right."))
    }
}

#[cfg(feature = "ssr")]
async fn note(services: &Services, user_id: UserId, kind: SecurityEventKind) -> Result<(), AppError> {
    security_events::note(&services.pool, user_id, kind, Some(&Visit::current(services)?)).await
}

/// The page that all of this happens on.
#[cfg(feature = "ssr")]
fn own_page(next: Option<&str>) -> String {
    match own_path(next) {
        "/" => "/second-factor".to_owned(),
        next => format!("/second-factor?next={}", encode(next)),
    }
}
