//! The forms of the AI settings, as they are sent and as they are meant.

use crate::{
    ai::{BUILT_IN, provider::ProviderKind},
    error::{AppError, FieldError},
    ids::{ProviderId, UserId},
    incidents::narrative::clean_line,
    prompts::step::WorkflowStep,
    usage::figures::parse_usd,
};
use serde::{Deserialize, Serialize};
use std::{collections::HashMap, fmt};

const MAX_NAME: usize = 80;
const MAX_ADDRESS: usize = 300;
const MAX_MODEL: usize = 120;
const MAX_KEY: usize = 500;
/// A shorter key would be given away by its last characters.
const MIN_KEY_FOR_HINT: usize = 12;
const HINT: usize = 4;

/// Fields of a form by a key of their own.
pub type Fields = HashMap<String, String>;

/// Collects what is wrong with the fields of a form.
#[derive(Default)]
struct Refusals(Vec<FieldError>);

impl Refusals {
    fn add(&mut self, field: impl Into<String>, message: &str) {
        self.0.push(FieldError { field: field.into(), message: message.to_owned() });
    }

    fn unless_any<T>(self, value: T) -> Result<T, AppError> {
        if self.0.is_empty() { Ok(value) } else { Err(AppError::Invalid { fields: self.0 }) }
    }
}

/// The switch and the limits as the form sends them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SwitchForm {
    /// `on` or `off`.
    pub providers: String,
    /// Dollars, or empty for no limit.
    pub monthly_cap: String,
    pub person_monthly_cap: String,
}

/// The same, parsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewSwitch {
    pub providers_off: bool,
    pub monthly_cap_micros: Option<i64>,
    pub person_monthly_cap_micros: Option<i64>,
}

impl NewSwitch {
    /// Reads the form; every field that can't be used has its own message.
    pub fn parse(form: &SwitchForm) -> Result<Self, AppError> {
        let mut refusals = Refusals::default();
        let providers_off = match form.providers.as_str() {
            "on" => false,
            "off" => true,
            _ => {
                refusals.add("providers", "Choose whether AI providers may be used.");
                true
            }
        };
        let mut cap = |field: &str, text: &str| match text.trim() {
            "" => None,
            text => {
                let micros = parse_usd(text);
                if micros.is_none() {
                    refusals.add(field, "Enter an amount in US dollars, such as 25 or 25.50, or leave it empty.");
                }
                micros
            }
        };
        let monthly_cap_micros = cap("monthly_cap", &form.monthly_cap);
        let person_monthly_cap_micros = cap("person_monthly_cap", &form.person_monthly_cap);
        refusals.unless_any(Self { providers_off, monthly_cap_micros, person_monthly_cap_micros })
    }
}

/// What is chosen for a step: a provider with a model, or the built-in engine.
pub type NewStepChoice = (WorkflowStep, Option<(ProviderId, String)>);

/// The id of a step's field for its provider.
pub fn provider_field(step: WorkflowStep) -> String {
    format!("provider_{}", step.as_str())
}

/// The id of a step's field for its model.
pub fn model_field(step: WorkflowStep) -> String {
    format!("model_{}", step.as_str())
}

/// Reads the choices, by the steps' names. A step that isn't there stays as it is.
pub fn parse_steps(providers: &Fields, models: &Fields) -> Result<Vec<NewStepChoice>, AppError> {
    let mut refusals = Refusals::default();
    let mut choices = Vec::new();
    for step in WorkflowStep::ALL.iter().copied() {
        let Some(provider) = providers.get(step.as_str()) else {
            continue;
        };
        if provider.trim().is_empty() {
            choices.push((step, None));
            continue;
        }
        let model = clean_line(models.get(step.as_str()).map(String::as_str).unwrap_or_default());
        match provider.trim().parse() {
            Err(_) => refusals.add(provider_field(step), "Choose a provider from the list."),
            Ok(_) if model.is_empty() => refusals.add(model_field(step), "Enter the name of the model to use."),
            Ok(_) if model.chars().count() > MAX_MODEL => {
                refusals.add(model_field(step), "Use at most 120 characters for the model.");
            }
            Ok(id) => choices.push((step, Some((id, model)))),
        }
    }
    refusals.unless_any(choices)
}

/// Reads who compares meanings: nothing for the model on this machine.
pub fn parse_embedding(provider: &str, model: &str) -> Result<Option<(ProviderId, String)>, AppError> {
    if provider.trim().is_empty() {
        return Ok(None);
    }
    let mut refusals = Refusals::default();
    let id = provider.trim().parse().ok();
    if id.is_none() {
        refusals.add("embedding_provider", "Choose a provider from the list.");
    }
    let model = clean_line(model);
    if model.is_empty() {
        refusals.add("embedding_model", "Enter the name of the model to use.");
    } else if model.chars().count() > MAX_MODEL {
        refusals.add("embedding_model", "Use at most 120 characters for the model.");
    }
    refusals.unless_any(id.map(|id| (id, model)))
}

/// A person in the name of a form field. It starts with a letter, because a key that starts with a
/// digit would be read as a place in a list (serde_qs).
pub fn person_key(id: UserId) -> String {
    format!("u{id}")
}

/// Reads who was on the page and whose box was ticked.
pub fn parse_access(shown: &Fields, allowed: &Fields) -> Vec<(UserId, bool)> {
    let id = |key: &str| key.strip_prefix('u').and_then(|id| id.parse().ok());
    shown.keys().filter_map(|key| Some((id(key)?, allowed.contains_key(key)))).collect()
}

/// A provider as the form sends it.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ProviderForm {
    pub kind: String,
    pub name: String,
    /// Empty: the kind's own.
    pub base_url: String,
    /// Empty: the stored one stays.
    pub key: String,
    /// "true" or empty; flattened, a form holds text only.
    pub remove_key: String,
    pub test_model: String,
    /// "true" or empty.
    pub is_enabled: String,
    /// "test": once it is saved, it is tested.
    pub then: String,
}

/// Never shows the key.
impl fmt::Debug for ProviderForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProviderForm").field("kind", &self.kind).field("name", &self.name).finish_non_exhaustive()
    }
}

/// The same, parsed.
#[derive(Clone, PartialEq, Eq)]
pub struct NewProvider {
    pub kind: ProviderKind,
    pub name: String,
    pub base_url: Option<String>,
    pub key: KeyEntry,
    pub test_model: Option<String>,
    pub is_enabled: bool,
    /// It is to be tested at once.
    pub tests: bool,
}

/// What the form says about the key.
#[derive(Clone, PartialEq, Eq)]
pub enum KeyEntry {
    Keep,
    Remove,
    New(String),
}

impl NewProvider {
    /// Reads the form; every field that can't be used has its own message. `check_address` says in a
    /// sentence why a provider of that kind can't be at an address (nothing: the kind's own).
    pub fn parse(
        form: &ProviderForm,
        check_address: impl FnOnce(ProviderKind, Option<&str>) -> Result<(), String>,
    ) -> Result<Self, AppError> {
        let mut refusals = Refusals::default();
        let kind = ProviderKind::parse(&form.kind);
        if kind.is_none() {
            refusals.add("kind", "Choose the kind of provider.");
        }

        let name = clean_line(&form.name);
        if name.is_empty() {
            refusals.add("name", "Enter a name for the provider.");
        } else if name.chars().count() > MAX_NAME {
            refusals.add("name", "Use at most 80 characters for the name.");
        } else if name.eq_ignore_ascii_case(BUILT_IN) {
            refusals.add("name", "This is what the built-in engine is called. Choose another name.");
        }

        let base_url = Some(clean_line(&form.base_url)).filter(|address| !address.is_empty());
        if base_url.as_ref().is_some_and(|address| address.chars().count() > MAX_ADDRESS) {
            refusals.add("base_url", "Use at most 300 characters for the address.");
        } else if let Some(Err(problem)) = kind.map(|kind| check_address(kind, base_url.as_deref())) {
            refusals.add("base_url", &problem);
        }

        let key = match form.key.trim() {
            "" if form.remove_key == "true" => KeyEntry::Remove,
            "" => KeyEntry::Keep,
            key if key.len() > MAX_KEY || !key.bytes().all(|byte| byte.is_ascii_graphic()) => {
                refusals.add("key", "A key is one word of letters, digits and signs. Copy it again from the provider.");
                KeyEntry::Keep
            }
            key => KeyEntry::New(key.to_owned()),
        };

        let test_model = Some(clean_line(&form.test_model)).filter(|model| !model.is_empty());
        if test_model.as_ref().is_some_and(|model| model.chars().count() > MAX_MODEL) {
            refusals.add("test_model", "Use at most 120 characters for the model.");
        }
        let tests = form.then == "test";
        if tests && test_model.is_none() {
            refusals.add("test_model", "Enter the model to test with.");
        }

        let is_enabled = form.is_enabled == "true";
        match kind {
            Some(kind) => refusals.unless_any(Self { kind, name, base_url, key, test_model, is_enabled, tests }),
            None => Err(AppError::Invalid { fields: refusals.0 }),
        }
    }
}

/// What becomes of the stored key.
#[derive(Debug, PartialEq, Eq)]
pub enum KeyChange<'a> {
    Keep,
    Remove,
    /// The provider is somewhere else now, and the key was meant for where it was: a stored key that
    /// nobody can read must not be sent to a server of somebody's choice.
    Drop,
    Replace(&'a str),
}

impl KeyEntry {
    /// What the form means for a provider that has a key or none, and that `moved` to another address
    /// or kind or didn't.
    pub fn change(&self, has_key: bool, moved: bool) -> KeyChange<'_> {
        match self {
            Self::New(key) => KeyChange::Replace(key),
            Self::Remove if has_key => KeyChange::Remove,
            Self::Keep if has_key && moved => KeyChange::Drop,
            Self::Keep | Self::Remove => KeyChange::Keep,
        }
    }
}

/// The last characters of a key, to tell keys apart; nothing of a short one.
pub fn key_hint(key: &str) -> Option<&str> {
    (key.len() >= MIN_KEY_FOR_HINT).then(|| key.get(key.len() - HINT..)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> ProviderForm {
        ProviderForm {
            kind: "openai".into(),
            name: "OpenAI".into(),
            is_enabled: "true".into(),
            ..ProviderForm::default()
        }
    }

    fn fields(pairs: &[(&str, &str)]) -> Fields {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn an_empty_limit_is_no_limit_and_zero_is_one() {
        let form = SwitchForm { providers: "on".into(), monthly_cap: " ".into(), person_monthly_cap: "0".into() };
        let new = NewSwitch::parse(&form).expect("valid");
        assert_eq!((new.monthly_cap_micros, new.person_monthly_cap_micros), (None, Some(0)));
        let bad = SwitchForm { monthly_cap: "a lot".into(), person_monthly_cap: "-1".into(), ..SwitchForm::default() };
        let error = NewSwitch::parse(&bad).expect_err("all bad");
        for field in ["providers", "monthly_cap", "person_monthly_cap"] {
            assert!(error.at(field).is_some(), "{field}");
        }
    }

    #[test]
    fn a_step_needs_a_model_only_with_a_provider() {
        const ID: &str = "01890000-0000-7000-8000-000000000001";
        let providers = fields(&[("generate_questions", ID), ("enhance_narrative", ""), ("classify_incident", ID)]);
        let models = fields(&[("generate_questions", " small "), ("classify_incident", "")]);
        let error = parse_steps(&providers, &models).expect_err("a model is missing");
        assert_eq!(error.fields().len(), 1);
        assert!(error.at("model_classify_incident").is_some());
        let models = fields(&[("generate_questions", " small "), ("classify_incident", "large")]);
        let choices = parse_steps(&providers, &models).expect("valid");
        let models: Vec<_> =
            choices.iter().map(|(_, choice)| choice.as_ref().map(|(_, model)| model.as_str())).collect();
        assert_eq!(models, [Some("small"), None, Some("large")]);
        let error = parse_steps(&fields(&[("generate_questions", "openai")]), &models_of("x")).expect_err("no id");
        assert!(error.at("provider_generate_questions").is_some());
    }

    fn models_of(model: &str) -> Fields {
        WorkflowStep::ALL.iter().map(|step| (step.as_str().to_owned(), model.to_owned())).collect()
    }

    #[test]
    fn comparing_meanings_needs_a_model_only_with_a_provider() {
        const ID: &str = "01890000-0000-7000-8000-000000000001";
        assert_eq!(parse_embedding(" ", "left over"), Ok(None));
        let parsed = parse_embedding(ID, " text-embedding-3-small ").expect("valid");
        assert_eq!(parsed.map(|(_, model)| model).as_deref(), Some("text-embedding-3-small"));
        assert!(parse_embedding(ID, "").expect_err("no model").at("embedding_model").is_some());
        let error = parse_embedding("cloud", &"m".repeat(121)).expect_err("both bad");
        assert!(error.at("embedding_provider").is_some() && error.at("embedding_model").is_some());
    }

    #[test]
    fn a_box_that_isnt_ticked_counts_only_if_it_was_shown() {
        let (one, other) = ("u01890000-0000-7000-8000-000000000001", "u01890000-0000-7000-8000-000000000002");
        let mut access = parse_access(&fields(&[(one, "1"), (other, "1"), ("x", "1")]), &fields(&[(one, "true")]));
        access.sort_unstable();
        assert_eq!(access.iter().map(|(_, allowed)| *allowed).collect::<Vec<_>>(), [true, false]);
        assert_eq!(parse_access(&Fields::new(), &fields(&[(one, "true")])), []);
    }

    fn parse(form: &ProviderForm) -> Result<NewProvider, AppError> {
        NewProvider::parse(form, |kind, address| match address {
            None if kind.needs_address() => Err("It needs one.".to_owned()),
            Some("nonsense") => Err("Not an address.".to_owned()),
            _ => Ok(()),
        })
    }

    #[test]
    fn every_bad_field_of_a_provider_gets_its_message() {
        let bad = ProviderForm {
            name: "Built-In".into(),
            base_url: " nonsense".into(),
            key: "two words".into(),
            test_model: "m".repeat(121),
            ..form()
        };
        let error = parse(&bad).err().expect("all bad");
        for field in ["name", "base_url", "key", "test_model"] {
            assert!(error.at(field).is_some(), "{field}");
        }
        let at = |form: &ProviderForm, field: &str| parse(form).err().and_then(|error| error.at(field));
        assert!(at(&ProviderForm { kind: "pigeon".into(), ..form() }, "kind").is_some());
        assert!(at(&ProviderForm { then: "test".into(), ..form() }, "test_model").is_some());
        assert!(at(&ProviderForm { kind: "openai_compatible".into(), ..form() }, "base_url").is_some());
        assert!(at(&ProviderForm { base_url: "h".repeat(301), ..form() }, "base_url").is_some());
        assert!(parse(&form()).is_ok_and(|new| new.base_url.is_none() && new.key == KeyEntry::Keep && new.is_enabled));
    }

    #[test]
    fn a_key_stays_where_it_was_meant_for() {
        assert_eq!(KeyEntry::Keep.change(true, false), KeyChange::Keep);
        assert_eq!(KeyEntry::Keep.change(true, true), KeyChange::Drop);
        assert_eq!(KeyEntry::Keep.change(false, true), KeyChange::Keep);
        assert_eq!(KeyEntry::Remove.change(true, true), KeyChange::Remove);
        assert_eq!(KeyEntry::New("k".into()).change(true, true), KeyChange::Replace("k"));
    }

    #[test]
    fn a_key_is_never_shown() {
        let form = ProviderForm { key: "sk-very-secret-wxyz".into(), ..form() };
        assert!(!format!("{form:?}").contains("secret"));
        assert_eq!(key_hint(&form.key), Some("wxyz"));
        assert_eq!(key_hint("short"), None);
    }
}
