//! `GET /{tenant}/usage/export`: a month of the ledger as a spreadsheet.

use super::{
    figures::plain_usd,
    month::Month,
    store::entries::{LedgerEntry, Place, list_entries},
};
use crate::{
    accounts::{authorise, member::Member, permission::Permission},
    ai::provider::FallbackReason,
    csv,
    error::AppError,
    ids::UsageEventId,
    platform::{Services, database::TenantTx},
    tenants::tenant::TenantSlug,
};
use axum::{
    body::Body,
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
};
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use futures::{StreamExt, stream};
use http::{StatusCode, header};
use serde::Deserialize;
use tower_sessions::Session;
use uuid::Uuid;

const HEAD: [&str; 16] = [
    "Time",
    "Step",
    "Prompt version",
    "Provider",
    "Model",
    "Person",
    "Trial",
    "Outcome",
    "Problem",
    "Input tokens",
    "Output tokens",
    "Cost (US$)",
    "Price table",
    "Latency (ms)",
    "Correlation",
    "Entry",
];

/// What the address asks for.
#[derive(Deserialize)]
pub struct Ask {
    #[serde(default)]
    month: String,
}

/// Sends the month, entry by entry.
pub async fn download(
    State(services): State<Services>,
    session: Session,
    Path(tenant): Path<String>,
    Query(ask): Query<Ask>,
) -> Response {
    match prepare(services, &session, &tenant, &ask).await {
        Ok(response) => response,
        Err(AppError::SignedOut) => Redirect::to(&format!("/sign-in?next=/{tenant}/usage")).into_response(),
        Err(error) => {
            let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            (status, error.to_string()).into_response()
        }
    }
}

async fn prepare(services: Services, session: &Session, tenant: &str, ask: &Ask) -> Result<Response, AppError> {
    let tenant: TenantSlug = tenant.parse().map_err(|_| AppError::NotFound)?;
    let member = authorise::session_member_who_may(&services, session, &tenant, Permission::SeeUsage).await?;
    let zone = member.time_zone;
    let month = Month::parse(&ask.month).or_else(|| Month::at(Utc::now(), zone)).ok_or(AppError::Internal)?;
    let (from, until) = month.bounds(zone).ok_or(AppError::Internal)?;
    let name = format!("attachment; filename=\"ai-usage-{tenant}-{month}.csv\"");
    let headers = [(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, Body::from_stream(text(services, member, from, until))).into_response())
}

/// The file in pieces. Each is read in a transaction of its own, so that a slow reader holds none.
fn text(
    services: Services,
    member: Member,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
) -> impl stream::Stream<Item = Result<String, AppError>> {
    // The mark that tells spreadsheets that this is UTF-8.
    let head = format!("\u{feff}{}", csv::row(HEAD));
    let zone = member.time_zone;
    let start: Place = (from - TimeDelta::microseconds(1), UsageEventId::from(Uuid::max()));
    let batches = stream::try_unfold(Some(start), move |place| {
        let (services, member) = (services.clone(), member.clone());
        async move {
            let Some(place) = place else { return Ok(None) };
            let mut tx = TenantTx::begin(&services.pool, &member).await?;
            let entries = list_entries(&mut tx, place, until).await?;
            let next = entries.last().map(|entry| (entry.occurred_at, entry.id));
            Ok(next.is_some().then(|| (entries.iter().map(|entry| line(entry, zone)).collect::<String>(), next)))
        }
    });
    stream::once(async { Ok(head) }).chain(batches)
}

fn line(entry: &LedgerEntry, zone: Tz) -> String {
    let time = entry.occurred_at.with_timezone(&zone).format("%Y-%m-%d %H:%M:%S").to_string();
    let problem = entry.problem.as_deref().unwrap_or_default();
    csv::row([
        time.as_str(),
        entry.step_label(),
        &entry.prompt_version.map(|version| version.to_string()).unwrap_or_default(),
        &entry.provider,
        &entry.ai_model,
        entry.person.as_deref().unwrap_or_default(),
        if entry.is_trial { "yes" } else { "" },
        &entry.outcome,
        FallbackReason::parse(problem).map_or(problem, |reason| reason.label()),
        &entry.input_tokens.to_string(),
        &entry.output_tokens.to_string(),
        &plain_usd(entry.cost_micros),
        entry.price_version.as_deref().unwrap_or_default(),
        &entry.latency_ms.to_string(),
        &entry.correlation_id.to_string(),
        &entry.id.to_string(),
    ])
}
