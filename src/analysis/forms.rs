//! What the forms of an analysis send, and which of them is open.

use super::analysis::{Condition, ConditionGroup, Evidence, IncidentType, Severity};
use crate::{
    error::{AppError, FieldError},
    ids::ClassificationId,
    incidents::narrative::{Narrative, Phase, clean_line, clean_text},
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Notes on a decision take up to this many characters.
pub const MAX_NOTES_CHARACTERS: usize = 2_000;
/// A question to the reporter takes up to this many characters.
pub const MAX_QUESTION_CHARACTERS: usize = 1_000;
/// A condition takes up to this many characters.
pub const MAX_CONDITION_CHARACTERS: usize = 300;
/// More conditions than this help nobody.
pub const MAX_CONDITIONS: usize = 40;
/// Empty lines at the end of the form of conditions, for new ones.
pub const BLANK_CONDITIONS: usize = 3;
/// One save counts at most this many seconds of editing: nobody edits for hours, but pages stay open.
pub const MAX_EDIT_SECONDS: i32 = 3_600;

/// The form that is open on the page. It stands in the page's address, so that each has a link and
/// works without JavaScript; only one is open at a time, so that no save takes another's text along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenForm {
    Change(ClassificationId),
    Dismiss(ClassificationId),
    Add,
    Conditions,
    SendBack,
    SignOff,
}

impl OpenForm {
    /// Reads what [`OpenForm::write`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        let id = |prefix| text.strip_prefix(prefix).and_then(|id| id.parse().ok());
        match text {
            "add" => Some(Self::Add),
            "conditions" => Some(Self::Conditions),
            "send-back" => Some(Self::SendBack),
            "sign-off" => Some(Self::SignOff),
            _ => id("change-").map(Self::Change).or_else(|| id("dismiss-").map(Self::Dismiss)),
        }
    }

    /// As addresses write it.
    pub fn write(self) -> String {
        match self {
            Self::Change(id) => format!("change-{id}"),
            Self::Dismiss(id) => format!("dismiss-{id}"),
            Self::Add => "add".to_owned(),
            Self::Conditions => "conditions".to_owned(),
            Self::SendBack => "send-back".to_owned(),
            Self::SignOff => "sign-off".to_owned(),
        }
    }

    /// The id of the place on the page where it stands.
    pub fn anchor(self) -> String {
        match self {
            Self::Change(id) | Self::Dismiss(id) => classification_anchor(id),
            Self::Add => "add".to_owned(),
            Self::Conditions => "conditions".to_owned(),
            Self::SendBack | Self::SignOff => "decide".to_owned(),
        }
    }
}

/// The id of a classification's place on the page.
pub fn classification_anchor(id: ClassificationId) -> String {
    format!("c-{id}")
}

/// The id of a condition's place on the page.
pub fn condition_anchor(index: usize) -> String {
    format!("k-{index}")
}

/// A decision on one classification that changes neither type nor severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// It stands as it is.
    Accept,
    /// It doesn't apply; kept, because it was suggested.
    Dismiss,
    /// Back to how it was suggested, undecided; a person's own stands again.
    Restore,
}

/// Type, severity and notes of a classification, as its form sends them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ClassificationForm {
    pub incident_type: String,
    pub severity: String,
    pub notes: String,
}

/// The same, parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChosenClassification {
    pub incident_type: IncidentType,
    pub severity: Severity,
    pub notes: String,
}

impl ClassificationForm {
    /// Reads the form; what is missing or too long is said at its field.
    pub fn parse(&self) -> Result<ChosenClassification, AppError> {
        let mut fields = Vec::new();
        let mut add = |field: &str, message: &str| {
            fields.push(FieldError { field: field.to_owned(), message: message.to_owned() });
        };
        let incident_type = IncidentType::parse(&self.incident_type);
        if incident_type.is_none() {
            add("incident_type", "Choose a type.");
        }
        let severity = Severity::parse(&self.severity);
        if severity.is_none() {
            add("severity", "Choose a severity.");
        }
        let notes = tidy(&self.notes);
        if notes.chars().count() > MAX_NOTES_CHARACTERS {
            add("notes", NOTES_TOO_LONG);
        }
        match (incident_type, severity) {
            (Some(incident_type), Some(severity)) if fields.is_empty() => {
                Ok(ChosenClassification { incident_type, severity, notes })
            }
            _ => Err(AppError::Invalid { fields }),
        }
    }
}

const NOTES_TOO_LONG: &str = "These notes are longer than 2,000 characters. Shorten them.";

/// Reads the notes on a decision.
pub fn parse_notes(text: &str) -> Result<String, AppError> {
    let notes = tidy(text);
    if notes.chars().count() > MAX_NOTES_CHARACTERS { Err(AppError::field("notes", NOTES_TOO_LONG)) } else { Ok(notes) }
}

/// Reads the question with which a report goes back.
pub fn parse_question(text: &str) -> Result<String, AppError> {
    let question = tidy(text);
    match question.chars().count() {
        0 => Err(AppError::field("question", "Write what the reporter should answer.")),
        1..=MAX_QUESTION_CHARACTERS => Ok(question),
        _ => Err(AppError::field("question", "This question is longer than 1,000 characters. Shorten it.")),
    }
}

fn tidy(text: &str) -> String {
    clean_text(text).trim().to_owned()
}

/// A condition in the name of a form field. It starts with a letter, because a key that starts with a
/// digit would be read as a place in a list (serde_qs).
pub fn condition_key(index: usize) -> String {
    format!("k{index}")
}

/// All conditions as their form sends them: `conditions[<key>][text]`, with the [`condition_key`].
///
/// It holds everything that a condition has: a save replaces the list, whatever the list was when the
/// form was opened.
pub type ConditionsForm = HashMap<String, ConditionForm>;

/// One of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ConditionForm {
    pub group: String,
    /// Without text the condition was removed or never written.
    pub text: String,
    /// Anything: the box is ticked.
    pub removed: String,
    pub quote: String,
    /// The phase of the quote.
    pub phase: String,
}

/// Reads the conditions in the order of their keys. A quote that doesn't stand in the account is left out.
pub fn parse_conditions(form: &ConditionsForm, account: &Narrative) -> Result<Vec<Condition>, AppError> {
    let mut sent: Vec<_> = form
        .iter()
        .filter_map(|(key, condition)| Some((key.strip_prefix('k')?.parse::<usize>().ok()?, key, condition)))
        .filter(|(.., condition)| condition.removed.is_empty() && !clean_line(&condition.text).is_empty())
        .collect();
    sent.sort_unstable_by_key(|(place, ..)| *place);
    if sent.len() > MAX_CONDITIONS {
        return Err(AppError::not_possible("These are more than 40 conditions. Remove some, then save."));
    }
    let mut fields = Vec::new();
    let mut conditions = Vec::new();
    for (_, key, condition) in sent {
        match condition.parse(key, account) {
            Ok(condition) => conditions.push(condition),
            Err(error) => fields.push(error),
        }
    }
    if fields.is_empty() { Ok(conditions) } else { Err(AppError::Invalid { fields }) }
}

impl ConditionForm {
    fn parse(&self, key: &str, account: &Narrative) -> Result<Condition, FieldError> {
        let at = |field: &str, message: &str| FieldError {
            field: format!("conditions[{key}][{field}]"),
            message: message.to_owned(),
        };
        let text = clean_line(&self.text);
        if text.chars().count() > MAX_CONDITION_CHARACTERS {
            return Err(at("text", "This condition is longer than 300 characters. Shorten it."));
        }
        let group =
            ConditionGroup::parse(&self.group).ok_or_else(|| at("group", "Choose a group for this condition."))?;
        Ok(Condition { group, text, evidence: self.evidence(account) })
    }

    fn evidence(&self, account: &Narrative) -> Option<Evidence> {
        // Forms send line ends as they like; the account has line feeds.
        let quote = clean_text(&self.quote);
        let phase = Phase::parse(&self.phase)?;
        let stands = !quote.is_empty() && account.phase(phase).contains(&quote);
        stands.then_some(Evidence { phase, quote })
    }
}

#[cfg(test)]
mod tests {
    use super::{ClassificationForm, ConditionForm, ConditionsForm, OpenForm, parse_conditions, parse_question};
    use crate::{
        analysis::analysis::{Condition, ConditionGroup, Evidence},
        ids::ClassificationId,
        incidents::narrative::{Narrative, Phase},
    };
    use uuid::Uuid;

    fn sent(conditions: &[(&str, [&str; 5])]) -> ConditionsForm {
        conditions
            .iter()
            .map(|(key, values)| {
                let [group, text, removed, quote, phase] = values.map(str::to_owned);
                ((*key).to_owned(), ConditionForm { group, text, removed, quote, phase })
            })
            .collect()
    }

    #[test]
    fn an_open_form_reads_as_it_was_written() {
        let id = ClassificationId::from(Uuid::from_u128(7));
        let all = [
            OpenForm::Change(id),
            OpenForm::Dismiss(id),
            OpenForm::Add,
            OpenForm::Conditions,
            OpenForm::SendBack,
            OpenForm::SignOff,
        ];
        for form in all {
            assert_eq!(OpenForm::parse(&form.write()), Some(form));
        }
        assert_eq!(OpenForm::parse("change-nothing"), None);
    }

    #[test]
    fn what_is_not_chosen_is_said_at_its_field() {
        let form = ClassificationForm { severity: "Extreme".into(), notes: "a".repeat(2001), ..Default::default() };
        let error = form.parse().expect_err("nothing fits");
        for field in ["incident_type", "severity", "notes"] {
            assert!(error.at(field).is_some(), "{field}");
        }
        let form = ClassificationForm { incident_type: "Medical".into(), severity: "High".into(), notes: " x ".into() };
        assert_eq!(form.parse().expect("complete").notes, "x");
    }

    #[test]
    fn a_question_has_to_be_asked_and_not_too_long() {
        assert!(parse_question(" \n ").expect_err("empty").at("question").is_some());
        assert!(parse_question(&"a".repeat(1001)).expect_err("long").at("question").is_some());
        assert_eq!(parse_question(" Who was there?\r\nWhen? ").as_deref(), Ok("Who was there?\nWhen?"));
    }

    #[test]
    fn conditions_keep_their_order_and_only_evidence_that_stands() {
        let account = Narrative { before: "The floor was wet. Kim\nleft.".into(), ..Narrative::default() };
        let form = sent(&[
            ("k10", ["procedural", "Last", "", "", ""]),
            ("k0", ["environmental", " Wet floor ", "", "wet. Kim\r\nleft", "before"]),
            ("k1", ["human", "Gone", "true", "", ""]),
            ("k2", ["human", "Untrue", "", "The floor was dry", "before"]),
            ("k3", ["", "  ", "", "", ""]),
        ]);
        let evidence = Evidence { phase: Phase::Before, quote: "wet. Kim\nleft".into() };
        let condition = |group, text: &str, evidence| Condition { group, text: text.to_owned(), evidence };
        assert_eq!(
            parse_conditions(&form, &account).expect("complete"),
            [
                condition(ConditionGroup::Environmental, "Wet floor", Some(evidence)),
                condition(ConditionGroup::Human, "Untrue", None),
                condition(ConditionGroup::Procedural, "Last", None),
            ]
        );
    }

    #[test]
    fn what_is_wrong_with_a_condition_is_said_at_its_field() {
        let long = "a".repeat(301);
        let form = sent(&[("k0", ["", "New", "", "", ""]), ("k1", ["human", &long, "", "", ""])]);
        let error = parse_conditions(&form, &Narrative::default()).expect_err("no group, too long");
        assert!(error.at("conditions[k0][group]").is_some());
        assert!(error.at("conditions[k1][text]").is_some());
    }
}
