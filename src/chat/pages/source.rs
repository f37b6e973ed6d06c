//! A source beside its answer: at the side where there is room, in front of the page on a phone. Its
//! link leads to a page of its own, for another tab and without JavaScript.

use super::{answer::place_in_words, place};
use crate::{
    analysis::highlight::locate,
    chat::{message::CitedSource, paths},
    error::AppError,
    knowledge::{api::get_passage, record::PassageView},
    tenants::tenant::TenantSlug,
    ui::{Alert, Button, ButtonType, ButtonVariant, Dialog, Icon, Skeleton, Tone},
};
use leptos::{
    ev::{KeyboardEvent, MouseEvent},
    prelude::*,
    task::spawn_local,
};
use std::ops::Range;

const HEADING: &str = "source-heading";

/// A source that was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenSource {
    pub number: i32,
    pub source: CitedSource,
    /// The id of the link that opened it, for the way back.
    pub opener: String,
}

/// What is read beside the answers.
#[derive(Clone, Copy)]
pub struct Reader {
    tenant: StoredValue<TenantSlug>,
    open: RwSignal<Option<OpenSource>>,
    passage: RwSignal<Option<Result<PassageView, AppError>>>,
    is_beside: RwSignal<bool>,
    is_in_front: RwSignal<bool>,
}

impl Reader {
    pub fn new(tenant: StoredValue<TenantSlug>) -> Self {
        Self {
            tenant,
            open: RwSignal::new(None),
            passage: RwSignal::new(None),
            is_beside: RwSignal::new(false),
            is_in_front: RwSignal::new(false),
        }
    }

    /// Whether a source is open at the side.
    pub fn is_beside(self) -> Signal<bool> {
        self.is_beside.into()
    }

    /// Opens a source instead of following its link, unless the click asks for another tab or window.
    pub fn follow(self, event: &MouseEvent, source: OpenSource) {
        if event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key() || event.button() != 0 {
            return;
        }
        event.prevent_default();
        self.read(source.source.clone());
        self.open.set(Some(source));
        if place::is_wide() {
            self.is_beside.set(true);
            place::focus(HEADING.to_owned());
        } else {
            self.is_in_front.set(true);
        }
    }

    fn read(self, source: CitedSource) {
        self.passage.set(None);
        let Some(chunk) = source.chunk_id else { return };
        let tenant = self.tenant.get_value();
        spawn_local(async move {
            let passage = get_passage(tenant, source.document_id, chunk).await;
            let is_current = self.open.try_get_untracked().flatten().is_some_and(|open| open.source == source);
            if is_current {
                self.passage.try_set(Some(passage));
            }
        });
    }

    fn close(self) {
        self.is_beside.set(false);
        if let Some(open) = self.open.get_untracked() {
            place::focus(open.opener);
        }
    }
}

/// Where an open source is shown.
#[component]
pub fn SourcePanel(reader: Reader) -> impl IntoView {
    let close_on_escape = move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            reader.close();
        }
    };
    view! {
        {move || {
            reader
                .is_beside
                .get()
                .then(|| {
                    view! {
                        <aside
                            aria-labelledby=HEADING
                            class="no-print sticky top-8 max-h-[calc(100dvh-4rem)] self-start overflow-y-auto rounded-box bg-base-100 p-5 shadow-soft max-xl:hidden"
                            on:keydown=close_on_escape
                        >
                            <div class="mb-3 flex items-start justify-between gap-3">
                                <h2 id=HEADING tabindex="-1" class="pt-2">
                                    {move || heading(reader)}
                                </h2>
                                <Button
                                    variant=ButtonVariant::Quiet
                                    kind=ButtonType::Button
                                    icon=Icon::Close
                                    on_click=move |_| reader.close()
                                >
                                    "Close"
                                </Button>
                            </div>
                            {content(reader)}
                        </aside>
                    }
                })
        }}
        <Dialog id="source" title="Source" open=reader.is_in_front>
            {content(reader)}
        </Dialog>
    }
}

fn heading(reader: Reader) -> String {
    reader.open.with(|open| open.as_ref().map(|open| format!("Source {}", open.number))).unwrap_or_default()
}

fn content(reader: Reader) -> AnyView {
    (move || {
        let OpenSource { source, .. } = reader.open.get()?;
        let href = reader.tenant.with_value(|tenant| paths::source(tenant, &source));
        let place = place_in_words(&source);
        Some(view! {
            <p class="font-semibold wrap-anywhere">{source.document_title.clone()}</p>
            <p class="mt-0.5 text-[0.9375rem] text-muted wrap-anywhere">{place}</p>
            <div class="my-4">{passage_state(reader, &source)}</div>
            <p>
                <a class="text-link inline-flex min-h-11 items-center" href=href>
                    "Open in the document"
                </a>
            </p>
        })
    })
    .into_any()
}

fn passage_state(reader: Reader, source: &CitedSource) -> AnyView {
    if source.chunk_id.is_none() {
        return quote_only(source);
    }
    let source = source.clone();
    (move || match reader.passage.get() {
        None => view! { <Skeleton lines=5 /> }.into_any(),
        Some(Ok(passage)) => passage_view(&passage, &source.quote),
        Some(Err(error)) => view! {
            <Alert tone=Tone::Danger>
                <p>{error.to_string()}</p>
            </Alert>
        }
        .into_any(),
    })
    .into_any()
}

/// The words that the answer relied on, of a passage that is no longer there.
fn quote_only(source: &CitedSource) -> AnyView {
    view! {
        <p class="mb-2 text-muted">"The document has changed since. The answer relied on these words:"</p>
        <blockquote class="border-s-2 border-base-300 ps-3 whitespace-pre-line wrap-anywhere" dir="auto">
            {plain(&source.quote)}
        </blockquote>
    }
    .into_any()
}

/// A passage with the words that carry the statement marked, in the text around it.
fn passage_view(passage: &PassageView, quote: &str) -> AnyView {
    let text = plain(&passage.passage);
    let marked = find_words(&text, quote).and_then(|range| {
        let before = text.get(..range.start)?.to_owned();
        let after = text.get(range.end..)?.to_owned();
        Some((before, text.get(range)?.to_owned(), after))
    });
    let words = match marked {
        Some((before, marked, after)) => view! { {before} <mark>{marked}</mark> {after} }.into_any(),
        None => text.into_any(),
    };
    let around = |text: &str| {
        let text = plain(text);
        (!text.is_empty()).then(|| {
            view! { <p class="text-[0.9375rem] whitespace-pre-line text-muted wrap-anywhere" dir="auto">{text}</p> }
        })
    };
    view! {
        <div class="space-y-3">
            {around(&passage.before)}
            <div class="border-s-3 border-primary ps-3">
                <p class="sr-only">"The passage:"</p>
                <p class="whitespace-pre-line wrap-anywhere" dir="auto">
                    {words}
                </p>
            </div>
            {around(&passage.after)}
        </div>
    }
    .into_any()
}

/// Where the words of a quote stand in a text, whatever space and signs are between them.
fn find_words(text: &str, quote: &str) -> Option<Range<usize>> {
    if let Some(range) = locate(text, quote) {
        return Some(range);
    }
    let letters = |text: &str| -> Vec<(usize, char)> {
        text.char_indices().filter(|(_, letter)| letter.is_alphanumeric()).collect()
    };
    let (text, quote) = (letters(text), letters(quote));
    if quote.is_empty() {
        return None;
    }
    let is_here = |window: &&[(usize, char)]| window.iter().zip(&quote).all(|(one, other)| one.1 == other.1);
    let found = text.windows(quote.len()).find(is_here)?;
    let (first, last) = (found.first()?, found.last()?);
    Some(first.0..last.0 + last.1.len_utf8())
}

/// Markdown as plain text: without the signs of emphasis and headings, points as points.
fn plain(markdown: &str) -> String {
    let lines: Vec<_> = markdown
        .trim()
        .lines()
        .map(|line| {
            let line = line.trim_end().replace("**", "");
            let text = line.trim_start();
            let heading = text.trim_start_matches('#');
            let point = ["- ", "* "].iter().find_map(|sign| text.strip_prefix(sign));
            match point {
                Some(point) => format!("\u{2022} {}", point.trim_start()),
                None if heading.len() < text.len() && heading.starts_with(' ') => heading.trim_start().to_owned(),
                None => line,
            }
        })
        .collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::{find_words, plain};

    #[test]
    fn a_quote_is_found_whatever_is_between_its_words() {
        let text = "Ring the\non-call manager.\n\u{2022} Day: 1\n\u{2022} Night: 2";
        let found = |quote| find_words(text, quote).and_then(|range| text.get(range));
        assert_eq!(found("on-call manager."), Some("on-call manager."));
        assert_eq!(found("Ring the **on-call** manager"), Some("Ring the\non-call manager"));
        assert_eq!(found("- Day: 1\n- Night: 2"), Some("Day: 1\n\u{2022} Night: 2"));
        assert_eq!(found("Ring nobody"), None);
        assert_eq!(found("**"), None);
    }

    #[test]
    fn a_passage_reads_without_signs() {
        assert_eq!(
            plain("## After hours\n\nRing the **on-call** manager.\n- Day: 1\n  * Night: 2\n#5 stays\n"),
            "After hours\n\nRing the on-call manager.\n\u{2022} Day: 1\n\u{2022} Night: 2\n#5 stays"
        );
    }
}
