//! The sites of an organisation, by name.

use super::{list_path, new_path, site_path};
use crate::{
    accounts::permission::Permission,
    app::use_viewer,
    ids::SiteId,
    sites::{
        api::list_sites,
        site::{Site, SitePage, SiteStatus},
    },
    tenants::tenant::TenantSlug,
    ui::{
        Alert, ButtonVariant, Card, Cell, Column, DataTable, EmptyState, Icon, LinkButton, LinkCell, ListState,
        PageHeader, Row, StatusBadge, Tone, Unpack, list_controls, list_pages,
    },
};
use leptos::{children::ViewFnOnce, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// The words of the link to archived ones, and of the link without them.
const ARCHIVED_WORDS: (&str, &str) = ("Show archived sites too", "Hide archived sites");

/// `/{tenant}/sites`: search, page by page, archived ones on demand.
#[component]
pub fn SiteListPage() -> AnyView {
    let member = use_viewer().member;
    let may_read = member.role.may(Permission::ReadRegisters);
    let may_edit = member.role.may(Permission::EditRegisters);
    let tenant = StoredValue::new(member.tenant);
    let query = use_query_map();
    let state = Memo::new(move |_| query.with(ListState::<SiteId>::read));
    let is_saved = move || query.with(|query| query.get_str("saved") == Some("1"));
    let page = Resource::new_blocking(
        move || state.get(),
        move |state| list_sites(tenant.get_value(), state.search, state.archived, state.after),
    );
    let add = may_edit.then(|| ViewFnOnce::from(move || add_button(&tenant.get_value())));
    view! {
        <Title text="Sites" />
        <PageHeader
            title="Sites"
            lead="The houses, centres and other places where your organisation supports people."
            nostrip:action=add
        />
        <div class="space-y-4">
            {move || is_saved().then(|| view! { <Alert tone=Tone::Done title="Saved." /> })}
            {may_read.then(|| list_controls(state, list_path(&tenant.get_value()), "Search by name", ARCHIVED_WORDS))}
            <Unpack resource=page let:page>
                {list_view(page, &tenant.get_value(), &state.get_untracked(), may_edit)}
            </Unpack>
        </div>
    }
    .into_any()
}

fn add_button(tenant: &TenantSlug) -> impl IntoView + use<> {
    view! {
        <LinkButton href=new_path(tenant) icon=Icon::Plus>
            "Add a site"
        </LinkButton>
    }
}

fn list_view(page: SitePage, tenant: &TenantSlug, state: &ListState<SiteId>, may_edit: bool) -> AnyView {
    let pages = list_pages(state, page.next, &list_path(tenant));
    let content = if page.sites.is_empty() {
        empty_view(tenant, state, may_edit)
    } else {
        let rows = page.sites.into_iter().map(|site| row_view(site, tenant)).collect_view();
        let columns = vec![Column::new("Name"), Column::new("Address")];
        view! {
            <DataTable caption="Sites" columns>
                {rows}
            </DataTable>
        }
        .into_any()
    };
    view! {
        <Card flush=true>{content}</Card>
        {pages}
    }
    .into_any()
}

fn empty_view(tenant: &TenantSlug, state: &ListState<SiteId>, may_edit: bool) -> AnyView {
    if state.search.is_empty() && may_edit {
        let add = add_button(tenant);
        return view! {
            <EmptyState
                title="No sites in this list"
                text="Add the places where you support people, so that a report can say where something happened."
                icon=Icon::Site
            >
                {add}
            </EmptyState>
        }
        .into_any();
    }
    if state.search.is_empty() {
        return view! {
            <EmptyState
                title="No sites in this list"
                text="Your team leads and admins add sites here. A report can name any other place in words."
                icon=Icon::Site
            />
        }
        .into_any();
    }
    let all = state.without_search().href(&list_path(tenant));
    let text = if state.archived {
        "Check the spelling, or search for a part of the name."
    } else {
        "Check the spelling, or search for a part of the name. Archived sites are not shown."
    };
    view! {
        <EmptyState title="No site has this name" text icon=Icon::Search>
            <LinkButton href=all variant=ButtonVariant::Secondary>
                "Clear the search"
            </LinkButton>
        </EmptyState>
    }
    .into_any()
}

fn row_view(site: Site, tenant: &TenantSlug) -> impl IntoView + use<> {
    let href = site_path(tenant, site.id);
    let is_archived = site.status == SiteStatus::Archived;
    view! {
        <Row>
            <LinkCell href>
                {site.name} " "
                {is_archived.then(|| view! { <StatusBadge tone=Tone::Neutral label=SiteStatus::Archived.label() /> })}
            </LinkCell>
            <Cell label="Address">{recorded(site.address)}</Cell>
        </Row>
    }
}

fn recorded(value: String) -> AnyView {
    if value.is_empty() {
        view! { <span class="text-muted">"Not recorded"</span> }.into_any()
    } else {
        value.into_any()
    }
}
