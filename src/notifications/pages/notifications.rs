//! What the person has been told, the newest first.

use crate::{
    app::{refresh_unread, use_viewer},
    incidents::paths,
    notifications::{
        api::{MarkAllNotificationsRead, MarkNotificationRead, list_notifications},
        notification::{ActingStart, Budget, Notification, NotificationKind, Report, Subject},
    },
    tenants::{paths as tenants, settings::SUPPORT_CARD, tenant::TenantSlug},
    ui::{Alert, Button, ButtonVariant, Card, EmptyState, Icon, LinkButton, LocalTime, PageHeader, Tone, Unpack},
    usage::{budget::USED_UP, figures::format_usd, paths as usage},
};
use chrono_tz::Tz;
use leptos::prelude::*;
use leptos_meta::Title;

/// `/{tenant}/notifications`: each one leads to what it is about and can be marked as read.
#[component]
pub fn NotificationListPage() -> AnyView {
    let member = use_viewer().member;
    let tz = member.time_zone;
    let tenant = StoredValue::new(member.tenant);
    let mark = ServerAction::<MarkNotificationRead>::new();
    let mark_all = ServerAction::<MarkAllNotificationsRead>::new();
    let changes = move || mark.version().get() + mark_all.version().get();
    let notifications =
        Resource::new_blocking(move || (tenant.get_value(), changes()), |(tenant, _)| list_notifications(tenant));
    // The frame's count is another part of the page.
    Effect::new(move |_| {
        if changes() > 0 {
            refresh_unread();
        }
    });
    let error =
        move || mark.value().get().and_then(Result::err).or_else(|| mark_all.value().get().and_then(Result::err));
    view! {
        <Title text="Notifications" />
        <PageHeader title="Notifications" />
        <div class="max-w-3xl space-y-4">
            {move || {
                error()
                    .map(|error| {
                        view! {
                            <Alert tone=Tone::Danger>
                                <p>{error.to_string()}</p>
                            </Alert>
                        }
                    })
            }}
            <Unpack resource=notifications let:notifications>
                {list_view(notifications, tenant.get_value(), tz, mark, mark_all)}
            </Unpack>
        </div>
    }
    .into_any()
}

fn list_view(
    notifications: Vec<Notification>,
    tenant: TenantSlug,
    tz: Tz,
    mark: ServerAction<MarkNotificationRead>,
    mark_all: ServerAction<MarkAllNotificationsRead>,
) -> AnyView {
    if notifications.is_empty() {
        return view! {
            <Card>
                <EmptyState
                    title="Nothing to read"
                    text="When somebody submits a report that you can review, you'll see it here."
                    icon=Icon::Bell
                >
                    <LinkButton href=paths::list(&tenant) variant=ButtonVariant::Secondary>
                        "See the reports"
                    </LinkButton>
                </EmptyState>
            </Card>
        }
        .into_any();
    }
    let unread = notifications.iter().filter(|notification| !notification.is_read).count();
    let title = if unread == 0 { "All read".to_owned() } else { format!("{unread} unread") };
    let items =
        notifications.into_iter().map(|notification| item_view(notification, tenant.clone(), tz, mark)).collect_view();
    view! {
        <Card title flush=true action=move || (unread > 0).then(|| mark_all_form(&tenant, mark_all))>
            <ul class="divide-y divide-base-300 border-t border-base-300">{items}</ul>
        </Card>
    }
    .into_any()
}

fn mark_all_form(tenant: &TenantSlug, mark_all: ServerAction<MarkAllNotificationsRead>) -> impl IntoView + use<> {
    let tenant = tenant.to_string();
    view! {
        <ActionForm action=mark_all>
            <input type="hidden" name="tenant" value=tenant />
            <Button variant=ButtonVariant::Secondary icon=Icon::Check pending=mark_all.pending()>
                "Mark all as read"
            </Button>
        </ActionForm>
    }
}

fn item_view(
    notification: Notification,
    tenant: TenantSlug,
    tz: Tz,
    mark: ServerAction<MarkNotificationRead>,
) -> impl IntoView {
    let is_read = notification.is_read;
    let href = match &notification.subject {
        Subject::Report(report) => paths::record(&tenant, report.id),
        Subject::Budget(budget) => usage::month(&tenant, budget.month),
        Subject::Acting(_) => format!("{}#{SUPPORT_CARD}", tenants::settings(&tenant)),
    };
    let unread_mark = (!is_read).then(|| {
        view! {
            <span class="inline-flex items-center gap-1.5 font-semibold text-primary">
                <span class="size-2 rounded-full bg-primary" aria-hidden="true"></span>
                "Unread"
            </span>
        }
    });
    let created_at = notification.created_at;
    view! {
        <li class="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 px-4 py-3 sm:px-5">
            <div class="min-w-0 flex-1 basis-72">
                <a
                    href=href
                    class="block py-1 hover:text-primary hover:underline"
                    class=("font-semibold", !is_read)
                >
                    {sentence(&notification)}
                </a>
                <p class="flex flex-wrap items-center gap-x-3 text-[0.9375rem] text-muted">
                    {unread_mark} <LocalTime instant=created_at tz />
                </p>
            </div>
            {(!is_read).then(|| mark_form(&notification, &tenant, mark))}
        </li>
    }
}

fn sentence(notification: &Notification) -> String {
    match &notification.subject {
        Subject::Report(report) => report_sentence(notification.kind, report),
        Subject::Budget(budget) => budget_sentence(budget),
        Subject::Acting(ActingStart { person_name, reason, .. }) => {
            format!("SupportSignal support began to act as {person_name}: {reason}")
        }
    }
}

fn report_sentence(kind: NotificationKind, report: &Report) -> String {
    let Report { number, reporter_name, participant_name, .. } = report;
    match kind {
        NotificationKind::IncidentReturned => {
            format!("Your report #{number} about {participant_name} came back with a question")
        }
        NotificationKind::IncidentSignedOff => {
            format!("Your report #{number} about {participant_name} was signed off")
        }
        NotificationKind::IncidentSubmitted | NotificationKind::BudgetAlert | NotificationKind::ActingStarted => {
            format!("{reporter_name} submitted report #{number} about {participant_name}")
        }
    }
}

fn budget_sentence(budget: &Budget) -> String {
    let (month, cap) = (budget.month.label(), format_usd(budget.cap_micros));
    match budget.threshold_percent {
        USED_UP => {
            format!("The AI limit of {cap} for {month} is used up: the built-in engine answers what would go over it")
        }
        percent => format!("AI calls have used {percent}% of the limit of {cap} for {month}"),
    }
}

fn mark_form(
    notification: &Notification,
    tenant: &TenantSlug,
    mark: ServerAction<MarkNotificationRead>,
) -> impl IntoView + use<> {
    let id = notification.id;
    let tenant = tenant.to_string();
    let name = match &notification.subject {
        Subject::Report(report) => format!("Mark as read: report #{}", report.number),
        Subject::Budget(budget) => format!("Mark as read: {}% of the AI limit", budget.threshold_percent),
        Subject::Acting(acting) => format!("Mark as read: support as {}", acting.person_name),
    };
    // One action serves all items; only the one that was used shows that it works.
    let pending = Signal::derive(move || mark.input().with(|input| input.as_ref().is_some_and(|input| input.id == id)));
    view! {
        <ActionForm action=mark>
            <input type="hidden" name="tenant" value=tenant />
            <input type="hidden" name="id" value=id.to_string() />
            <Button variant=ButtonVariant::Quiet pending=pending aria_label=name>
                "Mark as read"
            </Button>
        </ActionForm>
    }
}

#[cfg(test)]
mod tests {
    use super::{Budget, budget_sentence};
    use crate::usage::month::Month;

    #[test]
    fn a_limit_is_told_with_its_month() {
        let month = Month::parse("2026-11").expect("a month");
        let told = |threshold_percent| budget_sentence(&Budget { month, threshold_percent, cap_micros: 25_000_000 });
        assert_eq!(told(80), "AI calls have used 80% of the limit of US$25.00 for November 2026");
        assert_eq!(
            told(100),
            "The AI limit of US$25.00 for November 2026 is used up: the built-in engine answers what would go over it"
        );
    }
}
