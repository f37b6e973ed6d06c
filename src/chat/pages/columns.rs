//! The frame of a conversation: on a desktop one's conversations at the left, and an open source at the
//! right in their place; on a phone the conversation alone.

use super::source::{Reader, SourcePanel};
use crate::{
    chat::{
        api::list_sessions,
        conversation::{SessionPage, SessionRow},
        paths,
    },
    ids::ChatSessionId,
    tenants::tenant::TenantSlug,
    ui::{Icon, SearchField, Unpack},
};
use leptos::prelude::*;

/// How many conversations the column shows; the others are on their own page.
const SHOWN: usize = 20;

/// The columns around a conversation (the children).
#[component]
pub fn Columns(
    tenant: StoredValue<TenantSlug>,
    /// The conversation that is shown.
    #[prop(optional, into)]
    current: Signal<Option<ChatSessionId>>,
    /// Grows when the list has changed.
    #[prop(optional, into)]
    changes: Signal<u32>,
    #[prop(optional)] reader: Option<Reader>,
    children: Children,
) -> impl IntoView {
    let sessions = Resource::new_blocking(
        move || changes.get(),
        // What is wrong is said in the conversation's place.
        move |_| async move { Ok(list_sessions(tenant.get_value(), String::new(), false, None).await.ok()) },
    );
    let is_reading = move || reader.is_some_and(|reader| reader.is_beside().get());
    view! {
        <div
            class="-mb-5 lg:-mb-10 xl:grid xl:gap-8"
            class=("xl:grid-cols-[15rem_minmax(0,1fr)]", move || !is_reading())
            class=("xl:grid-cols-[minmax(0,1fr)_22rem]", is_reading)
        >
            <nav
                aria-label="Your conversations"
                class="no-print hidden xl:sticky xl:top-8 xl:max-h-[calc(100dvh-4rem)] xl:flex-col xl:gap-3 xl:self-start xl:overflow-y-auto xl:p-1"
                class=("xl:flex", move || !is_reading())
            >
                {column_head(&tenant.get_value())}
                <Unpack resource=sessions let:page>
                    {page.map(|page| column_list(page, &tenant.get_value(), current))}
                </Unpack>
                <a class="text-link inline-flex min-h-11 items-center" href=paths::history(&tenant.get_value())>
                    "All conversations"
                </a>
            </nav>
            <div class="flex min-h-[calc(100dvh-8.75rem-env(safe-area-inset-bottom))] min-w-0 flex-col lg:min-h-[calc(100dvh-3.5rem)]">
                {children()}
            </div>
            {reader.map(|reader| view! { <SourcePanel reader /> })}
        </div>
    }
    .into_any()
}

fn column_head(tenant: &TenantSlug) -> AnyView {
    view! {
        <a class="btn w-full border-edge bg-base-100 text-base-content hover:bg-base-200" href=paths::start(tenant)>
            {Icon::Plus.view()}
            "New conversation"
        </a>
        <form method="get" action=paths::history(tenant) role="search">
            <SearchField label="Search conversations" id="column-search" />
        </form>
    }
    .into_any()
}

fn column_list(page: SessionPage, tenant: &TenantSlug, current: Signal<Option<ChatSessionId>>) -> AnyView {
    if page.sessions.is_empty() {
        return view! { <p class="text-[0.9375rem] text-muted">"Your conversations will be listed here. Only you see them."</p> }
            .into_any();
    }
    let rows = page.sessions.into_iter().take(SHOWN).map(|row| column_row(row, tenant, current)).collect_view();
    view! { <ul class="space-y-0.5">{rows}</ul> }.into_any()
}

fn column_row(row: SessionRow, tenant: &TenantSlug, current: Signal<Option<ChatSessionId>>) -> impl IntoView + use<> {
    let SessionRow { id, title, .. } = row;
    view! {
        <li>
            <a
                href=paths::session(tenant, id)
                aria-current=move || (current.get() == Some(id)).then_some("page")
                class="flex min-h-10 items-center rounded-field px-3 py-2 text-[0.9375rem]/5 text-muted hover:bg-base-content/5 hover:text-base-content aria-[current=page]:bg-primary/10 aria-[current=page]:font-semibold aria-[current=page]:text-primary"
            >
                <span class="line-clamp-2 wrap-anywhere" dir="auto">
                    {title}
                </span>
            </a>
        </li>
    }
}
