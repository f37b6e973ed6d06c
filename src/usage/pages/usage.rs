//! What AI calls were made in a month, by what and whom, and what they cost.

mod days;
mod tables;

use crate::{
    accounts::permission::Permission,
    app::use_viewer,
    tenants::tenant::TenantSlug,
    ui::{Alert, ButtonVariant, Card, EmptyState, Icon, LinkButton, LocalTime, PageHeader, Stat, Tone, Unpack},
    usage::{
        api::get_usage,
        budget::{BudgetAlert, USED_UP},
        figures::{format_count, format_usd, percent},
        month::Month,
        paths,
        report::{Limits, Tally, UsageReport},
    },
};
use chrono_tz::Tz;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

const MONTH_LINK: &str =
    "inline-flex min-h-11 items-center gap-1.5 rounded-field px-3 font-medium text-primary hover:bg-primary/8";

/// `/{tenant}/usage?month=2026-11`.
#[component]
pub fn UsagePage() -> AnyView {
    let member = use_viewer().member;
    let may_configure = member.role.may(Permission::ConfigureAi);
    let tz = member.time_zone;
    let tenant = StoredValue::new(member.tenant);
    let query = use_query_map();
    let month = Memo::new(move |_| query.with(|query| query.get_str("month").unwrap_or_default().to_owned()));
    let report = Resource::new_blocking(move || month.get(), move |month| get_usage(tenant.get_value(), month));
    view! {
        <Title text="AI usage" />
        <PageHeader
            title="AI usage"
            lead="The calls that SupportSignal made for your organisation, to AI providers and to its built-in engine, and what they cost."
        />
        <Unpack resource=report let:report>
            {report_view(report, &tenant.get_value(), may_configure, tz)}
        </Unpack>
    }
    .into_any()
}

fn report_view(report: UsageReport, tenant: &TenantSlug, may_configure: bool, tz: Tz) -> AnyView {
    let months = month_view(&report, tenant);
    if report.totals.calls + report.totals.refused == 0 {
        let (limits, label) = (limits_card(&report, tenant, may_configure, tz), report.month.label());
        return view! {
            <div class="space-y-6">
                {months} <Card flush=true>
                    <EmptyState
                        title=format!("No AI call in {label}")
                        text="Calls are listed here as soon as somebody asks for questions, an enhanced narrative or an analysis."
                        icon=Icon::Chart
                    />
                </Card> {limits}
            </div>
        }
        .into_any();
    }
    let personal_cap = report.limits.person_monthly_cap_micros.filter(|_| report.is_current);
    let (stats, unpriced) = (stats_view(&report), unpriced_view(report.totals.unpriced));
    let (limits, days) = (limits_card(&report, tenant, may_configure, tz), days::days_card(&report.by_day));
    view! {
        <div class="space-y-6">
            {months} {stats} {unpriced} {limits} {days} {tables::by_step(report.by_step)}
            {tables::by_model(report.by_model)} {tables::by_person(report.by_person, personal_cap)}
        </div>
    }
    .into_any()
}

/// The month, the ones before and after it, and the download.
fn month_view(report: &UsageReport, tenant: &TenantSlug) -> AnyView {
    let month = report.month;
    let previous = month.previous().filter(|previous| report.earliest.is_some_and(|earliest| earliest <= *previous));
    let next = month.next().filter(|_| !report.is_current);
    let download = format!("/{tenant}/usage/export?month={month}");
    let link = |month: Month, rel: &'static str, icon: Icon| {
        let (before, after) = if rel == "prev" { (Some(icon), None) } else { (None, Some(icon)) };
        view! {
            <a class=MONTH_LINK href=paths::month(tenant, month) rel=rel>
                {before.map(Icon::view)}
                {month.label()}
                {after.map(Icon::view)}
            </a>
        }
    };
    view! {
        <div class="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
            <h2 class="text-section">{month.label()}</h2>
            <div class="flex flex-wrap items-center gap-2">
                <nav aria-label="Months" class="flex flex-wrap items-center gap-1">
                    {previous.map(|month| link(month, "prev", Icon::ChevronLeft))}
                    {next.map(|month| link(month, "next", Icon::ChevronRight))}
                </nav>
                <LinkButton href=download variant=ButtonVariant::Secondary icon=Icon::Download external=true>
                    "Download as CSV"
                </LinkButton>
            </div>
        </div>
    }
    .into_any()
}

fn stats_view(report: &UsageReport) -> AnyView {
    let totals = report.totals;
    let refused_tone = if totals.refused == 0 { Tone::Neutral } else { Tone::Waiting };
    view! {
        <div class="grid grid-cols-1 gap-4 sm:grid-cols-2 lg:grid-cols-3">
            <Stat label="Calls" value=format_count(totals.calls) explanation=Some(calls_in_words(&totals)) />
            <Stat
                label="Cost"
                value=format_usd(totals.cost_micros)
                explanation=Some(prices_in_words(&report.price_versions))
            />
            <Stat
                label="Tokens"
                value=format_count(totals.input_tokens + totals.output_tokens)
                explanation=Some(
                    format!(
                        "{} sent, {} received; a token is about three quarters of a word",
                        format_count(totals.input_tokens),
                        format_count(totals.output_tokens),
                    ),
                )
            />
            <Stat
                label="Success rate"
                value=rate(totals.success_rate())
                explanation=Some("Of the calls to providers, how many gave an answer that could be used".to_owned())
            />
            <Stat
                label="Answered by the built-in engine"
                value=rate(totals.built_in_share())
                explanation=Some(
                    format!(
                        "{} of {} answers",
                        format_count(totals.built_in_answers),
                        format_count(totals.built_in_answers + totals.step_answers),
                    ),
                )
            />
            <Stat
                label="Refused by limits"
                value=format_count(totals.refused)
                explanation=Some("Calls that were not made because a limit would have been passed".to_owned())
                tone=refused_tone
            />
        </div>
    }
    .into_any()
}

fn calls_in_words(totals: &Tally) -> String {
    let built_in = totals.calls - totals.provider_calls;
    format!("{} to providers, {} to the built-in engine", format_count(totals.provider_calls), format_count(built_in))
}

/// Price tables are named by their date.
fn prices_in_words(versions: &[String]) -> String {
    match versions {
        [] => "No call had a price".to_owned(),
        [version] => format!("Counted by the price table of {version}, before tax"),
        versions => format!("Counted by the price tables of {}, before tax", versions.join(" and ")),
    }
}

fn rate(percent: Option<i64>) -> String {
    percent.map_or_else(|| "None yet".to_owned(), |percent| format!("{percent}%"))
}

fn unpriced_view(unpriced: i64) -> Option<AnyView> {
    let calls = match unpriced {
        0 => return None,
        1 => "1 call went to a model whose price is unknown".to_owned(),
        count => format!("{} calls went to models whose price is unknown", format_count(count)),
    };
    let view = view! {
        <Alert tone=Tone::Info title="Price unknown" quiet=true>
            <p>{format!("{calls}. They count as US$0.00 here. What they cost stands on the provider's own bill.")}</p>
        </Alert>
    };
    Some(view.into_any())
}

/// The limits, and in the running month what is left of them.
fn limits_card(report: &UsageReport, tenant: &TenantSlug, may_configure: bool, tz: Tz) -> AnyView {
    let Limits { monthly_cap_micros, person_monthly_cap_micros } = report.limits;
    let spent = report.totals.cost_micros;
    let organisation = match monthly_cap_micros {
        None => "No limit".to_owned(),
        Some(cap) if report.is_current => {
            let used = percent(spent.min(cap), cap).map(|used| format!(" ({used}% used)")).unwrap_or_default();
            format!("{} a month, {} left{used}", format_usd(cap), format_usd((cap - spent).max(0)))
        }
        Some(cap) => format!("{} a month", format_usd(cap)),
    };
    let person =
        person_monthly_cap_micros.map_or_else(|| "No limit".to_owned(), |cap| format!("{} a month", format_usd(cap)));
    let lines = [("The organisation", organisation), ("Each person", person)].map(|(label, value)| {
        view! {
            <div class="grid gap-x-4 sm:grid-cols-[12rem_minmax(0,1fr)]">
                <dt class="text-muted">{label}</dt>
                <dd class="font-medium tabular-nums">{value}</dd>
            </div>
        }
    });
    let settings = format!("/{tenant}/ai#limits");
    let alerts = alerts_view(&report.alerts, tz);
    view! {
        <Card title="Limits" lead="They hold for the running month. A call that could pass one is not made; the built-in engine answers instead.">
            <dl class="grid gap-y-3">{lines.into_iter().collect_view()}</dl>
            {alerts}
            {may_configure
                .then(|| {
                    view! {
                        <p class="mt-3">
                            <a class="text-link inline-flex min-h-11 items-center" href=settings>
                                "Change the limits"
                            </a>
                        </p>
                    }
                })}
        </Card>
    }
    .into_any()
}

/// When which part of the organisation's limit was reached.
fn alerts_view(alerts: &[BudgetAlert], tz: Tz) -> Option<AnyView> {
    if alerts.is_empty() {
        return None;
    }
    let lines = alerts.iter().map(|alert| {
        let (words, instant) = (alert_in_words(alert), alert.reached_at);
        view! {
            <li>
                {words} " " <span class="text-muted">
                    <LocalTime instant tz />
                </span>
            </li>
        }
    });
    let view = view! {
        <h3 class="mt-4 mb-1">"Reached"</h3>
        <ul class="space-y-1">{lines.collect_view()}</ul>
    };
    Some(view.into_any())
}

fn alert_in_words(alert: &BudgetAlert) -> String {
    let cap = format_usd(alert.cap_micros);
    match alert.threshold_percent {
        USED_UP => format!("The limit of {cap} was used up"),
        percent => format!("{percent}% of {cap}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{calls_in_words, prices_in_words, rate};
    use crate::usage::report::Tally;

    #[test]
    fn figures_are_told_with_what_they_count() {
        let totals = Tally { calls: 1_300, provider_calls: 1_200, ..Tally::default() };
        assert_eq!(calls_in_words(&totals), "1,200 to providers, 100 to the built-in engine");
        assert_eq!((rate(None), rate(Some(97))), ("None yet".to_owned(), "97%".to_owned()));
        let versions = ["2026-10-01".to_owned(), "2026-11-15".to_owned()];
        assert_eq!(
            [prices_in_words(&[]), prices_in_words(&versions[..1]), prices_in_words(&versions)],
            [
                "No call had a price",
                "Counted by the price table of 2026-10-01, before tax",
                "Counted by the price tables of 2026-10-01 and 2026-11-15, before tax",
            ]
        );
    }
}
