//! Counts in rows and columns: a table whose cells are darker where there is more. Its looks are in `style/charts.css`.

use super::scale::level;
use crate::usage::figures::format_count;
use leptos::prelude::*;

/// The shades, the lightest first.
const SHADES: [&str; 5] = ["heat-0", "heat-1", "heat-2", "heat-3", "heat-4"];

/// One cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeatCell {
    pub value: i64,
    /// In full: "Monday, 6 pm to 9 pm: 4 reports".
    pub label: String,
    /// What is behind it; only cells with something have one.
    pub href: Option<String>,
}

/// Counts by row and column, each with its number, so that no table is needed beside it.
#[component]
pub fn HeatMap(
    #[prop(into)] caption: String,
    /// Above each column: "6 pm".
    columns: Vec<String>,
    /// The name of each row in full, a short one for phones, and its cells.
    rows: Vec<(String, String, Vec<HeatCell>)>,
) -> impl IntoView {
    let most = rows.iter().flat_map(|(.., cells)| cells).map(|cell| cell.value).max().unwrap_or_default();
    let heads = columns.into_iter().map(|column| view! { <th scope="col">{column}</th> }).collect_view();
    let rows = rows.into_iter().map(|row| row_view(row, most)).collect_view();
    view! {
        <table class="heat-map">
            <caption class="sr-only">{caption}</caption>
            <thead>
                <tr>
                    <th scope="col">
                        <span class="sr-only">"Day"</span>
                    </th>
                    {heads}
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn row_view((name, short, cells): (String, String, Vec<HeatCell>), most: i64) -> impl IntoView {
    let cells = cells.into_iter().map(|cell| cell_view(cell, most)).collect_view();
    view! {
        <tr>
            <th scope="row">
                <span class="sm:hidden" aria-hidden="true">
                    {short}
                </span>
                <span class="max-sm:sr-only">{name}</span>
            </th>
            {cells}
        </tr>
    }
}

fn cell_view(cell: HeatCell, most: i64) -> impl IntoView {
    let HeatCell { value, label, href } = cell;
    let shade = SHADES.get(level(value, most)).copied().unwrap_or_default();
    let number = format_count(value);
    let content = match href {
        Some(href) => view! {
            <a href=href title=label.clone() aria-label=label>
                {number}
            </a>
        }
        .into_any(),
        None => view! { <span>{number}</span> }.into_any(),
    };
    view! { <td class=shade>{content}</td> }
}
