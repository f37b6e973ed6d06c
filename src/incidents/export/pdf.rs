//! The record as a document to read: what happened first, who did what when last.

mod analysis;

use super::{ExportedQuestion, IncidentExport};
use crate::{
    ai::BUILT_IN,
    incidents::{
        components::prepared_by,
        enhancement::{Enhancement, Source},
        narrative::Phase,
        record::NarrativeVersion,
    },
    pdf::{Block, Document, PdfError, render},
    ui::format_moment,
};
use chrono::{DateTime, Utc};

/// Makes the file. Keeps a processor busy: call it on a blocking thread.
pub fn write(export: &IncidentExport) -> Result<Vec<u8>, PdfError> {
    render(&document(export))
}

fn document(export: &IncidentExport) -> Document {
    let number = export.details.number;
    let mut blocks = head(export);
    blocks.extend(account(export));
    blocks.extend(questions(export));
    blocks.extend(export.analyses.iter().flat_map(|one| analysis::blocks(export, one)));
    blocks.extend(returns(export));
    blocks.extend(older_versions(export));
    blocks.extend(history(export));
    Document {
        title: format!("Report #{number}"),
        footer: format!("{}, report #{number}", export.organisation),
        made_at: export.exported_at,
        blocks,
    }
}

/// Moments as the organisation tells them.
fn moment(export: &IncidentExport, instant: DateTime<Utc>) -> String {
    format_moment(instant, export.time_zone)
}

fn or_not_given(text: &str) -> String {
    let text = text.trim();
    if text.is_empty() { "Not given".to_owned() } else { text.to_owned() }
}

fn fact(name: &str, value: impl Into<String>) -> (String, String) {
    (name.to_owned(), value.into())
}

fn head(export: &IncidentExport) -> Vec<Block> {
    let details = &export.details;
    let mut facts = vec![
        fact("Participant", &details.participant_name),
        fact("When", moment(export, details.event_date_time)),
        fact("Where", or_not_given(&details.location)),
        fact("Site", or_not_given(details.site_name.as_deref().unwrap_or_default())),
        fact("Reporter", &details.reporter_name),
        fact("Report", details.capture_status.label()),
        fact("Analysis", details.analysis_status.label()),
        fact("Started", moment(export, details.created_at)),
        fact("Submitted", details.submitted_at.map_or("Not yet".to_owned(), |instant| moment(export, instant))),
    ];
    if !details.late_reason.trim().is_empty() {
        facts.push(fact("Why it was reported late", details.late_reason.trim()));
    }
    let saved = format!(
        "{}. Saved as a file by {} on {} ({}). This document holds personal and health information.",
        export.organisation,
        export.exported_by,
        moment(export, export.exported_at),
        export.time_zone.name(),
    );
    vec![
        Block::Title(format!("Report #{}: {}", details.number, details.participant_name)),
        Block::Note(saved),
        Block::Section("The incident".to_owned()),
        Block::Facts(facts),
    ]
}

fn account(export: &IncidentExport) -> Vec<Block> {
    let mut blocks = vec![Block::Section("The account".to_owned())];
    let Some(current) = export.versions.first() else {
        blocks.push(Block::Paragraph("Nothing was written.".to_owned()));
        return blocks;
    };
    blocks.extend(version(export, current));
    blocks
}

/// The reporter's words, and beside them what the enhancement made of them.
fn version(export: &IncidentExport, version: &NarrativeVersion) -> Vec<Block> {
    let written = format!(
        "Version {} by {}, written {}, last changed {}.",
        version.version,
        version.author_name,
        moment(export, version.created_at),
        moment(export, version.updated_at)
    );
    let mut blocks = vec![Block::Note(written)];
    for phase in Phase::ALL {
        blocks.push(Block::Subsection(phase.label().to_owned()));
        blocks.push(Block::Paragraph(or_not_written(version.narrative.phase(phase))));
    }
    if let Some(enhancement) = &version.enhancement {
        blocks.push(Block::Subsection("Enhanced narrative".to_owned()));
        blocks.push(Block::Note(enhanced_by(version, enhancement)));
        for phase in Phase::ALL {
            blocks.extend(enhanced_phase(export, enhancement, phase));
        }
    }
    blocks
}

fn or_not_written(text: &str) -> String {
    let text = text.trim();
    if text.is_empty() { "Nothing written about this part.".to_owned() } else { text.to_owned() }
}

fn enhanced_by(version: &NarrativeVersion, enhancement: &Enhancement) -> String {
    let model = version.enhanced_by_model.as_deref().unwrap_or(BUILT_IN);
    let maker = prepared_by(model, version.prompt_version, version.fallback);
    let edited = if enhancement.is_edited() { ", then edited by the reporter" } else { "" };
    format!("{maker}{edited}. Sentences that come from an answer name the question below their phase.")
}

/// The text of a phase, and below it the questions whose answers are in it.
fn enhanced_phase(export: &IncidentExport, enhancement: &Enhancement, phase: Phase) -> Vec<Block> {
    let text = enhancement.text(phase);
    if text.trim().is_empty() {
        return Vec::new();
    }
    let mut blocks = vec![Block::Paragraph(format!("{}: {}", phase.label(), text.trim()))];
    for sentence in enhancement.sentences(phase) {
        if let Source::Answer { question_id } = &sentence.source {
            let question = export.question_text(*question_id).unwrap_or("a question that was asked");
            blocks.push(Block::Note(format!("\"{}\" comes from the answer to: {question}", sentence.text.trim())));
        }
    }
    blocks
}

fn questions(export: &IncidentExport) -> Vec<Block> {
    if export.questions.is_empty() {
        return Vec::new();
    }
    let mut blocks = vec![Block::Section("Questions and answers".to_owned())];
    for phase in Phase::ALL {
        let asked: Vec<_> = export.questions.iter().filter(|asked| asked.question.phase == phase).collect();
        if !asked.is_empty() {
            blocks.push(Block::Subsection(phase.label().to_owned()));
            blocks.extend(asked.into_iter().flat_map(|asked| question(export, asked)));
        }
    }
    blocks
}

fn question(export: &IncidentExport, asked: &ExportedQuestion) -> Vec<Block> {
    let question = &asked.question;
    let answer = match &question.answer {
        Some(answer) if answer.not_known => "Doesn't know / doesn't apply".to_owned(),
        Some(answer) if !answer.text.is_empty() => answer.text.clone(),
        _ => "Not answered".to_owned(),
    };
    let answered = asked
        .answered_by
        .as_ref()
        .zip(asked.answered_at)
        .map(|(person, instant)| format!(" Answered by {person}, {}.", moment(export, instant)));
    let withdrawn = if asked.is_withdrawn { " No longer asked after a later version of the account." } else { "" };
    let note = format!(
        "Asked {} about version {}. {}.{}{withdrawn}",
        moment(export, asked.asked_at),
        asked.narrative_version,
        prepared_by(&question.ai_model, Some(question.prompt_version), question.fallback),
        answered.unwrap_or_default(),
    );
    vec![
        Block::Paragraph(question.text.clone()),
        Block::Quote(answer),
        Block::Note(format!("Why it was asked: {}", question.purpose)),
        Block::Note(note),
    ]
}

fn returns(export: &IncidentExport) -> Vec<Block> {
    if export.returns.is_empty() {
        return Vec::new();
    }
    let mut blocks = vec![Block::Section("Sent back to the reporter".to_owned())];
    for one in &export.returns {
        blocks.push(Block::Quote(one.question.clone()));
        let answered = one.answered_at.map_or("not submitted again yet".to_owned(), |instant| {
            format!("submitted again {}", moment(export, instant))
        });
        blocks.push(Block::Note(format!("Asked by {}, {}; {answered}.", one.asked_by, moment(export, one.asked_at))));
    }
    blocks
}

fn older_versions(export: &IncidentExport) -> Vec<Block> {
    let older = export.versions.get(1..).unwrap_or_default();
    if older.is_empty() {
        return Vec::new();
    }
    let mut blocks = vec![Block::Section("Earlier versions of the account".to_owned())];
    blocks.extend(older.iter().flat_map(|one| version(export, one)));
    blocks
}

fn history(export: &IncidentExport) -> Vec<Block> {
    let facts = export
        .history
        .iter()
        .map(|event| {
            let actor = event.actor_name.as_deref().unwrap_or("SupportSignal");
            (moment(export, event.occurred_at), format!("{}, {actor}", event.description))
        })
        .collect();
    vec![Block::Section("History".to_owned()), Block::Facts(facts)]
}
