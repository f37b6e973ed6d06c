//! The record of one incident: facts, account, questions and answers, history.

use crate::{
    accounts::{member::Member, permission::Permission},
    analysis::{
        components::{AnalysisSummary, ReturnList},
        record::Return,
    },
    app::{refresh_unread, use_viewer},
    audit::event::HistoryEntry,
    clarification::question::Question,
    error::AppError,
    ids::{IncidentId, QuestionId},
    incidents::{
        api::get_record,
        components::{EnhancedText, HistoryList, IncidentStatus, WrittenText, prepared_by},
        enhancement::Enhancement,
        incident::{CaptureStatus, OverallStatus},
        narrative::Phase,
        paths,
        record::{IncidentRecord, NarrativeVersion},
        wizard::use_incident_id,
    },
    ui::{Alert, ButtonVariant, Card, Disclosure, EmptyState, Icon, LinkButton, LocalTime, PageHeader, Tone, Unpack},
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// `/{tenant}/incidents/{id}`: everything that is known about one incident.
#[component]
pub fn IncidentRecordPage() -> AnyView {
    let member = use_viewer().member;
    let tenant = StoredValue::new(member.tenant.clone());
    let id = use_incident_id();
    let record = Resource::new_blocking(
        move || id.get(),
        move |id| async move {
            match id {
                Some(id) => get_record(tenant.get_value(), id).await,
                None => Err(AppError::NotFound),
            }
        },
    );
    // Opening a report reads what was said about it, and the frame has counted before.
    Effect::new(move |_| {
        if record.with(|record| matches!(record, Some(Ok(_)))) {
            refresh_unread();
        }
    });
    view! {
        <Title text="Incident" />
        <Unpack resource=record let:record>
            {record_view(&member, record)}
        </Unpack>
    }
    .into_any()
}

fn record_view(member: &Member, record: IncidentRecord) -> AnyView {
    let (tz, now) = (record.time_zone, record.now);
    let (id, may_save) = (record.id, may_save(member, &record));
    let questions = record.questions.iter().map(|question| (question.id, question.text.clone())).collect::<Vec<_>>();
    let mut versions = record.versions.clone().into_iter();
    let current = versions.next();
    let older = versions.collect::<Vec<_>>();
    view! {
        <Title text=format!("Report #{}", record.number) />
        {header(member, &record)}
        <div class="space-y-6">
            {news_alert(&record)}
            {analysis_card(member, &record)}
            {returns_card(record.returns.clone(), tz, now)}
            {facts_card(&record)}
            {account_card(current, older, questions, tz, now)}
            {questions_card(&record.questions)}
            {history_card(record.history, tz, now)}
            {files_card(member, id, may_save)}
        </div>
    }
    .into_any()
}

/// A reporter saves what they have submitted; the rule is src/incidents/export/download.rs's.
fn may_save(member: &Member, record: &IncidentRecord) -> bool {
    member.role.may(Permission::ExportIncidents) || record.is_mine && record.capture_status == CaptureStatus::Completed
}

fn is_own_draft(record: &IncidentRecord) -> bool {
    record.is_mine && record.capture_status != CaptureStatus::Completed
}

fn header(member: &Member, record: &IncidentRecord) -> AnyView {
    let tenant = &member.tenant;
    let title = format!("Report #{}: {}", record.number, record.participant_name);
    let list = if member.role.may(Permission::ReadAllIncidents) { "Incidents" } else { "Your reports" };
    let back = (paths::list(tenant), list.to_owned());
    let status = record.overall_status;
    let aside = move || view! { <IncidentStatus status /> };
    if record.overall_status == OverallStatus::AnalysisPending && member.role.may(Permission::ReviewIncidents) {
        let review = paths::analysis(tenant, record.id);
        let action = move || {
            view! {
                <LinkButton href=review icon=Icon::Check>
                    "Review and sign off"
                </LinkButton>
            }
        };
        return view! { <PageHeader title back aside action /> }.into_any();
    }
    if !is_own_draft(record) {
        return view! { <PageHeader title back aside /> }.into_any();
    }
    let next_step = paths::step(tenant, record.id, record.wizard_step);
    let action = move || {
        view! {
            <LinkButton href=next_step icon=Icon::Edit>
                "Go on writing"
            </LinkButton>
        }
    };
    view! { <PageHeader title back aside action /> }.into_any()
}

/// Right after submitting, signing off or sending back: that it worked, and what happens now.
fn news_alert(record: &IncidentRecord) -> impl IntoView + use<> {
    let query = use_query_map();
    let IncidentRecord { number, overall_status, .. } = *record;
    move || {
        let is_news = |name: &str| query.with(|query| query.get_str(name).is_some());
        let (title, sentence) = match overall_status {
            OverallStatus::AnalysisPending if is_news("submitted") => {
                ("Submitted", format!("Report #{number} is in. Your team leads have been told."))
            }
            OverallStatus::Completed if is_news("signed_off") => {
                ("Signed off", format!("Report #{number} is completed, and its reporter has been told."))
            }
            OverallStatus::CapturePending if is_news("returned") => (
                "Sent back",
                format!("Report #{number} is open for its reporter again. You'll be told when it is submitted."),
            ),
            _ => return None,
        };
        Some(view! {
            <Alert tone=Tone::Done title=title>
                <p>{sentence}</p>
            </Alert>
        })
    }
}

/// What was found and who signed it off; while it isn't, only for those who review.
fn analysis_card(member: &Member, record: &IncidentRecord) -> Option<AnyView> {
    let analysis = record.analysis.clone()?;
    let page = member.role.may(Permission::ReviewIncidents).then(|| paths::analysis(&member.tenant, record.id));
    Some(view! { <AnalysisSummary analysis page tz=record.time_zone now=record.now /> }.into_any())
}

/// What team leads have asked the reporter; nothing if they never did.
fn returns_card(returns: Vec<Return>, tz: Tz, now: DateTime<Utc>) -> Option<AnyView> {
    if returns.is_empty() {
        return None;
    }
    let card = view! {
        <Card title="Questions to the reporter" lead="Why the report was sent back.">
            <ReturnList returns tz now />
        </Card>
    };
    Some(card.into_any())
}

fn facts_card(record: &IncidentRecord) -> AnyView {
    let (tz, now) = (record.time_zone, record.now);
    let or_not_given =
        |text: &str| if text.trim().is_empty() { "Not given".to_owned() } else { text.trim().to_owned() };
    let state = match record.capture_status {
        CaptureStatus::Completed => format!("Submitted, {}", record.analysis_status.label().to_lowercase()),
        open => open.label().to_owned(),
    };
    let late_reason = (!record.late_reason.trim().is_empty()).then(|| {
        let text = record.late_reason.clone();
        view! {
            <div class="sm:col-span-2 lg:col-span-3">
                <dt class="text-[0.8125rem] text-muted">"Why it was reported late"</dt>
                <dd class="mt-0.5">
                    <WrittenText text empty="" />
                </dd>
            </div>
        }
    });
    let saved_or_submitted = match record.submitted_at {
        Some(instant) => fact("Submitted", view! { <LocalTime instant tz now=now /> }),
        None => fact("Last saved", view! { <LocalTime instant=record.updated_at tz now=now /> }),
    };
    let facts = [
        fact("Participant", written(record.participant_name.clone())),
        fact("When", view! { <LocalTime instant=record.event_date_time tz now=now /> }),
        fact("Where", written(or_not_given(&record.location))),
        fact("Site", written(or_not_given(record.site_name.as_deref().unwrap_or_default()))),
        fact("Reporter", written(record.reporter_name.clone())),
        fact("Number", format!("#{}", record.number)),
        fact("Status", state),
        fact("Started", view! { <LocalTime instant=record.created_at tz now=now /> }),
        saved_or_submitted,
    ];
    view! {
        <Card>
            <dl class="grid gap-x-6 gap-y-4 sm:grid-cols-2 lg:grid-cols-3">{facts.into_iter().collect_view()} {late_reason}</dl>
        </Card>
    }
    .into_any()
}

fn fact(label: &'static str, value: impl IntoView + 'static) -> AnyView {
    view! {
        <div class="min-w-0">
            <dt class="text-[0.8125rem] text-muted">{label}</dt>
            <dd class="mt-0.5">{value}</dd>
        </div>
    }
    .into_any()
}

fn written(text: String) -> impl IntoView {
    view! { <bdi class="wrap-anywhere">{text}</bdi> }
}

/// The account as it stands, and below it what it was before.
fn account_card(
    current: Option<NarrativeVersion>,
    older: Vec<NarrativeVersion>,
    questions: Vec<(QuestionId, String)>,
    tz: Tz,
    now: DateTime<Utc>,
) -> AnyView {
    let Some(current) = current else {
        return view! {
            <Card title="The account">
                <EmptyState title="Nothing written yet" text="The reporter has not told what happened." icon=Icon::FileText />
            </Card>
        }
        .into_any();
    };
    let lead = current.enhancement.is_some().then(|| {
        view! {
            <p class="mb-5 max-w-prose text-[0.9375rem] text-muted">
                <mark>"Tinted sentences"</mark>
                " come from the reporter's answers; open one to see the question. The original account stays as it was written."
            </p>
        }
    });
    let phases = Phase::ALL.into_iter().map(|phase| phase_view(phase, &current, questions.clone())).collect_view();
    let preparation = preparation(&current)
        .map(|words| view! { <p class="mt-6 text-[0.8125rem] text-muted wrap-anywhere">{words}</p> });
    let author = version_line(&current, tz, now);
    let older = older.into_iter().map(|version| older_version(version, questions.clone(), tz, now)).collect_view();
    view! {
        <Card title="The account">
            {lead}
            <div class="space-y-8">{phases}</div>
            {preparation}
            <div class="mt-4 border-t border-base-300 pt-4 text-[0.9375rem]">
                <h3 class="sr-only">"Versions"</h3>
                {author}
                {older}
            </div>
        </Card>
    }
    .into_any()
}

fn phase_view(phase: Phase, version: &NarrativeVersion, questions: Vec<(QuestionId, String)>) -> AnyView {
    let original = version.narrative.phase(phase).to_owned();
    let body = match &version.enhancement {
        Some(enhancement) => enhanced_beside_original(phase, enhancement, original, questions),
        None => view! { <WrittenText text=original empty="Nothing written about this part." /> }.into_any(),
    };
    view! {
        <section>
            <h3 class="mb-2">{phase.label()}</h3>
            {body}
        </section>
    }
    .into_any()
}

fn enhanced_beside_original(
    phase: Phase,
    enhancement: &Enhancement,
    original: String,
    questions: Vec<(QuestionId, String)>,
) -> AnyView {
    view! {
        <div class="grid gap-x-8 gap-y-4 lg:grid-cols-2">
            <div class="min-w-0">
                <h4 class="mb-1 text-[0.8125rem] font-medium text-muted">"Enhanced"</h4>
                <EnhancedText sentences=enhancement.sentences(phase).to_vec() questions />
            </div>
            <div class="min-w-0 max-lg:border-s-2 max-lg:border-base-300 max-lg:ps-4">
                <h4 class="mb-1 text-[0.8125rem] font-medium text-muted">"The original account"</h4>
                <WrittenText text=original empty="Nothing written about this part." />
            </div>
        </div>
    }
    .into_any()
}

/// Who made the enhanced text, and whether the reporter changed it.
fn preparation(version: &NarrativeVersion) -> Option<String> {
    let enhancement = version.enhancement.as_ref()?;
    let model = version.enhanced_by_model.as_deref().unwrap_or(crate::ai::BUILT_IN);
    let maker = prepared_by(model, version.prompt_version, version.fallback);
    Some(if enhancement.is_edited() { format!("{maker}, then edited by the reporter") } else { maker })
}

/// "Version 2, by Mia, written 20 Nov 2026, 6:45 pm".
fn version_line(version: &NarrativeVersion, tz: Tz, now: DateTime<Utc>) -> AnyView {
    let was_changed = version.updated_at > version.created_at;
    view! {
        <p class="text-muted">
            {format!("Version {} by ", version.version)} <bdi class="wrap-anywhere">{version.author_name.clone()}</bdi>
            ", written " <LocalTime instant=version.created_at tz now=now />
            {was_changed.then(|| view! { ", last changed " <LocalTime instant=version.updated_at tz now=now /> })}
        </p>
    }
    .into_any()
}

fn older_version(
    version: NarrativeVersion,
    questions: Vec<(QuestionId, String)>,
    tz: Tz,
    now: DateTime<Utc>,
) -> AnyView {
    let line = version_line(&version, tz, now);
    let preparation =
        preparation(&version).map(|words| view! { <p class="text-[0.8125rem] text-muted wrap-anywhere">{words}</p> });
    let phases = Phase::ALL.into_iter().map(|phase| phase_view(phase, &version, questions.clone())).collect_view();
    view! {
        <Disclosure summary=format!("Version {}", version.version)>
            <div class="space-y-4">{line} {phases} {preparation}</div>
        </Disclosure>
    }
    .into_any()
}

/// What was asked and answered; nothing before there are questions.
fn questions_card(questions: &[Question]) -> Option<AnyView> {
    if questions.is_empty() {
        return None;
    }
    let phases = Phase::ALL
        .into_iter()
        .filter_map(|phase| {
            let asked = questions.iter().filter(|question| question.phase == phase).collect::<Vec<_>>();
            (!asked.is_empty()).then(|| {
                view! {
                    <section>
                        <h3 class="mb-2">{phase.label()}</h3>
                        <dl class="space-y-4">{asked.into_iter().map(question_view).collect_view()}</dl>
                    </section>
                }
            })
        })
        .collect_view();
    let mut makers: Vec<String> = Vec::new();
    for question in questions {
        let maker = prepared_by(&question.ai_model, Some(question.prompt_version), question.fallback);
        if !makers.contains(&maker) {
            makers.push(maker);
        }
    }
    let makers = makers
        .into_iter()
        .map(|maker| view! { <p class="text-[0.8125rem] text-muted wrap-anywhere">{maker}</p> })
        .collect_view();
    let answered = questions.iter().filter(|question| question.is_answered()).count();
    let card = view! {
        <Card title="Questions and answers" lead=format!("{answered} of {} answered", questions.len())>
            <div class="space-y-6">{phases}</div>
            <div class="mt-6">{makers}</div>
        </Card>
    };
    Some(card.into_any())
}

fn question_view(question: &Question) -> AnyView {
    let answer = question.answer.clone().unwrap_or_default();
    let empty = if answer.not_known { "Doesn't know / doesn't apply" } else { "Not answered" };
    view! {
        <div class="max-w-prose">
            <dt class="font-medium wrap-anywhere" dir="auto">
                {question.text.clone()}
            </dt>
            <dd class="mt-0.5">
                <WrittenText text=answer.text empty />
            </dd>
        </div>
    }
    .into_any()
}

fn history_card(history: Vec<HistoryEntry>, tz: Tz, now: DateTime<Utc>) -> Option<AnyView> {
    if history.is_empty() {
        return None;
    }
    let card = view! {
        <Card title="History">
            <HistoryList entries=history tz now />
        </Card>
    };
    Some(card.into_any())
}

/// The record to print or to hand over.
fn files_card(member: &Member, id: IncidentId, may_save: bool) -> Option<AnyView> {
    if !may_save {
        return None;
    }
    let [pdf, json] = ["pdf", "json"].map(|format| paths::export(&member.tenant, id, format));
    let card = view! {
        <Card title="Save as a file" lead="Everything on this page, with all versions and the history.">
            <div class="flex flex-wrap gap-3">
                <LinkButton href=pdf variant=ButtonVariant::Secondary icon=Icon::Download external=true>
                    "Save as a document (PDF)"
                </LinkButton>
                <LinkButton href=json variant=ButtonVariant::Secondary icon=Icon::Download external=true>
                    "Save as data (JSON)"
                </LinkButton>
            </div>
        </Card>
    };
    Some(card.into_any())
}
