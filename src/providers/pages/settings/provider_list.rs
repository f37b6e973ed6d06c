//! The providers that are set up, and how their last tests went.

use super::provider_note;
use crate::{
    ids::ProviderId,
    providers::{
        api::TestProvider,
        paths::{self, SettingsCard},
        provider_settings::{Provider, TestResult, advice, problem_sentence},
    },
    tenants::tenant::TenantSlug,
    ui::{
        Button, ButtonVariant, Card, Cell, Column, DataTable, EmptyState, Icon, LinkButton, LocalTime, Row,
        SaveProblem, StatusBadge, Tone, error_of,
    },
};
use chrono_tz::Tz;
use leptos::{children::ViewFnOnce, prelude::*};

/// The fourth card.
pub fn providers_card(
    tenant: &TenantSlug,
    providers: Vec<Provider>,
    tz: Tz,
    test: ServerAction<TestProvider>,
) -> AnyView {
    let error = error_of(test);
    let note = provider_note(&providers);
    let own_path = paths::settings(tenant);
    let add = (!providers.is_empty()).then(|| ViewFnOnce::from(add_button(tenant)));
    let content = if providers.is_empty() { empty_view(tenant) } else { table(tenant, providers, tz, test) };
    view! {
        <Card
            title="Providers"
            lead="Where AI calls can go, with your organisation's own key. A test sends a greeting and no words of anybody's report."
            id=SettingsCard::Providers.id()
            flush=true
            nostrip:action=add
        >
            <div class="px-4 sm:px-5">
                <SaveProblem error own_path />
            </div>
            {note} {content}
        </Card>
    }
    .into_any()
}

fn add_button(tenant: &TenantSlug) -> impl FnOnce() -> AnyView + Send + use<> {
    let href = paths::new_provider(tenant);
    move || {
        view! {
            <LinkButton href variant=ButtonVariant::Secondary icon=Icon::Plus>
                "Add a provider"
            </LinkButton>
        }
        .into_any()
    }
}

fn empty_view(tenant: &TenantSlug) -> AnyView {
    let add = add_button(tenant)();
    view! {
        <EmptyState
            title="No provider is set up"
            text="You need none: the built-in engine works without a key. A provider can do better on long accounts."
            icon=Icon::Key
        >
            {add}
        </EmptyState>
    }
    .into_any()
}

fn table(tenant: &TenantSlug, providers: Vec<Provider>, tz: Tz, test: ServerAction<TestProvider>) -> AnyView {
    let columns = vec![
        Column::new("Name"),
        Column::new("Kind and address"),
        Column::new("Key"),
        Column::new("Last test"),
        Column::new("Actions").hidden_label(),
    ];
    let rows = providers.into_iter().map(|provider| row(tenant, provider, tz, test)).collect_view();
    view! {
        <DataTable caption="Providers" columns>
            {rows}
        </DataTable>
    }
    .into_any()
}

fn row(tenant: &TenantSlug, provider: Provider, tz: Tz, test: ServerAction<TestProvider>) -> impl IntoView + use<> {
    let actions = actions_view(tenant, provider.id, &provider.name, test);
    let address = provider.base_url.or_else(|| provider.kind.usual_address().map(str::to_owned)).unwrap_or_default();
    let key = key_in_words(provider.has_key, provider.key_hint.as_deref());
    view! {
        <Row>
            <Cell>
                <span>
                    <span class="font-semibold">{provider.name}</span>
                    " "
                    {(!provider.is_enabled).then(|| view! { <StatusBadge tone=Tone::Neutral label="Switched off" /> })}
                </span>
            </Cell>
            <Cell label="Kind">
                <span class="min-w-0">
                    {provider.kind.label()} <span class="block break-all text-sm text-muted">{address}</span>
                </span>
            </Cell>
            <Cell label="Key" nowrap=true>
                {key}
            </Cell>
            <Cell label="Last test">{test_view(provider.last_test, tz)}</Cell>
            <Cell>{actions}</Cell>
        </Row>
    }
}

fn key_in_words(has_key: bool, hint: Option<&str>) -> String {
    match (has_key, hint) {
        (false, _) => "None".to_owned(),
        (true, Some(hint)) => format!("…{hint}"),
        (true, None) => "Stored".to_owned(),
    }
}

fn test_view(result: Option<TestResult>, tz: Tz) -> AnyView {
    let Some(TestResult { tested_at, problem, latency_ms }) = result else {
        return view! { <span class="text-muted">"Not tested yet"</span> }.into_any();
    };
    let (tone, label, text) = match problem {
        None => {
            (Tone::Done, "Works", latency_ms.map(|latency| format!("Answered in {latency} ms.")).unwrap_or_default())
        }
        Some(problem) => {
            let sentence = problem_sentence(problem);
            let text = advice(problem).map_or_else(|| sentence.clone(), |advice| format!("{sentence} {advice}"));
            (Tone::Danger, "Didn't work", text)
        }
    };
    view! {
        <span class="min-w-0">
            <StatusBadge tone=tone label=label />
            <span class="mt-1 block">{text}</span>
            <span class="block text-sm text-muted">
                <LocalTime instant=tested_at tz />
            </span>
        </span>
    }
    .into_any()
}

/// "Remove" leads to where its name has to be typed.
fn actions_view(tenant: &TenantSlug, id: ProviderId, name: &str, test: ServerAction<TestProvider>) -> AnyView {
    let slug = tenant.to_string();
    let path = paths::provider(tenant, id);
    let remove = format!("{path}#remove");
    let is_pending = Signal::derive(move || {
        test.pending().get() && test.input().with(|input| input.as_ref().is_some_and(|input| input.id == id))
    });
    let label = format!("Test {name}");
    let whose = view! { <span class="sr-only">{format!(" {name}")}</span> };
    let whose_too = view! { <span class="sr-only">{format!(" {name}")}</span> };
    view! {
        <div class="flex flex-wrap gap-2">
            <ActionForm action=test>
                <input type="hidden" name="tenant" value=slug />
                <input type="hidden" name="id" value=id.to_string() />
                <Button variant=ButtonVariant::Secondary pending=is_pending aria_label=label>
                    "Test"
                </Button>
            </ActionForm>
            <LinkButton href=path variant=ButtonVariant::Quiet>
                "Edit"
                {whose}
            </LinkButton>
            <LinkButton href=remove variant=ButtonVariant::Quiet>
                "Remove"
                {whose_too}
            </LinkButton>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::key_in_words;

    #[test]
    fn a_key_is_told_by_its_last_characters_at_most() {
        assert_eq!(
            [key_in_words(false, None), key_in_words(true, Some("wxyz")), key_in_words(true, None)],
            ["None", "…wxyz", "Stored"]
        );
    }
}
