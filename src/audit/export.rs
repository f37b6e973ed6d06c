//! `GET /{tenant}/audit/export`: the filtered trail as a spreadsheet.

use super::{
    details,
    event::describe,
    filter::{AuditFilter, ParsedFilter},
    store::trail,
    trail::{AuditEntry, subject_label},
};
use crate::{
    accounts::{authorise, member::Member, permission::Permission},
    csv,
    error::AppError,
    platform::{Services, database::TenantTx},
    tenants::tenant::TenantSlug,
};
use axum::{
    body::Body,
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
};
use chrono_tz::Tz;
use futures::{StreamExt, stream};
use http::{StatusCode, header};
use tower_sessions::Session;

/// Entries that are read at a time.
const BATCH: i64 = 2_000;

const HEAD: [&str; 10] =
    ["Entry", "Time", "Person", "By support", "What", "Action", "About", "Name now", "Record", "Details"];

/// Sends the trail, newest first.
pub async fn download(
    State(services): State<Services>,
    session: Session,
    Path(tenant): Path<String>,
    Query(filter): Query<AuditFilter>,
) -> Response {
    match prepare(services, &session, &tenant, &filter).await {
        Ok(response) => response,
        Err(AppError::SignedOut) => Redirect::to(&format!("/sign-in?next=/{tenant}/audit")).into_response(),
        Err(error) => {
            let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            (status, error.to_string()).into_response()
        }
    }
}

async fn prepare(
    services: Services,
    session: &Session,
    tenant: &str,
    filter: &AuditFilter,
) -> Result<Response, AppError> {
    let tenant: TenantSlug = tenant.parse().map_err(|_| AppError::NotFound)?;
    let member = authorise::session_member_who_may(&services, session, &tenant, Permission::ReadAudit).await?;
    let parsed = filter.parse()?;
    let mut tx = TenantTx::begin_traced(&services.pool, &member).await?;
    trail::note_export(&mut tx, &filter.narrowing()).await?;
    tx.commit().await?;
    let name = format!("attachment; filename=\"audit-trail-{tenant}.csv\"");
    let headers = [(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, Body::from_stream(text(services, member, parsed))).into_response())
}

/// The file in pieces. Each is read in a transaction of its own, so that a slow reader holds none.
fn text(
    services: Services,
    member: Member,
    filter: ParsedFilter,
) -> impl stream::Stream<Item = Result<String, AppError>> {
    // The mark that tells spreadsheets that this is UTF-8.
    let head = format!("\u{feff}{}", csv::row(HEAD));
    let zone = member.time_zone;
    let batches = stream::try_unfold(Some(filter), move |filter| {
        let (services, member) = (services.clone(), member.clone());
        async move {
            let Some(filter) = filter else { return Ok(None) };
            let mut tx = TenantTx::begin(&services.pool, &member).await?;
            let entries = trail::list_entries(&mut tx, &filter, zone, BATCH).await?;
            let next = entries.last().map(|entry| ParsedFilter { after: Some(entry.position), ..filter });
            let lines: String = entries.iter().map(|entry| line(entry, zone)).collect();
            Ok(next.is_some().then_some((lines, next)))
        }
    });
    stream::once(async { Ok(head) }).chain(batches)
}

fn line(entry: &AuditEntry, zone: Tz) -> String {
    let words = details::in_words(&entry.details).into_iter().map(|(term, definition)| format!("{term}: {definition}"));
    let time = entry.occurred_at.with_timezone(&zone).format("%Y-%m-%d %H:%M:%S").to_string();
    csv::row([
        entry.position.to_string().as_str(),
        &time,
        entry.actor_name.as_deref().unwrap_or("SupportSignal"),
        if details::was_by_support(&entry.details) { "yes" } else { "" },
        describe(&entry.action),
        &entry.action,
        &subject_label(&entry.subject_type),
        entry.subject_name.as_deref().unwrap_or_default(),
        &entry.subject_id.to_string(),
        &words.collect::<Vec<_>>().join("; "),
    ])
}
