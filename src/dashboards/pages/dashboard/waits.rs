//! Where reports wait, and how long.

use crate::{
    dashboards::{
        dashboard::{Overview, WaitingReport},
        drill::Drill,
        figures::{Stage, Wait},
        findings,
    },
    ui::{
        LocalTime,
        charts::{ChartCard, Distribution, Spread},
    },
    usage::figures::format_count,
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use leptos::prelude::*;

/// The three stages, the slowest of each, and what waits now.
pub fn waits_card(overview: &Overview, drill: &Drill, tz: Tz, now: DateTime<Utc>) -> AnyView {
    let waits = &overview.figures.totals.waits;
    let title = findings::waits(waits);
    let rows = waits.iter().map(|wait| spread(wait, drill)).collect::<Vec<_>>();
    let slowest =
        waits.iter().filter(|wait| !wait.slowest.is_empty()).map(|wait| slowest_view(wait, drill)).collect_view();
    let queue = queue_view(overview, drill, tz, now);
    view! {
        <ChartCard title>
            <Distribution rows />
            <div class="mt-5 grid gap-x-6 gap-y-5 sm:grid-cols-2 lg:grid-cols-4">{slowest} {queue}</div>
        </ChartCard>
    }
    .into_any()
}

fn spread(wait: &Wait, drill: &Drill) -> Spread {
    let words = match (wait.median_minutes, wait.p90_minutes) {
        (Some(median), Some(p90)) => {
            let (median, p90) = (findings::duration(median), findings::duration(p90));
            let reports = findings::reports(wait.reports);
            if median == p90 {
                format!("{median} ({reports})")
            } else {
                format!("half within {median}, nine of ten within {p90} ({reports})")
            }
        }
        _ => "No report is that far".to_owned(),
    };
    let href = (wait.reports > 0).then(|| match wait.stage {
        Stage::EventToReport | Stage::ReportToSubmission => drill.reports(),
        Stage::SubmissionToSignOff => drill.signed_off(),
    });
    Spread {
        label: wait.stage.label().to_owned(),
        words,
        median: wait.median_minutes.and_then(whole),
        p90: wait.p90_minutes.and_then(whole),
        href,
    }
}

/// Minutes, at least one.
fn whole(minutes: f64) -> Option<i64> {
    format!("{:.0}", minutes.max(1.0)).parse().ok()
}

const LINK: &str = "text-link inline-flex min-h-11 shrink-0 items-center whitespace-nowrap tabular-nums sm:min-h-6";

fn slowest_view(wait: &Wait, drill: &Drill) -> AnyView {
    let title = match wait.stage {
        Stage::EventToReport => "Begun last",
        Stage::ReportToSubmission => "Written longest",
        Stage::SubmissionToSignOff => "Signed off last",
    };
    let rows = wait
        .slowest
        .iter()
        .map(|report| {
            let minutes = i32::try_from(report.minutes).map_or(f64::from(i32::MAX), f64::from);
            view! {
                <li class="flex items-baseline justify-between gap-3">
                    <a class=LINK href=drill.record(report.id)>
                        {format!("Report #{}", report.number)}
                    </a>
                    <span class="text-[0.9375rem] text-muted">{findings::duration(minutes)}</span>
                </li>
            }
        })
        .collect_view();
    view! {
        <section>
            <h3 class="text-[0.9375rem] font-semibold">{title}</h3>
            <ul class="mt-1">{rows}</ul>
        </section>
    }
    .into_any()
}

fn queue_view(overview: &Overview, drill: &Drill, tz: Tz, now: DateTime<Utc>) -> AnyView {
    let queue = &overview.queue;
    let all = match queue.waiting {
        0 => view! { <p class="mt-1 text-muted">"Nothing waits for review."</p> }.into_any(),
        count => {
            let words = if count == 1 { "1 report".to_owned() } else { format!("All {}", format_count(count)) };
            view! {
                <a class=LINK href=drill.queue()>
                    {words}
                </a>
            }
            .into_any()
        }
    };
    let rows = queue.oldest.iter().map(|report| waiting_view(report, drill, tz, now)).collect_view();
    view! {
        <section>
            <h3 class="text-[0.9375rem] font-semibold">"Waiting for review since"</h3>
            <ul class="mt-1">{rows}</ul>
            {all}
        </section>
    }
    .into_any()
}

fn waiting_view(report: &WaitingReport, drill: &Drill, tz: Tz, now: DateTime<Utc>) -> impl IntoView + use<> {
    let (href, number, instant) = (drill.record(report.id), report.number, report.submitted_at);
    view! {
        <li class="flex items-baseline justify-between gap-3">
            <a class=LINK href=href>
                {format!("Report #{number}")}
            </a>
            <span class="text-[0.9375rem] text-muted">
                <LocalTime instant tz now=now date_only={(now - instant).num_days() >= 1} />
            </span>
        </li>
    }
}
