//! How the analysis came about: state, effort, who reviewed it, what happened before.

use super::{
    again_form,
    desk::{Desk, Sheet},
};
use crate::{
    analysis::{
        analysis::ReviewState,
        components::ReturnList,
        record::{Analysis, IncidentAnalysis},
    },
    incidents::components::HistoryList,
    ui::{Card, Disclosure, LocalTime},
};
use chrono::{DateTime, Utc};
use leptos::prelude::*;

/// The facts, the questions that went to the reporter, and the history.
pub fn facts_view(desk: Desk, sheet: Sheet, page: &IncidentAnalysis, analysis: &Analysis) -> AnyView {
    let facts = [
        Some(fact("State", analysis.state.label().into_any())),
        analysis.analyzed_at.map(|instant| fact("Suggested", moment(instant, sheet))),
        Some(fact("Changes by people", analysis.revision_count.into_any())),
        Some(fact("Time in its forms", duration_in_words(analysis.edit_seconds).into_any())),
        person_fact("Last reviewed", analysis.reviewer_name.clone(), analysis.reviewed_at, sheet),
        person_fact("Signed off", analysis.completer_name.clone(), analysis.completed_at, sheet),
    ];
    let (tz, now) = (sheet.tz, sheet.now);
    let returns = page.returns.clone();
    let returns = (!returns.is_empty()).then(|| {
        view! {
            <Disclosure summary="Questions to the reporter">
                <ReturnList returns tz now />
            </Disclosure>
        }
    });
    let can_be_made_again = analysis.state == ReviewState::AiGenerated && !page.is_waiting();
    let revision = sheet.revision;
    let again = move || {
        (can_be_made_again && desk.is_free()).then(|| {
            view! {
                <div class="mt-4 space-y-2">
                    <p class="text-[0.9375rem] text-muted">
                        "Nobody has decided anything yet, so the suggestions can be made anew."
                    </p>
                    {again_form(desk, sheet.incident, revision, "Analyse again")}
                </div>
            }
        })
    };
    let history = page.history.clone();
    view! {
        <Card title="About this analysis">
            <dl class="grid gap-x-6 gap-y-3 sm:grid-cols-2">{facts.into_iter().flatten().collect_view()}</dl>
            {again}
            <div class="mt-3">
                {returns} <Disclosure summary="History">
                    <HistoryList entries=history tz now />
                </Disclosure>
            </div>
        </Card>
    }
    .into_any()
}

fn fact(label: &'static str, value: AnyView) -> AnyView {
    view! {
        <div class="min-w-0">
            <dt class="text-[0.8125rem] text-muted">{label}</dt>
            <dd class="mt-0.5">{value}</dd>
        </div>
    }
    .into_any()
}

fn person_fact(label: &'static str, name: Option<String>, at: Option<DateTime<Utc>>, sheet: Sheet) -> Option<AnyView> {
    let (name, instant) = name.zip(at)?;
    let value = view! {
        <bdi class="wrap-anywhere">{name}</bdi>
        ", "
        {moment(instant, sheet)}
    };
    Some(fact(label, value.into_any()))
}

fn moment(instant: DateTime<Utc>, sheet: Sheet) -> AnyView {
    view! { <LocalTime instant tz=sheet.tz now=sheet.now /> }.into_any()
}

/// "3 min 20 s".
fn duration_in_words(seconds: i32) -> String {
    let (hours, minutes, rest) = (seconds / 3600, seconds % 3600 / 60, seconds % 60);
    match (hours, minutes) {
        (0, 0) => format!("{rest} s"),
        (0, _) => format!("{minutes} min {rest} s"),
        _ => format!("{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::duration_in_words;

    #[test]
    fn a_duration_is_told_in_two_units_at_most() {
        assert_eq!([0, 59, 200, 3_900].map(duration_in_words), ["0 s", "59 s", "3 min 20 s", "1 h 5 min"]);
    }
}
