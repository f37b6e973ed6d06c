//! The frame around every step of the wizard: progress, what is saved, what went wrong.

use super::{autosave::Autosave, components::WrittenText, draft::Intent, incident::WizardStep, paths};
use crate::{
    analysis::record::Return,
    app::use_viewer,
    error::AppError,
    ids::IncidentId,
    tenants::tenant::TenantSlug,
    ui::{Alert, Button, ButtonType, ButtonVariant, ErrorSummary, NarrowFrame, Step, StepProgress, Tone},
};
use leptos::{ev::SubmitEvent, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

/// The form of a step: the button "Save and leave" stands outside of it.
pub const FORM_ID: &str = "step";

/// The report of the address.
pub fn use_incident_id() -> Memo<Option<IncidentId>> {
    let params = use_params_map();
    Memo::new(move |_| params.read().get("id").and_then(|id| id.parse().ok()))
}

/// One step of a report that exists: frame, progress and heading.
#[component]
pub fn WizardFrame(
    tenant: TenantSlug,
    /// None before the report is started.
    incident: Option<IncidentId>,
    step: WizardStep,
    /// The furthest step that can be reached.
    reached: WizardStep,
    #[prop(into)] heading: String,
    #[prop(optional, into)] saved: Signal<Option<String>>,
    /// Whether the step has something to save.
    #[prop(optional)]
    can_leave: bool,
    #[prop(optional)] wide: bool,
    /// Why the report is open again, if it came back.
    #[prop(optional)]
    returned: Option<Return>,
    children: Children,
) -> impl IntoView {
    let steps = WizardStep::ALL
        .iter()
        .map(|each| Step {
            label: each.label().to_owned(),
            href: incident.filter(|_| each.number() <= reached.number()).map(|id| paths::step(&tenant, id, *each)),
            done: each.number() < reached.number(),
        })
        .collect::<Vec<_>>();
    let home = format!("/{tenant}");
    let leave = move || {
        if can_leave {
            view! {
                <Button variant=ButtonVariant::Quiet form=FORM_ID name="intent" value="leave" formnovalidate=true>
                    "Save and leave"
                </Button>
            }
            .into_any()
        } else {
            view! { <a class="btn btn-ghost px-3 text-primary" href=home.clone()>"Leave"</a> }.into_any()
        }
    };
    view! {
        <Title text=format!("{}: {}", step.number(), step.label()) />
        <NarrowFrame title="Incident report" leave=leave saved=saved wide=wide>
            <StepProgress steps=steps current={step.number() - 1} />
            {returned.map(returned_view)}
            <h1 class="mt-5 mb-2">{heading}</h1>
            {children()}
        </NarrowFrame>
    }
    .into_any()
}

/// What the reporter is asked, above every step until the report is submitted again.
fn returned_view(returned: Return) -> impl IntoView {
    view! {
        <div class="mt-4 text-base">
            <Alert tone=Tone::Waiting title=format!("{} sent this report back with a question", returned.asked_by) quiet=true>
                <WrittenText text=returned.question empty="" />
                <p class="text-[0.9375rem] text-muted">
                    "Add what you know to your account or your answers, then submit the report again."
                </p>
            </Alert>
        </div>
    }
}

/// The errors of a step: at its fields, above them, or as the two ways out of a conflict.
#[component]
pub fn StepErrors(
    /// What the server answered to a form that was sent without JavaScript.
    #[prop(into)]
    sent: Signal<Option<AppError>>,
    #[prop(optional, into)] autosave: Option<Autosave>,
) -> impl IntoView {
    let error = Signal::derive(move || {
        autosave
            .and_then(|autosave| autosave.error().get())
            // The header already says that there is no connection.
            .filter(|error| !matches!(error, AppError::Offline | AppError::Unavailable))
            .or_else(|| sent.get())
    });
    let fields = Signal::derive(move || error.get().map(|error| error.fields()).unwrap_or_default());
    let next = leptos_router::hooks::use_location().pathname;
    view! {
        <ErrorSummary errors=fields />
        {move || {
            autosave
                .filter(|autosave| autosave.was_restored().get())
                .map(|_| {
                    view! {
                        <div class="mb-4">
                            <Alert tone=Tone::Info>
                                <p>"We've put back what you typed before the last save was interrupted."</p>
                            </Alert>
                        </div>
                    }
                })
        }}
        {move || match error.get() {
            None | Some(AppError::Invalid { .. } | AppError::Unfinished { .. }) => ().into_any(),
            Some(error @ AppError::Stale { .. }) => view! { <Conflict error autosave /> }.into_any(),
            Some(error @ AppError::SignedOut) => {
                let sign_in = format!("/sign-in?next={}", next.get_untracked());
                view! {
                    <div class="mb-4">
                        <Alert tone=Tone::Danger title="You've been signed out">
                            <p>{error.to_string()}</p>
                            <p>
                                <a class="btn btn-primary" href=sign_in>"Sign in and go on"</a>
                            </p>
                        </Alert>
                    </div>
                }
                    .into_any()
            }
            Some(error) => {
                view! {
                    <div class="mb-4">
                        <Alert tone=Tone::Danger>
                            <p>{error.to_string()}</p>
                        </Alert>
                    </div>
                }
                    .into_any()
            }
        }}
    }
    .into_any()
}

/// Somebody saved this report in another tab or on another device.
#[component]
fn Conflict(error: AppError, autosave: Option<Autosave>) -> impl IntoView {
    view! {
        <div class="mb-4">
            <Alert tone=Tone::Waiting title="Changed somewhere else">
                <p>{error.to_string()}</p>
                {match autosave {
                    Some(autosave) => {
                        view! {
                            <div class="flex flex-wrap gap-3">
                                <Button
                                    variant=ButtonVariant::Primary
                                    kind=ButtonType::Button
                                    on_click=move |_| autosave.keep_mine()
                                >
                                    "Keep what is here"
                                </Button>
                                <Button
                                    variant=ButtonVariant::Secondary
                                    kind=ButtonType::Button
                                    on_click=move |_| autosave.take_theirs()
                                >
                                    "Load the other version"
                                </Button>
                            </div>
                        }
                            .into_any()
                    }
                    None => view! { <p>"Go back in your browser to copy what you typed."</p> }.into_any(),
                }}
            </Alert>
        </div>
    }
    .into_any()
}

/// Takes a step's form over from the browser: it is saved like everything else, and the answer
/// leads on.
pub fn submit_in_browser(event: &SubmitEvent, autosave: Autosave) {
    event.prevent_default();
    autosave.submit(intent_of(event));
}

/// Which button was pressed; Enter counts as the main one.
#[cfg(feature = "hydrate")]
fn intent_of(event: &SubmitEvent) -> Intent {
    let value = event.submitter().and_then(|button| button.get_attribute("value"));
    match value.as_deref() {
        Some("leave") => Intent::Leave,
        Some("stay") => Intent::Stay,
        _ => Intent::Continue,
    }
}

#[cfg(not(feature = "hydrate"))]
fn intent_of(_event: &SubmitEvent) -> Intent {
    Intent::Continue
}

/// Who is signed in, for the key under which unsaved text is kept.
pub fn current_person() -> crate::ids::UserId {
    use_viewer().member.user_id
}

/// The two ways on at the end of a step.
#[component]
pub fn StepButtons(
    /// Back to here.
    #[prop(optional, into)]
    back: Option<String>,
    #[prop(default = "Continue".to_owned(), into)] label: String,
    #[prop(optional, into)] pending: Signal<bool>,
) -> impl IntoView {
    view! {
        <div class="mt-8 flex flex-wrap items-center gap-3">
            <Button name="intent" value="continue" pending=pending>{label}</Button>
            {back.map(|href| view! { <a class="btn btn-ghost" href=href>"Back"</a> })}
        </div>
    }
    .into_any()
}
