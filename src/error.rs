//! The one error that crosses from the server to a page.

use leptos::prelude::FromServerFnError;
use leptos::server_fn::{codec::JsonEncoding, error::ServerFnErrorErr};
use serde::{Deserialize, Serialize};

/// Why something was not done, in words for the person who asked.
///
/// Holds no SQL, no path and nothing that a person typed: when a form is posted without
/// JavaScript, the error travels in the address of the page.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum AppError {
    /// There is no such thing, or it is not this person's to see.
    #[error("We couldn't find that. It may have been removed, or the link may be wrong.")]
    NotFound,
    /// The person's role does not allow it.
    #[error("Your role doesn't allow this. Ask your organisation's admin if you need it.")]
    Forbidden,
    /// Nobody is signed in, or the session has ended.
    #[error("You've been signed out. Sign in again to go on; what you typed is kept on this page.")]
    SignedOut,
    /// The organisation asks for a second step when signing in, and the person has none.
    #[error("This organisation asks for two-step sign-in. Set it up to go on.")]
    SecondFactorNeeded,
    /// Some fields need another look.
    #[error("Some answers need another look.")]
    Invalid {
        /// One message for each field.
        fields: Vec<FieldError>,
    },
    /// What was typed is saved, but isn't enough to go on with.
    #[error("Saved. Some answers need another look before you go on.")]
    Unfinished {
        /// One message for each field.
        fields: Vec<FieldError>,
        /// The revision that is saved now.
        revision: i32,
    },
    /// Somebody saved a newer version first.
    #[error("This was changed somewhere else since you opened it. Your text is still here.")]
    Stale {
        /// The revision that is saved now.
        current_revision: i32,
    },
    /// The record is in a state that doesn't allow it (such as changing a submitted report).
    #[error("{reason}")]
    NotPossible {
        /// A sentence without personal data.
        reason: String,
    },
    /// E-mail and password don't match an account.
    #[error("The e-mail address or the password isn't right.")]
    WrongCredentials,
    /// Too many attempts from here.
    #[error("Too many attempts. Try again in {minutes} min, or reset your password.")]
    TooManyAttempts {
        /// Minutes until the next try.
        minutes: i64,
    },
    /// The request did not come from one of our own pages.
    #[error("This request didn't come from SupportSignal. Open the page again and retry.")]
    CrossSite,
    /// The database or another part is down; trying again later helps.
    #[error("SupportSignal can't reach its database right now. Nothing saved is lost. Try again in a minute.")]
    Unavailable,
    /// The server could not be reached from the browser.
    #[error("You seem to be offline. What you typed is kept on this page.")]
    Offline,
    /// Our mistake; the log has the details.
    #[error("Something went wrong on our side. Nothing saved is lost. Try again, or tell your admin.")]
    Internal,
}

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// The field's name in its form.
    pub field: String,
    /// What is wrong and what to do, as a sentence.
    pub message: String,
}

impl AppError {
    /// An error at one field.
    pub fn field(field: &str, message: impl Into<String>) -> Self {
        Self::Invalid { fields: vec![FieldError { field: field.to_owned(), message: message.into() }] }
    }

    /// An error of a record's state.
    pub fn not_possible(reason: impl Into<String>) -> Self {
        Self::NotPossible { reason: reason.into() }
    }

    /// The organisation is suspended or its trial is over: it reads and changes nothing.
    pub fn read_only() -> Self {
        Self::not_possible(
            "Your organisation can read everything but change nothing at the moment, so this wasn't saved. \
             What you typed is still here. Your organisation's admin can contact SupportSignal.",
        )
    }

    /// The same about something that is saved all the same, so that its next save isn't taken for
    /// somebody else's.
    pub fn after_saving(self, revision: i32) -> Self {
        match self {
            Self::Invalid { fields } => Self::Unfinished { fields, revision },
            other => other,
        }
    }

    /// The same with a field's error at the name that the field has in another form.
    pub fn renamed(mut self, from: &str, to: &str) -> Self {
        if let Self::Invalid { fields } | Self::Unfinished { fields, .. } = &mut self {
            for error in fields.iter_mut().filter(|error| error.field == from) {
                to.clone_into(&mut error.field);
            }
        }
        self
    }

    /// The message at `field`, if there is one.
    pub fn at(&self, field: &str) -> Option<String> {
        match self {
            Self::Invalid { fields } | Self::Unfinished { fields, .. } => {
                fields.iter().find(|error| error.field == field).map(|error| error.message.clone())
            }
            _ => None,
        }
    }

    /// All field messages as (field, message).
    pub fn fields(&self) -> Vec<(String, String)> {
        match self {
            Self::Invalid { fields } | Self::Unfinished { fields, .. } => {
                fields.iter().map(|error| (error.field.clone(), error.message.clone())).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The HTTP status that says the same.
    pub const fn status(&self) -> u16 {
        match self {
            Self::NotFound => 404,
            Self::Forbidden | Self::CrossSite | Self::SecondFactorNeeded => 403,
            Self::SignedOut | Self::WrongCredentials => 401,
            Self::Invalid { .. } | Self::Unfinished { .. } | Self::NotPossible { .. } => 422,
            Self::Stale { .. } => 409,
            Self::TooManyAttempts { .. } => 429,
            Self::Unavailable | Self::Offline => 503,
            Self::Internal => 500,
        }
    }
}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) => Self::Offline,
            // The text of these would repeat what was sent.
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => {
                Self::not_possible("The form was incomplete. Open the page again and retry.")
            }
            _ => Self::Internal,
        }
    }
}

#[cfg(feature = "ssr")]
mod server {
    use super::AppError;

    /// A transaction of an organisation that only reads was asked to write (PostgreSQL's appendix A).
    const READ_ONLY_TRANSACTION: &str = "25006";

    impl From<sqlx::Error> for AppError {
        fn from(error: sqlx::Error) -> Self {
            use sqlx::Error::{Io, PoolClosed, PoolTimedOut, RowNotFound, Tls, WorkerCrashed};
            match &error {
                RowNotFound => Self::NotFound,
                Io(_) | Tls(_) | PoolTimedOut | PoolClosed | WorkerCrashed => {
                    tracing::warn!(error.kind = "database_unreachable", "the database cannot be reached");
                    Self::Unavailable
                }
                sqlx::Error::Database(database) if is_shutting_down(database.code().as_deref()) => {
                    tracing::warn!(error.kind = "database_unreachable", "the database is shutting down or starting");
                    Self::Unavailable
                }
                sqlx::Error::Database(database) if database.code().as_deref() == Some(READ_ONLY_TRANSACTION) => {
                    Self::read_only()
                }
                sqlx::Error::Database(database) => {
                    // The message may quote a value, so only the code and the constraint are logged.
                    tracing::error!(
                        error.kind = "database",
                        error.code = database.code().as_deref().unwrap_or(""),
                        error.constraint = database.constraint().unwrap_or(""),
                        "a query failed"
                    );
                    Self::Internal
                }
                _ => {
                    tracing::error!(error.kind = "database_client", "a query could not be made or read");
                    Self::Internal
                }
            }
        }
    }

    /// Class 57P (operator intervention) and 08 (connection), as PostgreSQL's appendix A lists them.
    fn is_shutting_down(code: Option<&str>) -> bool {
        code.is_some_and(|code| code.starts_with("57P") || code.starts_with("08"))
    }
}
