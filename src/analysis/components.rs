//! Views of analyses that several pages share: severity, state, quotes, conditions, the summary.

use super::{
    analysis::{Condition, ConditionGroup, Evidence, ReviewState, Severity, Verdict, confidence_in_words},
    claims::condition_sign,
    forms::condition_anchor,
    record::{Analysis, Classification, Finding, Return, SuggestionMaker},
};
use crate::{
    incidents::components::{WrittenText, prepared_by},
    ui::{Card, Icon, LocalTime, StatusBadge, Tone},
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use leptos::prelude::*;

/// How severe: a word with a shape, coloured only where it is high.
#[component]
pub fn SeverityBadge(severity: Severity) -> impl IntoView {
    let (tone, icon) = match severity {
        Severity::High => (Tone::Danger, Icon::AlertTriangle),
        Severity::Medium => (Tone::Neutral, Icon::AlertCircle),
        Severity::Low => (Tone::Neutral, Icon::Info),
    };
    view! { <StatusBadge tone=tone label=format!("{} severity", severity.label()) icon=icon /> }
}

/// How far the managers are with an analysis.
#[component]
pub fn ReviewBadge(state: ReviewState) -> impl IntoView {
    let (tone, icon) = match state {
        ReviewState::Draft => (Tone::Info, Icon::Clock),
        ReviewState::AiGenerated => (Tone::Waiting, Icon::Sparkles),
        ReviewState::UserReviewed => (Tone::Waiting, Icon::Edit),
        ReviewState::Completed => (Tone::Done, Icon::CheckCircle),
    };
    view! { <StatusBadge tone=tone label=state.label() icon=icon /> }
}

/// What was decided about one classification.
#[component]
pub fn VerdictBadge(classification: Classification) -> impl IntoView {
    let (tone, label, icon) = match classification.verdict {
        Verdict::Undecided => (Tone::Waiting, "To decide", Icon::Clock),
        Verdict::Dismissed => (Tone::Neutral, "Dismissed", Icon::Close),
        Verdict::Kept if classification.suggested.is_none() => (Tone::Done, "Added", Icon::CheckCircle),
        Verdict::Kept if classification.is_overruled() => (Tone::Done, "Changed", Icon::CheckCircle),
        Verdict::Kept => (Tone::Done, "Accepted", Icon::CheckCircle),
    };
    view! { <StatusBadge tone=tone label=label icon=icon /> }
}

/// What an incident was signed off as, for a list: the highest severity and all types.
#[component]
pub fn FindingsSummary(findings: Vec<Finding>) -> impl IntoView {
    summarise(&findings).map(|(severity, types)| {
        view! {
            <SeverityBadge severity />
            <span class="text-[0.8125rem] text-muted">{types}</span>
        }
    })
}

fn summarise(findings: &[Finding]) -> Option<(Severity, String)> {
    let severity = findings.iter().map(|finding| finding.severity).max()?;
    let mut types: Vec<&str> = Vec::new();
    for finding in findings {
        if !types.contains(&finding.incident_type.label()) {
            types.push(finding.incident_type.label());
        }
    }
    Some((severity, types.join(", ")))
}

/// Who suggested something, and why the built-in engine if a provider was chosen.
#[component]
pub fn MakerLine(maker: SuggestionMaker) -> impl IntoView {
    view! {
        <p class="text-[0.8125rem] text-muted wrap-anywhere">
            {prepared_by(&maker.model, maker.prompt_version, maker.fallback)}
        </p>
    }
}

/// The very words that support something, each with a link to its place in the account where there is one.
#[component]
pub fn QuoteList(
    evidence: Vec<Evidence>,
    /// Addresses of the places, in the same order.
    #[prop(optional)]
    places: Vec<String>,
) -> impl IntoView {
    if evidence.is_empty() {
        return ().into_any();
    }
    let mut places = places.into_iter();
    let quotes = evidence
        .into_iter()
        .map(|Evidence { phase, quote }| {
            let place = places.next().map(|href| {
                // The browser moves the focus there; the router would only scroll.
                view! {
                    <a class="text-link" rel="external" href=href>
                        "Show in the account"
                    </a>
                }
            });
            view! {
                <li class="border-s-2 border-base-300 ps-3">
                    <blockquote class="text-[0.9375rem] whitespace-pre-line wrap-anywhere" dir="auto">
                        {format!("\u{201c}{quote}\u{201d}")}
                    </blockquote>
                    <p class="flex flex-wrap gap-x-3 text-[0.8125rem] text-muted">
                        <span>{phase.label()}</span>
                        {place}
                    </p>
                </li>
            }
        })
        .collect_view();
    view! { <ul class="space-y-2">{quotes}</ul> }.into_any()
}

/// Conditions in their four groups. `places` says where each one's evidence is in the account.
#[component]
pub fn ConditionGroups(
    conditions: Vec<Condition>,
    #[prop(optional)] places: Vec<Vec<String>>,
    /// Each has its sign and its place on the page.
    #[prop(optional)]
    signed: bool,
) -> impl IntoView {
    let groups = ConditionGroup::ALL
        .iter()
        .map(|group| {
            let items = conditions
                .iter()
                .enumerate()
                .filter(|(_, condition)| condition.group == *group)
                .zip(1..)
                .map(|((index, condition), number)| {
                    let sign = signed.then(|| {
                        view! { <span class="me-2 font-semibold text-primary">{condition_sign(*group, number)}</span> }
                    });
                    let places = places.get(index).cloned().unwrap_or_default();
                    view! {
                        <li id=signed.then(|| condition_anchor(index)) class="scroll-mt-20">
                            <p class="wrap-anywhere" dir="auto">
                                {sign} {condition.text.clone()}
                            </p>
                            <div class="mt-1">
                                <QuoteList evidence=condition.evidence.iter().cloned().collect() places />
                            </div>
                        </li>
                    }
                })
                .collect::<Vec<_>>();
            let body = if items.is_empty() {
                view! { <p class="text-muted">"None"</p> }.into_any()
            } else {
                view! { <ul class="space-y-3">{items}</ul> }.into_any()
            };
            view! {
                <section>
                    <h3 class="mb-1 text-[0.9375rem]">{group.label()}</h3>
                    {body}
                </section>
            }
        })
        .collect_view();
    view! { <div class="space-y-4">{groups}</div> }.into_any()
}

/// What was suggested, in one line: "Behavioural, low severity. Confidence: fairly sure, 78 %".
pub fn suggestion_in_words(classification: &Classification) -> Option<String> {
    let confidence = |confidence| format!("Confidence: {}", confidence_in_words(confidence));
    match &classification.suggested {
        Some(suggested) if classification.is_overruled() => Some(format!(
            "Suggested: {}, {} severity. {}",
            suggested.incident_type.label(),
            suggested.severity.label().to_lowercase(),
            confidence(suggested.confidence)
        )),
        _ => classification.confidence.map(confidence),
    }
}

/// The questions with which a report went back, the latest first.
#[component]
pub fn ReturnList(returns: Vec<Return>, tz: Tz, now: DateTime<Utc>) -> impl IntoView {
    let items = returns
        .into_iter()
        .map(|one| {
            let answered = one.answered_at.map(|instant| {
                view! { ", submitted again " <LocalTime instant tz now=now /> }
            });
            view! {
                <li class="max-w-prose">
                    <WrittenText text=one.question empty="" />
                    <p class="mt-0.5 text-[0.9375rem] text-muted">
                        <bdi class="wrap-anywhere">{one.asked_by}</bdi> ", " <LocalTime instant=one.asked_at tz now=now />
                        {answered}
                    </p>
                </li>
            }
        })
        .collect_view();
    view! { <ol class="space-y-4">{items}</ol> }.into_any()
}

/// An analysis on the incident's record. `page` is the managers' page, for those who may open it.
#[component]
pub fn AnalysisSummary(analysis: Analysis, page: Option<String>, tz: Tz, now: DateTime<Utc>) -> impl IntoView {
    let link = move || {
        page.map(|href| {
            view! {
                <a class="text-link inline-flex min-h-6 items-center text-[0.9375rem]" href=href>
                    "Open the analysis"
                </a>
            }
        })
    };
    let body = match analysis.state {
        ReviewState::Draft => view! { <p class="text-muted">"The analysis is being prepared."</p> }.into_any(),
        ReviewState::AiGenerated | ReviewState::UserReviewed => progress(&analysis),
        ReviewState::Completed => findings(&analysis, tz, now),
    };
    view! {
        <Card title="Analysis" action=link>
            {body}
        </Card>
    }
    .into_any()
}

/// How far a review is, for those who review.
fn progress(analysis: &Analysis) -> AnyView {
    let suggested = match analysis.classifications.len() {
        1 => "1 classification".to_owned(),
        count => format!("{count} classifications"),
    };
    let open = match analysis.undecided() {
        0 => "all decided, not signed off yet".to_owned(),
        1 => "1 waits for your decision".to_owned(),
        count => format!("{count} wait for your decision"),
    };
    view! {
        <div class="flex flex-wrap items-center gap-x-3 gap-y-1">
            <ReviewBadge state=analysis.state />
            <p>{format!("{suggested}, {open}.")}</p>
        </div>
    }
    .into_any()
}

/// What was signed off.
fn findings(analysis: &Analysis, tz: Tz, now: DateTime<Utc>) -> AnyView {
    let kept = analysis
        .classifications
        .iter()
        .filter(|one| one.verdict == Verdict::Kept)
        .map(|one| {
            let notes = (!one.notes.is_empty()).then(|| view! { <WrittenText text=one.notes.clone() empty="" /> });
            view! {
                <li>
                    <p class="flex flex-wrap items-center gap-x-3 gap-y-1">
                        <span class="font-semibold">{one.incident_type.label()}</span>
                        <SeverityBadge severity=one.severity />
                    </p>
                    <div class="mt-1 space-y-2">{notes} <QuoteList evidence=one.evidence.clone() /></div>
                </li>
            }
        })
        .collect_view();
    let signed_off = analysis.completed_at.map(|instant| {
        let name = analysis.completer_name.clone().unwrap_or_default();
        view! {
            <p class="mt-5 text-[0.9375rem] text-muted">
                "Signed off by " <bdi class="wrap-anywhere">{name}</bdi> ", " <LocalTime instant tz now=now />
            </p>
        }
    });
    view! {
        <div class="grid gap-x-8 gap-y-6 lg:grid-cols-2">
            <ul class="min-w-0 space-y-4">{kept}</ul>
            <div class="min-w-0">
                <ConditionGroups conditions=analysis.conditions.clone() />
            </div>
        </div>
        {signed_off}
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::summarise;
    use crate::analysis::{
        analysis::{IncidentType, Severity},
        record::Finding,
    };

    #[test]
    fn a_list_shows_the_highest_severity_and_each_type_once() {
        let finding = |incident_type, severity| Finding { incident_type, severity };
        let findings = [
            finding(IncidentType::Medical, Severity::Low),
            finding(IncidentType::Behavioural, Severity::High),
            finding(IncidentType::Medical, Severity::Medium),
        ];
        assert_eq!(summarise(&findings), Some((Severity::High, "Medical, Behavioural".to_owned())));
        assert_eq!(summarise(&[]), None);
    }
}
