//! What narrows and orders the list: the form, the states, and what is set now.

use crate::{
    accounts::{member::Member, permission::Permission},
    analysis::analysis::{IncidentType, Severity},
    incidents::{
        filter::{IncidentFilter, IncidentOrder},
        incident::OverallStatus,
        narrowing::{Mark, Narrowing, SUBMITTED, WEEKDAYS},
        paths,
        record::FilterChoices,
    },
    tenants::tenant::TenantSlug,
    ui::{Button, ButtonVariant, DateTimeField, Disclosure, ErrorSummary, Icon, SearchField, SelectField},
};
use chrono::NaiveDate;
use leptos::prelude::*;

/// Days that are wrong don't take the list away: they are said at their fields and left out of the search.
pub fn without_errors(filter: IncidentFilter) -> IncidentFilter {
    if filter.parse().is_ok() { filter } else { IncidentFilter { from: String::new(), to: String::new(), ..filter } }
}

/// The list as `filter` has it.
pub fn address(tenant: &TenantSlug, filter: IncidentFilter) -> String {
    format!("{}{}", paths::list(tenant), filter.query())
}

/// The beginning of the list as `change` makes it.
pub fn changed(tenant: &TenantSlug, filter: &IncidentFilter, change: impl FnOnce(&mut IncidentFilter)) -> String {
    let mut filter = IncidentFilter { after: String::new(), ..filter.clone() };
    change(&mut filter);
    address(tenant, filter)
}

/// The list without anything that narrows it, in the same order.
pub fn cleared(tenant: &TenantSlug, filter: &IncidentFilter) -> String {
    address(tenant, IncidentFilter { order: filter.order.clone(), ..IncidentFilter::default() })
}

/// A plain form: the browser loads its address, so the fields always say what the list shows.
pub fn filter_form(tenant: &TenantSlug, filter: IncidentFilter, choices: FilterChoices) -> AnyView {
    let action = paths::list(tenant);
    let error = filter.parse().err();
    let errors = error.as_ref().map(|error| error.fields()).unwrap_or_default();
    let [from_error, to_error] =
        ["from", "to"].map(|field| Signal::stored(error.as_ref().and_then(|error| error.at(field))));
    let more = [
        &filter.from,
        &filter.to,
        &filter.participant,
        &filter.site,
        &filter.reporter,
        &filter.severity,
        &filter.incident_type,
    ];
    let has_more = more.into_iter().any(|value| !value.is_empty());
    let severities =
        Severity::ALL.iter().rev().map(|one| (one.as_str().to_owned(), one.label().to_owned())).collect::<Vec<_>>();
    let types =
        IncidentType::ALL.iter().map(|one| (one.as_str().to_owned(), one.label().to_owned())).collect::<Vec<_>>();
    let kept = kept_fields(&filter);
    let participant_hint = choices.participant_hint().map(str::to_owned);
    let orders: Vec<(String, String)> =
        IncidentOrder::ALL.iter().map(|order| (order.as_str().to_owned(), order.label().to_owned())).collect();
    let reporter = (!choices.reporters.is_empty()).then(|| {
        view! {
            <SelectField
                label="Reporter"
                name="reporter"
                options=choices.reporters
                value=filter.reporter
                blank="Anyone"
            />
        }
    });
    view! {
        <ErrorSummary errors=move || errors.clone() />
        <form method="get" action=action role="search" autocomplete="off" class="space-y-1">
            <input type="hidden" name="status" value=filter.status />
            {kept}
            <div class="flex gap-2">
                <div class="min-w-0 flex-1 sm:max-w-md">
                    <SearchField label="Search the reports" value=filter.q />
                </div>
                <Button variant=ButtonVariant::Secondary>"Search"</Button>
            </div>
            <Disclosure summary="Filter and order" open=has_more>
                <div class="grid gap-4 pt-2 sm:grid-cols-2 lg:grid-cols-3">
                    <DateTimeField label="From" name="from" value=filter.from date_only=true error=from_error />
                    <DateTimeField label="To" name="to" value=filter.to date_only=true error=to_error />
                    <SelectField
                        label="Participant"
                        name="participant"
                        nostrip:hint=participant_hint
                        options=choices.participants
                        value=filter.participant
                        blank="All participants"
                    />
                    <SelectField
                        label="Site"
                        name="site"
                        options=choices.sites
                        value=filter.site
                        blank="All sites"
                    />
                    {reporter}
                    <SelectField
                        label="Severity"
                        name="severity"
                        options=severities
                        value=filter.severity
                        blank="All severities"
                    />
                    <SelectField
                        label="Type"
                        name="incident_type"
                        options=types
                        value=filter.incident_type
                        blank="All types"
                    />
                    <SelectField label="Order" name="order" options=orders value=filter.order />
                </div>
                <div class="mt-4">
                    <Button variant=ButtonVariant::Secondary>"Show the reports"</Button>
                </div>
            </Disclosure>
        </form>
    }
    .into_any()
}

/// What only the link of a figure asks for goes on with the form.
fn kept_fields(filter: &IncidentFilter) -> AnyView {
    let kept = [
        ("weekday", &filter.weekday),
        ("hours", &filter.hours),
        ("level", &filter.level),
        ("condition", &filter.condition),
        ("phases", &filter.phases),
        ("with", &filter.with),
    ];
    kept.into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| view! { <input type="hidden" name=name value=value.clone() /> })
        .collect_view()
        .into_any()
}

/// The states, one tap each.
pub fn status_links(member: &Member, filter: &IncidentFilter) -> AnyView {
    let shown = OverallStatus::parse(&filter.status);
    let is_submitted = filter.status == SUBMITTED;
    // People who don't report see no drafts.
    let sees_drafts = member.role.may(Permission::ReportIncidents);
    let states = OverallStatus::ALL
        .iter()
        .copied()
        .filter(|status| sees_drafts || *status != OverallStatus::CapturePending)
        .map(Some);
    let links = std::iter::once(None)
        .chain(states)
        .map(|status| {
            let href = changed(&member.tenant, filter, |filter| {
                filter.status = status.map(OverallStatus::as_str).unwrap_or_default().to_owned();
            });
            let is_shown = status == shown && !is_submitted;
            let class = if is_shown {
                "border-primary font-semibold text-primary"
            } else {
                "border-transparent text-muted hover:text-base-content"
            };
            view! {
                <li>
                    <a
                        href=href
                        class=format!("inline-flex min-h-11 items-center border-b-2 {class}")
                        aria-current=is_shown.then_some("true")
                    >
                        {status.map_or("All", OverallStatus::label)}
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <nav aria-label="Status">
            <ul class="flex flex-wrap gap-x-5">{links}</ul>
        </nav>
    }
    .into_any()
}

/// What narrows the list, each to take away; nothing if all is shown.
pub fn narrowing_view(tenant: &TenantSlug, filter: &IncidentFilter, choices: &FilterChoices) -> Option<AnyView> {
    let chips = chips(tenant, filter, choices);
    if chips.is_empty() {
        return None;
    }
    // A full load, because only that also empties fields in which somebody has typed since.
    let chips = chips
        .into_iter()
        .map(|(label, href)| {
            view! {
                <li class="max-w-full">
                    <a
                        href=href
                        rel="external"
                        class="inline-flex min-h-11 max-w-full items-center gap-1.5 rounded-field border border-edge bg-base-100 px-3 text-[0.9375rem] hover:bg-base-200 sm:min-h-9"
                    >
                        <span class="sr-only">"Remove the filter "</span>
                        <bdi class="min-w-0 truncate">{label}</bdi>
                        {Icon::Close.small()}
                    </a>
                </li>
            }
        })
        .collect_view();
    let all = cleared(tenant, filter);
    let view = view! {
        <div class="flex flex-wrap items-center gap-2">
            <span class="text-[0.9375rem] text-muted">"Showing only"</span>
            <ul class="contents">{chips}</ul>
            <a href=all rel="external" class="text-link inline-flex min-h-11 items-center px-2 text-[0.9375rem] sm:min-h-9">
                "Clear"
            </a>
        </div>
    };
    Some(view.into_any())
}

/// Label of each filter and the address without it. The states have their own links.
fn chips(tenant: &TenantSlug, filter: &IncidentFilter, choices: &FilterChoices) -> Vec<(String, String)> {
    let mut chips = Vec::new();
    let mut add = |value: &str, label: &dyn Fn(&str) -> String, clear: fn(&mut IncidentFilter)| {
        if !value.is_empty() {
            chips.push((label(value), changed(tenant, filter, clear)));
        }
    };
    // Days that are wrong are left out of the search, so they don't count.
    let days = without_errors(filter.clone());
    add(&filter.q, &|words| format!("\u{201c}{words}\u{201d}"), |filter| filter.q.clear());
    add(&days.from, &|day| format!("From {}", day_in_words(day)), |filter| filter.from.clear());
    add(&days.to, &|day| format!("To {}", day_in_words(day)), |filter| filter.to.clear());
    let narrowing = Narrowing::parse(filter);
    let is_submitted = filter.status == SUBMITTED;
    add(if is_submitted { SUBMITTED } else { "" }, &|_| "Submitted".to_owned(), |filter| filter.status.clear());
    let unlisted = choices.unlisted.as_deref().unwrap_or("One participant");
    add(&filter.participant, &|id| name_of(&choices.participants, id, unlisted), |filter| filter.participant.clear());
    let nowhere = if narrowing.no_site { "No site" } else { "One site" };
    add(&filter.site, &|id| name_of(&choices.sites, id, nowhere), |filter| filter.site.clear());
    add(&filter.severity, &|severity| format!("Severity: {severity}"), |filter| filter.severity.clear());
    add(&filter.incident_type, &|incident_type| format!("Type: {incident_type}"), |filter| {
        filter.incident_type.clear()
    });
    add(&filter.reporter, &|id| name_of(&choices.reporters, id, "One reporter"), |filter| filter.reporter.clear());
    for (label, clear) in narrowing_chips(&narrowing, choices) {
        chips.push((label, changed(tenant, filter, clear)));
    }
    chips
}

type Clear = fn(&mut IncidentFilter);

fn narrowing_chips(narrowing: &Narrowing, choices: &FilterChoices) -> Vec<(String, Clear)> {
    let weekday = narrowing.weekday.and_then(|day| usize::try_from(day - 1).ok()).and_then(|day| WEEKDAYS.get(day));
    let condition = narrowing.condition.as_ref().map(|_| choices.condition.as_deref().unwrap_or("One condition"));
    let chips: [(Option<String>, Clear); 6] = [
        (weekday.map(|day| (*day).to_owned()), |filter| filter.weekday.clear()),
        (narrowing.hours.map(|hours| hours.in_words()), |filter| filter.hours.clear()),
        (narrowing.level.map(|level| format!("Classified as {}", level.label().to_lowercase())), |filter| {
            filter.level.clear();
        }),
        (condition.map(|words| format!("Condition: {words}")), |filter| filter.condition.clear()),
        (narrowing.phases.map(|phases| format!("{phases} of 4 phases told")), |filter| filter.phases.clear()),
        (narrowing.mark.map(Mark::label).map(str::to_owned), |filter| filter.with.clear()),
    ];
    chips.into_iter().filter_map(|(label, clear)| Some((label?, clear))).collect()
}

fn day_in_words(day: &str) -> String {
    NaiveDate::parse_from_str(day, "%Y-%m-%d")
        .map_or_else(|_| day.to_owned(), |day| day.format("%-d %b %Y").to_string())
}

fn name_of(choices: &[(String, String)], id: &str, unknown: &str) -> String {
    choices.iter().find(|(choice, _)| choice == id).map_or_else(|| unknown.to_owned(), |(_, name)| name.clone())
}

#[cfg(test)]
mod tests {
    use super::{chips, without_errors};
    use crate::incidents::{filter::IncidentFilter, record::FilterChoices};

    #[test]
    fn each_filter_can_be_taken_away_and_leads_to_the_first_page() {
        let filter = IncidentFilter {
            q: "fell".into(),
            from: "2026-11-01".into(),
            site: "7".into(),
            after: "1_2".into(),
            ..IncidentFilter::default()
        };
        let choices = FilterChoices { sites: vec![("7".into(), "Banksia House".into())], ..FilterChoices::default() };
        let told: Vec<_> = chips(&"banksia".parse().expect("a slug"), &filter, &choices)
            .into_iter()
            .map(|(label, href)| format!("{label}: {href}"))
            .collect();
        insta::assert_snapshot!(told.join("\n"), @r"
        “fell”: /banksia/incidents?from=2026-11-01&site=7
        From 1 Nov 2026: /banksia/incidents?q=fell&site=7
        Banksia House: /banksia/incidents?q=fell&from=2026-11-01
        ");
    }

    #[test]
    fn wrong_days_leave_the_other_filters_standing() {
        let filter = IncidentFilter {
            q: "fell".into(),
            from: "2026-02-01".into(),
            to: "2026-01-01".into(),
            ..IncidentFilter::default()
        };
        assert_eq!(without_errors(filter), IncidentFilter { q: "fell".into(), ..IncidentFilter::default() });
    }
}
