//! What whoever runs the system does for somebody who can't sign in and works for several organisations,
//! so that none of their admins may.

use super::{
    email::Email,
    member::Member,
    security_event::SecurityEventKind,
    store::{self, factors, security_events},
};
use crate::{
    audit::{event::Action, store as audit},
    error::AppError,
    ids::{TenantId, UserId},
    platform::{Services, database::TenantTx},
};
use serde_json::json;

/// Removes the second factor of an account. The trail of the system and of each of the person's
/// organisations tells it, and the person's own page.
pub async fn reset_second_factor(services: &Services, member: &Member, email: &Email) -> Result<(), AppError> {
    let user_id = store::find_user_by_email(&services.pool, email).await?;
    let user_id = user_id.ok_or_else(|| AppError::field("email", "No account has this address."))?;
    if user_id == member.user_id {
        return Err(AppError::field("email", "This is your own account. Its own page switches two-step sign-in off."));
    }
    if !factors::has_second_factor(&services.pool, user_id).await? {
        return Err(AppError::field("email", "This account has no two-step sign-in."));
    }
    let mut tx = TenantTx::begin(&services.pool, member).await?;
    factors::remove(tx.connection(), user_id).await?;
    security_events::note(tx.connection(), user_id, SecurityEventKind::SecondFactorReset, None).await?;
    note_in_trail(&mut tx, user_id).await?;
    tx.commit().await?;
    for organisation in store::memberships_of(&services.pool, user_id).await? {
        // It is done: one organisation that can't be told mustn't keep it from the others.
        if let Err(error) = tell_organisation(services, organisation.tenant_id, member.tenant_id, user_id).await {
            tracing::error!(error.kind = ?error, "an organisation's trail doesn't tell that a second factor was removed");
        }
    }
    Ok(())
}

async fn tell_organisation(
    services: &Services,
    tenant_id: TenantId,
    told: TenantId,
    user_id: UserId,
) -> Result<(), AppError> {
    if tenant_id == told {
        return Ok(());
    }
    let mut tx = TenantTx::begin_for_system(&services.pool, tenant_id).await?;
    note_in_trail(&mut tx, user_id).await?;
    tx.commit().await
}

async fn note_in_trail(tx: &mut TenantTx, user_id: UserId) -> Result<(), AppError> {
    let details = json!({ "by": "system_admin" });
    audit::record(tx, Action::SecondFactorReset, "membership", user_id.uuid(), details).await
}
