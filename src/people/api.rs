//! Server functions of an organisation's people.

use super::{
    filter::PeopleFilter,
    person::{PeoplePage, PersonForm, PersonRecord},
};
use crate::{
    accounts::invitation::InvitationForm,
    error::AppError,
    ids::{InvitationId, UserId},
    tenants::tenant::TenantSlug,
};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use {
    super::{
        paths::{self, InvitationChange, PersonChange},
        person::PersonEdit,
        store,
    },
    crate::{
        accounts::{
            authorise, invitation::NewInvitation, invitations, permission::Permission,
            store::invitations as open_invitations,
        },
        platform::{Services, database::TenantTx},
    },
};

/// One page of the list, and who is invited.
#[server(endpoint = "people/list")]
pub async fn list_people(tenant: TenantSlug, #[server(default)] filter: PeopleFilter) -> Result<PeoplePage, AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::ManagePeople).await?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    let (people, next) = store::list_people(&mut tx, &filter).await?;
    Ok(PeoplePage { people, next, invitations: open_invitations::list_open(&mut tx).await? })
}

/// One person.
#[server(endpoint = "people/get")]
pub async fn get_person(tenant: TenantSlug, id: UserId) -> Result<PersonRecord, AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::ManagePeople).await?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    store::find_person(&mut tx, id).await
}

/// Changes the name and role of the person who was at `revision`.
#[server(endpoint = "people/save")]
pub async fn save_person(
    tenant: TenantSlug,
    id: UserId,
    revision: i32,
    #[server(flatten)] form: PersonForm,
) -> Result<(), AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::ManagePeople).await?;
    let edit = PersonEdit::parse(&form)?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    store::save_person(&mut tx, id, revision, &edit).await?;
    tx.commit().await?;
    leptos_axum::redirect(&paths::person_after(&tenant, id, PersonChange::Saved));
    Ok(())
}

/// Lets a person in no more, from this moment on.
#[server(endpoint = "people/deactivate")]
pub async fn deactivate_person(tenant: TenantSlug, id: UserId, typed_name: String) -> Result<(), AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::ManagePeople).await?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    store::deactivate(&mut tx, id, &typed_name).await?;
    tx.commit().await?;
    leptos_axum::redirect(&paths::person_after(&tenant, id, PersonChange::Deactivated));
    Ok(())
}

/// Lets a person in again.
#[server(endpoint = "people/reactivate")]
pub async fn reactivate_person(tenant: TenantSlug, id: UserId) -> Result<(), AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::ManagePeople).await?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    store::reactivate(&mut tx, id).await?;
    tx.commit().await?;
    leptos_axum::redirect(&paths::person_after(&tenant, id, PersonChange::Reactivated));
    Ok(())
}

/// Signs a person out everywhere.
#[server(endpoint = "people/end-sessions")]
pub async fn end_person_sessions(tenant: TenantSlug, id: UserId) -> Result<(), AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::ManagePeople).await?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    store::end_sessions(&mut tx, id).await?;
    tx.commit().await?;
    leptos_axum::redirect(&paths::person_after(&tenant, id, PersonChange::SessionsEnded));
    Ok(())
}

/// Removes a person's second factor.
#[server(endpoint = "people/reset-second-factor")]
pub async fn reset_person_second_factor(
    tenant: TenantSlug,
    id: UserId,
    reset_typed_name: String,
) -> Result<(), AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::ManagePeople).await?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    let done = store::reset_second_factor(&mut tx, id, &reset_typed_name).await;
    done.map_err(|error| error.renamed("typed_name", "reset_typed_name"))?;
    tx.commit().await?;
    leptos_axum::redirect(&paths::person_after(&tenant, id, PersonChange::SecondFactorReset));
    Ok(())
}

/// Invites a person by e-mail.
#[server(endpoint = "people/invite")]
pub async fn invite_person(tenant: TenantSlug, #[server(flatten)] form: InvitationForm) -> Result<(), AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::ManagePeople).await?;
    let new = NewInvitation::parse(&form)?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    let invitation = invitations::invite(&mut tx, &new.email, &new.display_name, new.role).await?;
    tx.commit().await?;
    invitations::send(&services, invitation);
    leptos_axum::redirect(&paths::list_after(&tenant, InvitationChange::Sent));
    Ok(())
}

/// Mails an open invitation again, with a new link.
#[server(endpoint = "people/send-again")]
pub async fn send_invitation_again(tenant: TenantSlug, id: InvitationId) -> Result<(), AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::ManagePeople).await?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    let invitation = invitations::send_again(&mut tx, id).await?;
    tx.commit().await?;
    invitations::send(&services, invitation);
    leptos_axum::redirect(&paths::list_after(&tenant, InvitationChange::SentAgain));
    Ok(())
}

/// Takes an open invitation back.
#[server(endpoint = "people/withdraw")]
pub async fn withdraw_invitation(tenant: TenantSlug, id: InvitationId) -> Result<(), AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::ManagePeople).await?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    invitations::withdraw(&mut tx, id).await?;
    tx.commit().await?;
    leptos_axum::redirect(&paths::list_after(&tenant, InvitationChange::Withdrawn));
    Ok(())
}
