//! The pages of conversations: asking, reading answers beside their sources, and the history.

mod answer;
mod ask_box;
mod columns;
mod conversation;
mod feedback;
mod follow;
mod history;
mod manage;
mod new;
mod place;
mod source;
mod thread;
mod turn;
mod typed;

pub use conversation::ConversationPage;
pub use history::HistoryPage;
pub use manage::ManagePage;
pub use new::NewConversationPage;

use super::conversation::AnsweredBy;
use crate::{
    ai::provider::FallbackReason,
    error::AppError,
    ids::ChatSessionId,
    ui::{Alert, Tone},
};
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_params_map};

/// The conversation of the address.
fn use_session_id() -> Memo<Option<ChatSessionId>> {
    let params = use_params_map();
    Memo::new(move |_| params.with(|params| params.get_str("id").and_then(|id| id.parse().ok())))
}

/// What didn't work, unless it is said at a field.
#[component]
fn Problem(#[prop(into)] error: Signal<Option<AppError>>) -> impl IntoView {
    let here = use_location().pathname;
    move || {
        let error = error.get().filter(|error| error.fields().is_empty())?;
        let sign_in = (error == AppError::SignedOut).then(|| format!("/sign-in?next={}", here.get_untracked()));
        Some(view! {
            <Alert tone=Tone::Danger>
                <p>{error.to_string()}</p>
                {sign_in.map(|href| view! { <p><a class="btn btn-primary" href=href>"Sign in and go on"</a></p> })}
            </Alert>
        })
    }
}

/// Who answers the next question, and why the built-in engine if a provider was chosen.
fn answered_by_in_words(answered_by: &AnsweredBy) -> String {
    match answered_by {
        AnsweredBy::BuiltIn => {
            "The built-in engine answers with sentences of your documents. Nothing leaves this server.".to_owned()
        }
        AnsweredBy::Fallback { reason: FallbackReason::NoAccess } => {
            "You don't have access to AI providers, so the built-in engine answers with sentences of your documents. \
             Your admin can change that."
                .to_owned()
        }
        AnsweredBy::Fallback { reason } => {
            format!("The built-in engine answers with sentences of your documents, because {}.", reason.label())
        }
        AnsweredBy::Provider { model } => {
            format!("{model} answers from your documents. Names are masked before anything is sent.")
        }
    }
}
