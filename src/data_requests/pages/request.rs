//! One request: what is asked, what a deletion would do, the decision, and the file.

mod decision;
mod plan;

use super::{size_in_words, status_in_words};
use crate::{
    app::use_viewer,
    data_requests::{
        api::{ApproveRequest, RefuseRequest, RetryRequest, get_request},
        paths,
        request::{DataRequest, DataRequestView, RequestStatus, RequestType},
    },
    error::AppError,
    ids::DataRequestId,
    jobs::waiting::{JobWait, poll_while_open},
    tenants::tenant::TenantSlug,
    ui::{
        Alert, Button, ButtonVariant, Card, Icon, LinkButton, LocalTime, PageHeader, StatusBadge, Tone, Unpack,
        successes,
    },
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

/// What is done on this page.
#[derive(Clone, Copy)]
struct Deeds {
    approve: ServerAction<ApproveRequest>,
    refuse: ServerAction<RefuseRequest>,
    retry: ServerAction<RetryRequest>,
}

/// `/{tenant}/data-requests/{id}`.
#[component]
pub fn DataRequestPage() -> AnyView {
    let member = use_viewer().member;
    let tz = member.time_zone;
    let tenant = StoredValue::new(member.tenant);
    let params = use_params_map();
    let id =
        Memo::new(move |_| params.with(|params| params.get_str("id").and_then(|id| id.parse::<DataRequestId>().ok())));
    let deeds = Deeds { approve: ServerAction::new(), refuse: ServerAction::new(), retry: ServerAction::new() };
    let changes = (successes(deeds.approve), successes(deeds.refuse), successes(deeds.retry));
    let request = Resource::new_blocking(
        move || (id.get(), changes.0.get(), changes.1.get(), changes.2.get()),
        move |(id, ..)| async move { get_request(tenant.get_value(), id.ok_or(AppError::NotFound)?).await },
    );
    poll_while_open(
        move || request.get().and_then(Result::ok).is_some_and(|view| is_under_way(&view)),
        move || request.refetch(),
    );
    view! {
        <Title text="Data request" />
        <Unpack resource=request let:view>
            {request_view(view, &tenant.get_value(), tz, deeds)}
        </Unpack>
    }
    .into_any()
}

fn is_under_way(view: &DataRequestView) -> bool {
    view.request.status == RequestStatus::Preparing && view.job.as_ref().is_none_or(|job| job.status.is_open())
}

fn request_view(view: DataRequestView, tenant: &TenantSlug, tz: Tz, deeds: Deeds) -> AnyView {
    let request = &view.request;
    let (tone, label) = status_in_words(request, view.now);
    let title = format!("{}: {}", request.request_type.label(), request.subject_name);
    let back = (paths::list(tenant), "Data requests".to_owned());
    let next = match request.status {
        RequestStatus::Received => decision::decision_view(&view, tenant, tz, deeds),
        RequestStatus::Preparing if is_under_way(&view) => waiting_view(&view),
        RequestStatus::Preparing => failed_view(&view, tenant, deeds),
        RequestStatus::Completed | RequestStatus::Refused => outcome_view(request, tenant, tz, view.now),
    };
    let facts = facts_card(request, tz);
    view! {
        <PageHeader title back aside=move || view! { <StatusBadge tone label /> } />
        <div class="max-w-3xl space-y-6">{next} {facts}</div>
    }
    .into_any()
}

fn waiting_view(view: &DataRequestView) -> AnyView {
    view! {
        <JobWait label="Carrying it out" job=view.job.clone()>
            <p>"You can leave this page and come back later."</p>
        </JobWait>
    }
    .into_any()
}

fn failed_view(view: &DataRequestView, tenant: &TenantSlug, deeds: Deeds) -> AnyView {
    let (tenant, id) = (tenant.to_string(), view.request.id.to_string());
    view! {
        <Alert tone=Tone::Danger title="This could not be finished">
            <p class="mb-3">"Nothing was deleted, and no file was made."</p>
            <ActionForm action=deeds.retry>
                <input type="hidden" name="tenant" value=tenant />
                <input type="hidden" name="id" value=id />
                <Button variant=ButtonVariant::Secondary icon=Icon::Again pending=deeds.retry.pending()>
                    "Try again"
                </Button>
            </ActionForm>
        </Alert>
    }
    .into_any()
}

fn outcome_view(request: &DataRequest, tenant: &TenantSlug, tz: Tz, now: DateTime<Utc>) -> AnyView {
    if request.status == RequestStatus::Refused {
        let reason = request.reason.clone();
        return view! {
            <Card title="Refused">
                <p class="wrap-anywhere">{reason}</p>
            </Card>
        }
        .into_any();
    }
    let lines = request.outcome.iter().map(|line| view! { <li>{line.clone()}</li> }).collect_view();
    let file = file_view(request, tenant, tz, now);
    view! {
        <Card title="What was done">
            <ul class="mb-4 list-disc space-y-1 ps-5">{lines}</ul>
            {file}
        </Card>
    }
    .into_any()
}

/// The file while there is one. One's own is the person's alone.
fn file_view(request: &DataRequest, tenant: &TenantSlug, tz: Tz, now: DateTime<Utc>) -> Option<AnyView> {
    if request.completed_at.is_none() || request.request_type != RequestType::Export {
        return None;
    }
    let Some(file) = request.open_file(now) else {
        return Some(
            view! { <p class="text-muted">"The file's time is over, and it has been removed."</p> }.into_any(),
        );
    };
    let expires_at = file.expires_at;
    let until = view! {
        <p class="mt-2 text-[0.9375rem] text-muted">"It can be opened until " <LocalTime instant=expires_at tz /></p>
    };
    let way = if request.is_own {
        view! { <p>"Only the person can open the file, on the page \"Your account\"."</p> }.into_any()
    } else {
        let (href, size) = (paths::file(tenant, request.id), size_in_words(file.byte_size));
        view! {
            <LinkButton href icon=Icon::Download external=true>
                {format!("Save the file ({size})")}
            </LinkButton>
        }
        .into_any()
    };
    Some(view! { {way} {until} }.into_any())
}

fn facts_card(request: &DataRequest, tz: Tz) -> AnyView {
    let decided = request
        .decided_by
        .clone()
        .zip(request.decided_at)
        .map(|(person, instant)| fact("Decided by", view! { {person} ", " <LocalTime instant tz /> }));
    let completed = request.completed_at.map(|instant| fact("Done", view! { <LocalTime instant tz /> }));
    let note = (!request.note.is_empty()).then(|| {
        let note = request.note.clone();
        fact("Note", view! { <span class="whitespace-pre-line wrap-anywhere">{note}</span> })
    });
    let whose = format!("{} ({})", request.subject_name, request.subject.label());
    let what = request.request_type.label();
    let opened = view! { <LocalTime instant=request.requested_at tz /> };
    let due = view! { <LocalTime instant=request.due_at tz date_only=true /> };
    let asker = if request.is_own { "the person, in SupportSignal".to_owned() } else { request.requested_by.clone() };
    view! {
        <Card title="The request">
            <dl class="grid gap-y-3">
                {fact("What", what)}
                {fact("Whose data", whose)}
                {fact("Opened by", asker)}
                {fact("Opened", opened)}
                {fact("Answer by", due)} {note} {decided}
                {completed}
            </dl>
        </Card>
    }
    .into_any()
}

fn fact(label: &'static str, value: impl IntoView + 'static) -> AnyView {
    view! {
        <div class="grid gap-x-4 sm:grid-cols-[10rem_minmax(0,1fr)]">
            <dt class="text-muted">{label}</dt>
            <dd class="min-w-0 wrap-anywhere">{value}</dd>
        </div>
    }
    .into_any()
}
