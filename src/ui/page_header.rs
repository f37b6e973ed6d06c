//! The head of a page: its title, its one main action, and on a phone the way back.

use leptos::{children::ViewFnOnce, prelude::*};

use super::icon::Icon;

/// Title, an optional sentence and the page's one main action. On a phone the title is the top bar and the action floats in
/// thumb's reach.
#[component]
pub fn PageHeader(
    #[prop(into)] title: String,
    #[prop(optional, into)] lead: Option<String>,
    /// Where the page belongs: address and name, "Incidents".
    #[prop(optional, into)]
    back: Option<(String, String)>,
    /// One `Button` or `LinkButton`.
    #[prop(optional, into)]
    action: Option<ViewFnOnce>,
    /// Beside the title: a `StatusBadge`.
    #[prop(optional, into)]
    aside: Option<ViewFnOnce>,
) -> impl IntoView {
    let below_back = back.is_some();
    let back = back.map(|(href, name)| {
        view! {
            <a
                href=href
                class="-ml-2 inline-flex size-11 shrink-0 items-center justify-center gap-1.5 rounded-field text-muted hover:text-base-content lg:col-span-2 lg:mb-1 lg:ml-0 lg:size-auto lg:min-h-6 lg:justify-self-start lg:text-[0.9375rem] lg:font-medium"
            >
                {Icon::ArrowLeft.view()}
                <span class="max-lg:sr-only">{format!("Back to {name}")}</span>
            </a>
        }
    });
    view! {
        <header class="page-header contents lg:mb-6 lg:grid lg:grid-cols-[minmax(0,1fr)_auto] lg:gap-x-6">
            <div class="sticky top-0 z-20 -mx-4 -mt-18 mb-4 flex h-14 items-center border-b border-base-300 bg-base-100 pr-16 pl-4 sm:-mx-6 sm:pl-6 lg:contents">
                {back} <div class="min-w-0 flex-1 lg:contents">
                    <h1 class="line-clamp-2 max-lg:text-[1.0625rem]/5.5 lg:col-start-1 lg:line-clamp-none">{title}</h1>
                    {action
                        .map(|action| {
                            view! {
                                <div class="page-action lg:col-start-2 lg:row-span-3 max-lg:fixed max-lg:right-4 max-lg:bottom-[calc(4.75rem+env(safe-area-inset-bottom))] max-lg:z-20 max-lg:rounded-field max-lg:shadow-lg" class=("lg:row-start-1", !below_back) class=("lg:row-start-2", below_back)>
                                    {action.run()}
                                </div>
                            }
                        })}
                </div>
            </div>
            {aside.map(|aside| view! { <div class="mb-3 flex flex-wrap gap-2 lg:col-start-1 lg:mt-2 lg:mb-0">{aside.run()}</div> })}
            {lead.map(|lead| view! { <p class="mb-4 max-w-prose text-muted lg:col-start-1 lg:mt-1 lg:mb-0">{lead}</p> })}
        </header>
    }
    .into_any()
}
