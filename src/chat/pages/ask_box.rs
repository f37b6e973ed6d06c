//! The box for the next question, at the bottom in thumb's reach.

use super::{
    Problem, answered_by_in_words, place,
    typed::{keep, kept, posted_question, storage_key},
};
use crate::{
    app::use_viewer,
    chat::{
        api::{Ask, StopAnswer, ask},
        conversation::{AnsweredBy, Asked},
        question::{MAX_QUESTION, Question},
    },
    error::AppError,
    ids::{ChatMessageId, ChatSessionId},
    ui::{Button, ButtonVariant, Icon, TextArea},
};
use leptos::{
    ev::{KeyboardEvent, SubmitEvent},
    html,
    prelude::*,
    server_fn::ServerFn,
    task::spawn_local,
};

const FORM_ID: &str = "ask";
const STOP_FORM_ID: &str = "stop";

/// Asks in a conversation, or begins one. While an answer is being written, its button stops that.
#[component]
pub fn AskBox(
    /// The conversation; none yet on the page of a new one.
    #[prop(optional)]
    session: Option<ChatSessionId>,
    answered_by: AnsweredBy,
    /// The answer that is being written.
    #[prop(optional, into)]
    pending: Signal<Option<ChatMessageId>>,
    /// What else on the page didn't work.
    #[prop(optional, into)]
    problem: Signal<Option<AppError>>,
    /// A question of this conversation was put.
    #[prop(optional, into)]
    on_asked: Option<Callback<Asked>>,
    #[prop(optional, into)] on_stop: Option<Callback<SubmitEvent>>,
) -> impl IntoView {
    let member = use_viewer().member;
    let tenant = StoredValue::new(member.tenant);
    let key = StoredValue::new(storage_key(member.user_id, session));
    let field = NodeRef::<html::Textarea>::new();
    let is_asking = RwSignal::new(false);
    let refused = RwSignal::new(refused_post());
    // Only for its answer to a form that was sent without JavaScript.
    let sent = ServerAction::<Ask>::new();
    let error = Signal::derive(move || {
        refused.get().or_else(|| sent.value().get().and_then(Result::err)).or_else(|| problem.get())
    });
    restore(key, field);
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(text) = field.get_untracked().map(|field| field.value()) else { return };
        if is_asking.get_untracked() || pending.get_untracked().is_some() {
            return;
        }
        if let Err(error) = Question::parse(&text) {
            refused.set(Some(error));
            place::focus("question".to_owned());
            return;
        }
        is_asking.set(true);
        refused.set(None);
        spawn_local(async move {
            match ask(tenant.get_value(), session, text).await {
                Ok(asked) => {
                    key.try_with_value(|key| keep(key, ""));
                    // A new conversation leads to its page, and the box waits for that.
                    if let (Some(_), Some(field)) = (session, field.try_get_untracked().flatten()) {
                        field.set_value("");
                        is_asking.try_set(false);
                    }
                    if let Some(on_asked) = on_asked {
                        on_asked.try_run(asked);
                    }
                }
                Err(error) => {
                    refused.try_set(Some(error));
                    is_asking.try_set(false);
                }
            }
        });
    };
    let hidden_session =
        session.map(|session| view! { <input type="hidden" name="session" value=session.to_string() /> });
    view! {
        <div class="no-print sticky bottom-[var(--bottom-bar,0px)] z-10 -mx-4 mt-6 space-y-2 border-t border-base-300 bg-base-100 px-4 pt-2 pb-3 sm:mx-0 sm:rounded-box sm:border sm:shadow-soft lg:bottom-6">
            <Problem error />
            <div class="flex items-end gap-2">
                <form
                    id=FORM_ID
                    method="post"
                    action=Ask::url()
                    class="min-w-0 flex-1"
                    class=("noscript:hidden", move || pending.get().is_some())
                    novalidate=true
                    on:submit=send
                    on:keydown=move |event| send_on_enter(&event)
                >
                    <input type="hidden" name="tenant" value=tenant.with_value(ToString::to_string) />
                    {hidden_session}
                    <TextArea
                        label="Your question"
                        name="question"
                        value=posted_question().unwrap_or_default()
                        rows=1
                        maxlength=u32::try_from(MAX_QUESTION).unwrap_or(u32::MAX)
                        error=Signal::derive(move || error.get().and_then(|error| error.at("question")))
                        on_input=move |text: String| {
                            refused.set(None);
                            key.with_value(|key| keep(key, &text));
                        }
                        node_ref=field
                    />
                </form>
                {move || match pending.get() {
                    None => {
                        view! {
                            <Button form=FORM_ID icon=Icon::Send pending=is_asking>
                                "Ask"
                            </Button>
                        }
                            .into_any()
                    }
                    Some(answer) => stop_form(answer, tenant.with_value(ToString::to_string), on_stop),
                }}
            </div>
            <p class="text-[0.8125rem]/5 text-muted">{answered_by_in_words(&answered_by)}</p>
        </div>
    }
    .into_any()
}

/// Why a question came back without JavaScript.
fn refused_post() -> Option<AppError> {
    let text = posted_question()?;
    let not_now = || AppError::not_possible("Your question was not sent. It is still here: try again in a moment.");
    Some(Question::parse(&text).err().unwrap_or_else(not_now))
}

/// Puts back what was typed and never asked.
fn restore(key: StoredValue<String>, field: NodeRef<html::Textarea>) {
    Effect::new(move |_| {
        if let (Some(field), Some(text)) = (field.get(), key.with_value(|key| kept(key)))
            && field.value().is_empty()
        {
            field.set_value(&text);
        }
    });
}

fn stop_form(answer: ChatMessageId, tenant: String, on_stop: Option<Callback<SubmitEvent>>) -> AnyView {
    let stop = move |event: SubmitEvent| {
        if let Some(on_stop) = on_stop {
            on_stop.run(event);
        }
    };
    view! {
        <form id=STOP_FORM_ID method="post" action=StopAnswer::url() on:submit=stop>
            <input type="hidden" name="tenant" value=tenant />
            <input type="hidden" name="id" value=answer.to_string() />
            <Button variant=ButtonVariant::Secondary icon=Icon::Stop>
                "Stop"
            </Button>
        </form>
    }
    .into_any()
}

/// Enter asks; with Shift it begins another line. Enter that ends the choice of a character does neither.
#[cfg(feature = "hydrate")]
fn send_on_enter(event: &KeyboardEvent) {
    use wasm_bindgen::JsCast;
    use web_sys::{Element, HtmlFormElement};

    if event.key() != "Enter" || event.shift_key() || event.is_composing() {
        return;
    }
    let form = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok())
        .and_then(|field| field.closest("form").ok().flatten())
        .and_then(|form| form.dyn_into::<HtmlFormElement>().ok());
    if let Some(form) = form {
        event.prevent_default();
        // Sends nothing if the page is going.
        drop(form.request_submit());
    }
}

/// There are no keys on the server.
#[cfg(not(feature = "hydrate"))]
fn send_on_enter(_event: &KeyboardEvent) {}
