//! The list of incidents: everything that narrows or orders it stands in its address.

mod filters;

use filters::{address, changed, cleared, filter_form, narrowing_view, status_links, without_errors};

use crate::{
    accounts::{member::Member, permission::Permission},
    app::use_viewer,
    incidents::{
        api::list_incidents,
        components::{IncidentColumn, IncidentTable},
        filter::{IncidentFilter, IncidentOrder},
        paths,
        record::IncidentPage,
    },
    tenants::tenant::TenantSlug,
    ui::{ButtonVariant, Card, EmptyState, Icon, LinkButton, NoMatch, PageHeader, Pagination, Unpack},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{hooks::use_query_map, params::ParamsMap};

/// `/{tenant}/incidents`: every report that the person may see.
#[component]
pub fn IncidentListPage() -> AnyView {
    let member = use_viewer().member;
    let tenant = StoredValue::new(member.tenant.clone());
    let query = use_query_map();
    let filter = Memo::new(move |_| read_filter(&query.read()));
    let page = Resource::new_blocking(
        move || filter.get(),
        move |filter| async move {
            let page = list_incidents(tenant.get_value(), without_errors(filter.clone())).await?;
            Ok((filter, page))
        },
    );
    let title = list_title(&member);
    view! {
        <Title text=title />
        {header(&member, title)}
        <Unpack resource=page let:loaded>
            {
                let (filter, page) = loaded;
                list_view(&member, filter, page)
            }
        </Unpack>
    }
    .into_any()
}

fn read_filter(query: &ParamsMap) -> IncidentFilter {
    let value = |name| query.get(name).unwrap_or_default().trim().to_owned();
    IncidentFilter {
        q: value("q"),
        status: value("status"),
        from: value("from"),
        to: value("to"),
        participant: value("participant"),
        site: value("site"),
        reporter: value("reporter"),
        severity: value("severity"),
        incident_type: value("incident_type"),
        weekday: value("weekday"),
        hours: value("hours"),
        level: value("level"),
        condition: value("condition"),
        phases: value("phases"),
        with: value("with"),
        order: value("order"),
        after: value("after"),
    }
}

/// What the list is called for the person.
fn list_title(member: &Member) -> &'static str {
    if member.role.may(Permission::ReadAllIncidents) { "Incidents" } else { "Your reports" }
}

fn header(member: &Member, title: &'static str) -> AnyView {
    if !member.role.may(Permission::ReportIncidents) {
        return view! { <PageHeader title=title /> }.into_any();
    }
    let new_report = new_report_path(&member.tenant);
    view! {
        <PageHeader
            title=title
            action=move || {
                view! {
                    <LinkButton href=new_report icon=Icon::Report>
                        "Report an incident"
                    </LinkButton>
                }
            }
        />
    }
    .into_any()
}

fn new_report_path(tenant: &TenantSlug) -> String {
    format!("{}/new", paths::list(tenant))
}

fn list_view(member: &Member, filter: IncidentFilter, page: IncidentPage) -> AnyView {
    let tenant = &member.tenant;
    let IncidentPage { rows, next, time_zone, now, choices } = page;
    let next = next.map(|after| address(tenant, IncidentFilter { after, ..filter.clone() }));
    let table = if rows.is_empty() {
        empty_view(member, &filter)
    } else {
        view! {
            <IncidentTable
                caption=list_title(member)
                columns=columns(member, &filter)
                rows
                tenant=tenant.clone()
                user_id=member.user_id
                time_zone
                now
            />
        }
        .into_any()
    };
    let first = (!filter.after.is_empty()).then(|| changed(tenant, &filter, |_| ()));
    let narrowing = narrowing_view(tenant, &filter, &choices);
    let form = filter_form(tenant, filter.clone(), choices);
    view! {
        <div class="space-y-4">
            {form}
            {status_links(member, &filter)}
            {narrowing}
            <Card flush=true>{table}</Card>
            <Pagination nostrip:first=first nostrip:next=next />
        </div>
    }
    .into_any()
}

fn columns(member: &Member, filter: &IncidentFilter) -> Vec<IncidentColumn> {
    let reporter = member.role.may(Permission::ReadAllIncidents).then_some(IncidentColumn::Reporter);
    let last_change = (filter.order == IncidentOrder::Updated.as_str()).then_some(IncidentColumn::LastChange);
    [IncidentColumn::Headline, IncidentColumn::Event]
        .into_iter()
        .chain(last_change)
        .chain([IncidentColumn::Site])
        .chain(reporter)
        .chain([IncidentColumn::Status])
        .collect()
}

fn empty_view(member: &Member, filter: &IncidentFilter) -> AnyView {
    let tenant = &member.tenant;
    if !filter.after.is_empty() {
        return view! { <EmptyState title="There are no more reports" icon=Icon::List /> }.into_any();
    }
    if filter.is_narrowed() {
        let all = cleared(tenant, filter);
        return view! { <NoMatch title="No report matches" text="Try fewer words or another day." all /> }.into_any();
    }
    if member.role.may(Permission::ReportIncidents) {
        let new_report = new_report_path(tenant);
        return view! {
            <EmptyState title="No reports yet" text="Start one when something happens." icon=Icon::List>
                <LinkButton href=new_report variant=ButtonVariant::Secondary>
                    "Report an incident"
                </LinkButton>
            </EmptyState>
        }
        .into_any();
    }
    let home = format!("/{tenant}");
    view! {
        <EmptyState title="No reports yet" text="Reports appear here once they are submitted." icon=Icon::List>
            <LinkButton href=home variant=ButtonVariant::Secondary>
                "Go to your home page"
            </LinkButton>
        </EmptyState>
    }
    .into_any()
}
