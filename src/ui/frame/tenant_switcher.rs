use leptos::prelude::*;

use super::FrameModel;
use crate::ui::icon::Icon;

/// The organisation's name; a list to choose another from for people who work for several.
#[component]
pub fn TenantSwitcher(model: FrameModel) -> impl IntoView {
    let name = model.tenant_name.clone();
    let mark = view! {
        <span
            aria-hidden="true"
            class="flex size-8 shrink-0 items-center justify-center rounded-selector bg-primary text-sm font-semibold text-primary-content"
        >
            {initial(&name)}
        </span>
        <span class="line-clamp-2 min-w-0 flex-1 leading-tight font-semibold">{name}</span>
    };
    if model.tenants.len() < 2 {
        return view! { <p class="flex min-h-11 items-center gap-3 px-2">{mark}</p> }.into_any();
    }
    let home = format!("/{}", model.tenant_slug);
    let others = model
        .tenants
        .into_iter()
        .map(|(name, href)| {
            let here = href.trim_end_matches('/') == home;
            view! {
                <li>
                    // Another organisation is another session of work: a full page, so that nothing of this one stays.
                    <a
                        href=href
                        rel="external"
                        aria-current=here.then_some("true")
                        class="flex min-h-11 items-center gap-2 rounded-selector px-3 hover:bg-base-content/5"
                    >
                        <span class="flex-1">{name}</span>
                        {here.then(|| Icon::Check.view())}
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <details class="relative">
            <summary class="flex min-h-11 items-center gap-3 rounded-field px-2 hover:bg-base-content/5">
                {mark} <span class="text-muted">{Icon::ChevronsUpDown.view()}</span> <span class="sr-only">"Change organisation"</span>
            </summary>
            <ul class="absolute inset-x-0 top-full z-20 mt-1 max-h-80 overflow-y-auto rounded-box border border-base-300 bg-base-100 p-1 shadow-soft">
                {others}
            </ul>
        </details>
    }
    .into_any()
}

fn initial(name: &str) -> String {
    name.chars().next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default()
}
