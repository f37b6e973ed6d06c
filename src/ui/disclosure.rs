//! Something more to read, opened on demand; works without JavaScript.

use leptos::prelude::*;

use super::icon::Icon;

/// A line that opens into more: an example of a good account, all the steps, the details of a run.
#[component]
pub fn Disclosure(
    #[prop(into)] summary: String,
    /// Starts open.
    #[prop(optional)]
    open: bool,
    children: Children,
) -> impl IntoView {
    view! {
        <details open=open class="min-w-0">
            <summary class="inline-flex min-h-11 items-center gap-1.5 rounded-field pr-2 font-medium text-primary underline-offset-3 hover:underline">
                <span class="turns flex transition-transform">{Icon::ChevronDown.view()}</span>
                {summary}
            </summary>
            <div class="mt-1 mb-2 ml-2.5 border-l-2 border-base-300 pl-4.5">{children()}</div>
        </details>
    }
    .into_any()
}
