//! The home of those who review: what needs them now, what is changing, how the organisation is doing.

use super::{drafts_card, see_all};
use crate::{
    accounts::member::Member,
    dashboards::{
        home::{Counts, Home, KnowledgeCounts, ReviewHome, STUCK_AFTER_HOURS},
        paths as paths_of_figures,
        query::DashboardQuery,
    },
    incidents::{
        components::{IncidentColumn, IncidentTable},
        filter::IncidentFilter,
        incident::OverallStatus,
        paths,
        record::IncidentRow,
    },
    knowledge::paths as knowledge_paths,
    tenants::tenant::TenantSlug,
    ui::{ButtonVariant, Card, EmptyState, Icon, LinkButton, Stat, Tone},
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use leptos::prelude::*;

/// The queue's place on the page.
const QUEUE_ID: &str = "queue";
/// The stuck drafts' place on the page.
const STUCK_ID: &str = "stuck-drafts";

/// What needs the reviewer now, what is changing, how the organisation is doing.
pub fn reviewer_home(member: &Member, home: Home, review: ReviewHome) -> AnyView {
    let Home { drafts, time_zone, now, .. } = home;
    let ReviewHome { queue, stuck, counts, knowledge } = review;
    let dashboard = paths_of_figures::dashboard(&member.tenant, &DashboardQuery::default());
    view! {
        <div class="space-y-8">
            {queue_card(member, queue, counts, time_zone, now)}
            {knowledge.and_then(|counts| knowledge_card(&member.tenant, counts))}
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
                <p class="mt-2">
                    <a class="text-link inline-flex min-h-11 items-center" href=dashboard>
                        "See the dashboard"
                    </a>
                </p>
            </section>
            {stuck_card(member, stuck, time_zone, now)}
        </div>
    }
    .into_any()
}

/// What waits in the knowledge base; nothing if nothing does.
fn knowledge_card(tenant: &TenantSlug, counts: KnowledgeCounts) -> Option<AnyView> {
    let gaps = match counts.open_gaps {
        0 => None,
        1 => Some("1 question has no answer in your documents".to_owned()),
        count => Some(format!("{count} questions have no answer in your documents")),
    };
    let failed = match counts.failed_documents {
        0 => None,
        1 => Some("1 document couldn't be read".to_owned()),
        count => Some(format!("{count} documents couldn't be read")),
    };
    let failed_path = format!("{}?status=failed", knowledge_paths::list(tenant));
    let links: Vec<_> =
        [gaps.map(|words| (words, knowledge_paths::gaps(tenant))), failed.map(|words| (words, failed_path))]
            .into_iter()
            .flatten()
            .map(|(words, href)| {
                view! {
                    <li>
                        <a class="text-link inline-flex min-h-6 items-center" href=href>
                            {words}
                        </a>
                    </li>
                }
            })
            .collect();
    if links.is_empty() {
        return None;
    }
    Some(view! { <Card title="Knowledge"><ul class="space-y-1">{links}</ul></Card> }.into_any())
}

/// The list of reports that have `status`.
fn list_path(tenant: &TenantSlug, status: OverallStatus) -> String {
    let filter = IncidentFilter { status: status.as_str().to_owned(), ..IncidentFilter::default() };
    format!("{}{}", paths::list(tenant), filter.query())
}

fn queue_card(member: &Member, queue: Vec<IncidentRow>, counts: Counts, time_zone: Tz, now: DateTime<Utc>) -> AnyView {
    let tenant = member.tenant.clone();
    let user_id = member.user_id;
    if queue.is_empty() {
        let all = paths::list(&tenant);
        return view! {
            <Card title="What needs you now" id=QUEUE_ID>
                <EmptyState
                    title="Nothing waits for you"
                    text="Reports appear here as soon as they are submitted."
                    icon=Icon::CheckCircle
                >
                    <LinkButton href=all variant=ButtonVariant::Secondary>
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
    let waiting = list_path(&tenant, OverallStatus::AnalysisPending);
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
                tenant
                user_id
                time_zone
                now
                for_review=true
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
    let tenant = member.tenant.clone();
    let user_id = member.user_id;
    let card = view! {
        <Card title="Stuck drafts" lead="Their reporters may need a hand, or time to write." id=STUCK_ID flush=true>
            <IncidentTable
                caption="Stuck drafts"
                columns=vec![IncidentColumn::Headline, IncidentColumn::Reporter, IncidentColumn::Untouched]
                rows=stuck
                tenant
                user_id
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
pub fn queue_keys() {
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
pub fn queue_keys() {}

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
