//! Cutting a text into sections, for reading, and passages, for searching and citing. The same text is
//! always cut in the same way, so that what hasn't changed is recognised.

use super::extraction::{PageStart, Text};
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::ops::Range;
use text_splitter::{ChunkConfig, ChunkSizer, MarkdownSplitter};

/// Tokens of a passage: the embedding model reads 256, and its headings go with it. A passage ends at the
/// first good place after the lower number.
const PASSAGE_TOKENS: std::ops::RangeInclusive<usize> = 120..=200;
/// Characters of a section; what stands under one heading and is longer becomes several.
const SECTION_CHARACTERS: usize = 6000;
const HEADING_CHARACTERS: usize = 150;
const HEADING_PATH_CHARACTERS: usize = 500;
/// Between the headings above a passage.
const HEADING_SEPARATOR: &str = " > ";

/// A text in pieces.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cut {
    pub sections: Vec<Section>,
    pub character_count: i32,
}

/// The text under one heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// The headings above.
    pub heading: String,
    pub passages: Vec<Passage>,
    #[serde(flatten)]
    pub place: Place,
}

/// What search finds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passage {
    /// As the embedding model would count, estimated: the same with and without the model.
    pub token_count: i32,
    #[serde(flatten)]
    pub place: Place,
}

/// A piece of the text and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    pub content: String,
    /// Of a PDF, from 1.
    pub page: Option<i32>,
    /// In characters.
    pub start_offset: i32,
}

impl Cut {
    /// How many passages there are.
    pub fn passage_count(&self) -> usize {
        self.sections.iter().map(|section| section.passages.len()).sum()
    }
}

/// Cuts a text by its headings, and what stands under each into passages.
pub fn cut(text: &Text) -> Cut {
    let mut cutter = Cutter::new(text);
    let mut sections = Vec::new();
    for part in parts(&text.markdown) {
        cutter.cut_part(&part, &mut sections);
    }
    Cut { sections, character_count: to_i32(text.markdown.chars().count()) }
}

/// What makes two passages the same: headings and content.
pub fn hash(heading: &str, content: &str) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(heading.as_bytes());
    hasher.update([0]);
    hasher.update(content.as_bytes());
    hasher.finalize().into()
}

struct Cutter<'a> {
    text: &'a str,
    pages: &'a [PageStart],
    sections: MarkdownSplitter<text_splitter::Characters>,
    passages: MarkdownSplitter<EstimatedTokens>,
    counted: Counted,
}

/// Characters before a byte; both only grow.
#[derive(Default)]
struct Counted {
    bytes: usize,
    characters: usize,
}

impl<'a> Cutter<'a> {
    fn new(text: &'a Text) -> Self {
        Self {
            text: &text.markdown,
            pages: &text.pages,
            sections: MarkdownSplitter::new(ChunkConfig::new(SECTION_CHARACTERS)),
            passages: MarkdownSplitter::new(ChunkConfig::new(PASSAGE_TOKENS).with_sizer(EstimatedTokens)),
            counted: Counted::default(),
        }
    }

    fn cut_part(&mut self, part: &Part, sections: &mut Vec<Section>) {
        let Some(body) = self.text.get(part.body.clone()) else { return };
        let pieces: Vec<_> =
            self.sections.chunk_indices(body).map(|(at, piece)| (part.body.start + at, piece)).collect();
        for (start, piece) in pieces.into_iter().filter(|(_, piece)| says_something(piece)) {
            let place = self.place(start, piece);
            let found: Vec<_> = self.passages.chunk_indices(piece).map(|(at, passage)| (start + at, passage)).collect();
            let passages = found
                .into_iter()
                .filter(|(_, passage)| says_something(passage))
                .map(|(at, passage)| Passage {
                    token_count: to_i32(estimate_tokens(passage)),
                    place: self.place(at, passage),
                })
                .collect();
            sections.push(Section { heading: part.heading.clone(), passages, place });
        }
    }

    fn place(&mut self, start: usize, content: &str) -> Place {
        if start < self.counted.bytes {
            self.counted = Counted::default();
        }
        let between = self.text.get(self.counted.bytes..start).unwrap_or_default();
        self.counted = Counted { bytes: start, characters: self.counted.characters + between.chars().count() };
        let page = self.pages.partition_point(|page| page.offset <= start).checked_sub(1);
        Place {
            content: content.to_owned(),
            page: page.and_then(|index| self.pages.get(index)).map(|page| page.number),
            start_offset: to_i32(self.counted.characters),
        }
    }
}

fn says_something(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}

/// What stands under one heading.
struct Part {
    heading: String,
    body: Range<usize>,
}

fn parts(markdown: &str) -> Vec<Part> {
    let headings = find_headings(markdown);
    let first = headings.first().map_or(markdown.len(), |heading| heading.range.start);
    let mut parts = vec![Part { heading: String::new(), body: 0..first }];
    let mut above: Vec<(usize, &str)> = Vec::new();
    for (index, heading) in headings.iter().enumerate() {
        above.retain(|(level, _)| *level < heading.level);
        above.push((heading.level, &heading.title));
        let next = headings.get(index + 1);
        let end = next.map_or(markdown.len(), |next| next.range.start);
        let body = heading.range.end..end;
        let is_bare = !markdown.get(body.clone()).is_some_and(says_something);
        let is_followed_by_deeper = next.is_some_and(|next| next.level > heading.level);
        // A heading with nothing below it is all there is to find, so it stands for itself.
        let body = if is_bare && !is_followed_by_deeper { heading.range.start..end } else { body };
        parts.push(Part { heading: join_headings(&above), body });
    }
    parts
}

struct Heading {
    level: usize,
    title: String,
    range: Range<usize>,
}

/// The headings that stand in no quote or list.
fn find_headings(markdown: &str) -> Vec<Heading> {
    let mut headings: Vec<Heading> = Vec::new();
    let mut depth = 0_usize;
    let mut is_inside = false;
    for (event, range) in Parser::new_ext(markdown, Options::ENABLE_TABLES).into_offset_iter() {
        match event {
            Event::Start(Tag::Heading { level, .. }) if depth == 0 => {
                is_inside = true;
                headings.push(Heading { level: number_of(level), title: String::new(), range });
            }
            Event::End(TagEnd::Heading(_)) if depth == 0 => is_inside = false,
            Event::Start(Tag::BlockQuote(_) | Tag::List(_) | Tag::Item) => depth += 1,
            Event::End(TagEnd::BlockQuote(_) | TagEnd::List(_) | TagEnd::Item) => depth = depth.saturating_sub(1),
            Event::Text(text) | Event::Code(text) if is_inside => {
                if let Some(heading) = headings.last_mut() {
                    heading.title.push_str(&text);
                }
            }
            Event::SoftBreak | Event::HardBreak if is_inside => {
                if let Some(heading) = headings.last_mut() {
                    heading.title.push(' ');
                }
            }
            _ => {}
        }
    }
    headings.retain(|heading| says_something(&heading.title));
    headings
}

const fn number_of(level: HeadingLevel) -> usize {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

/// The nearest headings, as many as there is room for.
fn join_headings(above: &[(usize, &str)]) -> String {
    let mut path = String::new();
    for (_, title) in above.iter().rev() {
        let title: String = title.trim().chars().take(HEADING_CHARACTERS).collect();
        let joined = if path.is_empty() { title } else { format!("{title}{HEADING_SEPARATOR}{path}") };
        if joined.chars().count() > HEADING_PATH_CHARACTERS {
            break;
        }
        path = joined;
    }
    path
}

/// Counts tokens about as a word-piece vocabulary of English does.
struct EstimatedTokens;

impl ChunkSizer for EstimatedTokens {
    fn size(&self, chunk: &str) -> usize {
        estimate_tokens(chunk)
    }
}

/// A short word is one token, a long one several; every other sign is one of its own.
fn estimate_tokens(text: &str) -> usize {
    const LETTERS: usize = 6;
    let (mut tokens, mut word) = (0, 0_usize);
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            word += 1;
            continue;
        }
        tokens += word.div_ceil(LETTERS) + usize::from(!c.is_whitespace());
        word = 0;
    }
    tokens + word.div_ceil(LETTERS)
}

fn to_i32(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests;
