//! Server functions of gaps.

use super::gap::{GapPage, GapStatus};
use crate::{error::AppError, ids::GapId, tenants::tenant::TenantSlug};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use {
    super::store,
    crate::{
        accounts::{authorise, permission::Permission},
        knowledge::paths,
        platform::{Services, database::TenantTx},
    },
    chrono::Utc,
};

/// One page of the gaps in a state; `page` counts from zero.
#[server(endpoint = "knowledge/gaps")]
pub async fn list_gaps(
    tenant: TenantSlug,
    status: GapStatus,
    #[server(default)] page: i64,
) -> Result<GapPage, AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::EditKnowledge).await?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    let (gaps, has_more) = store::list_gaps(&mut tx, status, page).await?;
    let counts = store::count_gaps(&mut tx).await?;
    let open = if status == GapStatus::Open { store::list_open_titles(&mut tx).await? } else { Vec::new() };
    Ok(GapPage { gaps, counts, has_more, open, time_zone: member.time_zone, now: Utc::now() })
}

/// How many gaps wait for an answer.
#[server(endpoint = "knowledge/count-gaps")]
pub async fn count_open_gaps(tenant: TenantSlug) -> Result<i64, AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::EditKnowledge).await?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    store::count_open(&mut tx).await
}

/// Says that a gap is not for this organisation.
#[server(endpoint = "knowledge/dismiss-gap")]
pub async fn dismiss_gap(tenant: TenantSlug, id: GapId, revision: i32) -> Result<(), AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::EditKnowledge).await?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    store::dismiss_gap(&mut tx, id, revision).await?;
    tx.commit().await?;
    leptos_axum::redirect(&format!("{}?done=dismissed", paths::gaps(&tenant)));
    Ok(())
}

/// Opens a gap again.
#[server(endpoint = "knowledge/reopen-gap")]
pub async fn reopen_gap(tenant: TenantSlug, id: GapId, revision: i32) -> Result<(), AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::EditKnowledge).await?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    store::reopen_gap(&mut tx, id, revision).await?;
    tx.commit().await?;
    leptos_axum::redirect(&format!("{}?done=reopened", paths::gaps(&tenant)));
    Ok(())
}

/// Says that two gaps ask the same: the questions of the one move to the other.
#[server(endpoint = "knowledge/merge-gap")]
pub async fn merge_gap(tenant: TenantSlug, id: GapId, revision: i32, into: String) -> Result<(), AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::EditKnowledge).await?;
    let into = into.parse().map_err(|_| AppError::not_possible("Choose the question that asks the same."))?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    store::merge_gap(&mut tx, id, revision, into).await?;
    tx.commit().await?;
    leptos_axum::redirect(&format!("{}?done=merged", paths::gaps(&tenant)));
    Ok(())
}
