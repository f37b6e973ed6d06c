//! The text of an answer, and the sources under it.

use super::source::{OpenSource, Reader};
use crate::{
    chat::{
        answer_text::{Block, Inline, blocks},
        message::{ChatMessage, Citation, CitedSource},
        paths,
    },
    ids::ChatMessageId,
    tenants::tenant::TenantSlug,
    ui::Icon,
};
use leptos::{ev::MouseEvent, prelude::*};

const CHIP: &str = "mx-0.5 inline-flex h-6 min-w-6 items-center justify-center rounded-selector px-1.5 align-baseline text-[0.8125rem] font-semibold tabular-nums no-underline";

/// What the chips of an answer lead to.
#[derive(Clone)]
pub struct Sources {
    tenant: TenantSlug,
    message: ChatMessageId,
    citations: Vec<Citation>,
    reader: Reader,
}

impl Sources {
    pub fn of(answer: &ChatMessage, tenant: &TenantSlug, reader: Reader) -> Self {
        Self { tenant: tenant.clone(), message: answer.id, citations: answer.citations.clone(), reader }
    }

    fn citation(&self, number: i32) -> Option<&Citation> {
        self.citations.iter().find(|citation| citation.number == number)
    }

    /// Opens a source beside the answer; a click that asks for another tab or window goes to its page.
    fn opens(&self, number: i32, source: &CitedSource, opener: &str) -> impl Fn(MouseEvent) + 'static + use<> {
        let open = OpenSource { number, source: source.clone(), opener: opener.to_owned() };
        let reader = self.reader;
        move |event| reader.follow(&event, open.clone())
    }
}

/// A finished answer, its sources as chips that open.
pub fn answer_view(text: &str, sources: &Sources) -> AnyView {
    let mut chips = 0;
    text_view(text, &mut |number| {
        chips += 1;
        chip(number, chips, sources)
    })
}

/// An answer that is being written: its sources are only numbers yet.
pub fn growing_view(text: &str) -> AnyView {
    text_view(text, &mut |number| {
        view! { <span class=format!("{CHIP} bg-base-content/8 text-muted")>{number}</span> }.into_any()
    })
}

fn text_view(text: &str, chip: &mut dyn FnMut(i32) -> AnyView) -> AnyView {
    let blocks = blocks(text).into_iter().map(|block| block_view(block, chip)).collect_view();
    view! { <div class="space-y-3 leading-relaxed wrap-anywhere" dir="auto">{blocks}</div> }.into_any()
}

fn block_view(block: Block, chip: &mut dyn FnMut(i32) -> AnyView) -> AnyView {
    match block {
        Block::Paragraph(line) => view! { <p class="whitespace-pre-line">{line_view(line, chip)}</p> }.into_any(),
        Block::Bullets(items) => {
            let items = items.into_iter().map(|line| view! { <li>{line_view(line, chip)}</li> }).collect_view();
            view! { <ul class="list-disc space-y-1.5 ps-6">{items}</ul> }.into_any()
        }
        Block::Steps(items) => {
            let items = items
                .into_iter()
                .map(|(number, line)| view! { <li value=number>{line_view(line, chip)}</li> })
                .collect_view();
            view! { <ol class="list-decimal space-y-1.5 ps-7">{items}</ol> }.into_any()
        }
    }
}

fn line_view(line: Vec<Inline>, chip: &mut dyn FnMut(i32) -> AnyView) -> Vec<AnyView> {
    line.into_iter()
        .map(|piece| match piece {
            Inline::Text(text) => text.into_any(),
            Inline::Strong(text) => view! { <strong class="font-semibold">{text}</strong> }.into_any(),
            Inline::Source(number) => chip(number),
        })
        .collect()
}

/// The number of a source where the text refers to it. `place` tells chips of one source apart.
fn chip(number: i32, place: i32, sources: &Sources) -> AnyView {
    match sources.citation(number).and_then(|citation| citation.source.as_ref()) {
        Some(source) => {
            let id = format!("source-{}-{place}", sources.message);
            let open = sources.opens(number, source, &id);
            view! {
                <a
                    id=id
                    href=paths::source(&sources.tenant, source)
                    title=source.document_title.clone()
                    aria-label=format!("Source {number}: {}", source.document_title)
                    class=format!("{CHIP} bg-primary/10 text-primary hover:bg-primary/20")
                    on:click=open
                >
                    {number}
                </a>
            }
            .into_any()
        }
        None => view! {
            <span class=format!("{CHIP} bg-base-content/8 text-muted line-through") title="This source is no longer there">
                <span class="sr-only">"Source "</span>
                {number}
                <span class="sr-only">" is no longer there"</span>
            </span>
        }
        .into_any(),
    }
}

/// The sources that an answer cites, one a line.
pub fn source_list(sources: &Sources) -> AnyView {
    let cited: Vec<_> = sources.citations.iter().filter(|citation| citation.was_cited).cloned().collect();
    if cited.is_empty() {
        return ().into_any();
    }
    let items = cited.into_iter().map(|citation| source_line(&citation, sources)).collect_view();
    let label = format!("sources-{}", sources.message);
    view! {
        <section aria-labelledby=label class="border-t border-base-300 pt-3">
            <h3 id=label.clone() class="text-[0.9375rem]">
                "Sources"
            </h3>
            <ol class="mt-1">{items}</ol>
        </section>
    }
    .into_any()
}

fn source_line(citation: &Citation, sources: &Sources) -> impl IntoView + use<> {
    let number = citation.number;
    let number_view = view! { <span class=format!("{CHIP} mx-0 bg-base-content/8")>{number}</span> };
    let words = match &citation.source {
        Some(source) => {
            let id = format!("listed-{}-{number}", sources.message);
            let open = sources.opens(number, source, &id);
            view! {
                <a id=id class="text-link" href=paths::source(&sources.tenant, source) on:click=open>
                    {source.document_title.clone()}
                </a>
                <span class="block text-[0.8125rem]/5 text-muted">{place_in_words(source)}</span>
            }
            .into_any()
        }
        None => view! {
            <span class="text-muted">"This source was removed or changed, or your role may no longer read it."</span>
        }
        .into_any(),
    };
    view! {
        <li class="flex items-start gap-2 py-1.5">
            {number_view} <span class="min-w-0 wrap-anywhere">{words}</span>
        </li>
    }
}

/// Where in its document a source stands: "Medication > Errors, page 4".
pub fn place_in_words(source: &CitedSource) -> String {
    let page = source.page.map(|page| format!("page {page}"));
    let changed = source.chunk_id.is_none().then(|| "the document has changed since".to_owned());
    let heading = Some(source.heading.clone()).filter(|heading| !heading.is_empty());
    [heading, page, changed].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// The documents that came nearest where nothing answers, each once.
pub fn nearest_documents(sources: &Sources) -> AnyView {
    let mut seen = Vec::new();
    let items: Vec<_> = sources
        .citations
        .iter()
        .filter(|citation| !citation.was_cited)
        .filter_map(|citation| {
            let source = citation.source.as_ref()?;
            let is_new = !seen.contains(&source.document_id);
            seen.push(source.document_id);
            is_new.then(|| near_line(citation.number, source, sources))
        })
        .collect();
    if items.is_empty() {
        return ().into_any();
    }
    view! {
        <div>
            <p>"These documents come nearest:"</p>
            <ul class="mt-1">{items}</ul>
        </div>
    }
    .into_any()
}

fn near_line(number: i32, source: &CitedSource, sources: &Sources) -> impl IntoView + use<> {
    let id = format!("near-{}-{number}", sources.message);
    let open = sources.opens(number, source, &id);
    view! {
        <li class="flex items-start gap-2 py-1.5">
            <span class="mt-0.5 text-muted">{Icon::FileText.view()}</span>
            <a id=id class="text-link min-w-0 wrap-anywhere" href=paths::source(&sources.tenant, source) on:click=open>
                {source.document_title.clone()}
            </a>
        </li>
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::place_in_words;
    use crate::{
        chat::message::CitedSource,
        ids::{ChunkId, DocumentId, TenantId},
    };

    #[test]
    fn a_source_says_where_it_stands() {
        let mut source = CitedSource {
            document_tenant_id: TenantId::SYSTEM,
            document_id: DocumentId::generate(),
            document_title: "Medication".to_owned(),
            chunk_id: Some(ChunkId::generate()),
            heading: "Errors > After hours".to_owned(),
            page: Some(4),
            quote: String::new(),
        };
        assert_eq!(place_in_words(&source), "Errors > After hours, page 4");
        source.heading = String::new();
        source.page = None;
        assert_eq!(place_in_words(&source), "");
        source.chunk_id = None;
        assert_eq!(place_in_words(&source), "the document has changed since");
    }
}
