//! The names that are looked for: those the organisation knows, and strangers that a text has named.

use super::{
    homonym::is_plainly_the_word,
    lists,
    placeholder::Kind,
    span::Span,
    words::{self, Word, joins},
};
use std::collections::HashMap;

/// A recorded name has no more words than this that count.
const MOST_WORDS: usize = 12;

/// Titles that stand before a recorded name.
const TITLES: &[&str] = &["mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor"];

/// Last words of a site's name that don't tell it from another.
const GENERIC_PLACES: &[&str] = &[
    "house",
    "home",
    "villa",
    "villas",
    "unit",
    "units",
    "cottage",
    "lodge",
    "respite",
    "centre",
    "center",
    "group",
    "apartments",
    "apartment",
    "place",
    "residence",
    "accommodation",
    "program",
    "day",
    "the",
    "hub",
    "sil",
    "sda",
];

/// Words that end the name of a street.
const STREET_TYPES: &[&str] = &[
    "street",
    "st",
    "road",
    "rd",
    "avenue",
    "ave",
    "drive",
    "dr",
    "court",
    "ct",
    "place",
    "pl",
    "lane",
    "ln",
    "crescent",
    "cres",
    "close",
    "cl",
    "parade",
    "pde",
    "highway",
    "hwy",
    "terrace",
    "tce",
    "boulevard",
    "blvd",
    "way",
    "circuit",
    "cct",
    "grove",
    "gr",
    "esplanade",
    "square",
    "sq",
    "loop",
    "rise",
    "walk",
    "mews",
    "view",
    "row",
    "track",
    "gardens",
    "gdns",
    "quay",
    "parkway",
    "circle",
    "alley",
];

/// When a name counts where its letters stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rule {
    /// Always.
    AnyCase,
    /// With a capital.
    Capitalised,
    /// With a capital, and not where it is plainly the everyday word.
    AlsoAWord,
}

/// One form of a name.
#[derive(Debug, Clone, Copy)]
struct Form {
    owner: usize,
    kind: Kind,
    rule: Rule,
}

/// All forms of all names, by their folded words.
#[derive(Default)]
pub(super) struct NameTable {
    forms: HashMap<String, Form>,
    /// First word of a form -> words of the longest form that begins with it.
    reach: HashMap<String, usize>,
    /// How many words the full name of each owner has.
    owners: Vec<usize>,
}

impl NameTable {
    /// Adds a person by the full name, each part of it, and the way it is typed in one word.
    pub fn add_person(&mut self, name: &str) {
        let groups: Vec<Vec<String>> = name.split_whitespace().map(folded_words).collect();
        let mut all: Vec<String> = groups.concat();
        if all.len() > 1 && all.first().is_some_and(|first| TITLES.contains(&first.as_str())) {
            all.remove(0);
        }
        all.truncate(MOST_WORDS);
        if all.iter().all(|word| word.chars().count() < 2) {
            return;
        }
        let owner = self.new_owner(all.len());
        self.add(&all, Form { owner, kind: Kind::Person, rule: rule_of_full_name(&all) });
        for group in groups.iter().filter(|group| group.len() > 1) {
            self.add(group, Form { owner, kind: Kind::Person, rule: rule_of_full_name(group) });
            self.add(&[group.concat()], Form { owner, kind: Kind::Person, rule: Rule::AnyCase });
        }
        if all.len() > 1 && all.concat().chars().count() >= 6 {
            self.add(&[all.concat()], Form { owner, kind: Kind::Person, rule: Rule::AnyCase });
        }
        for word in &all {
            if let Some(rule) = rule_of_part(word) {
                self.add(std::slice::from_ref(word), Form { owner, kind: Kind::Person, rule });
            }
        }
    }

    /// Adds a site by its name, its name without "House" and the like, and its street address; the
    /// suburb alone is no secret.
    pub fn add_place(&mut self, place: &str) {
        let all = folded_words(place);
        if all.iter().all(|word| word.chars().count() < 3) {
            return;
        }
        let owner = self.new_owner(all.len());
        self.add_form_of_place(&all, owner);
        for (position, segment) in place.split([',', '\n', ';']).enumerate() {
            let words = folded_words(segment);
            if let Some(street) = street_of(&words) {
                self.add_form_of_place(&words, owner);
                self.add_form_of_place(street, owner);
            } else if position == 0 && !is_numbered(&words) {
                self.add_form_of_place(&words, owner);
                let generic = words.iter().rev().take_while(|word| GENERIC_PLACES.contains(&word.as_str())).count();
                let telling = &words[..words.len() - generic];
                let telling = telling.strip_prefix(&["the".to_owned()]).unwrap_or(telling);
                if telling.iter().any(|word| word.chars().count() >= 4 && !lists::is_word(word)) {
                    self.add(telling, Form { owner, kind: Kind::Place, rule: Rule::Capitalised });
                }
            }
        }
    }

    /// Takes note of a stranger and returns whose name it is: somebody's who is known by it, or a new
    /// person's. From now on its parts are masked too.
    pub fn learn(&mut self, name: &[Word<'_>]) -> usize {
        let all: Vec<String> = name.iter().map(|word| word.folded.clone()).collect();
        if let Some(owner) = self.owner_of_person(&all.join(" ")) {
            return owner;
        }
        let by_part = |word: Option<&String>| self.owner_of_person(word?);
        let owner = match (by_part(all.first()), by_part(all.last())) {
            (Some(first), last) if last == Some(first) || self.owners.get(first) == Some(&1) => first,
            _ => self.new_owner(all.len()),
        };
        self.add(&all, Form { owner, kind: Kind::Person, rule: rule_of_stranger(&all) });
        for word in all.iter().filter(|word| word.chars().count() > 2) {
            if all.len() > 1 && (!lists::is_no_name(word) || lists::is_given_name(word)) {
                let word = std::slice::from_ref(word);
                self.add(word, Form { owner, kind: Kind::Person, rule: rule_of_stranger(word) });
            }
        }
        owner
    }

    /// Whether a folded word alone is a person's name.
    pub fn is_person(&self, word: &str) -> bool {
        self.owner_of_person(word).is_some()
    }

    /// Every name in the text, the longest form first.
    pub fn find(&self, text: &str, words: &[Word<'_>]) -> Vec<Span> {
        let mut spans = Vec::new();
        let mut at = 0;
        while at < words.len() {
            if let Some((count, form)) = self.longest(text, words, at) {
                spans.push(Span::of_name(words[at].start..words[at + count - 1].end, form.kind, form.owner));
                at += count;
            } else {
                at += 1;
            }
        }
        spans
    }

    fn longest(&self, text: &str, words: &[Word<'_>], at: usize) -> Option<(usize, Form)> {
        let Some(reach) = self.reach.get(&words[at].folded) else {
            return self.without_apostrophe(&words[at]).map(|form| (1, form));
        };
        let joined = words[at..]
            .windows(2)
            .take_while(|pair| joins(&pair[0], &text[pair[0].end..pair[1].start]))
            .take(reach - 1)
            .count();
        (1..=joined + 1).rev().find_map(|count| {
            let name = &words[at..at + count];
            let key = name.iter().map(|word| word.folded.as_str()).collect::<Vec<_>>().join(" ");
            let form = *self.forms.get(&key)?;
            (name.len() == words.len() || counts(form.rule, text, words, at, count)).then_some((count, form))
        })
    }

    /// "Sams room": the possessive as tired people write it.
    fn without_apostrophe(&self, word: &Word<'_>) -> Option<Form> {
        let name = word.folded.strip_suffix('s').filter(|name| name.chars().count() > 2)?;
        let form = self.forms.get(name).filter(|form| form.kind == Kind::Person && form.rule == Rule::AnyCase)?;
        (!lists::is_word(&word.folded)).then_some(*form)
    }

    fn owner_of_person(&self, name: &str) -> Option<usize> {
        self.forms.get(name).filter(|form| form.kind == Kind::Person).map(|form| form.owner)
    }

    fn new_owner(&mut self, words: usize) -> usize {
        self.owners.push(words);
        self.owners.len() - 1
    }

    fn add_form_of_place(&mut self, words: &[String], owner: usize) {
        if words.iter().any(|word| word.chars().count() >= 3) {
            self.add(words, Form { owner, kind: Kind::Place, rule: rule_of_full_name(words) });
        }
    }

    /// The first to have a form keeps it.
    fn add(&mut self, words: &[String], form: Form) {
        let Some(first) = words.first() else { return };
        let reach = self.reach.entry(first.clone()).or_default();
        *reach = words.len().max(*reach);
        self.forms.entry(words.join(" ")).or_insert(form);
    }
}

fn folded_words(name: &str) -> Vec<String> {
    let words = words::split(name);
    words.into_iter().map(|word| word.folded).filter(|word| !word.is_empty()).take(MOST_WORDS).collect()
}

fn rule_of_full_name(words: &[String]) -> Rule {
    match words {
        [word] if lists::is_word(word) => Rule::AlsoAWord,
        _ if words.iter().all(|word| lists::is_word(word)) => Rule::Capitalised,
        _ => Rule::AnyCase,
    }
}

/// None for a part that is too short to be looked for: initials, and small words such as "an" or "do".
fn rule_of_part(word: &str) -> Option<Rule> {
    let ascii = word.is_ascii();
    match word.chars().count() {
        0 | 1 => None,
        2 if ascii => (!lists::is_word(word)).then_some(Rule::Capitalised),
        _ if lists::is_word(word) => Some(Rule::AlsoAWord),
        _ => Some(Rule::AnyCase),
    }
}

fn rule_of_stranger(words: &[String]) -> Rule {
    match words {
        [word] if lists::is_word(word) => Rule::AlsoAWord,
        [word] if word.chars().count() > 2 && lists::is_given_name(word) => Rule::AnyCase,
        _ => Rule::Capitalised,
    }
}

/// The street's name in a line with a number before it and its type at the end.
fn street_of(words: &[String]) -> Option<&[String]> {
    let last = words.last()?;
    if !STREET_TYPES.contains(&last.as_str()) {
        return None;
    }
    let number = words.iter().rposition(|word| has_digit(word))?;
    words.get(number + 1..).filter(|street| street.len() > 1)
}

fn is_numbered(words: &[String]) -> bool {
    words.iter().any(|word| has_digit(word))
}

fn has_digit(word: &str) -> bool {
    word.chars().any(|c| c.is_ascii_digit())
}

fn counts(rule: Rule, text: &str, words: &[Word<'_>], at: usize, count: usize) -> bool {
    let name = &words[at..at + count];
    match rule {
        Rule::AnyCase => true,
        Rule::Capitalised => name[0].is_capitalised() || name[0].is_caseless(),
        Rule::AlsoAWord => name[0].is_capitalised() && !is_plainly_the_word(text, words, at),
    }
}

#[cfg(test)]
mod tests {
    use super::NameTable;
    use crate::ai::masking::words;

    fn found(names: &[&str], text: &str) -> Vec<String> {
        let mut table = NameTable::default();
        names.iter().for_each(|name| table.add_person(name));
        let words = words::split(text);
        table.find(text, &words).into_iter().map(|span| text[span.range].to_owned()).collect()
    }

    #[test]
    fn a_known_name_is_found_whole_first_and_then_in_parts() {
        let text = "Sam Jones hit Mary-Jane. SAM said mrs jones and mary. Sams bed, Sam's bed, samjones, same.";
        let expected = ["Sam Jones", "Mary-Jane", "SAM", "jones", "mary", "Sams", "Sam", "samjones"];
        assert_eq!(found(&["Sam Jones", "Mary-Jane O'Brien"], text), expected);
    }

    #[test]
    fn accents_and_apostrophes_may_be_left_out() {
        let text = "Nguyen and Zoë or OBrien and O’Brien and o'brien";
        let expected = ["Nguyen", "Zoë", "OBrien", "O’Brien", "o'brien"];
        assert_eq!(found(&["Nguyễn", "Zoe Ó'Brien"], text), expected);
    }

    #[test]
    fn a_name_that_is_also_a_word_counts_only_where_it_is_the_name() {
        let names = ["Will May", "Hope Walker", "Rose Long"];
        for text in [
            "I will go and hope for the best in may",
            "Will you come? Will monitor. May need a doctor.",
            "Hope the swelling goes down.",
            "On 5 May and in May",
            "HE WILL NOT STOP",
            "He rose from a long chair by the walker",
        ] {
            assert!(found(&names, text).is_empty(), "{text}: {:?}", found(&names, text));
        }
        assert_eq!(found(&names, "Will was upset and Rose hit May. Hope's arm"), ["Will", "Rose", "May", "Hope"]);
        assert_eq!(found(&names, "will may"), ["will may"]);
    }

    #[test]
    fn short_parts_need_their_capital() {
        assert_eq!(found(&["Jo Ng", "An Do"], "Jo and ng, An do"), ["Jo", "An do"]);
        assert_eq!(found(&["Jo Ng"], "go, jo, JO"), ["JO"]);
        assert!(found(&["J", ""], "J went").is_empty());
    }

    #[test]
    fn a_site_is_found_by_name_and_street_but_not_by_suburb() {
        let mut table = NameTable::default();
        table.add_place("Banksia House");
        table.add_place("Unit 2, 150 Station Parade, Wattle Vale NSW");
        let text = "Banksia, banksia house, at 150 Station Parade and Station Parade in Wattle Vale NSW, the house";
        let words = words::split(text);
        let found: Vec<&str> = table.find(text, &words).into_iter().map(|span| &text[span.range]).collect();
        assert_eq!(found, ["Banksia", "banksia house", "150 Station Parade", "Station Parade"]);
    }
}
