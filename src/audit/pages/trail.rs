//! The audit trail: who did what, whether it is as it was written, and all of it as a file.

mod filters;
mod verification;

use filters::{filter_form, is_narrowed};
use verification::verification_card;

use crate::{
    app::use_viewer,
    audit::{
        api::{VerifyTrail, get_verification, list_audit},
        details,
        event::describe,
        filter::AuditFilter,
        paths,
        trail::{AuditEntry, AuditPage as Page, subject_label},
    },
    jobs::waiting::poll_while_open,
    tenants::tenant::TenantSlug,
    ui::{
        ButtonVariant, Card, Cell, Column, DataTable, EmptyState, Icon, LinkButton, LocalTime, NoMatch, PageHeader,
        Pagination, Row, Unpack, successes,
    },
};
use chrono_tz::Tz;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{hooks::use_query_map, params::ParamsMap};

/// `/{tenant}/audit`.
#[component]
pub fn AuditPage() -> AnyView {
    let member = use_viewer().member;
    let tz = member.time_zone;
    let tenant = StoredValue::new(member.tenant);
    let verify = ServerAction::<VerifyTrail>::new();
    let verified = successes(verify);
    let query = use_query_map();
    let filter = Memo::new(move |_| read_filter(&query.read()));
    let verification = Resource::new_blocking(move || verified.get(), move |_| get_verification(tenant.get_value()));
    poll_while_open(
        move || verification.get().and_then(Result::ok).is_some_and(|state| state.is_under_way()),
        move || verification.refetch(),
    );
    // Verifying adds an entry.
    let page = Resource::new_blocking(
        move || (filter.get(), verified.get()),
        move |(filter, _)| async move {
            let page = list_audit(tenant.get_value(), filter.clone().without_errors()).await?;
            Ok((filter, page))
        },
    );
    view! {
        <Title text="Audit trail" />
        <PageHeader
            title="Audit trail"
            lead="Who did what, and when. Entries are added and never changed or removed; each one carries a seal of the one before."
        />
        <div class="space-y-4">
            <Unpack resource=verification let:state>
                {verification_card(&tenant.get_value(), state, tz, verify)}
            </Unpack>
            <Unpack resource=page let:loaded>
                {
                    let (filter, page) = loaded;
                    page_view(&tenant.get_value(), filter, page, tz)
                }
            </Unpack>
        </div>
    }
    .into_any()
}

fn read_filter(query: &ParamsMap) -> AuditFilter {
    let value = |name| query.get(name).unwrap_or_default().trim().to_owned();
    AuditFilter {
        group: value("group"),
        action: value("action"),
        person: value("person"),
        subject: value("subject"),
        record: value("record"),
        from: value("from"),
        to: value("to"),
        after: value("after"),
    }
}

fn page_view(tenant: &TenantSlug, filter: AuditFilter, page: Page, tz: Tz) -> AnyView {
    let Page { entries, next, people } = page;
    let next =
        next.map(|position| paths::filtered(tenant, &AuditFilter { after: position.to_string(), ..filter.clone() }));
    let first = (!filter.after.is_empty())
        .then(|| paths::filtered(tenant, &AuditFilter { after: String::new(), ..filter.clone() }));
    let download = paths::export(tenant, &filter.clone().without_errors());
    let table = if entries.is_empty() { empty_view(tenant, &filter) } else { table(tenant, entries, tz) };
    let form = filter_form(tenant, filter, people);
    view! {
        {form}
        <div class="flex justify-end">
            <LinkButton href=download variant=ButtonVariant::Secondary icon=Icon::Download external=true>
                "Download as CSV"
            </LinkButton>
        </div>
        <Card flush=true>{table}</Card>
        <Pagination nostrip:first=first nostrip:next=next />
    }
    .into_any()
}

fn empty_view(tenant: &TenantSlug, filter: &AuditFilter) -> AnyView {
    if !filter.after.is_empty() {
        return view! { <EmptyState title="There are no more entries" icon=Icon::History /> }.into_any();
    }
    if is_narrowed(filter) {
        let all = paths::trail(tenant);
        return view! { <NoMatch title="No entry matches" text="Try a longer period or another person." all /> }
            .into_any();
    }
    view! { <EmptyState title="Nothing has happened yet" icon=Icon::History /> }.into_any()
}

fn table(tenant: &TenantSlug, entries: Vec<AuditEntry>, tz: Tz) -> AnyView {
    let columns = vec![
        Column::new("Entry").numeric(),
        Column::new("When"),
        Column::new("Who"),
        Column::new("What"),
        Column::new("About"),
    ];
    let rows = entries.into_iter().map(|entry| row(tenant, entry, tz)).collect_view();
    view! {
        <DataTable caption="Entries of the audit trail" columns>
            {rows}
        </DataTable>
    }
    .into_any()
}

fn row(tenant: &TenantSlug, entry: AuditEntry, tz: Tz) -> impl IntoView + use<> {
    let about = about_view(tenant, &entry);
    let by_support = details::was_by_support(&entry.details);
    let details = details_view(&entry);
    view! {
        <Row>
            <Cell label="Entry" numeric=true>
                {entry.position}
            </Cell>
            <Cell label="When">
                <LocalTime instant=entry.occurred_at tz />
            </Cell>
            <Cell label="Who">
                <span class="min-w-0">
                    <bdi class="wrap-break-word">{entry.actor_name.unwrap_or_else(|| "SupportSignal".to_owned())}</bdi>
                    {by_support
                        .then(|| view! { <span class="block text-sm text-muted">"SupportSignal support, in this person's place"</span> })}
                </span>
            </Cell>
            <Cell label="What">
                <div class="min-w-0">
                    <span class="font-semibold">{describe(&entry.action)}</span>
                    {details}
                </div>
            </Cell>
            <Cell label="About">{about}</Cell>
        </Row>
    }
}

fn about_view(tenant: &TenantSlug, entry: &AuditEntry) -> AnyView {
    let label = subject_label(&entry.subject_type);
    let text = match &entry.subject_name {
        Some(name) => format!("{label} {name}"),
        None => label,
    };
    let same = AuditFilter {
        subject: entry.subject_type.clone(),
        record: entry.subject_id.to_string(),
        ..AuditFilter::default()
    };
    let all = paths::filtered(tenant, &same);
    let name = match paths::subject(tenant, &entry.subject_type, entry.subject_id) {
        Some(href) => view! {
            <a class="text-link inline-flex min-h-6 items-center wrap-anywhere" href=href>
                {text}
            </a>
        }
        .into_any(),
        None => view! { <bdi class="wrap-anywhere">{text}</bdi> }.into_any(),
    };
    view! {
        <span class="min-w-0">
            {name}
            <a class="text-link block min-h-6 text-sm" href=all rel="external">
                "All about this record"
                <span class="sr-only">{format!(" (entry {})", entry.position)}</span>
            </a>
        </span>
    }
    .into_any()
}

fn details_view(entry: &AuditEntry) -> Option<AnyView> {
    let lines = details::in_words(&entry.details);
    if lines.is_empty() {
        return None;
    }
    let lines = lines.into_iter().map(|(term, definition)| {
        view! {
            <div class="flex flex-wrap gap-x-1.5">
                <dt>{format!("{term}:")}</dt>
                <dd class="min-w-0 wrap-anywhere text-base-content">{definition}</dd>
            </div>
        }
    });
    let view = view! { <dl class="mt-1 text-sm text-muted">{lines.collect_view()}</dl> };
    Some(view.into_any())
}
