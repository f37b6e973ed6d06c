//! Server functions of the home pages, the dashboard and its saved views.

use super::{dashboard::Dashboard, home::Home, query::DashboardQuery};
use crate::{error::AppError, ids::SavedViewId, tenants::tenant::TenantSlug};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use {
    super::{
        home::ReviewHome,
        saved_view::{ViewName, query_to_keep},
        store::{self, overview, views},
    },
    crate::{
        accounts::{authorise, permission::Permission},
        incidents::store::search::{IncidentScope, list_choices},
        platform::{Services, database::TenantTx},
    },
    chrono::Utc,
};

/// What needs the person now.
#[server(endpoint = "dashboards/home")]
pub async fn get_home(tenant: TenantSlug) -> Result<Home, AppError> {
    let services = Services::current()?;
    let member = authorise::member(&services, &tenant).await?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    let knowledge =
        if member.role.may(Permission::EditKnowledge) { Some(store::count_knowledge(&mut tx).await?) } else { None };
    let review = if member.role.may(Permission::ReviewIncidents) {
        Some(ReviewHome {
            queue: store::list_queue(&mut tx, 25).await?,
            stuck: store::list_stuck(&mut tx, 10).await?,
            counts: store::count_reports(&mut tx).await?,
            knowledge,
        })
    } else {
        None
    };
    let (drafts, recent) = if member.role.may(Permission::ReportIncidents) {
        (
            store::list_own_drafts(&mut tx, member.user_id, 10).await?,
            store::list_own_recent(&mut tx, member.user_id, 10).await?,
        )
    } else {
        (Vec::new(), Vec::new())
    };
    Ok(Home { review, drafts, recent, time_zone: member.time_zone, now: Utc::now() })
}

/// The dashboard. Days that can't be used count as not set; the page says so at their fields.
#[server(endpoint = "dashboards/get")]
pub async fn get_dashboard(
    tenant: TenantSlug,
    #[server(default)] query: DashboardQuery,
) -> Result<Dashboard, AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::ReadFigures).await?;
    let now = Utc::now();
    let today = now.with_timezone(&member.time_zone).date_naive();
    let scope = query.without_errors(today).scope(today)?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    Ok(Dashboard {
        overview: overview::read(&mut tx, &scope).await?,
        choices: list_choices(
            &mut tx,
            IncidentScope::Submitted,
            scope.participant,
            member.role.may(Permission::ReadRegisters),
        )
        .await?,
        views: views::list_views(&mut tx, member.user_id).await?,
        today,
        now,
    })
}

/// Keeps the filters of a dashboard under a name.
#[server(endpoint = "dashboards/save-view")]
pub async fn save_view(
    tenant: TenantSlug,
    #[server(default)] name: String,
    #[server(flatten)] query: DashboardQuery,
) -> Result<(), AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::ReadFigures).await?;
    let name = ViewName::parse(&name)?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    views::insert_view(&mut tx, member.user_id, &name, &query_to_keep(&query)).await?;
    tx.commit().await
}

/// Gives a saved view another name.
#[server(endpoint = "dashboards/rename-view")]
pub async fn rename_view(tenant: TenantSlug, id: SavedViewId, #[server(default)] name: String) -> Result<(), AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::ReadFigures).await?;
    let name = ViewName::parse(&name)?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    views::rename_view(&mut tx, member.user_id, id, &name).await?;
    tx.commit().await
}

/// Deletes a saved view.
#[server(endpoint = "dashboards/delete-view")]
pub async fn delete_view(tenant: TenantSlug, id: SavedViewId) -> Result<(), AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::ReadFigures).await?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    views::delete_view(&mut tx, member.user_id, id).await?;
    tx.commit().await
}
