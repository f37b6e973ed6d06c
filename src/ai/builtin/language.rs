//! Reading an account: sentences, words and cues, tolerant of how tired people write.
//!
//! A *cue* is a small pattern that shows that something is told:
//! - `rang|phon*` is one word out of several; `*` stands for any ending;
//! - a space means next to each other (an article or "his", "her" may stand between);
//! - ` + ` means later in the same sentence, at most six words on;
//! - `#` is a number, in figures or words; `@time` a time of day; `@person` a capitalised name
//!   other than the participant's; `@self` the participant's name; `@quote` speech in quotation marks; `@long` three sentences.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

/// Words that may stand between two neighbours of a cue without changing its sense.
pub(super) const FILLERS: &[&str] =
    &["the", "a", "an", "his", "her", "their", "my", "our", "some", "up", "it", "him", "them"];

/// Words that turn what follows into something that didn't happen.
const DENIALS: &[&str] = &[
    "no", "not", "nil", "without", "never", "nothing", "none", "denied", "denies", "cannot", "nearly", "almost",
    "didn't", "didnt", "wasn't", "wasnt", "isn't", "isnt", "hasn't", "hasnt", "hadn't", "hadnt", "don't", "dont",
    "couldn't", "couldnt", "doesn't", "doesnt", "weren't", "werent", "won't", "wont", "avoid", "prevent", "risk",
];

const NUMBER_WORDS: &[&str] = &[
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "fifteen", "twenty", "thirty",
    "forty", "half", "couple", "few", "several",
];

/// Capitalised words that are no person in these accounts.
const NOT_A_PERSON: &[&str] = &[
    "i",
    "i'm",
    "i've",
    "i'd",
    "i'll",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "christmas",
    "easter",
    "webster",
    "panadol",
    "nurofen",
    "epilim",
    "ventolin",
    "seroquel",
    "maccas",
    "woolies",
    "woolworths",
    "coles",
    "bunnings",
    "kmart",
    "aldi",
    "medicare",
    "english",
    "auslan",
    "police",
    "house",
    "hospital",
    "street",
    "park",
    "centre",
    "netflix",
    "youtube",
    "bluey",
    "ipad",
    "uber",
    "team",
    "lead",
    "leader",
    "manager",
    "mum",
    "dad",
    "dr",
    "mr",
    "mrs",
    "ms",
];

/// Words that end a clause when a few words are quoted.
const CLAUSE_STARTS: &[&str] = &["and", "but", "then", "so", "because", "when", "while", "which", "who", "until"];

/// Shortenings whose full stop doesn't end a sentence.
const SHORTENINGS: &[&str] = &["dr", "mr", "mrs", "ms", "st", "approx", "e.g", "i.e", "eg", "ie", "vs", "prof"];

/// Words whose full stop ends a sentence only before a capital.
const HALF_SHORTENINGS: &[&str] = &["etc", "a.m", "p.m", "min", "mins", "hr", "hrs", "appt", "temp"];

/// One word of an account.
#[derive(Debug, Clone)]
pub struct Word {
    /// Lower case, straight apostrophes, spelling nudged towards the vocabulary.
    pub text: String,
    /// Byte range in the account.
    pub range: Range<usize>,
    sentence: usize,
    name: Named,
}

impl Word {
    /// Which sentence or passage it stands in, counted from 0.
    pub fn sentence(&self) -> usize {
        self.sentence
    }

    /// Whether it is a name other than the participant's.
    pub fn is_person(&self) -> bool {
        self.name == Named::Other
    }

    /// Whether it is the participant's name.
    pub fn is_participant(&self) -> bool {
        self.name == Named::Participant
    }
}

/// Whose name a word may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Named {
    Nobody,
    Participant,
    Other,
}

/// One phase of an account, read once and asked many cues.
#[derive(Debug)]
pub struct Text<'a> {
    raw: &'a str,
    words: Vec<Word>,
    index: BTreeMap<String, Vec<usize>>,
    spans: Vec<Range<usize>>,
}

/// The words that a cue was found in: indices of the first and the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    pub first: usize,
    pub last: usize,
}

impl<'a> Text<'a> {
    /// Reads a text; `name` is the participant's, which counts as no other person.
    pub fn read(raw: &'a str, name: &str, vocabulary: &Vocabulary) -> Self {
        Self::read_spans(raw, name, sentence_spans(raw), |word, _| vocabulary.nearest(word))
    }

    /// Reads a text whose sentences or passages are known; `spell` is given each word and whether it
    /// looks like a name, and answers the word that is meant.
    pub fn read_spans(
        raw: &'a str,
        name: &str,
        spans: Vec<Range<usize>>,
        spell: impl Fn(&str, bool) -> String,
    ) -> Self {
        let own: BTreeSet<String> = name.unicode_words().map(normal).collect();
        let mut words: Vec<Word> = Vec::new();
        let mut spellings: BTreeMap<(String, bool), String> = BTreeMap::new();
        for (sentence, span) in spans.iter().enumerate() {
            let mut opening = true;
            for (offset, piece) in raw[span.clone()].unicode_word_indices() {
                for part in split_at_figures(piece) {
                    let start = span.start + offset + part.start;
                    let written = &piece[part.clone()];
                    let lower = normal(written);
                    let name = if own.contains(lower.trim_end_matches("'s")) {
                        Named::Participant
                    } else if !opening && looks_like_name(written) && !NOT_A_PERSON.contains(&lower.as_str()) {
                        Named::Other
                    } else {
                        Named::Nobody
                    };
                    let text = spellings
                        .entry((lower, name != Named::Nobody))
                        .or_insert_with_key(|(word, is_name)| spell(word, *is_name))
                        .clone();
                    words.push(Word { text, range: start..start + written.len(), sentence, name });
                    opening = false;
                }
            }
        }
        join_compounds(&mut words);
        let mut index: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (position, word) in words.iter().enumerate() {
            index.entry(word.text.clone()).or_default().push(position);
        }
        Self { raw, words, index, spans }
    }

    /// All words, in order.
    pub fn words(&self) -> &[Word] {
        &self.words
    }

    /// A sentence or passage as the account has it, without the space and the bullet around it.
    pub fn sentence(&self, number: usize) -> &'a str {
        let span = self.spans.get(number).cloned().unwrap_or_default();
        let sentence = &self.raw[span];
        sentence.trim().trim_start_matches(['-', '*', '•', '–', '·']).trim_start()
    }

    /// What stands between a word and the next one.
    pub fn gap_after(&self, position: usize) -> &'a str {
        match (self.words.get(position), self.words.get(position + 1)) {
            (Some(left), Some(right)) => &self.raw[left.range.end..right.range.start],
            _ => "",
        }
    }

    /// Whether there is too little to call it an account of the phase ("nil", "n/a", "").
    pub fn is_blank(&self) -> bool {
        self.words.len() < 3
    }

    /// The first place where one of the cues stands, denied or not ("nil injury" tells of injury).
    pub fn find(&self, cues: &[&str]) -> Option<Found> {
        cues.iter().filter_map(|cue| self.matches(cue).next()).min_by_key(|found| found.first)
    }

    /// Every place where a cue stands and isn't denied.
    pub fn find_affirmed<'t>(&'t self, cue: &'t str) -> impl Iterator<Item = Found> + 't {
        self.matches(cue).filter(|found| !self.is_denied(found.first))
    }

    /// Every place where a cue stands.
    pub fn matches<'t>(&'t self, cue: &'t str) -> impl Iterator<Item = Found> + 't {
        let (mut starts, rest) = match cue {
            "@quote" => (self.quoted_speech().into_iter().collect(), Vec::new()),
            "@long" if self.spans.len() >= 3 && !self.words.is_empty() => (vec![0], Vec::new()),
            "@long" => (Vec::new(), Vec::new()),
            _ => {
                let mut steps = parse(cue).into_iter();
                let head = steps.next().map_or_else(Vec::new, |step| step.options);
                let starts: Vec<usize> = head.iter().flat_map(|option| self.positions(option)).collect();
                (starts, steps.collect())
            }
        };
        starts.sort_unstable();
        starts.dedup();
        starts.into_iter().filter_map(move |first| self.follow(first, &rest).map(|last| Found { first, last }))
    }

    /// Whether a place is in the first sentence, which says what happened in one line.
    pub fn in_first_sentence(&self, found: Found) -> bool {
        self.words.get(found.first).is_some_and(|word| word.sentence == 0)
    }

    /// Whether a place opens its sentence, where a capital means nothing.
    pub fn opens_sentence(&self, found: Found) -> bool {
        let before = found.first.checked_sub(1).and_then(|position| self.words.get(position));
        before.is_none_or(|before| self.words.get(found.first).is_some_and(|word| word.sentence != before.sentence))
    }

    /// The words as the account has them.
    pub fn words_of(&self, found: Found) -> &'a str {
        match (self.words.get(found.first), self.words.get(found.last)) {
            (Some(first), Some(last)) => &self.raw[first.range.start..last.range.end],
            _ => "",
        }
    }

    /// The clause around a place, at most `limit` words and 60 characters, as the account has it.
    pub fn clause(&self, found: Found, limit: usize) -> String {
        let mut first = found.first;
        let mut last = found.last.min(found.first + limit.saturating_sub(1));
        while first > 0 && last - first + 1 < limit && !self.clause_breaks_between(first - 1) {
            first -= 1;
        }
        while last + 1 < self.words.len() && last - first + 1 < limit && !self.clause_breaks_between(last) {
            last += 1;
        }
        // "1" of "1am" alone would say something else.
        while last + 1 < self.words.len() && self.words[last].range.end == self.words[last + 1].range.start {
            last += 1;
        }
        // A quote that opens with "and" or closes on "the" reads as a mistake of ours.
        while first < found.first && CLAUSE_STARTS.contains(&self.words[first].text.as_str()) {
            first += 1;
        }
        while last > found.last && DANGLING.contains(&self.words[last].text.as_str()) {
            last -= 1;
        }
        let mut quote = clean(self.words_of(Found { first, last }));
        while quote.chars().count() > 60 && last > first {
            last -= 1;
            quote = clean(self.words_of(Found { first, last }));
        }
        cut(&quote, 60)
    }

    /// The opening clauses of the first sentences that have at least three words.
    pub fn openings(&self, limit: usize) -> Vec<String> {
        let mut openings = Vec::new();
        for (position, word) in self.words.iter().enumerate() {
            let opens = position == 0 || self.words[position - 1].sentence != word.sentence;
            let long = self.words.get(position + 2).is_some_and(|third| third.sentence == word.sentence);
            if openings.len() == 8 {
                break;
            }
            if opens && long {
                openings.push(self.clause(Found { first: position, last: position + 2 }, limit));
            }
        }
        openings
    }

    fn is_denied(&self, position: usize) -> bool {
        let sentence = self.words[position].sentence;
        self.words[..position]
            .iter()
            .rev()
            .take(3)
            .take_while(|word| word.sentence == sentence)
            .any(|word| DENIALS.contains(&word.text.as_str()))
    }

    fn quoted_speech(&self) -> Option<usize> {
        let open = self.raw.find(['"', '“', '‘', '«'])?;
        self.words.iter().position(|word| word.range.start > open)
    }

    fn positions(&self, option: &str) -> Vec<usize> {
        if let Some(stem) = option.strip_suffix('*') {
            let tail = self.index.range(stem.to_owned()..).take_while(|(word, _)| word.starts_with(stem));
            return tail.flat_map(|(_, places)| places.iter().copied()).collect();
        }
        match option {
            "#" | "@time" | "@person" | "@self" => {
                (0..self.words.len()).filter(|position| self.word_is(*position, option)).collect()
            }
            _ => self.index.get(option).cloned().unwrap_or_default(),
        }
    }

    fn word_is(&self, position: usize, option: &str) -> bool {
        let Some(word) = self.words.get(position) else { return false };
        match option {
            "#" => is_number(&word.text),
            "@time" => self.is_time(position),
            "@person" => word.name == Named::Other,
            "@self" => word.name == Named::Participant,
            _ => match option.strip_suffix('*') {
                Some(stem) => word.text.starts_with(stem),
                None => word.text == option,
            },
        }
    }

    fn is_time(&self, position: usize) -> bool {
        let word = &self.words[position];
        let next = self.words.get(position + 1).map_or("", |word| word.text.as_str());
        let figures = word.text.bytes().all(|byte| byte.is_ascii_digit());
        let clock = |text: &str, most: u32| text.parse::<u32>().is_ok_and(|value| value <= most);
        if figures && word.text.len() == 4 {
            return clock(&word.text[..2], 23) && clock(&word.text[2..], 59);
        }
        if figures && word.text.len() <= 2 {
            let between = self.words.get(position + 1).map_or("", |after| &self.raw[word.range.end..after.range.start]);
            return matches!(next, "am" | "pm" | "a.m" | "p.m" | "o'clock" | "oclock" | "hrs")
                || ((between == ":" || between == ".") && next.len() == 2 && clock(next, 59) && clock(&word.text, 23));
        }
        // "10.30" is one word to UAX 29.
        word.text
            .split_once('.')
            .is_some_and(|(hour, minute)| minute.len() == 2 && clock(hour, 23) && clock(minute, 59))
    }

    fn follow(&self, first: usize, rest: &[Step<'_>]) -> Option<usize> {
        let mut last = first;
        for step in rest {
            let sentence = self.words[first].sentence;
            let reach = if step.far { 6 } else { 2 };
            let next = (last + 1..=last + reach)
                .take_while(|position| self.words.get(*position).is_some_and(|word| word.sentence == sentence))
                .find(|position| {
                    let between = &self.words[last + 1..*position];
                    (step.far || between.iter().all(|word| FILLERS.contains(&word.text.as_str())))
                        && step.options.iter().any(|option| self.word_is(*position, option))
                })?;
            last = next;
        }
        Some(last)
    }

    fn clause_breaks_between(&self, position: usize) -> bool {
        let (left, right) = (&self.words[position], &self.words[position + 1]);
        left.sentence != right.sentence
            || CLAUSE_STARTS.contains(&right.text.as_str())
            || self.raw[left.range.end..right.range.start]
                .contains([',', ';', ':', '(', ')', '–', '—', '"', '“', '”', '\n', '/'])
    }
}

/// Words that a quote doesn't end on.
const DANGLING: &[&str] = &[
    "the", "a", "an", "his", "her", "their", "my", "our", "to", "of", "in", "on", "at", "with", "for", "from", "was",
    "is", "by", "as", "that", "and", "or", "i", "he", "she", "they", "into", "about", "had", "were", "did", "if",
];

/// One step of a cue: a word out of several, next to the one before it or further on.
struct Step<'c> {
    options: Vec<&'c str>,
    far: bool,
}

fn parse(cue: &str) -> Vec<Step<'_>> {
    let mut far = false;
    let mut steps = Vec::new();
    for part in cue.split_whitespace() {
        if part == "+" {
            far = true;
        } else {
            steps.push(Step { options: part.split('|').collect(), far });
            far = false;
        }
    }
    steps
}

/// The words of all cues, so that a misspelt word of an account still counts as the one meant.
#[derive(Debug, Default)]
pub struct Vocabulary {
    whole: BTreeSet<String>,
    stems: BTreeSet<String>,
}

impl Vocabulary {
    /// Collects the words of cues; words under six letters are too easily another word.
    pub fn of<'c>(cues: impl IntoIterator<Item = &'c str>) -> Self {
        let mut vocabulary = Self::default();
        for option in cues.into_iter().flat_map(|cue| cue.split([' ', '|'])) {
            match option.strip_suffix('*') {
                Some(stem) => vocabulary.stems.insert(stem.to_owned()),
                None => vocabulary.whole.insert(option.to_owned()),
            };
        }
        vocabulary
    }

    fn nearest(&self, word: &str) -> String {
        let letters: Vec<char> = word.chars().take(25).collect();
        if letters.len() < 6 || letters.len() > 24 {
            return word.to_owned();
        }
        let known = self.whole.contains(word)
            || (1..=letters.len()).any(|length| self.stems.contains(&letters[..length].iter().collect::<String>()));
        if known {
            return word.to_owned();
        }
        let initial = letters[0].to_string();
        let alike = |set: &BTreeSet<String>, whole: bool| {
            set.range(initial.clone()..)
                .take_while(|candidate| candidate.starts_with(&initial))
                .find(|candidate| {
                    let target: Vec<char> = candidate.chars().collect();
                    if target.len() < 6 {
                        return false;
                    }
                    let span = if whole { letters.len() } else { target.len().min(letters.len()) };
                    // "showed" is no slip for "shower": endings make other words.
                    let same_end = !whole || letters.last() == target.last();
                    same_end && within_one_slip(&letters[..span], &target)
                })
                .cloned()
        };
        alike(&self.whole, true).or_else(|| alike(&self.stems, false)).unwrap_or_else(|| word.to_owned())
    }
}

/// Whether two words differ by at most one letter added, dropped, changed or swapped.
fn within_one_slip(left: &[char], right: &[char]) -> bool {
    let same_start = left.iter().zip(right).take_while(|(a, b)| a == b).count();
    let (left, right) = (&left[same_start..], &right[same_start..]);
    let same_end = left.iter().rev().zip(right.iter().rev()).take_while(|(a, b)| a == b).count();
    let (left, right) = (&left[..left.len() - same_end], &right[..right.len() - same_end]);
    match (left, right) {
        ([], []) | ([_], [] | [_]) | ([], [_]) => true,
        ([a, b], [c, d]) => a == d && b == c,
        _ => false,
    }
}

/// Byte ranges of the sentences of a text, trailing space included; together they are the text.
///
/// UAX 29, with two changes: a full stop ends a sentence before a small letter too (many people
/// write without capitals), and one after a common shortening doesn't.
pub fn sentence_spans(text: &str) -> Vec<Range<usize>> {
    let mut spans: Vec<Range<usize>> = Vec::new();
    for (start, piece) in text.split_sentence_bound_indices() {
        for part in split_before_small_letters(piece) {
            let range = start + part.start..start + part.end;
            match spans.last_mut() {
                Some(previous)
                    if ends_in_shortening(&text[previous.clone()], SHORTENINGS) || piece.trim().is_empty() =>
                {
                    previous.end = range.end;
                }
                _ => spans.push(range),
            }
        }
    }
    spans
}

fn split_before_small_letters(piece: &str) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut stop_seen = false;
    let mut space_seen = false;
    for (position, letter) in piece.char_indices() {
        if letter.is_whitespace() {
            space_seen = stop_seen;
        } else if matches!(letter, '.' | '!' | '?') {
            stop_seen = true;
        } else {
            if space_seen
                && letter.is_alphanumeric()
                && !ends_in_shortening(&piece[start..position], SHORTENINGS)
                && !ends_in_shortening(&piece[start..position], HALF_SHORTENINGS)
            {
                parts.push(start..position);
                start = position;
            }
            (stop_seen, space_seen) = (false, false);
        }
    }
    parts.push(start..piece.len());
    parts
}

fn ends_in_shortening(sentence: &str, shortenings: &[&str]) -> bool {
    if sentence.ends_with(['\n', '\r']) {
        return false;
    }
    let Some(body) = sentence.trim_end().strip_suffix('.') else { return false };
    let last = body.rsplit(|letter: char| letter.is_whitespace() || letter == '(').next().unwrap_or(body);
    let initial = last.chars().count() == 1 && last.chars().all(char::is_uppercase);
    initial || shortenings.contains(&last.to_lowercase().as_str())
}

/// A text on one line: control characters become spaces, double quotation marks single.
pub fn clean(text: &str) -> String {
    let plain: String = text
        .chars()
        .map(|letter| match letter {
            '"' | '“' | '”' => '\'',
            // Direction overrides could make our own words read backwards.
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => ' ',
            letter if letter.is_control() => ' ',
            letter => letter,
        })
        .collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// At most `limit` characters, cut between graphemes.
pub fn cut(text: &str, limit: usize) -> String {
    let mut length = 0;
    text.graphemes(true)
        .take_while(|grapheme| {
            length += grapheme.chars().count();
            length <= limit
        })
        .collect()
}

fn normal(word: &str) -> String {
    word.to_lowercase().replace('’', "'")
}

pub(super) fn is_number(word: &str) -> bool {
    word.starts_with(|letter: char| letter.is_ascii_digit()) || NUMBER_WORDS.contains(&word)
}

fn looks_like_name(word: &str) -> bool {
    let mut letters = word.chars();
    letters.next().is_some_and(char::is_uppercase) && letters.next().is_some_and(char::is_lowercase)
}

/// "5min" and "3pm" are two words to the reader.
fn split_at_figures(word: &str) -> impl Iterator<Item = Range<usize>> {
    let figures = word.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(word.len());
    let splits = figures > 0 && word[figures..].starts_with(char::is_alphabetic);
    let middle = if splits { figures } else { 0 };
    [0..middle, middle..word.len()].into_iter().filter(|part| !part.is_empty())
}

/// "on call" is a person in this field, not a verb.
fn join_compounds(words: &mut [Word]) {
    for position in 1..words.len() {
        if words[position].text == "call" && words[position - 1].text == "on" {
            "oncall".clone_into(&mut words[position].text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(raw: &str) -> Text<'_> {
        Text::read(raw, "Rosa", &Vocabulary::of(["ambulan*", "kitchen", "settl*", "wheelchair", "shower"]))
    }

    #[test]
    fn sentences_together_are_the_text() {
        for raw in [
            "",
            "  ",
            "One. Two! three? four",
            "no caps. he fell. then ok",
            "a\n\nb\r\nc.",
            "我跌倒了。他来了。",
            "سقط. ثم قام.",
            "😀😀",
        ] {
            let spans = sentence_spans(raw);
            let joined: String = spans.iter().map(|span| &raw[span.clone()]).collect();
            assert_eq!(joined, raw);
        }
    }

    #[test]
    fn sentences_end_where_people_end_them() {
        let parts =
            |raw: &'static str| sentence_spans(raw).into_iter().map(|span| raw[span].trim()).collect::<Vec<_>>();
        assert_eq!(parts("he fell. he cried."), ["he fell.", "he cried."]);
        assert_eq!(
            parts("Dr. Nguyen came. Gave 2.5 mg at 3 p.m. to him."),
            ["Dr. Nguyen came.", "Gave 2.5 mg at 3 p.m. to him."]
        );
        assert_eq!(parts("I respected the no. I left."), ["I respected the no.", "I left."]);
        assert_eq!(parts("Waited 10 mins. Then rang."), ["Waited 10 mins.", "Then rang."]);
        assert_eq!(parts("no stop\nnext line"), ["no stop", "next line"]);
    }

    #[test]
    fn cues_are_found_as_people_write_them() {
        let note = text(
            "called the ambulence. she was in her wheelchiar, 3pm, told her mum and Priya. on-call rung 5min later",
        );
        assert!(note.find(&["called ambulan*"]).is_some());
        assert!(note.find(&["wheelchair"]).is_some());
        assert!(note.find(&["@time"]).is_some());
        assert!(note.find(&["told mum"]).is_some());
        assert!(note.find(&["told + @person"]).is_some());
        assert!(note.find(&["oncall"]).is_some());
        assert!(note.find(&["# min"]).is_some());
        assert!(note.find(&["called + mum"]).is_none(), "another sentence");
    }

    #[test]
    fn another_word_is_no_misspelling() {
        assert!(text("he showed me").find(&["shower"]).is_none());
        assert!(text("ate the chicken").find(&["kitchen"]).is_none());
    }

    #[test]
    fn denied_words_are_told_but_not_affirmed() {
        let note = text("nil injury seen. She fell. He did not fall");
        assert!(note.find(&["injury"]).is_some());
        assert!(note.find_affirmed("injury").next().is_none());
        assert_eq!(note.find_affirmed("fell").count(), 1);
        assert!(note.find_affirmed("fall").next().is_none());
    }

    #[test]
    fn times_are_times_and_numbers_are_not() {
        for raw in ["0730 found", "at 7.30 he", "at 10:15 he", "at 3 pm", "3pm"] {
            assert!(text(raw).find(&["@time"]).is_some(), "{raw}");
        }
        for raw in ["room 12", "9999 steps", "2.5 mg"] {
            assert!(text(raw).find(&["@time"]).is_none(), "{raw}");
        }
    }

    #[test]
    fn a_clause_is_short_and_one_line() {
        let raw = format!("{} fell \u{202e}over\nthere", "x".repeat(300));
        let note = text(&raw);
        let found = note.find(&["fell"]).unwrap();
        let clause = note.clause(found, 9);
        assert!(clause.chars().count() <= 60);
        assert!(!clause.chars().any(char::is_control));
        let note = text("we were late and Rosa became very upset, then she threw a cup");
        assert_eq!(note.clause(note.find(&["upset"]).unwrap(), 9), "Rosa became very upset");
    }
}
