//! The participants of an organisation, by name.

use super::{list_path, new_path, participant_path};
use crate::{
    accounts::permission::Permission,
    app::use_viewer,
    ids::ParticipantId,
    participants::{
        api::list_participants,
        participant::{Participant, ParticipantPage, ParticipantStatus, format_ndis_number},
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
const ARCHIVED_WORDS: (&str, &str) = ("Show archived participants too", "Hide archived participants");

/// `/{tenant}/participants`: search, page by page, archived ones on demand.
#[component]
pub fn ParticipantListPage() -> AnyView {
    let member = use_viewer().member;
    let may_read = member.role.may(Permission::ReadRegisters);
    let may_edit = member.role.may(Permission::EditRegisters);
    let tenant = StoredValue::new(member.tenant);
    let query = use_query_map();
    let state = Memo::new(move |_| query.with(ListState::<ParticipantId>::read));
    let is_saved = move || query.with(|query| query.get_str("saved") == Some("1"));
    let page = Resource::new_blocking(
        move || state.get(),
        move |state| list_participants(tenant.get_value(), state.search, state.archived, state.after),
    );
    let add = may_edit.then(|| ViewFnOnce::from(move || add_button(&tenant.get_value())));
    view! {
            <Title text="Participants" />
            <PageHeader
                title="Participants"
                lead="The people your organisation supports. Reports can be made about anybody; those in this list can be chosen by name."
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
            "Add a participant"
        </LinkButton>
    }
}

fn list_view(page: ParticipantPage, tenant: &TenantSlug, state: &ListState<ParticipantId>, may_edit: bool) -> AnyView {
    let pages = list_pages(state, page.next, &list_path(tenant));
    let content = if page.participants.is_empty() {
        empty_view(tenant, state, may_edit)
    } else {
        let rows = page.participants.into_iter().map(|participant| row_view(participant, tenant)).collect_view();
        let columns = vec![Column::new("Name"), Column::new("NDIS number"), Column::new("Site")];
        view! {
            <DataTable caption="Participants" columns>
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

fn empty_view(tenant: &TenantSlug, state: &ListState<ParticipantId>, may_edit: bool) -> AnyView {
    if state.search.is_empty() && may_edit {
        let add = add_button(tenant);
        return view! {
            <EmptyState
                title="Nobody in this list"
                text="Add the people you support, so that a report can pick them by name."
                icon=Icon::Users
            >
                {add}
            </EmptyState>
        }
        .into_any();
    }
    if state.search.is_empty() {
        return view! {
            <EmptyState
                title="Nobody in this list"
                text="Your team leads and admins add people here. You can report about anybody by name."
                icon=Icon::Users
            />
        }
        .into_any();
    }
    let everyone = state.without_search().href(&list_path(tenant));
    let text = if state.archived {
        "Check the spelling, or search for a part of the name."
    } else {
        "Check the spelling, or search for a part of the name. Archived participants are not shown."
    };
    view! {
        <EmptyState title="Nobody has this name" text icon=Icon::Search>
            <LinkButton href=everyone variant=ButtonVariant::Secondary>
                "Clear the search"
            </LinkButton>
        </EmptyState>
    }
    .into_any()
}

fn row_view(participant: Participant, tenant: &TenantSlug) -> impl IntoView + use<> {
    let href = participant_path(tenant, participant.id);
    let is_archived = participant.status == ParticipantStatus::Archived;
    view! {
        <Row>
            <LinkCell href>
                {participant.name} " "
                {is_archived.then(|| view! { <StatusBadge tone=Tone::Neutral label=ParticipantStatus::Archived.label() /> })}
            </LinkCell>
            <Cell label="NDIS number" nowrap=true>
                {recorded(participant.ndis_number.as_deref().map(format_ndis_number))}
            </Cell>
            <Cell label="Site">{recorded(participant.site_name)}</Cell>
        </Row>
    }
}

fn recorded(value: Option<String>) -> AnyView {
    match value {
        Some(value) => value.into_any(),
        None => view! { <span class="text-muted">"Not recorded"</span> }.into_any(),
    }
}
