//! The way on from a long form, always in reach.

use leptos::prelude::*;

/// The buttons of a form or a decision, kept at the bottom of the screen: the main one first. On a phone they share the width.
#[component]
pub fn ActionBar(
    /// What the buttons do, in one sentence.
    #[prop(optional, into)]
    note: Option<String>,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="no-print sticky bottom-[var(--bottom-bar,0px)] z-10 -mx-4 mt-6 flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-base-300 bg-base-100 px-4 py-3 max-sm:pb-[calc(0.75rem+env(safe-area-inset-bottom))] sm:mx-0 sm:rounded-box sm:border sm:shadow-soft">
            <div class="flex gap-3 max-sm:w-full max-sm:*:flex-1">{children()}</div>
            {note.map(|note| view! { <p class="text-[0.9375rem]/5.5 text-muted">{note}</p> })}
        </div>
    }
    .into_any()
}
