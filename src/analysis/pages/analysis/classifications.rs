//! What kind of event it was: each classification with its evidence, the suggestion and the decision.

use super::desk::{Desk, EditTime, Sheet, focus_first, form_buttons};
use crate::{
    analysis::{
        analysis::{IncidentType, Severity, Verdict},
        claims::{Claim, evidence_anchor},
        components::{MakerLine, QuoteList, SeverityBadge, VerdictBadge, suggestion_in_words},
        forms::{Decision, MAX_NOTES_CHARACTERS, OpenForm, classification_anchor},
        record::{Analysis, Classification},
    },
    incidents::components::WrittenText,
    ui::{Button, ButtonVariant, Card, Icon, LinkButton, LocalTime, RadioGroup, SelectField, TextArea, fresh},
};
use leptos::{html, prelude::*};

/// All classifications, and the form for one more.
pub fn classifications_view(desk: Desk, sheet: Sheet, analysis: &Analysis, claims: &[Claim]) -> AnyView {
    let cards = (1..)
        .zip(&analysis.classifications)
        .map(|(number, classification)| card_view(desk, sheet, number, classification.clone(), claims))
        .collect_view();
    let empty = analysis.classifications.is_empty().then(|| {
        view! { <p class="text-muted">"Nothing is suggested."</p> }
    });
    let add = move || match desk.open() {
        _ if !sheet.is_open => None,
        Some(OpenForm::Add) => {
            Some(fresh(format!("add {}", sheet.revision), view! { <AddForm desk sheet /> }.into_any()))
        }
        Some(_) => None,
        None => {
            let href = desk.opening(sheet.incident, OpenForm::Add);
            Some(
                view! {
                    <LinkButton href variant=ButtonVariant::Secondary icon=Icon::Plus>
                        "Add a classification"
                    </LinkButton>
                }
                .into_any(),
            )
        }
    };
    view! {
        <Card title="Classifications">
            {empty}
            <ol class="divide-y divide-base-300">{cards}</ol>
            <div id="add" class="mt-4 scroll-mt-20">
                {add}
            </div>
        </Card>
    }
    .into_any()
}

fn card_view(desk: Desk, sheet: Sheet, number: usize, one: Classification, claims: &[Claim]) -> AnyView {
    let anchor = classification_anchor(one.id);
    let place = claims.iter().position(|claim| claim.anchor == anchor);
    let places = claims
        .iter()
        .find(|claim| claim.anchor == anchor)
        .map(|claim| (0..claim.evidence.len()).map(|index| format!("#{}", evidence_anchor(claim, index))).collect())
        .unwrap_or_default();
    let title = format!("{number}. {}", one.incident_type.label());
    let suggestion =
        suggestion_in_words(&one).map(|words| view! { <p class="text-[0.9375rem] text-muted">{words}</p> });
    let notes = (!one.notes.is_empty()).then(|| view! { <WrittenText text=one.notes.clone() empty="" /> });
    let maker = one.maker.clone().map(|maker| view! { <MakerLine maker /> });
    let decider = decider_line(&one, sheet);
    let (evidence, severity) = (one.evidence.clone(), one.severity);
    let badge = view! { <VerdictBadge classification=one.clone() /> };
    let one = StoredValue::new(one);
    let actions = move || sheet.is_open.then(|| one.with_value(|one| actions_view(desk, sheet, number, one)));
    view! {
        <li
            id=anchor
            tabindex="-1"
            class="scroll-mt-20 space-y-2 py-4 first:pt-0"
            on:mouseenter=move |_| sheet.emphasise(place)
            on:mouseleave=move |_| sheet.emphasise(None)
            on:focusin=move |_| sheet.emphasise(place)
            on:focusout=move |_| sheet.emphasise(None)
        >
            <div class="flex flex-wrap items-center gap-x-3 gap-y-1">
                <h3>{title}</h3>
                <SeverityBadge severity />
                {badge}
            </div>
            {suggestion}
            {notes}
            <QuoteList evidence places />
            {maker}
            {decider}
            {actions}
        </li>
    }
    .into_any()
}

/// Who decided, or who added it.
fn decider_line(one: &Classification, sheet: Sheet) -> Option<AnyView> {
    let name = one.reviewer_name.clone()?;
    let instant = one.reviewed_at?;
    let verb = match one.verdict {
        Verdict::Undecided => return None,
        Verdict::Dismissed => "Dismissed by ",
        Verdict::Kept if one.suggested.is_none() => "Added by ",
        Verdict::Kept if one.is_overruled() => "Changed by ",
        Verdict::Kept => "Accepted by ",
    };
    let line = view! {
        <p class="text-[0.8125rem] text-muted">
            {verb} <bdi class="wrap-anywhere">{name}</bdi> ", " <LocalTime instant tz=sheet.tz now=sheet.now />
        </p>
    };
    Some(line.into_any())
}

/// What can be done now: nothing while another form is open, so that no press takes its text away.
fn actions_view(desk: Desk, sheet: Sheet, number: usize, one: &Classification) -> Option<AnyView> {
    let key = |form: OpenForm| format!("{} {}", form.write(), sheet.revision);
    match desk.open() {
        Some(form @ OpenForm::Change(id)) if id == one.id => {
            let view = view! { <ChangeForm desk sheet number classification=one.clone() /> };
            Some(fresh(key(form), view.into_any()))
        }
        Some(form @ OpenForm::Dismiss(id)) if id == one.id => {
            let view = view! { <DismissForm desk sheet number classification=one.clone() /> };
            Some(fresh(key(form), view.into_any()))
        }
        Some(_) => None,
        None => Some(buttons_view(desk, sheet, number, one)),
    }
}

fn buttons_view(desk: Desk, sheet: Sheet, number: usize, one: &Classification) -> AnyView {
    let press = |decision, label, icon| press_view(desk, sheet, number, one, decision, label, icon);
    let link = |form, label| {
        view! {
            <LinkButton href=desk.opening(sheet.incident, form) variant=ButtonVariant::Quiet>
                {label}
                <span class="sr-only">{format!(" classification {number}")}</span>
            </LinkButton>
        }
        .into_any()
    };
    let change = || link(OpenForm::Change(one.id), "Change");
    let dismiss = || link(OpenForm::Dismiss(one.id), "Dismiss");
    let restore = || press(Decision::Restore, "Restore", Icon::History);
    let buttons = match one.verdict {
        Verdict::Undecided => vec![press(Decision::Accept, "Accept", Icon::Check), change(), dismiss()],
        Verdict::Kept if one.suggested.is_some() => vec![change(), dismiss(), restore()],
        Verdict::Kept => vec![change(), dismiss()],
        Verdict::Dismissed => vec![restore()],
    };
    view! { <div class="flex flex-wrap items-center gap-2">{buttons}</div> }.into_any()
}

/// A decision that takes one press.
fn press_view(
    desk: Desk,
    sheet: Sheet,
    number: usize,
    one: &Classification,
    decision: Decision,
    label: &'static str,
    icon: Icon,
) -> AnyView {
    let id = one.id;
    // One action serves all classifications; only the one that was pressed shows that it works.
    let pending = Signal::derive(move || {
        desk.press.input().with(|input| input.as_ref().is_some_and(|input| input.classification == id))
    });
    let (variant, value) = match decision {
        Decision::Accept => (ButtonVariant::Secondary, "accept"),
        Decision::Dismiss => (ButtonVariant::Quiet, "dismiss"),
        Decision::Restore => (ButtonVariant::Quiet, "restore"),
    };
    let name = format!("{label} classification {number}: {}", one.incident_type.label());
    view! {
        <ActionForm action=desk.press>
            {desk.press_fields(sheet)}
            <input type="hidden" name="classification" value=id.to_string() />
            <input type="hidden" name="decision" value=value />
            <Button variant=variant icon=icon pending=pending aria_label=name>
                {label}
            </Button>
        </ActionForm>
    }
    .into_any()
}

/// Another type or severity, or notes on why it stands.
#[component]
fn ChangeForm(desk: Desk, sheet: Sheet, number: usize, classification: Classification) -> impl IntoView {
    let time = EditTime::begin();
    let id = classification.id;
    view! {
        <ActionForm action=desk.change attr:novalidate=true attr:class="fields rounded-box bg-base-200 p-4">
            <h4 class="font-semibold">{format!("Change classification {number}")}</h4>
            {desk.form_fields(sheet)}
            <input type="hidden" name="classification" value=id.to_string() />
            {choice_fields(desk, Some(&classification))}
            {form_buttons(desk, sheet, OpenForm::Change(id), "Save the change", desk.change.pending(), Some(time))}
        </ActionForm>
    }
    .into_any()
}

/// Type, severity and notes; the first takes the focus.
fn choice_fields(desk: Desk, classification: Option<&Classification>) -> impl IntoView + use<> {
    let first = NodeRef::<html::Select>::new();
    focus_first(first);
    let types =
        IncidentType::ALL.iter().map(|one| (one.as_str().to_owned(), one.label().to_owned())).collect::<Vec<_>>();
    let severities =
        Severity::ALL.iter().map(|one| (one.as_str().to_owned(), one.label().to_owned())).collect::<Vec<_>>();
    let chosen_type = classification.map(|one| one.incident_type.as_str()).unwrap_or_default();
    let chosen_severity = classification.map(|one| one.severity.as_str()).unwrap_or_default();
    let notes = classification.map(|one| one.notes.clone()).unwrap_or_default();
    let blank = classification.is_none().then(|| "Choose a type".to_owned());
    view! {
        <SelectField
            label="Type"
            name="incident_type"
            options=types
            value=chosen_type
            nostrip:blank=blank
            error=desk.at("incident_type")
            node_ref=first
        />
        <RadioGroup
            label="Severity"
            name="severity"
            options=severities
            value=chosen_severity
            inline=true
            error=desk.at("severity")
        />
        {notes_field(desk, notes, "Why you decided so. It stays with the record.")}
    }
}

fn notes_field(desk: Desk, notes: String, hint: &'static str) -> AnyView {
    view! {
        <TextArea
            label="Notes"
            name="notes"
            value=notes
            rows=3
            optional=true
            hint=hint
            maxlength=u32::try_from(MAX_NOTES_CHARACTERS).unwrap_or(u32::MAX)
            error=desk.at("notes")
        />
    }
    .into_any()
}

/// Overrules a classification altogether.
#[component]
fn DismissForm(desk: Desk, sheet: Sheet, number: usize, classification: Classification) -> impl IntoView {
    let time = EditTime::begin();
    let id = classification.id;
    view! {
        <ActionForm action=desk.dismiss attr:novalidate=true attr:class="fields rounded-box bg-base-200 p-4">
            <h4 class="font-semibold">{format!("Dismiss classification {number}")}</h4>
            {desk.form_fields(sheet)}
            <input type="hidden" name="classification" value=id.to_string() />
            <input type="hidden" name="decision" value="dismiss" />
            {notes_field(desk, classification.notes, "Why it doesn't apply. The suggestion is kept, marked as dismissed.")}
            {form_buttons(desk, sheet, OpenForm::Dismiss(id), "Dismiss it", desk.dismiss.pending(), Some(time))}
        </ActionForm>
    }
    .into_any()
}

/// A classification of the manager's own.
#[component]
fn AddForm(desk: Desk, sheet: Sheet) -> impl IntoView {
    let time = EditTime::begin();
    view! {
        <ActionForm action=desk.add attr:novalidate=true attr:class="fields rounded-box bg-base-200 p-4">
            <h3>"Add a classification"</h3>
            {desk.form_fields(sheet)}
            {choice_fields(desk, None)}
            <TextArea
                label="Words of the account that show it"
                name="quote"
                rows=2
                optional=true
                maxlength=2000_u32
                hint="Copy them letter by letter. They are marked in the account."
                error=desk.at("quote")
            />
            {form_buttons(desk, sheet, OpenForm::Add, "Add it", desk.add.pending(), Some(time))}
        </ActionForm>
    }
    .into_any()
}
