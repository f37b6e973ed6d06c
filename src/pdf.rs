//! Files for printing and keeping: a document of headings, paragraphs and facts as a tagged PDF (A4,
//! with page numbers and an outline). What it says comes from the slices; how it looks is here.

mod draw;
mod layout;
mod typeface;

use chrono::{DateTime, Utc};
use typeface::Typeface;

/// The language that readers of the file are told.
const LANGUAGE: &str = "en-AU";

/// What a file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The file's own title, as a reader's window shows it.
    pub title: String,
    /// At the foot of every page, beside its number.
    pub footer: String,
    pub made_at: DateTime<Utc>,
    pub blocks: Vec<Block>,
}

/// A part of it. Texts may have line breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// The largest heading; once, at the top.
    Title(String),
    /// Also in the outline.
    Section(String),
    Subsection(String),
    Paragraph(String),
    /// Smaller and grey.
    Note(String),
    /// Somebody's very words, set in.
    Quote(String),
    /// Names and their values.
    Facts(Vec<(String, String)>),
}

/// Why there is no file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PdfError {
    #[error("the typeface can't be read")]
    Typeface,
    #[error("the file can't be written")]
    Writing,
}

/// Makes the file. Keeps a processor busy: call it on a blocking thread.
pub fn render(document: &Document) -> Result<Vec<u8>, PdfError> {
    let typeface = Typeface::load().ok_or(PdfError::Typeface)?;
    let (lines, nodes) = layout::set(&typeface, &document.blocks);
    let pages = layout::paginate(&lines);
    draw::write(document, &typeface, &lines, &nodes, &pages)
}

#[cfg(test)]
mod tests {
    use super::{Block, Document, render};
    use chrono::{TimeZone, Utc};
    use pdf_extract::{Document as Reader, extract_text_from_mem};

    fn document(blocks: Vec<Block>) -> Document {
        Document {
            title: "Report #12".to_owned(),
            footer: "Report #12, Banksia Support".to_owned(),
            made_at: Utc.with_ymd_and_hms(2026, 11, 21, 8, 0, 0).unwrap(),
            blocks,
        }
    }

    /// The words in order; where lines end is the layout's business.
    fn words(file: &[u8]) -> String {
        extract_text_from_mem(file).unwrap().split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_is_written_can_be_read_in_every_script_of_the_typeface() {
        let names = "Nguyễn Thị Ánh Tuyết, Wałęsa, Ζωή Παπαδοπούλου, Юрий Щербаков, Ağaoğlu, Ōta";
        let file = render(&document(vec![
            Block::Title("Report #12".to_owned()),
            Block::Section("The account".to_owned()),
            Block::Paragraph(names.to_owned()),
            Block::Facts(vec![("Where".to_owned(), "Kitchen".to_owned())]),
        ]))
        .unwrap();
        let read = words(&file);
        for part in ["Report #12", "The account", names, "Where Kitchen", "Page 1 of 1", "Banksia Support"] {
            assert!(read.contains(part), "{part:?} in {read:?}");
        }
    }

    #[test]
    fn arabic_and_what_no_font_has_stop_nothing() {
        let text = "Fatima فاطمة الزهراء said \u{1F600} \u{4E2D}\u{6587}\tand\u{0} left.";
        let file = render(&document(vec![Block::Paragraph(text.to_owned())])).unwrap();
        let read = words(&file);
        assert!(read.contains("Fatima") && read.contains("left."), "{read:?}");
    }

    #[test]
    fn a_long_text_goes_on_over_pages_and_loses_nothing() {
        let text: String = (0..6_000).map(|number| format!("word{number} ")).collect();
        let file =
            render(&document(vec![Block::Section("Before".to_owned()), Block::Paragraph(text.clone())])).unwrap();
        let pages = Reader::load_mem(&file).unwrap().get_pages().len();
        assert!(pages > 5, "{pages} pages");
        let read = words(&file);
        for number in [0, 1, 2_999, 5_999] {
            assert!(read.contains(&format!("word{number} ")), "word {number}");
        }
        assert!(read.contains(&format!("Page {pages} of {pages}")));
    }

    #[test]
    fn a_word_longer_than_a_line_is_broken_and_an_empty_document_is_a_page() {
        let file = render(&document(vec![Block::Paragraph("x".repeat(5_000))])).unwrap();
        assert_eq!(words(&file).matches('x').count(), 5_000);
        let file = render(&document(Vec::new())).unwrap();
        assert_eq!(Reader::load_mem(&file).unwrap().get_pages().len(), 1);
    }
}
