//! The pages of the knowledge base.

mod article;
mod document;
mod edit;
mod gaps;
mod list;
mod passage;

pub use article::{ArticleEditPage, NewArticlePage};
pub use document::DocumentPage;
pub use edit::DocumentEditPage;
pub use gaps::GapListPage;
pub use list::KnowledgePage;
pub use passage::PassagePage;

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
fn at(error: Signal<Option<AppError>>, field: &'static str) -> Signal<Option<String>> {
    Signal::derive(move || error.with(|error| error.as_ref().and_then(|error| error.at(field))))
}

/// How often a form was answered.
fn changes_of<S>(action: ServerAction<S>) -> usize
where
    S: ServerFn<Output = (), Error = AppError> + Clone + Send + Sync + 'static,
{
    action.version().get()
}

/// Why a form was refused, apart from its fields.
fn problem_view<S>(action: ServerAction<S>) -> impl IntoView
where
    S: ServerFn<Output = (), Error = AppError> + Clone + Send + Sync + 'static,
{
    let error = error_of(action);
    move || {
        let text = match error.get()? {
            AppError::Invalid { .. } => return None,
            AppError::Stale { .. } => {
                "Somebody else has changed this meanwhile. Nothing was done. Open the page again to see how it stands."
                    .to_owned()
            }
            error => error.to_string(),
        };
        Some(view! { <Alert tone=Tone::Danger title=text /> })
    }
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

/// "1 passage" or "7 passages".
fn counted(count: i64, one: &str, many: &str) -> String {
    if count == 1 { one.to_owned() } else { format!("{count} {many}") }
}
