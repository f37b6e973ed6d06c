//! What the documents could not answer: the list, and what can be done about each.

mod gap;

use super::problem_view;
use crate::{
    app::use_viewer,
    knowledge::{
        gaps::{
            api::{DismissGap, MergeGap, ReopenGap, list_gaps},
            gap::{GapCounts, GapPage, GapStatus},
        },
        paths,
    },
    tenants::tenant::TenantSlug,
    ui::{Alert, ButtonVariant, Card, EmptyState, Icon, LinkButton, PageHeader, Pagination, Tone, Unpack, successes},
};
use gap::gap_card;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{hooks::use_query_map, params::ParamsMap};

/// The forms of the list.
#[derive(Clone, Copy)]
struct GapActions {
    dismiss: ServerAction<DismissGap>,
    reopen: ServerAction<ReopenGap>,
    merge: ServerAction<MergeGap>,
}

/// `/{tenant}/knowledge/gaps`.
#[component]
pub fn GapListPage() -> AnyView {
    let tenant = StoredValue::new(use_viewer().member.tenant);
    let query = use_query_map();
    let state = Memo::new(move |_| query.with(read_state));
    let actions = GapActions { dismiss: ServerAction::new(), reopen: ServerAction::new(), merge: ServerAction::new() };
    let counts = [successes(actions.dismiss), successes(actions.reopen), successes(actions.merge)];
    let changes = move || counts.map(|count| count.get());
    let page = Resource::new_blocking(
        move || (state.get(), changes()),
        move |((status, page), _)| async move { Ok((status, page, list_gaps(tenant.get_value(), status, page).await?)) },
    );
    view! {
        <Title text="Unanswered questions" />
        <PageHeader
            title="Unanswered questions"
            lead="What people asked and your documents couldn't answer, grouped by meaning. Who asked isn't shown."
            back=(paths::list(&tenant.get_value()), "Knowledge".to_owned())
        />
        <div class="space-y-4">
            {problem_view(actions.dismiss)} {problem_view(actions.reopen)} {problem_view(actions.merge)}
            {move || query.with(|query| done_note(query.get_str("done")))}
            <Unpack resource=page let:loaded>
                {
                    let (status, number, page) = loaded;
                    list_view(&tenant.get_value(), status, number, page, actions)
                }
            </Unpack>
        </div>
    }
    .into_any()
}

/// What is shown and which page of it, from zero; unknown values count as not set.
fn read_state(query: &ParamsMap) -> (GapStatus, i64) {
    let status = query.get_str("status").and_then(GapStatus::parse).unwrap_or(GapStatus::Open);
    let page = query.get_str("page").and_then(|page| page.parse().ok()).filter(|page| *page >= 0);
    (status, page.unwrap_or_default())
}

fn done_note(done: Option<&str>) -> Option<AnyView> {
    let text = match done? {
        "dismissed" => "Set aside. If somebody asks again, it comes back as a new question.",
        "reopened" => "Open again.",
        "merged" => "Put together. Both now count as one question.",
        "answered" => "Saved. The question is answered as soon as the article has been read.",
        _ => return None,
    };
    Some(view! { <Alert tone=Tone::Done title=text /> }.into_any())
}

fn list_view(tenant: &TenantSlug, status: GapStatus, number: i64, page: GapPage, actions: GapActions) -> AnyView {
    let GapPage { gaps, counts, has_more, open, time_zone, now } = page;
    let previous = (number > 0).then(|| address(tenant, status, number - 1));
    let next = has_more.then(|| address(tenant, status, number + 1));
    let content = if gaps.is_empty() {
        empty_view(tenant, status)
    } else {
        gaps.into_iter()
            .map(|gap| view! { <li>{gap_card(tenant, gap, &open, (time_zone, now), actions)}</li> })
            .collect_view()
            .into_any()
    };
    view! {
        {status_links(tenant, status, counts)}
        <ul class="space-y-4">{content}</ul>
        <Pagination nostrip:previous=previous nostrip:next=next />
    }
    .into_any()
}

fn address(tenant: &TenantSlug, status: GapStatus, page: i64) -> String {
    let path = paths::gaps(tenant);
    match (status, page) {
        (GapStatus::Open, 0) => path,
        (status, 0) => format!("{path}?status={}", status.as_str()),
        (status, page) => format!("{path}?status={}&page={page}", status.as_str()),
    }
}

/// The states with how many are in each, one tap each.
fn status_links(tenant: &TenantSlug, shown: GapStatus, counts: GapCounts) -> AnyView {
    let links = GapStatus::ALL
        .iter()
        .map(|status| {
            let is_shown = *status == shown;
            let class = if is_shown {
                "border-primary font-semibold text-primary"
            } else {
                "border-transparent text-muted hover:text-base-content"
            };
            view! {
                <li>
                    <a
                        href=address(tenant, *status, 0)
                        class=format!("inline-flex min-h-11 items-center gap-1.5 border-b-2 {class}")
                        aria-current=is_shown.then_some("true")
                    >
                        {status.label()}
                        <span class="tabular-nums">{format!("({})", counts.of(*status))}</span>
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <nav aria-label="Status">
            <ul class="flex flex-wrap gap-x-5">{links}</ul>
        </nav>
    }
    .into_any()
}

fn empty_view(tenant: &TenantSlug, status: GapStatus) -> AnyView {
    let (title, text, icon) = match status {
        GapStatus::Open => (
            "Nothing is waiting",
            "Questions land here when the chat can't answer them from your documents.",
            Icon::CheckCircle,
        ),
        GapStatus::Closed => {
            ("Nothing answered yet", "Write an article about an open question, and it moves here.", Icon::FileText)
        }
        GapStatus::Dismissed => {
            ("Nothing set aside", "Questions that aren't for your organisation can be set aside.", Icon::Circle)
        }
    };
    let way_on = if status == GapStatus::Open {
        (paths::list(tenant), "Go to the documents")
    } else {
        (paths::gaps(tenant), "See the open questions")
    };
    view! {
        <li>
            <Card>
                <EmptyState title text icon>
                    <LinkButton href=way_on.0 variant=ButtonVariant::Secondary>
                        {way_on.1}
                    </LinkButton>
                </EmptyState>
            </Card>
        </li>
    }
    .into_any()
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::{address, read_state};
    use crate::knowledge::gaps::gap::GapStatus;
    use leptos_router::params::ParamsMap;

    #[test]
    fn an_address_reads_as_it_was_written() {
        let tenant = "banksia".parse().expect("a slug");
        assert_eq!(address(&tenant, GapStatus::Open, 0), "/banksia/knowledge/gaps");
        for (status, page) in [(GapStatus::Open, 2), (GapStatus::Closed, 0), (GapStatus::Dismissed, 1)] {
            let href = address(&tenant, status, page);
            let query: ParamsMap = href
                .split_once('?')
                .map_or("", |(_, query)| query)
                .split('&')
                .filter_map(|pair| pair.split_once('='))
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect();
            assert_eq!(read_state(&query), (status, page), "{href}");
        }
    }

    #[test]
    fn a_broken_address_shows_the_open_ones() {
        let query: ParamsMap =
            [("status", "gone"), ("page", "-3")].map(|(name, value)| (name, value.to_owned())).into_iter().collect();
        assert_eq!(read_state(&query), (GapStatus::Open, 0));
    }
}
