//! Page by page through a long list.

use leptos::prelude::*;

use super::icon::Icon;

const LINK: &str =
    "inline-flex min-h-11 items-center gap-1.5 rounded-field px-3 font-medium text-primary hover:bg-primary/8";

/// Links to the other pages of a keyset; nothing when there is only one page.
#[component]
pub fn Pagination(
    /// The first page, from a later one of a list whose pages only go forward.
    #[prop(optional, into)]
    first: Option<String>,
    #[prop(optional, into)] previous: Option<String>,
    #[prop(optional, into)] next: Option<String>,
) -> impl IntoView {
    (first.is_some() || previous.is_some() || next.is_some()).then(|| {
        view! {
            <nav aria-label="Pages of this list" class="flex flex-wrap items-center justify-between gap-2 px-1 py-2">
                <span class="flex min-w-24 flex-wrap">
                    {first.map(|href| view! { <a class=LINK href=href rel="first">{Icon::ChevronLeft.view()} "Back to the first page"</a> })}
                    {previous.map(|href| view! { <a class=LINK href=href rel="prev">{Icon::ChevronLeft.view()} "Previous"</a> })}
                </span>
                <span class="flex min-w-24 justify-end">
                    {next.map(|href| view! { <a class=LINK href=href rel="next">"Next" {Icon::ChevronRight.view()}</a> })}
                </span>
            </nav>
        }
    })
}
