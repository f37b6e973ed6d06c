use leptos::{html, prelude::*};

use super::{FieldParts, labelled};

/// A choice of one among many.
#[component]
pub fn SelectField(
    #[prop(into)] label: String,
    #[prop(into)] name: String,
    /// Value and label of each choice.
    #[prop(into)]
    options: Vec<(String, String)>,
    /// The name, unless given.
    #[prop(optional, into)]
    id: Option<String>,
    /// The choice it starts with.
    #[prop(optional, into)]
    value: String,
    /// A first choice with an empty value: "Choose a site" or "All sites".
    #[prop(optional, into)]
    blank: Option<String>,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional, into)] autocomplete: Option<&'static str>,
    #[prop(optional)] required: bool,
    /// Says "(optional)" beside the label.
    #[prop(optional)]
    optional: bool,
    #[prop(optional)] autofocus: bool,
    /// For screen readers only, where the place says it already.
    #[prop(optional)]
    hide_label: bool,
    #[prop(optional, into)] on_change: Option<Callback<String>>,
    #[prop(optional)] node_ref: NodeRef<html::Select>,
) -> impl IntoView {
    let parts = FieldParts::new(id, &name, hint, error);
    let choices = options
        .into_iter()
        .map(|(choice, text)| {
            let selected = choice == value;
            view! {
                <option value=choice selected=selected>
                    {text}
                </option>
            }
        })
        .collect_view();
    let control = view! {
        <select
            class="select"
            id=parts.id.clone()
            name=name
            autocomplete=autocomplete
            required=required
            autofocus=autofocus
            aria-describedby=parts.described_by()
            aria-invalid=parts.invalid()
            node_ref=node_ref
            on:change=move |event| {
                if let Some(on_change) = on_change {
                    on_change.run(event_target_value(&event));
                }
            }
        >
            {blank.map(|text| view! { <option value="">{text}</option> })}
            {choices}
        </select>
    };
    labelled(&parts, label, optional, hide_label, control.into_any())
}
