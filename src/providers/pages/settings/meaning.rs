//! Who compares the meanings of questions and documents.

use super::{
    super::models::{list_for, model_lists},
    saved_note,
};
use crate::{
    ai::provider::ProviderKind,
    providers::{
        api::SaveEmbedding,
        paths::{self, SettingsCard},
        provider_settings::{EmbeddingSetting, Provider},
    },
    tenants::tenant::TenantSlug,
    ui::{
        Alert, Button, Card, RevisionField, SaveProblem, SelectField, StatusBadge, TextField, Tone, error_at, error_of,
    },
};
use leptos::prelude::*;

/// What makes the lists of these models another card's than those of the steps.
const LISTS: &str = "embedding-models";

/// The third card.
pub fn meaning_card(
    tenant: &TenantSlug,
    setting: EmbeddingSetting,
    providers: &[Provider],
    action: ServerAction<SaveEmbedding>,
) -> AnyView {
    let EmbeddingSetting { choice, is_being_prepared, revision, known_models } = setting;
    let error = error_of(action);
    let slug = tenant.to_string();
    let note = saved_note(SettingsCard::Meaning, error);
    let own_path = paths::settings(tenant);
    let lists = model_lists(LISTS, &known_models);
    let is_unpriced = choice.as_ref().is_some_and(|choice| !choice.has_price);
    let (provider, model) = choice.map(|choice| (choice.provider_id.to_string(), choice.ai_model)).unwrap_or_default();
    let able = providers.iter().filter(|provider| provider.kind != ProviderKind::Anthropic);
    let options: Vec<_> = able.map(|provider| (provider.id.to_string(), provider.name.clone())).collect();
    let kinds: Vec<_> = providers.iter().map(|provider| (provider.id.to_string(), provider.kind)).collect();
    let chosen = RwSignal::new(provider.clone());
    let list = Signal::derive(move || {
        let kind = chosen.with(|chosen| kinds.iter().find(|(id, _)| id == chosen).map(|(_, kind)| *kind));
        list_for(LISTS, &known_models, kind)
    });
    view! {
        <Card
            title="Meaning search"
            lead="Search in the documents compares words and meanings. Who compares meanings?"
            id=SettingsCard::Meaning.id()
        >
            {note} <SaveProblem error own_path /> {is_being_prepared.then(preparing_note)} {lists}
            <ActionForm action=action attr:novalidate=true>
                <input type="hidden" name="tenant" value=slug />
                <RevisionField revision error />
                <div class="fields">
                    <div class="grid gap-4 sm:grid-cols-2">
                        <SelectField
                            label="Who compares meanings"
                            id="embedding_provider"
                            name="embedding_provider"
                            options
                            value=provider
                            blank="The model on this server"
                            hint="A provider is sent your documents and every question; known names, phone numbers and addresses are masked first. With the model on this server, nothing leaves it."
                            error=error_at(error, "embedding_provider")
                            on_change=move |id: String| chosen.set(id)
                        />
                        <TextField
                            label="Model of the provider"
                            id="embedding_model"
                            name="embedding_model"
                            value=model
                            list
                            maxlength=120_u32
                            autocomplete="off"
                            hint="Its vectors may have at most 1,024 numbers. Leave it empty for the model on this server."
                            error=error_at(error, "embedding_model")
                        />
                    </div>
                    {is_unpriced.then(unpriced_note)}
                    <div>
                        <Button pending=action.pending()>"Save meaning search"</Button>
                    </div>
                </div>
            </ActionForm>
        </Card>
    }
    .into_any()
}

fn preparing_note() -> AnyView {
    view! {
        <div class="mb-4">
            <Alert tone=Tone::Info title="Your documents are being prepared for this choice">
                <p>"Until that is done, search goes on with the former one."</p>
            </Alert>
        </div>
    }
    .into_any()
}

fn unpriced_note() -> AnyView {
    view! {
        <p class="flex flex-wrap items-center gap-2 text-[0.9375rem]">
            <StatusBadge tone=Tone::Waiting label="Price unknown" />
            "Its calls count as US$0.00, and they are refused while a limit is set."
        </p>
    }
    .into_any()
}
