//! The words of a text, as names are compared: without case and accents.

/// One word: letters and digits, with apostrophes inside ("O'Brien") but without what is only attached
/// to a name ("'s", "'ll").
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word<'t> {
    pub text: &'t str,
    pub start: usize,
    pub end: usize,
    pub folded: String,
    /// Opens a sentence, a line, a quotation or a list item, where a capital means nothing.
    pub opens: bool,
}

/// What may be attached to any word with an apostrophe.
const ATTACHED: &[&str] = &["s", "d", "ll", "re", "ve", "m"];

/// Words whose full stop doesn't end a sentence.
const SHORTENINGS: &[&str] = &["dr", "mr", "mrs", "ms", "mx", "prof", "st", "eg", "ie", "g", "e", "i", "ph", "no"];

/// The words of a text, in order.
pub(super) fn split(text: &str) -> Vec<Word<'_>> {
    let mut words: Vec<Word<'_>> = Vec::new();
    let mut rest = 0;
    while let Some((start, end)) = next_word(text, rest) {
        let opens = match words.last() {
            Some(before) => opens_after(before, &text[before.end..start]),
            None => true,
        };
        words.push(Word { text: &text[start..end], start, end, folded: folded(&text[start..end]), opens });
        rest = end;
    }
    words
}

/// Lower case, without accents, with straight apostrophes; "O'Brien" as "obrien".
pub(super) fn folded(word: &str) -> String {
    let mut folded = String::with_capacity(word.len());
    for c in word.chars() {
        if is_apostrophe(c) {
            folded.push('\'');
        } else {
            folded.extend(c.to_lowercase().filter(|c| !is_mark(*c)).map(base));
        }
    }
    match folded.split_once('\'') {
        Some((_, name)) if name.len() >= 3 => folded.replace('\'', ""),
        _ => folded,
    }
}

impl Word<'_> {
    /// Whether its first letter is a capital.
    pub fn is_capitalised(&self) -> bool {
        self.text.chars().find(|c| c.is_alphabetic()).is_some_and(char::is_uppercase)
    }

    /// Whether its script has no capitals.
    pub fn is_caseless(&self) -> bool {
        !self.text.chars().any(|c| c.is_uppercase() || c.is_lowercase())
    }

    /// Whether it is written in capitals only.
    pub fn is_all_capitals(&self) -> bool {
        let mut letters = self.text.chars().filter(|c| c.is_alphabetic());
        letters.clone().count() > 1 && letters.all(char::is_uppercase)
    }

    /// Whether it has letters only, as names have.
    pub fn is_alphabetic(&self) -> bool {
        self.text.chars().all(|c| c.is_alphabetic() || is_apostrophe(c) || is_mark(c))
    }

    /// How many characters it has.
    pub fn length(&self) -> usize {
        self.text.chars().count()
    }
}

/// Whether two words with this between them may be one name: "Sam Jones", "Mary-Jane", "J. Smith".
pub(super) fn joins(before: &Word<'_>, gap: &str) -> bool {
    let joining = |c: char| {
        c.is_whitespace()
            || matches!(c, '-' | '‐' | '‑' | '–' | '_' | ',' | '/')
            || is_apostrophe(c)
            || (c == '.' && before.length() <= 2)
            || (!c.is_ascii() && !c.is_alphanumeric() && !c.is_ascii_punctuation() && !is_closing(c))
    };
    !gap.is_empty() && gap.chars().count() <= 3 && gap.chars().all(joining)
}

pub(super) const fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | 'ʼ' | '‘' | '`' | '´')
}

const fn is_closing(c: char) -> bool {
    matches!(c, '…' | '“' | '”' | '«' | '»' | '—' | '•')
}

const fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

fn is_word_character(c: char) -> bool {
    c.is_alphanumeric() || is_mark(c)
}

/// Start and end of the first word from `from` on.
fn next_word(text: &str, from: usize) -> Option<(usize, usize)> {
    let start = from + text[from..].find(is_word_character)?;
    let mut end = run_end(text, start);
    while let Some(apostrophe) = text[end..].chars().next().filter(|c| is_apostrophe(*c)) {
        let inner = end + apostrophe.len_utf8();
        let inner_end = run_end(text, inner);
        let attached = folded(&text[inner..inner_end]);
        if attached.is_empty() || ATTACHED.contains(&attached.as_str()) {
            break;
        }
        end = inner_end;
    }
    Some((start, end))
}

fn run_end(text: &str, start: usize) -> usize {
    text[start..].find(|c| !is_word_character(c)).map_or(text.len(), |length| start + length)
}

fn opens_after(before: &Word<'_>, gap: &str) -> bool {
    let shortened = SHORTENINGS.contains(&before.folded.as_str()) || (before.length() == 1 && before.is_alphabetic());
    let quotes = gap.chars().count() > 1 && gap.chars().next_back().is_some_and(is_apostrophe);
    quotes
        || gap.chars().any(|c| match c {
            '.' => !shortened,
            '!' | '?' | ':' | ';' | '\n' | '\r' | '"' | '“' | '”' | '(' | '*' | '•' | '…' | '—' | '/' | '|' | '>' => {
                true
            }
            _ => false,
        })
        || gap.contains(" -")
        || gap.contains(" –")
}

/// The letter under an accent, for the letters of European and Vietnamese names.
const fn base(c: char) -> char {
    match c {
        'à'..='å' | 'ā' | 'ă' | 'ą' | 'ǎ' | '\u{1ea0}'..='\u{1eb7}' => 'a',
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => 'c',
        'ď' | 'đ' => 'd',
        'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' | '\u{1eb8}'..='\u{1ec7}' => 'e',
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => 'g',
        'ĥ' | 'ħ' => 'h',
        'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' | 'ǐ' | '\u{1ec8}'..='\u{1ecb}' => 'i',
        'ĵ' => 'j',
        'ķ' => 'k',
        'ĺ' | 'ļ' | 'ľ' | 'ŀ' | 'ł' => 'l',
        'ñ' | 'ń' | 'ņ' | 'ň' => 'n',
        'ò'..='ö' | 'ø' | 'ō' | 'ŏ' | 'ő' | 'ơ' | 'ǒ' | '\u{1ecc}'..='\u{1ee3}' => 'o',
        'ŕ' | 'ŗ' | 'ř' => 'r',
        'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => 's',
        'ţ' | 'ť' | 'ŧ' | 'ț' => 't',
        'ù'..='ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' | 'ư' | 'ǔ' | '\u{1ee4}'..='\u{1ef1}' => 'u',
        'ŵ' => 'w',
        'ý' | 'ÿ' | 'ŷ' | '\u{1ef2}'..='\u{1ef9}' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::{folded, split};

    fn words(text: &str) -> Vec<&str> {
        split(text).into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn what_is_attached_to_a_name_is_a_word_of_its_own() {
        assert_eq!(words("Sam's, O’Brien'll don't"), ["Sam", "s", "O’Brien", "ll", "don't"]);
        assert_eq!(words("x-ray at 10.30"), ["x", "ray", "at", "10", "30"]);
    }

    #[test]
    fn names_fold_to_the_letters_that_people_type() {
        assert_eq!(folded("Nguyễn"), "nguyen");
        assert_eq!(folded("Zoe\u{308}"), "zoe");
        assert_eq!(folded("O’Brien"), "obrien");
        assert_eq!(folded("Đặng"), "dang");
        assert_eq!(folded("didn’t"), "didn't");
    }

    #[test]
    fn sentences_lines_and_quotations_open_anew_and_a_title_does_not() {
        let text = "Saw Dr. Lee. He left\n- Sam \"Go\" up";
        let open: Vec<&str> = split(text).into_iter().filter(|word| word.opens).map(|word| word.text).collect();
        assert_eq!(open, ["Saw", "He", "Sam", "Go", "up"]);
    }
}
