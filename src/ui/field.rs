//! Form fields: a label, an optional hint, the message of an error, and a native control.
//!
//! The controls keep their own text: `value` is only what they start with, so that nothing typed before the page comes alive
//! is lost. Put `novalidate` on a form that shows its own messages.

mod checkbox;
mod date_time_field;
mod radio_group;
mod search_field;
mod select_field;
mod text_area;
mod text_field;

pub use checkbox::Checkbox;
pub use date_time_field::DateTimeField;
pub use radio_group::RadioGroup;
pub use search_field::SearchField;
pub use select_field::SelectField;
pub use text_area::TextArea;
pub use text_field::TextField;

use leptos::prelude::*;

use super::icon::Icon;

/// The ids and texts around a control.
struct FieldParts {
    id: String,
    hint: Option<String>,
    error: Signal<Option<String>>,
}

impl FieldParts {
    fn new(id: Option<String>, name: &str, hint: Option<String>, error: Signal<Option<String>>) -> Self {
        Self { id: id.unwrap_or_else(|| name.to_owned()), hint, error }
    }

    /// The value of `aria-describedby`: the hint, then the error while there is one.
    fn described_by(&self) -> impl Fn() -> Option<String> + Clone + Send + Sync + use<> {
        let hint = self.hint.is_some().then(|| format!("{}-hint", self.id));
        let error_id = format!("{}-error", self.id);
        let error = self.error;
        move || match (&hint, error.with(Option::is_some)) {
            (Some(hint), true) => Some(format!("{hint} {error_id}")),
            (Some(hint), false) => Some(hint.clone()),
            (None, true) => Some(error_id.clone()),
            (None, false) => None,
        }
    }

    /// The value of `aria-invalid`.
    fn invalid(&self) -> impl Fn() -> Option<&'static str> + Clone + Send + Sync + use<> {
        let error = self.error;
        move || error.with(Option::is_some).then_some("true")
    }

    fn hint_view(&self) -> impl IntoView + use<> {
        let id = format!("{}-hint", self.id);
        self.hint.clone().map(|hint| {
            view! {
                <p id=id class="mb-2 max-w-prose text-[0.9375rem]/6 text-muted">
                    {hint}
                </p>
            }
        })
    }

    fn error_view(&self) -> impl IntoView + use<> {
        let id = format!("{}-error", self.id);
        let error = self.error;
        view! {
            <p
                id=id
                class="mb-2 flex items-start gap-1.5 text-[0.9375rem]/6 font-medium text-error"
                class:hidden=move || error.with(Option::is_none)
            >
                <span class="mt-1">{Icon::AlertCircle.small()}</span>
                <span>
                    <span class="sr-only">"Error: "</span>
                    {move || error.get()}
                </span>
            </p>
        }
    }
}

/// A label, its hint and error, then the control.
fn labelled(parts: &FieldParts, label: String, optional: bool, hide_label: bool, control: AnyView) -> AnyView {
    let id = parts.id.clone();
    view! {
        <div class="min-w-0">
            <label for=id class="mb-1 block font-semibold" class:sr-only=hide_label>
                {label}
                {optional.then(|| view! { <span class="font-normal text-muted">" (optional)"</span> })}
            </label>
            {parts.hint_view()}
            {parts.error_view()}
            {control}
        </div>
    }
    .into_any()
}
