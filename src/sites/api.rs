//! Server functions of the sites' register.

use super::site::{Site, SiteForm, SiteOption, SitePage};
use crate::{error::AppError, ids::SiteId, tenants::tenant::TenantSlug};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use {
    super::{site::NewSite, store},
    crate::{
        accounts::{authorise, permission::Permission},
        incidents::narrative::clean_line,
        platform::{Services, database::TenantTx},
    },
};

/// One page of the register by name, after the row `after`; `search` is a part of the name.
#[server(endpoint = "sites/list")]
pub async fn list_sites(
    tenant: TenantSlug,
    #[server(default)] search: String,
    #[server(default)] include_archived: bool,
    after: Option<SiteId>,
) -> Result<SitePage, AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::ReadRegisters).await?;
    let search = Some(clean_line(&search)).filter(|search| !search.is_empty());
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    store::list_sites(&mut tx, search.as_deref(), include_archived, after).await
}

/// The active sites by name, for those who add participants.
#[server(endpoint = "sites/options")]
pub async fn list_site_options(tenant: TenantSlug) -> Result<Vec<SiteOption>, AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::EditRegisters).await?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    store::list_options(&mut tx).await
}

/// One site.
#[server(endpoint = "sites/get")]
pub async fn get_site(tenant: TenantSlug, id: SiteId) -> Result<Site, AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::ReadRegisters).await?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    store::find_site(&mut tx, id).await
}

/// Adds a site, or with `id` changes the one that was at `revision`; goes back to the list.
#[server(endpoint = "sites/save")]
pub async fn save_site(
    tenant: TenantSlug,
    id: Option<SiteId>,
    #[server(default)] revision: i32,
    #[server(flatten)] form: SiteForm,
) -> Result<(), AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::EditRegisters).await?;
    let new = NewSite::parse(&form)?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    match id {
        Some(id) => store::update_site(&mut tx, id, revision, &new).await?,
        None => {
            store::insert_site(&mut tx, &new).await?;
        }
    }
    tx.commit().await?;
    leptos_axum::redirect(&format!("/{tenant}/sites?saved=1"));
    Ok(())
}
