//! A question in front of the page, on the browser's own `<dialog>`.

use leptos::{html, prelude::*};

use super::icon::Icon;

/// A dialog that a signal opens in the browser. Escape, the cross and a click beside it close it.
///
/// It needs JavaScript: whatever it asks must also have an address of its own.
#[component]
pub fn Dialog(
    #[prop(into)] id: String,
    #[prop(into)] title: String,
    open: RwSignal<bool>,
    children: Children,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let wanted = open.get();
        let Some(dialog) = dialog.get() else { return };
        if wanted && !dialog.open() {
            // Fails only for a dialog that has left the page, and then nobody waits for it.
            drop(dialog.show_modal());
        } else if !wanted && dialog.open() {
            dialog.close();
        }
    });
    let title_id = format!("{id}-title");
    view! {
        <dialog
            id=id
            class="m-auto w-full max-w-lg rounded-box bg-base-100 p-0 text-base-content shadow-soft backdrop:bg-black/40 max-sm:mb-0 max-sm:max-w-none max-sm:rounded-b-none"
            aria-labelledby=title_id
            closedby="any"
            node_ref=dialog
            on:close=move |_| open.set(false)
        >
            <div class="p-5 sm:p-6">
                <form method="dialog" class="mb-3 flex items-start justify-between gap-4">
                    <h2 id=title_id.clone() class="pt-2">
                        {title}
                    </h2>
                    <button class="btn btn-ghost btn-square" aria-label="Close">
                        {Icon::Close.view()}
                    </button>
                </form>
                {children()}
            </div>
        </dialog>
    }
    .into_any()
}
