//! The four-phase account, in the reporter's own words.

use crate::error::{AppError, FieldError};
use serde::{Deserialize, Serialize};

/// A phase takes up to this many characters.
pub const MAX_PHASE_CHARACTERS: usize = 20_000;
/// At least one phase has to be told with this many characters before questions make sense.
pub const MIN_TOLD_CHARACTERS: usize = 50;

/// One part of the account, in the order in which things happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    Before,
    During,
    End,
    After,
}

impl Phase {
    pub const ALL: [Self; 4] = [Self::Before, Self::During, Self::End, Self::After];

    /// As addresses, forms and the database write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::During => "during",
            Self::End => "end",
            Self::After => "after",
        }
    }

    /// Reads what [`Phase::as_str`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|phase| phase.as_str() == text)
    }

    /// As headings write it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Before => "Before the event",
            Self::During => "During the event",
            Self::End => "How it ended",
            Self::After => "After the event",
        }
    }

    /// What the phase is about, as a question to the reporter.
    pub const fn question(self) -> &'static str {
        match self {
            Self::Before => "What was going on before it happened?",
            Self::During => "What happened, step by step?",
            Self::End => "How did it come to an end?",
            Self::After => "What happened afterwards?",
        }
    }

    /// What a good account of the phase tells.
    pub const fn hint(self) -> &'static str {
        match self {
            Self::Before => "Who was there, what people were doing, how the participant seemed, anything unusual.",
            Self::During => "What you saw and heard, in order. What people did and said. Anyone hurt?",
            Self::End => "What helped, how long it took, how the participant was when it was over.",
            Self::After => "Who you told and when, any doctor or ambulance, what was done to keep people safe.",
        }
    }

    /// An account of the kind that helps, to open and read.
    pub const fn example(self) -> &'static str {
        match self {
            Self::Before => {
                "Sam and I were making lunch. Two others were in the lounge with the TV on loud. Sam had slept badly and was quieter than usual since 10 am. At about 12:15 the doorbell rang twice."
            }
            Self::During => {
                "Sam dropped the plate, covered both ears and shouted \"stop it\". Sam then pushed past me to the hall and hit the door twice with an open hand. I stayed two metres away and spoke quietly. Nobody else was in the hall."
            }
            Self::End => {
                "I turned the TV off and Sam sat down on the floor. After about five minutes Sam's breathing slowed and Sam asked for water. I checked Sam's hand: red, no broken skin, all fingers moved."
            }
            Self::After => {
                "I phoned the team lead, Alex, at 12:40. Sam rested until 2 pm. I checked the hand again at 1 and at 2 pm: no swelling. I wrote it in the communication book and told the evening shift."
            }
        }
    }
}

/// The account as its reporter wrote it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Narrative {
    pub before: String,
    pub during: String,
    pub end: String,
    pub after: String,
}

impl Narrative {
    /// Reads the four fields of the form: line ends unified, control characters refused by leaving
    /// them out (PostgreSQL stores no NUL), over-long text an error at its field. Nothing else is
    /// touched: emoji and right-to-left text are part of an account.
    pub fn parse(before: &str, during: &str, end: &str, after: &str) -> Result<Self, AppError> {
        let narrative = Self {
            before: clean_text(before),
            during: clean_text(during),
            end: clean_text(end),
            after: clean_text(after),
        };
        let fields: Vec<_> = Phase::ALL
            .into_iter()
            .filter(|phase| narrative.phase(*phase).chars().count() > MAX_PHASE_CHARACTERS)
            .map(|phase| FieldError {
                field: phase.as_str().to_owned(),
                message: format!(
                    "\"{}\" is longer than 20,000 characters. Shorten it, or move part of it to another phase.",
                    phase.label()
                ),
            })
            .collect();
        if fields.is_empty() { Ok(narrative) } else { Err(AppError::Invalid { fields }) }
    }

    /// The same for what a form has sent.
    pub fn parsed(&self) -> Result<Self, AppError> {
        Self::parse(&self.before, &self.during, &self.end, &self.after)
    }

    /// The text of one phase.
    pub fn phase(&self, phase: Phase) -> &str {
        match phase {
            Phase::Before => &self.before,
            Phase::During => &self.during,
            Phase::End => &self.end,
            Phase::After => &self.after,
        }
    }

    /// Whether enough is told to ask about what is missing.
    pub fn is_told(&self) -> bool {
        Phase::ALL.into_iter().any(|phase| self.phase(phase).trim().chars().count() >= MIN_TOLD_CHARACTERS)
    }

    /// Passes if enough is told to go on.
    pub fn require_told(&self) -> Result<(), AppError> {
        if self.is_told() {
            Ok(())
        } else {
            Err(AppError::field(
                "during",
                "Tell a little more before you go on: at least one of the four boxes needs 50 characters or more.",
            ))
        }
    }

    /// What happened in one line, for lists: the first sentence of what happened, cut at 140 characters.
    pub fn headline(&self) -> String {
        use unicode_segmentation::UnicodeSegmentation;
        let told = [Phase::During, Phase::Before, Phase::End, Phase::After]
            .into_iter()
            .map(|phase| self.phase(phase).trim())
            .find(|text| !text.is_empty())
            .unwrap_or_default();
        let sentence = told.unicode_sentences().next().unwrap_or(told);
        let line = sentence.split_whitespace().collect::<Vec<_>>().join(" ");
        if line.chars().count() <= 140 {
            return line;
        }
        let cut: String = line.chars().take(139).collect();
        let at_word = cut.rfind(' ').filter(|position| *position > 80).unwrap_or(cut.len());
        format!("{}…", cut.get(..at_word).unwrap_or(&cut))
    }
}

/// Free text as it is kept: line feeds for line ends, no other control characters than tabs.
pub fn clean_text(text: &str) -> String {
    text.replace("\r\n", "\n")
        .replace('\r', "\n")
        .chars()
        .filter(|c| !c.is_control() || matches!(c, '\n' | '\t'))
        .collect()
}

/// A line of free text: no line ends, no control characters, no white space around.
pub fn clean_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::{MAX_PHASE_CHARACTERS, Narrative, clean_line};
    use proptest::prelude::*;

    fn told(during: &str) -> Narrative {
        Narrative::parse("", during, "", "").expect("short enough")
    }

    #[test]
    fn an_over_long_phase_is_an_error_at_its_field() {
        let long = "a".repeat(MAX_PHASE_CHARACTERS + 1);
        let error = Narrative::parse("", "fine", &long, "").expect_err("too long");
        assert!(error.at("end").is_some_and(|message| message.contains("20,000")));
        assert!(error.at("during").is_none());
    }

    #[test]
    fn emoji_and_right_to_left_text_stay_and_control_characters_go() {
        let narrative = told("بدأ يصرخ 😟\u{0}\u{8}\r\nthen left");
        assert_eq!(narrative.during, "بدأ يصرخ 😟\nthen left");
    }

    #[test]
    fn going_on_takes_fifty_characters_somewhere() {
        assert!(told(&"a".repeat(50)).require_told().is_ok());
        assert!(told(&format!("   {}   ", "a".repeat(49))).require_told().is_err());
    }

    #[test]
    fn the_headline_is_the_first_sentence_of_what_happened() {
        assert_eq!(told("Sam fell in the hall.\nHe got up. I rang.").headline(), "Sam fell in the hall.");
        let long = told(&"word ".repeat(60));
        assert!(long.headline().ends_with('…') && long.headline().chars().count() <= 140);
    }

    proptest! {
        #[test]
        fn any_text_can_be_parsed_and_parsing_again_changes_nothing(text in "\\PC{0,200}[\\x00-\\x1f]{0,5}\\PC{0,50}") {
            let once = told(&text);
            prop_assert_eq!(&told(&once.during), &once);
            prop_assert!(!once.during.contains(char::from(0)));
            let _ = once.headline();
            prop_assert!(!clean_line(&text).contains('\n'));
        }
    }
}
