//! From blocks to lines, and from lines to pages. All lengths in points (1/72 inch), `y` from the top.

use super::{
    Block,
    typeface::{Face, Typeface},
};
use unicode_segmentation::UnicodeSegmentation;

/// A4.
pub const PAGE_WIDTH: f32 = 595.28;
pub const PAGE_HEIGHT: f32 = 841.89;
pub const LEFT: f32 = 56.0;
const TOP: f32 = 56.0;
const BOTTOM: f32 = PAGE_HEIGHT - 72.0;
pub const FOOT: f32 = PAGE_HEIGHT - 36.0;
pub const WIDTH: f32 = PAGE_WIDTH - 2.0 * LEFT;
/// Names of facts stand in a column of their own.
const NAMES: f32 = 140.0;
const GAP: f32 = 12.0;
const INDENT: f32 = 16.0;
/// A line's height for each point of its letters.
const LEADING: f32 = 1.45;

/// How letters look.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Style {
    pub size: f32,
    pub is_bold: bool,
    pub is_muted: bool,
}

const TITLE: Style = Style { size: 18.0, is_bold: true, is_muted: false };
const SECTION: Style = Style { size: 13.0, is_bold: true, is_muted: false };
const SUBSECTION: Style = Style { size: 10.5, is_bold: true, is_muted: false };
const BODY: Style = Style { size: 9.5, is_bold: false, is_muted: false };
pub const NOTE: Style = Style { size: 8.0, is_bold: false, is_muted: true };
const NAME: Style = Style { size: 9.5, is_bold: false, is_muted: true };

impl Style {
    /// The weight it is set in.
    pub fn face(self, typeface: &Typeface) -> &Face {
        if self.is_bold { &typeface.bold } else { &typeface.regular }
    }

    const fn height(self) -> f32 {
        self.size * LEADING
    }
}

/// What a piece of text is, for those who hear the file instead of seeing it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    /// 1 to 3, with its text.
    Heading(u16, String),
    Paragraph,
    Quote,
}

/// A text on one line.
#[derive(Debug, Clone, PartialEq)]
pub struct Piece {
    pub x: f32,
    /// How much room it has, for text that begins at the right.
    pub room: f32,
    pub text: String,
    pub style: Style,
    /// Which node it is a part of.
    pub node: usize,
}

/// One line of the document.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    pub pieces: Vec<Piece>,
    /// Room above it, except at the top of a page.
    above: f32,
    height: f32,
    /// A heading never stands alone at the end of a page.
    keeps_next: bool,
}

/// A line's place on its page.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Placed {
    /// Which line.
    pub line: usize,
    /// Of the letters' foot.
    pub baseline: f32,
}

/// Breaks all blocks into lines.
pub fn set(typeface: &Typeface, blocks: &[Block]) -> (Vec<Line>, Vec<Node>) {
    let mut setter = Setter { typeface, lines: Vec::new(), nodes: Vec::new() };
    for block in blocks {
        setter.block(block);
    }
    (setter.lines, setter.nodes)
}

struct Setter<'a> {
    typeface: &'a Typeface,
    lines: Vec<Line>,
    nodes: Vec<Node>,
}

impl Setter<'_> {
    fn block(&mut self, block: &Block) {
        match block {
            Block::Title(text) => self.text(text, TITLE, Node::Heading(1, text.clone()), 0.0, 0.0),
            Block::Section(text) => self.text(text, SECTION, Node::Heading(2, text.clone()), 18.0, 0.0),
            Block::Subsection(text) => self.text(text, SUBSECTION, Node::Heading(3, text.clone()), 10.0, 0.0),
            Block::Paragraph(text) => self.text(text, BODY, Node::Paragraph, 4.0, 0.0),
            Block::Note(text) => self.text(text, NOTE, Node::Paragraph, 4.0, 0.0),
            Block::Quote(text) => self.text(text, BODY, Node::Quote, 4.0, INDENT),
            Block::Facts(facts) => facts.iter().for_each(|(name, value)| self.fact(name, value)),
        }
    }

    fn text(&mut self, text: &str, style: Style, node: Node, above: f32, indent: f32) {
        let keeps_next = matches!(node, Node::Heading(..));
        let node = self.node(node);
        let (x, room) = (LEFT + indent, WIDTH - indent);
        for (index, text) in wrap(style.face(self.typeface), style.size, text, room).into_iter().enumerate() {
            let above = if index == 0 { above } else { 0.0 };
            let pieces = vec![Piece { x, room, text, style, node }];
            self.lines.push(Line { pieces, above, height: style.height(), keeps_next });
        }
    }

    /// The name on the left, the value beside it; whichever is longer says how many lines there are.
    fn fact(&mut self, name: &str, value: &str) {
        let node = self.node(Node::Paragraph);
        let (name_room, value_room) = (NAMES, WIDTH - NAMES - GAP);
        let names = wrap(NAME.face(self.typeface), NAME.size, name, name_room);
        let values = wrap(BODY.face(self.typeface), BODY.size, value, value_room);
        for index in 0..names.len().max(values.len()) {
            let name = names.get(index).map(|text| (LEFT, name_room, text, NAME));
            let value = values.get(index).map(|text| (LEFT + NAMES + GAP, value_room, text, BODY));
            let pieces = [name, value]
                .into_iter()
                .flatten()
                .map(|(x, room, text, style)| Piece { x, room, text: text.clone(), style, node })
                .collect();
            let above = if index == 0 { 3.0 } else { 0.0 };
            self.lines.push(Line { pieces, above, height: BODY.height(), keeps_next: false });
        }
    }

    fn node(&mut self, node: Node) -> usize {
        self.nodes.push(node);
        self.nodes.len() - 1
    }
}

/// Fills page after page; there is at least one.
pub fn paginate(lines: &[Line]) -> Vec<Vec<Placed>> {
    let mut pages = Vec::new();
    let mut page: Vec<Placed> = Vec::new();
    let mut y = TOP;
    for (index, line) in lines.iter().enumerate() {
        if !page.is_empty() && y + block_height(lines.get(index..).unwrap_or_default()) > BOTTOM {
            pages.push(std::mem::take(&mut page));
            y = TOP;
        }
        if !page.is_empty() {
            y += line.above;
        }
        y += line.height;
        // The letters' foot is a little above the line's.
        page.push(Placed { line: index, baseline: y - line.height * 0.3 });
    }
    pages.push(page);
    pages
}

/// What has to be on the same page as the first line: itself, and after a heading what it heads.
fn block_height(lines: &[Line]) -> f32 {
    let headings = lines.iter().take_while(|line| line.keeps_next).count();
    lines.iter().take(headings + 1).map(|line| line.above + line.height).sum()
}

/// Breaks a text at its own line ends and wherever a line is full.
fn wrap(face: &Face, size: f32, text: &str, room: f32) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let mut line = String::new();
        let mut used = 0.0;
        for word in printable(paragraph).split_inclusive(' ') {
            let width = face.width(word.trim_end(), size);
            if used + width > room && !line.is_empty() {
                lines.push(std::mem::take(&mut line).trim_end().to_owned());
                used = 0.0;
            }
            if width > room {
                let mut parts = break_word(face, size, word, room);
                let last = parts.pop().unwrap_or_default();
                lines.extend(parts);
                used = face.width(&last, size);
                line = last;
            } else {
                used += face.width(word, size);
                line.push_str(word);
            }
        }
        lines.push(line.trim_end().to_owned());
    }
    lines
}

/// Tabs and separators as spaces; nothing that has no form.
fn printable(text: &str) -> String {
    let spaced = text.chars().map(|letter| if matches!(letter, '\t' | '\u{2028}' | '\u{2029}') { ' ' } else { letter });
    spaced.filter(|letter| !letter.is_control()).collect()
}

/// A word that is wider than a line, in parts that aren't.
fn break_word(face: &Face, size: f32, word: &str, room: f32) -> Vec<String> {
    let mut parts = Vec::new();
    let mut part = String::new();
    let mut used = 0.0;
    for letter in word.graphemes(true) {
        let width = face.width(letter, size);
        if used + width > room && !part.is_empty() {
            parts.push(std::mem::take(&mut part));
            used = 0.0;
        }
        part.push_str(letter);
        used += width;
    }
    parts.push(part);
    parts
}
