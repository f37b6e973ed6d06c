//! What a form with files is answered: a page with JavaScript gets the report, a plain form goes back to
//! its page with the report in the address, without names.

use crate::{
    error::AppError,
    knowledge::upload::{FileOutcome, UploadProblem, UploadReport},
};
use axum::{
    Json,
    response::{IntoResponse, Redirect, Response},
};
use http::{StatusCode, header};

/// Where and how to answer.
pub struct Reply {
    is_plain_form: bool,
    tenant: String,
    /// The page that the form is on.
    page: String,
    is_replacement: bool,
}

impl Reply {
    pub fn to(request: &axum::extract::Request, tenant: &str, document: Option<&str>) -> Self {
        let accept = request.headers().get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
        let page = match document {
            Some(document) => format!("/{tenant}/knowledge/{document}"),
            None => format!("/{tenant}/knowledge"),
        };
        Self {
            is_plain_form: accept.is_some_and(|accept| accept.contains("text/html")),
            tenant: tenant.to_owned(),
            page,
            is_replacement: document.is_some(),
        }
    }

    pub fn give(&self, result: Result<UploadReport, AppError>) -> Response {
        match result {
            Ok(report) if self.is_plain_form => Redirect::to(&self.address_of(&report)).into_response(),
            Ok(report) if report.has_any() => Json(report).into_response(),
            Ok(report) => answer(&refused(&report)),
            Err(error) if self.is_plain_form => self.send_back(&error),
            Err(error) => answer(&error),
        }
    }

    fn address_of(&self, report: &UploadReport) -> String {
        let done = match report.files.first().map(|file| file.outcome) {
            Some(FileOutcome::Replaced { .. }) => Some("done=replaced"),
            Some(FileOutcome::Unchanged { .. }) => Some("done=unchanged"),
            _ => None,
        };
        match done.filter(|_| self.is_replacement) {
            Some(done) => format!("{}?{done}", self.page),
            None => format!("{}?{}", self.page, report.notice().query()),
        }
    }

    fn send_back(&self, error: &AppError) -> Response {
        let problem = match error {
            AppError::SignedOut => {
                return Redirect::to(&format!("/sign-in?next=/{}/knowledge", self.tenant)).into_response();
            }
            AppError::NotFound | AppError::Forbidden => return answer_plainly(error),
            AppError::Stale { .. } => UploadProblem::Stale,
            AppError::NotPossible { .. } => UploadProblem::NotPossible,
            AppError::Invalid { fields } => {
                let field = fields.first().map(|field| field.field.as_str()).unwrap_or_default();
                match field {
                    "file" => UploadProblem::NoFile,
                    field => UploadProblem::parse(field).unwrap_or(UploadProblem::Failed),
                }
            }
            _ => UploadProblem::Failed,
        };
        Redirect::to(&format!("{}?problem={}", self.page, problem.as_str())).into_response()
    }
}

/// No file was taken: that is an error at the field.
fn refused(report: &UploadReport) -> AppError {
    let reasons: Vec<_> = report.notice().refused;
    let sentence = match reasons.as_slice() {
        [(_, reason)] => reason.label().to_owned(),
        reasons => {
            let each = reasons.iter().map(|(number, reason)| format!("File {number}: {}", reason.label()));
            each.collect::<Vec<_>>().join(" ")
        }
    };
    AppError::field("files", sentence)
}

fn status_of(error: &AppError) -> StatusCode {
    StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

fn answer(error: &AppError) -> Response {
    (status_of(error), Json(error)).into_response()
}

fn answer_plainly(error: &AppError) -> Response {
    (status_of(error), error.to_string()).into_response()
}
