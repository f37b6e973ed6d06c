//! Server functions of the participants' register.

use super::participant::{ParticipantForm, ParticipantPage, ParticipantRecord};
use crate::{error::AppError, ids::ParticipantId, tenants::tenant::TenantSlug};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use {
    super::{participant::NewParticipant, store},
    crate::{
        accounts::{authorise, permission::Permission},
        incidents::narrative::clean_line,
        platform::{Services, database::TenantTx},
        sites::store as sites,
    },
};

/// One page of the register by name, after the row `after`; `search` is a part of the name.
#[server(endpoint = "participants/list")]
pub async fn list_participants(
    tenant: TenantSlug,
    #[server(default)] search: String,
    #[server(default)] include_archived: bool,
    after: Option<ParticipantId>,
) -> Result<ParticipantPage, AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::ReadRegisters).await?;
    let search = Some(clean_line(&search)).filter(|search| !search.is_empty());
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    store::list_participants(&mut tx, search.as_deref(), include_archived, after).await
}

/// One participant and the sites to choose from.
#[server(endpoint = "participants/get")]
pub async fn get_participant(tenant: TenantSlug, id: ParticipantId) -> Result<ParticipantRecord, AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::ReadRegisters).await?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    let participant = store::find_participant(&mut tx, id).await?;
    Ok(ParticipantRecord { participant, sites: sites::list_options(&mut tx).await? })
}

/// Adds a participant, or with `id` changes the one that was at `revision`; goes back to the list.
#[server(endpoint = "participants/save")]
pub async fn save_participant(
    tenant: TenantSlug,
    id: Option<ParticipantId>,
    #[server(default)] revision: i32,
    #[server(flatten)] form: ParticipantForm,
) -> Result<(), AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::EditRegisters).await?;
    let new = NewParticipant::parse(&form)?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    match id {
        Some(id) => store::update_participant(&mut tx, id, revision, &new).await?,
        None => {
            store::insert_participant(&mut tx, &new).await?;
        }
    }
    tx.commit().await?;
    leptos_axum::redirect(&format!("/{tenant}/participants?saved=1"));
    Ok(())
}
