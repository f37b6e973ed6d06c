//! Reviewing an incident: the account with its evidence on one side, decisions on the other, the sign-off
//! below.

mod account;
mod classifications;
mod closing;
mod conditions;
mod desk;
mod facts;

use account::account_view;
use classifications::classifications_view;
use closing::{closing_panel, sign_off_bar};
use conditions::conditions_view;
use desk::{Desk, Problem, Sheet};
use facts::facts_view;

use crate::{
    analysis::{
        api::get_analysis,
        claims::claims,
        components::{ReturnList, ReviewBadge},
        record::{Analysis, IncidentAnalysis},
    },
    app::{refresh_unread, use_viewer},
    error::AppError,
    ids::IncidentId,
    incidents::{components::IncidentStatus, incident::CaptureStatus, paths, wizard::use_incident_id},
    jobs::waiting::{JobWait, poll_while_open},
    ui::{Alert, Button, ButtonVariant, Card, EmptyState, Icon, LocalTime, PageHeader, Tone, Unpack},
};
use leptos::prelude::*;
use leptos_meta::Title;

/// `/{tenant}/incidents/{id}/analysis`.
#[component]
pub fn AnalysisPage() -> AnyView {
    let tenant = StoredValue::new(use_viewer().member.tenant);
    let id = use_incident_id();
    let desk = Desk::new(tenant.get_value());
    let page = Resource::new_blocking(
        move || (id.get(), desk.reloads()),
        move |(id, _)| async move { get_analysis(tenant.get_value(), id.ok_or(AppError::NotFound)?).await },
    );
    // Looking again would take away what somebody is writing in an open form.
    poll_while_open(
        move || desk.is_free() && page.get().and_then(Result::ok).is_some_and(|page| page.is_waiting()),
        move || page.refetch(),
    );
    // Opening a report reads what was said about it, and the frame has counted before.
    Effect::new(move |_| {
        if page.with(|page| matches!(page, Some(Ok(_)))) {
            refresh_unread();
        }
    });
    view! {
        <Title text="Analysis" />
        <Unpack resource=page let:page>
            {page_view(desk, page)}
        </Unpack>
    }
    .into_any()
}

fn page_view(desk: Desk, page: IncidentAnalysis) -> AnyView {
    let id = page.incident_id;
    let title = format!("Analysis of report #{}: {}", page.number, page.participant_name);
    let back = (paths::record(&desk.tenant(), id), format!("Report #{}", page.number));
    let state = page.analysis.as_ref().map(|analysis| analysis.state);
    let status = page.overall_status;
    let aside = move || match state {
        Some(state) => view! { <ReviewBadge state /> }.into_any(),
        None => view! { <IncidentStatus status /> }.into_any(),
    };
    let body = match page.analysis.clone() {
        Some(analysis) => review_view(desk, page.clone(), analysis),
        None => without_analysis(desk, &page),
    };
    view! {
        <Title text=format!("Analysis of report #{}", page.number) />
        <PageHeader title back aside />
        <Problem desk address=paths::analysis(&desk.tenant(), id) />
        {event_line(&page)}
        {body}
    }
    .into_any()
}

fn event_line(page: &IncidentAnalysis) -> impl IntoView + use<> {
    let (tz, now) = (page.time_zone, page.now);
    let submitted = page.submitted_at.map(|instant| view! { ", submitted " <LocalTime instant tz now=now /> });
    view! {
        <p class="mb-4 text-[0.9375rem] text-muted">
            "Happened " <LocalTime instant=page.event_date_time tz now=now /> ", reported by "
            <bdi class="wrap-anywhere">{page.reporter_name.clone()}</bdi> {submitted} "."
        </p>
    }
}

fn review_view(desk: Desk, page: IncidentAnalysis, analysis: Analysis) -> AnyView {
    let sheet = Sheet::new(&page, &analysis);
    let claims = claims(&analysis);
    let is_suggested = analysis.suggested_conditions.is_some();
    view! {
        <div class="grid gap-6 lg:grid-cols-2">
            {account_view(&analysis.account, &claims, sheet)}
            <div class="min-w-0 space-y-6">
                {work_view(desk, sheet, &page, &analysis)}
                {is_suggested.then(|| classifications_view(desk, sheet, &analysis, &claims))}
                {is_suggested.then(|| conditions_view(desk, sheet, &analysis, &claims))}
                {facts_view(desk, sheet, &page, &analysis)}
                {closing_panel(desk, sheet, &page, &analysis)}
            </div>
        </div>
        {sign_off_bar(desk, sheet, &page, &analysis)}
    }
    .into_any()
}

/// What is being made, or that it couldn't be made; nothing once it is there.
fn work_view(desk: Desk, sheet: Sheet, page: &IncidentAnalysis, analysis: &Analysis) -> Option<AnyView> {
    let is_draft = analysis.suggested_conditions.is_none();
    if page.is_waiting() {
        let job = page.job.clone();
        let (label, words) = if is_draft {
            ("Reading the account", "This usually takes a few seconds. You can leave; the suggestions will be here.")
        } else {
            (
                "Making new suggestions",
                "They take the place of these, unless you decide on something before. Then these stay.",
            )
        };
        // Without JavaScript the page looks again by itself, which must not happen to an open form.
        let wait = move || {
            desk.is_free().then(|| {
                view! {
                    <JobWait label job=job.clone()>
                        <p>{words}</p>
                    </JobWait>
                }
            })
        };
        return Some(wait.into_any());
    }
    let problem = page.job.as_ref().and_then(|job| job.error.clone());
    if !is_draft {
        return problem.map(|_| {
            view! {
                <Alert tone=Tone::Neutral quiet=true>
                    <p>"New suggestions could not be prepared. Those that are here stand."</p>
                </Alert>
            }
            .into_any()
        });
    }
    let view = view! {
        <Alert tone=Tone::Danger title="The suggestions could not be prepared" quiet=true>
            {problem.map(|problem| view! { <p>{problem}</p> })}
            {again_form(desk, sheet.incident, sheet.revision, "Analyse again")}
        </Alert>
    };
    Some(view.into_any())
}

/// A report that has no current analysis: it is with its reporter, or from before there were analyses.
fn without_analysis(desk: Desk, page: &IncidentAnalysis) -> AnyView {
    let (tz, now) = (page.time_zone, page.now);
    if page.capture_status == CaptureStatus::Completed {
        let form = again_form(desk, page.incident_id, 0, "Analyse this report");
        return view! {
            <Card>
                <EmptyState
                    title="Not analysed yet"
                    text="Suggestions for classifications and contributing conditions take a few seconds."
                    icon=Icon::Sparkles
                >
                    {form}
                </EmptyState>
            </Card>
        }
        .into_any();
    }
    let returns = page.returns.clone();
    view! {
        <Card>
            <EmptyState
                title="This report is with its reporter"
                text="You'll be told when it is submitted, and its analysis will be here."
                icon=Icon::Edit
            />
            {(!returns.is_empty())
                .then(|| {
                    view! {
                        <div class="mt-4 border-t border-base-300 pt-4">
                            <h2 class="mb-2 text-subsection">"Questions to the reporter"</h2>
                            <ReturnList returns tz now />
                        </div>
                    }
                })}
        </Card>
    }
    .into_any()
}

/// Has the account analysed (again).
fn again_form(desk: Desk, incident: IncidentId, revision: i32, label: &'static str) -> AnyView {
    let action = desk.again;
    view! {
        <ActionForm action=action>
            <input type="hidden" name="tenant" value=desk.tenant().to_string() />
            <input type="hidden" name="id" value=incident.to_string() />
            <input type="hidden" name="revision" value=revision.to_string() autocomplete="off" />
            <Button variant=ButtonVariant::Secondary icon=Icon::Sparkles pending=action.pending()>
                {label}
            </Button>
        </ActionForm>
    }
    .into_any()
}
