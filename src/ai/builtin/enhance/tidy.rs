//! Sentences as they would be typed with time: capitals, full stops, and a label where an answer needs one.

use super::spelling::{capitalised, tidy_words};
use crate::ai::builtin::language::sentence_spans;
use unicode_segmentation::UnicodeSegmentation;

/// Lead-ins by topic for an answer that is no sentence of its own ("team lead and mum").
pub const LABELS: &[(&str, &str)] = &[
    ("before.people_present", "Present"),
    ("before.setting", "Setting"),
    ("before.activity", "Activity before"),
    ("before.mood", "Mood before"),
    ("before.trigger", "Possible trigger"),
    ("before.early_signs", "Early signs"),
    ("before.support_plan", "Support plan"),
    ("during.sequence", "What happened"),
    ("during.time", "Time"),
    ("during.place", "Place"),
    ("during.behaviour", "Behaviour"),
    ("during.injury", "Injury"),
    ("during.immediate_action", "Action taken"),
    ("during.witnesses", "Witnesses"),
    ("during.words_said", "Words said"),
    ("during.medication", "Medication"),
    ("during.equipment", "Equipment"),
    ("end.de_escalation", "De-escalation"),
    ("end.duration", "Duration"),
    ("end.participant_state", "Participant at the end"),
    ("end.injury_check", "Injury check"),
    ("end.safety", "Safety"),
    ("end.staff_role", "Staff roles"),
    ("after.who_told", "Told"),
    ("after.medical_follow_up", "Medical follow-up"),
    ("after.participant_wellbeing", "Participant afterwards"),
    ("after.monitoring", "Monitoring"),
    ("after.records", "Records"),
    ("after.prevention", "Prevention"),
    ("after.family_contact", "Family contact"),
];

/// Words that make an answer a sentence of its own: it says who, or what was.
const SENTENCE_WORDS: &[&str] = &[
    "i", "he", "she", "they", "we", "it", "you", "was", "were", "is", "are", "had", "has", "have", "did", "didn't",
    "didnt", "wasn't", "wasnt", "said", "told", "rang", "called", "asked", "went", "came", "gave", "took", "saw",
    "checked", "helped", "stayed", "wrote", "there", "i'm", "i've", "it's", "that's", "there's", "will", "can",
    "could", "would", "should", "seemed", "looked", "felt", "started", "stopped", "happened",
];

/// The label for a topic, given as "phase.key" or "key".
pub fn label(topic: &str) -> Option<&'static str> {
    LABELS
        .iter()
        .find(|(key, _)| *key == topic || key.split_once('.').is_some_and(|(_, bare)| bare == topic))
        .map(|(_, label)| *label)
}

/// The sentences of a text; the first of an answer gets the label that it needs to be understood.
pub fn tidied(text: &str, label: Option<&str>) -> Vec<String> {
    let spans = sentence_spans(text);
    let mut sentences: Vec<String> = Vec::new();
    for (position, span) in spans.iter().enumerate() {
        let raw = &text[span.clone()];
        let words = tidy_words(raw);
        if words.is_empty() {
            continue;
        }
        let lead = label.filter(|_| sentences.is_empty() && is_fragment(&words));
        let body = match lead {
            Some(label) => format!("{label}: {words}"),
            None => capitalised(&words),
        };
        let mut sentence = with_full_stop(body, &words);
        // A run of lines stays a run of lines.
        if position + 1 < spans.len() {
            sentence = with_paragraph_end(&sentence, raw);
        }
        sentences.push(sentence);
    }
    sentences
}

/// Adds a full stop where a sentence of letters ends without any sign.
fn with_full_stop(mut sentence: String, words: &str) -> String {
    let latin = words.chars().filter(|letter| letter.is_alphabetic()).all(|letter| letter < '\u{250}');
    if latin
        && words.contains(char::is_alphabetic)
        && words.ends_with(|letter: char| letter.is_alphanumeric() || letter == ')')
    {
        sentence.push('.');
    }
    sentence
}

/// An answer that says neither who nor what was needs its topic to be understood.
fn is_fragment(answer: &str) -> bool {
    let mut words = answer.unicode_words();
    let short = answer.unicode_words().count() <= 12;
    short
        && !answer.contains(['?', '"', '“', ':'])
        && !words.any(|word| SENTENCE_WORDS.contains(&word.to_lowercase().replace('’', "'").as_str()))
}

/// A sentence with the line breaks that `raw`, as it was typed, ends in.
pub fn with_paragraph_end(sentence: &str, raw: &str) -> String {
    let tail = &raw[raw.trim_end().len()..];
    match tail.matches('\n').count() {
        0 => sentence.to_owned(),
        1 => format!("{sentence}\n"),
        _ => format!("{sentence}\n\n"),
    }
}
