//! An analysis in the document: what was suggested beside what people decided, and the sign-off.

use super::{fact, moment};
use crate::{
    analysis::{
        analysis::{Condition, ConditionGroup, Evidence, SuggestedClassification, Verdict, confidence_in_words},
        record::{Analysis, Classification, SuggestionMaker},
    },
    incidents::{
        components::prepared_by,
        export::{ExportedAnalysis, IncidentExport},
    },
    pdf::Block,
};

/// Everything about one analysis.
pub fn blocks(export: &IncidentExport, one: &ExportedAnalysis) -> Vec<Block> {
    let analysis = &one.analysis;
    let title = if one.is_current { "Analysis" } else { "Former analysis" };
    let mut blocks = vec![Block::Section(title.to_owned()), Block::Facts(facts(export, analysis))];
    blocks.push(Block::Subsection("Classifications".to_owned()));
    if analysis.classifications.is_empty() {
        blocks.push(Block::Paragraph("None.".to_owned()));
    }
    blocks.extend(analysis.classifications.iter().flat_map(|one| classification(export, one)));
    blocks.extend(conditions("Contributing conditions", &analysis.conditions));
    if let Some(maker) = &analysis.conditions_maker {
        blocks.push(Block::Note(format!("{}.", made_by(maker, analysis.conditions_confidence))));
    }
    if let Some(suggested) = analysis.suggested_conditions.as_ref().filter(|_| analysis.has_edited_conditions()) {
        blocks.extend(conditions("Contributing conditions as they were suggested", suggested));
    }
    blocks
}

fn facts(export: &IncidentExport, analysis: &Analysis) -> Vec<(String, String)> {
    let when = |instant: Option<_>| instant.map_or("Not yet".to_owned(), |instant| moment(export, instant));
    let who = |name: &Option<String>, instant| match name {
        Some(name) => format!("{name}, {}", when(instant)),
        None => "Nobody yet".to_owned(),
    };
    vec![
        fact("State", analysis.state.label()),
        fact("Suggested", when(analysis.analyzed_at)),
        fact("Last reviewed by", who(&analysis.reviewer_name, analysis.reviewed_at)),
        fact("Signed off by", who(&analysis.completer_name, analysis.completed_at)),
        fact("Changes by people", analysis.revision_count.to_string()),
    ]
}

fn classification(export: &IncidentExport, one: &Classification) -> Vec<Block> {
    let decision = match one.verdict {
        Verdict::Undecided => "not decided yet",
        Verdict::Kept if one.suggested.is_none() => "added by a person",
        Verdict::Kept if one.is_overruled() => "changed by a person",
        Verdict::Kept => "accepted",
        Verdict::Dismissed => "dismissed",
    };
    let line = format!("{}, severity {}: {decision}", one.incident_type.label(), one.severity.label());
    let mut blocks = vec![Block::Paragraph(line)];
    blocks.extend(one.evidence.iter().map(quote));
    if !one.notes.trim().is_empty() {
        blocks.push(Block::Paragraph(format!("Note: {}", one.notes.trim())));
    }
    blocks.extend(one.suggested.as_ref().map(suggestion));
    blocks.extend(one.maker.as_ref().map(|maker| Block::Note(format!("{}.", made_by(maker, None)))));
    let people = [("Added by", &one.author_name), ("Decided by", &one.reviewer_name)];
    for (deed, name) in people.into_iter().filter_map(|(deed, name)| Some((deed, name.as_ref()?))) {
        let when = one.reviewed_at.map(|instant| format!(", {}", moment(export, instant))).unwrap_or_default();
        blocks.push(Block::Note(format!("{deed} {name}{when}.")));
    }
    blocks
}

fn suggestion(suggested: &SuggestedClassification) -> Block {
    let quotes: Vec<_> = suggested.evidence.iter().map(|evidence| format!("\"{}\"", evidence.quote)).collect();
    Block::Note(format!(
        "Suggested: {}, severity {} ({}). Evidence: {}",
        suggested.incident_type.label(),
        suggested.severity.label(),
        confidence_in_words(suggested.confidence),
        if quotes.is_empty() { "none".to_owned() } else { quotes.join("; ") },
    ))
}

fn quote(evidence: &Evidence) -> Block {
    Block::Quote(format!("\"{}\" ({})", evidence.quote, evidence.phase.label()))
}

fn made_by(maker: &SuggestionMaker, confidence: Option<f32>) -> String {
    let words = prepared_by(&maker.model, maker.prompt_version, maker.fallback);
    match confidence {
        Some(confidence) => format!("{words} ({})", confidence_in_words(confidence)),
        None => words,
    }
}

fn conditions(title: &str, conditions: &[Condition]) -> Vec<Block> {
    let mut blocks = vec![Block::Subsection(title.to_owned())];
    if conditions.is_empty() {
        blocks.push(Block::Paragraph("None.".to_owned()));
    }
    for group in ConditionGroup::ALL {
        for condition in conditions.iter().filter(|condition| condition.group == *group) {
            blocks.push(Block::Paragraph(format!("{}: {}", group.label(), condition.text)));
            blocks.extend(condition.evidence.as_ref().map(quote));
        }
    }
    blocks
}
