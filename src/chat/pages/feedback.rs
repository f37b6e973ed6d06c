//! Saying whether an answer helped, and what was wrong with it.

use super::thread::Thread;
use crate::{
    chat::{
        api::RateAnswer,
        message::{Feedback, FeedbackReason},
        question::{MAX_COMMENT, parse_feedback},
    },
    ids::ChatMessageId,
    ui::{Button, ButtonVariant, Disclosure, Icon, RadioGroup, TextArea},
};
use leptos::{ev::SubmitEvent, form::FromFormData, prelude::*, server_fn::ServerFn};

/// The two buttons below an answer, and after "Not helpful" the reason.
#[component]
pub fn FeedbackForm(message: ChatMessageId, saved: Option<Feedback>, thread: Thread) -> impl IntoView {
    let shown = RwSignal::new(saved);
    let save = move |event: SubmitEvent| {
        // Read before it is sent: what was saved is shown without asking for it again.
        let rated = RateAnswer::from_event(&event).ok();
        thread.send_and::<RateAnswer, _, _>(&event, move |()| async move {
            let feedback = rated.and_then(|rated| parse_feedback(rated.is_helpful, &rated.reason, &rated.comment).ok());
            shown.try_set(feedback);
        });
    };
    let pressed = move |is_helpful: bool| {
        Signal::derive(move || shown.with(|shown| shown.as_ref().map(|shown| shown.is_helpful == is_helpful)))
    };
    let tenant = thread.tenant.with_value(ToString::to_string);
    let label = format!("helpful-{message}");
    let label_id = label.clone();
    let reason_tenant = tenant.clone();
    view! {
        <form
            method="post"
            action=RateAnswer::url()
            class="flex flex-wrap items-center"
            role="group"
            aria-labelledby=label
            on:submit=save
        >
            <input type="hidden" name="tenant" value=tenant />
            <input type="hidden" name="id" value=message.to_string() />
            <span id=label_id class="pe-1 text-[0.9375rem] text-muted">
                "Did this help?"
            </span>
            <Button variant=ButtonVariant::Quiet icon=Icon::ThumbsUp name="is_helpful" value="true" pressed=pressed(true)>
                "Helpful"
            </Button>
            <Button
                variant=ButtonVariant::Quiet
                icon=Icon::ThumbsDown
                name="is_helpful"
                value="false"
                pressed=pressed(false)
            >
                "Not helpful"
            </Button>
            <span role="status" class="ps-1 text-[0.9375rem] text-muted">
                {move || shown.with(|shown| shown.as_ref().map(saved_words))}
            </span>
        </form>
        {move || {
            let feedback = shown.get().filter(|shown| !shown.is_helpful)?;
            let is_asking = feedback.reason.is_none() && feedback.comment.is_empty();
            let tenant = reason_tenant.clone();
            Some(
                view! {
                    <div class="order-last w-full">
                        <Disclosure
                            summary=if is_asking { "Say what was wrong" } else { "Change what you said" }
                            open=is_asking
                        >
                            {reason_form(message, tenant, feedback, save)}
                        </Disclosure>
                    </div>
                },
            )
        }}
    }
}

fn reason_form(
    message: ChatMessageId,
    tenant: String,
    feedback: Feedback,
    save: impl Fn(SubmitEvent) + 'static,
) -> AnyView {
    let options: Vec<_> =
        FeedbackReason::ALL.iter().map(|reason| (reason.as_str().to_owned(), reason.label().to_owned())).collect();
    let chosen = feedback.reason.map(FeedbackReason::as_str).unwrap_or_default();
    view! {
        <form method="post" action=RateAnswer::url() class="fields max-w-xl" on:submit=save>
            <input type="hidden" name="tenant" value=tenant />
            <input type="hidden" name="id" value=message.to_string() />
            <input type="hidden" name="is_helpful" value="false" />
            <RadioGroup label="What was wrong?" name="reason" id=format!("reason-{message}") options value=chosen />
            <TextArea
                label="What should it have said?"
                name="comment"
                id=format!("comment-{message}")
                value=feedback.comment
                rows=2
                maxlength=u32::try_from(MAX_COMMENT).unwrap_or(u32::MAX)
                optional=true
            />
            <Button variant=ButtonVariant::Secondary>"Send"</Button>
        </form>
    }
    .into_any()
}

fn saved_words(feedback: &Feedback) -> String {
    match feedback.reason {
        Some(reason) => format!("Saved: {}. Thank you.", reason.label()),
        None => "Saved. Thank you.".to_owned(),
    }
}
