//! Server functions of the audit trail.

use super::{
    filter::AuditFilter,
    trail::{AuditPage, VerificationState},
};
use crate::{error::AppError, tenants::tenant::TenantSlug};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use {
    super::{
        jobs::{DIRECTLY, SUBJECT, VerifyAudit},
        paths,
        store::{trail, verification},
        trail::PAGE_SIZE,
    },
    crate::{
        accounts::{authorise, permission::Permission},
        jobs::{queue::Job, store as jobs},
        platform::{Services, database::TenantTx},
    },
};

/// One page of the trail.
#[server(endpoint = "audit/list")]
pub async fn list_audit(tenant: TenantSlug, #[server(default)] filter: AuditFilter) -> Result<AuditPage, AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::ReadAudit).await?;
    let filter = filter.parse()?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    let one_more = i64::try_from(PAGE_SIZE + 1).unwrap_or(i64::MAX);
    let mut entries = trail::list_entries(&mut tx, &filter, member.time_zone, one_more).await?;
    let has_more = entries.len() > PAGE_SIZE;
    entries.truncate(PAGE_SIZE);
    let next = entries.last().filter(|_| has_more).map(|entry| entry.position);
    Ok(AuditPage { entries, next, people: trail::list_people(&mut tx).await? })
}

/// What the last verification found, and whether one is under way.
#[server(endpoint = "audit/verification")]
pub async fn get_verification(tenant: TenantSlug) -> Result<VerificationState, AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::ReadAudit).await?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    let subject = member.tenant_id.uuid();
    Ok(VerificationState {
        last: verification::find_latest(&mut tx).await?,
        job: jobs::find_latest(&mut tx, VerifyAudit::JOB_NAME, SUBJECT, subject).await?,
    })
}

/// Verifies the trail: at once, or as a job if it is long.
#[server(endpoint = "audit/verify")]
pub async fn verify_trail(tenant: TenantSlug) -> Result<(), AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::ReadAudit).await?;
    // Also where nothing may be changed any more: what is kept is whether the trail holds.
    let mut tx = TenantTx::begin_traced(&services.pool, &member).await?;
    if verification::count_entries(&mut tx).await? > DIRECTLY {
        if !member.standing.may_write() {
            return Err(AppError::not_possible(
                "A trail of this length is verified in the background, where nothing runs for your organisation at the moment. Verify it when your organisation is active again.",
            ));
        }
        VerifyAudit::request(&mut tx).await?;
    } else {
        verification::verify(&mut tx, Some(member.user_id)).await?;
    }
    tx.commit().await?;
    leptos_axum::redirect(&paths::trail(&tenant));
    Ok(())
}
