//! The second step, trusted devices, and what happened to the safety of the account.

use crate::{
    accounts::{
        api::safety::RevokeDevice,
        security_event::{AccountSafety, SecurityEvent, TrustedDevice},
    },
    address::encode,
    tenants::tenant::TenantSlug,
    ui::{Button, ButtonVariant, Card, Cell, Column, DataTable, LinkButton, LocalTime, Row, StatusBadge, Tone},
};
use chrono_tz::Tz;
use leptos::prelude::*;

/// The cards below the signed-in devices.
pub fn safety_cards(safety: AccountSafety, tenant: &TenantSlug, tz: Tz, revoke: ServerAction<RevokeDevice>) -> AnyView {
    let AccountSafety { has_second_factor, trusted_devices, events } = safety;
    let step = second_step_card(has_second_factor, tenant);
    let devices = trusted_devices_card(trusted_devices, tz, revoke);
    view! {
        {step}
        {devices}
        {events_card(events, tz)}
    }
    .into_any()
}

fn second_step_card(is_on: bool, tenant: &TenantSlug) -> AnyView {
    let next = encode(&format!("/{tenant}/account"));
    let href = format!("/second-factor?next={next}");
    let (badge, text, label, variant) = if is_on {
        (
            view! { <StatusBadge tone=Tone::Done label="On" /> }.into_any(),
            "After your password we ask for a code from your app.",
            "Recovery codes and switching off",
            ButtonVariant::Secondary,
        )
    } else {
        (
            view! { <StatusBadge tone=Tone::Neutral label="Off" /> }.into_any(),
            "With a code from an app on your phone, somebody who learns your password can't get in.",
            "Set up two-step sign-in",
            ButtonVariant::Primary,
        )
    };
    view! {
        <Card title="Two-step sign-in" id="two-step" action=move || badge>
            <p class="mb-4">{text}</p>
            <LinkButton href variant>
                {label}
            </LinkButton>
        </Card>
    }
    .into_any()
}

fn trusted_devices_card(devices: Vec<TrustedDevice>, tz: Tz, revoke: ServerAction<RevokeDevice>) -> AnyView {
    if devices.is_empty() {
        return ().into_any();
    }
    let items = devices.into_iter().map(|device| device_item(device, tz, revoke)).collect_view();
    view! {
        <Card title="Trusted devices" lead="They aren't asked for the code." id="trusted-devices" flush=true>
            <ul class="divide-y divide-base-300 border-t border-base-300">{items}</ul>
        </Card>
    }
    .into_any()
}

fn device_item(trusted: TrustedDevice, tz: Tz, revoke: ServerAction<RevokeDevice>) -> impl IntoView {
    let TrustedDevice { id, device, ip, last_used_at, expires_at, .. } = trusted;
    let name = format!("Stop trusting {device}");
    // One action serves all rows; only the row that was used shows that it works.
    let pending =
        Signal::derive(move || revoke.input().with(|input| input.as_ref().is_some_and(|input| input.id == id)));
    view! {
        <li class="flex min-h-16 flex-wrap items-center justify-between gap-x-4 gap-y-2 px-4 py-3 sm:px-5">
            <div class="min-w-0">
                <p class="font-medium">{device}</p>
                <p class="text-[0.9375rem] text-muted">
                    "Last used " <LocalTime instant=last_used_at tz /> ", trusted until "
                    <LocalTime instant=expires_at tz date_only=true /> ", first from " {ip}
                </p>
            </div>
            <ActionForm action=revoke>
                <input type="hidden" name="id" value=id.to_string() />
                <Button variant=ButtonVariant::Quiet pending=pending aria_label=name>
                    "Stop trusting"
                </Button>
            </ActionForm>
        </li>
    }
}

fn events_card(events: Vec<SecurityEvent>, tz: Tz) -> AnyView {
    if events.is_empty() {
        return view! {
            <Card title="Recent security events">
                <p class="text-muted">"Nothing has happened yet."</p>
            </Card>
        }
        .into_any();
    }
    let rows = events.into_iter().map(|event| event_row(event, tz)).collect_view();
    let columns = ["What", "When", "Where"].map(Column::new).to_vec();
    view! {
        <Card
            title="Recent security events"
            lead="If something here wasn't you, change your password and tell your admin."
            flush=true
        >
            <DataTable caption="Recent security events" columns>
                {rows}
            </DataTable>
        </Card>
    }
    .into_any()
}

fn event_row(event: SecurityEvent, tz: Tz) -> impl IntoView {
    let SecurityEvent { kind, device, ip, occurred_at } = event;
    let place = match (device.is_empty(), ip.is_empty()) {
        (true, _) => "-".to_owned(),
        (false, true) => device,
        (false, false) => format!("{device}, {ip}"),
    };
    view! {
        <Row>
            <Cell>
                <span class="font-medium">{kind.label()}</span>
            </Cell>
            <Cell label="When">
                <LocalTime instant=occurred_at tz />
            </Cell>
            <Cell label="Where">{place}</Cell>
        </Row>
    }
}
