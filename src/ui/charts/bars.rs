//! Bars that lie, one below the other, each with its words and its count.

use super::scale::Percent;
use crate::usage::figures::format_count;
use leptos::prelude::*;

/// One bar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    /// What it counts; may be what a person typed.
    pub label: String,
    /// Small, below the label.
    pub note: Option<String>,
    pub value: i64,
    /// What is behind it; only bars with something have one.
    pub href: Option<String>,
}

/// Bars, the longest as wide as its place. Every number stands beside its bar, so that no table is needed.
#[component]
pub fn BarList(bars: Vec<Bar>) -> impl IntoView {
    let most = bars.iter().map(|bar| bar.value).max().unwrap_or_default();
    let bars = bars.into_iter().map(|bar| bar_view(bar, most)).collect_view();
    view! { <ul class="space-y-1">{bars}</ul> }.into_any()
}

fn bar_view(bar: Bar, most: i64) -> impl IntoView {
    let Bar { label, note, value, href } = bar;
    let width = Percent::visible(value, most).to_string();
    let words = view! {
        <span class="flex items-baseline justify-between gap-3">
            <bdi class="min-w-0 wrap-anywhere">{label}</bdi>
            <span class="font-semibold tabular-nums">{format_count(value)}</span>
        </span>
        {note.map(|note| view! { <span class="block text-sm text-muted">{note}</span> })}
        <svg class="mt-1 block h-2 w-full" aria-hidden="true">
            <rect width="100%" height="100%" rx="4" class="fill-base-content/8" />
            <rect width=width height="100%" rx="4" class="fill-primary" />
        </svg>
    };
    let content = match href {
        Some(href) => view! {
            <a href=href class="-mx-2 block min-h-11 rounded-field px-2 py-1.5 hover:bg-primary/5">
                {words}
            </a>
        }
        .into_any(),
        None => view! { <span class="block py-1.5">{words}</span> }.into_any(),
    };
    view! { <li>{content}</li> }
}
