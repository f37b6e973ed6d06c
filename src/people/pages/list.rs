//! The people of an organisation, and who is invited.

mod invitations;

use super::{role_options, status_badge};
use crate::{
    app::use_viewer,
    people::{
        api::{SendInvitationAgain, WithdrawInvitation, list_people},
        filter::PeopleFilter,
        paths::{self, InvitationChange},
        person::{MembershipStatus, PeoplePage as PeopleData, PersonRow},
    },
    tenants::tenant::TenantSlug,
    ui::{
        Alert, Button, ButtonVariant, Card, Cell, Column, DataTable, EmailAddress, EmptyState, Icon, LinkButton,
        LinkCell, LocalTime, PageHeader, Pagination, Row, SearchField, SelectField, Tone, Unpack, successes,
    },
};
use chrono_tz::Tz;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// `/{tenant}/people`: search, roles and states, page by page; above it the open invitations.
#[component]
pub fn PeoplePage() -> AnyView {
    let member = use_viewer().member;
    let tz = member.time_zone;
    let tenant = StoredValue::new(member.tenant);
    let query = use_query_map();
    let filter = Memo::new(move |_| query.with(PeopleFilter::read));
    let again = ServerAction::<SendInvitationAgain>::new();
    let withdraw = ServerAction::<WithdrawInvitation>::new();
    let (sent, withdrawn) = (successes(again), successes(withdraw));
    let page = Resource::new_blocking(
        move || (filter.get(), sent.get(), withdrawn.get()),
        move |(filter, ..)| list_people(tenant.get_value(), filter),
    );
    let note = move || {
        query.with(|query| query.get_str("invitation").and_then(InvitationChange::parse)).map(InvitationChange::label)
    };
    view! {
        <Title text="People" />
        <PageHeader
            title="People"
            lead="Who belongs to your organisation, and what they may do."
            action=move || invite_button(&tenant.get_value())
        />
        <div class="space-y-6">
            {move || note().map(|title| view! { <Alert tone=Tone::Done title /> })}
            <Unpack resource=page let:page>
                {page_view(page, &tenant.get_value(), &filter.get_untracked(), tz, (again, withdraw))}
            </Unpack>
        </div>
    }
    .into_any()
}

fn invite_button(tenant: &TenantSlug) -> impl IntoView + use<> {
    view! {
        <LinkButton href=paths::invite(tenant) icon=Icon::Plus>
            "Invite a person"
        </LinkButton>
    }
}

fn page_view(
    page: PeopleData,
    tenant: &TenantSlug,
    filter: &PeopleFilter,
    tz: Tz,
    actions: (ServerAction<SendInvitationAgain>, ServerAction<WithdrawInvitation>),
) -> AnyView {
    let PeopleData { people, next, invitations } = page;
    let next = next.map(|id| PeopleFilter { after: Some(id), ..filter.clone() }.href(tenant));
    let first = filter.after.map(|_| PeopleFilter { after: None, ..filter.clone() }.href(tenant));
    let content = if people.is_empty() { empty_view(tenant) } else { table(people, tenant, tz) };
    let invitations = invitations::invitations_card(invitations, tenant, tz, actions);
    view! {
        {invitations}
        <section class="space-y-4" aria-label="People of your organisation">
            {filter_form(tenant, filter)}
            <Card flush=true>{content}</Card>
            <Pagination nostrip:first=first nostrip:next=next />
        </section>
    }
    .into_any()
}

/// A plain form: the browser loads its address, so the fields always say what the list shows.
fn filter_form(tenant: &TenantSlug, filter: &PeopleFilter) -> AnyView {
    let statuses = MembershipStatus::ALL
        .iter()
        .map(|status| (status.as_str().to_owned(), status.label().to_owned()))
        .collect::<Vec<_>>();
    let clear = filter.is_set().then(|| {
        view! {
            <a class="text-link inline-flex min-h-11 items-center" href=paths::list(tenant)>
                "Show everybody"
            </a>
        }
    });
    view! {
        <form
            method="get"
            action=paths::list(tenant)
            role="search"
            autocomplete="off"
            class="grid items-end gap-3 sm:grid-cols-[minmax(0,2fr)_minmax(0,1fr)_minmax(0,1fr)_auto]"
        >
            <SearchField label="Search by name or e-mail" value=filter.search.clone() />
            <SelectField
                label="Role"
                name="role"
                options=role_options()
                value=filter.role.map(|role| role.as_str()).unwrap_or_default()
                blank="All roles"
            />
            <SelectField
                label="Status"
                name="status"
                options=statuses
                value=filter.status.map(|status| status.as_str()).unwrap_or_default()
                blank="Everybody"
            />
            <Button variant=ButtonVariant::Secondary>"Search"</Button>
            {clear}
        </form>
    }
    .into_any()
}

fn table(people: Vec<PersonRow>, tenant: &TenantSlug, tz: Tz) -> AnyView {
    let columns =
        ["Name", "E-mail", "Role", "Status", "Two-step sign-in", "AI", "Last signed in"].map(Column::new).to_vec();
    let rows = people.into_iter().map(|person| row_view(person, tenant, tz)).collect_view();
    view! {
        <DataTable caption="People" columns>
            {rows}
        </DataTable>
    }
    .into_any()
}

fn row_view(person: PersonRow, tenant: &TenantSlug, tz: Tz) -> impl IntoView + use<> {
    let href = paths::person(tenant, person.user_id);
    let last = match person.last_signed_in_at {
        Some(instant) => view! { <LocalTime instant tz /> }.into_any(),
        None => view! { <span class="text-muted">"Never"</span> }.into_any(),
    };
    view! {
        <Row>
            <LinkCell href>{person.display_name}</LinkCell>
            <Cell label="E-mail">
                <EmailAddress address=person.email />
            </Cell>
            <Cell label="Role">{person.role.label()}</Cell>
            <Cell label="Status">{status_badge(person.status)}</Cell>
            <Cell label="Two-step sign-in">{if person.has_second_factor { "On" } else { "Off" }}</Cell>
            <Cell label="AI">{if person.llm_access { "Yes" } else { "No" }}</Cell>
            <Cell label="Last signed in">{last}</Cell>
        </Row>
    }
}

fn empty_view(tenant: &TenantSlug) -> AnyView {
    let everybody = paths::list(tenant);
    view! {
        <EmptyState title="Nobody fits this search" text="Search for a part of the name, or show everybody." icon=Icon::Search>
            <LinkButton href=everybody variant=ButtonVariant::Secondary>
                "Show everybody"
            </LinkButton>
        </EmptyState>
    }
    .into_any()
}
