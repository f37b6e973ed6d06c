//! Bars of several parts. Each part has its words and count below the bar, in a colour of its own, so that no legend is
//! needed.

use super::scale::Percent;
use crate::usage::figures::format_count;
use leptos::prelude::*;

/// The colour of a part. Words always say the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shade {
    Quiet,
    Middle,
    Loud,
}

impl Shade {
    const fn fill(self) -> &'static str {
        match self {
            Self::Quiet => "fill-edge",
            Self::Middle => "fill-warning",
            Self::Loud => "fill-error",
        }
    }
}

/// A part of a bar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StackPart {
    /// "high".
    pub label: String,
    pub value: i64,
    pub shade: Shade,
    pub href: String,
}

/// A bar of parts; those of nothing are left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StackedBar {
    pub label: String,
    /// Small, beside the label.
    pub note: Option<String>,
    pub total: i64,
    pub href: String,
    pub parts: Vec<StackPart>,
}

/// Bars of parts, the longest as wide as its place.
#[component]
pub fn StackedBars(bars: Vec<StackedBar>) -> impl IntoView {
    let most = bars.iter().map(|bar| bar.parts.iter().map(|part| part.value).sum()).max().unwrap_or_default();
    let bars = bars.into_iter().map(|bar| bar_view(bar, most)).collect_view();
    view! { <ul class="space-y-3">{bars}</ul> }.into_any()
}

fn bar_view(bar: StackedBar, most: i64) -> impl IntoView {
    let StackedBar { label, note, total, href, parts } = bar;
    let parts: Vec<_> = parts.into_iter().filter(|part| part.value > 0).collect();
    let rects = rects(&parts, most);
    let words = parts.into_iter().map(part_view).collect_view();
    view! {
        <li>
            <a href=href class="-mx-2 flex min-h-11 flex-wrap items-center justify-between gap-x-3 rounded-field px-2 hover:bg-primary/5 sm:min-h-8">
                <span class="min-w-0">
                    {label} {note.map(|note| view! { <span class="ml-2 text-sm text-muted">{note}</span> })}
                </span>
                <span class="font-semibold tabular-nums">{format_count(total)}</span>
            </a>
            <svg class="block h-4 w-full" aria-hidden="true">
                {rects}
            </svg>
            <ul class="flex flex-wrap gap-x-4 text-sm">{words}</ul>
        </li>
    }
}

/// The parts from left to right with a gap between them.
fn rects(parts: &[StackPart], most: i64) -> AnyView {
    let mut before = 0;
    let mut rects = Vec::new();
    for part in parts {
        let x = Percent::of(before, most).to_string();
        before += part.value;
        let width = Percent::visible(part.value, most).to_string();
        rects.push(view! { <rect x=x width=width height="100%" stroke-width="1" class=format!("stroke-base-100 {}", part.shade.fill()) /> });
    }
    rects.collect_view().into_any()
}

fn part_view(part: StackPart) -> impl IntoView {
    let StackPart { label, value, shade, href } = part;
    view! {
        <li>
            <a href=href class="inline-flex min-h-11 items-center gap-1.5 rounded-field hover:underline sm:min-h-7">
                <svg class="size-2.5 shrink-0" aria-hidden="true">
                    <rect width="100%" height="100%" rx="2" class=shade.fill() />
                </svg>
                <span class="tabular-nums">{format!("{} {label}", format_count(value))}</span>
            </a>
        </li>
    }
}
