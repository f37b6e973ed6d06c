use leptos::{html, prelude::*};

use crate::ui::icon::Icon;

/// A search box; put it into a form with method "get", so that the result has an address.
#[component]
pub fn SearchField(
    /// What is searched: "Search people". Shown in the empty box too.
    #[prop(into)]
    label: String,
    #[prop(default = "q".to_owned(), into)] name: String,
    /// The name, unless given.
    #[prop(optional, into)]
    id: Option<String>,
    /// What it starts with.
    #[prop(optional, into)]
    value: String,
    #[prop(optional)] autofocus: bool,
    #[prop(optional, into)] on_input: Option<Callback<String>>,
    #[prop(optional)] node_ref: NodeRef<html::Input>,
) -> impl IntoView {
    let id = id.unwrap_or_else(|| name.clone());
    view! {
        <div class="relative min-w-0">
            <label for=id.clone() class="sr-only">
                {label.clone()}
            </label>
            <span class="pointer-events-none absolute inset-y-0 left-3 z-1 flex items-center text-muted">
                {Icon::Search.view()}
            </span>
            <input
                class="input pl-10"
                type="search"
                id=id
                name=name
                value=value
                placeholder=label
                autocomplete="off"
                enterkeyhint="search"
                autofocus=autofocus
                node_ref=node_ref
                on:input=move |event| {
                    if let Some(on_input) = on_input {
                        on_input.run(event_target_value(&event));
                    }
                }
            />
        </div>
    }
    .into_any()
}
