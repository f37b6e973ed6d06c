//! The end of a review: the sign-off, or the report goes back to its reporter with a question.

use super::desk::{Desk, Sheet, focus_first, form_buttons};
use crate::{
    analysis::{
        analysis::Verdict,
        components::SeverityBadge,
        forms::{MAX_QUESTION_CHARACTERS, OpenForm},
        record::{Analysis, IncidentAnalysis},
    },
    ui::{
        ActionBar, Alert, Button, ButtonType, ButtonVariant, Card, Icon, LinkButton, LocalTime, TextArea, Tone, fresh,
    },
};
use leptos::{html, prelude::*};

/// The form of the sign-off; its button stands in the bar at the bottom.
const SIGN_OFF_ID: &str = "sign-off";

/// What signing off means, or the question to the reporter, when asked for.
pub fn closing_panel(desk: Desk, sheet: Sheet, page: &IncidentAnalysis, analysis: &Analysis) -> AnyView {
    let can_go_back = analysis.completed_at.is_none();
    let reporter = StoredValue::new(page.reporter_name.clone());
    let number = page.number;
    let analysis = StoredValue::new(analysis.clone());
    let panel = move || match desk.open() {
        Some(OpenForm::SendBack) if can_go_back => Some(fresh(
            format!("send-back {}", sheet.revision),
            view! { <SendBackForm desk sheet reporter=reporter.get_value() /> }.into_any(),
        )),
        Some(OpenForm::SignOff) if sheet.is_open => Some(fresh(
            format!("sign-off {}", sheet.revision),
            view! { <SignOffForm desk sheet number analysis=analysis.get_value() reporter=reporter.get_value() /> }
                .into_any(),
        )),
        _ => None,
    };
    view! {
        <div id="decide" class="scroll-mt-20">
            {panel}
        </div>
    }
    .into_any()
}

/// What is signed off and what that means.
#[component]
fn SignOffForm(desk: Desk, sheet: Sheet, number: i64, analysis: Analysis, reporter: String) -> impl IntoView {
    let kept = analysis
        .classifications
        .iter()
        .filter(|one| one.verdict == Verdict::Kept)
        .map(|one| {
            view! {
                <li class="flex flex-wrap items-center gap-x-3 gap-y-1">
                    {one.incident_type.label()} <SeverityBadge severity=one.severity />
                </li>
            }
        })
        .collect_view();
    let conditions = match analysis.conditions.len() {
        0 => "No contributing conditions".to_owned(),
        1 => "1 contributing condition".to_owned(),
        count => format!("{count} contributing conditions"),
    };
    view! {
        <Card title=format!("Sign off report #{number}?")>
            <ul class="space-y-1.5">{kept} <li>{conditions}</li></ul>
            <p class="mt-4">
                "Signing off completes the report. Nobody can change it after that, it counts in your statistics, and "
                <bdi>{reporter}</bdi> " is told."
            </p>
            <ActionForm action=desk.sign_off attr:id=SIGN_OFF_ID>
                {desk.press_fields(sheet)}
            </ActionForm>
        </Card>
    }
    .into_any()
}

/// The question with which the report opens again.
#[component]
fn SendBackForm(desk: Desk, sheet: Sheet, reporter: String) -> impl IntoView {
    let question = NodeRef::<html::Textarea>::new();
    focus_first(question);
    view! {
        <Card title="Send back to the reporter">
            <ActionForm action=desk.send_back attr:novalidate=true attr:class="fields">
                {desk.form_fields(sheet)}
                <p>
                    <bdi class="wrap-anywhere">{reporter}</bdi>
                    " gets your question and can write again. After that the report is analysed anew; what you decided here is kept with it and no longer counts."
                </p>
                <TextArea
                    label="Your question"
                    name="question"
                    rows=4
                    required=true
                    maxlength=u32::try_from(MAX_QUESTION_CHARACTERS).unwrap_or(u32::MAX)
                    hint="What is missing or unclear? For example: who was with Sam when it happened?"
                    error=desk.at("question")
                    node_ref=question
                />
                {form_buttons(desk, sheet, OpenForm::SendBack, "Send back", desk.send_back.pending(), None)}
            </ActionForm>
        </Card>
    }
    .into_any()
}

/// The way on, always in reach; a form that is open has its own.
pub fn sign_off_bar(desk: Desk, sheet: Sheet, page: &IncidentAnalysis, analysis: &Analysis) -> AnyView {
    if let Some(instant) = analysis.completed_at {
        let name = analysis.completer_name.clone().unwrap_or_default();
        let (tz, now) = (sheet.tz, sheet.now);
        return view! {
            <div class="mt-6">
                <Alert tone=Tone::Done title="Signed off" quiet=true>
                    <p>
                        "By " <bdi class="wrap-anywhere">{name}</bdi> ", " <LocalTime instant tz now=now />
                        ". It can't be changed any more."
                    </p>
                </Alert>
            </div>
        }
        .into_any();
    }
    let obstacle = analysis.require_decided().err().map(|error| error.to_string());
    let note = match (sheet.is_open, analysis.undecided(), obstacle) {
        (false, ..) => "The suggestions aren't here yet.".to_owned(),
        (true, 1, _) => "1 classification waits for your decision.".to_owned(),
        (true, count @ 2.., _) => format!("{count} classifications wait for your decision."),
        (true, 0, Some(obstacle)) => obstacle,
        (true, 0, None) => format!("Everything is decided. Report #{} can be signed off.", page.number),
    };
    let can_sign_off = sheet.is_open && analysis.require_decided().is_ok();
    let bar = move || match desk.open() {
        None => Some(open_bar(desk, sheet, can_sign_off, note.clone())),
        Some(OpenForm::SignOff) if sheet.is_open => Some(confirm_bar(desk, sheet)),
        Some(_) => None,
    };
    bar.into_any()
}

fn open_bar(desk: Desk, sheet: Sheet, can_sign_off: bool, note: String) -> AnyView {
    let sign_off = if can_sign_off {
        view! {
            <LinkButton href=desk.opening(sheet.incident, OpenForm::SignOff) icon=Icon::Check>
                "Sign off"
            </LinkButton>
        }
        .into_any()
    } else {
        view! {
            <Button kind=ButtonType::Button disabled=true icon=Icon::Check>
                "Sign off"
            </Button>
        }
        .into_any()
    };
    view! {
        <ActionBar note>
            {sign_off}
            <LinkButton href=desk.opening(sheet.incident, OpenForm::SendBack) variant=ButtonVariant::Secondary>
                "Send back with a question"
            </LinkButton>
        </ActionBar>
    }
    .into_any()
}

fn confirm_bar(desk: Desk, sheet: Sheet) -> AnyView {
    // The answer leads away; until it does, a second press has nothing to press.
    let is_busy =
        Signal::derive(move || desk.sign_off.pending().get() || matches!(desk.sign_off.value().get(), Some(Ok(()))));
    view! {
        <ActionBar>
            <Button form=SIGN_OFF_ID icon=Icon::Check pending=is_busy>
                "Sign off"
            </Button>
            <LinkButton href=desk.closing(sheet.incident, OpenForm::SignOff) variant=ButtonVariant::Secondary>
                "Cancel"
            </LinkButton>
        </ActionBar>
    }
    .into_any()
}
