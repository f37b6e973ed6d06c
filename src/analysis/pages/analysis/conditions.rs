//! What made the event possible or worse, in four groups; changed as one list.

use super::desk::{Desk, EditTime, Sheet, form_buttons};
use crate::{
    analysis::{
        analysis::{Condition, ConditionGroup, confidence_in_words},
        claims::{Claim, evidence_anchor},
        components::{ConditionGroups, MakerLine, QuoteList},
        forms::{BLANK_CONDITIONS, MAX_CONDITION_CHARACTERS, OpenForm, condition_anchor, condition_key},
        record::Analysis,
    },
    ui::{ButtonVariant, Card, Checkbox, Disclosure, Icon, LinkButton, SelectField, TextArea, fresh},
};
use leptos::prelude::*;

/// The conditions, or the form that changes them.
pub fn conditions_view(desk: Desk, sheet: Sheet, analysis: &Analysis, claims: &[Claim]) -> AnyView {
    let conditions = StoredValue::new(analysis.conditions.clone());
    let places = StoredValue::new(places_of(&analysis.conditions, claims));
    let body = move || match desk.open() {
        Some(OpenForm::Conditions) if sheet.is_open => fresh(
            format!("conditions {}", sheet.revision),
            view! { <ConditionsForm desk sheet conditions=conditions.get_value() /> }.into_any(),
        ),
        open => reading_view(desk, sheet, conditions.get_value(), places.get_value(), open.is_none()),
    };
    let confidence = analysis.conditions_confidence.map(|confidence| {
        view! {
            <p class="text-[0.9375rem] text-muted">{format!("Confidence: {}", confidence_in_words(confidence))}</p>
        }
    });
    let maker = analysis.conditions_maker.clone().map(|maker| view! { <MakerLine maker /> });
    let suggested =
        analysis.suggested_conditions.clone().filter(|_| analysis.has_edited_conditions()).map(|suggested| {
            view! {
                <Disclosure summary="As suggested">
                    <ConditionGroups conditions=suggested />
                </Disclosure>
            }
        });
    view! {
        <div id="conditions" class="scroll-mt-20">
            <Card title="Contributing conditions">
                {body}
                <div class="mt-4 space-y-1">{confidence} {maker} {suggested}</div>
            </Card>
        </div>
    }
    .into_any()
}

/// The addresses of each condition's evidence in the account.
fn places_of(conditions: &[Condition], claims: &[Claim]) -> Vec<Vec<String>> {
    (0..conditions.len())
        .map(|index| {
            let anchor = condition_anchor(index);
            let claim = claims.iter().find(|claim| claim.anchor == anchor);
            claim.map_or_else(Vec::new, |claim| {
                (0..claim.evidence.len()).map(|evidence| format!("#{}", evidence_anchor(claim, evidence))).collect()
            })
        })
        .collect()
}

fn reading_view(
    desk: Desk,
    sheet: Sheet,
    conditions: Vec<Condition>,
    places: Vec<Vec<String>>,
    is_free: bool,
) -> AnyView {
    let change = (sheet.is_open && is_free).then(|| {
        view! {
            <div class="mt-4">
                <LinkButton
                    href=desk.opening(sheet.incident, OpenForm::Conditions)
                    variant=ButtonVariant::Secondary
                    icon=Icon::Edit
                >
                    "Change the conditions"
                </LinkButton>
            </div>
        }
    });
    view! {
        <ConditionGroups conditions places signed=true />
        {change}
    }
    .into_any()
}

/// Every condition with its group, and empty lines for new ones.
#[component]
fn ConditionsForm(desk: Desk, sheet: Sheet, conditions: Vec<Condition>) -> impl IntoView {
    let time = EditTime::begin();
    let count = conditions.len();
    let standing = conditions
        .into_iter()
        .enumerate()
        .map(|(index, condition)| condition_fields(desk, index, Some(condition)))
        .collect_view();
    let blank = (count..count + BLANK_CONDITIONS).map(|index| condition_fields(desk, index, None)).collect_view();
    view! {
        <ActionForm action=desk.conditions attr:novalidate=true attr:class="fields">
            {desk.form_fields(sheet)}
            {standing}
            {blank}
            {form_buttons(desk, sheet, OpenForm::Conditions, "Save the conditions", desk.conditions.pending(), Some(time))}
        </ActionForm>
    }
    .into_any()
}

fn condition_fields(desk: Desk, index: usize, condition: Option<Condition>) -> AnyView {
    let field = |name: &str| format!("conditions[{}][{name}]", condition_key(index));
    let groups =
        ConditionGroup::ALL.iter().map(|one| (one.as_str().to_owned(), one.label().to_owned())).collect::<Vec<_>>();
    let is_new = condition.is_none();
    let (label, text, group, evidence) = match condition {
        Some(condition) => {
            (format!("Condition {}", index + 1), condition.text, condition.group.as_str(), condition.evidence)
        }
        None => ("A new condition".to_owned(), String::new(), "", None),
    };
    let quote = evidence.clone().map(|evidence| {
        view! {
            <input type="hidden" name=field("quote") value=evidence.quote />
            <input type="hidden" name=field("phase") value=evidence.phase.as_str() />
        }
    });
    let remove = (!is_new).then(|| view! { <Checkbox label="Remove this condition" name=field("removed") /> });
    view! {
        <fieldset class="min-w-0 rounded-box bg-base-200 p-4">
            <legend class="sr-only">{label.clone()}</legend>
            <div class="space-y-3">
                <TextArea
                    label=label
                    name=field("text")
                    value=text
                    rows=2
                    optional=is_new
                    maxlength=u32::try_from(MAX_CONDITION_CHARACTERS).unwrap_or(u32::MAX)
                    error=desk.at(field("text"))
                />
                <SelectField
                    label="Group"
                    name=field("group")
                    options=groups
                    value=group
                    nostrip:blank=is_new.then(|| "Choose a group".to_owned())
                    error=desk.at(field("group"))
                />
                {quote}
                <QuoteList evidence=evidence.into_iter().collect() />
                {remove}
            </div>
        </fieldset>
    }
    .into_any()
}
