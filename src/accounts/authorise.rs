//! From a request to a member: every tenant-scoped server function starts here.

use super::{member::Member, permission::Permission, role::Role, store};
use crate::{
    error::AppError,
    ids::UserId,
    platform::{
        Services,
        session::{self, SignedIn},
    },
    tenants::{acted, tenant::TenantSlug},
};
use http::request::Parts;
use leptos::prelude::use_context;
use tower_sessions::Session;

/// Who is signed in, for what is theirs alone: password, second factor, devices. Out of reach for somebody
/// who acts as another person just now.
pub async fn signed_in() -> Result<SignedIn, AppError> {
    let (services, session) = (Services::current()?, current_session()?);
    let holder = holder_of(&session).await?;
    match acted::acted_member(&services, &session, &holder).await? {
        Some(_) => Err(AppError::not_possible(
            "You can't do this while you act as another person. Stop first, then try again.",
        )),
        None => Ok(holder),
    }
}

/// Who is signed in, whether they act as another person or not.
pub async fn holder() -> Result<SignedIn, AppError> {
    holder_of(&current_session()?).await
}

async fn holder_of(session: &Session) -> Result<SignedIn, AppError> {
    session::signed_in(session).await?.ok_or(AppError::SignedOut)
}

/// The signed-in person as a member of `tenant`. A tenant that isn't theirs does not exist for them.
pub async fn member(services: &Services, tenant: &TenantSlug) -> Result<Member, AppError> {
    member_behind(services, &current_session()?, tenant).await
}

async fn member_behind(services: &Services, session: &Session, tenant: &TenantSlug) -> Result<Member, AppError> {
    seat(services, session, tenant).await.map(|seat| seat.member)
}

/// Who somebody is in an organisation, and what else belongs to that.
pub struct Seat {
    /// The person, or whom they act as. Its tenant may be newer than the one that was asked for.
    pub member: Member,
    /// The organisations that the person can go to from there.
    pub organisations: Vec<Member>,
    /// Whom the person acts as just now, here or elsewhere.
    pub acted: Option<Member>,
}

/// The person behind a session in `tenant`. Somebody who acts as another person is that person in the
/// other's organisation, and themselves everywhere else.
pub async fn seat(services: &Services, session: &Session, tenant: &TenantSlug) -> Result<Seat, AppError> {
    let holder = holder_of(session).await?;
    let acted = acted::acted_member(services, session, &holder).await?;
    if let Some(member) = acted.clone().filter(|member| member.tenant == *tenant) {
        require_second_factor(services, &member, holder.user_id).await?;
        return Ok(Seat { organisations: vec![member.clone()], member, acted });
    }
    let organisations = store::memberships_of(&services.pool, holder.user_id).await?;
    let is_current = organisations.iter().any(|member| member.tenant == *tenant);
    let current = if is_current {
        tenant.clone()
    } else {
        store::find_moved(&services.pool, holder.user_id, tenant).await?.ok_or(AppError::NotFound)?
    };
    let member = organisations.iter().find(|member| member.tenant == current).cloned().ok_or(AppError::NotFound)?;
    require_second_factor(services, &member, holder.user_id).await?;
    Ok(Seat { member, organisations, acted })
}

/// Refuses whoever has signed in without a second factor where the organisation asks for one: the person
/// themselves, also while they act as another.
async fn require_second_factor(services: &Services, member: &Member, holder: UserId) -> Result<(), AppError> {
    if member.second_factor_required && !store::factors::has_second_factor(&services.pool, holder).await? {
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
