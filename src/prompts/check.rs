// merge: ai::render::check takes the place of this file.
//! Whether a template can be rendered for its step.

use super::step::WorkflowStep;
use crate::error::AppError;

/// Passes if every `{{variable}}` of the template is one of the step's; otherwise an error at
/// "template".
pub fn check(template: &str, step: WorkflowStep) -> Result<(), AppError> {
    if template.trim().is_empty() {
        return Err(AppError::field("template", "Write the text that the AI is given."));
    }
    let mut rest = template;
    while let Some((_, after)) = rest.split_once("{{") {
        let Some((name, behind)) = after.split_once("}}") else {
            return Err(AppError::field("template", "A variable begins with {{ but doesn't end. Close it with }}."));
        };
        if !step.variables().contains(&name.trim()) {
            let known: Vec<_> = step.variables().iter().map(|variable| format!("{{{{{variable}}}}}")).collect();
            let message =
                format!("There is a variable that this step doesn't have. It has these: {}.", known.join(", "));
            return Err(AppError::field("template", message));
        }
        rest = behind;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::prompts::step::WorkflowStep;

    #[test]
    fn only_the_steps_own_variables_pass() {
        let step = WorkflowStep::EnhanceNarrative;
        assert_eq!(check("Tidy {{original}} with {{ answers }}. Answer like {\"a\": {\"b\": 1}}.", step), Ok(()));
        for bad in ["  \n ", "Tidy {{original", "Tidy {{nickname}}", "Tidy {{}}", "Tidy {{location}}"] {
            assert!(check(bad, step).is_err_and(|error| error.at("template").is_some()), "{bad}");
        }
    }
}
