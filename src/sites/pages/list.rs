//! The sites of an organisation, by name.

use super::{list_path, new_path, site_path};
use crate::{
    accounts::permission::Permission,
    address::encode,
    app::use_viewer,
    ids::SiteId,
    sites::{
        api::list_sites,
        site::{Site, SitePage, SiteStatus},
    },
    tenants::tenant::TenantSlug,
    ui::{
        Alert, Button, ButtonVariant, Card, Cell, Column, DataTable, EmptyState, Icon, LinkButton, LinkCell,
        PageHeader, Pagination, Row, SearchField, StatusBadge, Tone, Unpack,
    },
};
use leptos::{children::ViewFnOnce, html, prelude::*};
use leptos_meta::Title;
use leptos_router::{components::Form, hooks::use_query_map, params::ParamsMap};

/// `/{tenant}/sites`: search, page by page, archived ones on demand.
#[component]
pub fn SiteListPage() -> AnyView {
    let member = use_viewer().member;
    let may_read = member.role.may(Permission::ReadRegisters);
    let may_edit = member.role.may(Permission::EditRegisters);
    let tenant = StoredValue::new(member.tenant);
    let query = use_query_map();
    let state = Memo::new(move |_| query.with(ListState::read));
    let is_saved = move || query.with(|query| query.get_str("saved") == Some("1"));
    let page = Resource::new_blocking(
        move || state.get(),
        move |state| list_sites(tenant.get_value(), state.search, state.include_archived, state.after),
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
            {may_read.then(|| view! { <ListControls tenant state /> })}
            <Unpack resource=page let:page>
                {list_view(page, &tenant.get_value(), &state.get_untracked(), may_edit)}
            </Unpack>
        </div>
    }
    .into_any()
}

/// What the address says about the list; unknown or broken values count as not set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct ListState {
    search: String,
    include_archived: bool,
    after: Option<SiteId>,
}

impl ListState {
    fn read(query: &ParamsMap) -> Self {
        Self {
            search: query.get_str("q").unwrap_or_default().trim().to_owned(),
            include_archived: query.get_str("archived") == Some("1"),
            after: query.get_str("after").and_then(|id| id.parse().ok()),
        }
    }

    /// The address of the list in this state.
    fn href(&self, tenant: &TenantSlug) -> String {
        let set: Vec<_> = [
            (!self.search.is_empty()).then(|| format!("q={}", encode(&self.search))),
            self.include_archived.then(|| "archived=1".to_owned()),
            self.after.map(|id| format!("after={id}")),
        ]
        .into_iter()
        .flatten()
        .collect();
        let path = list_path(tenant);
        if set.is_empty() { path } else { format!("{path}?{}", set.join("&")) }
    }
}

fn add_button(tenant: &TenantSlug) -> impl IntoView + use<> {
    view! {
        <LinkButton href=new_path(tenant) icon=Icon::Plus>
            "Add a site"
        </LinkButton>
    }
}

/// The search, and the link that shows or hides the archived ones.
#[component]
fn ListControls(tenant: StoredValue<TenantSlug>, state: Memo<ListState>) -> impl IntoView {
    let field = NodeRef::<html::Input>::new();
    // The field keeps its own text, so a link that drops the search has to empty it.
    Effect::watch(
        move || state.with(|state| state.search.clone()),
        move |search, _, _| {
            if let Some(input) = field.get_untracked() {
                input.set_value(search);
            }
        },
        false,
    );
    let toggle = move || {
        let state = state.get();
        ListState { include_archived: !state.include_archived, after: None, ..state }.href(&tenant.get_value())
    };
    let includes_archived = move || state.with(|state| state.include_archived);
    view! {
        <div class="flex flex-wrap items-center gap-x-6 gap-y-2">
            <Form
                method="get"
                action=list_path(&tenant.get_value())
                attr:role="search"
                attr:class="flex w-full min-w-0 gap-2 sm:w-auto sm:max-w-md sm:flex-1"
            >
                <div class="min-w-0 flex-1">
                    <SearchField label="Search by name" value=state.get_untracked().search node_ref=field />
                </div>
                {move || includes_archived().then(|| view! { <input type="hidden" name="archived" value="1" /> })}
                <Button variant=ButtonVariant::Secondary>"Search"</Button>
            </Form>
            <a class="text-link inline-flex min-h-11 items-center" href=toggle>
                {move || if includes_archived() { "Hide archived sites" } else { "Show archived sites too" }}
            </a>
        </div>
    }
}

fn list_view(page: SitePage, tenant: &TenantSlug, state: &ListState, may_edit: bool) -> AnyView {
    let start = ListState { after: None, ..state.clone() };
    let next = page.next.map(|id| ListState { after: Some(id), ..state.clone() }.href(tenant));
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
        <Pagination nostrip:next=next />
        {state
            .after
            .map(|_| {
                view! {
                    <p>
                        <a class="text-link inline-flex min-h-11 items-center" href=start.href(tenant)>
                            "Back to the start of the list"
                        </a>
                    </p>
                }
            })}
    }
    .into_any()
}

fn empty_view(tenant: &TenantSlug, state: &ListState, may_edit: bool) -> AnyView {
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
    let all = ListState { search: String::new(), after: None, ..state.clone() }.href(tenant);
    let text = if state.include_archived {
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

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::ListState;
    use crate::ids::SiteId;
    use leptos_router::params::ParamsMap;

    #[test]
    fn the_address_holds_what_is_set_and_nothing_else() {
        let tenant = "banksia".parse().expect("a slug");
        assert_eq!(ListState::default().href(&tenant), "/banksia/sites");
        let id = SiteId::generate();
        let state = ListState { search: "o'n & co".into(), include_archived: true, after: Some(id) };
        assert_eq!(state.href(&tenant), format!("/banksia/sites?q=o%27n%20%26%20co&archived=1&after={id}"));
    }

    #[test]
    fn a_broken_address_shows_the_whole_list() {
        let query: ParamsMap = [("q", "  "), ("archived", "yes"), ("after", "there")]
            .map(|(name, value)| (name, value.to_owned()))
            .into_iter()
            .collect();
        assert_eq!(ListState::read(&query), ListState::default());
    }
}
