//! What the library's errors mean. They quote requests and answers, so nothing of their text leaves
//! this module but what a request for less is decided by.

use super::{
    address::AddressRefused,
    answer, gateway,
    problem::CallProblem,
    retry::{Retry, asked_for},
};
use chrono::Utc;
use genai::webc::StreamTimeout;
use http::{HeaderMap, StatusCode};
use serde_json::Value;
use std::error::Error;

/// One attempt that failed.
pub struct Failure {
    pub problem: CallProblem,
    pub retry: Retry,
    /// Whether the provider itself is unwell, rather than the request or the answer.
    pub is_outage: bool,
    /// What it said about a request that it didn't take.
    complaint: Option<String>,
}

impl Failure {
    /// What an error of the library means.
    pub fn of(error: &genai::Error) -> Self {
        use genai::{Error as Genai, webc::Error as Web};
        match error {
            Genai::WebModelCall { webc_error, .. } | Genai::WebAdapterCall { webc_error, .. } => match webc_error {
                Web::ResponseFailedStatus { status, body, headers } => Self::of_status(*status, body, headers),
                Web::Reqwest(error) => Self::of_transport(error),
                _ => Self::malformed(),
            },
            Genai::HttpError { status, body, headers, .. } => Self::of_status(*status, body, headers),
            Genai::WebStream { error, .. } => Self::of_stream(error.as_ref()),
            Genai::ChatResponseGeneration { response_body, .. } => Self::of_answer(response_body),
            Genai::ChatResponse { body, .. } => Self::of_event(body),
            Genai::Resolver { .. } | Genai::RequiresApiKey { .. } | Genai::NoAuthData { .. } => Self::unauthorised(),
            Genai::StreamParse { .. }
            | Genai::SerdeJson(_)
            | Genai::JsonValueExt(_)
            | Genai::NoChatResponse { .. }
            | Genai::InvalidJsonResponseElement { .. } => Self::malformed(),
            _ => Self::of_request(),
        }
    }

    /// An answer that the library couldn't read: a refusal, an error told with status 200, or nonsense.
    pub fn of_answer(body: &Value) -> Self {
        if answer::is_refusal(body) {
            Self::refused()
        } else if body.get("error").is_some_and(|error| !error.is_null()) {
            Self::of_event(body)
        } else {
            Self::malformed()
        }
    }

    fn of_status(status: StatusCode, body: &str, headers: &HeaderMap) -> Self {
        if let Some(problem) = gateway::problem(headers) {
            return Self::on_the_way(problem);
        }
        let asked = asked_for(headers, Utc::now()).map_or(Retry::Soon, Retry::After);
        match status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Self::unauthorised(),
            StatusCode::NOT_FOUND => Self::new(CallProblem::ModelUnknown, Retry::Never, false),
            // OpenAI's word for an account without money, which waiting doesn't mend.
            StatusCode::TOO_MANY_REQUESTS if body.contains("insufficient_quota") => {
                Self::new(CallProblem::RateLimited, Retry::Never, true)
            }
            StatusCode::TOO_MANY_REQUESTS => Self::new(CallProblem::RateLimited, asked, true),
            status if status.is_server_error() => Self::new(CallProblem::ProviderFailed, asked, true),
            StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY => Self::of_complaint(body),
            _ => Self::of_request(),
        }
    }

    fn of_complaint(body: &str) -> Self {
        // Gemini's word for a key that it doesn't know.
        if body.contains("API_KEY_INVALID") {
            return Self::unauthorised();
        }
        if body.contains("content_filter") || body.contains("content_policy_violation") {
            return Self::refused();
        }
        // OpenAI's word for a model that used all its tokens for thinking.
        if body.contains("max_tokens or model output limit was reached") {
            return Self::too_long();
        }
        Self { complaint: Some(body.to_lowercase()), ..Self::of_request() }
    }

    /// An error told as an event of a stream or in a body with status 200.
    fn of_event(body: &Value) -> Self {
        let told = body.to_string();
        let says = |words: &[&str]| words.iter().any(|word| told.contains(word));
        if answer::is_refusal(body) || says(&["content_filter"]) {
            Self::refused()
        } else if says(&["authentication_error", "permission_error", "invalid_api_key"]) {
            Self::unauthorised()
        } else if says(&["not_found_error", "model_not_found"]) {
            Self::new(CallProblem::ModelUnknown, Retry::Never, false)
        } else if says(&["rate_limit", "RESOURCE_EXHAUSTED"]) {
            Self::new(CallProblem::RateLimited, Retry::Soon, true)
        } else {
            Self::new(CallProblem::ProviderFailed, Retry::Soon, true)
        }
    }

    fn of_stream(error: &(dyn Error + Send + Sync + 'static)) -> Self {
        if let Some(error) = error.downcast_ref::<genai::Error>() {
            return Self::of(error);
        }
        if let Some(error) = error.downcast_ref::<reqwest::Error>() {
            return Self::of_transport(error);
        }
        if error.is::<StreamTimeout>() {
            return Self::timed_out();
        }
        Self::malformed() // bytes that are no text
    }

    /// What kept a request from being answered.
    pub fn of_transport(error: &reqwest::Error) -> Self {
        Self::on_the_way(if is_refused_address(error) {
            CallProblem::AddressNotAllowed
        } else if error.is_builder() {
            // The address was checked, so it is the key that no header can carry.
            CallProblem::Unauthorised
        } else if error.is_connect() {
            CallProblem::Unreachable
        } else if error.is_timeout() {
            CallProblem::TimedOut
        } else {
            CallProblem::Truncated
        })
    }

    const fn on_the_way(problem: CallProblem) -> Self {
        match problem {
            CallProblem::AddressNotAllowed => Self::new(problem, Retry::Never, false),
            CallProblem::Unauthorised => Self::unauthorised(),
            CallProblem::Unreachable => Self::new(problem, Retry::Soon, true),
            CallProblem::TimedOut => Self::timed_out(),
            // The connection was lost after the request was sent; asking again could cost twice.
            _ => Self::broken_off(),
        }
    }

    /// It took too long.
    pub const fn timed_out() -> Self {
        Self::new(CallProblem::TimedOut, Retry::Never, true)
    }

    /// The connection ended before the answer did.
    pub const fn broken_off() -> Self {
        Self::new(CallProblem::Truncated, Retry::Never, true)
    }

    /// The answer is longer than allowed.
    pub const fn too_long() -> Self {
        Self::new(CallProblem::Truncated, Retry::Never, false)
    }

    /// The model or its filters declined.
    pub const fn refused() -> Self {
        Self::new(CallProblem::Refused, Retry::Never, false)
    }

    /// The answer can't be read.
    pub const fn malformed() -> Self {
        Self::new(CallProblem::Malformed, Retry::Never, false)
    }

    const fn unauthorised() -> Self {
        Self::new(CallProblem::Unauthorised, Retry::Never, false)
    }

    /// The provider answered that it doesn't take the request.
    const fn of_request() -> Self {
        Self::new(CallProblem::ProviderFailed, Retry::Never, false)
    }

    const fn new(problem: CallProblem, retry: Retry, is_outage: bool) -> Self {
        Self { problem, retry, is_outage, complaint: None }
    }

    /// What the provider said, in lower case, about a request that it didn't take. To be looked at
    /// for the names of parameters only.
    pub fn complaint(&self) -> Option<&str> {
        self.complaint.as_deref()
    }

    /// Whether the provider was reached at all.
    pub fn was_sent(&self) -> bool {
        self.problem != CallProblem::AddressNotAllowed
    }
}

/// Whether the guard stands at the end of the chain of causes.
fn is_refused_address(error: &(dyn Error + 'static)) -> bool {
    error.is::<AddressRefused>() || error.source().is_some_and(is_refused_address)
}
