//! The month day by day: a chart whose title says what it shows, and the same as a table.

use crate::{
    ui::{Card, Cell, Column, DataTable, Disclosure, Row},
    usage::{
        figures::{format_count, format_usd},
        report::{Tally, busiest_day},
    },
};
use chrono::NaiveDate;
use leptos::prelude::*;

type Days = [(NaiveDate, Tally)];

/// The width of a day and the height of the busiest one, in units of the drawing.
const SLOT: usize = 10;
const BAR: usize = 8;
const HEIGHT: i64 = 100;

/// Calls per day.
pub fn days_card(days: &Days) -> AnyView {
    let title = busiest_day(days);
    let chart = chart(days, &title);
    let rows = days.iter().filter(|(_, tally)| tally.calls + tally.refused > 0).map(row).collect_view();
    let columns = vec![
        Column::new("Day"),
        Column::new("Calls").numeric(),
        Column::new("Refused").numeric(),
        Column::new("Cost").numeric(),
    ];
    view! {
        <Card title=title>
            {chart} <div class="mt-3">
                <Disclosure summary="Show the days as a table">
                    <DataTable caption="Calls by day" columns>
                        {rows}
                    </DataTable>
                </Disclosure>
            </div>
        </Card>
    }
    .into_any()
}

fn chart(days: &Days, title: &str) -> AnyView {
    let most = days.iter().map(|(_, tally)| tally.calls).max().unwrap_or_default();
    let bars = days
        .iter()
        .enumerate()
        .map(|(index, (_, tally))| {
            let height = bar_height(tally.calls, most);
            view! {
                <rect
                    x=(index * SLOT + (SLOT - BAR) / 2).to_string()
                    y=(HEIGHT - height).to_string()
                    width=BAR.to_string()
                    height=height.to_string()
                />
            }
        })
        .collect_view();
    let end = |day: Option<&(NaiveDate, Tally)>| day.map(|(day, _)| day.format("%-d %b").to_string());
    view! {
        <figure>
            <p class="mb-1 text-sm text-muted tabular-nums">{format!("{} calls", format_count(most))}</p>
            <svg
                role="img"
                aria-label=format!("Calls per day. {title}.")
                viewBox=format!("0 0 {} {HEIGHT}", days.len() * SLOT)
                preserveAspectRatio="none"
                class="block h-32 w-full border-y border-base-300 fill-primary"
            >
                {bars}
            </svg>
            <figcaption class="mt-1 flex justify-between text-sm text-muted tabular-nums">
                <span>{end(days.first())}</span>
                <span>{end(days.last())}</span>
            </figcaption>
        </figure>
    }
    .into_any()
}

/// A day with a call is always seen.
fn bar_height(calls: i64, most: i64) -> i64 {
    if calls == 0 || most == 0 { 0 } else { (calls * HEIGHT / most).max(2) }
}

fn row((day, tally): &(NaiveDate, Tally)) -> impl IntoView + use<> {
    let (day, tally) = (day.format("%-d %b").to_string(), *tally);
    view! {
        <Row>
            <Cell nowrap=true>{day}</Cell>
            <Cell label="Calls" numeric=true>
                {format_count(tally.calls)}
            </Cell>
            <Cell label="Refused" numeric=true>
                {format_count(tally.refused)}
            </Cell>
            <Cell label="Cost" numeric=true>
                {format_usd(tally.cost_micros)}
            </Cell>
        </Row>
    }
}

#[cfg(test)]
mod tests {
    use super::bar_height;

    #[test]
    fn the_busiest_day_fills_the_chart_and_no_day_with_a_call_is_lost() {
        assert_eq!([0, 1, 500, 1_000].map(|calls| bar_height(calls, 1_000)), [0, 2, 50, 100]);
        assert_eq!(bar_height(0, 0), 0);
    }
}
