//! Requests that wait, legal holds, and what no longer has to be kept.

use super::status_in_words;
use crate::{
    app::use_viewer,
    data_requests::{
        api::{get_desk, holds::LiftHold},
        hold::LegalHold,
        paths,
        plan::counted,
        request::{DataRequest, DataRequestDesk},
    },
    tenants::tenant::TenantSlug,
    ui::{
        Alert, Button, ButtonVariant, Card, Cell, Column, DataTable, Disclosure, EmptyState, Icon, LinkButton,
        LinkCell, LocalTime, PageHeader, Row, StatusBadge, TextField, Tone, Unpack, error_of, successes,
    },
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// `/{tenant}/data-requests`.
#[component]
pub fn DataRequestListPage() -> AnyView {
    let member = use_viewer().member;
    let tz = member.time_zone;
    let tenant = StoredValue::new(member.tenant);
    let lift = ServerAction::<LiftHold>::new();
    let lifted = successes(lift);
    let desk = Resource::new_blocking(move || lifted.get(), move |_| get_desk(tenant.get_value()));
    let href = paths::new(&tenant.get_value());
    let action = move || {
        view! {
            <LinkButton href icon=Icon::Plus>
                "New request"
            </LinkButton>
        }
    };
    view! {
        <Title text="Data requests" />
        <PageHeader
            title="Data requests"
            lead="When somebody asks for their personal data or for its deletion, and what must not be deleted."
            action
        />
        <div class="space-y-6">
            {news()} {problem(lift)}
            <Unpack resource=desk let:desk>
                {desk_view(desk, &tenant.get_value(), tz, lift)}
            </Unpack>
        </div>
    }
    .into_any()
}

/// That the last form worked.
fn news() -> impl IntoView {
    let query = use_query_map();
    move || {
        let is_news = |name: &str| query.with(|query| query.get_str(name).is_some());
        let title = match () {
            () if is_news("held") => "The legal hold stands.",
            () if is_news("lifted") => "The legal hold is lifted.",
            () => return None,
        };
        Some(view! { <Alert tone=Tone::Done title /> })
    }
}

fn problem(lift: ServerAction<LiftHold>) -> impl IntoView {
    let error = error_of(lift);
    move || {
        let error = error.get()?;
        let title = error.at("reason").unwrap_or_else(|| error.to_string());
        Some(view! { <Alert tone=Tone::Danger title /> })
    }
}

fn desk_view(desk: DataRequestDesk, tenant: &TenantSlug, tz: Tz, lift: ServerAction<LiftHold>) -> AnyView {
    let DataRequestDesk { requests, holds, past_retention, retention_years, now } = desk;
    view! {
        {requests_card(requests, tenant, tz, now)}
        {retention_card(past_retention, retention_years)}
        {holds_card(holds, tenant, tz, lift)}
    }
    .into_any()
}

fn requests_card(requests: Vec<DataRequest>, tenant: &TenantSlug, tz: Tz, now: DateTime<Utc>) -> AnyView {
    if requests.is_empty() {
        return view! {
            <Card>
                <EmptyState
                    title="No requests yet"
                    text="Open one when somebody asks for their data, whatever way they asked."
                    icon=Icon::FileText
                />
            </Card>
        }
        .into_any();
    }
    let columns = vec![
        Column::new("Whose data"),
        Column::new("What"),
        Column::new("Status"),
        Column::new("Asked"),
        Column::new("Answer by"),
    ];
    let rows = requests.into_iter().map(|request| request_row(request, tenant, tz, now)).collect_view();
    view! {
        <Card title="Requests" flush=true>
            <DataTable caption="Requests" columns>
                {rows}
            </DataTable>
        </Card>
    }
    .into_any()
}

fn request_row(request: DataRequest, tenant: &TenantSlug, tz: Tz, now: DateTime<Utc>) -> impl IntoView + use<> {
    let (tone, label) = status_in_words(&request, now);
    let due = request.status.is_open().then(|| view! { <LocalTime instant=request.due_at tz date_only=true /> });
    let href = paths::request(tenant, request.id);
    view! {
        <Row>
            <LinkCell href>
                <bdi class="wrap-anywhere">{request.subject_name}</bdi>
            </LinkCell>
            <Cell label="What">{request.request_type.label()}</Cell>
            <Cell label="Status">
                <StatusBadge tone label />
            </Cell>
            <Cell label="Asked" nowrap=true>
                <LocalTime instant=request.requested_at tz date_only=true />
            </Cell>
            <Cell label="Answer by" nowrap=true>
                {due}
            </Cell>
        </Row>
    }
}

fn retention_card(past_retention: i64, years: i32) -> AnyView {
    let sentence = match past_retention {
        0 => "No report is older than that.".to_owned(),
        count => format!(
            "{} older than that and under no hold. Nothing is deleted by itself: open a request for a deletion to remove a person's old reports.",
            counted(count, "report is", "reports are")
        ),
    };
    view! {
        <Card title="Kept long enough" lead=format!("Records of incidents are kept for {years} years.")>
            <p>{sentence}</p>
            <p class="mt-2 text-[0.9375rem] text-muted">
                "Guidance, not legal advice: check what your agreements and the law ask for."
            </p>
        </Card>
    }
    .into_any()
}

fn holds_card(holds: Vec<LegalHold>, tenant: &TenantSlug, tz: Tz, lift: ServerAction<LiftHold>) -> AnyView {
    let href = paths::new_hold(tenant);
    let place = move || {
        view! {
            <LinkButton href variant=ButtonVariant::Secondary icon=Icon::Lock>
                "Place a legal hold"
            </LinkButton>
        }
    };
    let content = if holds.is_empty() {
        view! {
            <p class="px-4 pb-4 text-muted sm:px-5">
                "No holds. Place one when records must be kept for a court, an insurer or an investigation."
            </p>
        }
        .into_any()
    } else {
        let items = holds.into_iter().map(|hold| hold_item(hold, tenant, tz, lift)).collect_view();
        view! { <ul class="divide-y divide-base-300 border-t border-base-300">{items}</ul> }.into_any()
    };
    view! {
        <Card title="Legal holds" lead="While a hold stands, nothing that it covers is deleted." action=place flush=true>
            {content}
        </Card>
    }
    .into_any()
}

fn hold_item(hold: LegalHold, tenant: &TenantSlug, tz: Tz, lift: ServerAction<LiftHold>) -> AnyView {
    let state = match (&hold.lifted_by, hold.lifted_at) {
        (Some(person), Some(instant)) => view! {
            <p class="text-[0.9375rem] text-muted wrap-anywhere">
                {format!("Lifted by {person}, ")} <LocalTime instant tz /> ": " {hold.lift_reason.clone()}
            </p>
        }
        .into_any(),
        _ => lift_form(&hold, tenant, lift),
    };
    let (tone, label) = if hold.lifted_at.is_some() { (Tone::Neutral, "Lifted") } else { (Tone::Info, "In force") };
    view! {
        <li class="px-4 py-3 sm:px-5">
            <div class="flex flex-wrap items-center gap-x-3 gap-y-1">
                <h3 class="text-base font-medium wrap-anywhere">
                    <bdi>{hold.subject}</bdi>
                </h3>
                <StatusBadge tone label />
            </div>
            <p class="wrap-anywhere">{hold.reason}</p>
            <p class="text-[0.9375rem] text-muted wrap-anywhere">
                {format!("Placed by {}, ", hold.placed_by)} <LocalTime instant=hold.placed_at tz />
            </p>
            {state}
        </li>
    }
    .into_any()
}

fn lift_form(hold: &LegalHold, tenant: &TenantSlug, lift: ServerAction<LiftHold>) -> AnyView {
    let (id, tenant) = (hold.id, tenant.to_string());
    let pending = Signal::derive(move || lift.input().with(|input| input.as_ref().is_some_and(|input| input.id == id)));
    view! {
        <Disclosure summary=format!("Lift the hold on {}", hold.subject)>
            <ActionForm action=lift>
                <input type="hidden" name="tenant" value=tenant />
                <input type="hidden" name="id" value=id.to_string() />
                <div class="fields">
                    <TextField
                        label="Why it can be lifted"
                        name="reason"
                        id=format!("reason-{id}")
                        maxlength=1000_u32
                        required=true
                        autocomplete="off"
                    />
                    <div>
                        <Button variant=ButtonVariant::Secondary pending=pending>
                            "Lift the hold"
                        </Button>
                    </div>
                </div>
            </ActionForm>
        </Disclosure>
    }
    .into_any()
}
