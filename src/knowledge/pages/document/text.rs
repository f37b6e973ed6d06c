//! The text of a document, section by section; every passage has an anchor.

use crate::{
    knowledge::{pages::list::place_in_words, paths, reading::SectionReading, record::DocumentDetails},
    tenants::tenant::TenantSlug,
    ui::{ButtonVariant, Card, EmptyState, Icon, LinkButton},
};
use leptos::prelude::*;

/// The part of the text that the page shows, and the way to the next.
pub fn text_card(
    tenant: &TenantSlug,
    details: &DocumentDetails,
    sections: Vec<SectionReading>,
    is_later_part: bool,
) -> AnyView {
    if !details.may_read {
        return view! {
            <Card title="Text">
                <EmptyState
                    title="Its text isn't shown to you"
                    text="This document is kept to other roles. You can manage it without reading it."
                    icon=Icon::Lock
                />
            </Card>
        }
        .into_any();
    }
    if sections.is_empty() {
        return view! {
            <Card title="Text">
                <EmptyState title="No text yet" text="It appears here once the document has been read." icon=Icon::FileText />
            </Card>
        }
        .into_any();
    }
    let next = details.next_section.map(|from| {
        let href = format!("{}?from={from}", paths::document(tenant, details.document.id));
        view! {
            <div class="mt-6">
                <LinkButton href variant=ButtonVariant::Secondary>
                    "Read on"
                </LinkButton>
            </div>
        }
    });
    let first = is_later_part.then(|| {
        let href = paths::document(tenant, details.document.id);
        view! {
            <p class="mb-4">
                <a class="text-link inline-flex min-h-6 items-center" href=href>
                    "From the beginning"
                </a>
            </p>
        }
    });
    let sections = sections.into_iter().map(section_view).collect_view();
    view! {
        <Card title="Text">
            {first}
            <div class="space-y-6">{sections}</div>
            {next}
        </Card>
    }
    .into_any()
}

fn section_view(section: SectionReading) -> AnyView {
    let (above, own) = match section.heading.rsplit_once(" > ") {
        Some((above, own)) => (Some(above.to_owned()), own.to_owned()),
        None => (None, section.heading),
    };
    let above = place_in_words(&above.unwrap_or_default(), section.page);
    let heading = (!own.is_empty()).then(|| view! { <h3><bdi>{own}</bdi></h3> });
    let passages = section
        .passages
        .into_iter()
        .map(|(id, html)| view! { <div id=format!("chunk-{id}") class="passage prose" dir="auto" inner_html=html></div> })
        .collect_view();
    view! {
        <section id=format!("chunk-{}", section.id) class="space-y-2">
            {above.map(|above| view! { <p class="text-[0.8125rem] text-muted"><bdi>{above}</bdi></p> })}
            {heading}
            {passages}
        </section>
    }
    .into_any()
}
