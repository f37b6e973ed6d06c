//! The list of what has to be put right, above a form.

use leptos::{html, prelude::*};

use super::icon::Icon;

/// Every problem of a form with a link to its field: `(field id, message)`. In the browser it takes the focus when it appears.
#[component]
pub fn ErrorSummary(
    #[prop(into)] errors: Signal<Vec<(String, String)>>,
    #[prop(default = "There is a problem".to_owned(), into)] title: String,
) -> impl IntoView {
    let summary = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        if errors.with(|errors| !errors.is_empty())
            && let Some(summary) = summary.get()
        {
            // In the next frame: what is still hidden can't take the focus. Failing is no reason to stop, it can be seen anyway.
            request_animation_frame(move || drop(summary.focus()));
        }
    });
    view! {
        <div
            node_ref=summary
            tabindex="-1"
            role="alert"
            class="mb-6 rounded-box border-2 border-error bg-base-100 p-4 sm:p-5"
            class:hidden=move || errors.with(Vec::is_empty)
        >
            <h2 class="flex items-center gap-2 text-subsection text-error">{Icon::AlertCircle.view()} {title}</h2>
            <ul class="mt-2 space-y-1 pl-7">
                {move || {
                    errors
                        .get()
                        .into_iter()
                        .map(|(field, message)| {
                            // The browser moves the focus to the field; the router would only scroll there.
                            view! {
                                <li>
                                    <a class="text-link font-medium text-error" rel="external" href=format!("#{field}")>
                                        {message}
                                    </a>
                                </li>
                            }
                        })
                        .collect_view()
                }}
            </ul>
        </div>
    }
    .into_any()
}
