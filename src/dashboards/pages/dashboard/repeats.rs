//! Who, where, when and why again.

use crate::{
    analysis::analysis::ConditionGroup,
    dashboards::{dashboard::Overview, drill::Drill, findings},
    incidents::narrowing::{Hours, WEEKDAYS, clock},
    ui::charts::{Bar, BarList, ChartCard, HeatCell, HeatMap},
};
use leptos::prelude::*;

/// Hours in one column: eight columns can be touched on a phone.
const BLOCK: usize = 3;

/// The participants with the most reports.
pub fn participants_card(overview: &Overview, drill: &Drill) -> AnyView {
    let counts = &overview.figures.participants;
    let title = findings::participants(counts, overview.figures.totals.reports);
    let keys = overview.keys.participants.iter().map(String::as_str).chain(std::iter::repeat(""));
    let bars = counts
        .iter()
        .zip(keys)
        .map(|(count, key)| Bar {
            label: count.name.clone(),
            note: count.id.is_none().then(|| "Not in the register".to_owned()),
            value: count.reports,
            href: Some(drill.participant(count, key)),
        })
        .collect::<Vec<_>>();
    view! {
        <ChartCard title lead="Participants with the most reports.">
            <BarList bars />
        </ChartCard>
    }
    .into_any()
}

/// The sites with the most reports.
pub fn sites_card(overview: &Overview, drill: &Drill) -> AnyView {
    let counts = &overview.figures.sites;
    let title = findings::sites(counts, overview.figures.totals.reports);
    let bars = counts
        .iter()
        .map(|count| Bar {
            label: if count.id.is_some() { count.name.clone() } else { "No site named".to_owned() },
            note: None,
            value: count.reports,
            href: Some(drill.site(count)),
        })
        .collect::<Vec<_>>();
    view! {
        <ChartCard title lead="Sites with the most reports.">
            <BarList bars />
        </ChartCard>
    }
    .into_any()
}

/// The week by day and time of day.
pub fn when_card(overview: &Overview, drill: &Drill) -> AnyView {
    let title = findings::when(&overview.figures.hours);
    let blocks: Vec<_> = (0_u8..24).step_by(BLOCK).map(|first| Hours { first, last: first + 2 }).collect();
    let columns = blocks.iter().map(|hours| clock(hours.first)).collect::<Vec<_>>();
    let rows = overview
        .figures
        .hours
        .iter()
        .zip(WEEKDAYS)
        .enumerate()
        .map(|(weekday, (day, name))| {
            let cells = day.chunks(BLOCK).zip(&blocks).map(|(counts, hours)| {
                let value: i64 = counts.iter().sum();
                HeatCell {
                    value,
                    label: format!("{name}, {}: {}", hours.in_words(), findings::reports(value)),
                    href: (value > 0).then(|| drill.hours(weekday, *hours)),
                }
            });
            (name.to_owned(), name.chars().take(3).collect(), cells.collect())
        })
        .collect::<Vec<_>>();
    view! {
        <ChartCard title lead="Reports by the weekday and the time of their event. Each column is three hours from the time above it.">
            <HeatMap caption="Reports by weekday and time of day" columns rows />
        </ChartCard>
    }
    .into_any()
}

/// The contributing conditions that recur, by group.
pub fn conditions_card(overview: &Overview, drill: &Drill) -> AnyView {
    let counts = &overview.figures.conditions;
    let title = findings::conditions(counts);
    let keys = overview.keys.conditions.iter().map(String::as_str).chain(std::iter::repeat(""));
    let counts: Vec<_> = counts.iter().zip(keys).collect();
    let groups = ConditionGroup::ALL
        .iter()
        .filter_map(|group| {
            let bars = counts
                .iter()
                .filter(|(count, _)| count.group == *group)
                .map(|(count, key)| Bar {
                    label: count.text.clone(),
                    note: None,
                    value: count.reports,
                    href: Some(drill.condition(*group, key)),
                })
                .collect::<Vec<_>>();
            (!bars.is_empty()).then(|| {
                view! {
                    <section>
                        <h3 class="text-[0.9375rem] font-semibold">{group.label()}</h3>
                        <BarList bars />
                    </section>
                }
            })
        })
        .collect_view();
    view! {
        <ChartCard title lead="The most frequent contributing conditions of signed-off reports.">
            <div class="grid gap-x-8 gap-y-5 lg:grid-cols-2">{groups}</div>
        </ChartCard>
    }
    .into_any()
}
