//! Step 8: what happens now, who will see it, and one button.

use crate::{
    app::use_tenant,
    error::AppError,
    incidents::{
        api::{SubmitIncident, get_draft},
        draft::Draft,
        incident::{CaptureStatus, WizardStep},
        paths,
        wizard::{FORM_ID, StepErrors, WizardFrame, use_incident_id},
    },
    tenants::tenant::TenantSlug,
    ui::{Alert, Button, Icon, LinkButton, LocalTime, Tone, Unpack},
};
use leptos::prelude::*;
use leptos_router::components::Redirect;

/// Submits a report.
#[component]
pub fn SubmitPage() -> AnyView {
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
                submit_view(tenant, draft)
            }
        </Unpack>
    }
    .into_any()
}

fn submit_view(tenant: TenantSlug, draft: Draft) -> AnyView {
    if draft.capture_status == CaptureStatus::Completed {
        return view! { <Redirect path=paths::record(&tenant, draft.id) /> }.into_any();
    }
    let action = ServerAction::<SubmitIncident>::new();
    let error = Signal::derive(move || action.value().get().and_then(Result::err));
    // The answer leads away; until it does, a second press has nothing to press.
    let is_busy = Signal::derive(move || action.pending().get() || matches!(action.value().get(), Some(Ok(()))));
    let is_told = draft.narrative.is_told();
    let headline = draft.narrative.headline();
    let slug = tenant.to_string();
    let narrative_path = paths::step(&tenant, draft.id, WizardStep::Narrative);
    let body = if is_told {
        view! {
            <ActionForm action=action attr:id=FORM_ID>
                <input type="hidden" name="tenant" value=slug />
                <input type="hidden" name="id" value=draft.id.to_string() />
                <input type="hidden" name="revision" value=draft.revision.to_string() autocomplete="off" />
                <div class="mt-8 flex flex-wrap items-center gap-3">
                    <Button pending=is_busy icon=Icon::Check wide=true>
                        "Submit for analysis"
                    </Button>
                </div>
            </ActionForm>
        }
        .into_any()
    } else {
        view! {
            <Alert tone=Tone::Waiting title="There is no account yet">
                <p>"Tell what happened before you submit: at least one of the four boxes needs 50 characters or more."</p>
                <LinkButton href=narrative_path>"Tell what happened"</LinkButton>
            </Alert>
        }
        .into_any()
    };
    view! {
        <WizardFrame
            tenant=tenant.clone()
            incident=Some(draft.id)
            step=WizardStep::Complete
            reached=draft.reached()
            heading="Ready to submit"
            saved=Signal::stored(Some(format!("Saved {}", draft.saved_at())))
            nostrip:returned=draft.returned.clone()
        >
            <StepErrors sent=error />
            <div class="rounded-box bg-base-100 p-5 shadow-soft">
                <p class="font-semibold">{format!("Report #{}: {}", draft.number, draft.participant_name)}</p>
                <p class="mt-1 text-muted wrap-anywhere" dir="auto">{headline}</p>
                <p class="mt-1 text-muted">
                    <LocalTime instant=draft.event_date_time tz=draft.time_zone />
                </p>
            </div>
            <h2 class="mt-8">"What happens now"</h2>
            <ul class="mt-3 space-y-3">
                <li class="flex gap-3">
                    <span class="mt-1 text-primary">{Icon::Users.view()}</span>
                    <span>"Your team leads are told and can read the whole report. Other support workers can't."</span>
                </li>
                <li class="flex gap-3">
                    <span class="mt-1 text-primary">{Icon::FileText.view()}</span>
                    <span>"A team lead reviews it and decides what to do. Your own words stay in the record as you wrote them."</span>
                </li>
                <li class="flex gap-3">
                    <span class="mt-1 text-primary">{Icon::Info.view()}</span>
                    <span>"After submitting you can read the report but not change it."</span>
                </li>
            </ul>
            {body}
        </WizardFrame>
    }
    .into_any()
}
