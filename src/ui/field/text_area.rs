use leptos::{html, prelude::*};

use super::{FieldParts, labelled};

/// Several lines of text; the box grows with them.
#[component]
pub fn TextArea(
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
    /// The least height, in lines.
    #[prop(default = 4)]
    rows: u32,
    #[prop(optional)] maxlength: Option<u32>,
    #[prop(optional)] required: bool,
    /// Says "(optional)" beside the label.
    #[prop(optional)]
    optional: bool,
    /// Every letter equally wide: for a text that is read letter by letter.
    #[prop(optional)]
    mono: bool,
    #[prop(optional)] readonly: bool,
    #[prop(optional)] autofocus: bool,
    /// For screen readers only, where the place says it already.
    #[prop(optional)]
    hide_label: bool,
    #[prop(optional, into)] on_input: Option<Callback<String>>,
    #[prop(optional)] node_ref: NodeRef<html::Textarea>,
) -> impl IntoView {
    let parts = FieldParts::new(id, &name, hint, error);
    // The height that `rows` would give: browsers ignore rows once the box follows its content.
    let least = match rows {
        0..=1 => "min-h-11",
        2 => "min-h-20",
        3..=4 => "min-h-32",
        5..=7 => "min-h-48",
        _ => "min-h-72",
    };
    let control = view! {
        <textarea
            class=format!("textarea grows w-full leading-relaxed {least}")
            class:font-mono=mono
            id=parts.id.clone()
            name=name
            rows=rows
            maxlength=maxlength
            required=required
            readonly=readonly
            autofocus=autofocus
            aria-describedby=parts.described_by()
            aria-invalid=parts.invalid()
            node_ref=node_ref
            on:input=move |event| {
                if let Some(on_input) = on_input {
                    on_input.run(event_target_value(&event));
                }
            }
            inner_html=escaped(&value)
        ></textarea>
    };
    labelled(&parts, label, optional, hide_label, control.into_any())
}

/// A text child would leave its markers in the box, and `prop:value` would overwrite what was typed before hydration.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
