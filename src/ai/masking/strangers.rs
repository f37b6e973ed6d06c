//! Names that nobody told us: found where the sentence shows that a name stands there, or because the
//! word is a common given name.

mod cues;

use super::{homonym::is_plainly_the_word, lists, names::NameTable, words::Word};
use cues::{BEFORE_PLACES, BY_PERSONS, LABELS, PARTICLES, PLACE_NOUNS, RELATIONS, STRICT_TITLES, TITLES, TO_PERSONS};

/// A name has no more words than this.
const MOST_WORDS: usize = 4;

/// How sure the place makes us that a name begins there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hint {
    /// Any word that can be a name is one, small letters or not: "Mrs chen", "my name is sam".
    Certain,
    /// A word with a capital is a name; in small letters only a common given name.
    Strong,
    /// Only a common given name.
    None,
}

/// First and last word of every name of a stranger, in order and apart from each other. Names in the
/// table count as given names, so that an unknown surname after one is found.
pub(super) fn find(text: &str, words: &[Word<'_>], names: &NameTable) -> Vec<(usize, usize)> {
    let reading = Reading { text, words, names };
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        if reading.is_name(at) {
            let last = reading.last_word(at);
            found.push((at, last));
            at = last;
        }
        at += 1;
    }
    found
}

struct Reading<'t> {
    text: &'t str,
    words: &'t [Word<'t>],
    names: &'t NameTable,
}

impl Reading<'_> {
    fn is_name(&self, at: usize) -> bool {
        let word = &self.words[at];
        if word.length() < 2 || !word.is_alphabetic() {
            return false;
        }
        match self.hint(at) {
            Hint::Certain => self.may_be_name(at),
            Hint::Strong if word.is_capitalised() => self.may_be_name(at) && !(word.opens && is_adverb(word)),
            Hint::Strong | Hint::None => self.is_given_name(at),
        }
    }

    /// What the words around say.
    fn hint(&self, at: usize) -> Hint {
        let before = self.folded(at, -1);
        let beside = !self.words[at].opens && matches!(self.gap_before(at).trim(), "" | ".");
        if beside && (STRICT_TITLES.contains(&before) || self.introduces_by_name(at)) {
            return Hint::Certain;
        }
        let gap = self.gap_before(at).trim();
        let titled =
            beside && (TITLES.contains(&before) || (before.len() == 1 && TITLES.contains(&self.folded(at, -2))));
        let apposed = gap == "(" || (!self.words[at].opens && matches!(gap, "" | ","));
        let related = apposed && RELATIONS.contains(&before) && !self.goes_on_after_comma(at);
        let labelled = matches!(gap, ":" | "-" | "–") && LABELS.contains(&before);
        let told = beside && TO_PERSONS.contains(&before);
        let speaks = self.gap_after(at).trim().is_empty() && BY_PERSONS.contains(&self.folded(at, 1));
        if titled || related || labelled || told || speaks || self.is_speaker(at) { Hint::Strong } else { Hint::None }
    }

    /// "My name is Karen", "her name was Karen", "a man named Karen", "known as Karen".
    fn introduces_by_name(&self, at: usize) -> bool {
        let (third, second, first) = (self.folded(at, -3), self.folded(at, -2), self.folded(at, -1));
        let named = second == "name" && matches!(first, "is" | "was" | "s");
        let owned = matches!(third, "my" | "his" | "her" | "their" | "whose" | "preferred" | "first" | "full");
        (named && owned) || first == "named" || (second == "known" && first == "as" && self.words[at].is_capitalised())
    }

    /// "My manager, karen" is less likely a name than the next part of a sentence.
    fn goes_on_after_comma(&self, at: usize) -> bool {
        self.gap_before(at).contains(',') && !self.words[at].is_capitalised()
    }

    /// "Karen: I said no", where the line goes on as speech; for common given names always.
    fn is_speaker(&self, at: usize) -> bool {
        let word = &self.words[at];
        let first_in_line = at == 0 || self.gap_before(at).contains('\n');
        if !first_in_line || !word.is_capitalised() || !self.gap_after(at).starts_with(':') {
            return false;
        }
        let quoted = self.gap_after(at).trim_start_matches([':', ' ']).starts_with(['"', '“', '\'', '‘']);
        quoted || lists::is_given_name(&word.folded)
    }

    /// Any word but those that never are, unless they begin a surname such as "Van Dyk".
    fn may_be_name(&self, at: usize) -> bool {
        let word = self.folded(at, 0);
        let particle = PARTICLES.contains(&word)
            && self.words.get(at + 1).is_some_and(|next| next.is_capitalised() && !next.opens);
        particle || lists::is_given_name(word) || !lists::is_no_name(word)
    }

    /// A common given name: with a capital anywhere, unless the word means something else there; in
    /// small letters or in capitals only if it is long enough not to be an abbreviation.
    fn is_given_name(&self, at: usize) -> bool {
        let word = &self.words[at];
        if self.is_place(at) {
            return false;
        }
        let given = lists::is_given_name(&word.folded);
        if !given && !self.names.is_person(&word.folded) {
            return word.is_capitalised() && is_bare_possessive(&word.folded);
        }
        if lists::is_word(&word.folded) {
            let meant = word.is_capitalised() && !word.is_all_capitals() && !word.opens;
            return meant && !lists::is_no_name(&word.folded) && !is_plainly_the_word(self.text, self.words, at);
        }
        let plain = word.is_capitalised() && !word.is_all_capitals();
        plain || (given && word.length() >= 4)
    }

    fn is_place(&self, at: usize) -> bool {
        let capital_after = self.words.get(at + 1).is_some_and(|after| after.is_capitalised() && !after.opens);
        (BEFORE_PLACES.contains(&self.folded(at, -1)) && !self.words[at].opens)
            || (capital_after && PLACE_NOUNS.contains(&self.folded(at, 1)))
    }

    /// The last word of the name that begins at `first`: surnames with a capital, with small words
    /// before them ("van der Berg") or joined by a hyphen.
    fn last_word(&self, first: usize) -> usize {
        let mut last = first;
        while last + 1 < self.words.len() && last + 1 - first < MOST_WORDS {
            let next = self.after_particles(last + 1);
            let gap = self.gap_before(last + 1);
            let joined = matches!(gap, "-" | "‑") && self.words[last + 1].is_alphabetic();
            if joined {
                last += 1;
            } else if gap == " " && self.is_surname(first, next) && next - first < MOST_WORDS + 2 {
                last = next;
            } else {
                break;
            }
        }
        last
    }

    fn after_particles(&self, at: usize) -> usize {
        let small = |at: &usize| {
            self.words.get(*at).is_some_and(|word| PARTICLES.contains(&word.folded.as_str()) && !word.is_capitalised())
                && self.words.get(at + 1).is_some_and(|after| !after.opens)
        };
        (at..at + 2).take_while(small).last().map_or(at, |particle| particle + 1)
    }

    fn is_surname(&self, first: usize, at: usize) -> bool {
        let Some(word) = self.words.get(at) else { return false };
        let like_first = word.is_all_capitals() == self.words[first].is_all_capitals();
        word.is_capitalised()
            && !word.opens
            && like_first
            && word.length() > 1
            && word.is_alphabetic()
            && self.words[first].is_capitalised()
            && !lists::is_no_name(&word.folded)
            && !BY_PERSONS.contains(&word.folded.as_str())
    }

    /// The folded word `offset` words on, or nothing.
    fn folded(&self, at: usize, offset: isize) -> &str {
        at.checked_add_signed(offset).and_then(|at| self.words.get(at)).map_or("", |word| word.folded.as_str())
    }

    fn gap_before(&self, at: usize) -> &str {
        at.checked_sub(1).map_or("", |before| &self.text[self.words[before].end..self.words[at].start])
    }

    fn gap_after(&self, at: usize) -> &str {
        self.words.get(at + 1).map_or(&self.text[self.words[at].end..], |_| self.gap_before(at + 1))
    }
}

/// "Elaines car": a given name with a possessive as tired people write it.
fn is_bare_possessive(word: &str) -> bool {
    let name = word.strip_suffix('s').filter(|name| name.len() >= 4);
    name.is_some_and(|name| lists::is_given_name(name) && !lists::is_word(name) && !lists::is_word(word))
}

/// "Suddenly yelled" is no Suddenly.
fn is_adverb(word: &Word<'_>) -> bool {
    word.folded.ends_with("ly") && !lists::is_given_name(&word.folded)
}

#[cfg(test)]
mod tests {
    use super::find;
    use crate::ai::masking::{names::NameTable, words};

    fn found(text: &str) -> Vec<&str> {
        let words = words::split(text);
        find(text, &words, &NameTable::default())
            .into_iter()
            .map(|(first, last)| &text[words[first].start..words[last].end])
            .collect()
    }

    #[test]
    fn names_after_titles() {
        assert_eq!(found("Dr. Okonkwo and Mrs chen saw Nurse Oyelaran"), ["Okonkwo", "chen", "Oyelaran"]);
        assert_eq!(found("Sister Bernadette Quill came"), ["Bernadette Quill"]);
        assert_eq!(found("Dr Van Der Merwe and Constable A. Brownlow"), ["Van Der Merwe", "Brownlow"]);
        assert!(found("the Dr visited, rang Nurse On Call, Officer In Charge").is_empty());
    }

    #[test]
    fn names_after_who_somebody_is() {
        assert_eq!(found("his mother Jacinda, her brother Ravindra"), ["Jacinda", "Ravindra"]);
        assert_eq!(found("support worker Bo and team leader Jo van der Berg"), ["Bo", "Jo van der Berg"]);
        assert_eq!(found("I rang my manager, Oluchi, about it"), ["Oluchi"]);
        assert_eq!(found("his mum karen came"), ["karen"]);
        assert_eq!(found("her mother (Jacinda). Reporter: Nomfundo Dlamini"), ["Jacinda", "Nomfundo Dlamini"]);
        assert!(found("His mother came. The manager, Then the staff. Support worker Monday").is_empty());
    }

    #[test]
    fn names_that_are_introduced_or_speak() {
        assert_eq!(found("my name is tavita"), ["tavita"]);
        assert_eq!(found("her name's Xiomara and he is known as Buzz"), ["Xiomara", "Buzz"]);
        assert_eq!(found("Then Makareta said no. Suddenly yelled. Staff said"), ["Makareta"]);
        assert_eq!(found("Told Priyanthi about it"), ["Priyanthi"]);
        assert_eq!(found("Rewi: \"Stop!\"\nMood: calm"), ["Rewi"]);
    }

    #[test]
    fn common_given_names_anywhere_but_places_and_words() {
        assert_eq!(found("Then Sarah Whitfield and dave hit Grace."), ["Sarah Whitfield", "dave", "Grace"]);
        assert_eq!(found("He took Elaines car"), ["Elaines"]);
        assert_eq!(found("Karen was there. EMMA TOO, Mary-Jane Doe"), ["Karen", "EMMA", "Mary-Jane Doe"]);
        for text in [
            "Will you go to Alice Springs or Mary Street",
            "the Alfred, St John Ambulance, in May and April 2026",
            "Grace was said. He will mark it. SAM PAM",
            "On Monday in Sydney he had Panadol at Woolworths",
            "Hope so. The Rose garden",
        ] {
            assert!(found(text).is_empty(), "{text}: {:?}", found(text));
        }
    }
}
