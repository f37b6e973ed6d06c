//! How a person signs in, and what their admin may do about it.

use super::Actions;
use crate::{
    people::{paths, person::PersonRecord},
    providers::paths::{SettingsCard, settings},
    tenants::tenant::TenantSlug,
    ui::{Button, ButtonVariant, Card, LocalTime, SaveProblem, TextField, error_at, error_of},
};
use chrono_tz::Tz;
use leptos::prelude::*;

/// The second card.
pub fn sign_in_card(tenant: &TenantSlug, record: &PersonRecord, tz: Tz, actions: Actions) -> AnyView {
    let person = &record.person;
    let last = match person.last_signed_in_at {
        Some(instant) => view! { <LocalTime instant tz /> }.into_any(),
        None => "Never".into_any(),
    };
    let ai_settings = format!("{}#{}", settings(tenant), SettingsCard::People.id());
    let forms = if record.is_self {
        let account = format!("/{tenant}/account");
        view! {
            <p>
                "Your own devices and two-step sign-in are on "
                <a class="text-link" href=account>
                    "your account page"
                </a>
                "."
            </p>
        }
        .into_any()
    } else if record.works_elsewhere {
        view! {
            <p class="text-muted">
                "This person works for another organisation too. Their devices and their two-step sign-in aren't yours to change; deactivating them here takes effect at once all the same."
            </p>
        }
        .into_any()
    } else {
        view! {
            {end_sessions_form(tenant, record, actions)}
            {person.has_second_factor.then(|| reset_form(tenant, record, actions))}
        }
        .into_any()
    };
    let second_step = if person.has_second_factor { "On" } else { "Off" };
    let access = if person.llm_access { "Allowed. " } else { "Not allowed. " };
    view! {
        <Card title="Signing in and AI">
            <dl class="mb-5 grid gap-y-3">
                {fact("Last signed in", last)}
                {fact("Two-step sign-in", second_step.into_any())}
                {fact(
                    "AI providers",
                    view! {
                        {access}
                        <a class="text-link" href=ai_settings>
                            "Change in the AI settings"
                        </a>
                    }
                        .into_any(),
                )}
            </dl>
            <div class="space-y-6">{forms}</div>
        </Card>
    }
    .into_any()
}

fn fact(label: &'static str, value: AnyView) -> impl IntoView {
    view! {
        <div class="grid gap-x-4 sm:grid-cols-[10rem_minmax(0,1fr)]">
            <dt class="text-muted">{label}</dt>
            <dd class="font-medium">{value}</dd>
        </div>
    }
}

fn end_sessions_form(tenant: &TenantSlug, record: &PersonRecord, actions: Actions) -> AnyView {
    let action = actions.end_sessions;
    let error = error_of(action);
    let (slug, id) = (tenant.to_string(), record.person.user_id);
    let own_path = paths::person(tenant, id);
    view! {
        <div>
            <SaveProblem error own_path />
            <ActionForm action=action>
                <input type="hidden" name="tenant" value=slug />
                <input type="hidden" name="id" value=id.to_string() />
                <p class="mb-3 text-muted">"A lost phone? Sign the person out on every device. They can sign in again."</p>
                <Button variant=ButtonVariant::Secondary pending=action.pending()>
                    "Sign out on all devices"
                </Button>
            </ActionForm>
        </div>
    }
    .into_any()
}

fn reset_form(tenant: &TenantSlug, record: &PersonRecord, actions: Actions) -> AnyView {
    let action = actions.reset;
    let error = error_of(action);
    let (slug, id) = (tenant.to_string(), record.person.user_id);
    let own_path = paths::person(tenant, id);
    let label = format!("Type “{}” to reset the two-step sign-in", record.person.display_name);
    view! {
        <div>
            <SaveProblem error own_path />
            <ActionForm action=action attr:novalidate=true>
                <input type="hidden" name="tenant" value=slug />
                <input type="hidden" name="id" value=id.to_string() />
                <p class="mb-3 text-muted">
                    "If the person has lost both their app and their recovery codes, reset their two-step sign-in. Make sure that it is really them who asks."
                </p>
                <div class="fields">
                    <TextField
                        label
                        name="reset_typed_name"
                        maxlength=120_u32
                        required=true
                        autocomplete="off"
                        error=error_at(error, "reset_typed_name")
                    />
                    <Button variant=ButtonVariant::Danger pending=action.pending()>
                        "Reset two-step sign-in"
                    </Button>
                </div>
            </ActionForm>
        </div>
    }
    .into_any()
}
