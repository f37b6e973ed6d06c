//! The pages of the knowledge base.

mod gaps;

pub use gaps::GapListPage;

use crate::{
    error::AppError,
    ui::{Alert, Tone},
};
use leptos::{prelude::*, server_fn::ServerFn};

/// How often a form has changed something; a refusal changes nothing.
fn at_work<S, T>(action: ServerAction<S>) -> usize
where
    S: ServerFn<Output = T, Error = AppError> + Clone + Send + Sync + 'static,
    T: Clone + Send + Sync + 'static,
{
    action.version().get()
}

/// Why a form without fields of its own was refused.
fn problem_view<S, T>(action: ServerAction<S>) -> impl IntoView
where
    S: ServerFn<Output = T, Error = AppError> + Clone + Send + Sync + 'static,
    T: Clone + Send + Sync + 'static,
{
    move || {
        let error = action.value().with(|value| value.as_ref().and_then(|value| value.as_ref().err().cloned()))?;
        let text = match error {
            AppError::Stale { .. } => "Somebody else has changed this meanwhile. What you see now is how it stands.".to_owned(),
            error => error.to_string(),
        };
        Some(view! { <Alert tone=Tone::Danger title=text /> })
    }
}

/// "1 passage" or "7 passages".
fn counted(count: i64, one: &str, many: &str) -> String {
    if count == 1 { one.to_owned() } else { format!("{count} {many}") }
}
