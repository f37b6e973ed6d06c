//! A message on a page: what happened, what is kept, what to do.

use leptos::prelude::*;

use super::badge::Tone;

/// A message. `Tone::Danger` interrupts a screen reader, every other tone waits its turn.
#[component]
pub fn Alert(
    #[prop(optional)] tone: Tone,
    #[prop(optional, into)] title: Option<String>,
    /// Part of the page from the start: nothing to announce.
    #[prop(optional)]
    quiet: bool,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let (class, icon_class) = match tone {
        Tone::Neutral => ("bg-base-content/5", "text-muted"),
        Tone::Waiting => ("bg-warning/10", "text-warning"),
        Tone::Done => ("bg-success/10", "text-success"),
        Tone::Danger => ("bg-error/10", "text-error"),
        Tone::Info => ("bg-info/8", "text-info"),
    };
    let role = (!quiet).then_some(if tone == Tone::Danger { "alert" } else { "status" });
    view! {
        <div role=role class=format!("flex gap-3 rounded-box p-4 {class}")>
            <span class=format!("mt-0.5 {icon_class}")>{tone.icon().view()}</span>
            <div class="min-w-0 flex-1 space-y-1">
                {title.map(|title| view! { <p class="font-semibold">{title}</p> })}
                {children.map(|children| view! { <div class="space-y-3">{children()}</div> })}
            </div>
        </div>
    }
    .into_any()
}
