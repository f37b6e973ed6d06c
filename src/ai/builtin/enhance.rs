//! Enhancement: the account's own sentences tidied, then the answers', each with its source.
//!
//! No fact is added and none changed. Figures, names, drug names, doses and negations stay as they
//! were typed; every word that comes out was typed by the worker, or stands in [`LABELS`], or
//! replaces its misspelling from [`CORRECTIONS`]. What isn't certain stays as it is.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use unicode_segmentation::UnicodeSegmentation;

use super::language::sentence_spans;

/// Misspellings that can only mean one word. Nothing here is also a name, a drug or another word.
pub const CORRECTIONS: &[(&str, &str)] = &[
    ("accidently", "accidentally"),
    ("agressive", "aggressive"),
    ("alot", "a lot"),
    ("ambulence", "ambulance"),
    ("ambulace", "ambulance"),
    ("apparantly", "apparently"),
    ("arguement", "argument"),
    ("assesment", "assessment"),
    ("basicly", "basically"),
    ("bathrom", "bathroom"),
    ("becuase", "because"),
    ("becasue", "because"),
    ("beggining", "beginning"),
    ("begining", "beginning"),
    ("beleive", "believe"),
    ("beleived", "believed"),
    ("breakfest", "breakfast"),
    ("brusie", "bruise"),
    ("definately", "definitely"),
    ("diferent", "different"),
    ("embarassed", "embarrassed"),
    ("finaly", "finally"),
    ("freind", "friend"),
    ("gaurd", "guard"),
    ("happend", "happened"),
    ("hopsital", "hospital"),
    ("hospitol", "hospital"),
    ("immediatly", "immediately"),
    ("immediatley", "immediately"),
    ("independant", "independent"),
    ("kichen", "kitchen"),
    ("kithcen", "kitchen"),
    ("knifes", "knives"),
    ("lisence", "licence"),
    ("maintainance", "maintenance"),
    ("medcation", "medication"),
    ("medicaton", "medication"),
    ("medicaiton", "medication"),
    ("neccessary", "necessary"),
    ("noticable", "noticeable"),
    ("occured", "occurred"),
    ("occurence", "occurrence"),
    ("ocurred", "occurred"),
    ("parmedic", "paramedic"),
    ("paramedix", "paramedics"),
    ("prefered", "preferred"),
    ("realy", "really"),
    ("recieve", "receive"),
    ("recieved", "received"),
    ("refered", "referred"),
    ("refering", "referring"),
    ("seperate", "separate"),
    ("seperated", "separated"),
    ("siezure", "seizure"),
    ("seizue", "seizure"),
    ("sudenly", "suddenly"),
    ("suport", "support"),
    ("supose", "suppose"),
    ("tabelt", "tablet"),
    ("tommorow", "tomorrow"),
    ("tommorrow", "tomorrow"),
    ("tomorow", "tomorrow"),
    ("toliet", "toilet"),
    ("untill", "until"),
    ("usualy", "usually"),
    ("verbaly", "verbally"),
    ("wensday", "Wednesday"),
    ("whech", "which"),
    ("wheelchiar", "wheelchair"),
    ("wheelchar", "wheelchair"),
    ("wich", "which"),
    ("writting", "writing"),
    ("yesturday", "yesterday"),
];

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

/// Doubled words that are always a slip; "had had", "that that" and "no no" can be meant.
const NEVER_DOUBLED: &[&str] = &[
    "the", "a", "an", "and", "of", "to", "in", "on", "at", "was", "were", "is", "with", "for", "he", "she", "they",
    "i", "his", "my", "their", "we", "from", "by", "into", "then", "because",
];

/// Words that make an answer a sentence of its own: it says who, or what was.
const SENTENCE_WORDS: &[&str] = &[
    "i", "he", "she", "they", "we", "it", "you", "was", "were", "is", "are", "had", "has", "have", "did", "didn't",
    "didnt", "wasn't", "wasnt", "said", "told", "rang", "called", "asked", "went", "came", "gave", "took", "saw",
    "checked", "helped", "stayed", "wrote", "there", "i'm", "i've", "it's", "that's", "there's", "will", "can",
    "could", "would", "should", "seemed", "looked", "felt", "started", "stopped", "happened",
];

/// An answer to a clarification question, as the worker typed it.
#[derive(Debug, Clone, Copy)]
pub struct AnsweredQuestion<'a, Q> {
    pub question_id: Q,
    /// "during.injury"; the bare key "injury" works too.
    pub topic: &'a str,
    pub question: &'a str,
    pub answer: &'a str,
}

/// Where a sentence of the enhanced text comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Source<Q> {
    /// The account as first written.
    Original,
    /// The answer to this question.
    Answer { question_id: Q },
    /// Changed by a person on review.
    Edited,
}

/// One sentence with its source. A text that ends in line breaks ends its paragraph.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sentence<Q> {
    pub text: String,
    pub source: Source<Q>,
}

/// Enhanced text of one phase: the original's sentences tidied, then the answers' sentences.
pub fn enhance<Q: Copy>(original: &str, answers: &[AnsweredQuestion<'_, Q>]) -> Vec<Sentence<Q>> {
    let mut sentences: Vec<Sentence<Q>> =
        tidied(original, None).into_iter().map(|text| Sentence { text, source: Source::Original }).collect();
    for answered in answers {
        let source = Source::Answer { question_id: answered.question_id };
        let label = label(answered.topic);
        sentences.extend(tidied(answered.answer, label).into_iter().map(|text| Sentence { text, source }));
    }
    close_paragraph(&mut sentences);
    sentences
}

/// The sentences as one text: a space between them, or the line breaks that a sentence ends in.
pub fn join<Q>(sentences: &[Sentence<Q>]) -> String {
    let mut text = String::new();
    for sentence in sentences {
        if !text.is_empty() && !text.ends_with('\n') {
            text.push(' ');
        }
        text.push_str(&sentence.text);
    }
    text
}

/// Re-traces an edited text: sentences unchanged keep their source, the rest are Edited.
///
/// Unchanged means the same words and signs; only the line breaks around them may differ. Each
/// previous sentence is used once, so that a copied sentence doesn't borrow a source.
pub fn retrace<Q: Copy>(previous: &[Sentence<Q>], edited: &str) -> Vec<Sentence<Q>> {
    let mut places: HashMap<String, Vec<usize>> = HashMap::new();
    for (place, sentence) in previous.iter().enumerate().rev() {
        places.entry(squeezed(&sentence.text)).or_default().push(place);
    }
    let mut used = vec![false; previous.len()];
    let mut next = 0;
    let mut sentences = Vec::new();
    let mut spans = sentence_spans(edited).into_iter().peekable();
    let mut position = 0;
    while position < edited.len() {
        let rest = &edited[position..];
        let blank = rest.len() - rest.trim_start().len();
        if blank > 0 {
            position += blank;
            continue;
        }
        while spans.next_if(|span| span.end <= position).is_some() {}
        // In the old order first: what we call a sentence may look like half or two to the splitter.
        let (length, source) = match in_order(previous, &used, next, rest) {
            Some(length) => {
                used[next] = true;
                next += 1;
                (length, previous[next - 1].source)
            }
            None => {
                let end = spans.peek().map_or(edited.len(), |span| span.end);
                let moved = places.get_mut(&squeezed(&edited[position..end])).and_then(|places| {
                    while let Some(place) = places.pop() {
                        if !used[place] {
                            return Some(place);
                        }
                    }
                    None
                });
                if let Some(place) = moved {
                    used[place] = true;
                    next = place + 1;
                }
                (end - position, moved.map_or(Source::Edited, |place| previous[place].source))
            }
        };
        let body = edited[position..position + length].trim_end();
        let after = &edited[position + body.len()..];
        let gap = &after[..after.len() - after.trim_start().len()];
        sentences.push(Sentence { text: with_paragraph_end(body, gap), source });
        position += length;
    }
    close_paragraph(&mut sentences);
    sentences
}

/// The length of the next previous sentence, if the text goes on with exactly that.
fn in_order<Q>(previous: &[Sentence<Q>], used: &[bool], next: usize, rest: &str) -> Option<usize> {
    let expected = previous.get(next).filter(|_| !used[next])?.text.trim();
    let after = rest.strip_prefix(expected).filter(|_| !expected.is_empty())?;
    let closed = expected.ends_with(['.', '!', '?', '…', '。']);
    let line_ends = after[..after.len() - after.trim_start().len()].contains('\n');
    let followed =
        previous.get(next + 1).is_some_and(|following| after.trim_start().starts_with(following.text.trim()));
    let apart =
        after.trim().is_empty() || (after.starts_with(char::is_whitespace) && (closed || line_ends || followed));
    apart.then_some(expected.len())
}

/// The label for a topic, given as "phase.key" or "key".
fn label(topic: &str) -> Option<&'static str> {
    LABELS
        .iter()
        .find(|(key, _)| *key == topic || key.split_once('.').is_some_and(|(_, bare)| bare == topic))
        .map(|(_, label)| *label)
}

fn tidied(text: &str, label: Option<&str>) -> Vec<String> {
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

/// One space between words, misspellings from the table, "i" as "I", no doubled small words.
fn tidy_words(raw: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    for word in raw.split_whitespace() {
        let doubled = words.last().is_some_and(|previous| {
            previous.to_lowercase() == word.to_lowercase() && NEVER_DOUBLED.contains(&word.to_lowercase().as_str())
        });
        if doubled {
            continue;
        }
        match words.last_mut() {
            // " ," and " ." are slips of the thumb; "..." and "?!" are not.
            Some(previous)
                if matches!(word, "," | "." | ";" | "!" | "?") && previous.ends_with(char::is_alphanumeric) =>
            {
                previous.push_str(word);
            }
            _ => words.push(spelt(word)),
        }
    }
    words.join(" ")
}

/// A word with its signs around it, the letters corrected if the table has them.
fn spelt(word: &str) -> String {
    let Some(start) = word.find(char::is_alphanumeric) else { return word.to_owned() };
    let end = word
        .char_indices()
        .rev()
        .find(|(_, letter)| letter.is_alphanumeric())
        .map_or(word.len(), |(position, letter)| position + letter.len_utf8());
    let core = &word[start..end];
    let (before, after) = (&word[..start], &word[end..]);
    let pronoun = matches!(core, "i" | "i'm" | "i've" | "i'd" | "i'll" | "i’m" | "i’ve" | "i’d" | "i’ll");
    // "i" with a bracket or full stop is a list's number or "i.e."
    if pronoun && !after.starts_with([')', '.']) && before.is_empty() {
        return format!("I{}{after}", &core[1..]);
    }
    let lower = core.to_lowercase();
    match CORRECTIONS.iter().find(|(wrong, _)| *wrong == lower) {
        Some((_, right)) if core.starts_with(char::is_uppercase) => format!("{before}{}{after}", capitalised(right)),
        Some((_, right)) => format!("{before}{right}{after}"),
        None => word.to_owned(),
    }
}

/// First letter large, unless the word is written in its own way ("iPad", "mL") or has a figure.
fn capitalised(text: &str) -> String {
    let Some(first) = text.chars().next() else { return String::new() };
    let word = text.split_whitespace().next().unwrap_or(text);
    let own_way = word.chars().skip(1).any(|letter| letter.is_uppercase() || letter.is_numeric());
    if own_way || !first.is_lowercase() || word.contains(['@', '/', '_']) {
        return text.to_owned();
    }
    first.to_uppercase().chain(text.chars().skip(1)).collect()
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

fn with_paragraph_end(sentence: &str, raw: &str) -> String {
    let tail = &raw[raw.trim_end().len()..];
    match tail.matches('\n').count() {
        0 => sentence.to_owned(),
        1 => format!("{sentence}\n"),
        _ => format!("{sentence}\n\n"),
    }
}

/// The last sentence has no paragraph to end.
fn close_paragraph<Q>(sentences: &mut [Sentence<Q>]) {
    if let Some(last) = sentences.last_mut() {
        last.text.truncate(last.text.trim_end().len());
    }
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(original: &str) -> Vec<String> {
        enhance::<u8>(original, &[]).into_iter().map(|sentence| sentence.text).collect()
    }

    fn answered<'a>(question_id: u8, topic: &'a str, answer: &'a str) -> AnsweredQuestion<'a, u8> {
        AnsweredQuestion { question_id, topic, question: "", answer }
    }

    const ACCOUNTS: &[&str] = &[
        "",
        " \n ",
        "0730 found on floor. nil injury seen.",
        "i was in the the kitchen when Rosa fell .she did not hit her head\n\ncalled ambulence, they recieved 2.5 mg no more",
        "gave Epilim 200mg at 8pm. not 400. Never had had this b4",
        "iPad broke. e.g. the screen. Dr. Nguyen said ok (no scan)",
        "我在厨房。他跌倒了",
        "سقط على الأرض. لم يصب بأذى",
        "😀 😀😀 ok",
        "1) he fell\n2) i helped\n- rang mum",
        "\"no\" she said. \"i don't want it\"",
        "e\u{301}cole ... what?! ok",
        "He fell\r\n\r\nshe came",
        "Same. Same. Same.",
    ];

    #[test]
    fn tidies_how_it_is_written() {
        assert_eq!(
            texts("i was in the the kitchen  when she fell. she definately didnt hit her head"),
            ["I was in the kitchen when she fell.", "She definitely didnt hit her head."]
        );
        assert_eq!(texts("0730 found on floor , nil injury seen"), ["0730 found on floor, nil injury seen."]);
        assert_eq!(texts("iPad broke. i'm ok"), ["iPad broke.", "I'm ok."]);
    }

    #[test]
    fn an_answer_that_needs_its_topic_gets_its_label() {
        let sentences = enhance(
            "He fell.",
            &[
                answered(1, "after.who_told", "team lead and mum"),
                answered(2, "during.injury", "i saw a bruise. left arm"),
            ],
        );
        let texts: Vec<&str> = sentences.iter().map(|sentence| sentence.text.as_str()).collect();
        assert_eq!(texts, ["He fell.", "Told: team lead and mum.", "I saw a bruise.", "Left arm."]);
        assert_eq!(sentences[1].source, Source::Answer { question_id: 1 });
        assert_eq!(sentences[3].source, Source::Answer { question_id: 2 });
    }

    #[test]
    fn no_fact_is_added_or_changed() {
        let words = |text: &str| text.unicode_words().map(str::to_lowercase).collect::<Vec<_>>();
        let count = |text: &str, keep: fn(&str) -> bool| {
            let mut kept: Vec<String> = words(text).into_iter().filter(|word| keep(word)).collect();
            kept.sort();
            kept
        };
        let figures = |word: &str| word.contains(|letter: char| letter.is_numeric());
        let denials =
            |word: &str| matches!(word, "no" | "not" | "nil" | "never" | "none" | "without") || word.ends_with("n't");
        for account in ACCOUNTS {
            for answer in ACCOUNTS {
                let all = format!("{account}\n{answer}");
                let out = join(&enhance(account, &[answered(1, "after.who_told", answer)]));
                assert_eq!(count(&out, figures), count(&all, figures), "{all}");
                assert_eq!(count(&out, denials), count(&all, denials), "{all}");
                let known = words(&all);
                for word in words(&out) {
                    let label = LABELS.iter().any(|(_, label)| words(label).contains(&word));
                    let corrected = CORRECTIONS.iter().any(|(_, right)| words(right).contains(&word));
                    assert!(known.contains(&word) || label || corrected, "{word} in {out}");
                }
            }
        }
    }

    #[test]
    fn corrections_never_touch_figures_negations_or_each_other() {
        for (wrong, right) in CORRECTIONS {
            assert!(wrong.chars().all(char::is_alphabetic) && !CORRECTIONS.iter().any(|(other, _)| other == right));
        }
    }

    #[test]
    fn an_untouched_text_keeps_its_sources() {
        for account in ACCOUNTS {
            for answer in ACCOUNTS {
                let sentences =
                    enhance(account, &[answered(7, "end.safety", answer), answered(8, "end.duration", "10 mins")]);
                assert_eq!(retrace(&sentences, &join(&sentences)), sentences, "{account:?} {answer:?}");
            }
        }
    }

    #[test]
    fn a_changed_sentence_is_edited_and_only_that() {
        let previous = enhance(
            "He fell. I helped.",
            &[answered(1, "after.who_told", "mum"), answered(2, "end.safety", "Mopped it.")],
        );
        let traced = retrace(&previous, "He fell over. I helped. New one. Told: mum.");
        let sources: Vec<Source<u8>> = traced.iter().map(|sentence| sentence.source).collect();
        assert_eq!(sources, [Source::Edited, Source::Original, Source::Edited, Source::Answer { question_id: 1 }]);
        let swapped = retrace(&previous, "I helped. He fell. He fell.");
        let sources: Vec<Source<u8>> = swapped.iter().map(|sentence| sentence.source).collect();
        assert_eq!(sources, [Source::Original, Source::Original, Source::Edited]);
        assert!(retrace(&previous, " \n").is_empty());
    }

    #[test]
    fn paragraphs_stay_paragraphs() {
        assert_eq!(join(&enhance::<u8>("he fell\n\nshe came. ok\nend", &[])), "He fell.\n\nShe came. Ok.\nEnd.");
    }

    #[test]
    fn a_very_long_text_is_no_trouble() {
        let long = "he fell and i helped him up. ".repeat(1_800);
        let sentences = enhance::<u8>(&long, &[]);
        assert_eq!(retrace(&sentences, &join(&sentences)), sentences);
        let one_word = "x".repeat(50_000);
        assert_eq!(enhance::<u8>(&one_word, &[]).len(), 1);
    }
}
