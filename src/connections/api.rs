//! Server functions of the connections.

use super::connection::Connection;
use crate::{error::AppError, tenants::tenant::TenantSlug};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use {
    super::{check, paths, store},
    crate::{
        accounts::{authorise, permission::Permission},
        platform::{Services, database::TenantTx},
        providers::store::providers::list_providers,
    },
};

/// Everything that the organisation uses, with how it was the last time.
#[server(endpoint = "connections/list")]
pub async fn list_connections(tenant: TenantSlug) -> Result<Vec<Connection>, AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::SeeDebugLog).await?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    let providers = list_providers(&mut tx).await?.into_iter().map(|provider| (provider.id, provider.name)).collect();
    store::list_connections(&mut tx, providers).await
}

/// Looks at all of it now.
#[server(endpoint = "connections/check")]
pub async fn check_connections(tenant: TenantSlug) -> Result<(), AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::SeeDebugLog).await?;
    check::run(&services, &member).await?;
    leptos_axum::redirect(&paths::list(&tenant));
    Ok(())
}
