//! Server functions of data requests. Those of legal holds are in `api/holds.rs`.

pub mod holds;

use super::request::{DataRequest, DataRequestDesk, DataRequestView, SubjectChoices};
use crate::{error::AppError, ids::DataRequestId, tenants::tenant::TenantSlug};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use {
    super::{
        jobs::FulfilDataRequest,
        paths,
        request::{DataSubject, NewRequest, RequestStatus, RequestType, parse_note, parse_reason},
        store::{self, SUBJECT, plan},
    },
    crate::{
        accounts::{authorise, member::Member, permission::Permission},
        jobs::{job::JobStatus, queue::Job, store as jobs},
        platform::{Services, database::TenantTx},
    },
    chrono::Utc,
};

/// The page shows so many requests and so many holds.
#[cfg(feature = "ssr")]
const SHOWN: i64 = 100;

/// Requests, holds, and how many reports no longer have to be kept.
#[server(endpoint = "data-requests/list")]
pub async fn get_desk(tenant: TenantSlug) -> Result<DataRequestDesk, AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::HandleDataRequests).await?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    let retention_years = plan::retention_years(&mut tx).await?;
    Ok(DataRequestDesk {
        requests: store::list_requests(&mut tx, None, SHOWN).await?,
        holds: store::holds::list_holds(&mut tx, SHOWN).await?,
        past_retention: plan::count_past_retention(&mut tx, retention_years).await?,
        retention_years,
        now: Utc::now(),
    })
}

/// Whom a request or a hold can be about.
#[server(endpoint = "data-requests/subjects")]
pub async fn list_subjects(tenant: TenantSlug) -> Result<SubjectChoices, AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::HandleDataRequests).await?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    Ok(SubjectChoices { people: store::list_subjects(&mut tx).await? })
}

/// Opens a request that somebody made by letter, call or mail, and goes to it.
#[server(endpoint = "data-requests/open")]
pub async fn open_request(
    tenant: TenantSlug,
    #[server(default)] request_type: String,
    #[server(default)] subject: String,
    #[server(default)] note: String,
) -> Result<(), AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::HandleDataRequests).await?;
    let new = NewRequest::parse(&request_type, &subject, &note)?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    let id = store::open_request(&mut tx, &new, false).await?;
    tx.commit().await?;
    leptos_axum::redirect(&paths::request(&tenant, id));
    Ok(())
}

/// Asks for a file of one's own data.
#[server(endpoint = "data-requests/open-own")]
pub async fn ask_for_own_data(tenant: TenantSlug, #[server(default)] note: String) -> Result<(), AppError> {
    let services = Services::current()?;
    let member = authorise::member(&services, &tenant).await?;
    if member.acting.is_some() {
        return Err(AppError::not_possible("Only the person themself can ask for their data."));
    }
    let subject = DataSubject::Member(member.user_id);
    let new = NewRequest { request_type: RequestType::Export, subject, note: parse_note(&note)? };
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    store::open_request(&mut tx, &new, true).await?;
    tx.commit().await?;
    leptos_axum::redirect(&format!("/{tenant}/account?asked=1#your-data"));
    Ok(())
}

/// What the person asked for about themself, the open ones first.
#[server(endpoint = "data-requests/own")]
pub async fn list_own_requests(tenant: TenantSlug) -> Result<Vec<DataRequest>, AppError> {
    let services = Services::current()?;
    let member = authorise::member(&services, &tenant).await?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    store::list_requests(&mut tx, Some(member.user_id), 10).await
}

/// One request, with what a deletion would do now.
#[server(endpoint = "data-requests/get")]
pub async fn get_request(tenant: TenantSlug, id: DataRequestId) -> Result<DataRequestView, AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::HandleDataRequests).await?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    let request = store::find_request(&mut tx, id).await?;
    let shows_plan = request.request_type == RequestType::Deletion && request.status == RequestStatus::Received;
    let plan = if shows_plan { Some(plan::make_plan(&mut tx, request.subject).await?) } else { None };
    let job = jobs::find_latest(&mut tx, FulfilDataRequest::JOB_NAME, SUBJECT, id.uuid()).await?;
    Ok(DataRequestView {
        plan,
        job: job.filter(|job| request.status == RequestStatus::Preparing && job.status != JobStatus::Completed),
        is_about_me: request.subject == DataSubject::Member(member.user_id),
        request,
        now: Utc::now(),
    })
}

/// Decides that a request is carried out. A deletion asks for the person's name to be typed.
#[server(endpoint = "data-requests/approve")]
pub async fn approve_request(
    tenant: TenantSlug,
    id: DataRequestId,
    revision: i32,
    #[server(default)] confirmation: String,
) -> Result<(), AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::HandleDataRequests).await?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    let request = store::lock_undecided(&mut tx, id, revision).await?;
    if request.request_type == RequestType::Deletion {
        require_deletable(&mut tx, &member, &request, &confirmation).await?;
    }
    store::approve(&mut tx, id).await?;
    FulfilDataRequest::request(&mut tx, id).await?;
    tx.commit().await?;
    leptos_axum::redirect(&paths::request(&tenant, id));
    Ok(())
}

/// Passes if nothing stands in the way of deleting and it is meant.
#[cfg(feature = "ssr")]
async fn require_deletable(
    tx: &mut TenantTx,
    member: &Member,
    request: &DataRequest,
    confirmation: &str,
) -> Result<(), AppError> {
    if request.subject == DataSubject::Member(member.user_id) {
        return Err(AppError::not_possible("You can't delete your own data. Ask another admin to do it."));
    }
    let plan = plan::make_plan(tx, request.subject).await?;
    if plan.is_blocked() {
        return Err(AppError::not_possible("A legal hold stands, so nothing can be deleted."));
    }
    if !plan.has_effect() {
        return Err(AppError::not_possible("Nothing can be deleted now: everything has to stay."));
    }
    if confirmation.trim() == request.subject_name {
        Ok(())
    } else {
        Err(AppError::field("confirmation", "Type the name exactly as it is shown above."))
    }
}

/// Decides that a request isn't carried out.
#[server(endpoint = "data-requests/refuse")]
pub async fn refuse_request(
    tenant: TenantSlug,
    id: DataRequestId,
    revision: i32,
    #[server(default)] reason: String,
) -> Result<(), AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::HandleDataRequests).await?;
    let reason = parse_reason(&reason)?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    store::lock_undecided(&mut tx, id, revision).await?;
    store::refuse(&mut tx, id, &reason).await?;
    tx.commit().await?;
    leptos_axum::redirect(&paths::request(&tenant, id));
    Ok(())
}

/// Tries again what background work gave up.
#[server(endpoint = "data-requests/retry")]
pub async fn retry_request(tenant: TenantSlug, id: DataRequestId) -> Result<(), AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::HandleDataRequests).await?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    store::lock(&mut tx, id).await?;
    if store::find_request(&mut tx, id).await?.status != RequestStatus::Preparing {
        return Err(AppError::not_possible("There is nothing to try again."));
    }
    FulfilDataRequest::request(&mut tx, id).await?;
    tx.commit().await?;
    leptos_axum::redirect(&paths::request(&tenant, id));
    Ok(())
}
