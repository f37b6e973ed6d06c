//! The forms of a regular verb, and the commonest slips in them.

/// The verb itself, and with -s, -ed and -ing: "grab", "grabs", "grabbed", "grabbing". Where a letter is
/// doubled, the forms without that are there too ("sliped").
pub fn forms(verb: &str) -> Vec<String> {
    let mut forms = vec![verb.to_owned()];
    let mut add = |body: &str, endings: &[&str]| forms.extend(endings.iter().map(|ending| format!("{body}{ending}")));
    if let Some(body) = verb.strip_suffix('e') {
        add(body, &["es", "ed", "ing"]);
    } else if let Some(body) = verb.strip_suffix('y').filter(|body| !body.ends_with(is_vowel)) {
        add(body, &["ies", "ied", "ying"]);
    } else if verb.ends_with(['s', 'x', 'z']) || verb.ends_with("ch") || verb.ends_with("sh") {
        add(verb, &["es", "ed", "ing"]);
    } else {
        add(verb, &["s", "ed", "ing"]);
        if let Some(last) = doubled(verb) {
            add(&format!("{verb}{last}"), &["ed", "ing"]);
        }
    }
    forms
}

/// The last letter, if it is doubled before an ending: one vowel with one consonant after it.
fn doubled(verb: &str) -> Option<char> {
    let mut back = verb.chars().rev();
    let (last, vowel, before) = (back.next()?, back.next()?, back.next()?);
    let one_syllable = verb.chars().filter(|letter| is_vowel(*letter)).count() == 1;
    let doubles = !is_vowel(last) && !"wy".contains(last) && is_vowel(vowel) && !is_vowel(before);
    (one_syllable && doubles).then_some(last)
}

fn is_vowel(letter: char) -> bool {
    "aeiou".contains(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verbs_are_inflected_as_people_write_them() {
        for (verb, expected) in [
            ("kick", "kick kicks kicked kicking"),
            ("bite", "bite bites bited biting"),
            ("punch", "punch punches punched punching"),
            ("bully", "bully bullies bullied bullying"),
            ("slip", "slip slips sliped sliping slipped slipping"),
            ("throw", "throw throws throwed throwing"),
        ] {
            assert_eq!(forms(verb).join(" "), expected);
        }
    }
}
