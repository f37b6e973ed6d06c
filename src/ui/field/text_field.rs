use leptos::{html, prelude::*};

use super::{FieldParts, labelled};

/// One line of text.
#[component]
pub fn TextField(
    #[prop(into)] label: String,
    #[prop(into)] name: String,
    /// The name, unless given.
    #[prop(optional, into)]
    id: Option<String>,
    /// What it starts with.
    #[prop(optional, into)]
    value: String,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    /// `text`, `email`, `password`, `tel`, `url` or `number`.
    #[prop(default = "text")]
    kind: &'static str,
    #[prop(optional, into)] autocomplete: Option<&'static str>,
    #[prop(optional, into)] inputmode: Option<&'static str>,
    #[prop(optional)] maxlength: Option<u32>,
    #[prop(optional)] required: bool,
    /// Says "(optional)" beside the label.
    #[prop(optional)]
    optional: bool,
    #[prop(optional)] readonly: bool,
    #[prop(optional)] autofocus: bool,
    /// For screen readers only, where the place says it already.
    #[prop(optional)]
    hide_label: bool,
    /// The id of a `<datalist>` with suggestions.
    #[prop(optional, into)]
    list: Signal<Option<String>>,
    /// As wide as what it asks for: "max-w-32" for a postcode.
    #[prop(optional)]
    width: &'static str,
    #[prop(optional, into)] on_input: Option<Callback<String>>,
    #[prop(optional)] node_ref: NodeRef<html::Input>,
) -> impl IntoView {
    let parts = FieldParts::new(id, &name, hint, error);
    let spellcheck = matches!(kind, "email" | "password" | "url").then_some("false");
    let control = view! {
        <input
            class=format!("input {width}")
            type=kind
            id=parts.id.clone()
            name=name
            value=value
            autocomplete=autocomplete
            inputmode=inputmode
            maxlength=maxlength
            list=move || list.get()
            required=required
            readonly=readonly
            autofocus=autofocus
            spellcheck=spellcheck
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
