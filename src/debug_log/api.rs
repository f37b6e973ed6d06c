//! Server functions of the debug log.

use super::line::{LogFilter, LogPage, TracePage};
use crate::{error::AppError, tenants::tenant::TenantSlug};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use {
    super::{
        line::{Cursor, TraceName},
        store,
    },
    crate::{
        accounts::{authorise, permission::Permission},
        jobs::store as jobs,
        platform::{Services, database::TenantTx},
        usage::store::entries,
    },
};

/// One page of the organisation's lines.
#[server(endpoint = "log/list")]
pub async fn list_log(tenant: TenantSlug, #[server(default)] filter: LogFilter) -> Result<LogPage, AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::SeeDebugLog).await?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    let (lines, next) = store::list_lines(&mut tx, &filter).await?;
    Ok(LogPage { lines, next: next.map(Cursor::write) })
}

/// Everything of the trace with this id or reference; nothing if none is known.
#[server(endpoint = "log/trace")]
pub async fn get_trace(tenant: TenantSlug, trace: String) -> Result<Option<TracePage>, AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::SeeDebugLog).await?;
    let Some(name) = TraceName::parse(&trace) else { return Ok(None) };
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    let Some(id) = store::find_trace(&mut tx, &name).await? else { return Ok(None) };
    let lines = store::list_trace(&mut tx, id).await?;
    let jobs = jobs::list_traced(&mut tx, id).await?;
    let calls = entries::list_traced(&mut tx, id).await?;
    let is_known = !(lines.is_empty() && jobs.is_empty() && calls.is_empty());
    Ok(is_known.then_some(TracePage { id, lines, jobs, calls }))
}
