//! A figure that explains itself.

use leptos::prelude::*;

use super::{badge::Tone, icon::Icon};

/// A figure with its name and one sentence about it; with `href` the whole is a link to what is behind it.
#[component]
pub fn Stat(
    #[prop(into)] label: String,
    #[prop(into)] value: Signal<String>,
    /// What the figure counts or how it compares: "3 more than last month".
    #[prop(optional, into)]
    explanation: Signal<Option<String>>,
    #[prop(optional, into)] href: Option<String>,
    /// Colours and marks the explanation where the figure asks for action.
    #[prop(optional)]
    tone: Tone,
) -> impl IntoView {
    let (text, icon) = match tone {
        Tone::Neutral => ("text-muted", None),
        Tone::Waiting => ("text-warning", Some(Icon::Clock)),
        Tone::Done => ("text-success", Some(Icon::CheckCircle)),
        Tone::Danger => ("text-error", Some(Icon::AlertTriangle)),
        Tone::Info => ("text-info", Some(Icon::Info)),
    };
    let linked = href.is_some();
    let content = view! {
        <span class="flex items-start justify-between gap-2 text-[0.9375rem] font-medium">
            {label} {linked.then(|| view! { <span class="mt-1 text-muted">{Icon::ChevronRight.small()}</span> })}
        </span>
        <span class="mt-1 block text-[1.75rem]/9 font-semibold tracking-tight tabular-nums">{value}</span>
        <span class=format!("mt-1 flex items-start gap-1.5 text-sm {text}")>
            {icon.map(|icon| view! { <span class="mt-0.5">{icon.small()}</span> })} <span>{move || explanation.get()}</span>
        </span>
    };
    match href {
        Some(href) => view! {
            <a href=href class="block min-w-0 rounded-box bg-base-100 p-4 shadow-soft hover:bg-primary/5">
                {content}
            </a>
        }
        .into_any(),
        None => view! { <div class="min-w-0 rounded-box bg-base-100 p-4 shadow-soft">{content}</div> }.into_any(),
    }
}
