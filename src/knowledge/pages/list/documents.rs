//! The table of documents, and what it says while there is none.

use super::filters::ListState;
use crate::{
    accounts::{member::Member, permission::Permission},
    knowledge::{
        components::{audience, state_badge, tag_list},
        document::ProcessingStatus,
        pages::counted,
        paths,
        record::{DocumentCounts, DocumentList, DocumentRow},
    },
    tenants::tenant::TenantSlug,
    ui::{
        ButtonVariant, Card, Cell, Column, DataTable, EmptyState, Icon, LinkButton, LinkCell, LocalTime, NoMatch,
        Pagination, Row, StatusBadge, Tone,
    },
};
use chrono_tz::Tz;
use leptos::prelude::*;

/// One page of the list.
pub fn documents_view(member: &Member, state: &ListState, list: DocumentList) -> AnyView {
    if list.documents.is_empty() {
        let empty = empty_view(member, state, list.counts);
        return view! { <Card>{empty}</Card> }.into_any();
    }
    let tenant = &member.tenant;
    let next = list.next.map(|id| ListState { after: Some(id), ..state.clone() }.href(tenant));
    let total = counted(list.total, "1 document", "documents");
    let failed = (list.may_edit && list.counts.failed > 0 && state.status != "failed").then(|| {
        let href = ListState { status: "failed".to_owned(), ..ListState::default() }.href(tenant);
        view! {
            ", " <a class="text-link" href=href rel="external">
                {format!("{} couldn't be read", list.counts.failed)}
            </a>
        }
    });
    let first = state.after.is_some().then(|| ListState { after: None, ..state.clone() }.href(tenant));
    let table = table(tenant, list.documents, list.may_edit, member.time_zone);
    view! {
        <p class="text-[0.9375rem] text-muted">{total} {failed}</p>
        <Card flush=true>{table}</Card>
        <Pagination nostrip:first=first nostrip:next=next />
    }
    .into_any()
}

/// Documents as rows; editors see more of each.
pub fn table(tenant: &TenantSlug, documents: Vec<DocumentRow>, may_edit: bool, tz: Tz) -> AnyView {
    let mut columns = vec![Column::new("Title"), Column::new("Type"), Column::new("Tags")];
    if may_edit {
        columns.extend([Column::new("Who may see it"), Column::new("State"), Column::new("Passages").numeric()]);
    }
    columns.push(Column::new("Changed"));
    let rows = documents.into_iter().map(|document| row_view(tenant, document, may_edit, tz)).collect_view();
    view! {
        <DataTable caption="Documents, the last changed first" columns>
            {rows}
        </DataTable>
    }
    .into_any()
}

fn row_view(tenant: &TenantSlug, document: DocumentRow, may_edit: bool, tz: Tz) -> AnyView {
    let href = paths::document(tenant, document.id);
    let shared = (document.is_shared() && !may_edit)
        .then(|| view! { <StatusBadge tone=Tone::Neutral label="Shared" icon=Icon::Building /> });
    let details = may_edit.then(|| editor_cells(&document));
    let tags = tag_list(&document.tags).unwrap_or_else(|| view! { <span class="text-muted">"None"</span> }.into_any());
    view! {
        <Row>
            <LinkCell href>
                <bdi class="wrap-anywhere">{document.title}</bdi>
                " "
                {shared}
            </LinkCell>
            <Cell label="Type">{document.file_type.label()}</Cell>
            <Cell label="Tags">{tags}</Cell>
            {details}
            <Cell label="Changed" nowrap=true>
                <LocalTime instant=document.updated_at tz date_only=true />
            </Cell>
        </Row>
    }
    .into_any()
}

fn editor_cells(document: &DocumentRow) -> AnyView {
    let (audience, state, passages) = (audience(document), state_badge(document), document.chunk_count);
    let reason = document.error_message.clone().filter(|_| document.status == ProcessingStatus::Failed);
    view! {
        <Cell label="Who may see it">{audience}</Cell>
        <Cell label="State">
            {state}
            {reason.map(|reason| view! { <span class="mt-1 block text-[0.875rem]/5 text-muted">{reason}</span> })}
        </Cell>
        <Cell label="Passages" numeric=true>
            {passages}
        </Cell>
    }
    .into_any()
}

impl DocumentCounts {
    /// Whether there is no document at all; `shown` are those that the reader may see.
    pub const fn is_empty(&self, shown: i64) -> bool {
        shown == 0 && self.ready + self.waiting + self.failed + self.archived + self.shared == 0
    }
}

fn empty_view(member: &Member, state: &ListState, counts: DocumentCounts) -> AnyView {
    let tenant = &member.tenant;
    if state.is_narrowed() {
        let all = ListState::default().href(tenant);
        return view! { <NoMatch title="No document matches" text="Try another tag, type or state." all /> }.into_any();
    }
    if !member.role.may(Permission::EditKnowledge) {
        return view! {
            <EmptyState
                title="No documents yet"
                text="Your admins add policies and procedures here. Ask one of them what is missing."
                icon=Icon::Book
            />
        }
        .into_any();
    }
    let text = if counts.archived > 0 {
        "All of them are archived. Add the next ones above."
    } else {
        "Add your policies and procedures, so that people find them and the chat answers from them."
    };
    view! {
        <EmptyState title="No documents yet" text icon=Icon::Book>
            // The browser moves the focus to the field; the router would only scroll there.
            <LinkButton href="#files" variant=ButtonVariant::Secondary external=true>
                "Add documents"
            </LinkButton>
        </EmptyState>
    }
    .into_any()
}
