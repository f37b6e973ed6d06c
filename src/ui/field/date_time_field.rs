use leptos::{html, prelude::*};

use super::{FieldParts, labelled};

/// A day and a time of day, without a zone: "2026-11-20T18:45". The server reads it in the tenant's zone.
#[component]
pub fn DateTimeField(
    #[prop(into)] label: String,
    #[prop(into)] name: String,
    /// The name, unless given.
    #[prop(optional, into)]
    id: Option<String>,
    /// What it starts with: "2026-11-20T18:45", or "2026-11-20" for a day.
    #[prop(optional, into)]
    value: String,
    /// A day without a time.
    #[prop(optional)]
    date_only: bool,
    /// The earliest that may be chosen, in the form of `value`.
    #[prop(optional, into)]
    min: Option<String>,
    /// The latest that may be chosen, in the form of `value`.
    #[prop(optional, into)]
    max: Option<String>,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional)] required: bool,
    /// Says "(optional)" beside the label.
    #[prop(optional)]
    optional: bool,
    #[prop(optional)] autofocus: bool,
    /// For screen readers only, where the place says it already.
    #[prop(optional)]
    hide_label: bool,
    #[prop(optional, into)] on_input: Option<Callback<String>>,
    #[prop(optional)] node_ref: NodeRef<html::Input>,
) -> impl IntoView {
    let parts = FieldParts::new(id, &name, hint, error);
    let control = view! {
        <input
            class="input sm:max-w-72"
            type=if date_only { "date" } else { "datetime-local" }
            id=parts.id.clone()
            name=name
            value=value
            min=min
            max=max
            required=required
            autofocus=autofocus
            aria-describedby=parts.described_by()
            aria-invalid=parts.invalid()
            node_ref=node_ref
            on:input=move |event| {
                if let Some(on_input) = on_input {
                    on_input.run(event_target_value(&event));
                }
            }
        />
    };
    labelled(&parts, label, optional, hide_label, control.into_any())
}
