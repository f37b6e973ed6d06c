//! A few words of a text, to be quoted.

use super::{Found, Text, clean, cut};

/// Words that end a clause when a few words are quoted.
const CLAUSE_STARTS: &[&str] = &["and", "but", "then", "so", "because", "when", "while", "which", "who", "until"];

/// Words that a quote doesn't end on.
const DANGLING: &[&str] = &[
    "the", "a", "an", "his", "her", "their", "my", "our", "to", "of", "in", "on", "at", "with", "for", "from", "was",
    "is", "by", "as", "that", "and", "or", "i", "he", "she", "they", "into", "about", "had", "were", "did", "if",
];

impl Text<'_> {
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
            let opens = position == 0 || self.words[position - 1].sentence() != word.sentence();
            let long = self.words.get(position + 2).is_some_and(|third| third.sentence() == word.sentence());
            if openings.len() == 8 {
                break;
            }
            if opens && long {
                openings.push(self.clause(Found { first: position, last: position + 2 }, limit));
            }
        }
        openings
    }

    fn clause_breaks_between(&self, position: usize) -> bool {
        let (left, right) = (&self.words[position], &self.words[position + 1]);
        left.sentence() != right.sentence()
            || CLAUSE_STARTS.contains(&right.text.as_str())
            || self.raw[left.range.end..right.range.start]
                .contains([',', ';', ':', '(', ')', '–', '—', '"', '“', '”', '\n', '/'])
    }
}
