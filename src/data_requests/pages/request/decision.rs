//! Deciding on a request: carry it out, or refuse it.

use super::{Deeds, plan::plan_card};
use crate::{
    data_requests::{
        paths,
        request::{DataRequest, DataRequestView, RequestType},
    },
    tenants::tenant::TenantSlug,
    ui::{
        Alert, Button, ButtonVariant, Card, Disclosure, Icon, SaveProblem, TextArea, TextField, Tone, error_at,
        error_of,
    },
};
use chrono_tz::Tz;
use leptos::prelude::*;

/// What would happen, and the buttons.
pub fn decision_view(view: &DataRequestView, tenant: &TenantSlug, tz: Tz, deeds: Deeds) -> AnyView {
    let request = &view.request;
    let own_path = paths::request(tenant, request.id);
    let came_back = (!request.reason.is_empty()).then(|| {
        let title = request.reason.clone();
        view! { <Alert tone=Tone::Waiting title /> }
    });
    let carry_out = match &view.plan {
        Some(plan) => {
            let card = plan_card(plan, tz);
            let form = if plan.is_blocked() {
                None
            } else if plan.has_effect() {
                Some(deletion_form(view, tenant, deeds))
            } else {
                Some(view! { <Alert tone=Tone::Info title="Nothing can be deleted now">"Refuse the request and tell the person what has to stay, and why."</Alert> }.into_any())
            };
            view! { {card} {form} }.into_any()
        }
        None => export_form(request, tenant, deeds),
    };
    let refuse = refusal_form(request, tenant, deeds);
    view! {
        <SaveProblem error=error_of(deeds.approve) own_path=own_path.clone() />
        <SaveProblem error=error_of(deeds.refuse) own_path />
        {came_back}
        {carry_out}
        {refuse}
    }
    .into_any()
}

/// What every form says besides its own.
fn which(request: &DataRequest, tenant: &TenantSlug) -> impl IntoView + use<> {
    view! {
        <input type="hidden" name="tenant" value=tenant.to_string() />
        <input type="hidden" name="id" value=request.id.to_string() />
        <input type="hidden" name="revision" value=request.revision.to_string() autocomplete="off" />
    }
}

fn export_form(request: &DataRequest, tenant: &TenantSlug, deeds: Deeds) -> AnyView {
    let lead = if request.is_own {
        "The person asked for themself: the file also holds their conversations and sign-ins, and only they can open it."
    } else {
        "All reports in full, and what else is kept about the person. Check that it is them before you hand it over."
    };
    let which = which(request, tenant);
    view! {
        <Card title="Make the file" lead>
            <ActionForm action=deeds.approve>
                {which} <Button icon=Icon::FileText pending=deeds.approve.pending()>"Make the file"</Button>
            </ActionForm>
        </Card>
    }
    .into_any()
}

fn deletion_form(view: &DataRequestView, tenant: &TenantSlug, deeds: Deeds) -> AnyView {
    if view.is_about_me {
        return view! { <Alert tone=Tone::Info title="You can't delete your own data. Ask another admin to do it." /> }
            .into_any();
    }
    let which = which(&view.request, tenant);
    let hint = format!("Type the name to confirm: {}", view.request.subject_name);
    let error = error_at(error_of(deeds.approve), "confirmation");
    view! {
        <Card title="Delete" lead="This can't be taken back.">
            <ActionForm action=deeds.approve attr:novalidate=true>
                {which}
                <div class="fields">
                    <TextField
                        label="Name of the person"
                        name="confirmation"
                        hint
                        maxlength=120_u32
                        required=true
                        autocomplete="off"
                        error
                    />
                    <div>
                        <Button variant=ButtonVariant::Danger icon=Icon::Trash pending=deeds.approve.pending()>
                            "Delete for good"
                        </Button>
                    </div>
                </div>
            </ActionForm>
        </Card>
    }
    .into_any()
}

fn refusal_form(request: &DataRequest, tenant: &TenantSlug, deeds: Deeds) -> AnyView {
    let which = which(request, tenant);
    let error = error_at(error_of(deeds.refuse), "reason");
    let lead = match request.request_type {
        RequestType::Export => "No file is made. Tell the person why, and where they can complain.",
        RequestType::Deletion => "Nothing is deleted. Tell the person why, and where they can complain.",
    };
    view! {
        <Card title="Refuse" lead>
            <Disclosure summary="Refuse this request">
                <ActionForm action=deeds.refuse attr:novalidate=true>
                    {which}
                    <div class="fields">
                        <TextArea
                            label="Reason"
                            name="reason"
                            rows=3
                            maxlength=1000_u32
                            required=true
                            error
                        />
                        <div>
                            <Button variant=ButtonVariant::Secondary pending=deeds.refuse.pending()>
                                "Refuse"
                            </Button>
                        </div>
                    </div>
                </ActionForm>
            </Disclosure>
        </Card>
    }
    .into_any()
}
