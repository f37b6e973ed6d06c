//! By type and severity.

use crate::{
    analysis::analysis::{IncidentType, Severity},
    dashboards::{dashboard::Overview, drill::Drill, figures::Totals, findings},
    ui::{
        Cell, Column, DataTable, LinkCell, Row,
        charts::{ChartCard, Shade, StackPart, StackedBar, StackedBars},
    },
    usage::figures::format_count,
};
use leptos::prelude::*;

/// Signed-off reports by type, each split by severity.
pub fn kinds_card(overview: &Overview, drill: &Drill) -> AnyView {
    let Overview { figures, before, .. } = overview;
    let title = findings::kinds(&figures.totals, before);
    let bars = IncidentType::ALL
        .iter()
        .map(|kind| bar(*kind, &figures.totals, before, drill))
        .filter(|bar| bar.total > 0)
        .collect::<Vec<_>>();
    if bars.is_empty() {
        let lead = "Types and severities come with the sign-off, because a suggestion is nobody's decision.";
        return view! {
            <ChartCard title>
                <p class="text-muted">{lead}</p>
            </ChartCard>
        }
        .into_any();
    }
    let table = table(&figures.totals, before, drill);
    view! {
        <ChartCard title lead="Signed-off reports. One with two types counts in both." table>
            <StackedBars bars />
        </ChartCard>
    }
    .into_any()
}

fn bar(kind: IncidentType, now: &Totals, before: &Totals, drill: &Drill) -> StackedBar {
    let parts = Severity::ALL
        .iter()
        .map(|severity| StackPart {
            label: severity.label().to_lowercase(),
            value: findings::of_kind_and_severity(now, kind, *severity),
            shade: match severity {
                Severity::Low => Shade::Quiet,
                Severity::Medium => Shade::Middle,
                Severity::High => Shade::Loud,
            },
            href: drill.kind(kind, Some(*severity)),
        })
        .collect();
    let (count, earlier) = (findings::of_kind(now, kind), findings::of_kind(before, kind));
    StackedBar {
        label: kind.label().to_owned(),
        note: Some(format!("{} before", format_count(earlier))).filter(|_| earlier != count),
        total: count,
        href: drill.kind(kind, None),
        parts,
    }
}

fn table(now: &Totals, before: &Totals, drill: &Drill) -> AnyView {
    let columns = std::iter::once(Column::new("Type"))
        .chain(Severity::ALL.iter().map(|severity| Column::new(severity.label()).numeric()))
        .chain([Column::new("All").numeric(), Column::new("Period before").numeric()])
        .collect();
    let rows = IncidentType::ALL
        .iter()
        .map(|kind| {
            let counts = Severity::ALL
                .iter()
                .map(|severity| (severity.label(), findings::of_kind_and_severity(now, *kind, *severity)))
                .chain([("All", findings::of_kind(now, *kind)), ("Period before", findings::of_kind(before, *kind))]);
            let cells = counts
                .map(|(label, count)| {
                    view! {
                        <Cell label=label numeric=true>
                            {format_count(count)}
                        </Cell>
                    }
                })
                .collect_view();
            let (href, name) = (drill.kind(*kind, None), kind.label());
            view! {
                <Row>
                    <LinkCell href=href>{name}</LinkCell>
                    {cells}
                </Row>
            }
        })
        .collect_view();
    view! {
        <DataTable caption="Signed-off reports by type and severity" columns>
            {rows}
        </DataTable>
    }
    .into_any()
}
