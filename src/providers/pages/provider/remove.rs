//! Removing a provider: its name has to be typed, and no step may need it.

use crate::{
    providers::{
        api::RemoveProvider,
        paths::{self, SettingsCard},
        provider_settings::Provider,
    },
    tenants::tenant::TenantSlug,
    ui::{Button, ButtonVariant, Card, SaveProblem, TextField, error_at, error_of},
};
use leptos::prelude::*;

/// The card below the form.
pub fn remove_card(tenant: &TenantSlug, provider: Provider, action: ServerAction<RemoveProvider>) -> AnyView {
    let content = if provider.steps.is_empty() { form(tenant, provider, action) } else { in_use(tenant, &provider) };
    view! {
        <div class="max-w-2xl">
            <Card title="Remove this provider" id="remove">
                {content}
            </Card>
        </div>
    }
    .into_any()
}

fn in_use(tenant: &TenantSlug, provider: &Provider) -> AnyView {
    let steps: Vec<_> = provider.steps.iter().map(|step| step.label()).collect();
    let href = format!("{}#{}", paths::settings(tenant), SettingsCard::Steps.id());
    view! {
        <p>
            {format!("It answers for: {}. ", steps.join(", "))} <a class="text-link" href=href>
                "Choose another for these steps"
            </a> " first, then it can be removed."
        </p>
    }
    .into_any()
}

fn form(tenant: &TenantSlug, provider: Provider, action: ServerAction<RemoveProvider>) -> AnyView {
    let error = error_of(action);
    let slug = tenant.to_string();
    let own_path = paths::provider(tenant, provider.id);
    view! {
        <SaveProblem error own_path />
        <p class="mb-4">
            "Its key is deleted with it. What its calls cost stays in the usage. This can't be taken back."
        </p>
        <ActionForm action=action attr:novalidate=true>
            <input type="hidden" name="tenant" value=slug />
            <input type="hidden" name="id" value=provider.id.to_string() />
            <div class="fields">
                <TextField
                    label=format!("Type “{}” to confirm", provider.name)
                    name="confirmed_name"
                    maxlength=80_u32
                    required=true
                    autocomplete="off"
                    error=error_at(error, "confirmed_name")
                />
                <Button variant=ButtonVariant::Danger pending=action.pending()>
                    "Remove provider"
                </Button>
            </div>
        </ActionForm>
    }
    .into_any()
}
