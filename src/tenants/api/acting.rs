//! Server functions of acting as somebody.

use crate::{error::AppError, tenants::tenant::TenantSlug};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use {
    super::organisations::administrator,
    crate::{
        accounts::{authorise, store::factors::has_second_factor},
        ids::UserId,
        platform::{Services, database::TenantTx, session},
        tenants::{
            acted,
            acting::parse_reason,
            paths,
            store::{acting as store, organisations::find_organisation, settings::find_settings},
        },
    },
};

/// Takes the place of a person for half an hour at most; leads to the person's home page.
#[server(endpoint = "tenants/start-acting")]
pub async fn start_acting(
    tenant: TenantSlug,
    organisation: String,
    #[server(default)] person: String,
    #[server(default)] acting_reason: String,
) -> Result<(), AppError> {
    let services = Services::current()?;
    let admin = administrator(&services, &tenant).await?;
    // One at a time: who acts as somebody already is refused here.
    authorise::signed_in().await?;
    let id = find_organisation(&services.pool, admin.user_id, &organisation).await?;
    let person: UserId = person.parse().map_err(|_| AppError::field("person", "Choose a person who works there."))?;
    let reason = parse_reason("acting_reason", &acting_reason)?;
    let has_factor = has_second_factor(&services.pool, admin.user_id).await?;
    let mut tx = TenantTx::begin_for_system(&services.pool, id).await?;
    if find_settings(&mut tx).await?.second_factor_required && !has_factor {
        return Err(AppError::not_possible(
            "This organisation asks for two-step sign-in. Set it up for your own account first.",
        ));
    }
    let carried = store::begin(&mut tx, admin.user_id, person, &reason).await?;
    tx.commit().await?;
    session::begin_acting(&authorise::current_session()?, carried).await?;
    leptos_axum::redirect(&format!("/{organisation}"));
    Ok(())
}

/// Ends it; leads back to the organisations.
#[server(endpoint = "tenants/stop-acting")]
pub async fn stop_acting() -> Result<(), AppError> {
    let services = Services::current()?;
    let session = authorise::current_session()?;
    acted::stop(&services, &session).await?;
    session::renew(&session).await?;
    leptos_axum::redirect(&paths::organisations(&TenantSlug::system()));
    Ok(())
}
