use leptos::prelude::*;

use super::FieldParts;

/// A choice of one among a few, all of them visible.
#[component]
pub fn RadioGroup(
    /// The question.
    #[prop(into)]
    label: String,
    #[prop(into)] name: String,
    /// Value and label of each choice.
    #[prop(into)]
    options: Vec<(String, String)>,
    /// The id of the first choice, so that an error summary can link to it: the name, unless given.
    #[prop(optional, into)]
    id: Option<String>,
    /// The choice it starts with.
    #[prop(optional, into)]
    value: String,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional)] required: bool,
    /// Side by side from 640 px on; for short labels.
    #[prop(optional)]
    inline: bool,
    #[prop(optional, into)] on_change: Option<Callback<String>>,
) -> impl IntoView {
    let parts = FieldParts::new(id, &name, hint, error);
    let choices = options
        .into_iter()
        .enumerate()
        .map(|(index, (choice, text))| {
            let id = if index == 0 { parts.id.clone() } else { format!("{}-{}", parts.id, index + 1) };
            let selected = choice == value;
            view! {
                <label class="flex min-h-11 items-start gap-3 py-2.5 pr-2">
                    <span class="flex h-[1lh] items-center">
                        <input
                            class="radio radio-primary shrink-0"
                            type="radio"
                            id=id
                            name=name.clone()
                            value=choice
                            checked=selected
                            required=required
                            on:change=move |event| {
                                if let Some(on_change) = on_change {
                                    on_change.run(event_target_value(&event));
                                }
                            }
                        />
                    </span>
                    <span>{text}</span>
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset class="min-w-0" aria-describedby=parts.described_by()>
            <legend class="mb-1 font-semibold">{label}</legend>
            {parts.hint_view()}
            {parts.error_view()}
            <div class="flex flex-col" class=("sm:flex-row", inline) class=("sm:gap-6", inline)>
                {choices}
            </div>
        </fieldset>
    }
    .into_any()
}
