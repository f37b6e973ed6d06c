//! Step 2: the account, in four phases on one page.

use crate::{
    app::use_tenant,
    error::AppError,
    incidents::{
        api::{SaveNarrative, get_draft, save_narrative},
        autosave::{Autosave, Form},
        draft::{Draft, Intent},
        incident::{CaptureStatus, WizardStep},
        narrative::{MAX_PHASE_CHARACTERS, Phase},
        paths,
        phase_fields::PhaseTexts,
        wizard::{FORM_ID, StepButtons, StepErrors, WizardFrame, current_person, submit_in_browser, use_incident_id},
    },
    tenants::tenant::TenantSlug,
    ui::{Disclosure, TextArea, Unpack, fresh},
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::components::Redirect;
use std::sync::Arc;

/// The account of a report.
#[component]
pub fn NarrativePage() -> AnyView {
    let tenant = use_tenant();
    let id = use_incident_id();
    let draft = Resource::new_blocking(
        move || (tenant.get(), id.get()),
        |(tenant, id)| async move {
            let (Some(tenant), Some(id)) = (tenant, id) else {
                return Err(AppError::NotFound);
            };
            Ok((tenant.clone(), get_draft(tenant, id).await?))
        },
    );
    view! {
        <Unpack resource=draft let:loaded>
            {
                let (tenant, draft) = loaded;
                let key = format!("{} {}", draft.id, draft.revision);
                    fresh(key, narrative_view(tenant, draft))
            }
        </Unpack>
    }
    .into_any()
}

fn narrative_view(tenant: TenantSlug, draft: Draft) -> AnyView {
    if draft.capture_status == CaptureStatus::Completed {
        return view! { <Redirect path=paths::record(&tenant, draft.id) /> }.into_any();
    }
    let texts = PhaseTexts::new(&draft.narrative);
    let autosave = Autosave::new(
        draft.id,
        current_person(),
        "narrative",
        draft.revision,
        draft.saved_at(),
        narrative_form(&tenant, &draft, texts),
    );
    // Only for its answer to a form that was sent without JavaScript.
    let sent = ServerAction::<SaveNarrative>::new();
    let sent_error = Signal::derive(move || sent.value().get().and_then(Result::err));
    let error = Signal::derive(move || autosave.error().get().or_else(|| sent_error.get()));
    let fields = Phase::ALL
        .into_iter()
        .map(|phase| phase_field(phase, draft.narrative.phase(phase).to_owned(), texts, autosave, error))
        .collect_view();
    view! {
        <WizardFrame
            tenant=tenant.clone()
            incident=Some(draft.id)
            step=WizardStep::Narrative
            reached=draft.reached()
            heading="Tell what happened"
            saved=autosave.words()
            can_leave=true
            nostrip:returned=draft.returned
        >
            <p class="mb-6 text-muted">
                "Write it as you would tell a colleague. Short sentences are fine, and so are spelling mistakes. Fill in what you can; we'll ask about the rest."
            </p>
            <StepErrors sent=sent_error autosave=autosave />
            <form
                id=FORM_ID
                method="post"
                action=SaveNarrative::url()
                on:submit=move |event| submit_in_browser(&event, autosave)
            >
                <input type="hidden" name="tenant" value=tenant.to_string() />
                <input type="hidden" name="id" value=draft.id.to_string() />
                <input type="hidden" name="revision" value=draft.revision.to_string() autocomplete="off" />
                <div class="space-y-8">{fields}</div>
                <StepButtons back=paths::step(&tenant, draft.id, WizardStep::Details) pending=autosave.is_submitting() />
            </form>
        </WizardFrame>
    }
    .into_any()
}

fn narrative_form(tenant: &TenantSlug, draft: &Draft, texts: PhaseTexts) -> Form {
    let tenant = tenant.clone();
    let id = draft.id;
    Form {
        send: Arc::new(move |revision, intent| {
            let tenant = tenant.clone();
            let narrative = texts.current();
            Box::pin(async move {
                // The same rule as on the server; asking here first keeps the page as it is.
                if intent == Intent::Continue {
                    narrative.require_told()?;
                }
                save_narrative(tenant, id, revision, narrative, intent).await
            })
        }),
        snapshot: Arc::new(move || texts.snapshot()),
        restore: Arc::new(move |text| texts.restore(&text)),
    }
}

fn phase_field(
    phase: Phase,
    value: String,
    texts: PhaseTexts,
    autosave: Autosave,
    error: Signal<Option<AppError>>,
) -> AnyView {
    let maxlength = u32::try_from(MAX_PHASE_CHARACTERS).unwrap_or(u32::MAX);
    view! {
        <div>
            <TextArea
                label=phase.question()
                name=phase.as_str()
                value=value
                rows=5
                maxlength=maxlength
                hint=phase.hint()
                error=Signal::derive(move || error.get().and_then(|error| error.at(phase.as_str())))
                on_input=move |text: String| {
                    texts.set(phase, text);
                    autosave.changed();
                }
                node_ref=texts.field(phase)
            />
            <Disclosure summary="Show an example">
                <p class="text-[0.9375rem] text-muted">{phase.example()}</p>
            </Disclosure>
        </div>
    }
    .into_any()
}
