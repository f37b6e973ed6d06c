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
    ui::{Alert, Tone, error_of},
};
use leptos::{prelude::*, server_fn::ServerFn};

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

/// "1 passage" or "7 passages".
fn counted(count: i64, one: &str, many: &str) -> String {
    if count == 1 { one.to_owned() } else { format!("{count} {many}") }
}
