//! From a request to a member: every tenant-scoped server function starts here.

use super::{member::Member, permission::Permission, role::Role, store};
use crate::{
    error::AppError,
    platform::{
        Services,
        session::{self, SignedIn},
    },
    tenants::tenant::TenantSlug,
};
use http::request::Parts;
use leptos::prelude::use_context;
use tower_sessions::Session;

/// Who is signed in.
pub async fn signed_in() -> Result<SignedIn, AppError> {
    session::signed_in(&current_session()?).await?.ok_or(AppError::SignedOut)
}

/// The signed-in person as a member of `tenant`. A tenant that isn't theirs does not exist for them.
pub async fn member(services: &Services, tenant: &TenantSlug) -> Result<Member, AppError> {
    member_behind(services, &current_session()?, tenant).await
}

async fn member_behind(services: &Services, session: &Session, tenant: &TenantSlug) -> Result<Member, AppError> {
    let signed_in = session::signed_in(session).await?.ok_or(AppError::SignedOut)?;
    let memberships = store::memberships_of(&services.pool, signed_in.user_id).await?;
    let member = memberships.into_iter().find(|member| member.tenant == *tenant).ok_or(AppError::NotFound)?;
    require_second_factor(services, &member).await?;
    Ok(member)
}

/// Refuses a member who has no second factor where the organisation asks for one.
pub async fn require_second_factor(services: &Services, member: &Member) -> Result<(), AppError> {
    if member.second_factor_required && !store::factors::has_second_factor(&services.pool, member.user_id).await? {
        return Err(AppError::SecondFactorNeeded);
    }
    Ok(())
}

/// The signed-in person as a member of `tenant` who has the permission.
pub async fn member_who_may(
    services: &Services,
    tenant: &TenantSlug,
    permission: Permission,
) -> Result<Member, AppError> {
    let member = member(services, tenant).await?;
    member.require(permission)?;
    Ok(member)
}

/// The person behind a session as a member of `tenant`, for an answer that is no server function.
pub async fn session_member(services: &Services, session: &Session, tenant: &TenantSlug) -> Result<Member, AppError> {
    member_behind(services, session, tenant).await
}

/// The same as somebody who has the permission.
pub async fn session_member_who_may(
    services: &Services,
    session: &Session,
    tenant: &TenantSlug,
    permission: Permission,
) -> Result<Member, AppError> {
    let member = member_behind(services, session, tenant).await?;
    member.require(permission)?;
    Ok(member)
}

/// The session of the current request.
pub fn current_session() -> Result<Session, AppError> {
    use_context::<Parts>().and_then(|parts| parts.extensions.get::<Session>().cloned()).ok_or(AppError::Internal)
}

/// Reads a role that the database wrote.
pub(super) fn role_from_database(text: &str) -> Result<Role, AppError> {
    Role::parse(text).ok_or(AppError::Internal)
}
