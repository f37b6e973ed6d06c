//! A form that was refused comes back with everything that was typed, without JavaScript too.
//!
//! With JavaScript the page stays as it is. Without it the answer to a form is another page: the
//! browser is sent to the form's own page with the same post once more (307 keeps method and body),
//! and the page shows what it finds there. Nothing of it is stored, and nothing stands in an address.

use axum::{
    Form,
    body::Body,
    extract::{FromRequest, Request, rejection::FormRejection},
};
use http::{HeaderValue, StatusCode, header, request::Parts};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;

/// The fields that were posted to the current page.
#[derive(Debug, Clone)]
pub struct Posted(Vec<(String, String)>);

impl Posted {
    /// Takes the form out of a request for a page.
    pub async fn take(request: Request) -> Result<(Self, Request), FormRejection> {
        let (parts, body) = request.into_parts();
        let Form(fields) = Form::from_request(Request::from_parts(parts.clone(), body), &()).await?;
        Ok((Self(fields), Request::from_parts(parts, Body::empty())))
    }

    /// What was posted to the page that is made now, if anything was.
    pub fn current() -> Option<Self> {
        use_context()
    }

    /// The text of a field; empty if it wasn't sent.
    pub fn field(&self, name: &str) -> String {
        self.0.iter().find(|(field, _)| field == name).map(|(_, text)| text.clone()).unwrap_or_default()
    }
}

/// Sends the form of the current server function back to its page, as it was typed. A page with
/// JavaScript needs no help and gets none.
pub fn give_back(page: &str) {
    let (Some(request), Some(response)) = (use_context::<Parts>(), use_context::<ResponseOptions>()) else {
        return;
    };
    let accept = request.headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    if accept.is_some_and(|accept| accept.contains("text/html"))
        && let Ok(page) = HeaderValue::from_str(page)
    {
        response.insert_header(header::LOCATION, page);
        response.set_status(StatusCode::TEMPORARY_REDIRECT);
    }
}
