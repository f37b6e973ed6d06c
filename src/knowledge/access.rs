//! Who reads documents: everybody who may ask them, if the document isn't kept to other roles. Who may
//! change documents sees that they are there and manages them, and reads no more than their role may.

use crate::{
    accounts::{authorise, member::Member, permission::Permission, role::Role},
    error::AppError,
    ids::TenantId,
    knowledge::details,
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

/// Whether they may change documents of their own tenant, and so see that each of them is there.
pub fn is_editor(member: &Member) -> bool {
    member.role.may(Permission::EditKnowledge)
}

/// Whether they may read what a document of `tenant` says that is kept to these roles. The system's admin
/// reads what the system shares: no document can be kept to that role.
pub fn may_read(member: &Member, tenant: TenantId, allowed_roles: Option<&[Role]>) -> bool {
    let is_publisher = member.role == Role::SystemAdmin && tenant == member.tenant_id;
    is_publisher || details::may_read(member.role, allowed_roles)
}
