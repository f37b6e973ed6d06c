//! Who answers for each step.

use super::{
    super::models::{ANSWERING, list_for, model_lists},
    saved_note,
};
use crate::{
    ai::provider::ProviderKind,
    error::AppError,
    providers::{
        api::SaveSteps,
        paths::{self, SettingsCard},
        provider_settings::{KnownModels, Provider, StepSetting, Switch},
        settings_forms::{model_field, provider_field},
    },
    tenants::tenant::TenantSlug,
    ui::{
        Button, ButtonVariant, Card, EmptyState, Icon, LinkButton, RevisionField, SaveProblem, SelectField,
        StatusBadge, TextField, Tone, error_at, error_of,
    },
};
use leptos::prelude::*;

/// The second card.
pub fn steps_card(
    tenant: &TenantSlug,
    switch: Switch,
    steps: Vec<StepSetting>,
    providers: &[Provider],
    known_models: KnownModels,
    action: ServerAction<SaveSteps>,
) -> AnyView {
    if providers.is_empty() {
        return no_provider_card(tenant);
    }
    let error = error_of(action);
    let slug = tenant.to_string();
    let note = saved_note(SettingsCard::Steps, error);
    let own_path = paths::settings(tenant);
    let lists = model_lists(ANSWERING, &known_models);
    let choices = Choices {
        options: providers.iter().map(option).collect(),
        kinds: providers.iter().map(|provider| (provider.id.to_string(), provider.kind)).collect(),
        known_models,
        has_limit: switch.has_limit(),
    };
    let fields = steps.into_iter().map(|setting| step_fields(setting, &choices, error)).collect_view();
    view! {
        <Card
            title="Steps"
            lead="For each step, who answers. Where a provider can't be used, the built-in engine answers and people see why."
            id=SettingsCard::Steps.id()
        >
            {note} <SaveProblem error own_path /> {lists}
            <ActionForm action=action attr:novalidate=true>
                <input type="hidden" name="tenant" value=slug />
                <RevisionField revision=switch.revision error />
                <div class="fields">{fields} <Button pending=action.pending()>"Save steps"</Button></div>
            </ActionForm>
        </Card>
    }
    .into_any()
}

fn no_provider_card(tenant: &TenantSlug) -> AnyView {
    let href = paths::new_provider(tenant);
    view! {
        <Card title="Steps" lead="For each step, who answers." id=SettingsCard::Steps.id()>
            <EmptyState
                title="The built-in engine answers for every step"
                text="Set a provider up to choose it for a step."
                icon=Icon::Sparkles
            >
                <LinkButton href variant=ButtonVariant::Secondary>
                    "Add a provider"
                </LinkButton>
            </EmptyState>
        </Card>
    }
    .into_any()
}

/// What every step can choose from.
struct Choices {
    options: Vec<(String, String)>,
    kinds: Vec<(String, ProviderKind)>,
    known_models: KnownModels,
    has_limit: bool,
}

fn option(provider: &Provider) -> (String, String) {
    let state = if provider.is_enabled { "" } else { " (switched off)" };
    (provider.id.to_string(), format!("{}{state}", provider.name))
}

fn step_fields(setting: StepSetting, choices: &Choices, error: Signal<Option<AppError>>) -> AnyView {
    let StepSetting { step, choice } = setting;
    let is_unpriced = choice.as_ref().is_some_and(|choice| !choice.has_price);
    let (provider, model) = choice.map(|choice| (choice.provider_id.to_string(), choice.ai_model)).unwrap_or_default();
    let chosen = RwSignal::new(provider.clone());
    let (kinds, known) = (choices.kinds.clone(), choices.known_models.clone());
    let list = Signal::derive(move || {
        let kind = chosen.with(|chosen| kinds.iter().find(|(id, _)| id == chosen).map(|(_, kind)| *kind));
        list_for(ANSWERING, &known, kind)
    });
    view! {
        <fieldset class="min-w-0">
            <legend class="font-semibold">{step.label()}</legend>
            <p class="mb-3 text-[0.9375rem] text-muted">{step.explanation()}</p>
            <div class="grid gap-4 sm:grid-cols-2">
                <SelectField
                    label="Who answers"
                    id=provider_field(step)
                    name=format!("providers[{}]", step.as_str())
                    options=choices.options.clone()
                    value=provider
                    blank="Built-in engine"
                    error=error_at(error, provider_field(step))
                    on_change=move |id: String| chosen.set(id)
                />
                <TextField
                    label="Model"
                    id=model_field(step)
                    name=format!("models[{}]", step.as_str())
                    value=model
                    list
                    maxlength=120_u32
                    autocomplete="off"
                    error=error_at(error, model_field(step))
                />
            </div>
            {is_unpriced.then(|| unpriced_note(choices.has_limit))}
        </fieldset>
    }
    .into_any()
}

/// A limit can't be kept for what nobody can count.
fn unpriced_note(has_limit: bool) -> AnyView {
    let (tone, text) = if has_limit {
        (Tone::Waiting, "A limit can't be kept for this model, so its calls are refused while a limit is set.")
    } else {
        (Tone::Info, "Its calls count as US$0.00, and they would be refused if a limit were set.")
    };
    view! {
        <p class="mt-2 flex flex-wrap items-center gap-2 text-[0.9375rem]">
            <StatusBadge tone=tone label="Price unknown" />
            {text}
        </p>
    }
    .into_any()
}
