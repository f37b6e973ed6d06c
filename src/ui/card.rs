//! A surface that holds one matter together.

use leptos::{children::ViewFnOnce, prelude::*};

/// A surface with an optional heading and something small at its right.
#[component]
pub fn Card(
    #[prop(optional, into)] title: Option<String>,
    /// Under the heading, in one sentence.
    #[prop(optional, into)]
    lead: Option<String>,
    /// At the right of the heading.
    #[prop(optional, into)]
    action: Option<ViewFnOnce>,
    /// Nothing around the content: for tables and lists that reach the edges.
    #[prop(optional)]
    flush: bool,
    #[prop(optional, into)] id: Option<String>,
    children: Children,
) -> impl IntoView {
    let head = (title.is_some() || action.is_some()).then(|| {
        view! {
            <div
                class="flex flex-wrap items-start justify-between gap-x-4 gap-y-2"
                class=("px-4", flush)
                class=("pt-4", flush)
                class=("sm:px-5", flush)
                class=("mb-4", !flush)
                class=("mb-3", flush)
            >
                <div class="min-w-0">
                    {title.map(|title| view! { <h2 class="text-subsection">{title}</h2> })}
                    {lead.map(|lead| view! { <p class="mt-0.5 text-[0.9375rem] text-muted">{lead}</p> })}
                </div>
                {action.map(|action| action.run())}
            </div>
        }
    });
    view! {
        <section
            id=id
            class="card-box min-w-0 rounded-box bg-base-100 shadow-soft"
            class=("p-4", !flush)
            class=("sm:p-5", !flush)
            class=("overflow-clip", flush)
        >
            {head}
            {children()}
        </section>
    }
    .into_any()
}
