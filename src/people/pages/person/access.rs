//! Letting a person in no more, or again.

use super::Actions;
use crate::{
    people::{
        paths,
        person::{MembershipStatus, PersonRecord},
    },
    tenants::tenant::TenantSlug,
    ui::{Button, ButtonVariant, Card, SaveProblem, TextField, error_at, error_of},
};
use leptos::prelude::*;

/// The last card; not for oneself.
pub fn access_card(tenant: &TenantSlug, record: &PersonRecord, actions: Actions) -> AnyView {
    if record.is_self {
        return ().into_any();
    }
    match record.person.status {
        MembershipStatus::Active => deactivate_card(tenant, record, actions),
        MembershipStatus::Deactivated => reactivate_card(tenant, record, actions),
    }
}

fn deactivate_card(tenant: &TenantSlug, record: &PersonRecord, actions: Actions) -> AnyView {
    let action = actions.deactivate;
    let error = error_of(action);
    let (slug, id) = (tenant.to_string(), record.person.user_id);
    let own_path = paths::person(tenant, id);
    let label = format!("Type “{}” to confirm", record.person.display_name);
    let consequence = if record.works_elsewhere {
        "From that moment on the person can't open your organisation. They stay signed in for the other organisation that they work for."
    } else {
        "From that moment on the person can't open your organisation, and is signed out on all devices."
    };
    view! {
        <Card title="Deactivate this person" id="deactivate">
            <SaveProblem error own_path />
            <p class="mb-4">{consequence} " What they wrote stays, with their name. You can let them in again."</p>
            <ActionForm action=action attr:novalidate=true>
                <input type="hidden" name="tenant" value=slug />
                <input type="hidden" name="id" value=id.to_string() />
                <div class="fields">
                    <TextField
                        label
                        name="typed_name"
                        maxlength=120_u32
                        required=true
                        autocomplete="off"
                        error=error_at(error, "typed_name")
                    />
                    <Button variant=ButtonVariant::Danger pending=action.pending()>
                        "Deactivate"
                    </Button>
                </div>
            </ActionForm>
        </Card>
    }
    .into_any()
}

fn reactivate_card(tenant: &TenantSlug, record: &PersonRecord, actions: Actions) -> AnyView {
    let action = actions.reactivate;
    let error = error_of(action);
    let (slug, id) = (tenant.to_string(), record.person.user_id);
    let own_path = paths::person(tenant, id);
    let text =
        format!("The person comes back as {}. Check the role above first.", record.person.role.label().to_lowercase());
    view! {
        <Card title="Let this person in again" id="reactivate">
            <SaveProblem error own_path />
            <p class="mb-4">{text}</p>
            <ActionForm action=action>
                <input type="hidden" name="tenant" value=slug />
                <input type="hidden" name="id" value=id.to_string() />
                <Button variant=ButtonVariant::Secondary pending=action.pending()>
                    "Reactivate"
                </Button>
            </ActionForm>
        </Card>
    }
    .into_any()
}
