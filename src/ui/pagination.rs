//! Page by page through a long list.

use leptos::prelude::*;

use super::icon::Icon;

const LINK: &str =
    "inline-flex min-h-11 items-center gap-1.5 rounded-field px-3 font-medium text-primary hover:bg-primary/8";

/// Links to the previous and the next page of a keyset; nothing when there is only one page.
#[component]
pub fn Pagination(
    #[prop(optional, into)] previous: Option<String>,
    #[prop(optional, into)] next: Option<String>,
    /// What is on the screen: "1 to 50".
    #[prop(optional, into)]
    summary: Option<String>,
) -> impl IntoView {
    (previous.is_some() || next.is_some()).then(|| {
        view! {
            <nav aria-label="Pages of this list" class="flex flex-wrap items-center justify-between gap-2 px-1 py-2">
                <span class="min-w-24">
                    {previous.map(|href| view! { <a class=LINK href=href rel="prev">{Icon::ChevronLeft.view()} "Previous"</a> })}
                </span>
                {summary.map(|summary| view! { <span class="text-sm text-muted tabular-nums">{summary}</span> })}
                <span class="flex min-w-24 justify-end">
                    {next.map(|href| view! { <a class=LINK href=href rel="next">"Next" {Icon::ChevronRight.view()}</a> })}
                </span>
            </nav>
        }
    })
}
