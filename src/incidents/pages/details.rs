//! Step 1: who, where and when.

use crate::{
    app::{use_tenant, use_viewer},
    error::AppError,
    incidents::{
        api::{IntakeOptions, SaveDetails, StartIncident, get_draft, get_intake_options},
        details::{LATE_AFTER_DAYS, format_local},
        draft::Draft,
        incident::{CaptureStatus, WizardStep},
        paths,
        wizard::{FORM_ID, StepButtons, StepErrors, WizardFrame, use_incident_id},
    },
    tenants::tenant::TenantSlug,
    ui::{DateTimeField, SelectField, TextArea, TextField, Unpack, fresh},
};
use chrono::Duration;
use leptos::{html, prelude::*};
use leptos_router::components::Redirect;

/// Starts a report.
#[component]
pub fn NewIncidentPage() -> AnyView {
    let tenant = use_viewer().member.tenant;
    let options = Resource::new_blocking(|| (), {
        let tenant = tenant.clone();
        move |()| get_intake_options(tenant.clone())
    });
    let action = ServerAction::<StartIncident>::new();
    let error = Signal::derive(move || action.value().get().and_then(Result::err));
    let slug = tenant.to_string();
    view! {
        <WizardFrame
            tenant=tenant
            incident=None
            step=WizardStep::Details
            reached=WizardStep::Details
            heading="Who, where and when"
        >
            <p class="mb-6 text-muted">
                "You can stop at any time. After this page everything you write is saved as you go."
            </p>
            <Unpack resource=options let:options>
                {new_form(slug.clone(), options, action, error)}
            </Unpack>
        </WizardFrame>
    }
    .into_any()
}

fn new_form(
    slug: String,
    options: IntakeOptions,
    action: ServerAction<StartIncident>,
    error: Signal<Option<AppError>>,
) -> AnyView {
    view! {
        <StepErrors sent=error />
        <ActionForm action=action attr:id=FORM_ID attr:novalidate=true>
            <input type="hidden" name="tenant" value=slug />
            <DetailsFields options draft=None error />
            <StepButtons pending=action.pending() />
        </ActionForm>
    }
    .into_any()
}

/// Changes who, where and when of a report.
#[component]
pub fn EditDetailsPage() -> AnyView {
    let tenant = use_tenant();
    let id = use_incident_id();
    let resource = Resource::new_blocking(
        move || (tenant.get(), id.get()),
        |(tenant, id)| async move {
            let (Some(tenant), Some(id)) = (tenant, id) else {
                return Err(AppError::NotFound);
            };
            let options = get_intake_options(tenant.clone()).await?;
            Ok((tenant.clone(), options, get_draft(tenant, id).await?))
        },
    );
    view! {
        <Unpack resource let:loaded>
            {
                let (tenant, options, draft) = loaded;
                let key = format!("{} {}", draft.id, draft.revision);
                    fresh(key, edit_view(tenant, options, draft))
            }
        </Unpack>
    }
    .into_any()
}

fn edit_view(tenant: TenantSlug, options: IntakeOptions, draft: Draft) -> AnyView {
    if draft.capture_status == CaptureStatus::Completed {
        return view! { <Redirect path=paths::record(&tenant, draft.id) /> }.into_any();
    }
    let action = ServerAction::<SaveDetails>::new();
    let error = Signal::derive(move || action.value().get().and_then(Result::err));
    let saved = format!("Saved {}", draft.saved_at());
    let slug = tenant.to_string();
    let returned = draft.returned.clone();
    view! {
        <WizardFrame
            tenant=tenant
            incident=Some(draft.id)
            step=WizardStep::Details
            reached=draft.reached()
            heading="Who, where and when"
            saved=Signal::stored(Some(saved))
            can_leave=true
            nostrip:returned=returned
        >
            <StepErrors sent=error />
            <ActionForm action=action attr:id=FORM_ID attr:novalidate=true>
                <input type="hidden" name="tenant" value=slug />
                <input type="hidden" name="id" value=draft.id.to_string() />
                <input type="hidden" name="revision" value=draft.revision.to_string() autocomplete="off" />
                <DetailsFields options draft=Some(draft) error />
                <StepButtons pending=action.pending() />
            </ActionForm>
        </WizardFrame>
    }
    .into_any()
}

/// The fields of step 1.
#[component]
fn DetailsFields(options: IntakeOptions, draft: Option<Draft>, error: Signal<Option<AppError>>) -> impl IntoView {
    let at = move |field: &'static str| Signal::derive(move || error.get().and_then(|error| error.at(field)));
    let zone = options.time_zone;
    let now = options.now;
    let participant_id = draft.as_ref().and_then(|draft| draft.participant_id);
    let typed_name = draft.as_ref().filter(|_| participant_id.is_none()).map(|draft| draft.participant_name.clone());
    let when = draft.as_ref().map(|draft| format_local(draft.event_date_time, zone)).unwrap_or_default();
    let value = |read: fn(&Draft) -> String| draft.as_ref().map(read).unwrap_or_default();
    let location = value(|draft| draft.location.clone());
    let late_reason = value(|draft| draft.late_reason.clone());
    let site_id = value(|draft| draft.site_id.map(|id| id.to_string()).unwrap_or_default());

    // Without JavaScript the reason is always there to fill in; with it, only when it is asked for.
    let late_before = format_local(now - Duration::days(LATE_AFTER_DAYS), zone);
    let entered = RwSignal::new(when.clone());
    let is_live = RwSignal::new(false);
    Effect::new(move |_| is_live.set(true));
    let hides_reason = {
        let has_reason = !late_reason.is_empty();
        move || {
            let entered = entered.get();
            let is_late = !entered.is_empty() && entered < late_before;
            is_live.get() && !is_late && !has_reason && at("late_reason").get().is_none()
        }
    };

    // Most events happen at home, so choosing the participant fills the site in.
    let site_field = NodeRef::<html::Select>::new();
    let homes: Vec<_> = options
        .participants
        .iter()
        .map(|participant| (participant.id.to_string(), participant.site_id.map(|id| id.to_string())))
        .collect();
    let fill_site = move |chosen: String| {
        if let (Some(select), Some((_, Some(home)))) = (site_field.get(), homes.iter().find(|(id, _)| *id == chosen))
            && select.value().is_empty()
        {
            select.set_value(home);
        }
    };
    let participants: Vec<_> =
        options.participants.iter().map(|participant| (participant.id.to_string(), participant.name.clone())).collect();
    let sites: Vec<_> = options.sites.iter().map(|site| (site.id.to_string(), site.name.clone())).collect();
    view! {
        <div class="fields">
            <SelectField
                label="Participant"
                name="participant_id"
                options=participants
                value=participant_id.map(|id| id.to_string()).unwrap_or_default()
                blank="Choose a participant"
                error=at("participant_id")
                on_change=fill_site
            />
            <TextField
                label="Or type the name, if it isn't in the list"
                name="participant_name"
                value=typed_name.unwrap_or_default()
                maxlength=120_u32
                autocomplete="off"
                error=at("participant_name")
            />
            <DateTimeField
                label="When did it happen?"
                name="event_date_time"
                value=when
                max=format_local(now, zone)
                hint="Your best estimate is fine. Any past date can be reported."
                error=at("event_date_time")
                on_input=move |text: String| entered.set(text)
            />
            <div class:hidden=hides_reason>
                <TextArea
                    label="Why is it reported now?"
                    name="late_reason"
                    value=late_reason
                    rows=2
                    maxlength=2000_u32
                    hint="Only for events more than 30 days ago. For example: the participant told me today."
                    error=at("late_reason")
                />
            </div>
            <SelectField
                label="Site"
                name="site_id"
                options=sites
                value=site_id
                blank="Not at one of our sites"
                error=at("site_id")
                node_ref=site_field
            />
            <TextField
                label="Place"
                name="location"
                value=location
                maxlength=200_u32
                optional=true
                hint="For example: kitchen, bus stop, day program."
                error=at("location")
            />
        </div>
    }
    .into_any()
}
