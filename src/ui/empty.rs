//! What a list shows while there is nothing in it.

use leptos::prelude::*;

use super::{
    button::{ButtonVariant, LinkButton},
    icon::Icon,
};

/// One sentence and one action (the children).
#[component]
pub fn EmptyState(
    #[prop(into)] title: String,
    #[prop(optional, into)] text: Option<String>,
    #[prop(optional, into)] icon: Option<Icon>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="flex flex-col items-center px-4 py-10 text-center sm:py-14">
            {icon.map(|icon| view! { <span class="mb-3 text-muted">{icon.sized("size-8")}</span> })}
            <p class="text-subsection font-semibold">{title}</p>
            {text.map(|text| view! { <p class="mt-1 max-w-md text-muted">{text}</p> })}
            {children.map(|children| view! { <div class="mt-5 flex flex-wrap justify-center gap-3">{children()}</div> })}
        </div>
    }
    .into_any()
}

/// What a list shows while its filters leave nothing of it.
#[component]
pub fn NoMatch(
    #[prop(into)] title: String,
    #[prop(optional, into)] text: Option<String>,
    /// The address of the list without its filters.
    #[prop(into)]
    all: String,
) -> impl IntoView {
    view! {
        <EmptyState title nostrip:text=text icon=Icon::Search>
            <LinkButton href=all variant=ButtonVariant::Secondary external=true>
                "Clear the filters"
            </LinkButton>
        </EmptyState>
    }
}
