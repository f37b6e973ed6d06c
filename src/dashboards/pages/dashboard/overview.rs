//! How many, and whether that is rising.

use crate::{
    analysis::analysis::Severity,
    dashboards::{
        dashboard::Overview,
        drill::Drill,
        findings,
        series::{Grain, Point, points},
    },
    ui::{
        Cell, Column, DataTable, LinkCell, Row, Stat, Tone,
        charts::{ChartCard, LineChart, LinePoint},
    },
    usage::figures::format_count,
};
use leptos::prelude::*;

/// The four figures that a manager asks for first.
pub fn stats(overview: &Overview, drill: &Drill) -> AnyView {
    let Overview { scope, figures, before, queue, .. } = overview;
    let [high, high_before] = [&figures.totals, before].map(|totals| findings::with_highest(totals, Severity::High));
    let waiting_tone = if queue.waiting == 0 { Tone::Done } else { Tone::Waiting };
    let signed_off = if figures.totals.reports == 0 {
        "There is nothing to sign off".to_owned()
    } else {
        format!("{} of this period", findings::of(figures.totals.signed_off, figures.totals.reports, "report"))
    };
    view! {
        <div class="grid grid-cols-1 gap-4 sm:grid-cols-2 lg:grid-cols-4">
            <Stat
                label="Reports"
                value=format_count(figures.totals.reports)
                explanation=Some(findings::change(figures.totals.reports, before.reports, scope))
                href=drill.reports()
            />
            <Stat
                label="High severity"
                value=format_count(high)
                explanation=Some(findings::change(high, high_before, scope))
                href=drill.highest(Severity::High)
            />
            <Stat
                label="Signed off"
                value=format_count(figures.totals.signed_off)
                explanation=Some(signed_off)
                href=drill.signed_off()
            />
            <Stat
                label="Waiting for review now"
                value=format_count(queue.waiting)
                explanation=Some("Whenever the event was".to_owned())
                href=drill.queue()
                tone=waiting_tone
            />
        </div>
    }
    .into_any()
}

/// Reports over time.
pub fn over_time(overview: &Overview, drill: &Drill) -> AnyView {
    let (grain, points) = points(&overview.scope, &overview.figures.days);
    let title = findings::over_time(grain, &points);
    let label = format!("Reports by {}. {title}.", grain.label());
    let table = table(grain, &points, drill);
    let points = points.iter().map(|point| line_point(grain, point, drill)).collect::<Vec<_>>();
    view! {
        <ChartCard title table>
            <LineChart label points />
        </ChartCard>
    }
    .into_any()
}

fn line_point(grain: Grain, point: &Point, drill: &Drill) -> LinePoint {
    LinePoint {
        short: point.short_label(grain),
        label: format!("{}: {}", point.label(grain), findings::reports(point.reports).to_lowercase()),
        value: point.reports,
        href: (point.reports > 0).then(|| drill.days(point.from, point.to)),
    }
}

fn table(grain: Grain, points: &[Point], drill: &Drill) -> AnyView {
    let head = match grain {
        Grain::Day => "Day",
        Grain::Week => "Week",
        Grain::Month => "Month",
        Grain::Quarter => "Quarter",
        Grain::Year => "Year",
    };
    let rows = points
        .iter()
        .map(|point| {
            let (href, label, reports) =
                (drill.days(point.from, point.to), point.label(grain), format_count(point.reports));
            view! {
                <Row>
                    <LinkCell href=href>{label}</LinkCell>
                    <Cell label="Reports" numeric=true>
                        {reports}
                    </Cell>
                </Row>
            }
        })
        .collect_view();
    view! {
        <DataTable
            caption=format!("Reports by {}", grain.label())
            columns=vec![Column::new(head), Column::new("Reports").numeric()]
        >
            {rows}
        </DataTable>
    }
    .into_any()
}
