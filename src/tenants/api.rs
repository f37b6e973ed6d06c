//! Server functions of an organisation's settings.

pub mod acting;
pub mod organisations;

use super::{settings::SettingsPage, settings_forms::ProfileForm, tenant::TenantSlug};
use crate::error::AppError;
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use {
    super::{
        paths,
        settings::{Branding, Profile, Retention, SettingsGroup},
        settings_forms::parse_time_zone,
        store::{acting::list_acting, settings as store},
    },
    crate::{
        accounts::{authorise, member::Member, permission::Permission, store::factors::has_second_factor},
        platform::{Services, database::TenantTx},
    },
};

/// The settings page.
#[server(endpoint = "tenants/settings")]
pub async fn get_settings(tenant: TenantSlug) -> Result<SettingsPage, AppError> {
    let services = Services::current()?;
    let member = configurer(&services, &tenant).await?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    Ok(SettingsPage {
        settings: store::find_settings(&mut tx).await?,
        revisions: store::find_revisions(&mut tx).await?,
        standing: member.standing,
        former_slugs: store::list_former_slugs(&mut tx).await?,
        changes: store::list_changes(&mut tx, None, 50).await?,
        support: list_acting(&mut tx, 20).await?,
    })
}

/// Saves who the organisation is.
#[server(endpoint = "tenants/save-profile")]
pub async fn save_profile(
    tenant: TenantSlug,
    revision: i32,
    #[server(flatten)] form: ProfileForm,
) -> Result<(), AppError> {
    let services = Services::current()?;
    let member = configurer(&services, &tenant).await?;
    let profile = Profile::parse(&form)?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    store::save_profile(&mut tx, revision, &profile).await?;
    tx.commit().await?;
    leptos_axum::redirect(&paths::saved(&member.tenant, SettingsGroup::Profile));
    Ok(())
}

/// Moves the organisation's pages to another address; the old one, typed to confirm, leads there.
#[server(endpoint = "tenants/save-address")]
pub async fn save_address(
    tenant: TenantSlug,
    revision: i32,
    #[server(default)] slug: String,
    #[server(default)] confirmed: String,
) -> Result<(), AppError> {
    let services = Services::current()?;
    let member = configurer(&services, &tenant).await?;
    let slug = TenantSlug::parse_new("slug", &slug)?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    store::save_slug(&mut tx, revision, &slug, confirmed.trim()).await?;
    tx.commit().await?;
    leptos_axum::redirect(&paths::saved(&slug, SettingsGroup::Address));
    Ok(())
}

/// Saves where the organisation's day starts. The database counts the figures' days anew by itself.
#[server(endpoint = "tenants/save-time-zone")]
pub async fn save_time_zone(
    tenant: TenantSlug,
    revision: i32,
    #[server(default)] time_zone: String,
) -> Result<(), AppError> {
    let services = Services::current()?;
    let member = configurer(&services, &tenant).await?;
    let zone = parse_time_zone(&time_zone)?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    store::save_time_zone(&mut tx, revision, zone).await?;
    tx.commit().await?;
    leptos_axum::redirect(&paths::saved(&member.tenant, SettingsGroup::TimeZone));
    Ok(())
}

/// Saves how the organisation looks.
#[server(endpoint = "tenants/save-branding")]
pub async fn save_branding(
    tenant: TenantSlug,
    revision: i32,
    #[server(default)] short_name: String,
    #[server(default)] accent: String,
) -> Result<(), AppError> {
    let services = Services::current()?;
    let member = configurer(&services, &tenant).await?;
    let branding = Branding::parse(&short_name, &accent)?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    store::save_branding(&mut tx, revision, &branding).await?;
    tx.commit().await?;
    leptos_axum::redirect(&paths::saved(&member.tenant, SettingsGroup::Branding));
    Ok(())
}

/// Saves how long things are kept.
#[server(endpoint = "tenants/save-retention")]
pub async fn save_retention(
    tenant: TenantSlug,
    revision: i32,
    #[server(default)] record_years: String,
    #[server(default)] debug_log_days: String,
) -> Result<(), AppError> {
    let services = Services::current()?;
    let member = configurer(&services, &tenant).await?;
    let retention = Retention::parse(&record_years, &debug_log_days)?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    store::save_retention(&mut tx, revision, retention).await?;
    tx.commit().await?;
    leptos_axum::redirect(&paths::saved(&member.tenant, SettingsGroup::Retention));
    Ok(())
}

/// Saves whether everybody needs a second factor. Only somebody who has one may ask it of the others.
#[server(endpoint = "tenants/save-second-factor")]
pub async fn save_second_factor(
    tenant: TenantSlug,
    revision: i32,
    #[server(default)] required: bool,
) -> Result<(), AppError> {
    let services = Services::current()?;
    let member = configurer(&services, &tenant).await?;
    if required {
        require_own_second_factor(&services, &member).await?;
    }
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    store::save_second_factor(&mut tx, revision, required).await?;
    tx.commit().await?;
    leptos_axum::redirect(&paths::saved(&member.tenant, SettingsGroup::Security));
    Ok(())
}

/// Whoever acts as somebody else decides nothing about how that person signs in.
#[cfg(feature = "ssr")]
async fn require_own_second_factor(services: &Services, member: &Member) -> Result<(), AppError> {
    if member.acting.is_none() && has_second_factor(&services.pool, member.user_id).await? {
        return Ok(());
    }
    Err(AppError::field("required", "Set up two-step sign-in for yourself first, on your account's page."))
}

#[cfg(feature = "ssr")]
async fn configurer(services: &Services, tenant: &TenantSlug) -> Result<Member, AppError> {
    authorise::member_who_may(services, tenant, Permission::ConfigureTenant).await
}
