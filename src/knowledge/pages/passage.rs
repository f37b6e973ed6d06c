//! One passage where it stands: what a citation or a search result leads to.

use super::list::place_in_words;
use crate::{
    app::use_viewer,
    error::AppError,
    knowledge::{api::reading::read_passage, components::use_document_id, paths, reading::PassageReading},
    tenants::tenant::TenantSlug,
    ui::{ButtonVariant, Card, Disclosure, Icon, LinkButton, PageHeader, Unpack},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

/// HTML of the text before a passage that is longer than this is folded, so that the passage itself is on the screen.
const LONG_BEFORE: usize = 1200;

/// `/{tenant}/knowledge/{id}/passages/{chunk}`; `mark` in its query says which words are marked.
#[component]
pub fn PassagePage() -> AnyView {
    let tenant = StoredValue::new(use_viewer().member.tenant);
    let id = use_document_id();
    let (params, query) = (use_params_map(), use_query_map());
    let chunk = Memo::new(move |_| params.with(|params| params.get_str("chunk").and_then(|id| id.parse().ok())));
    let mark = Memo::new(move |_| query.with(|query| query.get("mark").unwrap_or_default()));
    let passage = Resource::new_blocking(
        move || (id.get().zip(chunk.get()), mark.get()),
        move |(place, mark)| async move {
            let (id, chunk) = place.ok_or(AppError::NotFound)?;
            read_passage(tenant.get_value(), id, chunk, mark).await
        },
    );
    view! {
        <Title text="Passage" />
        <Unpack resource=passage let:passage>
            {passage_view(&tenant.get_value(), passage)}
        </Unpack>
    }
    .into_any()
}

fn passage_view(tenant: &TenantSlug, passage: PassageReading) -> AnyView {
    let PassageReading { document, chunk_id, section, heading, page, before, passage, after } = passage;
    let whole = paths::document_at(tenant, document.id, section, chunk_id);
    let original = paths::original(tenant, document.id, None);
    let place =
        place_in_words(&heading, page).map(|place| view! { <h2 class="mb-3 text-subsection"><bdi>{place}</bdi></h2> });
    view! {
        <Title text=document.title.clone() />
        <PageHeader title=document.title back=(paths::list(tenant), "Knowledge".to_owned()) />
        <Card>
            {place}
            <div class="space-y-3">
                {before_view(before)}
                <section aria-label="The passage" class="passage passage-cited prose" dir="auto" inner_html=passage></section>
                {prose(after)}
            </div>
            <div class="mt-6 flex flex-wrap gap-3">
                // A full load, because only that also scrolls to the passage.
                <LinkButton href=whole variant=ButtonVariant::Secondary icon=Icon::FileText external=true>
                    "Open the whole document"
                </LinkButton>
                <LinkButton href=original variant=ButtonVariant::Quiet icon=Icon::Download external=true>
                    "Download"
                </LinkButton>
            </div>
        </Card>
    }
    .into_any()
}

fn before_view(html: String) -> Option<AnyView> {
    if html.len() <= LONG_BEFORE {
        return prose(html);
    }
    Some(view! { <Disclosure summary="Show the text before">{prose(html)}</Disclosure> }.into_any())
}

fn prose(html: String) -> Option<AnyView> {
    (!html.is_empty()).then(|| view! { <div class="prose text-muted" dir="auto" inner_html=html></div> }.into_any())
}
