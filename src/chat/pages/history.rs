//! All of a person's conversations, the latest first.

use crate::{
    address::encode,
    app::use_viewer,
    chat::{
        api::list_sessions,
        conversation::{SessionPage, SessionRow},
        paths,
    },
    ids::ChatSessionId,
    tenants::tenant::TenantSlug,
    ui::{
        Button, ButtonVariant, Card, EmptyState, Icon, LinkButton, LocalTime, PageHeader, Pagination, SearchField,
        StatusBadge, Tone, Unpack,
    },
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use leptos::{html, prelude::*};
use leptos_meta::Title;
use leptos_router::{components::Form, hooks::use_query_map, params::ParamsMap};

/// `/{tenant}/chat/history`: search, archived ones on demand, page by page.
#[component]
pub fn HistoryPage() -> AnyView {
    let tenant = StoredValue::new(use_viewer().member.tenant);
    let query = use_query_map();
    let state = Memo::new(move |_| query.with(ListState::read));
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
            <ListControls tenant state />
            <Unpack resource=page let:page>
                {list_view(page, &tenant.get_value(), &state.get_untracked())}
            </Unpack>
        </div>
    }
    .into_any()
}

/// What the address says about the list; unknown or broken values count as not set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct ListState {
    search: String,
    archived: bool,
    after: Option<ChatSessionId>,
}

impl ListState {
    fn read(query: &ParamsMap) -> Self {
        Self {
            search: query.get_str("q").unwrap_or_default().trim().to_owned(),
            archived: query.get_str("archived") == Some("1"),
            after: query.get_str("after").and_then(|id| id.parse().ok()),
        }
    }

    /// The address of the list in this state.
    fn href(&self, tenant: &TenantSlug) -> String {
        let set: Vec<_> = [
            (!self.search.is_empty()).then(|| format!("q={}", encode(&self.search))),
            self.archived.then(|| "archived=1".to_owned()),
            self.after.map(|id| format!("after={id}")),
        ]
        .into_iter()
        .flatten()
        .collect();
        let path = paths::history(tenant);
        if set.is_empty() { path } else { format!("{path}?{}", set.join("&")) }
    }
}

/// The search, and the link between the archived ones and the others.
#[component]
fn ListControls(tenant: StoredValue<TenantSlug>, state: Memo<ListState>) -> impl IntoView {
    let field = NodeRef::<html::Input>::new();
    // The field keeps its own text, so a link that drops the search has to empty it.
    Effect::watch(
        move || state.with(|state| state.search.clone()),
        move |search, _, _| {
            if let Some(input) = field.get_untracked() {
                input.set_value(search);
            }
        },
        false,
    );
    let toggle = move || {
        let state = state.get();
        ListState { archived: !state.archived, after: None, ..state }.href(&tenant.get_value())
    };
    let is_archive = move || state.with(|state| state.archived);
    view! {
        <div class="flex flex-wrap items-center gap-x-6 gap-y-2">
            <Form
                method="get"
                action=paths::history(&tenant.get_value())
                attr:role="search"
                attr:class="flex w-full min-w-0 gap-2 sm:w-auto sm:max-w-md sm:flex-1"
            >
                <div class="min-w-0 flex-1">
                    <SearchField
                        label="Search your conversations"
                        value=state.get_untracked().search
                        node_ref=field
                    />
                </div>
                {move || is_archive().then(|| view! { <input type="hidden" name="archived" value="1" /> })}
                <Button variant=ButtonVariant::Secondary>"Search"</Button>
            </Form>
            <a class="text-link inline-flex min-h-11 items-center" href=toggle>
                {move || if is_archive() { "Show those in use" } else { "Show archived ones" }}
            </a>
        </div>
    }
}

fn list_view(page: SessionPage, tenant: &TenantSlug, state: &ListState) -> AnyView {
    let SessionPage { sessions, next, time_zone, now } = page;
    let next = next.map(|id| ListState { after: Some(id), ..state.clone() }.href(tenant));
    let start = ListState { after: None, ..state.clone() }.href(tenant);
    let content = if sessions.is_empty() {
        empty_view(tenant, state)
    } else {
        let rows = sessions.into_iter().map(|row| row_view(row, tenant, time_zone, now)).collect_view();
        view! { <ul aria-label="Conversations" class="divide-y divide-base-300">{rows}</ul> }.into_any()
    };
    view! {
        <Card flush=true>{content}</Card>
        <Pagination nostrip:next=next />
        {state
            .after
            .map(|_| {
                view! {
                    <p>
                        <a class="text-link inline-flex min-h-11 items-center" href=start>
                            "Back to the start of the list"
                        </a>
                    </p>
                }
            })}
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

fn empty_view(tenant: &TenantSlug, state: &ListState) -> AnyView {
    if !state.search.is_empty() {
        let all = ListState { search: String::new(), after: None, ..state.clone() }.href(tenant);
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

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::ListState;
    use crate::ids::ChatSessionId;
    use leptos_router::params::ParamsMap;

    #[test]
    fn the_address_holds_what_is_set_and_nothing_else() {
        let tenant = "banksia".parse().expect("a slug");
        assert_eq!(ListState::default().href(&tenant), "/banksia/chat/history");
        let id = ChatSessionId::generate();
        let state = ListState { search: "who & when".into(), archived: true, after: Some(id) };
        assert_eq!(state.href(&tenant), format!("/banksia/chat/history?q=who%20%26%20when&archived=1&after={id}"));
    }

    #[test]
    fn a_broken_address_shows_the_whole_list() {
        let query: ParamsMap = [("q", " "), ("archived", "yes"), ("after", "there")]
            .map(|(name, value)| (name, value.to_owned()))
            .into_iter()
            .collect();
        assert_eq!(ListState::read(&query), ListState::default());
    }
}
