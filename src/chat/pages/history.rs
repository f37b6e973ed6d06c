//! All of a person's conversations, the latest first.

use crate::{
    app::use_viewer,
    chat::{
        api::list_sessions,
        conversation::{SessionPage, SessionRow},
        paths,
    },
    ids::ChatSessionId,
    tenants::tenant::TenantSlug,
    ui::{
        ButtonVariant, Card, EmptyState, Icon, LinkButton, ListState, LocalTime, PageHeader, StatusBadge, Tone, Unpack,
        list_controls, list_pages,
    },
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// `/{tenant}/chat/history`: search, archived ones on demand, page by page.
#[component]
pub fn HistoryPage() -> AnyView {
    let tenant = StoredValue::new(use_viewer().member.tenant);
    let query = use_query_map();
    let state = Memo::new(move |_| query.with(ListState::<ChatSessionId>::read));
    let page = Resource::new_blocking(
        move || state.get(),
        move |state| list_sessions(tenant.get_value(), state.search, state.archived, state.after),
    );
    let start = paths::start(&tenant.get_value());
    let new = move || view! { <LinkButton href=start.clone() icon=Icon::Plus>"New conversation"</LinkButton> };
    view! {
        <Title text="Your conversations" />
        <PageHeader
            title="Your conversations"
            lead="Only you see them."
            back=(paths::start(&tenant.get_value()), "asking".to_owned())
            action=new
        />
        <div class="max-w-3xl space-y-4">
            {list_controls(
                state,
                paths::history(&tenant.get_value()),
                "Search your conversations",
                ("Show archived ones", "Show those in use"),
            )}
            <Unpack resource=page let:page>
                {list_view(page, &tenant.get_value(), &state.get_untracked())}
            </Unpack>
        </div>
    }
    .into_any()
}

fn list_view(page: SessionPage, tenant: &TenantSlug, state: &ListState<ChatSessionId>) -> AnyView {
    let SessionPage { sessions, next, time_zone, now } = page;
    let pages = list_pages(state, next, &paths::history(tenant));
    let content = if sessions.is_empty() {
        empty_view(tenant, state)
    } else {
        let rows = sessions.into_iter().map(|row| row_view(row, tenant, time_zone, now)).collect_view();
        view! { <ul aria-label="Conversations" class="divide-y divide-base-300">{rows}</ul> }.into_any()
    };
    view! {
        <Card flush=true>{content}</Card>
        {pages}
    }
    .into_any()
}

fn row_view(row: SessionRow, tenant: &TenantSlug, tz: Tz, now: DateTime<Utc>) -> impl IntoView + use<> {
    let SessionRow { id, title, last_message_at, is_archived, is_answering, found } = row;
    let options = format!("Rename, save or delete: {title}");
    view! {
        <li class="flex items-center gap-2 ps-4 pe-2 hover:bg-primary/5 sm:ps-5">
            <a href=paths::session(tenant, id) class="min-w-0 flex-1 py-3">
                <span class="font-semibold wrap-anywhere" dir="auto">
                    {title}
                </span>
                {found
                    .map(|found| {
                        view! { <span class="mt-0.5 block text-[0.9375rem] text-muted wrap-anywhere" dir="auto">{found}</span> }
                    })}
                <span class="mt-0.5 flex flex-wrap items-center gap-x-3 text-[0.8125rem]/5 text-muted">
                    <LocalTime instant=last_message_at tz now=now />
                    {is_answering.then(|| view! { <StatusBadge tone=Tone::Info label="Being answered" icon=Icon::Clock /> })}
                    {is_archived.then(|| view! { <StatusBadge tone=Tone::Neutral label="Archived" icon=Icon::Archive /> })}
                </span>
            </a>
            <a class="btn btn-ghost btn-square text-muted" href=paths::manage(tenant, id) aria-label=options.clone() title=options>
                {Icon::Settings.view()}
            </a>
        </li>
    }
}

fn empty_view(tenant: &TenantSlug, state: &ListState<ChatSessionId>) -> AnyView {
    if !state.search.is_empty() {
        let all = state.without_search().href(&paths::history(tenant));
        let text = if state.archived {
            "Check the spelling, or use fewer words."
        } else {
            "Check the spelling, or use fewer words. Archived conversations are not shown."
        };
        return view! {
            <EmptyState title="No conversation has these words" text icon=Icon::Search>
                <LinkButton href=all variant=ButtonVariant::Secondary>
                    "Clear the search"
                </LinkButton>
            </EmptyState>
        }
        .into_any();
    }
    if state.archived {
        return view! {
            <EmptyState
                title="Nothing is archived"
                text="Conversations that you archive are kept here, out of the way."
                icon=Icon::Archive
            />
        }
        .into_any();
    }
    let start = paths::start(tenant);
    view! {
        <EmptyState title="No conversations yet" text="What you ask is kept here for you." icon=Icon::Chat>
            <LinkButton href=start variant=ButtonVariant::Secondary>
                "Ask something"
            </LinkButton>
        </EmptyState>
    }
    .into_any()
}
