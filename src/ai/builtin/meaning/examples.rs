//! The example sentences, read once from `sentences.txt`.

use crate::ai::builtin::taxonomy::{TAXONOMY, Taxonomy};
use crate::analysis::analysis::IncidentType;
use anyhow::{Context, bail};
use std::{collections::BTreeSet, sync::LazyLock};

/// The file, as the weights that are made from it are named after it.
pub const WRITTEN: &str = include_str!("sentences.txt");

/// The examples that the server was built with. A test proves that they can be read; if they couldn't,
/// there would be no class, and the engine would go by words alone.
pub static EXAMPLES: LazyLock<Examples> = LazyLock::new(|| {
    Examples::read(WRITTEN, &TAXONOMY).unwrap_or_else(|error| {
        tracing::error!(reason = %error, "the built-in engine's example sentences can't be read");
        Examples::default()
    })
});

/// Sentences, each of a class.
#[derive(Debug, Default)]
pub struct Examples {
    pub classes: Vec<Class>,
    pub sentences: Vec<String>,
    /// The number of each sentence's class.
    pub class_of: Vec<usize>,
}

/// What sentences tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Class {
    pub key: String,
    pub role: Role,
    /// The number of the kind of event in the taxonomy, if it is one.
    pub kind: Option<usize>,
}

/// What a class says about an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// That there was one of a type.
    Event(IncidentType),
    /// That somebody was hurt by it.
    Harm,
    FirstAid,
    Doctor,
    Hospital,
    Police,
    /// Nothing: what is routine, denied, planned, past or only reported.
    Background,
}

impl Role {
    fn parse(written: &str) -> Option<Self> {
        Some(match written {
            "harm" => Self::Harm,
            "first_aid" => Self::FirstAid,
            "doctor" => Self::Doctor,
            "hospital" => Self::Hospital,
            "police" => Self::Police,
            "background" => Self::Background,
            _ => return None,
        })
    }
}

impl Examples {
    /// Reads sentences under the headings of their classes.
    ///
    /// # Errors
    /// Where a heading names no kind of the taxonomy and no role, or one twice, or has no sentence.
    pub fn read(written: &str, taxonomy: &Taxonomy) -> anyhow::Result<Self> {
        let mut examples = Self::default();
        let lines = written.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        for line in lines {
            if let Some(heading) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
                examples.classes.push(class(heading, taxonomy)?);
            } else {
                let class = examples.classes.len().checked_sub(1).context("a sentence stands under no heading")?;
                examples.sentences.push(line.to_owned());
                examples.class_of.push(class);
            }
        }
        examples.check()?;
        Ok(examples)
    }

    fn check(&self) -> anyhow::Result<()> {
        let mut seen = BTreeSet::new();
        for (number, class) in self.classes.iter().enumerate() {
            if !seen.insert(&class.key) {
                bail!("the class {} is there twice", class.key);
            }
            if !self.class_of.contains(&number) {
                bail!("the class {} has no sentence", class.key);
            }
        }
        Ok(())
    }
}

/// `kind`, or `class = role`.
fn class(heading: &str, taxonomy: &Taxonomy) -> anyhow::Result<Class> {
    if let Some((key, role)) = heading.split_once(" = ") {
        let role = Role::parse(role).with_context(|| format!("there is no role {role}"))?;
        return Ok(Class { key: key.to_owned(), role, kind: None });
    }
    let kind = taxonomy.kind(heading).with_context(|| format!("there is no kind {heading}"))?;
    let role = Role::Event(taxonomy.kinds[kind].incident_type);
    Ok(Class { key: heading.to_owned(), role, kind: Some(kind) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_event_and_every_role_has_examples() {
        let examples = Examples::read(WRITTEN, &TAXONOMY).unwrap();
        assert_eq!(examples.sentences.len(), examples.class_of.len());
        for (number, kind) in TAXONOMY.kinds.iter().enumerate() {
            let class = examples.classes.iter().position(|class| class.kind == Some(number));
            let class = class.unwrap_or_else(|| panic!("{} has no examples", kind.key));
            assert!(examples.class_of.iter().filter(|of| **of == class).count() >= 8, "{}", kind.key);
        }
        let roles: BTreeSet<Role> = examples.classes.iter().map(|class| class.role).collect();
        assert_eq!(roles.len(), IncidentType::ALL.len() + 6);
        let once: BTreeSet<&String> = examples.sentences.iter().collect();
        assert_eq!(once.len(), examples.sentences.len(), "a sentence is there twice");
    }

    #[test]
    fn mistakes_in_the_file_are_named() {
        let read = |written: &str| Examples::read(written, &TAXONOMY);
        assert!(read("# head\n[fall]\nHe fell.\n\n[tears = harm]\nShe cried.").is_ok());
        for wrong in ["He fell.", "[no_kind]\na", "[x = no_role]\na", "[fall]\n[pain]\na", "[fall]\na\n[fall]\nb"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
