//! Setting a provider up, changing and removing it.

mod remove;

use super::models::{ANSWERING, list_for, model_lists};
use crate::{
    ai::provider::ProviderKind,
    app::use_viewer,
    error::AppError,
    ids::ProviderId,
    providers::{
        api::{RemoveProvider, SaveProvider, get_provider},
        paths,
        provider_settings::{Provider, ProviderPage},
    },
    tenants::tenant::TenantSlug,
    ui::{
        Button, ButtonVariant, Checkbox, Disclosure, FormCard, LinkButton, PageHeader, RevisionField, SelectField,
        TextField, Unpack, error_at, error_of,
    },
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

/// `/{tenant}/ai/providers/new`.
#[component]
pub fn NewProviderPage() -> AnyView {
    let tenant = StoredValue::new(use_viewer().member.tenant);
    let page = Resource::new_blocking(|| (), move |()| get_provider(tenant.get_value(), None));
    let save = ServerAction::<SaveProvider>::new();
    view! {
        <Title text="Add a provider" />
        <PageHeader title="Add a provider" back=back(&tenant.get_value()) />
        <Unpack resource=page let:page>
            <Editor tenant=tenant.get_value() page action=save />
        </Unpack>
    }
    .into_any()
}

/// `/{tenant}/ai/providers/{id}`.
#[component]
pub fn ProviderEditPage() -> AnyView {
    let tenant = StoredValue::new(use_viewer().member.tenant);
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get_str("id").and_then(|id| id.parse().ok())));
    let page = Resource::new_blocking(
        move || id.get(),
        move |id: Option<ProviderId>| async move {
            get_provider(tenant.get_value(), Some(id.ok_or(AppError::NotFound)?)).await
        },
    );
    let save = ServerAction::<SaveProvider>::new();
    let remove = ServerAction::<RemoveProvider>::new();
    view! {
        <Title text="Edit provider" />
        <PageHeader title="Edit provider" back=back(&tenant.get_value()) />
        <Unpack resource=page let:page>
            {edit_view(&tenant.get_value(), page, save, remove)}
        </Unpack>
    }
    .into_any()
}

fn back(tenant: &TenantSlug) -> (String, String) {
    (paths::settings(tenant), "AI settings".to_owned())
}

fn edit_view(
    tenant: &TenantSlug,
    page: ProviderPage,
    save: ServerAction<SaveProvider>,
    remove: ServerAction<RemoveProvider>,
) -> AnyView {
    let removal = page.provider.clone().map(|provider| remove::remove_card(tenant, provider, remove));
    view! {
        <div class="space-y-6">
            <Editor tenant=tenant.clone() page action=save />
            {removal}
        </div>
    }
    .into_any()
}

/// The form, filled in with what is stored if there is something. The key never comes back.
#[component]
fn Editor(tenant: TenantSlug, page: ProviderPage, action: ServerAction<SaveProvider>) -> impl IntoView {
    let ProviderPage { provider, known_models, may_be_private } = page;
    let error = error_of(action);
    let own_path = provider.as_ref().map(|provider| paths::provider(&tenant, provider.id)).unwrap_or_default();
    let kind = RwSignal::new(provider.as_ref().map(|provider| provider.kind));
    let value = |read: fn(&Provider) -> Option<String>| provider.as_ref().and_then(read).unwrap_or_default();
    let stored_kind = value(|provider| Some(provider.kind.as_str().to_owned()));
    let (name, base_url) = (value(|provider| Some(provider.name.clone())), value(|provider| provider.base_url.clone()));
    let test_model = value(|provider| provider.test_model.clone());
    let kinds: Vec<_> =
        ProviderKind::ALL.iter().map(|kind| (kind.as_str().to_owned(), kind.label().to_owned())).collect();
    let lists = model_lists(ANSWERING, &known_models);
    let list = Signal::derive(move || list_for(ANSWERING, &known_models, kind.get()));
    let key = key_fields(provider.as_ref(), error);
    let stored = stored_fields(provider.as_ref(), error);
    view! {
        <FormCard error own_path>
            {lists}
            <ActionForm action=action attr:novalidate=true>
                <input type="hidden" name="tenant" value=tenant.to_string() />
                <div class="fields">
                    <SelectField
                        label="Kind"
                        name="kind"
                        options=kinds
                        value=stored_kind
                        blank="Choose a kind"
                        hint="How it is spoken to. Many servers, also ones of your own, are OpenAI-compatible."
                        required=true
                        error=error_at(error, "kind")
                        on_change=move |text: String| kind.set(ProviderKind::parse(&text))
                    />
                    <TextField
                        label="Name"
                        name="name"
                        value=name
                        hint="As it is called in settings and in the usage, for example OpenAI Sydney."
                        maxlength=80_u32
                        required=true
                        autocomplete="off"
                        error=error_at(error, "name")
                    />
                    <div>
                        <TextField
                            label="Address"
                            name="base_url"
                            kind="url"
                            value=base_url
                            hint=address_hint(may_be_private)
                            maxlength=300_u32
                            autocomplete="off"
                            error=error_at(error, "base_url")
                        />
                        {default_addresses()}
                    </div>
                    {key}
                    <TextField
                        label="Model for the test"
                        name="test_model"
                        value=test_model
                        hint="Any model that your key may use. The models for the steps are chosen on the settings page."
                        list
                        maxlength=120_u32
                        autocomplete="off"
                        error=error_at(error, "test_model")
                    />
                    {stored}
                    <div class="flex flex-wrap gap-3">
                        <Button pending=action.pending() name="then" value="test">
                            "Save and test"
                        </Button>
                        <Button pending=action.pending() variant=ButtonVariant::Secondary name="then" value="leave">
                            "Save"
                        </Button>
                        <LinkButton href=paths::settings(&tenant) variant=ButtonVariant::Quiet>
                            "Cancel"
                        </LinkButton>
                    </div>
                </div>
            </ActionForm>
        </FormCard>
    }
    .into_any()
}

fn address_hint(may_be_private: bool) -> &'static str {
    if may_be_private {
        "Empty: the provider's own address. An OpenAI-compatible server needs one, up to the part before /chat/completions. http:// is for servers on your own network."
    } else {
        "Empty: the provider's own address. An OpenAI-compatible server needs one, up to the part before /chat/completions. It starts with https://."
    }
}

fn default_addresses() -> AnyView {
    let lines = ProviderKind::ALL.iter().filter_map(|kind| Some((kind.label(), kind.usual_address()?)));
    let lines = lines.map(|(label, address)| {
        view! {
            <div class="grid gap-x-4 sm:grid-cols-[10rem_minmax(0,1fr)]">
                <dt class="text-muted">{label}</dt>
                <dd class="break-all">{address}</dd>
            </div>
        }
    });
    view! {
        <Disclosure summary="The providers' own addresses">
            <dl class="grid gap-y-2">{lines.collect_view()}</dl>
        </Disclosure>
    }
    .into_any()
}

fn key_fields(provider: Option<&Provider>, error: Signal<Option<AppError>>) -> AnyView {
    let stored = provider.filter(|provider| provider.has_key);
    let hint = match stored {
        None => {
            "It is sealed before it is stored and never shown again. A server of your own may need none.".to_owned()
        }
        Some(provider) => {
            let ending = provider.key_hint.as_ref().map(|hint| format!(", ending in …{hint}")).unwrap_or_default();
            format!(
                "One is stored{ending}. Leave this empty to keep it. If you change the kind or the address, enter it again: a stored key is only ever sent to the address that it was entered for."
            )
        }
    };
    let removal = stored.map(|_| {
        view! {
            <Checkbox label="Remove the stored key" name="remove_key" hint="Ignored if you enter another one." />
        }
    });
    view! {
        <div>
            <TextField
                label="Key"
                name="key"
                kind="password"
                hint=hint
                maxlength=500_u32
                autocomplete="new-password"
                error=error_at(error, "key")
            />
            {removal}
        </div>
    }
    .into_any()
}

/// What only a provider has that is stored; a new one is in use from the start.
fn stored_fields(provider: Option<&Provider>, error: Signal<Option<AppError>>) -> AnyView {
    let Some(provider) = provider else {
        return view! { <input type="hidden" name="is_enabled" value="true" /> }.into_any();
    };
    view! {
        <div>
            <input type="hidden" name="id" value=provider.id.to_string() />
            <RevisionField revision=provider.revision error />
            <Checkbox
                label="Use this provider"
                name="is_enabled"
                checked=provider.is_enabled
                hint="Without the tick, the built-in engine answers for its steps."
            />
        </div>
    }
    .into_any()
}
