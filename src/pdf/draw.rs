//! Pages of lines as a PDF: its text with tags that tell what it is, its outline, its metadata.

use super::{
    Document, LANGUAGE, PdfError,
    layout::{FOOT, LEFT, Line, NOTE, Node, PAGE_HEIGHT, PAGE_WIDTH, Piece, Placed, Style, WIDTH},
    typeface::Typeface,
};
use chrono::{Datelike, Timelike};
use krilla::{
    Document as Pdf, SerializeSettings,
    color::rgb,
    destination::XyzDestination,
    geom::Point,
    metadata::{DateTime, Metadata},
    outline::{Outline, OutlineNode},
    page::PageSettings,
    paint::Fill,
    surface::Surface,
    tagging::{Artifact, ArtifactType, ContentTag, Identifier, SpanTag, Tag, TagGroup, TagTree},
    text::TextDirection,
};
use std::num::NonZeroU16;
use unicode_bidi::BidiInfo;

/// Writes the file.
pub fn write(
    document: &Document,
    typeface: &Typeface,
    lines: &[Line],
    nodes: &[Node],
    pages: &[Vec<Placed>],
) -> Result<Vec<u8>, PdfError> {
    let mut pdf = Pdf::new_with(SerializeSettings { enable_tagging: true, ..SerializeSettings::default() });
    let mut drawn: Vec<Vec<Identifier>> = vec![Vec::new(); nodes.len()];
    for (index, placed) in pages.iter().enumerate() {
        let settings = PageSettings::from_wh(PAGE_WIDTH, PAGE_HEIGHT).ok_or(PdfError::Writing)?;
        let mut page = pdf.start_page_with(settings);
        let mut surface = page.surface();
        for (line, baseline) in placed.iter().filter_map(|placed| Some((lines.get(placed.line)?, placed.baseline))) {
            for piece in line.pieces.iter().filter(|piece| !piece.text.is_empty()) {
                let identifier = surface.start_tagged(ContentTag::Span(SpanTag::empty()));
                draw_piece(&mut surface, typeface, piece, baseline);
                surface.end_tagged();
                if let Some(parts) = drawn.get_mut(piece.node) {
                    parts.push(identifier);
                }
            }
        }
        draw_footer(&mut surface, typeface, &document.footer, index + 1, pages.len());
        surface.finish();
        page.finish();
    }
    pdf.set_outline(outline(lines, nodes, pages));
    pdf.set_tag_tree(tags(nodes, drawn));
    pdf.set_metadata(metadata(document));
    pdf.finish().map_err(|_| PdfError::Writing)
}

fn draw_piece(surface: &mut Surface<'_>, typeface: &Typeface, piece: &Piece, baseline: f32) {
    surface.set_fill(Some(fill(piece.style)));
    let face = piece.style.face(typeface);
    let size = piece.style.size;
    let bidi = BidiInfo::new(&piece.text, None);
    let Some(paragraph) = bidi.paragraphs.first().filter(|_| bidi.has_rtl()) else {
        let start = Point::from_xy(piece.x, baseline);
        surface.draw_text(start, face.font.clone(), size, &piece.text, false, TextDirection::LeftToRight);
        return;
    };
    let (levels, runs) = bidi.visual_runs(paragraph, paragraph.range.clone());
    let runs: Vec<(&str, bool)> = runs
        .into_iter()
        .filter_map(|run| {
            let is_rtl = levels.get(run.start)?.is_rtl();
            Some((piece.text.get(run)?, is_rtl))
        })
        .collect();
    let widths: Vec<f32> = runs.iter().map(|(run, is_rtl)| face.shaped_width(run, *is_rtl, size)).collect();
    // Text that is read from the right begins there.
    let mut x = if paragraph.level.is_rtl() { piece.x + piece.room - widths.iter().sum::<f32>() } else { piece.x };
    for ((run, is_rtl), width) in runs.into_iter().zip(widths) {
        let direction = if is_rtl { TextDirection::RightToLeft } else { TextDirection::LeftToRight };
        surface.draw_text(Point::from_xy(x, baseline), face.font.clone(), size, run, false, direction);
        x += width;
    }
}

fn fill(style: Style) -> Fill {
    let colour = if style.is_muted { rgb::Color::new(71, 85, 105) } else { rgb::Color::new(15, 23, 42) };
    Fill { paint: colour.into(), ..Fill::default() }
}

/// What stands on every page is no part of the text.
fn draw_footer(surface: &mut Surface<'_>, typeface: &Typeface, footer: &str, page: usize, pages: usize) {
    let number = format!("Page {page} of {pages}");
    let width = typeface.regular.width(&number, NOTE.size);
    let texts = [(LEFT, footer.to_owned()), (LEFT + WIDTH - width, number)];
    surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Footer)));
    for (x, text) in texts {
        draw_piece(surface, typeface, &Piece { x, room: WIDTH, text, style: NOTE, node: 0 }, FOOT);
    }
    surface.end_tagged();
}

/// Links to the sections.
fn outline(lines: &[Line], nodes: &[Node], pages: &[Vec<Placed>]) -> Outline {
    let mut outline = Outline::new();
    let mut last = None;
    for (page, placed) in pages.iter().enumerate() {
        for placed in placed {
            let Some(node) = lines.get(placed.line).and_then(|line| line.pieces.first()).map(|piece| piece.node) else {
                continue;
            };
            let Some(Node::Heading(2, text)) = nodes.get(node).filter(|_| last != Some(node)) else { continue };
            last = Some(node);
            let target = XyzDestination::new(page, Point::from_xy(LEFT, placed.baseline - 18.0));
            outline.push_child(OutlineNode::new(text.clone(), target));
        }
    }
    outline
}

fn tags(nodes: &[Node], drawn: Vec<Vec<Identifier>>) -> TagTree {
    let mut tree = TagTree::new().with_lang(Some(LANGUAGE.to_owned()));
    for (node, parts) in nodes.iter().zip(drawn) {
        let mut group = match node {
            Node::Heading(level, text) => {
                TagGroup::new(Tag::Hn(NonZeroU16::new(*level).unwrap_or(NonZeroU16::MIN), Some(text.clone())))
            }
            Node::Paragraph => TagGroup::new(Tag::P),
            Node::Quote => TagGroup::new(Tag::BlockQuote),
        };
        parts.into_iter().for_each(|part| group.push(part));
        tree.push(group);
    }
    tree
}

fn metadata(document: &Document) -> Metadata {
    let made = document.made_at;
    let small = |number: u32| u8::try_from(number).unwrap_or_default();
    let date = DateTime::new(u16::try_from(made.year()).unwrap_or_default())
        .month(small(made.month()))
        .day(small(made.day()))
        .hour(small(made.hour()))
        .minute(small(made.minute()))
        .second(small(made.second()))
        .utc_offset_hour(0);
    Metadata::new()
        .title(document.title.clone())
        .language(LANGUAGE.to_owned())
        .creator("SupportSignal".to_owned())
        .creation_date(date)
}
