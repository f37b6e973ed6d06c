//! What narrows the dashboard: periods to tap, days, a site, a participant. Links and a plain form.

use crate::{
    dashboards::{
        figures::Scope,
        paths,
        query::{DashboardQuery, Period, day_in_words},
    },
    error::AppError,
    incidents::record::FilterChoices,
    tenants::tenant::TenantSlug,
    ui::{Button, ButtonVariant, DateTimeField, Disclosure, ErrorSummary, Icon, LinkButton, SelectField},
};
use leptos::prelude::*;

/// The periods, one tap each; the other filters stay.
pub fn period_links(tenant: &TenantSlug, asked: &DashboardQuery) -> AnyView {
    let links = Period::ALL
        .iter()
        .map(|period| {
            let query = DashboardQuery {
                period: period.as_str().to_owned(),
                from: String::new(),
                to: String::new(),
                ..asked.clone()
            };
            let is_shown = asked.period() == Some(*period);
            let class = if is_shown {
                "border-primary font-semibold text-primary"
            } else {
                "border-transparent text-muted hover:text-base-content"
            };
            view! {
                <li>
                    <a
                        href=paths::dashboard(tenant, &query)
                        class=format!("inline-flex min-h-11 items-center border-b-2 {class}")
                        aria-current=is_shown.then_some("true")
                    >
                        {period.label()}
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <nav aria-label="Period">
            <ul class="flex flex-wrap gap-x-5">{links}</ul>
        </nav>
    }
    .into_any()
}

/// A plain form: the browser loads its address. Days that were typed go before the period.
pub fn form(tenant: &TenantSlug, query: DashboardQuery, choices: FilterChoices, error: Option<AppError>) -> AnyView {
    let action = paths::dashboard(tenant, &DashboardQuery::default());
    let errors = error.as_ref().map(AppError::fields).unwrap_or_default();
    let [from_error, to_error] =
        ["from", "to"].map(|field| Signal::stored(error.as_ref().and_then(|error| error.at(field))));
    let is_open = query.period().is_none() || !query.site.is_empty() || !query.participant.is_empty();
    let DashboardQuery { period, from, to, site, participant } = query;
    let participant_hint = choices.participant_hint().map(str::to_owned);
    view! {
        <ErrorSummary errors=move || errors.clone() />
        <form method="get" action=action autocomplete="off">
            <input type="hidden" name="period" value=period />
            <Disclosure summary="Choose days, a site or a participant" open=is_open>
                <div class="grid gap-4 pt-2 sm:grid-cols-2 lg:grid-cols-4">
                    <DateTimeField label="From" name="from" value=from date_only=true error=from_error />
                    <DateTimeField label="To" name="to" value=to date_only=true error=to_error />
                    <SelectField label="Site" name="site" options=choices.sites value=site blank="All sites" />
                    <SelectField
                        label="Participant"
                        name="participant"
                        nostrip:hint=participant_hint
                        options=choices.participants
                        value=participant
                        blank="All participants"
                    />
                </div>
                <div class="mt-4">
                    <Button variant=ButtonVariant::Secondary>"Show the figures"</Button>
                </div>
            </Disclosure>
        </form>
    }
    .into_any()
}

/// What the figures below are about, in words, with what takes them away from here.
pub fn scope_line(tenant: &TenantSlug, asked: &DashboardQuery, scope: &Scope, choices: &FilterChoices) -> AnyView {
    let days = format!("{} to {}", day_in_words(scope.from), day_in_words(scope.to));
    let title = match asked.period() {
        Some(period) => format!("{}, {days}", period.label()),
        None => days,
    };
    let without_site = DashboardQuery { site: String::new(), ..asked.clone() };
    let without_participant = DashboardQuery { participant: String::new(), ..asked.clone() };
    let site = scope.site.map(|id| (name_of(&choices.sites, &id.to_string(), "One site"), without_site));
    let participant = scope
        .participant
        .map(|id| (name_of(&choices.participants, &id.to_string(), "One participant"), without_participant));
    let chips = [site, participant]
        .into_iter()
        .flatten()
        .map(|(label, query)| chip(label, paths::dashboard(tenant, &query)))
        .collect_view();
    view! {
        <div class="flex flex-wrap items-center justify-between gap-3">
            <div class="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-2">
                <h2 class="text-subsection">{title}</h2>
                <ul class="contents">{chips}</ul>
            </div>
            <LinkButton
                href=paths::export(tenant, asked)
                variant=ButtonVariant::Secondary
                icon=Icon::Download
                external=true
            >
                "Download as CSV"
            </LinkButton>
        </div>
    }
    .into_any()
}

fn chip(label: String, href: String) -> impl IntoView {
    view! {
        <li class="max-w-full">
            <a
                href=href
                class="inline-flex min-h-11 max-w-full items-center gap-1.5 rounded-field border border-edge bg-base-100 px-3 text-[0.9375rem] hover:bg-base-200 sm:min-h-9"
            >
                <span class="sr-only">"Remove the filter "</span>
                <bdi class="min-w-0 truncate">{label}</bdi>
                {Icon::Close.small()}
            </a>
        </li>
    }
}

fn name_of(choices: &[(String, String)], id: &str, unknown: &str) -> String {
    choices.iter().find(|(choice, _)| choice == id).map_or_else(|| unknown.to_owned(), |(_, name)| name.clone())
}
