use leptos::{html, prelude::*};

use super::FieldParts;

/// Yes or no. A box that isn't ticked sends nothing: give the server's argument a default.
#[component]
pub fn Checkbox(
    #[prop(into)] label: String,
    #[prop(into)] name: String,
    /// The name, unless given; needed where several boxes share a name.
    #[prop(optional, into)]
    id: Option<String>,
    /// What a ticked box sends.
    #[prop(default = "true".to_owned(), into)]
    value: String,
    /// What it starts with.
    #[prop(optional)]
    checked: bool,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional)] required: bool,
    #[prop(optional)] disabled: bool,
    /// For screen readers only, where the place says it already.
    #[prop(optional)]
    hide_label: bool,
    #[prop(optional, into)] on_change: Option<Callback<bool>>,
    #[prop(optional)] node_ref: NodeRef<html::Input>,
) -> impl IntoView {
    let parts = FieldParts::new(id, &name, hint, error);
    view! {
        <div class="min-w-0">
            {parts.error_view()}
            <label class="flex min-h-11 items-start gap-3 py-2.5">
                <span class="flex h-[1lh] items-center">
                    <input
                        class="checkbox checkbox-primary shrink-0"
                        type="checkbox"
                        id=parts.id.clone()
                        name=name
                        value=value
                        checked=checked
                        required=required
                        disabled=disabled
                        aria-describedby=parts.described_by()
                        aria-invalid=parts.invalid()
                        node_ref=node_ref
                        on:change=move |event| {
                            if let Some(on_change) = on_change {
                                on_change.run(event_target_checked(&event));
                            }
                        }
                    />
                </span>
                <span class:sr-only=hide_label>{label}</span>
            </label>
            <div class="-mt-1.5 pl-9">{parts.hint_view()}</div>
        </div>
    }
    .into_any()
}
