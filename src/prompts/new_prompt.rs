//! The form of a new version, parsed.

use super::{
    prompt::{MAX_DESCRIPTION_CHARACTERS, MAX_TEMPLATE_CHARACTERS, PromptForm},
    step::WorkflowStep,
};
use crate::{
    ai::render::check,
    error::{AppError, FieldError},
    incidents::narrative::{clean_line, clean_text},
};

/// The fewest and the most tokens that an answer may be allowed.
const MAX_TOKENS: std::ops::RangeInclusive<i32> = 50..=64_000;
const TEMPERATURE: std::ops::RangeInclusive<f32> = 0.0..=2.0;
const MAX_MODEL_CHARACTERS: usize = 120;

/// A version that can be saved.
#[derive(Debug, Clone, PartialEq)]
pub struct NewPrompt {
    pub description: String,
    pub template: String,
    pub max_tokens: Option<i32>,
    pub temperature: Option<f32>,
    pub ai_model: Option<String>,
}

impl NewPrompt {
    /// Reads the form; every field that can't be used has its own message. The template may use the
    /// step's variables and no others.
    pub fn parse(form: &PromptForm, step: WorkflowStep) -> Result<Self, AppError> {
        let mut fields = Vec::new();
        let mut refuse = |field: &str, message: &str| {
            fields.push(FieldError { field: field.to_owned(), message: message.to_owned() });
        };

        let description = clean_line(&form.description);
        match description.chars().count() {
            0 => refuse("description", "Say in one line what this version is for."),
            1..=MAX_DESCRIPTION_CHARACTERS => (),
            _ => refuse("description", "Use at most 200 characters here."),
        }

        let template = clean_text(&form.template).trim().to_owned();
        if template.is_empty() {
            refuse("template", "Write the text that the AI is given.");
        } else if template.chars().count() > MAX_TEMPLATE_CHARACTERS {
            refuse("template", "The text is longer than 20,000 characters. Shorten it.");
        } else if let Err(error) = check(&template, step) {
            let message = error.at("template").unwrap_or_else(|| error.to_string());
            refuse("template", &message);
        }

        let max_tokens = optional_number(&form.max_tokens, |number| MAX_TOKENS.contains(number));
        if max_tokens.is_err() {
            refuse("max_tokens", "Enter a whole number from 50 to 64,000, or leave it empty.");
        }
        let temperature = optional_number(&form.temperature, |number| TEMPERATURE.contains(number));
        if temperature.is_err() {
            refuse("temperature", "Enter a number from 0 to 2, such as 0.2, or leave it empty.");
        }

        let ai_model = Some(clean_line(&form.ai_model)).filter(|model| !model.is_empty());
        if ai_model.as_ref().is_some_and(|model| model.chars().count() > MAX_MODEL_CHARACTERS) {
            refuse("ai_model", "Use at most 120 characters for the model's name.");
        }

        match (max_tokens, temperature) {
            (Ok(max_tokens), Ok(temperature)) if fields.is_empty() => {
                Ok(Self { description, template, max_tokens, temperature, ai_model })
            }
            _ => Err(AppError::Invalid { fields }),
        }
    }
}

/// Nothing is typed, or a number that is allowed.
fn optional_number<N: std::str::FromStr>(text: &str, is_allowed: impl Fn(&N) -> bool) -> Result<Option<N>, ()> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().ok().filter(is_allowed).map(Some).ok_or(())
}

#[cfg(test)]
mod tests {
    use super::NewPrompt;
    use crate::prompts::{prompt::PromptForm, step::WorkflowStep};
    use proptest::prelude::*;

    const STEP: WorkflowStep = WorkflowStep::EnhanceNarrative;

    fn form() -> PromptForm {
        PromptForm { description: "Shorter".into(), template: "Tidy {{original}}.".into(), ..PromptForm::default() }
    }

    #[test]
    fn a_description_and_a_template_are_enough() {
        let new = NewPrompt::parse(&form(), STEP).expect("valid");
        assert_eq!((new.max_tokens, new.temperature, new.ai_model), (None, None, None));
        let full = PromptForm {
            max_tokens: " 1500 ".into(),
            temperature: "0.2".into(),
            ai_model: " some-model ".into(),
            ..form()
        };
        let new = NewPrompt::parse(&full, STEP).expect("valid");
        assert_eq!(
            (new.max_tokens, new.temperature, new.ai_model.as_deref()),
            (Some(1500), Some(0.2), Some("some-model"))
        );
    }

    #[test]
    fn every_bad_field_gets_its_message() {
        let bad = PromptForm {
            description: " ".into(),
            template: "Tidy {{nickname}}.".into(),
            max_tokens: "many".into(),
            temperature: "NaN".into(),
            ai_model: "m".repeat(121),
        };
        let error = NewPrompt::parse(&bad, STEP).expect_err("all bad");
        for field in ["description", "template", "max_tokens", "temperature", "ai_model"] {
            assert!(error.at(field).is_some(), "{field}");
        }
        for (max_tokens, temperature) in [("49", ""), ("64001", ""), ("1.5", ""), ("", "2.1"), ("", "-0.1")] {
            let bad = PromptForm { max_tokens: max_tokens.into(), temperature: temperature.into(), ..form() };
            assert!(NewPrompt::parse(&bad, STEP).is_err(), "{max_tokens} {temperature}");
        }
    }

    proptest! {
        #[test]
        fn what_passes_fits_the_table(description in "\\PC{0,220}", template in "\\PC{0,60}[\\x00-\\x1f]{0,3}") {
            if let Ok(new) = NewPrompt::parse(&PromptForm { description, template, ..form() }, STEP) {
                prop_assert!((1..=200).contains(&new.description.chars().count()));
                prop_assert!((1..=20_000).contains(&new.template.chars().count()));
                prop_assert!(!new.template.contains('\0'));
            }
        }
    }
}
