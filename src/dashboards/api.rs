//! Server functions of the home pages.

use super::home::Home;
use crate::{error::AppError, tenants::tenant::TenantSlug};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use {
    super::{home::ReviewHome, store},
    crate::{
        accounts::{authorise, permission::Permission},
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
