//! From the right password to a session: the second step in between, and devices that need none.

use super::{
    authorise, factor,
    second_factor::EnteredCode,
    secret_token::SecretToken,
    security_event::SecurityEventKind,
    store::{self, factors, security_events, sign_in_steps},
    visit::Visit,
};
use crate::{
    address::{encode, own_path},
    error::AppError,
    ids::{SessionHandle, UserId},
    platform::{Services, cookie, session, trace},
};
use std::time::Duration;

/// The cookie of somebody who still owes the code.
const PENDING: &str = "sign-in";
const PENDING_LIFETIME: Duration = Duration::from_secs(10 * 60);
/// The cookie of a device that isn't asked for the code.
const DEVICE: &str = "device";
const DEVICE_LIFETIME: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// Signs in whoever gave the right password, or asks for the code first. Says which page comes next.
pub async fn after_password(
    services: &Services,
    user_id: UserId,
    visit: &Visit,
    next: Option<&str>,
) -> Result<String, AppError> {
    let needs_code =
        factors::has_second_factor(&services.pool, user_id).await? && !is_trusted_device(services, user_id).await?;
    if needs_code {
        let token = SecretToken::generate()?;
        sign_in_steps::begin(&services.pool, &token, user_id, PENDING_LIFETIME).await?;
        cookie::set(&services.config, PENDING, token.reveal(), PENDING_LIFETIME);
        return Ok(code_page(next));
    }
    open_session(services, user_id, visit).await?;
    Ok(own_path(next).to_owned())
}

/// Signs in with the code, after the password.
pub async fn with_code(services: &Services, code: &str, trust: bool) -> Result<(), AppError> {
    let token =
        cookie::read(&services.config, PENDING).map(|text| SecretToken::received(&text)).ok_or_else(too_late)?;
    let user_id = sign_in_steps::find(&services.pool, &token).await?.ok_or_else(too_late)?;
    let visit = Visit::current(services)?;
    let code = EnteredCode::parse(code)?;
    let proof = match factor::prove(services, user_id, &code).await {
        Ok(proof) => proof,
        Err(error) => {
            let is_locked = matches!(error, AppError::TooManyAttempts { .. });
            let kind = if is_locked { SecurityEventKind::SignInLocked } else { SecurityEventKind::SignInFailed };
            note_beside(services, user_id, kind, visit);
            return Err(error);
        }
    };
    if !sign_in_steps::end(&services.pool, &token).await? {
        return Err(too_late());
    }
    cookie::forget(&services.config, PENDING);
    if proof == factor::Proof::RecoveryCode {
        security_events::note(&services.pool, user_id, SecurityEventKind::RecoveryCodeUsed, Some(&visit)).await?;
    }
    open_session(services, user_id, &visit).await?;
    if trust { trust_this_device(services, user_id, &visit).await } else { Ok(()) }
}

/// Starts a session for somebody who has proved who they are.
pub async fn open_session(services: &Services, user_id: UserId, visit: &Visit) -> Result<(), AppError> {
    let signed_in = session::SignedIn {
        user_id,
        handle: SessionHandle::generate(),
        device: visit.device.clone(),
        ip: visit.ip.clone(),
    };
    session::start(&authorise::current_session()?, &signed_in, services.config.session_max).await?;
    store::note_sign_in(&services.pool, user_id).await?;
    security_events::note_device(&services.pool, user_id, visit).await
}

/// Notes an event beside the request, so that the answer takes as long for an address without an account.
pub fn note_beside(services: &Services, user_id: UserId, kind: SecurityEventKind, visit: Visit) {
    let pool = services.pool.clone();
    services.tasks.spawn(trace::carry(async move {
        // What went wrong is logged where the error is made.
        let _ = security_events::note(&pool, user_id, kind, Some(&visit)).await;
    }));
}

async fn is_trusted_device(services: &Services, user_id: UserId) -> Result<bool, AppError> {
    match cookie::read(&services.config, DEVICE) {
        Some(text) => sign_in_steps::use_trusted_device(&services.pool, user_id, &SecretToken::received(&text)).await,
        None => Ok(false),
    }
}

async fn trust_this_device(services: &Services, user_id: UserId, visit: &Visit) -> Result<(), AppError> {
    let token = SecretToken::generate()?;
    sign_in_steps::trust_device(&services.pool, &token, user_id, visit, DEVICE_LIFETIME).await?;
    cookie::set(&services.config, DEVICE, token.reveal(), DEVICE_LIFETIME);
    security_events::note(&services.pool, user_id, SecurityEventKind::DeviceTrusted, Some(visit)).await
}

fn code_page(next: Option<&str>) -> String {
    match own_path(next) {
        "/" => "/sign-in/code".to_owned(),
        path => format!("/sign-in/code?next={}", encode(path)),
    }
}

fn too_late() -> AppError {
    AppError::not_possible("This took too long. Sign in again with your password.")
}

#[cfg(test)]
mod tests {
    use super::code_page;

    #[test]
    fn the_way_on_survives_the_second_step() {
        assert_eq!(code_page(Some("/banksia?from=a&b")), "/sign-in/code?next=%2Fbanksia%3Ffrom%3Da%26b");
        assert_eq!(code_page(Some("https://evil.example")), "/sign-in/code");
    }
}
