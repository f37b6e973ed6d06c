//! The AI settings of an organisation: each card is a form that is saved on its own.

mod limits;
mod meaning;
mod people;
mod provider_list;
mod steps;

use crate::{
    app::use_viewer,
    error::AppError,
    providers::{
        api::{SaveAccess, SaveEmbedding, SaveSteps, SaveSwitch, TestProvider, get_ai_settings},
        paths::SettingsCard,
        provider_settings::{AiSettings, Provider, advice, problem_sentence},
    },
    tenants::tenant::TenantSlug,
    ui::{Alert, PageHeader, Tone, Unpack, successes},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// `/{tenant}/ai`.
#[component]
pub fn AiSettingsPage() -> AnyView {
    let tenant = StoredValue::new(use_viewer().member.tenant);
    let actions = Actions::new();
    let settings = Resource::new_blocking(actions.successes(), move |_| get_ai_settings(tenant.get_value()));
    view! {
        <Title text="AI settings" />
        <PageHeader
            title="AI settings"
            lead="Who suggests questions, wordings and classifications: the engine that is built into SupportSignal, or AI providers that you choose. A person always decides."
        />
        <Unpack resource=settings let:settings>
            {settings_view(settings, &tenant.get_value(), actions)}
        </Unpack>
    }
    .into_any()
}

/// The forms of the page.
#[derive(Clone, Copy)]
struct Actions {
    switch: ServerAction<SaveSwitch>,
    steps: ServerAction<SaveSteps>,
    embedding: ServerAction<SaveEmbedding>,
    access: ServerAction<SaveAccess>,
    test: ServerAction<TestProvider>,
}

impl Actions {
    fn new() -> Self {
        Self {
            switch: ServerAction::new(),
            steps: ServerAction::new(),
            embedding: ServerAction::new(),
            access: ServerAction::new(),
            test: ServerAction::new(),
        }
    }

    /// Changes whenever something was saved.
    fn successes(self) -> impl Fn() -> [usize; 5] + Send + Sync + 'static {
        let counts = [
            successes(self.switch),
            successes(self.steps),
            successes(self.embedding),
            successes(self.access),
            successes(self.test),
        ];
        move || counts.map(|count| count.get())
    }
}

fn settings_view(settings: AiSettings, tenant: &TenantSlug, actions: Actions) -> AnyView {
    let AiSettings { switch, spent_micros, steps, embedding, providers, people, known_models, time_zone } = settings;
    let limits = limits::limits_card(tenant, switch, spent_micros, actions.switch);
    let steps = steps::steps_card(tenant, switch, steps, &providers, known_models, actions.steps);
    let meaning = meaning::meaning_card(tenant, embedding, &providers, actions.embedding);
    let list = provider_list::providers_card(tenant, providers, time_zone, actions.test);
    let people = people::people_card(tenant, people, actions.access);
    view! { <div class="space-y-6">{limits} {steps} {meaning} {list} {people}</div> }.into_any()
}

/// "Saved." in the card that was saved, until it is refused.
fn saved_note(card: SettingsCard, error: Signal<Option<AppError>>) -> impl IntoView {
    let query = use_query_map();
    let is_saved = move || query.with(|query| query.get_str("saved") == Some(card.id())) && error.with(Option::is_none);
    move || is_saved().then(|| view! { <div class="mb-4"><Alert tone=Tone::Done title="Saved." /></div> })
}

/// What has just happened to a provider.
fn provider_note(providers: &[Provider]) -> impl IntoView + use<> {
    let query = use_query_map();
    let providers: Vec<_> = providers
        .iter()
        .map(|provider| {
            let result = provider.last_test.as_ref().map(|test| match test.problem {
                Some(problem) => Err(problem),
                None => Ok(test.latency_ms.unwrap_or_default()),
            });
            (provider.id, provider.name.clone(), result)
        })
        .collect();
    move || {
        let (tone, title, text) = query.with(|query| {
            if query.get_str("removed").is_some() {
                return Some((Tone::Done, "Removed.".to_owned(), None));
            }
            if query.get_str("key") == Some("dropped") {
                let text = "Its key was removed because its kind or address changed. Enter it again if it needs one.";
                return Some((Tone::Waiting, "Saved without its key.".to_owned(), Some(text)));
            }
            if let Some(tested) = query.get_str("tested") {
                let (_, name, result) = providers.iter().find(|(id, ..)| id.to_string() == tested)?;
                return Some(match (*result)? {
                    Ok(latency_ms) => (Tone::Done, format!("{name} answered in {latency_ms} ms."), None),
                    Err(problem) => (
                        Tone::Danger,
                        format!("{name} didn't pass the test. {}", problem_sentence(problem)),
                        advice(problem),
                    ),
                });
            }
            None
        })?;
        Some(view! {
            <div class="px-4 pb-4 sm:px-5">
                <Alert tone=tone title=title>
                    {text.map(|text| view! { <p>{text}</p> })}
                </Alert>
            </div>
        })
    }
}
