//! The home page: what needs the person now, and the way to a new report.

mod reviewer;

use reviewer::{queue_keys, reviewer_home};

use crate::{
    accounts::{member::Member, permission::Permission},
    app::use_viewer,
    dashboards::{api::get_home, home::Home},
    incidents::{
        components::{Headline, IncidentColumn, IncidentTable, row_path},
        incident::WizardStep,
        paths,
        record::IncidentRow,
    },
    tenants::tenant::TenantSlug,
    ui::{Alert, ButtonVariant, Card, EmptyState, Icon, LinkButton, LocalTime, PageHeader, StatusBadge, Tone, Unpack},
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// `/{tenant}`: the home page, by what the person's role may do.
#[component]
pub fn HomePage() -> AnyView {
    let member = use_viewer().member;
    let may = |permission| member.role.may(permission);
    let body = if may(Permission::ReviewIncidents) || may(Permission::ReportIncidents) {
        reporting_home(member)
    } else {
        reading_home(&member)
    };
    view! {
        <Title text="Home" />
        {body}
    }
    .into_any()
}

/// For those who neither write nor review reports: where to go instead.
fn reading_home(member: &Member) -> AnyView {
    let tenant = &member.tenant;
    let may = |permission| member.role.may(permission);
    let (text, href, label, icon) = if may(Permission::ReadAllIncidents) {
        let text = "You can read every report that has been submitted.";
        (text, paths::list(tenant), "See the incidents", Icon::List)
    } else if may(Permission::ListTenants) {
        let text = "You look after the organisations that use SupportSignal. Their reports are theirs alone.";
        (text, format!("/{tenant}/organisations"), "See the organisations", Icon::Building)
    } else {
        let text = "There is nothing for you to do here yet.";
        (text, format!("/{tenant}/account"), "Open your account", Icon::Person)
    };
    view! {
        <PageHeader title="Home" />
        <Card>
            <p class="mb-4 max-w-prose">{text}</p>
            <LinkButton href=href icon=icon>
                {label}
            </LinkButton>
        </Card>
    }
    .into_any()
}

fn reporting_home(member: Member) -> AnyView {
    let tenant = StoredValue::new(member.tenant.clone());
    let new_report = new_report_path(&member.tenant);
    let home = Resource::new_blocking(move || tenant.get_value(), get_home);
    queue_keys();
    view! {
        <PageHeader
            title="Home"
            action=move || {
                // The one thing that a tired person has to find: larger than other buttons.
                view! {
                    <a href=new_report class="btn btn-primary btn-lg max-w-full">
                        {Icon::Report.view()}
                        "Report an incident"
                    </a>
                }
            }
        />
        {saved_alert()}
        <Unpack resource=home let:home>
            {match home.review.clone() {
                Some(review) => reviewer_home(&member, home, review),
                None => worker_home(&member, home),
            }}
        </Unpack>
    }
    .into_any()
}

fn new_report_path(tenant: &TenantSlug) -> String {
    format!("{}/new", paths::list(tenant))
}

/// After "Save and leave".
fn saved_alert() -> impl IntoView {
    let query = use_query_map();
    move || {
        query.read().get("saved").is_some().then(|| {
            view! {
                <div class="mb-4">
                    <Alert tone=Tone::Done quiet=true>
                        <p>"Saved. You can go on any time."</p>
                    </Alert>
                </div>
            }
        })
    }
}

fn worker_home(member: &Member, home: Home) -> AnyView {
    let tenant = member.tenant.clone();
    let user_id = member.user_id;
    let Home { drafts, recent, time_zone, now, .. } = home;
    if drafts.is_empty() && recent.is_empty() {
        let new_report = new_report_path(&tenant);
        return view! {
            <Card>
                <EmptyState
                    title="No reports yet"
                    text="When something happens, tell us here. You can stop at any time and go on later."
                    icon=Icon::Report
                >
                    <LinkButton href=new_report variant=ButtonVariant::Secondary>
                        "Report an incident"
                    </LinkButton>
                </EmptyState>
            </Card>
        }
        .into_any();
    }
    let all = paths::list(&tenant);
    let table = (!recent.is_empty()).then(|| {
        view! {
            <Card title="Your recent reports" flush=true action=move || see_all(all, "See all your reports")>
                <IncidentTable
                    caption="Your recent reports"
                    columns=vec![IncidentColumn::Headline, IncidentColumn::Event, IncidentColumn::Status]
                    rows=recent
                    tenant
                    user_id
                    time_zone
                    now
                />
            </Card>
        }
    });
    view! {
        <div class="space-y-6">
            {drafts_card(member, drafts, time_zone, now)}
            {table}
        </div>
    }
    .into_any()
}

fn see_all(href: String, label: &'static str) -> impl IntoView {
    view! {
        <a class="text-link inline-flex min-h-6 items-center text-[0.9375rem]" href=href>
            {label}
        </a>
    }
}

/// The person's unfinished reports; nothing if there are none.
fn drafts_card(member: &Member, drafts: Vec<IncidentRow>, tz: Tz, now: DateTime<Utc>) -> Option<AnyView> {
    if drafts.is_empty() {
        return None;
    }
    let items = drafts
        .into_iter()
        .map(|draft| draft_view(row_path(&member.tenant, member.user_id, &draft), draft, tz, now))
        .collect_view();
    let card = view! {
        <Card title="Go on with a report" lead="Saved, and seen only by you and your team leads." flush=true>
            <ul class="divide-y divide-base-300 border-t border-base-300">{items}</ul>
        </Card>
    };
    Some(card.into_any())
}

fn draft_view(href: String, draft: IncidentRow, tz: Tz, now: DateTime<Utc>) -> AnyView {
    let step = draft.wizard_step;
    let progress = format!("Step {} of {}: {}", step.number(), WizardStep::ALL.len(), step.label());
    let question = draft.question.map(|question| {
        view! {
            <span class="mt-1 flex flex-wrap items-baseline gap-x-2">
                <StatusBadge tone=Tone::Waiting label="Sent back with a question" icon=Icon::Question />
                <span class="line-clamp-3 min-w-0 wrap-anywhere" dir="auto">
                    {question}
                </span>
            </span>
        }
    });
    view! {
        <li>
            <a href=href class="flex min-h-11 items-center gap-3 px-4 py-3 hover:bg-primary/5 sm:px-5">
                <span class="min-w-0 flex-1">
                    <bdi class="font-semibold wrap-anywhere">{draft.participant_name}</bdi>
                    <Headline text=draft.headline />
                    {question}
                    <span class="mt-0.5 flex flex-wrap gap-x-3 text-[0.9375rem] text-muted">
                        <span>{progress}</span>
                        <span>"Saved " <LocalTime instant=draft.updated_at tz now=now /></span>
                    </span>
                </span>
                <span class="text-muted">{Icon::ChevronRight.view()}</span>
            </a>
        </li>
    }
    .into_any()
}
