//! Everything of one trace: its lines, its jobs, its AI calls.

use super::log::table;
use crate::{
    ai::provider::FallbackReason,
    debug_log::line::TracePage,
    jobs::{components::JobTable, job::JobRow},
    tenants::tenant::TenantSlug,
    ui::{Card, Cell, Column, DataTable, LocalTime, Row, StatusBadge, Tone},
    usage::ledger::{CallStep, Outcome, TracedCall},
};
use chrono_tz::Tz;
use leptos::prelude::*;

/// A card each; without what there is none of.
pub fn trace_view(tenant: &TenantSlug, trace: TracePage, tz: Tz) -> AnyView {
    let title = format!("Trace {}", trace.id.reference());
    let lead = format!("Its whole id is {}.", trace.id);
    let lines = (!trace.lines.is_empty()).then(|| {
        let lines = table(tenant, trace.lines, tz);
        view! {
            <Card title="Lines" flush=true>
                {lines}
            </Card>
        }
    });
    let jobs = (!trace.jobs.is_empty()).then(|| jobs_card(tenant, trace.jobs, tz));
    let calls = (!trace.calls.is_empty()).then(|| calls_card(tenant, trace.calls, tz));
    view! {
        <div>
            <h2 class="text-section">{title}</h2>
            <p class="text-muted wrap-anywhere">{lead}</p>
        </div>
        {lines}
        {jobs}
        {calls}
    }
    .into_any()
}

fn jobs_card(tenant: &TenantSlug, jobs: Vec<JobRow>, tz: Tz) -> AnyView {
    let all = format!("/{tenant}/jobs");
    view! {
        <Card title="Background work" flush=true>
            <JobTable caption="Background work of this trace" jobs log_of=None tz />
            <p class="px-4 pb-2 sm:px-5">
                <a class="text-link inline-flex min-h-11 items-center" href=all>
                    "All background work"
                </a>
            </p>
        </Card>
    }
    .into_any()
}

fn calls_card(tenant: &TenantSlug, calls: Vec<TracedCall>, tz: Tz) -> AnyView {
    let columns = vec![
        Column::new("Step"),
        Column::new("Who answered"),
        Column::new("Outcome"),
        Column::new("When"),
        Column::new("Took").numeric(),
    ];
    let all = format!("/{tenant}/usage");
    view! {
        <Card title="AI calls" flush=true>
            <DataTable caption="AI calls of this trace" columns>
                {calls.into_iter().map(|call| call_row(call, tz)).collect_view()}
            </DataTable>
            <p class="px-4 pb-2 sm:px-5">
                <a class="text-link inline-flex min-h-11 items-center" href=all>
                    "All AI calls"
                </a>
            </p>
        </Card>
    }
    .into_any()
}

fn call_row(call: TracedCall, tz: Tz) -> impl IntoView {
    let step = CallStep::parse(&call.step).map_or_else(|| call.step.clone(), |step| step.label().to_owned());
    let who =
        if call.provider == call.ai_model { call.provider } else { format!("{}: {}", call.provider, call.ai_model) };
    let (tone, outcome) = outcome_in_words(&call.outcome);
    let problem =
        call.problem.map(|code| FallbackReason::parse(&code).map_or(code, |reason| reason.label().to_owned()));
    view! {
        <Row>
            <Cell>
                <span class="font-semibold">{step}</span>
            </Cell>
            <Cell label="Who answered">{who}</Cell>
            <Cell label="Outcome">
                <span class="min-w-0">
                    <StatusBadge tone label=outcome />
                    {problem.map(|problem| view! { <span class="mt-1 block">{problem}</span> })}
                </span>
            </Cell>
            <Cell label="When">
                <LocalTime instant=call.occurred_at tz />
            </Cell>
            <Cell label="Took" numeric=true nowrap=true>
                {format!("{} ms", call.latency_ms)}
            </Cell>
        </Row>
    }
}

fn outcome_in_words(outcome: &str) -> (Tone, String) {
    match Outcome::parse(outcome) {
        Some(outcome @ (Outcome::Succeeded | Outcome::Repaired)) => (Tone::Done, outcome.label().to_owned()),
        Some(Outcome::Failed) => (Tone::Danger, Outcome::Failed.label().to_owned()),
        None if outcome == "refused" => (Tone::Waiting, "Refused by a limit".to_owned()),
        None if outcome == "reserved" => (Tone::Info, "Under way".to_owned()),
        None => (Tone::Neutral, outcome.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::outcome_in_words;

    #[test]
    fn every_outcome_has_words() {
        let told =
            ["succeeded", "repaired", "failed", "refused", "reserved"].map(|outcome| outcome_in_words(outcome).1);
        assert_eq!(told, ["Succeeded", "Succeeded after a repair", "Failed", "Refused by a limit", "Under way"]);
    }
}
