//! The switch between providers and the built-in engine, and what may be spent.

use super::saved_note;
use crate::{
    providers::{
        api::SaveSwitch,
        paths::{self, SettingsCard},
        provider_settings::Switch,
    },
    tenants::tenant::TenantSlug,
    ui::{Button, Card, RadioGroup, RevisionField, SaveProblem, TextField, error_at, error_of},
    usage::figures::{format_usd, plain_usd},
};
use leptos::prelude::*;

/// The first card.
pub fn limits_card(
    tenant: &TenantSlug,
    switch: Switch,
    spent_micros: i64,
    action: ServerAction<SaveSwitch>,
) -> AnyView {
    let error = error_of(action);
    let slug = tenant.to_string();
    let note = saved_note(SettingsCard::Limits, error);
    let amount = |cap: Option<i64>| cap.map(plain_usd).unwrap_or_default();
    let (own_path, usage) = (paths::settings(tenant), format!("/{tenant}/usage"));
    let choices = vec![
        ("on".to_owned(), "Use AI providers for the steps where one is chosen".to_owned()),
        ("off".to_owned(), "Built-in engine only".to_owned()),
    ];
    view! {
        <Card title="AI providers and limits" id=SettingsCard::Limits.id()>
            {note} <SaveProblem error own_path />
            <ActionForm action=action attr:novalidate=true>
                <input type="hidden" name="tenant" value=slug />
                <RevisionField revision=switch.revision error />
                <div class="fields">
                    <RadioGroup
                        label="Who may answer"
                        name="providers"
                        options=choices
                        value=if switch.providers_off { "off" } else { "on" }
                        hint="This is for everybody in your organisation. A provider is sent the account of an incident; names, NDIS numbers, phone numbers, addresses and dates of birth are masked first. With the built-in engine, nothing leaves this server."
                        error=error_at(error, "providers")
                    />
                    <TextField
                        label="Limit for the organisation in a month (US$)"
                        name="monthly_cap"
                        value=amount(switch.monthly_cap_micros)
                        hint=format!(
                            "A call that could pass the limit is not made; the built-in engine answers instead. Empty: no limit. 0: no paid call at all. This month so far: {}.",
                            format_usd(spent_micros),
                        )
                        optional=true
                        inputmode="decimal"
                        autocomplete="off"
                        maxlength=16_u32
                        width="max-w-40"
                        error=error_at(error, "monthly_cap")
                    />
                    <TextField
                        label="Limit for each person in a month (US$)"
                        name="person_monthly_cap"
                        value=amount(switch.person_monthly_cap_micros)
                        hint="Counts the calls that the person's reports, analyses and tests need."
                        optional=true
                        inputmode="decimal"
                        autocomplete="off"
                        maxlength=16_u32
                        width="max-w-40"
                        error=error_at(error, "person_monthly_cap")
                    />
                    <div class="flex flex-wrap items-center gap-x-6 gap-y-2">
                        <Button pending=action.pending()>"Save limits"</Button>
                        <a class="text-link inline-flex min-h-11 items-center" href=usage>
                            "See what was used"
                        </a>
                    </div>
                </div>
            </ActionForm>
        </Card>
    }
    .into_any()
}
