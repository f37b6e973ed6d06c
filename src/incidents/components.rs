//! Views of incidents that several pages share: status, rows of a list, narrative text.

use super::{
    enhancement::{Sentence, Source},
    incident::OverallStatus,
    paths,
    record::IncidentRow,
};
use crate::{
    ai::{built_in_label, provider::FallbackReason},
    analysis::components::FindingsSummary,
    audit::event::{HistoryEntry, describe},
    ids::{QuestionId, UserId},
    tenants::tenant::TenantSlug,
    ui::{Cell, Column, DataTable, Icon, LinkCell, LocalTime, Row, StatusBadge, Tone},
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use leptos::prelude::*;

/// Where a report stands.
#[component]
pub fn IncidentStatus(status: OverallStatus) -> impl IntoView {
    let (tone, icon) = match status {
        OverallStatus::CapturePending => (Tone::Neutral, Icon::Edit),
        OverallStatus::AnalysisPending => (Tone::Waiting, Icon::Clock),
        OverallStatus::Completed => (Tone::Done, Icon::CheckCircle),
    };
    view! { <StatusBadge tone=tone label=status.label() icon=icon /> }
}

/// What a table of incidents shows of each besides the participant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IncidentColumn {
    /// What happened in one line.
    Headline,
    /// When it happened.
    Event,
    Site,
    Reporter,
    /// Since when a submitted report waits.
    WaitingSince,
    LastChange,
    /// For how many days nobody has touched it.
    Untouched,
    /// Where it stands, and once it is signed off as what.
    Status,
}

impl IncidentColumn {
    const fn label(self) -> &'static str {
        match self {
            Self::Headline => "What happened",
            Self::Event => "When",
            Self::Site => "Site",
            Self::Reporter => "Reporter",
            Self::WaitingSince => "Waiting since",
            Self::LastChange => "Last changed",
            Self::Untouched => "Untouched for",
            Self::Status => "Status",
        }
    }
}

/// Incidents, one a row, the participant first; a row opens its record, the wizard for one's own draft, or
/// with `for_review` the managers' page.
#[component]
pub fn IncidentTable(
    #[prop(into)] caption: String,
    columns: Vec<IncidentColumn>,
    rows: Vec<IncidentRow>,
    tenant: TenantSlug,
    /// Who looks.
    user_id: UserId,
    time_zone: Tz,
    now: DateTime<Utc>,
    #[prop(optional)] for_review: bool,
) -> impl IntoView {
    let heads = std::iter::once(Column::new("Participant"))
        .chain(columns.iter().map(|column| Column::new(column.label())))
        .collect::<Vec<_>>();
    let rows = rows
        .into_iter()
        .map(|row| {
            let href = if for_review { paths::analysis(&tenant, row.id) } else { row_path(&tenant, user_id, &row) };
            let cells = columns.iter().map(|column| cell_view(*column, &row, time_zone, now)).collect_view();
            view! {
                <Row>
                    <LinkCell href=href>
                        <bdi class="inline-block min-w-24 max-w-56 wrap-anywhere">{row.participant_name}</bdi>
                        " "
                        <span class="text-[0.8125rem] font-normal whitespace-nowrap text-muted">
                            {format!("#{}", row.number)}
                        </span>
                    </LinkCell>
                    {cells}
                </Row>
            }
        })
        .collect_view();
    // Between a phone and a desktop the columns may need more room than there is.
    view! {
        <div class="overflow-x-auto">
            <DataTable caption columns=heads>
                {rows}
            </DataTable>
        </div>
    }
    .into_any()
}

/// Where a row leads: to the next step of one's own draft, or else to the record.
pub fn row_path(tenant: &TenantSlug, user_id: UserId, row: &IncidentRow) -> String {
    if row.reporter_id == user_id && row.overall_status == OverallStatus::CapturePending {
        paths::step(tenant, row.id, row.wizard_step)
    } else {
        paths::record(tenant, row.id)
    }
}

fn cell_view(column: IncidentColumn, row: &IncidentRow, tz: Tz, now: DateTime<Utc>) -> AnyView {
    let content = match column {
        IncidentColumn::Headline => {
            let text = row.headline.clone();
            return view! {
                <Cell>
                    <Headline text />
                </Cell>
            }
            .into_any();
        }
        IncidentColumn::Event => view! { <LocalTime instant=row.event_date_time tz now=now /> }.into_any(),
        IncidentColumn::Site => row
            .site_name
            .clone()
            .map(|name| view! { <bdi class="inline-block min-w-20 max-w-56 wrap-anywhere">{name}</bdi> })
            .into_any(),
        IncidentColumn::Reporter => {
            view! { <bdi class="inline-block min-w-20 max-w-56 wrap-anywhere">{row.reporter_name.clone()}</bdi> }
                .into_any()
        }
        IncidentColumn::WaitingSince => {
            // Days count here; the hour matters only on the first.
            row.submitted_at
                .map(|instant| view! { <LocalTime instant tz now=now date_only={(now - instant).num_days() >= 1} /> })
                .into_any()
        }
        IncidentColumn::LastChange => view! { <LocalTime instant=row.updated_at tz now=now /> }.into_any(),
        IncidentColumn::Untouched => days_between(row.updated_at, now).into_any(),
        IncidentColumn::Status => view! {
            <div class="flex flex-col items-start gap-1">
                <IncidentStatus status=row.overall_status />
                <FindingsSummary findings=row.findings.clone() />
            </div>
        }
        .into_any(),
    };
    view! { <Cell label=column.label()>{content}</Cell> }.into_any()
}

fn days_between(instant: DateTime<Utc>, now: DateTime<Utc>) -> String {
    match (now - instant).num_days() {
        1 => "1 day".to_owned(),
        days => format!("{days} days"),
    }
}

/// What happened in one line, or that nothing is told yet.
#[component]
pub fn Headline(text: String) -> impl IntoView {
    let is_empty = text.trim().is_empty();
    view! {
        <span class="block wrap-anywhere sm:min-w-48" class:text-muted=is_empty dir="auto">
            {if is_empty { "Nothing written yet".to_owned() } else { text }}
        </span>
    }
}

/// What a person wrote, with its own line breaks and in its own direction; `empty` where they wrote nothing.
#[component]
pub fn WrittenText(text: String, #[prop(into)] empty: String) -> impl IntoView {
    if text.trim().is_empty() {
        view! { <p class="text-muted">{empty}</p> }.into_any()
    } else {
        view! {
            <p class="whitespace-pre-line wrap-anywhere" dir="auto">
                {text.trim().to_owned()}
            </p>
        }
        .into_any()
    }
}

/// One phase of an enhanced narrative: what an answer added is tinted and opens to the question behind it, what the
/// reporter changed says so.
#[component]
pub fn EnhancedText(
    sentences: Vec<Sentence<QuestionId>>,
    /// The questions that added sentences may come from.
    questions: Vec<(QuestionId, String)>,
) -> impl IntoView {
    if sentences.is_empty() {
        return view! { <p class="text-muted">"Nothing to say about this part."</p> }.into_any();
    }
    let blocks = blocks(&sentences)
        .into_iter()
        .map(|block| match block {
            Block::Told(runs) => told_view(runs),
            Block::Added { question_id, text } => {
                let question = questions.iter().find(|(id, _)| *id == question_id).map(|(_, text)| text.clone());
                added_view(text, question)
            }
        })
        .collect_view();
    view! { <div class="space-y-2">{blocks}</div> }.into_any()
}

/// Sentences of the same source that stand together.
#[derive(Debug, PartialEq, Eq)]
enum Block {
    /// From the account, as it was or as the reporter edited it.
    Told(Vec<Run>),
    /// From the answer to a question.
    Added { question_id: QuestionId, text: String },
}

#[derive(Debug, PartialEq, Eq)]
struct Run {
    text: String,
    is_edited: bool,
}

fn blocks(sentences: &[Sentence<QuestionId>]) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    for sentence in sentences {
        let is_edited = sentence.source == Source::Edited;
        match (blocks.last_mut(), sentence.source) {
            (Some(Block::Added { question_id, text }), Source::Answer { question_id: id }) if *question_id == id => {
                append(text, &sentence.text);
            }
            (_, Source::Answer { question_id }) => {
                blocks.push(Block::Added { question_id, text: sentence.text.clone() });
            }
            (Some(Block::Told(runs)), _) => match runs.last_mut() {
                Some(run) if run.is_edited == is_edited => append(&mut run.text, &sentence.text),
                _ => runs.push(Run { text: sentence.text.clone(), is_edited }),
            },
            (_, _) => blocks.push(Block::Told(vec![Run { text: sentence.text.clone(), is_edited }])),
        }
    }
    blocks
}

/// A sentence that ends in line breaks ends its paragraph; all others have a space between them.
fn append(text: &mut String, sentence: &str) {
    if !text.ends_with('\n') {
        text.push(' ');
    }
    text.push_str(sentence);
}

fn told_view(runs: Vec<Run>) -> AnyView {
    let runs = runs
        .into_iter()
        .map(|run| {
            let note = run.is_edited.then(|| {
                view! { <bdi class="text-[0.8125rem] text-muted">"(edited by the reporter) "</bdi> }
            });
            // A run that ends its paragraph keeps its line breaks after the note.
            let words = run.text.trim_end().to_owned();
            let rest = run.text.get(words.len()..).unwrap_or_default().to_owned();
            view! {
                {words}
                " "
                {note}
                {rest}
            }
        })
        .collect_view();
    view! {
        <p class="whitespace-pre-line wrap-anywhere" dir="auto">
            {runs}
        </p>
    }
    .into_any()
}

/// A native disclosure: it opens without JavaScript, by tap and by keyboard.
fn added_view(text: String, question: Option<String>) -> AnyView {
    let question = question.unwrap_or_else(|| "A question that is no longer there".to_owned());
    view! {
        <details class="min-w-0">
            <summary class="flex min-h-6 items-start gap-1.5 rounded-sm">
                <span class="min-w-0 whitespace-pre-line wrap-anywhere" dir="auto">
                    <span class="sr-only">"From an answer: "</span>
                    <mark>{text.trim().to_owned()}</mark>
                </span>
                <span class="turns mt-0.5 flex text-primary transition-transform">{Icon::ChevronDown.view()}</span>
            </summary>
            <div class="mt-1 mb-2 border-s-2 border-primary ps-3 text-[0.9375rem]">
                <p class="text-[0.8125rem] text-muted">"Added from the answer to"</p>
                <p class="wrap-anywhere" dir="auto">
                    {question}
                </p>
            </div>
        </details>
    }
    .into_any()
}

/// What happened to a record, the oldest first.
#[component]
pub fn HistoryList(entries: Vec<HistoryEntry>, tz: Tz, now: DateTime<Utc>) -> impl IntoView {
    let entries = entries
        .into_iter()
        .map(|entry| {
            view! {
                <li class="flex flex-wrap items-baseline justify-between gap-x-4">
                    <span class="min-w-0">
                        {describe(&entry.action)}
                        <span class="text-muted">
                            " by "
                            <bdi class="wrap-anywhere">
                                {entry.actor_name.unwrap_or_else(|| "SupportSignal".to_owned())}
                            </bdi>
                        </span>
                    </span>
                    <span class="text-[0.9375rem] text-muted">
                        <LocalTime instant=entry.occurred_at tz now=now />
                    </span>
                </li>
            }
        })
        .collect_view();
    view! { <ol class="max-w-2xl space-y-2">{entries}</ol> }.into_any()
}

/// Who prepared a suggestion: "Prepared by: built-in engine, prompt version 1".
pub fn prepared_by(model: &str, prompt_version: Option<i32>, fallback: Option<FallbackReason>) -> String {
    let maker = built_in_label(model).map_or_else(|| model.to_owned(), |label| label.replacen('B', "b", 1));
    let mut words = format!("Prepared by: {maker}");
    if let Some(version) = prompt_version {
        words.push_str(&format!(", prompt version {version}"));
    }
    if let Some(reason) = fallback {
        words.push_str(&format!(", because {}", reason.label()));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::{Block, Run, blocks, prepared_by};
    use crate::{
        ai::{BUILT_IN_WITH_MEANING, provider::FallbackReason},
        ids::QuestionId,
        incidents::enhancement::{Sentence, Source},
    };
    use uuid::Uuid;

    fn sentence(text: &str, source: Source<QuestionId>) -> Sentence<QuestionId> {
        Sentence { text: text.to_owned(), source }
    }

    fn run(text: &str, is_edited: bool) -> Run {
        Run { text: text.to_owned(), is_edited }
    }

    #[test]
    fn sentences_of_one_source_stand_together() {
        let first = QuestionId::from(Uuid::from_u128(1));
        let second = QuestionId::from(Uuid::from_u128(2));
        let told = [
            sentence("Sam fell.\n", Source::Original),
            sentence("I rang.", Source::Original),
            sentence("He was fine.", Source::Edited),
            sentence("Two of us.", Source::Answer { question_id: first }),
            sentence("In the hall.", Source::Answer { question_id: first }),
            sentence("At noon.", Source::Answer { question_id: second }),
            sentence("That was all.", Source::Original),
        ];
        assert_eq!(
            blocks(&told),
            [
                Block::Told(vec![run("Sam fell.\nI rang.", false), run("He was fine.", true)]),
                Block::Added { question_id: first, text: "Two of us. In the hall.".to_owned() },
                Block::Added { question_id: second, text: "At noon.".to_owned() },
                Block::Told(vec![run("That was all.", false)]),
            ]
        );
    }

    #[test]
    fn the_maker_of_a_suggestion_is_named_in_words() {
        assert_eq!(prepared_by("built-in", Some(1), None), "Prepared by: built-in engine, prompt version 1");
        assert_eq!(
            prepared_by(BUILT_IN_WITH_MEANING, Some(1), None),
            "Prepared by: built-in engine (words and meaning), prompt version 1"
        );
        assert_eq!(prepared_by("claude-x", None, None), "Prepared by: claude-x");
        assert_eq!(
            prepared_by("built-in", None, Some(FallbackReason::TimedOut)),
            "Prepared by: built-in engine, because the provider took too long"
        );
    }
}
