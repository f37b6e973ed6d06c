//! A question and what was answered to it, in each of the states that an answer can be in.

use super::{
    answer::{Sources, answer_view, growing_view, nearest_documents, source_list},
    feedback::FeedbackForm,
    source::Reader,
    thread::Thread,
};
use crate::{
    accounts::permission::Permission,
    app::use_viewer,
    chat::{
        answer_text::without_open_source,
        api::{RegenerateAnswer, RetryAnswer},
        message::{AnswerOutcome, AnswerProblem, ChatMessage, MessageStatus},
        paths,
        turn::{Turn, not_found_words},
    },
    prompts::components::maker_in_words,
    ui::{Alert, Button, ButtonVariant, Disclosure, Icon, StatusBadge, Tone},
};
use leptos::{ev::SubmitEvent, prelude::*, server_fn::ServerFn};

/// One turn of a conversation.
pub fn turn_view(turn: Turn, thread: Thread, reader: Reader) -> AnyView {
    let Turn { question, answer, older_tries, is_last } = turn;
    let answer = answer.map(|answer| {
        let anchor = paths::anchor(answer.id);
        let label = format!("{anchor}-label");
        view! {
            <section id=anchor tabindex="-1" aria-labelledby=label class="mt-3 scroll-mt-20">
                <h3 id=label.clone() class="sr-only">
                    "Answer"
                </h3>
                {state_view(answer, is_last, thread, reader)}
                {older_view(older_tries, thread, reader)}
            </section>
        }
    });
    view! {
        <li id=paths::anchor(question.id) class="scroll-mt-20">
            <div class="flex justify-end">
                <h2 class="max-w-[85%] rounded-box bg-primary/10 px-4 py-2.5 text-base font-medium">
                    <span class="sr-only">"You asked: "</span>
                    <span class="block whitespace-pre-line wrap-anywhere" dir="auto">
                        {question.content}
                    </span>
                </h2>
            </div>
            {answer}
        </li>
    }
    .into_any()
}

fn state_view(answer: ChatMessage, is_last: bool, thread: Thread, reader: Reader) -> AnyView {
    match answer.status {
        MessageStatus::Pending => pending_view(thread),
        MessageStatus::Failed => failed_view(answer, thread, reader),
        MessageStatus::Completed => completed_view(answer, is_last, thread, reader),
    }
}

/// The text so far. It isn't a live region: a screen reader hears the finished answer, once.
fn pending_view(thread: Thread) -> AnyView {
    let growing = thread.growing();
    let words = move || if growing.with(String::is_empty) { "Looking in your documents" } else { "Writing" };
    view! {
        // Without JavaScript the page looks again by itself; as text for the reason that JobWait gives.
        <noscript inner_html=r#"<meta http-equiv="refresh" content="2">"#></noscript>
        <div aria-busy="true">
            {move || growing.with(|text| growing_view(without_open_source(text)))}
            <p class="mt-2 flex items-center gap-2 text-[0.9375rem] text-muted">
                <span class="loading loading-dots loading-sm" aria-hidden="true"></span>
                {words}
                "…"
            </p>
        </div>
    }
    .into_any()
}

fn failed_view(answer: ChatMessage, thread: Thread, reader: Reader) -> AnyView {
    let problem = answer.problem.unwrap_or(AnswerProblem::Failed);
    let sources = thread.tenant.with_value(|tenant| Sources::of(&answer, tenant, reader));
    let partial = (!answer.content.is_empty()).then(|| {
        view! {
            <div class="mb-3">{answer_view(&answer.content, &sources)}</div>
        }
    });
    view! {
        {partial}
        <Alert tone=Tone::Danger title=problem.label() quiet=true>
            {answer_again::<RetryAnswer>(&answer, thread, "Try again", ButtonVariant::Secondary)}
        </Alert>
    }
    .into_any()
}

fn completed_view(answer: ChatMessage, is_last: bool, thread: Thread, reader: Reader) -> AnyView {
    let sources = thread.tenant.with_value(|tenant| Sources::of(&answer, tenant, reader));
    let again =
        is_last.then(|| answer_again::<RegenerateAnswer>(&answer, thread, "Answer again", ButtonVariant::Quiet));
    view! {
        {outcome_view(&answer, &sources, thread)}
        <div class="mt-2 flex flex-wrap items-center gap-x-2">
            <FeedbackForm message=answer.id saved=answer.feedback.clone() thread />
            {again}
        </div>
        <p class="text-[0.8125rem]/5 text-muted wrap-anywhere">{maker_line(&answer)}</p>
    }
    .into_any()
}

fn outcome_view(answer: &ChatMessage, sources: &Sources, thread: Thread) -> AnyView {
    match answer.outcome {
        Some(AnswerOutcome::NotFound) => not_found_view(answer, sources, thread),
        Some(AnswerOutcome::Unverified) => unverified_view(answer, sources),
        Some(AnswerOutcome::Stopped) => {
            let nothing = answer.content.is_empty();
            view! {
                {answer_view(&answer.content, sources)}
                <p class="mt-2 flex flex-wrap items-center gap-2 text-[0.9375rem] text-muted">
                    <StatusBadge tone=Tone::Neutral label="Stopped" icon=Icon::Stop />
                    {if nothing { "You stopped it before anything was written." } else { "You stopped it here; it may not be whole." }}
                </p>
                {cited(answer, sources)}
            }
            .into_any()
        }
        Some(AnswerOutcome::Answered) | None => {
            view! { {answer_view(&answer.content, sources)} {cited(answer, sources)} }.into_any()
        }
    }
}

fn cited(answer: &ChatMessage, sources: &Sources) -> impl IntoView + use<> {
    answer
        .citations
        .iter()
        .any(|citation| citation.was_cited)
        .then(|| view! { <div class="mt-3">{source_list(sources)}</div> })
}

/// An answer that nothing stands behind.
fn unverified_view(answer: &ChatMessage, sources: &Sources) -> AnyView {
    let nearest = nearest_documents(sources);
    view! {
        <div class="mb-2">
            <StatusBadge tone=Tone::Waiting label="Not verified" icon=Icon::AlertTriangle />
        </div>
        {answer_view(&answer.content, sources)}
        <div class="mt-3">
            <Alert tone=Tone::Waiting title="No passage of your documents clearly says this" quiet=true>
                <p>"Check it with your team lead before you act on it."</p>
                {nearest}
            </Alert>
        </div>
    }
    .into_any()
}

/// Nothing in the documents answers, or nothing more: no error, but something to know and a way on.
fn not_found_view(answer: &ChatMessage, sources: &Sources, thread: Thread) -> AnyView {
    // That there is nothing more is on no list.
    let on_list = answer.content.is_empty().then(|| on_list_view(thread));
    view! {
        <div class="rounded-box bg-base-100 p-4 shadow-soft sm:p-5">
            <p class="flex items-start gap-3 font-semibold">
                <span class="text-muted">{Icon::Search.view()}</span>
                {not_found_words(answer)}
            </p>
            <div class="mt-2 space-y-3 sm:ps-8">
                <p>"Try other words, or ask your team lead."</p>
                {nearest_documents(sources)}
                {on_list}
            </div>
        </div>
    }
    .into_any()
}

/// Who sees a question that the documents don't answer.
fn on_list_view(thread: Thread) -> AnyView {
    let may_edit = use_viewer().member.role.may(Permission::EditKnowledge);
    if may_edit {
        let gaps = thread.tenant.with_value(|tenant| format!("/{tenant}/knowledge/gaps"));
        view! {
            <p class="text-[0.9375rem] text-muted">
                "The question is on the list of "
                <a class="text-link" href=gaps>"what your documents don't answer"</a> "."
            </p>
        }
        .into_any()
    } else {
        view! {
            <p class="text-[0.9375rem] text-muted">
                "Your admins see the question, without your name, so that they can add what is missing."
            </p>
        }
        .into_any()
    }
}

/// Who answered, and why the built-in engine if a provider was chosen.
fn maker_line(answer: &ChatMessage) -> String {
    let maker = answer.model_used.as_deref().map(maker_in_words).unwrap_or_default();
    match &answer.fallback {
        Some(reason) => format!("{maker}, because {reason}"),
        None => maker,
    }
}

/// The button that has the question answered once more.
fn answer_again<F>(answer: &ChatMessage, thread: Thread, label: &'static str, variant: ButtonVariant) -> AnyView
where
    F: ServerFn<Error = crate::error::AppError> + serde::de::DeserializeOwned + Send + 'static,
    F::Output: Send + 'static,
{
    let (pending, is_busy) = (thread.pending(), thread.is_busy());
    let send = move |event: SubmitEvent| thread.send::<F>(&event);
    view! {
        <form method="post" action=F::url() on:submit=send>
            <input type="hidden" name="tenant" value=thread.tenant.with_value(ToString::to_string) />
            <input type="hidden" name="id" value=answer.id.to_string() />
            <Button variant icon=Icon::Again disabled=Signal::derive(move || pending.get().is_some() || is_busy.get())>
                {label}
            </Button>
        </form>
    }
    .into_any()
}

/// The tries in whose place the answer stands.
fn older_view(older_tries: Vec<ChatMessage>, thread: Thread, reader: Reader) -> AnyView {
    if older_tries.is_empty() {
        return ().into_any();
    }
    let summary = match older_tries.len() {
        1 => "1 older try".to_owned(),
        count => format!("{count} older tries"),
    };
    let tries = older_tries
        .into_iter()
        .map(|answer| {
            let sources = thread.tenant.with_value(|tenant| Sources::of(&answer, tenant, reader));
            let words = match answer.status {
                MessageStatus::Failed => {
                    let problem = answer.problem.unwrap_or(AnswerProblem::Failed);
                    view! { {answer_view(&answer.content, &sources)} <p class="text-muted">{problem.label()}</p> }
                        .into_any()
                }
                _ => outcome_view(&answer, &sources, thread),
            };
            view! {
                <li class="space-y-1">
                    {words} <p class="text-[0.8125rem]/5 text-muted wrap-anywhere">{maker_line(&answer)}</p>
                </li>
            }
        })
        .collect_view();
    view! {
        <Disclosure summary>
            <ul class="space-y-5">{tries}</ul>
        </Disclosure>
    }
    .into_any()
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::maker_line;
    use crate::{
        chat::message::{ChatMessage, MessageStatus, Speaker},
        ids::ChatMessageId,
    };
    use chrono::Utc;

    #[test]
    fn the_maker_of_an_answer_is_named() {
        let answer = |model: &str, fallback: Option<&str>| ChatMessage {
            id: ChatMessageId::generate(),
            position: 2,
            speaker: Speaker::Assistant,
            content: String::new(),
            status: MessageStatus::Completed,
            outcome: None,
            problem: None,
            question_id: None,
            model_used: Some(model.to_owned()),
            fallback: fallback.map(str::to_owned),
            citations: Vec::new(),
            feedback: None,
            tokens_used: 0,
            created_at: Utc::now(),
        };
        assert_eq!(maker_line(&answer("built-in", None)), "Built-in engine");
        assert_eq!(maker_line(&answer("Local: small", None)), "Local: small");
        assert_eq!(
            maker_line(&answer("built-in", Some("the provider took too long"))),
            "Built-in engine, because the provider took too long"
        );
    }
}
