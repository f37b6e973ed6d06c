//! The person's own page: who they are here, and where they are signed in.

mod safety;

use crate::{
    accounts::{
        api::{
            RevokeOtherSessions, RevokeSession, list_sessions,
            safety::{RevokeDevice, get_safety},
        },
        member::Member,
        sessions::SessionRow,
    },
    app::use_viewer,
    data_requests::pages::OwnDataCard,
    error::AppError,
    ui::{Alert, Button, ButtonVariant, Card, Icon, LocalTime, PageHeader, StatusBadge, Tone, Unpack, successes},
};
use chrono_tz::Tz;
use leptos::prelude::*;
use leptos_meta::Title;

/// `/{tenant}/account`: name, role, and the signed-in devices with a way to sign them out.
#[component]
pub fn AccountPage() -> AnyView {
    let member = use_viewer().member;
    let tz = member.time_zone;
    let tenant = StoredValue::new(member.tenant.clone());
    let revoke = ServerAction::<RevokeSession>::new();
    let revoke_others = ServerAction::<RevokeOtherSessions>::new();
    let sessions =
        Resource::new_blocking(move || (revoke.version().get(), revoke_others.version().get()), |_| list_sessions());
    let revoke_device = ServerAction::<RevokeDevice>::new();
    let revoked = successes(revoke_device);
    let safety = Resource::new_blocking(move || revoked.get(), |_| get_safety());
    view! {
        <Title text="Your account" />
        <PageHeader title="Your account" />
        <div class="max-w-3xl space-y-6">
            {outcome_view(revoke, revoke_others, revoke_device)} {person_card(member)}
            <Unpack resource=sessions let:sessions>
                {devices_card(sessions, tz, revoke, revoke_others)}
            </Unpack>
            <Unpack resource=safety let:safety>
                {safety::safety_cards(safety, &tenant.get_value(), tz, revoke_device)}
            </Unpack>
            <OwnDataCard tenant=tenant.get_value() tz />
        </div>
    }
    .into_any()
}

/// What became of signing a device out. The list below changes too, but not for somebody who hears the page.
fn outcome_view(
    revoke: ServerAction<RevokeSession>,
    revoke_others: ServerAction<RevokeOtherSessions>,
    revoke_device: ServerAction<RevokeDevice>,
) -> impl IntoView {
    let outcome = move |value: Option<Result<(), AppError>>, done: &'static str| {
        value.map(|result| match result {
            Ok(()) => view! {
                <Alert tone=Tone::Done>
                    <p>{done}</p>
                </Alert>
            }
            .into_any(),
            Err(error) => view! {
                <Alert tone=Tone::Danger>
                    <p>{error.to_string()}</p>
                </Alert>
            }
            .into_any(),
        })
    };
    view! {
        {move || outcome(revoke.value().get(), "The device is signed out.")}
        {move || outcome(revoke_others.value().get(), "All your other devices are signed out.")}
        {move || outcome(revoke_device.value().get(), "The device is asked for the code again.")}
    }
}

fn person_card(member: Member) -> impl IntoView {
    view! {
        <Card title="About you">
            <dl class="grid gap-y-3">
                {fact("Name", member.display_name)} {fact("Organisation", member.tenant_name)}
                {fact("Role", member.role.label().to_owned())} {fact("Time zone", member.time_zone.name().to_owned())}
            </dl>
            <p class="mt-4 text-[0.9375rem] text-muted">
                "Your organisation's admin can change these. To change your password, "
                <a class="text-link" href="/forgot-password">
                    "ask for a link by e-mail"
                </a>
                "."
            </p>
        </Card>
    }
}

fn fact(label: &'static str, value: String) -> impl IntoView {
    view! {
        <div class="grid gap-x-4 sm:grid-cols-[10rem_minmax(0,1fr)]">
            <dt class="text-muted">{label}</dt>
            <dd class="font-medium">{value}</dd>
        </div>
    }
}

fn devices_card(
    sessions: Vec<SessionRow>,
    tz: Tz,
    revoke: ServerAction<RevokeSession>,
    revoke_others: ServerAction<RevokeOtherSessions>,
) -> impl IntoView {
    let has_others = sessions.iter().any(|session| !session.is_current);
    let sign_out_others = move || {
        has_others.then(|| {
            view! {
                <ActionForm action=revoke_others>
                    <Button variant=ButtonVariant::Secondary icon=Icon::LogOut pending=revoke_others.pending()>
                        "Sign out all other devices"
                    </Button>
                </ActionForm>
            }
        })
    };
    view! {
        <Card
            title="Where you're signed in"
            lead="Sign out a device that you don't know or no longer use."
            action=sign_out_others
            flush=true
        >
            <ul class="divide-y divide-base-300 border-t border-base-300">
                {sessions.into_iter().map(|session| device_item(session, tz, revoke)).collect_view()}
            </ul>
        </Card>
    }
}

fn device_item(session: SessionRow, tz: Tz, revoke: ServerAction<RevokeSession>) -> impl IntoView {
    let SessionRow { handle, device, ip, created_at, last_seen_at, is_current } = session;
    let name = format!("Sign out {device}");
    // One action serves all rows; only the row that was used shows that it works.
    let pending =
        Signal::derive(move || revoke.input().with(|input| input.as_ref().is_some_and(|input| input.handle == handle)));
    let way_out = if is_current {
        view! { <StatusBadge tone=Tone::Done label="This device" icon=Icon::CheckCircle /> }.into_any()
    } else {
        view! {
            <ActionForm action=revoke>
                <input type="hidden" name="handle" value=handle.to_string() />
                <Button variant=ButtonVariant::Quiet pending=pending aria_label=name>
                    "Sign out"
                </Button>
            </ActionForm>
        }
        .into_any()
    };
    view! {
        <li class="flex min-h-16 flex-wrap items-center justify-between gap-x-4 gap-y-2 px-4 py-3 sm:px-5">
            <div class="min-w-0">
                <p class="font-medium">{device}</p>
                <p class="text-[0.9375rem] text-muted">
                    "Last used " <LocalTime instant=last_seen_at tz /> ", signed in "
                    <LocalTime instant=created_at tz date_only=true /> " from " {ip}
                </p>
            </div>
            {way_out}
        </li>
    }
}
