//! What a search found: passages with its words marked, and documents with them in their title.

use super::filters::ListState;
use crate::{
    accounts::{member::Member, permission::Permission},
    knowledge::{
        components::tag_list,
        pages::counted,
        paths,
        reading::{Found, FoundPassage},
        record::DocumentRow,
    },
    tenants::tenant::TenantSlug,
    ui::{Alert, ButtonVariant, Card, EmptyState, Icon, LinkButton, StatusBadge, Tone},
};
use leptos::prelude::*;

/// Titles that are shown beside the passages.
const SHOWN_TITLES: usize = 5;

/// The answer to a search.
pub fn found_view(member: &Member, state: &ListState, found: Found) -> AnyView {
    let tenant = &member.tenant;
    let Found { passages, words_only, titled } = found;
    let notice = words_only.map(|why| view! { <Alert tone=Tone::Info title=why.label() /> });
    let titles = titles_view(tenant, &titled.documents);
    let content = if passages.is_empty() {
        let nothing = nothing_view(member, state);
        view! { <Card>{nothing}</Card> }.into_any()
    } else {
        let count = i64::try_from(passages.len()).unwrap_or(i64::MAX);
        let items = passages.into_iter().map(|passage| passage_view(tenant, passage)).collect_view();
        view! {
            <p class="text-[0.9375rem] text-muted" role="status">
                {format!("{}, the best first", counted(count, "1 passage", "passages"))}
            </p>
            <ol class="space-y-4" aria-label="Passages">
                {items}
            </ol>
        }
        .into_any()
    };
    view! {
        {notice}
        {titles}
        {content}
    }
    .into_any()
}

fn titles_view(tenant: &TenantSlug, documents: &[DocumentRow]) -> Option<AnyView> {
    if documents.is_empty() {
        return None;
    }
    let links = documents
        .iter()
        .take(SHOWN_TITLES)
        .map(|document| {
            let href = paths::document(tenant, document.id);
            let title = document.title.clone();
            view! {
                <li>
                    <a class="text-link inline-flex min-h-6 items-center" href=href>
                        <bdi>{title}</bdi>
                    </a>
                </li>
            }
        })
        .collect_view();
    let view = view! {
        <nav aria-label="Documents with these words in their title" class="flex flex-wrap gap-x-4 gap-y-1">
            <span class="text-muted">"In a title:"</span>
            <ul class="contents">{links}</ul>
        </nav>
    };
    Some(view.into_any())
}

fn passage_view(tenant: &TenantSlug, passage: FoundPassage) -> AnyView {
    let href = paths::marked_passage(tenant, passage.document_id, passage.chunk_id, &passage.marks);
    let place = place_in_words(&passage.heading, passage.page);
    let shared =
        passage.is_shared.then(|| view! { <StatusBadge tone=Tone::Neutral label="Shared" icon=Icon::Building /> });
    view! {
        <li class="rounded-box bg-base-100 p-4 shadow-soft sm:p-5">
            <h2 class="text-subsection">
                <a class="hover:text-primary hover:underline underline-offset-3" href=href>
                    <bdi class="wrap-anywhere">{passage.document_title}</bdi>
                </a>
            </h2>
            {place.map(|place| view! { <p class="mt-0.5 text-[0.9375rem] text-muted"><bdi>{place}</bdi></p> })}
            <div class="prose mt-2" dir="auto" inner_html=passage.text></div>
            <div class="mt-3 flex flex-wrap items-center gap-2 text-[0.875rem] text-muted">
                <span>{passage.file_type.label()}</span>
                {shared}
                {tag_list(&passage.tags)}
            </div>
        </li>
    }
    .into_any()
}

/// The headings above a passage and its page.
pub fn place_in_words(heading: &str, page: Option<i32>) -> Option<String> {
    let heading = heading.replace(" > ", " \u{203a} ");
    let page = page.map(|page| format!("page {page}"));
    match (heading.is_empty(), page) {
        (true, None) => None,
        (true, Some(page)) => Some(format!("P{}", page.trim_start_matches('p'))),
        (false, None) => Some(heading),
        (false, Some(page)) => Some(format!("{heading}, {page}")),
    }
}

fn nothing_view(member: &Member, state: &ListState) -> AnyView {
    let tenant = &member.tenant;
    let clear = state.is_filtered().then(|| {
        let href = state.without_filters().href(tenant);
        view! {
            <LinkButton href variant=ButtonVariant::Secondary external=true>
                "Search without filters"
            </LinkButton>
        }
    });
    let ask = member.role.may(Permission::AskKnowledge).then(|| {
        let href = format!("/{tenant}/chat");
        view! {
            <LinkButton href variant=ButtonVariant::Secondary icon=Icon::Chat>
                "Ask the chat"
            </LinkButton>
        }
    });
    view! {
        <EmptyState
            title="Nothing found"
            text="Try other words for the same thing, or fewer. What the chat can't find either, your admins see, without your name."
            icon=Icon::Search
        >
            {clear}
            {ask}
        </EmptyState>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::place_in_words;

    #[test]
    fn a_place_is_told_as_far_as_it_is_known() {
        assert_eq!(place_in_words("", None), None);
        assert_eq!(place_in_words("", Some(3)).as_deref(), Some("Page 3"));
        assert_eq!(place_in_words("Medication > Errors", None).as_deref(), Some("Medication › Errors"));
        assert_eq!(place_in_words("Medication", Some(12)).as_deref(), Some("Medication, page 12"));
    }
}
