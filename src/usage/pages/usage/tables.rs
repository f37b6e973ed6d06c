//! The month by step, by model and by person.

use crate::{
    ai::{BUILT_IN, built_in_label},
    ui::{Card, Cell, Column, DataTable, Row, StatusBadge, Tone},
    usage::{
        figures::{format_count, format_usd},
        ledger::CallStep,
        report::{Caller, ModelName, Tally},
    },
};
use leptos::prelude::*;

/// What each step took.
pub fn by_step(lines: Vec<(CallStep, Tally)>) -> AnyView {
    let rows = lines.into_iter().map(|(step, tally)| row(step.label().into_any(), tally, None)).collect_view();
    table("By step", columns("Step"), rows.into_any())
}

/// What each model took.
pub fn by_model(lines: Vec<(ModelName, Tally)>) -> AnyView {
    let rows = lines.into_iter().map(|(model, tally)| row(model_cell(model, tally), tally, None)).collect_view();
    table("By model", columns("Model"), rows.into_any())
}

/// What each person's work took, and what is left of their limit if there is one.
pub fn by_person(lines: Vec<(Caller, Tally)>, cap: Option<i64>) -> AnyView {
    let rows = lines
        .into_iter()
        .map(|(caller, tally)| {
            let left = cap.map(|cap| match caller {
                Caller::Person(_) => format_usd((cap - tally.cost_micros).max(0)),
                Caller::Nobody | Caller::Others(_) => String::new(),
            });
            row(caller_name(caller).into_any(), tally, left)
        })
        .collect_view();
    let columns = columns("Person").into_iter().chain(cap.map(|_| Column::new("Left").numeric())).collect();
    table("By person", columns, rows.into_any())
}

fn caller_name(caller: Caller) -> String {
    match caller {
        Caller::Person(name) => name,
        Caller::Nobody => "Nobody in particular".to_owned(),
        Caller::Others(count) => format!("{count} other people"),
    }
}

fn model_cell(model: ModelName, tally: Tally) -> AnyView {
    if model.provider == BUILT_IN {
        return built_in_label(&model.ai_model).unwrap_or("Built-in engine").into_any();
    }
    view! {
        <span>
            <span class="font-semibold">{model.ai_model}</span>
            {format!(" at {} ", model.provider)}
            {(tally.unpriced > 0).then(|| view! { <StatusBadge tone=Tone::Info label="Price unknown" /> })}
        </span>
    }
    .into_any()
}

fn columns(first: &str) -> Vec<Column> {
    let figures = ["Calls", "Failed", "Refused", "Tokens sent", "Tokens received", "Cost"];
    std::iter::once(Column::new(first)).chain(figures.map(|label| Column::new(label).numeric())).collect()
}

fn table(title: &'static str, columns: Vec<Column>, rows: AnyView) -> AnyView {
    view! {
        <Card title=title flush=true>
            <DataTable caption=title columns>
                {rows}
            </DataTable>
        </Card>
    }
    .into_any()
}

fn row(name: AnyView, tally: Tally, left: Option<String>) -> impl IntoView {
    let figures = [
        ("Calls", format_count(tally.calls)),
        ("Failed", format_count(tally.provider_failures)),
        ("Refused", format_count(tally.refused)),
        ("Tokens sent", format_count(tally.input_tokens)),
        ("Tokens received", format_count(tally.output_tokens)),
        ("Cost", format_usd(tally.cost_micros)),
    ];
    let cells = figures.into_iter().chain(left.map(|left| ("Left", left))).map(|(label, value)| {
        view! {
            <Cell label=label numeric=true>
                {value}
            </Cell>
        }
    });
    view! {
        <Row>
            <Cell>{name}</Cell>
            {cells.collect_view()}
        </Row>
    }
}
