//! Adding and changing a site. Who may not change one reads it here.

use super::{list_path, site_path};
use crate::{
    accounts::permission::Permission,
    app::use_viewer,
    error::AppError,
    ids::SiteId,
    sites::{
        api::{SaveSite, get_site},
        site::{Site, SiteStatus},
    },
    tenants::tenant::TenantSlug,
    ui::{
        Button, Card, ErrorPage, FormActions, FormCard, Icon, PageHeader, RadioGroup, RevisionField, TextField, Unpack,
        error_at, error_of,
    },
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

/// `/{tenant}/sites/new`.
#[component]
pub fn NewSitePage() -> AnyView {
    let member = use_viewer().member;
    let action = ServerAction::<SaveSite>::new();
    // There is nothing to load, so nobody else has said no yet.
    let content = match member.require(Permission::EditRegisters) {
        Ok(()) => view! { <Editor tenant=member.tenant.clone() site=None action /> }.into_any(),
        Err(error) => view! { <ErrorPage error /> }.into_any(),
    };
    view! {
        <Title text="Add a site" />
        <PageHeader title="Add a site" back=(list_path(&member.tenant), "Sites".to_owned()) />
        {content}
    }
    .into_any()
}

/// `/{tenant}/sites/{id}`.
#[component]
pub fn SiteEditPage() -> AnyView {
    let member = use_viewer().member;
    let may_edit = member.role.may(Permission::EditRegisters);
    let tenant = StoredValue::new(member.tenant);
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get_str("id").and_then(|id| id.parse().ok())));
    let site = Resource::new_blocking(
        move || id.get(),
        move |id: Option<SiteId>| async move { get_site(tenant.get_value(), id.ok_or(AppError::NotFound)?).await },
    );
    let action = ServerAction::<SaveSite>::new();
    let title = if may_edit { "Edit site" } else { "Site" };
    view! {
        <Title text=title />
        <PageHeader title back=(list_path(&tenant.get_value()), "Sites".to_owned()) />
        <Unpack resource=site let:site>
            {site_view(tenant.get_value(), site, may_edit, action)}
        </Unpack>
    }
    .into_any()
}

fn site_view(tenant: TenantSlug, site: Site, may_edit: bool, action: ServerAction<SaveSite>) -> AnyView {
    if may_edit { view! { <Editor tenant site=Some(site) action /> }.into_any() } else { reader(site) }
}

/// The form, filled in with what is stored if there is something.
#[component]
fn Editor(tenant: TenantSlug, site: Option<Site>, action: ServerAction<SaveSite>) -> impl IntoView {
    let error = error_of(action);
    let at = move |field| error_at(error, field);
    let (name, address) = site.as_ref().map(|site| (site.name.clone(), site.address.clone())).unwrap_or_default();
    let own_path = site.as_ref().map(|site| site_path(&tenant, site.id));
    let save = if site.is_some() { "Save changes" } else { "Add site" };
    view! {
        <FormCard error own_path=own_path.unwrap_or_default()>
            <ActionForm action=action attr:novalidate=true>
                <input type="hidden" name="tenant" value=tenant.to_string() />
                <div class="fields">
                    <TextField
                        label="Name"
                        name="name"
                        value=name
                        hint="As your team calls it, for example Banksia House."
                        maxlength=120_u32
                        required=true
                        autocomplete="off"
                        error=at("name")
                    />
                    <TextField
                        label="Address"
                        name="address"
                        value=address
                        hint="Street, suburb, state and postcode."
                        maxlength=300_u32
                        optional=true
                        autocomplete="off"
                        error=at("address")
                    />
                    {site.map(|site| view! { <StoredFields site error status_error=at("status") /> })}
                    <FormActions cancel=list_path(&tenant)>
                        <Button pending=action.pending()>{save}</Button>
                    </FormActions>
                </div>
            </ActionForm>
        </FormCard>
    }
    .into_any()
}

/// What only a site has that is stored: which one, at which revision, active or archived.
#[component]
fn StoredFields(site: Site, error: Signal<Option<AppError>>, status_error: Signal<Option<String>>) -> impl IntoView {
    let choices: Vec<(String, String)> =
        SiteStatus::ALL.iter().map(|status| (status.as_str().to_owned(), status.label().to_owned())).collect();
    view! {
        <input type="hidden" name="id" value=site.id.to_string() />
        <RevisionField revision=site.revision error />
        <RadioGroup
            label="Status"
            name="status"
            options=choices
            value=site.status.as_str()
            inline=true
            hint="Archived sites can't be chosen for new reports. Past reports stay as they are."
            error=status_error
        />
    }
}

fn reader(site: Site) -> AnyView {
    let address = if site.address.is_empty() { "Not recorded".to_owned() } else { site.address };
    let lines = [("Name", site.name), ("Address", address), ("Status", site.status.label().to_owned())];
    let lines = lines.map(|(label, value)| {
        view! {
            <div class="grid gap-x-4 sm:grid-cols-[10rem_minmax(0,1fr)]">
                <dt class="text-muted">{label}</dt>
                <dd class="font-medium">{value}</dd>
            </div>
        }
    });
    view! {
        <div class="max-w-2xl">
            <Card>
                <dl class="grid gap-y-3">{lines.into_iter().collect_view()}</dl>
            </Card>
            <p class="mt-4 flex items-start gap-2 text-[0.9375rem] text-muted">
                <span class="mt-0.5">{Icon::Info.small()}</span>
                "Team leads and admins can change this. Tell one of them if something isn't right."
            </p>
        </div>
    }
    .into_any()
}
