//! The dashboard: what the reports of a period add up to, in the order in which a manager asks. Every figure leads to the
//! reports behind it.

mod filters;
mod kinds;
mod overview;
mod quality;
mod repeats;
mod views;
mod waits;

use crate::{
    accounts::{member::Member, permission::Permission},
    app::use_viewer,
    dashboards::{
        api::{DeleteView, RenameView, SaveView, get_dashboard},
        dashboard::{Dashboard, Overview},
        drill::Drill,
        paths,
        query::{DashboardQuery, Period},
    },
    ui::{Card, EmptyState, Icon, LinkButton, PageHeader, Unpack, fresh, successes},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{hooks::use_query_map, params::ParamsMap};

/// What is done with saved views.
#[derive(Clone, Copy)]
struct ViewDeeds {
    save: ServerAction<SaveView>,
    rename: ServerAction<RenameView>,
    delete: ServerAction<DeleteView>,
}

/// `/{tenant}/dashboard`.
#[component]
pub fn DashboardPage() -> AnyView {
    let member = use_viewer().member;
    let tenant = StoredValue::new(member.tenant.clone());
    let deeds = ViewDeeds { save: ServerAction::new(), rename: ServerAction::new(), delete: ServerAction::new() };
    let saved = [successes(deeds.save), successes(deeds.rename), successes(deeds.delete)];
    let query = use_query_map();
    let query = Memo::new(move |_| read_query(&query.read()));
    let dashboard = Resource::new_blocking(
        move || (query.get(), saved.map(|count| count.get())),
        move |(query, _)| async move {
            let dashboard = get_dashboard(tenant.get_value(), query.clone()).await?;
            Ok((query, dashboard))
        },
    );
    view! {
        <Title text="Dashboard" />
        <PageHeader title="Dashboard" />
        <Unpack resource=dashboard let:loaded>
            {
                let (query, dashboard) = loaded;
                dashboard_view(&member, query, dashboard, deeds)
            }
        </Unpack>
    }
    .into_any()
}

fn read_query(query: &ParamsMap) -> DashboardQuery {
    let value = |name| query.get(name).unwrap_or_default().trim().to_owned();
    DashboardQuery {
        period: value("period"),
        from: value("from"),
        to: value("to"),
        site: value("site"),
        participant: value("participant"),
    }
}

fn dashboard_view(member: &Member, query: DashboardQuery, dashboard: Dashboard, deeds: ViewDeeds) -> AnyView {
    let Dashboard { overview, choices, views, today, now } = dashboard;
    let tenant = &member.tenant;
    let asked = query.without_errors(today);
    let drill = Drill::new(tenant.clone(), &overview.scope);
    let scope_line = filters::scope_line(tenant, &asked, &overview.scope, &choices);
    let error = query.scope(today).err();
    let form = fresh(query.address(), filters::form(tenant, query, choices, error));
    let periods = filters::period_links(tenant, &asked);
    let names: String = views.iter().map(|view| format!("{} {}\n", view.id, view.name)).collect();
    let views = fresh(format!("{}\n{names}", asked.address()), views::section(tenant, &asked, views, deeds));
    let body = if overview.figures.totals.reports == 0 {
        empty_view(member, &asked, &overview, &drill)
    } else {
        figures_view(member, &overview, &drill, now)
    };
    view! {
        <div class="space-y-6">
            <div class="no-print space-y-3">{periods} {form} {views}</div>
            {scope_line}
            {body}
        </div>
    }
    .into_any()
}

fn figures_view(member: &Member, overview: &Overview, drill: &Drill, now: chrono::DateTime<chrono::Utc>) -> AnyView {
    let tenant = &member.tenant;
    let sees_usage = member.role.may(Permission::SeeUsage);
    view! {
        {overview::stats(overview, drill)}
        {overview::over_time(overview, drill)}
        {kinds::kinds_card(overview, drill)}
        {waits::waits_card(overview, drill, member.time_zone, now)}
        <div class="grid items-start gap-6 lg:grid-cols-2">
            {repeats::participants_card(overview, drill)}
            {repeats::sites_card(overview, drill)}
        </div>
        {repeats::when_card(overview, drill)}
        {repeats::conditions_card(overview, drill)}
        <div class="grid items-start gap-6 lg:grid-cols-2">
            {quality::quality_card(overview, drill)}
            {quality::ai_card(overview, drill, tenant, sees_usage)}
        </div>
    }
    .into_any()
}

/// A period without reports: what waits is still there, and the way to a longer one.
fn empty_view(member: &Member, asked: &DashboardQuery, overview: &Overview, drill: &Drill) -> AnyView {
    let stats = (overview.before.reports > 0 || overview.queue.waiting > 0).then(|| overview::stats(overview, drill));
    let longer = DashboardQuery { period: Period::Last12Months.as_str().to_owned(), ..DashboardQuery::default() };
    let is_longest = *asked == longer;
    let title = if is_longest { "No reports yet" } else { "No reports in this period" };
    let text = if is_longest {
        "The figures begin with the first report that somebody submits."
    } else {
        "A report counts on the day of its event, once it is submitted."
    };
    let action = (!is_longest).then(|| {
        view! { <LinkButton href=paths::dashboard(&member.tenant, &longer)>"Show the last 12 months"</LinkButton> }
    });
    view! {
        {stats}
        <Card>
            <EmptyState title text icon=Icon::Chart>
                {action}
            </EmptyState>
        </Card>
    }
    .into_any()
}
