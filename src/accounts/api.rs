//! Server functions of accounts: signing in and out, sessions, password reset.

pub mod join;
pub mod safety;
pub mod second_factor;

use super::{
    sessions::SessionRow,
    viewer::{TenantChoice, Viewer},
};
use crate::{
    error::AppError,
    ids::SessionHandle,
    tenants::{tenant::TenantSlug, tenant_row::TenantRow},
};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use {
    super::{
        authorise::{self, Seat},
        email::Email,
        password::NewPassword,
        permission::Permission,
        reset,
        security_event::SecurityEventKind,
        signing_in, store,
        throttle::Throttle,
        visit::Visit,
    },
    crate::{
        notifications,
        platform::{Services, database::TenantTx, session},
        tenants::{acted, acting::ActingNote, store::settings},
    },
    http::{request::Parts, uri::PathAndQuery},
};

/// Signs in and goes to `next`, a path of ours, or to the person's first organisation; or to the page
/// that asks for the code first.
#[server(endpoint = "accounts/sign-in")]
pub async fn sign_in(email: String, password: String, next: Option<String>) -> Result<(), AppError> {
    let services = Services::current()?;
    let visit = Visit::current(&services)?;
    let email = Email::parse(&email)?;
    let throttle = Throttle::new(&email, &visit.ip);
    throttle.check(&services.pool).await?;
    let login = store::find_login(&services.pool, &email).await?;
    let (user_id, stored) = login.map_or((None, None), |(user_id, stored)| (Some(user_id), Some(stored)));
    if !services.passwords.verify(password, stored).await? {
        let is_last = throttle.record_failure(&services.pool).await?;
        if let Some(user_id) = user_id {
            let kind = if is_last { SecurityEventKind::SignInLocked } else { SecurityEventKind::SignInFailed };
            signing_in::note_beside(&services, user_id, kind, visit);
        }
        return Err(AppError::WrongCredentials);
    }
    throttle.clear(&services.pool).await?;
    let user_id = user_id.ok_or(AppError::WrongCredentials)?;
    leptos_axum::redirect(&signing_in::after_password(&services, user_id, &visit, next.as_deref()).await?);
    Ok(())
}

/// Ends this session.
#[server(endpoint = "accounts/sign-out")]
pub async fn sign_out() -> Result<(), AppError> {
    let (services, session) = (Services::current()?, authorise::current_session()?);
    acted::stop(&services, &session).await?;
    session::end(&session).await?;
    leptos_axum::redirect("/sign-in?out=1");
    Ok(())
}

/// Mails a link for a new password if the address has an account; the answer is the same if not.
#[server(endpoint = "accounts/request-password-reset")]
pub async fn request_password_reset(email: String) -> Result<(), AppError> {
    let services = Services::current()?;
    reset::request(&services, Email::parse(&email)?);
    leptos_axum::redirect("/forgot-password?sent=1");
    Ok(())
}

/// Sets a new password with the code of a reset mail and ends every session of the person.
#[server(endpoint = "accounts/reset-password")]
pub async fn reset_password(token: String, password: String) -> Result<(), AppError> {
    let services = Services::current()?;
    reset::complete(&services, token.trim(), NewPassword::parse(&password)?).await?;
    leptos_axum::redirect("/sign-in?reset=1");
    Ok(())
}

/// The person in front of a page of `tenant`.
#[server(endpoint = "accounts/viewer")]
pub async fn get_viewer(tenant: TenantSlug) -> Result<Viewer, AppError> {
    let services = Services::current()?;
    let Seat { member, organisations, acted } =
        authorise::seat(&services, &authorise::current_session()?, &tenant).await?;
    if member.tenant != tenant {
        lead_on(&tenant, &member.tenant);
    }
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    let unread_notifications = notifications::store::count_unread(&mut tx, member.user_id).await?;
    let branding = settings::find_branding(&mut tx).await?;
    let tenants = organisations.into_iter().map(TenantChoice::of).collect();
    Ok(Viewer { member, tenants, unread_notifications, branding, acting: acted.as_ref().and_then(ActingNote::of) })
}

/// Leads a page at an address that the organisation has left to the same page at its new one.
#[cfg(feature = "ssr")]
fn lead_on(former: &TenantSlug, current: &TenantSlug) {
    let asked = use_context::<Parts>();
    let path = asked.as_ref().and_then(|parts| parts.uri.path_and_query()).map(PathAndQuery::as_str);
    if let Some(rest) = path.and_then(|path| path.strip_prefix(&format!("/{former}"))) {
        leptos_axum::redirect(&format!("/{current}{rest}"));
    }
}

/// The organisations of the signed-in person, by name.
#[server(endpoint = "accounts/tenants")]
pub async fn list_my_tenants() -> Result<Vec<TenantChoice>, AppError> {
    let services = Services::current()?;
    let holder = authorise::holder().await?;
    let members = store::memberships_of(&services.pool, holder.user_id).await?;
    Ok(members.into_iter().map(TenantChoice::of).collect())
}

/// All organisations, for the system admin.
#[server(endpoint = "accounts/all-tenants")]
pub async fn list_all_tenants(tenant: TenantSlug) -> Result<Vec<TenantRow>, AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::ListTenants).await?;
    store::list_tenants(&services.pool, member.user_id).await
}

/// The signed-in devices of the person, the latest used first.
#[server(endpoint = "accounts/sessions")]
pub async fn list_sessions() -> Result<Vec<SessionRow>, AppError> {
    let services = Services::current()?;
    let signed_in = authorise::signed_in().await?;
    store::list_sessions(&services.pool, signed_in.user_id, signed_in.handle).await
}

/// Signs one of the person's devices out.
#[server(endpoint = "accounts/revoke-session")]
pub async fn revoke_session(handle: SessionHandle) -> Result<(), AppError> {
    let services = Services::current()?;
    let signed_in = authorise::signed_in().await?;
    if store::revoke_session(&services.pool, signed_in.user_id, handle).await? {
        Ok(())
    } else {
        Err(AppError::NotFound)
    }
}

/// Signs all of the person's other devices out.
#[server(endpoint = "accounts/revoke-other-sessions")]
pub async fn revoke_other_sessions() -> Result<(), AppError> {
    let services = Services::current()?;
    let signed_in = authorise::signed_in().await?;
    store::revoke_other_sessions(&services.pool, signed_in.user_id, signed_in.handle).await.map(|_| ())
}
