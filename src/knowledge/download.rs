//! `GET /{tenant}/knowledge/{document}/original`: the original as it was uploaded, always as a file to
//! keep and never as a page to look at, because it may be one that was built to harm.

use super::{
    access,
    document::FileType,
    store::read::{self, OriginalFile},
};
use crate::{
    error::AppError,
    ids::DocumentId,
    platform::{Services, database::TenantTx},
    tenants::tenant::TenantSlug,
};
use axum::{
    body::Body,
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
};
use http::{StatusCode, header};
use serde::Deserialize;
use tower_sessions::Session;

/// What the address asks for.
#[derive(Deserialize)]
pub struct Ask {
    version: Option<i32>,
}

/// Sends the file piece by piece.
pub async fn download(
    State(services): State<Services>,
    session: Session,
    Path((tenant, document)): Path<(String, String)>,
    Query(ask): Query<Ask>,
) -> Response {
    match prepare(&services, &session, &tenant, &document, &ask).await {
        Ok(response) => response,
        Err(AppError::SignedOut) => {
            Redirect::to(&format!("/sign-in?next=/{tenant}/knowledge/{document}")).into_response()
        }
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
    document: &str,
    ask: &Ask,
) -> Result<Response, AppError> {
    let tenant: TenantSlug = tenant.parse().map_err(|_| AppError::NotFound)?;
    let reader = access::session_reader(services, session, &tenant).await?;
    let id: DocumentId = document.parse().map_err(|_| AppError::NotFound)?;
    let mut tx = TenantTx::begin(&services.pool, &reader).await?;
    let original = read::find_original(&mut tx, &reader, id, ask.version).await?;
    tx.commit().await?;
    let file = services.files.open(&original.storage_key).await?;
    let headers = [
        (header::CONTENT_TYPE, media_type(original.file_type).to_owned()),
        (header::CONTENT_DISPOSITION, disposition(&original)),
        (header::CONTENT_LENGTH, original.byte_size.to_string()),
    ];
    Ok((headers, Body::from_stream(file)).into_response())
}

/// Nothing that a browser would run.
const fn media_type(file_type: FileType) -> &'static str {
    match file_type {
        FileType::Pdf => "application/pdf",
        FileType::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        FileType::Markdown | FileType::Text | FileType::Article | FileType::Html => "application/octet-stream",
    }
}

/// The name twice, as RFC 6266 has it: for all browsers in ASCII, for today's as it is.
fn disposition(original: &OriginalFile) -> String {
    let plain: String = original
        .file_name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || " .-_()".contains(c) { c } else { '_' })
        .collect();
    let encoded: String = original
        .file_name
        .bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect();
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    use super::{FileType, OriginalFile, disposition};

    #[test]
    fn a_name_can_not_break_out_of_its_header() {
        let original = OriginalFile {
            storage_key: String::new(),
            file_name: "Über\"; x=\r\n1.pdf".to_owned(),
            file_type: FileType::Pdf,
            byte_size: 1,
        };
        assert_eq!(
            disposition(&original),
            "attachment; filename=\"_ber__ x___1.pdf\"; filename*=UTF-8''%C3%9Cber%22%3B%20x%3D%0D%0A1.pdf"
        );
    }
}
