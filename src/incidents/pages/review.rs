//! Step 7: the enhanced narrative beside the original.

use crate::{
    ai::BUILT_IN,
    app::use_tenant,
    error::AppError,
    ids::QuestionId,
    incidents::{
        api::{RebuildEnhancement, SaveEnhancement, get_review, save_enhancement},
        autosave::{Autosave, Form},
        components::{EnhancedText, prepared_by},
        draft::Review,
        enhancement::Enhancement,
        incident::{CaptureStatus, WizardStep},
        narrative::{MAX_PHASE_CHARACTERS, Narrative, Phase},
        paths,
        phase_fields::PhaseTexts,
        wizard::{FORM_ID, StepButtons, StepErrors, WizardFrame, current_person, submit_in_browser, use_incident_id},
    },
    jobs::waiting::{JobWait, poll_while_open},
    tenants::tenant::TenantSlug,
    ui::{Alert, Button, ButtonVariant, Disclosure, TextArea, Tone, Unpack, fresh},
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::components::Redirect;
use std::sync::Arc;

/// The original and what clarification made of it.
#[component]
pub fn ReviewPage() -> AnyView {
    let tenant = use_tenant();
    let id = use_incident_id();
    let rebuild = ServerAction::<RebuildEnhancement>::new();
    let review = Resource::new_blocking(
        move || (tenant.get(), id.get(), rebuild.version().get()),
        |(tenant, id, _)| async move {
            let (Some(tenant), Some(id)) = (tenant, id) else {
                return Err(AppError::NotFound);
            };
            Ok((tenant.clone(), get_review(tenant, id).await?))
        },
    );
    poll_while_open(
        move || review.get().and_then(Result::ok).is_some_and(|(_, review)| is_waiting(&review)),
        move || review.refetch(),
    );
    view! {
        <Unpack resource=review let:loaded>
            {
                let (tenant, review) = loaded;
                let digest = review.enhancement.as_ref().map(|enhancement| enhancement.answers_digest.clone());
                    let key = format!("{} {} {}", review.draft.id, review.draft.revision, digest.unwrap_or_default());
                    fresh(key, review_view(tenant, review, rebuild))
            }
        </Unpack>
    }
    .into_any()
}

fn is_waiting(review: &Review) -> bool {
    review.job.as_ref().is_some_and(|job| job.status.is_open())
}

fn review_view(tenant: TenantSlug, review: Review, rebuild: ServerAction<RebuildEnhancement>) -> AnyView {
    if review.draft.capture_status == CaptureStatus::Completed {
        return view! { <Redirect path=paths::record(&tenant, review.draft.id) /> }.into_any();
    }
    if is_waiting(&review) {
        return waiting_view(tenant, review);
    }
    match review.enhancement.clone() {
        Some(enhancement) => side_by_side(tenant, review, enhancement, rebuild),
        None => not_yet(tenant, review, rebuild),
    }
}

fn waiting_view(tenant: TenantSlug, review: Review) -> AnyView {
    let id = review.draft.id;
    view! {
        <WizardFrame
            tenant=tenant.clone()
            incident=Some(id)
            step=WizardStep::Review
            reached=review.draft.reached()
            heading="Review"
            nostrip:returned=review.draft.returned
        >
            <JobWait label="Putting your account and your answers together" job=review.job>
                <p>
                    "This usually takes a few seconds. Everything is saved. "
                    <a class="text-link" href=paths::step(&tenant, id, WizardStep::Complete)>"Go on with your own words"</a>
                </p>
            </JobWait>
        </WizardFrame>
    }
    .into_any()
}

fn not_yet(tenant: TenantSlug, review: Review, rebuild: ServerAction<RebuildEnhancement>) -> AnyView {
    let id = review.draft.id;
    let is_told = review.draft.narrative.is_told();
    let slug = tenant.to_string();
    let skip = paths::step(&tenant, id, WizardStep::Complete);
    view! {
        <WizardFrame
            tenant=tenant.clone()
            incident=Some(id)
            step=WizardStep::Review
            reached=review.draft.reached()
            heading="Review"
            nostrip:returned=review.draft.returned
        >
            <p class="mb-4 text-muted">
                "We can put your account and your answers into one text. Your own words stay in the record as they are."
            </p>
            <div class="flex flex-wrap items-center gap-3">
                {is_told
                    .then(|| {
                        view! {
                            <ActionForm action=rebuild>
                                <input type="hidden" name="tenant" value=slug />
                                <input type="hidden" name="id" value=id.to_string() />
                                <Button pending=rebuild.pending()>"Prepare the enhanced narrative"</Button>
                            </ActionForm>
                        }
                    })}
                <a class="btn btn-ghost" href=skip>
                    "Go on with my own words"
                </a>
            </div>
        </WizardFrame>
    }
    .into_any()
}

fn side_by_side(
    tenant: TenantSlug,
    review: Review,
    enhancement: Enhancement,
    rebuild: ServerAction<RebuildEnhancement>,
) -> AnyView {
    let draft = review.draft;
    let edited = Narrative {
        before: enhancement.text(Phase::Before),
        during: enhancement.text(Phase::During),
        end: enhancement.text(Phase::End),
        after: enhancement.text(Phase::After),
    };
    let texts = PhaseTexts::new(&edited);
    let autosave = Autosave::new(
        draft.id,
        current_person(),
        "review",
        draft.revision,
        draft.saved_at(),
        edits_form(&tenant, draft.id, texts),
    );
    let sent = ServerAction::<SaveEnhancement>::new();
    let sent_error = Signal::derive(move || sent.value().get().and_then(Result::err));
    let error = Signal::derive(move || autosave.error().get().or_else(|| sent_error.get()));
    let phases = Phase::ALL
        .into_iter()
        .map(|phase| {
            let text = edited.phase(phase).to_owned();
            let original = draft.narrative.phase(phase).to_owned();
            phase_view(phase, original, text, &enhancement, review.questions.clone(), texts, autosave, error)
        })
        .collect_view();
    let outdated = review.is_outdated.then(|| outdated_view(&tenant, draft.id, rebuild));
    let maker = prepared_by(review.model.as_deref().unwrap_or(BUILT_IN), None, review.fallback);
    view! {
        <WizardFrame
            tenant=tenant.clone()
            incident=Some(draft.id)
            step=WizardStep::Review
            reached=draft.reached()
            heading="Check the enhanced narrative"
            saved=autosave.words()
            can_leave=true
            wide=true
            nostrip:returned=draft.returned
        >
            <p class="mb-6 max-w-[42rem] text-muted">
                "Nothing new was made up: your words with spelling tidied, and what your answers added. "
                <mark>"Tinted sentences"</mark> " come from your answers; open one to see the question."
            </p>
            {outdated}
            <StepErrors sent=sent_error autosave=autosave />
            <form
                id=FORM_ID
                method="post"
                action=SaveEnhancement::url()
                on:submit=move |event| submit_in_browser(&event, autosave)
            >
                <input type="hidden" name="tenant" value=tenant.to_string() />
                <input type="hidden" name="id" value=draft.id.to_string() />
                <input type="hidden" name="revision" value=draft.revision.to_string() autocomplete="off" />
                <div class="space-y-8">{phases}</div>
                <StepButtons
                    back=paths::step(&tenant, draft.id, WizardStep::ClarifyAfter)
                    label="Looks right, continue"
                    pending=autosave.is_submitting()
                />
            </form>
            <p class="mt-8 text-[0.8125rem] text-muted">{maker}</p>
        </WizardFrame>
    }
    .into_any()
}

fn outdated_view(
    tenant: &TenantSlug,
    id: crate::ids::IncidentId,
    rebuild: ServerAction<RebuildEnhancement>,
) -> impl IntoView + use<> {
    let tenant = tenant.to_string();
    view! {
        <div class="mb-6">
            <Alert tone=Tone::Waiting title="Your answers have changed since this text was made">
                <p>"You have edited the text yourself, so we left it alone. You can keep it, or have it made again from your account and answers; your edits would be replaced."</p>
                <ActionForm action=rebuild>
                    <input type="hidden" name="tenant" value=tenant />
                    <input type="hidden" name="id" value=id.to_string() />
                    <Button variant=ButtonVariant::Secondary pending=rebuild.pending()>"Make it again"</Button>
                </ActionForm>
            </Alert>
        </div>
    }
}

fn edits_form(tenant: &TenantSlug, id: crate::ids::IncidentId, texts: PhaseTexts) -> Form {
    let tenant = tenant.clone();
    Form {
        send: Arc::new(move |revision, intent| {
            let tenant = tenant.clone();
            Box::pin(save_enhancement(tenant, id, revision, texts.current(), intent))
        }),
        snapshot: Arc::new(move || texts.snapshot()),
        restore: Arc::new(move |text| texts.restore(&text)),
    }
}

#[expect(clippy::too_many_arguments, reason = "one phase of the page, cut out for readability")]
fn phase_view(
    phase: Phase,
    original: String,
    text: String,
    enhancement: &Enhancement,
    questions: Vec<(QuestionId, String)>,
    texts: PhaseTexts,
    autosave: Autosave,
    error: Signal<Option<AppError>>,
) -> AnyView {
    let sentences = enhancement.sentences(phase).to_vec();
    let maxlength = u32::try_from(MAX_PHASE_CHARACTERS).unwrap_or(u32::MAX);
    let is_empty = original.trim().is_empty();
    view! {
        <section class="rounded-box bg-base-100 p-4 shadow-soft sm:p-6">
            <h2>{phase.label()}</h2>
            <div class="mt-3 grid gap-6 lg:grid-cols-2">
                <div class="order-2 min-w-0 lg:order-1">
                    <h3 class="text-[0.9375rem] text-muted">"Your words"</h3>
                    <p class="mt-1 whitespace-pre-line wrap-anywhere" dir="auto">
                        {if is_empty { "You left this part empty.".to_owned() } else { original }}
                    </p>
                </div>
                <div class="order-1 min-w-0 lg:order-2">
                    <h3 class="text-[0.9375rem] text-muted">"Enhanced"</h3>
                    <div class="mt-1">
                        <EnhancedText sentences questions />
                    </div>
                    <Disclosure summary="Edit this text">
                        <TextArea
                            label=format!("Enhanced text: {}", phase.label())
                            hide_label=true
                            name=phase.as_str()
                            value=text
                            rows=6
                            maxlength=maxlength
                            error=Signal::derive(move || error.get().and_then(|error| error.at(phase.as_str())))
                            on_input=move |text: String| {
                                texts.set(phase, text);
                                autosave.changed();
                            }
                            node_ref=texts.field(phase)
                        />
                    </Disclosure>
                </div>
            </div>
        </section>
    }
    .into_any()
}
