//! `GET /{tenant}/data-requests/{id}/file`: the finished file, while its time lasts. A file that somebody
//! asked for about themself is theirs alone; any other is the admins'.

use super::{request::DataSubject, store};
use crate::{
    accounts::{authorise, permission::Permission},
    audit::{event::Action, store as audit},
    error::AppError,
    ids::DataRequestId,
    platform::{Services, database::TenantTx},
    tenants::tenant::TenantSlug,
};
use axum::{
    body::Body,
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use http::{StatusCode, header};
use serde_json::json;
use tower_sessions::Session;

/// Sends the file piece by piece.
pub async fn download(
    State(services): State<Services>,
    session: Session,
    Path((tenant, id)): Path<(String, String)>,
) -> Response {
    match prepare(&services, &session, &tenant, &id).await {
        Ok(response) => response,
        Err(AppError::SignedOut) => Redirect::to(&format!("/sign-in?next=/{tenant}/account")).into_response(),
        Err(error) => {
            let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            (status, error.to_string()).into_response()
        }
    }
}

async fn prepare(services: &Services, session: &Session, tenant: &str, id: &str) -> Result<Response, AppError> {
    let tenant: TenantSlug = tenant.parse().map_err(|_| AppError::NotFound)?;
    let id: DataRequestId = id.parse().map_err(|_| AppError::NotFound)?;
    let member = authorise::session_member(services, session, &tenant).await?;
    let mut tx = TenantTx::begin_traced(&services.pool, &member).await?;
    let request = store::find_request(&mut tx, id).await?;
    let is_for_me = if request.is_own {
        // Not for support, who may sit in the person's place.
        request.subject == DataSubject::Member(member.user_id) && member.acting.is_none()
    } else {
        member.role.may(Permission::HandleDataRequests)
    };
    if !is_for_me {
        return Err(AppError::NotFound);
    }
    let file = store::find_file(&mut tx, id).await?;
    audit::record(&mut tx, Action::DataRequestDownloaded, store::SUBJECT, id.uuid(), json!({})).await?;
    tx.commit().await?;
    let stream = services.files.open(&file.storage_key).await?;
    let headers = [
        (header::CONTENT_TYPE, "application/zip".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"personal-data-{id}.zip\"")),
        (header::CONTENT_LENGTH, file.byte_size.to_string()),
    ];
    Ok((headers, Body::from_stream(stream)).into_response())
}
