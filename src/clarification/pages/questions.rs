//! Steps 3 to 6: what one phase of the account leaves out.

use crate::{
    app::use_tenant,
    clarification::{
        answer_fields::AnswerTexts,
        api::{SaveAnswers, get_clarification, save_answers},
        question::{ClarificationStep, MAX_ANSWER_CHARACTERS, Question, field_key},
    },
    error::AppError,
    incidents::{
        autosave::{Autosave, Form},
        components::prepared_by,
        incident::WizardStep,
        narrative::Phase,
        paths,
        wizard::{FORM_ID, StepButtons, StepErrors, WizardFrame, current_person, submit_in_browser, use_incident_id},
    },
    jobs::waiting::{JobWait, poll_while_open},
    tenants::tenant::TenantSlug,
    ui::{Checkbox, Disclosure, LinkButton, TextArea, Unpack, format_time_of_day, fresh},
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_params_map;
use std::sync::Arc;

/// The questions of one phase.
#[component]
pub fn ClarificationPage() -> AnyView {
    let tenant = use_tenant();
    let id = use_incident_id();
    let params = use_params_map();
    let phase = Memo::new(move |_| params.read().get("phase").and_then(|text| Phase::parse(&text)));
    let step = Resource::new_blocking(
        move || (tenant.get(), id.get(), phase.get()),
        |(tenant, id, phase)| async move {
            let (Some(tenant), Some(id), Some(phase)) = (tenant, id, phase) else {
                return Err(AppError::NotFound);
            };
            Ok((tenant.clone(), get_clarification(tenant, id, phase).await?))
        },
    );
    poll_while_open(
        move || step.get().and_then(Result::ok).is_some_and(|(_, step)| is_waiting(&step)),
        move || step.refetch(),
    );
    view! {
        <Unpack resource=step let:loaded>
            {
                let (tenant, step) = loaded;
                let key = format!("{} {} {}", step.incident_id, step.phase.as_str(), step.revision);
                    if is_waiting(&step) { waiting_view(tenant, step) } else { fresh(key, questions_view(tenant, step)) }
            }
        </Unpack>
    }
    .into_any()
}

/// Whether there is nothing to answer yet, but soon will be.
fn is_waiting(step: &ClarificationStep) -> bool {
    step.job.as_ref().is_some_and(|job| job.status.is_open())
}

fn waiting_view(tenant: TenantSlug, step: ClarificationStep) -> AnyView {
    let here = WizardStep::clarifying(step.phase);
    let next = here.next().unwrap_or(WizardStep::Review);
    view! {
        <WizardFrame
            tenant=tenant.clone()
            incident=Some(step.incident_id)
            step=here
            reached=WizardStep::Complete
            heading=step.phase.label()
            nostrip:returned=step.returned
        >
            <JobWait label="Reading your account to see what is missing" job=step.job>
                <p>
                    "This usually takes a few seconds. Everything you wrote is saved. "
                    <a class="text-link" href=paths::step(&tenant, step.incident_id, next)>"Go on without these questions"</a>
                </p>
            </JobWait>
        </WizardFrame>
    }
    .into_any()
}

fn questions_view(tenant: TenantSlug, step: ClarificationStep) -> AnyView {
    let phase = step.phase;
    let here = WizardStep::clarifying(phase);
    let previous = here.previous().unwrap_or(WizardStep::Narrative);
    let texts = AnswerTexts::new(&step.questions);
    let autosave = Autosave::new(
        step.incident_id,
        current_person(),
        here.as_str(),
        step.revision,
        format_time_of_day(step.updated_at, step.time_zone),
        answers_form(&tenant, &step, texts),
    );
    let sent = ServerAction::<SaveAnswers>::new();
    let sent_error = Signal::derive(move || sent.value().get().and_then(Result::err));
    let error = Signal::derive(move || autosave.error().get().or_else(|| sent_error.get()));
    let count = step.questions.len();
    let lead = match count {
        0 => "There is nothing to ask about this part. You can go on.".to_owned(),
        1 => format!("One question about what you wrote about {}. Leave it empty if you like.", step.participant_name),
        _ => {
            format!("{count} questions that your account leaves open. Answer what you know; you can skip any of them.")
        }
    };
    let told = step.told.trim().to_owned();
    let rewrite = paths::step(&tenant, step.incident_id, WizardStep::Narrative);
    let fields = step
        .questions
        .iter()
        .enumerate()
        .map(|(index, question)| question_field(index, question, texts, autosave, error))
        .collect_view();
    let no_questions_yet = (count == 0 && step.job.is_some()).then(|| {
        view! {
            <p class="mb-4 text-muted">"The questions could not be prepared. Your account is saved and you can go on without them."</p>
        }
    });
    view! {
        <WizardFrame
            tenant=tenant.clone()
            incident=Some(step.incident_id)
            step=here
            reached=WizardStep::Complete
            heading=phase.label()
            saved=autosave.words()
            can_leave=true
            nostrip:returned=step.returned
        >
            <p class="mb-4 text-muted">{lead}</p>
            {no_questions_yet}
            <Disclosure summary="What you wrote about this part">
                <p class="whitespace-pre-line wrap-anywhere text-[0.9375rem]" dir="auto">
                    {if told.is_empty() { "You left this part empty.".to_owned() } else { told }}
                </p>
                <LinkButton variant=crate::ui::ButtonVariant::Quiet href=rewrite>
                    "Change what you wrote"
                </LinkButton>
            </Disclosure>
            <div class="mt-4">
                <StepErrors sent=sent_error autosave=autosave />
            </div>
            <form
                id=FORM_ID
                method="post"
                action=SaveAnswers::url()
                on:submit=move |event| submit_in_browser(&event, autosave)
            >
                <input type="hidden" name="tenant" value=tenant.to_string() />
                <input type="hidden" name="id" value=step.incident_id.to_string() />
                <input type="hidden" name="phase" value=phase.as_str() />
                <input type="hidden" name="revision" value=step.revision.to_string() autocomplete="off" />
                <ol class="space-y-10">{fields}</ol>
                <StepButtons back=paths::step(&tenant, step.incident_id, previous) pending=autosave.is_submitting() />
            </form>
            <p class="mt-8 text-[0.8125rem] text-muted">{made_by(&step.questions)}</p>
        </WizardFrame>
    }
    .into_any()
}

/// Who asked, as every suggestion says it.
fn made_by(questions: &[Question]) -> Option<String> {
    questions.first().map(|question| prepared_by(&question.ai_model, Some(question.prompt_version), question.fallback))
}

fn answers_form(tenant: &TenantSlug, step: &ClarificationStep, texts: AnswerTexts) -> Form {
    let tenant = tenant.clone();
    let (id, phase) = (step.incident_id, step.phase);
    Form {
        send: Arc::new(move |revision, intent| {
            let tenant = tenant.clone();
            let (answers, not_known) = texts.current();
            Box::pin(save_answers(tenant, id, phase, revision, answers, not_known, intent))
        }),
        snapshot: Arc::new(move || texts.snapshot()),
        restore: Arc::new(move |text| texts.restore(&text)),
    }
}

fn question_field(
    index: usize,
    question: &Question,
    texts: AnswerTexts,
    autosave: Autosave,
    error: Signal<Option<AppError>>,
) -> AnyView {
    let key = field_key(question.id);
    let name = format!("answers[{key}]");
    let field = name.clone();
    let maxlength = u32::try_from(MAX_ANSWER_CHARACTERS).unwrap_or(u32::MAX);
    let answer = question.answer.clone().unwrap_or_default();
    let purpose = format!("Why we ask: {}", lower_first(&question.purpose));
    let id = question.id;
    view! {
        <li>
            <TextArea
                label=question.text.clone()
                name=name
                value=answer.text
                rows=3
                maxlength=maxlength
                hint=purpose
                error=Signal::derive(move || error.get().and_then(|error| error.at(&field)))
                on_input=move |text: String| {
                    texts.set_text(id, text);
                    autosave.changed();
                }
                node_ref=texts.field(index)
            />
            <Checkbox
                label="I don't know, or it doesn't apply"
                name=format!("not_known[{key}]")
                checked=answer.not_known
                on_change=move |is_on: bool| {
                    texts.set_not_known(id, is_on);
                    autosave.changed();
                }
                node_ref=texts.mark(index)
            />
        </li>
    }
    .into_any()
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}
