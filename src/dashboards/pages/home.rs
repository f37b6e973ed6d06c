//! The home page: what needs the person now, and the way to a new report.

use crate::{
    accounts::{member::Member, permission::Permission},
    app::use_viewer,
    dashboards::{
        api::get_home,
        home::{Counts, Home, ReviewHome, STUCK_AFTER_HOURS},
    },
    incidents::{
        components::{Headline, IncidentColumn, IncidentTable, row_path},
        filter::IncidentFilter,
        incident::{OverallStatus, WizardStep},
        paths,
        record::IncidentRow,
    },
    tenants::tenant::TenantSlug,
    ui::{
        Alert, ButtonVariant, Card, EmptyState, Icon, LinkButton, LocalTime, PageHeader, Stat, Tone, Unpack,
    },
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{LazyRoute, hooks::use_query_map, lazy_route};

/// The queue's place on the page.
const QUEUE_ID: &str = "queue";
/// The stuck drafts' place on the page.
const STUCK_ID: &str = "stuck-drafts";

/// `/{tenant}`: the home page, by what the person's role may do.
pub struct HomePage;

#[lazy_route]
impl LazyRoute for HomePage {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
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
    row_keys_from_anywhere();
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
    let tenant = &member.tenant;
    let Home { drafts, recent, time_zone, now, .. } = home;
    if drafts.is_empty() && recent.is_empty() {
        return view! {
            <Card>
                <EmptyState
                    title="No reports yet"
                    text="When something happens, tell us here. You can stop at any time and go on later."
                    icon=Icon::Report
                >
                    <LinkButton href=new_report_path(tenant) variant=ButtonVariant::Secondary>
                        "Report an incident"
                    </LinkButton>
                </EmptyState>
            </Card>
        }
        .into_any();
    }
    let all = paths::list(tenant);
    let table = (!recent.is_empty()).then(|| {
        view! {
            <Card title="Your recent reports" flush=true action=move || see_all(all, "See all your reports")>
                <IncidentTable
                    caption="Your recent reports"
                    columns=vec![IncidentColumn::Headline, IncidentColumn::Event, IncidentColumn::Status]
                    rows=recent
                    tenant=tenant.clone()
                    user_id=member.user_id
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
    view! {
        <li>
            <a href=href class="flex min-h-11 items-center gap-3 px-4 py-3 hover:bg-primary/5 sm:px-5">
                <span class="min-w-0 flex-1">
                    <bdi class="font-semibold wrap-anywhere">{draft.participant_name}</bdi>
                    <Headline text=draft.headline />
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

fn reviewer_home(member: &Member, home: Home, review: ReviewHome) -> AnyView {
    let Home { drafts, time_zone, now, .. } = home;
    let ReviewHome { queue, stuck, counts } = review;
    view! {
        <div class="space-y-8">
            {queue_card(member, queue, counts, time_zone, now)}
            {drafts_card(member, drafts, time_zone, now)}
            <section>
                <h2 class="text-subsection">"What is changing"</h2>
                <p class="mt-1 max-w-prose">
                    {change_in_words(counts.submitted_last_week, counts.submitted_week_before)}
                </p>
            </section>
            <section>
                <h2 class="mb-3 text-subsection">"How we are doing"</h2>
                {count_stats(&member.tenant, counts, !stuck.is_empty())}
            </section>
            {stuck_card(member, stuck, time_zone, now)}
        </div>
    }
    .into_any()
}

/// The list of reports that have `status`.
fn list_path(tenant: &TenantSlug, status: OverallStatus) -> String {
    let filter = IncidentFilter { status: status.as_str().to_owned(), ..IncidentFilter::default() };
    format!("{}{}", paths::list(tenant), filter.query())
}

fn queue_card(member: &Member, queue: Vec<IncidentRow>, counts: Counts, time_zone: Tz, now: DateTime<Utc>) -> AnyView {
    let tenant = &member.tenant;
    if queue.is_empty() {
        return view! {
            <Card title="What needs you now" id=QUEUE_ID>
                <EmptyState
                    title="Nothing waits for you"
                    text="Reports appear here as soon as they are submitted."
                    icon=Icon::CheckCircle
                >
                    <LinkButton href=paths::list(tenant) variant=ButtonVariant::Secondary>
                        "See all incidents"
                    </LinkButton>
                </EmptyState>
            </Card>
        }
        .into_any();
    }
    let lead = match counts.waiting_for_review {
        1 => "1 report waits for review.".to_owned(),
        count => format!("{count} reports wait for review, the longest-waiting first."),
    };
    let waiting = list_path(tenant, OverallStatus::AnalysisPending);
    view! {
        <Card
            title="What needs you now"
            lead=lead
            id=QUEUE_ID
            flush=true
            action=move || see_all(waiting, "See all that wait")
        >
            <IncidentTable
                caption="Reports that wait for review"
                columns=vec![
                    IncidentColumn::Headline,
                    IncidentColumn::Event,
                    IncidentColumn::Reporter,
                    IncidentColumn::WaitingSince,
                    IncidentColumn::Status,
                ]
                rows=queue
                tenant=tenant.clone()
                user_id=member.user_id
                time_zone
                now
            />
        </Card>
    }
    .into_any()
}

/// How this week compares with the one before, as a sentence.
fn change_in_words(last_week: i64, week_before: i64) -> String {
    let submitted = match last_week {
        0 => "No report was submitted in the last 7 days".to_owned(),
        1 => "1 report was submitted in the last 7 days".to_owned(),
        count => format!("{count} reports were submitted in the last 7 days"),
    };
    let comparison = match (last_week, week_before) {
        (0, 0) => "nor in the 7 days before".to_owned(),
        (0, before) => format!("after {before} in the 7 days before"),
        (_, 0) => "none in the 7 days before".to_owned(),
        (last, before) if last == before => "as many as in the 7 days before".to_owned(),
        (last, before) if last > before => format!("{} more than in the 7 days before", last - before),
        (last, before) => format!("{} fewer than in the 7 days before", before - last),
    };
    format!("{submitted}, {comparison}.")
}

fn count_stats(tenant: &TenantSlug, counts: Counts, has_stuck: bool) -> AnyView {
    let stuck_tone = if has_stuck { Tone::Waiting } else { Tone::Done };
    let stuck_href = if has_stuck { format!("#{STUCK_ID}") } else { list_path(tenant, OverallStatus::CapturePending) };
    let waiting_tone = if counts.waiting_for_review == 0 { Tone::Done } else { Tone::Waiting };
    view! {
        <div class="grid gap-4 sm:grid-cols-3">
            <Stat
                label="Waiting for review"
                value=counts.waiting_for_review.to_string()
                explanation=Some("Submitted, and not reviewed yet".to_owned())
                href=list_path(tenant, OverallStatus::AnalysisPending)
                tone=waiting_tone
            />
            <Stat
                label="Being written"
                value=counts.open_drafts.to_string()
                explanation=Some("Started, and not submitted yet".to_owned())
                href=list_path(tenant, OverallStatus::CapturePending)
            />
            <Stat
                label="Stuck drafts"
                value=counts.stuck_drafts.to_string()
                explanation=Some(format!("Nobody has touched them for {STUCK_AFTER_HOURS} hours"))
                href=stuck_href
                tone=stuck_tone
            />
        </div>
    }
    .into_any()
}

/// Drafts that somebody may need help with; nothing if there are none.
fn stuck_card(member: &Member, stuck: Vec<IncidentRow>, time_zone: Tz, now: DateTime<Utc>) -> Option<AnyView> {
    if stuck.is_empty() {
        return None;
    }
    let card = view! {
        <Card title="Stuck drafts" lead="Their reporters may need a hand, or time to write." id=STUCK_ID flush=true>
            <IncidentTable
                caption="Stuck drafts"
                columns=vec![IncidentColumn::Headline, IncidentColumn::Reporter, IncidentColumn::Untouched]
                rows=stuck
                tenant=member.tenant.clone()
                user_id=member.user_id
                time_zone
                now
            />
        </Card>
    };
    Some(card.into_any())
}

/// Lets j and k reach the queue before any of its rows has the focus; from there the table's own keys lead on, and Enter
/// opens the row.
#[cfg(feature = "hydrate")]
fn row_keys_from_anywhere() {
    use leptos::{
        ev,
        wasm_bindgen::JsCast,
        web_sys::{Element, HtmlElement},
    };

    let handle = window_event_listener(ev::keydown, |event| {
        let has_modifier = event.ctrl_key() || event.meta_key() || event.alt_key();
        let row = match event.key().as_str() {
            "j" => ":first-child",
            "k" => ":last-child",
            _ => return,
        };
        // Whatever takes keys itself keeps them: a field that is typed in, a button, a row of a table.
        let is_taken = event.target().and_then(|target| target.dyn_into::<Element>().ok()).is_some_and(|target| {
            !matches!(
                target.closest("a, button, input, textarea, select, summary, dialog, [contenteditable]"),
                Ok(None)
            )
        });
        if has_modifier || is_taken || event.default_prevented() {
            return;
        }
        let link = document()
            .query_selector(&format!("#{QUEUE_ID} tbody tr{row} .row-link"))
            .ok()
            .flatten()
            .and_then(|link| link.dyn_into::<HtmlElement>().ok());
        if link.is_some_and(|link| link.focus().is_ok()) {
            event.prevent_default();
        }
    });
    on_cleanup(move || handle.remove());
}

/// There are no keys on the server.
#[cfg(not(feature = "hydrate"))]
fn row_keys_from_anywhere() {}

#[cfg(test)]
mod tests {
    use super::change_in_words;

    #[test]
    fn a_change_is_told_as_a_sentence() {
        let told = [(0, 0), (0, 4), (1, 0), (3, 3), (8, 5), (2, 5)].map(|(last, before)| change_in_words(last, before));
        insta::assert_snapshot!(told.join("\n"), @r"
        No report was submitted in the last 7 days, nor in the 7 days before.
        No report was submitted in the last 7 days, after 4 in the 7 days before.
        1 report was submitted in the last 7 days, none in the 7 days before.
        3 reports were submitted in the last 7 days, as many as in the 7 days before.
        8 reports were submitted in the last 7 days, 3 more than in the 7 days before.
        2 reports were submitted in the last 7 days, 3 fewer than in the 7 days before.
        ");
    }
}
