//! Charts: lines, bars, stacked bars, a heat map and a spread, made on the server and complete without JavaScript.
//!
//! They are our own, after a look at what there is:
//!
//! - `leptos-chartistry` draws in the browser: it shows "Loading..." until it has measured its place there, so the
//!   server's HTML holds no chart, and its elements carry `style` attributes, which the content security policy forbids.
//! - `plotters` writes one SVG of a fixed size in pixels, with colours as hex values: on a phone its text shrinks to
//!   half its size, the dark theme and print can't change it, and no mark can be a link.
//! - `charming` is Apache ECharts: on the server it needs an embedded V8, in the browser a megabyte of JavaScript.
//!
//! Here every word is HTML or SVG text in pixels of the page, never scaled: an SVG without a `viewBox` takes positions in
//! percent, so that only the marks stretch. Colours are classes of the theme. What can be opened is a link of at least
//! 24 by 24 px. A chart whose numbers don't all stand beside its marks has them in a table below it, which print opens.

mod bars;
mod distribution;
mod heat_map;
mod line;
pub mod scale;
mod stacked;

pub use bars::{Bar, BarList};
pub use distribution::{Distribution, Spread};
pub use heat_map::{HeatCell, HeatMap};
pub use line::{LineChart, LinePoint};
pub use stacked::{Shade, StackPart, StackedBar, StackedBars};

use super::{Card, Disclosure};
use leptos::prelude::*;

/// A chart on its card: the finding as its title, the marks, and the same numbers as a table.
#[component]
pub fn ChartCard(
    /// What the chart says, as a sentence.
    #[prop(into)]
    title: String,
    #[prop(optional, into)] lead: Option<String>,
    /// The numbers, where they don't all stand in the chart: a `DataTable`.
    #[prop(optional, into)]
    table: Option<AnyView>,
    children: Children,
) -> impl IntoView {
    let table = table.map(|table| {
        view! {
            <div class="chart-table mt-3">
                <Disclosure summary="Show as a table">{table}</Disclosure>
            </div>
        }
    });
    let body = view! {
        {children()}
        {table}
    }
    .into_any();
    match lead {
        Some(lead) => view! { <Card title lead>{body}</Card> }.into_any(),
        None => view! { <Card title>{body}</Card> }.into_any(),
    }
}
