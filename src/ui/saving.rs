//! What a form needs of the action that saves it: why it was refused, which revision it was made from,
//! and when its page reads the data again.

use super::{Alert, ErrorSummary, Tone};
use crate::error::AppError;
use leptos::{prelude::*, server_fn::ServerFn};

/// Why the last try of a form was refused, if it was.
pub fn error_of<S>(action: ServerAction<S>) -> Signal<Option<AppError>>
where
    S: ServerFn<Output = (), Error = AppError> + Clone + Send + Sync + 'static,
{
    Signal::derive(move || action.value().get().and_then(Result::err))
}

/// The message at a field.
pub fn error_at(error: Signal<Option<AppError>>, field: impl Into<String>) -> Signal<Option<String>> {
    let field = field.into();
    Signal::derive(move || error.with(|error| error.as_ref().and_then(|error| error.at(&field))))
}

/// How often a form was saved. A refusal changes nothing, so a page that reads its data by this keeps
/// the form with what was typed into it.
pub fn successes<S>(action: ServerAction<S>) -> Memo<usize>
where
    S: ServerFn<Output = (), Error = AppError> + Clone + Send + Sync + 'static,
{
    Memo::new(move |known: Option<&usize>| {
        let version = action.version().get();
        let has_succeeded = action.value().with(|value| matches!(value, Some(Ok(()))));
        if has_succeeded { version } else { known.copied().unwrap_or_default() }
    })
}

/// The revision that a form was made from. Once a newer one has been pointed out, saving again is meant.
#[component]
pub fn RevisionField(revision: i32, error: Signal<Option<AppError>>) -> impl IntoView {
    let revision = Memo::new(move |known: Option<&i32>| match error.get() {
        Some(AppError::Stale { current_revision }) => current_revision,
        _ => known.copied().unwrap_or(revision),
    });
    view! { <input type="hidden" name="revision" value=move || revision.get().to_string() autocomplete="off" /> }
}

/// Why nothing was saved. `own_path` leads to what is stored now.
#[component]
pub fn SaveProblem(error: Signal<Option<AppError>>, #[prop(into)] own_path: String) -> impl IntoView {
    let errors = move || error.with(|error| error.as_ref().map(AppError::fields).unwrap_or_default());
    view! {
        <ErrorSummary errors />
        {move || {
            let message = match error.get()? {
                AppError::Invalid { .. } => return None,
                AppError::Stale { .. } => stale_view(own_path.clone()),
                error => view! { <Alert tone=Tone::Danger title=error.to_string() /> }.into_any(),
            };
            Some(view! { <div class="mb-6">{message}</div> })
        }}
    }
}

fn stale_view(own_path: String) -> AnyView {
    view! {
        <Alert tone=Tone::Danger title="Somebody saved a newer version after you opened this page">
            <p>
                <a class="text-link" href=own_path target="_blank" rel="external">
                    "Open the newer version in a new tab"
                </a>
                " to compare. If you save now, what stands on this page replaces it."
            </p>
        </Alert>
    }
    .into_any()
}
