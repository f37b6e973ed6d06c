//! How values spread: where half of them end, and where nine of ten do.

use super::scale::Percent;
use leptos::prelude::*;

/// One row of a distribution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spread {
    pub label: String,
    /// "half within 3 hours, nine of ten within 2 days".
    pub words: String,
    /// Half of the values are at most this; none: there are no values.
    pub median: Option<i64>,
    /// Nine of ten are at most this.
    pub p90: Option<i64>,
    /// What is behind it.
    pub href: Option<String>,
}

/// Rows on one scale: the dark part ends at the median, the light one where nine of ten end. Both stand in words beside
/// it.
#[component]
pub fn Distribution(rows: Vec<Spread>) -> impl IntoView {
    let most = rows.iter().filter_map(|row| row.p90.max(row.median)).max().unwrap_or_default();
    let rows = rows.into_iter().map(|row| row_view(row, most)).collect_view();
    view! { <ul class="space-y-2">{rows}</ul> }.into_any()
}

fn row_view(row: Spread, most: i64) -> impl IntoView {
    let Spread { label, words, median, p90, href } = row;
    let [median, p90] = [median, p90].map(|value| Percent::visible(value.unwrap_or_default(), most).to_string());
    let content = view! {
        <span class="flex flex-wrap items-baseline justify-between gap-x-3">
            <span>{label}</span>
            <span class="text-[0.9375rem] text-muted tabular-nums">{words}</span>
        </span>
        <svg class="mt-1 block h-3 w-full" aria-hidden="true">
            <rect width="100%" height="100%" rx="4" class="fill-base-content/5" />
            <rect width=p90 height="100%" rx="4" class="fill-primary/35" />
            <rect width=median height="100%" rx="4" class="fill-primary" />
        </svg>
    };
    let content = match href {
        Some(href) => view! {
            <a href=href class="-mx-2 block min-h-11 rounded-field px-2 py-1.5 hover:bg-primary/5">
                {content}
            </a>
        }
        .into_any(),
        None => view! { <span class="block py-1.5">{content}</span> }.into_any(),
    };
    view! { <li>{content}</li> }
}
