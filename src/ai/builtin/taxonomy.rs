//! The taxonomy of events, severity and contributing conditions, read once from `taxonomy.toml`.

use super::cue::{Cue, Lexicon};
use super::spelling::Speller;
use crate::analysis::analysis::{ConditionGroup, IncidentType, Severity};
use crate::incidents::narrative::Phase;
use anyhow::{Context, bail};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

const WRITTEN: &str = include_str!("taxonomy.toml");

/// The taxonomy that the server was built with. A test proves that it can be read; if it couldn't, the
/// engine would know no cue and say so by calling everything Other.
pub static TAXONOMY: LazyLock<Taxonomy> = LazyLock::new(|| {
    Taxonomy::read(WRITTEN).unwrap_or_else(|error| {
        tracing::error!(reason = %error, "the built-in engine's taxonomy can't be read");
        Taxonomy::default()
    })
});

/// All that the built-in engine knows of events.
#[derive(Debug, Default)]
pub struct Taxonomy {
    pub kinds: Vec<Kind>,
    pub signs: Vec<Sign>,
    pub conditions: Vec<Definition>,
    pub lexicon: Lexicon,
    pub speller: Speller,
    /// What each cue of the lexicon stands for, by its number.
    pub uses: Vec<Use>,
    others: BTreeSet<String>,
}

/// A kind of event.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kind {
    pub key: String,
    pub name: String,
    #[serde(rename = "type")]
    pub incident_type: IncidentType,
    pub severity: Severity,
    #[serde(default)]
    pub precondition: bool,
    #[serde(default)]
    pub not_by_writer: bool,
    pub covers: Vec<String>,
    certain: Vec<String>,
    likely: Vec<String>,
    hint: Vec<String>,
    never: Vec<String>,
}

/// A sign of severity.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sign {
    pub key: String,
    /// Low is a sign that nothing came of it.
    pub level: Severity,
    pub types: Vec<IncidentType>,
    /// Whether it means treatment beyond simple first aid.
    #[serde(default)]
    pub treated: bool,
    /// The kind without which it says nothing.
    pub only_with: Option<String>,
    cues: Vec<String>,
    never: Vec<String>,
}

/// A contributing condition.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    pub key: String,
    pub group: ConditionGroup,
    pub text: String,
    pub phases: Option<Vec<Phase>>,
    cues: Vec<String>,
    never: Vec<String>,
}

/// What a cue stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Entry {
    Kind(usize),
    Sign(usize),
    Condition(usize),
}

/// How much a cue says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    Certain,
    Likely,
    Hint,
    /// These words mean something else.
    Never,
}

/// A cue's entry and strength.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Use {
    pub entry: Entry,
    pub strength: Strength,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    groups: BTreeMap<String, String>,
    spelling: BTreeMap<String, String>,
    kind: Vec<Kind>,
    sign: Vec<Sign>,
    condition: Vec<Definition>,
}

impl Taxonomy {
    /// Reads a taxonomy.
    ///
    /// # Errors
    /// Where the text is no taxonomy: wrong form, an unknown group of words, kind or type, an empty cue,
    /// a key that is used twice.
    pub fn read(written: &str) -> anyhow::Result<Self> {
        let File { groups, spelling, kind, sign, condition } = toml::from_str(written)?;
        let mut taxonomy = Self { speller: Speller::new(spelling), ..Self::default() };
        for (number, kind) in kind.iter().enumerate() {
            let entry = Entry::Kind(number);
            taxonomy.take_up(&groups, &kind.key, entry, Strength::Certain, &kind.certain)?;
            taxonomy.take_up(&groups, &kind.key, entry, Strength::Likely, &kind.likely)?;
            taxonomy.take_up(&groups, &kind.key, entry, Strength::Hint, &kind.hint)?;
            taxonomy.take_up(&groups, &kind.key, entry, Strength::Never, &kind.never)?;
        }
        for (number, sign) in sign.iter().enumerate() {
            taxonomy.take_up(&groups, &sign.key, Entry::Sign(number), Strength::Certain, &sign.cues)?;
            taxonomy.take_up(&groups, &sign.key, Entry::Sign(number), Strength::Never, &sign.never)?;
        }
        for (number, condition) in condition.iter().enumerate() {
            let entry = Entry::Condition(number);
            taxonomy.take_up(&groups, &condition.key, entry, Strength::Certain, &condition.cues)?;
            taxonomy.take_up(&groups, &condition.key, entry, Strength::Never, &condition.never)?;
        }
        for group in ["other", "staff"] {
            taxonomy.others.extend(groups.get(group).into_iter().flat_map(|words| words.split('|')).map(str::to_owned));
        }
        (taxonomy.kinds, taxonomy.signs, taxonomy.conditions) = (kind, sign, condition);
        taxonomy.check()?;
        Ok(taxonomy)
    }

    fn take_up(
        &mut self,
        groups: &BTreeMap<String, String>,
        key: &str,
        entry: Entry,
        strength: Strength,
        cues: &[String],
    ) -> anyhow::Result<()> {
        for written in cues {
            let cue = written_out(groups, written).with_context(|| format!("{key}: {written}"))?;
            let cue = Cue::parse(&cue);
            if strength != Strength::Never {
                cue.whole_words().for_each(|word| self.speller.add_word(word));
                cue.stems().for_each(|stem| self.speller.add_stem(stem));
            }
            self.lexicon.add(cue, strength != Strength::Never);
            self.uses.push(Use { entry, strength });
        }
        Ok(())
    }

    fn check(&self) -> anyhow::Result<()> {
        unique("kind", self.kinds.iter().map(|kind| &kind.key))?;
        unique("sign", self.signs.iter().map(|sign| &sign.key))?;
        unique("condition", self.conditions.iter().map(|condition| &condition.key))?;
        if let Some(kind) = self.kinds.iter().find(|kind| kind.name.trim().is_empty() || kind.certain.is_empty()) {
            bail!("the kind {} has no name or no certain cue", kind.key);
        }
        let named = self.kinds.iter().flat_map(|kind| &kind.covers);
        for key in named.chain(self.signs.iter().filter_map(|sign| sign.only_with.as_ref())) {
            self.kind(key).with_context(|| format!("there is no kind {key}"))?;
        }
        Ok(())
    }

    /// The number of a kind.
    pub fn kind(&self, key: &str) -> Option<usize> {
        self.kinds.iter().position(|kind| kind.key == key)
    }

    /// Whether a word is another person than the writer.
    pub fn is_other(&self, word: &str) -> bool {
        self.others.contains(word)
    }
}

fn unique<'k>(what: &str, mut keys: impl Iterator<Item = &'k String>) -> anyhow::Result<()> {
    let mut seen = BTreeSet::new();
    match keys.find(|key| !seen.insert(*key)) {
        Some(key) => bail!("the {what} {key} is there twice"),
        None => Ok(()),
    }
}

/// A cue with its groups of words written out.
fn written_out(groups: &BTreeMap<String, String>, written: &str) -> anyhow::Result<String> {
    let mut steps = Vec::new();
    for step in written.split_whitespace() {
        let mut options = Vec::new();
        for option in step.split('|') {
            match option.strip_prefix('$') {
                Some(group) => options.push(groups.get(group).context("an unknown group of words")?.as_str()),
                None if option.is_empty() => bail!("an empty alternative"),
                None => options.push(option),
            }
        }
        steps.push(options.join("|"));
    }
    if steps.is_empty() || steps.first().is_some_and(|step| step == "+") || steps.last().is_some_and(|step| step == "+")
    {
        bail!("a cue that begins or ends with nothing");
    }
    Ok(steps.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_taxonomy_can_be_read() {
        let taxonomy = Taxonomy::read(WRITTEN).unwrap();
        assert!(taxonomy.kinds.len() > 30 && taxonomy.signs.len() > 10 && taxonomy.conditions.len() > 40);
        for incident_type in IncidentType::ALL {
            assert!(taxonomy.kinds.iter().any(|kind| kind.incident_type == *incident_type));
        }
        for group in ConditionGroup::ALL {
            assert!(taxonomy.conditions.iter().filter(|condition| condition.group == *group).count() >= 6);
        }
    }

    #[test]
    fn keys_and_cues_are_said_once() {
        let taxonomy = &TAXONOMY;
        let conditions: BTreeSet<_> = taxonomy.conditions.iter().map(|condition| &condition.key).collect();
        assert_eq!(conditions.len(), taxonomy.conditions.len());
        let twice = |key: &str, cues: &[String]| {
            let once: BTreeSet<_> = cues.iter().collect();
            assert_eq!(once.len(), cues.len(), "{key} says a cue twice");
        };
        for kind in &taxonomy.kinds {
            assert!(!kind.certain.is_empty() && !kind.name.is_empty(), "{}", kind.key);
            [&kind.certain, &kind.likely, &kind.hint, &kind.never].into_iter().for_each(|cues| twice(&kind.key, cues));
        }
        for sign in &taxonomy.signs {
            assert!(!sign.cues.is_empty() && !sign.types.is_empty(), "{}", sign.key);
            twice(&sign.key, &sign.cues);
        }
        for condition in &taxonomy.conditions {
            assert!(!condition.cues.is_empty(), "{}", condition.key);
            twice(&condition.key, &condition.cues);
        }
    }

    #[test]
    fn conditions_are_plain_sentences_that_blame_nobody() {
        for condition in &TAXONOMY.conditions {
            let text = &condition.text;
            assert!(
                text.ends_with('.') && text.starts_with(char::is_uppercase) && text.chars().count() <= 300,
                "{text}"
            );
            for word in ["fault of", "failed", "negligent", "careless", "should have", "blame", "refused"] {
                assert!(word == "refused" || !text.contains(word), "{text}");
            }
        }
    }

    #[test]
    fn no_ordinary_word_passes_for_a_slip() {
        for word in ["showed", "laser", "singing", "monkey", "tasted", "jolly", "realised", "metre", "footy", "telly"] {
            assert_eq!(TAXONOMY.speller.nearest(word), word);
        }
    }

    #[test]
    fn mistakes_in_the_file_are_named() {
        let file = |kind: &str| {
            format!(
                "[groups]\nstaff = \"worker\"\n[spelling]\n{kind}\n[[sign]]\nkey = \"a\"\nlevel = \"Low\"\ntypes = []\ncues = []\nnever = []\n[[condition]]\nkey = \"b\"\ngroup = \"human\"\ntext = \"c\"\ncues = []\nnever = []\n"
            )
        };
        let kind = |cue: &str, covers: &str| {
            file(&format!(
                "[[kind]]\nkey = \"x\"\nname = \"X\"\ntype = \"Other\"\nseverity = \"Low\"\ncertain = [\"{cue}\"]\nlikely = []\nhint = []\nnever = []\ncovers = [{covers}]"
            ))
        };
        assert!(Taxonomy::read(&kind("hit $staff", "")).is_ok());
        for (cue, covers) in [("hit $nobody", ""), ("", ""), ("+ hit", ""), ("hit||kick", ""), ("hit", "\"y\"")] {
            assert!(Taxonomy::read(&kind(cue, covers)).is_err(), "{cue} {covers}");
        }
    }
}
