//! What a step made, in the form of the step.

use crate::{
    analysis::analysis::{ConditionGroup, Severity},
    chat::message::AnswerOutcome,
    prompts::trial_output::{
        PhaseOutput, TrialOutput, TriedCitation, TriedClassification, TriedCondition, TriedQuestion, TriedSentence,
    },
    ui::{Icon, StatusBadge, Tone},
};
use leptos::prelude::*;

/// An output, to read.
pub fn output_view(output: &TrialOutput) -> AnyView {
    match output {
        TrialOutput::Questions(phases) => phases_view(phases, "No question.", question_list),
        TrialOutput::Sentences(phases) => phases_view(phases, "Nothing to say about this part.", sentences_view),
        TrialOutput::Conditions { conditions, confidence } => conditions_view(conditions, *confidence),
        TrialOutput::Classifications(classifications) => classifications_view(classifications),
        TrialOutput::Text { text, outcome, citations } => text_view(text, *outcome, citations),
        TrialOutput::Raw(text) => view! {
            <p class="mb-2 text-muted">"This output has another form than usual, so it is shown as it came."</p>
            <pre class="rounded-field bg-base-200 p-3 font-mono text-[0.875rem]/6 whitespace-pre-wrap wrap-anywhere">
                {text.clone()}
            </pre>
        }
        .into_any(),
    }
}

fn phases_view<T>(phases: &[PhaseOutput<T>], empty: &'static str, items: fn(&[T]) -> AnyView) -> AnyView {
    let phases = phases
        .iter()
        .map(|output| {
            let heading = output.phase.map(|phase| view! { <h3 class="mb-1">{phase.label()}</h3> });
            let content = if output.items.is_empty() { nothing(empty) } else { items(&output.items) };
            view! {
                <section>
                    {heading}
                    {content}
                </section>
            }
        })
        .collect_view();
    view! { <div class="space-y-6">{phases}</div> }.into_any()
}

fn nothing(words: &'static str) -> AnyView {
    view! { <p class="text-muted">{words}</p> }.into_any()
}

fn question_list(questions: &[TriedQuestion]) -> AnyView {
    let questions = questions
        .iter()
        .map(|question| {
            let purpose = (!question.purpose.is_empty()).then(|| {
                let text = format!("Why: {}", question.purpose);
                view! { <span class="block text-[0.875rem]/5 text-muted">{text}</span> }
            });
            view! {
                <li>
                    <span class="wrap-anywhere" dir="auto">
                        {question.text.clone()}
                    </span>
                    {purpose}
                </li>
            }
        })
        .collect_view();
    view! { <ol class="list-decimal space-y-2 pl-5">{questions}</ol> }.into_any()
}

fn sentences_view(sentences: &[TriedSentence]) -> AnyView {
    let sentences = sentences
        .iter()
        .map(|sentence| {
            let text = sentence.text.trim_end().to_owned();
            let words = if sentence.is_added {
                view! {
                    <span class="sr-only">"From an answer: "</span>
                    <mark>{text}</mark>
                }
                .into_any()
            } else {
                text.into_any()
            };
            view! { {words} " " }
        })
        .collect_view();
    view! {
        <p class="wrap-anywhere" dir="auto">
            {sentences}
        </p>
    }
    .into_any()
}

fn text_view(text: &str, outcome: Option<AnswerOutcome>, citations: &[TriedCitation]) -> AnyView {
    let state = outcome.filter(|outcome| *outcome != AnswerOutcome::Answered).map(|outcome| {
        let words = match outcome {
            AnswerOutcome::NotFound => "The documents don't hold the answer.",
            _ => "No source stands behind this answer.",
        };
        view! { <p class="text-muted">{words}</p> }
    });
    let text = (!text.is_empty()).then(|| {
        view! {
            <p class="whitespace-pre-line wrap-anywhere" dir="auto">
                {text.to_owned()}
            </p>
        }
    });
    let sources = (!citations.is_empty()).then(|| {
        let items = citations
            .iter()
            .map(|citation| {
                view! {
                    <li>
                        <span class="wrap-anywhere">{format!("[{}] {}", citation.number, citation.title)}</span>
                        {quote_view(citation.quote.clone())}
                    </li>
                }
            })
            .collect_view();
        view! {
            <section>
                <h3 class="mb-1">"Sources"</h3>
                <ul class="space-y-2">{items}</ul>
            </section>
        }
    });
    view! { <div class="space-y-4">{state} {text} {sources}</div> }.into_any()
}

fn quote_view(quote: String) -> AnyView {
    view! {
        <span class="mt-0.5 flex items-start gap-1.5 text-[0.875rem]/5 text-muted">
            <span class="mt-0.5">{Icon::Quote.small()}</span>
            <q class="min-w-0 wrap-anywhere" dir="auto">
                {quote}
            </q>
        </span>
    }
    .into_any()
}

fn confidence_words(confidence: Option<f64>) -> Option<String> {
    let confidence = confidence.filter(|confidence| (0.0..=1.0).contains(confidence))?;
    Some(format!("Confidence {:.0}%", confidence * 100.0))
}

fn conditions_view(conditions: &[TriedCondition], confidence: Option<f64>) -> AnyView {
    if conditions.is_empty() {
        return nothing("No contributing condition.");
    }
    let groups = ConditionGroup::ALL
        .iter()
        .filter_map(|group| {
            let items = conditions
                .iter()
                .filter(|condition| condition.group == *group)
                .map(|condition| {
                    view! {
                        <li>
                            <span class="wrap-anywhere" dir="auto">
                                {condition.text.clone()}
                            </span>
                            {condition.quote.clone().map(quote_view)}
                        </li>
                    }
                })
                .collect::<Vec<_>>();
            (!items.is_empty()).then(|| {
                view! {
                    <section>
                        <h3 class="mb-1">{group.label()}</h3>
                        <ul class="list-disc space-y-2 pl-5">{items}</ul>
                    </section>
                }
            })
        })
        .collect_view();
    let confidence =
        confidence_words(confidence).map(|words| view! { <p class="text-[0.875rem] text-muted">{words}</p> });
    view! { <div class="space-y-5">{groups} {confidence}</div> }.into_any()
}

fn classifications_view(classifications: &[TriedClassification]) -> AnyView {
    if classifications.is_empty() {
        return nothing("No classification.");
    }
    let items = classifications
        .iter()
        .map(|classification| {
            let quotes = classification.quotes.iter().cloned().map(quote_view).collect_view();
            let severity = format!("{} severity", classification.severity.label());
            let confidence = confidence_words(classification.confidence)
                .map(|words| view! { <span class="text-[0.875rem] text-muted">{words}</span> });
            view! {
                <li>
                    <span class="flex flex-wrap items-center gap-2">
                        <strong class="font-semibold">{classification.incident_type.label()}</strong>
                        <StatusBadge tone=severity_tone(classification.severity) label=severity />
                        {confidence}
                    </span>
                    {quotes}
                </li>
            }
        })
        .collect_view();
    view! { <ul class="space-y-4">{items}</ul> }.into_any()
}

const fn severity_tone(severity: Severity) -> Tone {
    match severity {
        Severity::High => Tone::Danger,
        Severity::Medium => Tone::Waiting,
        Severity::Low => Tone::Neutral,
    }
}

#[cfg(test)]
mod tests {
    use super::confidence_words;

    #[test]
    fn confidence_is_told_in_whole_percent() {
        let told =
            [0.0, 0.5, 0.826, 0.994, 1.0].map(|confidence| confidence_words(Some(confidence)).unwrap_or_default());
        let expected = ["0%", "50%", "83%", "99%", "100%"].map(|share| format!("Confidence {share}"));
        assert_eq!(told, expected);
        assert_eq!(confidence_words(Some(1.5)), None);
        assert_eq!(confidence_words(None), None);
    }
}
