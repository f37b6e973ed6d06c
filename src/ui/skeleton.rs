//! Grey shapes that keep a layout still until its content is there.

use leptos::prelude::*;

const BAR: &str = "h-4 rounded-sm bg-base-content/8 motion-safe:animate-pulse";

/// Lines of text to come.
#[component]
pub fn Skeleton(#[prop(default = 3)] lines: usize) -> impl IntoView {
    let bars = (0..lines)
        .map(|line| view! { <div class=BAR class=("w-2/3", line + 1 == lines) class=("w-full", line + 1 < lines)></div> })
        .collect_view();
    view! {
        <div role="status" class="space-y-3">
            <span class="sr-only">"Loading"</span>
            {bars}
        </div>
    }
    .into_any()
}

/// Rows of a table to come, each as high as a row.
#[component]
pub fn TableSkeleton(#[prop(default = 6)] rows: usize) -> impl IntoView {
    let rows = (0..rows)
        .map(|_| {
            view! {
                <div class="flex h-11 items-center gap-6 border-t border-base-300 px-4">
                    <div class=format!("{BAR} w-1/4")></div>
                    <div class=format!("{BAR} flex-1")></div>
                    <div class=format!("{BAR} w-16")></div>
                </div>
            }
        })
        .collect_view();
    view! {
        <div role="status">
            <span class="sr-only">"Loading"</span>
            <div class="h-9"></div>
            {rows}
        </div>
    }
    .into_any()
}

/// Figures to come, each as high as a `Stat`.
#[component]
pub fn StatSkeleton(#[prop(default = 4)] count: usize) -> impl IntoView {
    let stats = (0..count)
        .map(|_| {
            view! {
                <div class="h-31 space-y-3 rounded-box bg-base-100 p-4 shadow-soft">
                    <div class=format!("{BAR} w-1/2")></div>
                    <div class=format!("{BAR} h-7 w-1/4")></div>
                    <div class=format!("{BAR} w-2/3")></div>
                </div>
            }
        })
        .collect_view();
    view! {
        <div role="status" class="grid grid-cols-2 gap-4 lg:grid-cols-4">
            <span class="sr-only">"Loading"</span>
            {stats}
        </div>
    }
    .into_any()
}
