//! Who reads documents: everybody who may ask them or change them.

use crate::{
    accounts::{authorise, member::Member, permission::Permission},
    error::AppError,
    platform::Services,
    tenants::tenant::TenantSlug,
};
use tower_sessions::Session;

/// The signed-in person as somebody who may read documents of `tenant`.
pub async fn reader(services: &Services, tenant: &TenantSlug) -> Result<Member, AppError> {
    require_reader(authorise::member(services, tenant).await?)
}

/// The same for an answer that is no server function.
pub async fn session_reader(services: &Services, session: &Session, tenant: &TenantSlug) -> Result<Member, AppError> {
    require_reader(authorise::session_member(services, session, tenant).await?)
}

fn require_reader(member: Member) -> Result<Member, AppError> {
    if is_editor(&member) { Ok(member) } else { member.require(Permission::AskKnowledge).map(|()| member) }
}

/// Whether they may change documents of their own tenant, and so see all of them.
pub fn is_editor(member: &Member) -> bool {
    member.role.may(Permission::EditKnowledge)
}
