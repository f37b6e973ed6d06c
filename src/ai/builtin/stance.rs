//! How an account means a word: that it happened, didn't, nearly did, might, is planned, or was long ago.

#[cfg(test)]
mod tests;

use super::cue::{Cue, NEGATIONS, is_nobody};
use super::language::{Found, Text, Word};
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// How the account means the words of a cue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stance {
    /// It happened.
    Told,
    /// It happened once, or happens at times.
    Past,
    /// It nearly happened.
    Near,
    /// It didn't happen, or isn't so.
    Denied,
    /// It could have happened, might, or is feared.
    Possible,
    /// A plan, a rule or an intention.
    Planned,
}

/// Words that take back the nouns after them, also across "and" and commas.
const NONE_OF: &[&str] = &["no", "nil", "without", "denied", "denies", "none", "neither", "nor", "zero"];
/// After these a negation takes back something else ("without warning he hit me").
const OTHER_SENSE: &[&str] = &[
    "warning",
    "reason",
    "idea",
    "provocation",
    "notice",
    "doubt",
    "one",
    "body",
    "longer",
    "only",
    "matter",
    "choice",
    "sure",
    "able",
    "saying",
    "telling",
    "asking",
    "knowing",
    "help",
    "staff",
    "luck",
];
/// What wasn't seen or stopped happened all the same.
const SEEN_OR_STOPPED: &[&str] = &[
    "see",
    "saw",
    "hear",
    "heard",
    "notice",
    "noticed",
    "witness",
    "witnessed",
    "know",
    "knew",
    "realise",
    "realised",
    "realize",
    "expect",
    "understand",
    "stop",
    "prevent",
    "control",
    "calm",
    "redirect",
    "sure",
    "until",
    "only",
    "just",
    "help",
    "hold",
    "tell",
    "told",
];
/// Where a new clause begins, which an earlier "not" doesn't reach.
const CLAUSES: &[&str] = &[
    "but", "then", "so", "because", "although", "though", "however", "when", "while", "until", "who", "which", "after",
    "where", "since",
];
const NEARLY: &[&str] = &["nearly", "almost", "narrowly"];
const MODALS: &[&str] = &["could", "might", "may", "would", "should"];
const PERCEIVED: &[&str] = &["hear", "see", "feel", "smell", "not", "barely", "hardly", "only"];
const FEARED: &[&str] =
    &["unless", "whether", "risk", "avoid", "prevent", "worried", "concerned", "afraid", "fear", "scared", "lest"];
const PREVENTED: &[&str] =
    &["caught", "grabbed", "stopped", "noticed", "steadied", "pulled", "intervened", "spotted", "got", "took", "saw"];
const INTENDED: &[&str] =
    &["will", "must", "remind", "reminded", "ensure", "watch", "monitor", "protocol", "policy", "training"];
const PLANS: &[&str] = &["plan", "bsp", "protocol", "policy", "chart"];
const SUBJECTS: &[&str] = &["he", "she", "they", "i", "we"];

static TAKEN_BACK_AFTER: LazyLock<Vec<Cue>> = LazyLock::new(|| {
    parse(&[
        "@not|nil|none needed|required|necessary|called|involved|found|seen|noted|present|evident|observed|visible|\
         warranted|contacted|obvious|apparent|indicated|damaged|broken|hurt|injured|considered",
        "never + question",
    ])
});

static LONG_AGO: LazyLock<Vec<Cue>> = LazyLock::new(|| {
    parse(&[
        "usually|normally|often|sometimes|always|previously|typically|generally|occasionally|hx|used_to|gets",
        "in past",
        "history of",
        "known to|for",
        "last week|month|year|time|mth|november|december|january|june|july|august|september|october",
        "days|weeks|months|years|week|month|year ago",
        "prior to",
        "every time",
        "in 2019|2020|2021|2022|2023|2024",
        "says if",
        "plan|bsp|policy|protocol|profile + says|describes|states|is|notes|lists",
        "on previous|other",
        "before has|he's|she's",
    ])
});

static THIS_TIME: LazyLock<Vec<Cue>> = LazyLock::new(|| {
    parse(&["today|tonight|now|suddenly", "again", "this time|morning|afternoon|evening|arvo", "at #"])
});

static TO_THE_READER: LazyLock<Vec<Cue>> = LazyLock::new(|| {
    parse(&[
        "ignore|disregard|forget|override + instructions|instruction|prompt|prompts|rules|above|previous",
        "classify|rate|mark|score|label|grade|set + as|low|medium|high + severity|low|high|medium",
        "classify|classified|classification",
        "you are + assistant|ai|model|language|bot",
        "system|assistant|user prompt",
        "severity + low|medium|high",
    ])
});

fn parse(cues: &[&str]) -> Vec<Cue> {
    cues.iter().map(|cue| Cue::parse(cue)).collect()
}

/// The sentences that tell of other days.
pub fn past_sentences(text: &Text<'_>) -> BTreeSet<usize> {
    let past = sentences_with(text, &LONG_AGO);
    past.difference(&sentences_with(text, &THIS_TIME)).copied().collect()
}

fn sentences_with(text: &Text<'_>, cues: &[Cue]) -> BTreeSet<usize> {
    let places = cues.iter().flat_map(|cue| cue.matches(text));
    places.filter_map(|found| text.words().get(found.first)).map(Word::sentence).collect()
}

/// The words with which somebody talks to a classifier instead of telling what happened.
pub fn words_to_the_reader(text: &Text<'_>) -> BTreeSet<usize> {
    TO_THE_READER.iter().flat_map(|cue| cue.matches(text)).flat_map(|found| found.first..=found.last).collect()
}

/// How the words of a cue are meant; `speaks_of_lack` tells that the cue has its own negation.
pub fn stance(text: &Text<'_>, found: Found, speaks_of_lack: bool) -> Stance {
    let inner = text.words().get(found.first + 1..found.last).unwrap_or_default();
    if !speaks_of_lack && inner.iter().any(|word| NEGATIONS.contains(&word.text.as_str())) {
        return Stance::Denied;
    }
    before(text, found).or_else(|| after(text, found)).unwrap_or(Stance::Told)
}

/// What lies between a word and the cue, going back from it.
#[derive(Default)]
struct WayBack {
    steps: usize,
    over_and: bool,
    over_comma: bool,
    over_subject: bool,
}

fn before(text: &Text<'_>, found: Found) -> Option<Stance> {
    let words = text.words();
    let sentence = words.get(found.first)?.sentence();
    let mut way = WayBack::default();
    for position in (0..found.first).rev().take(12) {
        let word = &words[position];
        let gap = text.gap_after(position);
        if word.sentence() != sentence || gap.contains([':', ';']) || gap.contains(" - ") {
            return None;
        }
        way.over_comma |= gap.contains([',', '(', ')', '–', '—', '\n', '"', '“', '”', '/']);
        let word = word.text.as_str();
        if CLAUSES.contains(&word) {
            return None;
        }
        way.over_and |= word == "and";
        if let Some(stance) = at(words, position, found, &way) {
            return Some(stance);
        }
        way.over_subject |= way.steps >= 1 && SUBJECTS.contains(&word);
        way.steps += 1;
    }
    None
}

/// What one word before the cue makes of it.
fn at(words: &[Word], position: usize, found: Found, way: &WayBack) -> Option<Stance> {
    let word = words[position].text.as_str();
    let near = (NEARLY.contains(&word) && way.steps <= 4)
        || (word == "about" && way.steps <= 2 && is(words, position + 1, &["to"]))
        || is_prevented(words, position, way);
    if near {
        return Some(Stance::Near);
    }
    if is_denied(words, position, found, way) {
        return Some(Stance::Denied);
    }
    if is_possible(words, position, found, way) {
        return Some(Stance::Possible);
    }
    is_planned(words, position, way).then_some(Stance::Planned)
}

fn is_denied(words: &[Word], position: usize, found: Found, way: &WayBack) -> bool {
    let word = words[position].text.as_str();
    if way.over_subject || is(words, position + 1, OTHER_SENSE) {
        return false;
    }
    if NONE_OF.contains(&word) {
        return way.steps <= 6;
    }
    let seen = words[position + 1..found.first].iter().any(|word| SEEN_OR_STOPPED.contains(&word.text.as_str()));
    if way.over_and || way.over_comma || seen {
        return false;
    }
    let nobody = is_nobody(words, position) || word == "nothing";
    (nobody && way.steps <= 3) || (NEGATIONS.contains(&word) && way.steps <= 5)
}

fn is_possible(words: &[Word], position: usize, found: Found, way: &WayBack) -> bool {
    let word = words[position].text.as_str();
    let earlier = |options: &[&str]| position > 0 && is(words, position - 1, options);
    let any = |from: usize, options: &[&str]| {
        words.get(from..=found.last).unwrap_or_default().iter().any(|word| options.contains(&word.text.as_str()))
    };
    match word {
        "have" => earlier(&["could", "would", "might", "may"]),
        "if" => {
            !earlier(&["as", "even"])
                && ((way.steps < 8 && !way.over_comma) || any(position, &["would", "could", "might"]))
        }
        "case" => earlier(&["in"]) && !way.over_comma,
        _ if MODALS.contains(&word) => {
            let perceived =
                words[position + 1..=found.first].iter().any(|word| PERCEIVED.contains(&word.text.as_str()));
            way.steps <= 4 && !way.over_comma && !way.over_and && !way.over_subject && !perceived
        }
        _ => FEARED.contains(&word) && way.steps <= 5 && !way.over_comma && !way.over_and,
    }
}

/// "I caught him before he fell".
fn is_prevented(words: &[Word], position: usize, way: &WayBack) -> bool {
    let word = &words[position];
    word.text == "before"
        && way.steps <= 4
        && !way.over_comma
        && words[..position]
            .iter()
            .any(|other| other.sentence() == word.sentence() && PREVENTED.contains(&other.text.as_str()))
}

fn is_planned(words: &[Word], position: usize, way: &WayBack) -> bool {
    let word = words[position].text.as_str();
    let earlier = |options: &[&str]| position > 0 && is(words, position - 1, options);
    if word == "to" {
        return way.steps <= 3 && earlier(&["are", "is", "need", "needs", "have"]);
    }
    let intended = INTENDED.contains(&word) || (word == "says" && earlier(PLANS));
    intended && way.steps <= 5 && !way.over_comma && !way.over_subject
}

fn after(text: &Text<'_>, found: Found) -> Option<Stance> {
    let words = text.words();
    let sentence = words.get(found.last)?.sentence();
    let following = |most: usize| {
        let rest = words.get(found.last + 1..).unwrap_or_default();
        rest.iter().take(most).take_while(move |word| word.sentence() == sentence)
    };
    let taken_back = TAKEN_BACK_AFTER.iter().flat_map(|cue| cue.matches(text)).any(|denial| {
        let between = words.get(found.last + 1..denial.first).unwrap_or_default();
        (found.last + 1..=found.last + 3).contains(&denial.first)
            && words[denial.first].sentence() == sentence
            && !between.iter().any(|word| matches!(word.text.as_str(), "and" | "but"))
    });
    if taken_back || following(3).any(|word| matches!(word.text.as_str(), "nil" | "none")) {
        return Some(Stance::Denied);
    }
    following(4).any(|word| word.text == "if").then_some(Stance::Possible)
}

fn is(words: &[Word], position: usize, options: &[&str]) -> bool {
    words.get(position).is_some_and(|word| options.contains(&word.text.as_str()))
}

/// Whether the writer did it ("I pushed the wheelchair", "we got him up and held the door").
pub fn is_writers_doing(text: &Text<'_>, first: usize, is_other: impl Fn(&str) -> bool) -> bool {
    /// What is found, seen or suffered is nobody's doing.
    const SUFFERED: &[&str] = &[
        "could", "couldn't", "couldnt", "cannot", "can't", "lost", "lose", "did", "didn't", "didnt", "found", "find",
        "search", "not", "heard", "saw", "see", "look", "no", "nowhere", "being", "got", "was", "were", "had",
        "thought", "argument",
    ];
    const PASSIVE: &[&str] = &["was", "were", "got", "get", "been", "being", "am", "is", "are"];
    const WRITER: &[&str] = &["i", "we", "i've", "i'd", "i'm", "we'd"];
    const OTHERS: &[&str] = &[
        "he", "she", "they", "who", "it", "that", "her", "him", "them", "he's", "she's", "they're", "everyone",
        "someone", "but", "when", "because", "while", "as",
    ];
    let words = text.words();
    let Some(start) = words.get(first) else { return false };
    if SUFFERED.iter().any(|begin| start.text.starts_with(begin)) {
        return false;
    }
    let earlier = || words[..first].iter().rev().take_while(|word| word.sentence() == start.sentence());
    if earlier().next().is_some_and(|word| PASSIVE.contains(&word.text.as_str())) {
        return false;
    }
    for word in earlier().take(8) {
        let lower = word.text.as_str();
        if WRITER.contains(&lower) {
            return true;
        }
        if OTHERS.contains(&lower) || word.is_person() || word.is_participant() || is_other(lower) {
            return false;
        }
    }
    false
}
