//! Finding cues in a text.

use super::{Found, Text, words::is_number};

/// Words that may stand between two neighbours of a cue without changing its sense.
pub const FILLERS: &[&str] = &["the", "a", "an", "his", "her", "their", "my", "our", "some", "up", "it", "him", "them"];

/// Words that turn what follows into something that didn't happen.
const DENIALS: &[&str] = &[
    "no", "not", "nil", "without", "never", "nothing", "none", "denied", "denies", "cannot", "nearly", "almost",
    "didn't", "didnt", "wasn't", "wasnt", "isn't", "isnt", "hasn't", "hasnt", "hadn't", "hadnt", "don't", "dont",
    "couldn't", "couldnt", "doesn't", "doesnt", "weren't", "werent", "won't", "wont", "avoid", "prevent", "risk",
];

impl Text<'_> {
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

    fn is_denied(&self, position: usize) -> bool {
        let sentence = self.words[position].sentence();
        self.words[..position]
            .iter()
            .rev()
            .take(3)
            .take_while(|word| word.sentence() == sentence)
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
            "@person" => word.is_person(),
            "@self" => word.is_participant(),
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
            let sentence = self.words[first].sentence();
            let reach = if step.far { 6 } else { 2 };
            let next = (last + 1..=last + reach)
                .take_while(|position| self.words.get(*position).is_some_and(|word| word.sentence() == sentence))
                .find(|position| {
                    let between = &self.words[last + 1..*position];
                    (step.far || between.iter().all(|word| FILLERS.contains(&word.text.as_str())))
                        && step.options.iter().any(|option| self.word_is(*position, option))
                })?;
            last = next;
        }
        Some(last)
    }
}

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
