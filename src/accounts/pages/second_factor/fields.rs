//! What somebody proves themselves with before the second step changes.

use crate::{
    error::AppError,
    ui::{TextField, error_at},
};
use leptos::prelude::*;

/// The password that the person signs in with.
#[component]
pub fn PasswordField(#[prop(optional, into)] hint: Option<String>, error: Signal<Option<AppError>>) -> impl IntoView {
    view! {
        <TextField
            label="Password"
            name="password"
            kind="password"
            nostrip:hint=hint
            autocomplete="current-password"
            required=true
            error=error_at(error, "password")
        />
    }
}

/// A code of the app; `label` says where a recovery code does as well.
#[component]
pub fn CodeField(
    #[prop(into)] label: String,
    /// Also the name under which the server tells its error. Two forms on one page differ in it.
    #[prop(default = "code")]
    id: &'static str,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional, into)] inputmode: Option<&'static str>,
    error: Signal<Option<AppError>>,
) -> impl IntoView {
    view! {
        <TextField
            label
            name="code"
            id
            nostrip:hint=hint
            autocomplete="one-time-code"
            nostrip:inputmode=inputmode
            maxlength=30
            required=true
            error=error_at(error, id)
        />
    }
}
