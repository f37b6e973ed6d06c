//! The person's saved views: to open, to save, to rename, to delete.

use super::ViewDeeds;
use crate::{
    dashboards::{
        query::DashboardQuery,
        saved_view::{MAX_NAME, SavedView, query_to_keep},
    },
    error::AppError,
    tenants::tenant::TenantSlug,
    ui::{Alert, Button, ButtonVariant, Disclosure, Icon, TextField, Tone, error_at, error_of},
};
use leptos::prelude::*;

/// All of it; works with plain forms.
pub fn section(tenant: &TenantSlug, asked: &DashboardQuery, views: Vec<SavedView>, deeds: ViewDeeds) -> AnyView {
    let links = (!views.is_empty()).then(|| links(tenant, asked, &views));
    let manage = (!views.is_empty()).then(|| manage(tenant, views, deeds));
    let form = save_form(tenant, asked, deeds);
    view! {
        <section aria-label="Saved views" class="space-y-1">
            {links} <div class="flex flex-wrap gap-x-6">{form} {manage}</div>
        </section>
    }
    .into_any()
}

fn links(tenant: &TenantSlug, asked: &DashboardQuery, views: &[SavedView]) -> AnyView {
    let shown = query_to_keep(asked);
    let links = views
        .iter()
        .map(|view| {
            let (href, name) = (format!("/{tenant}/dashboard{}", view.query), view.name.clone());
            let is_shown = view.query == shown;
            view! {
                <li class="max-w-full">
                    <a
                        href=href
                        aria-current=is_shown.then_some("true")
                        class="inline-flex min-h-11 max-w-full items-center rounded-field border border-edge bg-base-100 px-3 text-[0.9375rem] hover:bg-base-200 aria-[current]:border-primary aria-[current]:font-semibold aria-[current]:text-primary sm:min-h-9"
                    >
                        <bdi class="min-w-0 truncate">{name}</bdi>
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <div class="flex flex-wrap items-center gap-2">
            <span class="text-[0.9375rem] text-muted">"Your saved views"</span>
            <ul class="contents">{links}</ul>
        </div>
    }
    .into_any()
}

fn save_form(tenant: &TenantSlug, asked: &DashboardQuery, deeds: ViewDeeds) -> AnyView {
    let error = error_of(deeds.save);
    let is_refused = error.with_untracked(Option::is_some);
    let problem = other_problem(error);
    let tenant = tenant.to_string();
    let DashboardQuery { period, from, to, site, participant } = asked.clone();
    let fields = [("period", period), ("from", from), ("to", to), ("site", site), ("participant", participant)]
        .into_iter()
        .map(|(name, value)| view! { <input type="hidden" name=name value=value /> })
        .collect_view();
    view! {
        <Disclosure summary="Save this view" open=is_refused>
            <ActionForm action=deeds.save attr:novalidate=true attr:class="max-w-md space-y-4 pt-1">
                <input type="hidden" name="tenant" value=tenant />
                {fields}
                {problem}
                <TextField
                    label="Name of the view"
                    name="name"
                    id="view-name"
                    hint="Only you see it. A period such as the last 90 days moves on with the calendar."
                    maxlength=u32::try_from(MAX_NAME).unwrap_or(u32::MAX)
                    required=true
                    autocomplete="off"
                    error=error_at(error, "name")
                />
                <Button variant=ButtonVariant::Secondary icon=Icon::Save pending=deeds.save.pending()>
                    "Save view"
                </Button>
            </ActionForm>
        </Disclosure>
    }
    .into_any()
}

/// What is no problem of the name.
fn other_problem(error: Signal<Option<AppError>>) -> impl IntoView {
    move || {
        let error = error.get()?;
        error.at("name").is_none().then(|| view! { <Alert tone=Tone::Danger title=error.to_string() /> })
    }
}

fn manage(tenant: &TenantSlug, views: Vec<SavedView>, deeds: ViewDeeds) -> AnyView {
    let [renaming, deleting] = [error_of(deeds.rename), error_of(deeds.delete)];
    let is_refused = renaming.with_untracked(Option::is_some) || deleting.with_untracked(Option::is_some);
    let problem = move || {
        let error = renaming.get().or_else(|| deleting.get())?;
        let message = error.at("name").unwrap_or_else(|| error.to_string());
        Some(view! { <Alert tone=Tone::Danger title=message /> })
    };
    let rows = views.into_iter().map(|view| manage_one(tenant, view, deeds)).collect_view();
    view! {
        <Disclosure summary="Rename or delete views" open=is_refused>
            {problem}
            <ul class="space-y-4 pt-1">{rows}</ul>
        </Disclosure>
    }
    .into_any()
}

fn manage_one(tenant: &TenantSlug, view: SavedView, deeds: ViewDeeds) -> impl IntoView + use<> {
    let SavedView { id, name, .. } = view;
    let fields = hidden_fields(tenant, &id.to_string());
    let (renaming, deleting) = (fields(), fields());
    let (rename_label, delete_label) = (format!("Rename {name}"), format!("Delete {name}"));
    let field_id = format!("name-{id}");
    view! {
        <li class="flex flex-wrap items-end gap-3">
            <ActionForm action=deeds.rename attr:novalidate=true attr:class="flex flex-wrap items-end gap-3">
                {renaming}
                <TextField
                    label=format!("New name of {name}")
                    name="name"
                    id=field_id
                    value=name
                    maxlength=u32::try_from(MAX_NAME).unwrap_or(u32::MAX)
                    required=true
                    autocomplete="off"
                />
                <Button variant=ButtonVariant::Secondary aria_label=rename_label pending=deeds.rename.pending()>
                    "Rename"
                </Button>
            </ActionForm>
            <ActionForm action=deeds.delete>
                {deleting}
                <Button
                    variant=ButtonVariant::Danger
                    icon=Icon::Trash
                    aria_label=delete_label
                    pending=deeds.delete.pending()
                >
                    "Delete"
                </Button>
            </ActionForm>
        </li>
    }
}

/// Which view a form is about.
fn hidden_fields(tenant: &TenantSlug, id: &str) -> impl Fn() -> AnyView + use<> {
    let (tenant, id) = (tenant.to_string(), id.to_owned());
    move || {
        view! {
            <input type="hidden" name="tenant" value=tenant.clone() />
            <input type="hidden" name="id" value=id.clone() />
        }
        .into_any()
    }
}
