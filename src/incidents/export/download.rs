//! `GET /{tenant}/incidents/{id}/export.json` and `export.pdf`: the whole record as a file. Whoever may
//! export reports saves every report they may read, a reporter their own once it is submitted.

use super::{AnalysisDepth, ExportFrame, IncidentExport, pdf, store};
use crate::{
    accounts::{authorise, member::Member, permission::Permission},
    audit::{event::Action, store as audit},
    error::AppError,
    ids::IncidentId,
    incidents::{
        api::scope_of,
        store::{SUBJECT, search::IncidentScope},
    },
    platform::{Services, database::TenantTx},
    tenants::tenant::TenantSlug,
};
use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use chrono::Utc;
use http::{StatusCode, header};
use serde_json::json;
use tower_sessions::Session;

/// What kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Json,
    Pdf,
}

impl Format {
    const fn ending(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Pdf => "pdf",
        }
    }

    const fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Pdf => "application/pdf",
        }
    }
}

/// Sends the record as data.
pub async fn json(services: State<Services>, session: Session, path: Path<(String, String)>) -> Response {
    download(services, session, path, Format::Json).await
}

/// Sends the record as a document.
pub async fn pdf(services: State<Services>, session: Session, path: Path<(String, String)>) -> Response {
    download(services, session, path, Format::Pdf).await
}

async fn download(
    State(services): State<Services>,
    session: Session,
    Path((tenant, id)): Path<(String, String)>,
    format: Format,
) -> Response {
    match prepare(&services, &session, &tenant, &id, format).await {
        Ok(response) => response,
        Err(AppError::SignedOut) => Redirect::to(&format!("/sign-in?next=/{tenant}/incidents/{id}")).into_response(),
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
    id: &str,
    format: Format,
) -> Result<Response, AppError> {
    let tenant: TenantSlug = tenant.parse().map_err(|_| AppError::NotFound)?;
    let id: IncidentId = id.parse().map_err(|_| AppError::NotFound)?;
    let member = authorise::session_member(services, session, &tenant).await?;
    let export = read(services, &member, id).await?;
    let mut tx = TenantTx::begin_traced(&services.pool, &member).await?;
    let details = json!({ "format": format.ending() });
    audit::record(&mut tx, Action::IncidentExported, SUBJECT, id.uuid(), details).await?;
    tx.commit().await?;
    let name = format!("attachment; filename=\"{}.{}\"", export.file_name(), format.ending());
    let headers = [(header::CONTENT_TYPE, format.content_type().to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, write(export, format).await?).into_response())
}

/// The record as the person may see it, as it stands at one moment.
async fn read(services: &Services, member: &Member, id: IncidentId) -> Result<IncidentExport, AppError> {
    let scope = if member.role.may(Permission::ExportIncidents) {
        scope_of(member)?
    } else {
        member.require(Permission::ReportIncidents)?;
        IncidentScope::Own(member.user_id)
    };
    let depth =
        if member.role.may(Permission::ReviewIncidents) { AnalysisDepth::All } else { AnalysisDepth::SignedOff };
    let frame = ExportFrame {
        exported_at: Utc::now(),
        exported_by: member.display_name.clone(),
        organisation: member.tenant_name.clone(),
        time_zone: member.time_zone,
    };
    let mut tx = TenantTx::snapshot(&services.pool, member.tenant_id).await?;
    store::read_incident(&mut tx, id, scope, depth, &frame).await
}

/// Makes the file on a thread that may take its time.
async fn write(export: IncidentExport, format: Format) -> Result<Vec<u8>, AppError> {
    let written = tokio::task::spawn_blocking(move || match format {
        Format::Json => serde_json::to_vec_pretty(&export).ok(),
        Format::Pdf => pdf::write(&export).ok(),
    });
    written.await.ok().flatten().ok_or_else(|| {
        tracing::error!(error.kind = "export", "a record could not be written as a file");
        AppError::Internal
    })
}
