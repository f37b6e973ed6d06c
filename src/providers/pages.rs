//! The pages of the AI settings.

mod models;
mod provider;
mod settings;

pub use provider::{NewProviderPage, ProviderEditPage};
pub use settings::AiSettingsPage;

use crate::{
    error::AppError,
    ui::{Alert, ErrorSummary, Tone},
};
use leptos::{prelude::*, server_fn::ServerFn};

/// Why the last try of a form was refused, if it was.
fn error_of<S>(action: ServerAction<S>) -> Signal<Option<AppError>>
where
    S: ServerFn<Output = (), Error = AppError> + Clone + Send + Sync + 'static,
{
    Signal::derive(move || action.value().get().and_then(Result::err))
}

/// The message at a field.
fn at(error: Signal<Option<AppError>>, field: impl Into<String>) -> Signal<Option<String>> {
    let field = field.into();
    Signal::derive(move || error.with(|error| error.as_ref().and_then(|error| error.at(&field))))
}

/// The revision that a form was made from. Once a newer one has been pointed out, saving again is meant.
#[component]
fn RevisionField(revision: i32, error: Signal<Option<AppError>>) -> impl IntoView {
    let revision = Memo::new(move |known: Option<&i32>| match error.get() {
        Some(AppError::Stale { current_revision }) => current_revision,
        _ => known.copied().unwrap_or(revision),
    });
    view! { <input type="hidden" name="revision" value=move || revision.get().to_string() autocomplete="off" /> }
}

/// Why nothing was saved. `own_path` leads to what is stored now.
#[component]
fn SaveProblem(error: Signal<Option<AppError>>, #[prop(into)] own_path: String) -> impl IntoView {
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
