//! Server functions of the AI settings.

use super::{
    provider_settings::{AiSettings, ProviderPage},
    settings_forms::{Fields, ProviderForm, SwitchForm},
};
use crate::{error::AppError, ids::ProviderId, tenants::tenant::TenantSlug};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use {
    super::{
        connection_test,
        paths::{self, SettingsCard},
        provider_settings::KnownModels,
        settings_forms::{NewProvider, NewSwitch, parse_access, parse_embedding, parse_steps},
        store::{self, embedding, keys::reseal_outdated, people, providers},
    },
    crate::{
        accounts::{authorise, permission::Permission},
        ai::{prices, provider::ProviderKind},
        knowledge::{jobs::EmbedDocuments, store::embedding_settings::save_choice},
        platform::{Services, database::TenantTx},
        usage::store::month_to_date,
    },
};

/// Everything on the settings page.
#[server(endpoint = "providers/settings")]
pub async fn get_ai_settings(tenant: TenantSlug) -> Result<AiSettings, AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::ConfigureAi).await?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    Ok(AiSettings {
        switch: store::find_switch(&mut tx).await?,
        spent_micros: month_to_date(&mut tx).await?,
        steps: store::list_steps(&mut tx).await?,
        embedding: embedding::find_embedding(&mut tx, list_embedding_models()).await?,
        providers: providers::list_providers(&mut tx).await?,
        people: people::list_people(&mut tx).await?,
        known_models: list_known_models(),
        time_zone: member.time_zone,
    })
}

#[cfg(feature = "ssr")]
fn list_known_models() -> KnownModels {
    let models = |kind| prices::known_models(kind).into_iter().map(str::to_owned).collect();
    ProviderKind::ALL.iter().map(|kind| (*kind, models(*kind))).collect()
}

#[cfg(feature = "ssr")]
fn list_embedding_models() -> KnownModels {
    let models = |kind| prices::known_embedding_models(kind).into_iter().map(str::to_owned).collect();
    ProviderKind::ALL.iter().map(|kind| (*kind, models(*kind))).collect()
}

/// Saves the switch and the limits.
#[server(endpoint = "providers/save-switch")]
pub async fn save_switch(
    tenant: TenantSlug,
    revision: i32,
    #[server(flatten)] form: SwitchForm,
) -> Result<(), AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::ConfigureAi).await?;
    let new = NewSwitch::parse(&form)?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    store::save_switch(&mut tx, revision, &new).await?;
    reseal_outdated(&mut tx, &services.keys).await?;
    tx.commit().await?;
    leptos_axum::redirect(&paths::saved(&tenant, SettingsCard::Limits));
    Ok(())
}

/// Saves who answers for which step.
#[server(endpoint = "providers/save-steps")]
pub async fn save_steps(
    tenant: TenantSlug,
    revision: i32,
    #[server(default)] providers: Fields,
    #[server(default)] models: Fields,
) -> Result<(), AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::ConfigureAi).await?;
    let choices = parse_steps(&providers, &models)?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    store::save_steps(&mut tx, revision, &choices).await?;
    tx.commit().await?;
    leptos_axum::redirect(&paths::saved(&tenant, SettingsCard::Steps));
    Ok(())
}

/// Saves who compares meanings, and has the documents prepared for it.
#[server(endpoint = "providers/save-embedding")]
pub async fn save_embedding(
    tenant: TenantSlug,
    revision: i32,
    embedding_provider: String,
    #[server(default)] embedding_model: String,
) -> Result<(), AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::ConfigureAi).await?;
    let choice = parse_embedding(&embedding_provider, &embedding_model)?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    embedding::require_vectors(&mut tx, choice.as_ref()).await?;
    if save_choice(&mut tx, revision, choice.as_ref()).await? {
        EmbedDocuments::request(&mut tx).await?;
    }
    tx.commit().await?;
    leptos_axum::redirect(&paths::saved(&tenant, SettingsCard::Meaning));
    Ok(())
}

/// Saves who may use AI providers, of those who were on the page.
#[server(endpoint = "providers/save-access")]
pub async fn save_access(
    tenant: TenantSlug,
    #[server(default)] shown: Fields,
    #[server(default)] allowed: Fields,
) -> Result<(), AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::ConfigureAi).await?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    people::save_access(&mut tx, &parse_access(&shown, &allowed)).await?;
    tx.commit().await?;
    leptos_axum::redirect(&paths::saved(&tenant, SettingsCard::People));
    Ok(())
}

/// The page of a provider, or of a new one.
#[server(endpoint = "providers/get")]
pub async fn get_provider(tenant: TenantSlug, id: Option<ProviderId>) -> Result<ProviderPage, AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::ConfigureAi).await?;
    let mut provider = None;
    if let Some(id) = id {
        let mut tx = TenantTx::begin(&services.pool, &member).await?;
        provider = Some(providers::find_provider(&mut tx, id).await?);
    }
    let may_be_private = services.config.ai_private_addresses;
    Ok(ProviderPage { provider, known_models: list_known_models(), may_be_private })
}

/// Sets a provider up, or with `id` changes the one that was at `revision`; tests it if the form says so.
#[server(endpoint = "providers/save")]
pub async fn save_provider(
    tenant: TenantSlug,
    id: Option<ProviderId>,
    #[server(default)] revision: i32,
    #[server(flatten)] form: ProviderForm,
) -> Result<(), AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::ConfigureAi).await?;
    let new = NewProvider::parse(&form, |kind, address| {
        services.ai.check_address(kind, address).map_err(|problem| problem.to_string())
    })?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    let (id, is_key_dropped) = match id {
        Some(id) => (id, providers::update_provider(&mut tx, &services.keys, id, revision, &new).await?),
        None => (providers::insert_provider(&mut tx, &services.keys, &new).await?, false),
    };
    reseal_outdated(&mut tx, &services.keys).await?;
    tx.commit().await?;
    if new.tests {
        connection_test::run(&services, &member, id).await?;
        leptos_axum::redirect(&paths::tested(&tenant, id));
    } else {
        leptos_axum::redirect(&paths::provider_saved(&tenant, is_key_dropped));
    }
    Ok(())
}

/// Removes a provider whose name was typed to confirm it.
#[server(endpoint = "providers/remove")]
pub async fn remove_provider(tenant: TenantSlug, id: ProviderId, confirmed_name: String) -> Result<(), AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::ConfigureAi).await?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    providers::delete_provider(&mut tx, id, confirmed_name.trim()).await?;
    tx.commit().await?;
    leptos_axum::redirect(&paths::removed(&tenant));
    Ok(())
}

/// Makes a small call to a provider and keeps how it went.
#[server(endpoint = "providers/test")]
pub async fn test_provider(tenant: TenantSlug, id: ProviderId) -> Result<(), AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::ConfigureAi).await?;
    connection_test::run(&services, &member, id).await?;
    leptos_axum::redirect(&paths::tested(&tenant, id));
    Ok(())
}
