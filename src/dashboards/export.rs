//! `GET /{tenant}/dashboard/export`: the figures of a dashboard as a spreadsheet, with those of the period before.

use super::{
    dashboard::Overview,
    figures::{Stage, Totals, Wait},
    findings,
    query::DashboardQuery,
    series::points,
    store::overview,
};
use crate::{
    accounts::{authorise, permission::Permission},
    analysis::analysis::{IncidentType, Severity},
    audit::{event::Action, store as audit},
    csv,
    error::AppError,
    incidents::narrowing::WEEKDAYS,
    platform::{Services, database::TenantTx},
    tenants::tenant::TenantSlug,
    usage::figures::plain_usd,
};
use axum::{
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
};
use chrono::Utc;
use http::{StatusCode, header};
use serde_json::json;
use tower_sessions::Session;

const HEAD: [&str; 4] = ["Figure", "Of", "In this period", "In the period before"];

/// The subject type of a dashboard in audit events.
const SUBJECT: &str = "dashboard";

/// Sends the figures.
pub async fn download(
    State(services): State<Services>,
    session: Session,
    Path(tenant): Path<String>,
    Query(query): Query<DashboardQuery>,
) -> Response {
    match prepare(&services, &session, &tenant, &query).await {
        Ok(response) => response,
        Err(AppError::SignedOut) => Redirect::to(&format!("/sign-in?next=/{tenant}/dashboard")).into_response(),
        Err(error) => {
            let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            (status, error.to_string()).into_response()
        }
    }
}

async fn prepare(
    services: &Services,
    session: &Session,
    tenant: &str,
    query: &DashboardQuery,
) -> Result<Response, AppError> {
    let tenant: TenantSlug = tenant.parse().map_err(|_| AppError::NotFound)?;
    let member = authorise::session_member_who_may(services, session, &tenant, Permission::ReadFigures).await?;
    let scope = query.scope(Utc::now().with_timezone(&member.time_zone).date_naive())?;
    let mut tx = TenantTx::begin_traced(&services.pool, &member).await?;
    let overview = overview::read(&mut tx, &scope).await?;
    let details = json!({
        "from": scope.from,
        "to": scope.to,
        "site": scope.site,
        "participant": scope.participant,
        "reports": overview.figures.totals.reports,
    });
    audit::record(&mut tx, Action::FiguresExported, SUBJECT, member.tenant_id.uuid(), details).await?;
    tx.commit().await?;
    let name = format!("attachment; filename=\"dashboard-{tenant}-{}-{}.csv\"", scope.from, scope.to);
    let headers = [(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)];
    // The mark that tells spreadsheets that this is UTF-8.
    Ok((headers, format!("\u{feff}{}", text(&overview))).into_response())
}

/// One line: what is counted, of what, now and before.
type Line = (&'static str, String, String, String);

fn text(overview: &Overview) -> String {
    let lines = totals(overview).into_iter().chain(over_time(overview)).chain(kinds(overview)).chain(repeats(overview));
    let rows = lines.map(|(figure, of, now, before)| csv::row([figure, &of, &now, &before]));
    std::iter::once(csv::row(HEAD)).chain(rows).collect()
}

fn totals(overview: &Overview) -> Vec<Line> {
    let scope = &overview.scope;
    let days = |from, to| format!("{from} to {to}");
    let before = scope.before();
    let both = |figure, of: &str, value: &dyn Fn(&Totals) -> String| -> Line {
        (figure, of.to_owned(), value(&overview.figures.totals), value(&overview.before))
    };
    let minutes = |value: Option<f64>| value.map(|value| format!("{value:.0}")).unwrap_or_default();
    let mut lines = vec![
        ("Days", String::new(), days(scope.from, scope.to), days(before.from, before.to)),
        both("Reports", "submitted", &|totals| totals.reports.to_string()),
        both("Reports", "signed off", &|totals| totals.signed_off.to_string()),
        ("Reports", "waiting for review now".to_owned(), overview.queue.waiting.to_string(), String::new()),
    ];
    for stage in Stage::ALL {
        let of = |totals: &Totals, pick: fn(&Wait) -> Option<f64>| {
            minutes(totals.waits.iter().find(|wait| wait.stage == *stage).and_then(pick))
        };
        lines.push(both("Median minutes", stage.label(), &|totals| of(totals, |wait| wait.median_minutes)));
        lines.push(both("Minutes for nine of ten", stage.label(), &|totals| of(totals, |wait| wait.p90_minutes)));
    }
    for phases in 0..=4 {
        lines.push(both("Phases told", &phases.to_string(), &|totals| {
            totals.quality.phases_told.get(phases).copied().unwrap_or_default().to_string()
        }));
    }
    lines.extend([
        both("Questions", "asked", &|totals| totals.quality.questions_asked.to_string()),
        both("Questions", "answered in words", &|totals| totals.quality.questions_answered.to_string()),
        both("Questions", "answered with \"I don't know\"", &|totals| totals.quality.questions_not_known.to_string()),
        both("AI suggestions", "decided on", &|totals| totals.ai.suggestions.to_string()),
        both("AI suggestions", "overruled", &|totals| totals.ai.overruled.to_string()),
        both("AI calls", "whole organisation", &|totals| totals.ai.calls.to_string()),
        both("AI cost (US$)", "whole organisation", &|totals| plain_usd(totals.ai.cost_micros)),
    ]);
    lines
}

fn over_time(overview: &Overview) -> Vec<Line> {
    let (_, points) = points(&overview.scope, &overview.figures.days);
    points
        .into_iter()
        .map(|point| {
            (
                "Reports by day of the event",
                format!("{} to {}", point.from, point.to),
                point.reports.to_string(),
                String::new(),
            )
        })
        .collect()
}

fn kinds(overview: &Overview) -> Vec<Line> {
    let line = |kind: IncidentType, severity: Severity| {
        let of = format!("{}, {}", kind.label(), severity.label().to_lowercase());
        let [now, before] = [&overview.figures.totals, &overview.before]
            .map(|totals| findings::of_kind_and_severity(totals, kind, severity).to_string());
        ("Signed-off reports by type and severity", of, now, before)
    };
    IncidentType::ALL
        .iter()
        .flat_map(|kind| Severity::ALL.iter().map(move |severity| (*kind, *severity)))
        .map(|(kind, severity)| line(kind, severity))
        .collect()
}

/// Only the most frequent of this period are known, so what they were before isn't told.
fn repeats(overview: &Overview) -> Vec<Line> {
    let figures = &overview.figures;
    let count = |figure, of: String, reports: i64| (figure, of, reports.to_string(), String::new());
    let participants =
        figures.participants.iter().map(|one| count("Reports by participant", one.name.clone(), one.reports));
    let sites = figures.sites.iter().map(|one| {
        let name = if one.id.is_some() { one.name.clone() } else { "No site named".to_owned() };
        count("Reports by site", name, one.reports)
    });
    let hours =
        figures.hours.iter().zip(WEEKDAYS).flat_map(|(hours, day)| {
            hours.iter().enumerate().filter(|(_, reports)| **reports > 0).map(move |(hour, reports)| {
                count("Reports by weekday and hour", format!("{day} {hour:02}:00"), *reports)
            })
        });
    let conditions = figures
        .conditions
        .iter()
        .map(|one| count("Contributing conditions", format!("{}: {}", one.group.label(), one.text), one.reports));
    participants.chain(sites).chain(hours).chain(conditions).collect()
}
