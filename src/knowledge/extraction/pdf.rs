//! PDF: the characters of each page, put together to lines, paragraphs and headings.

mod layout;
mod lines;

use super::{PageStart, ReadingFault, Text};
use layout::Layout;
use lines::{Line, LineCollector};
use pdf_extract::{Document, output_doc_page};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Programs put other things first now and then; readers look this far.
const HEAD_BYTES: usize = 1024;

pub fn read(file: &[u8]) -> Result<Text, ReadingFault> {
    let head = file.get(..HEAD_BYTES.min(file.len())).unwrap_or_default();
    if !head.windows(5).any(|window| window == b"%PDF-") {
        return Err(ReadingFault::WrongType);
    }
    let document = open(file)?;
    let numbers: Vec<u32> = document.get_pages().keys().copied().collect();
    if numbers.is_empty() {
        return Err(ReadingFault::Damaged);
    }
    let pages: Vec<_> = numbers.iter().map(|number| (*number, page_lines(&document, *number))).collect();
    if pages.iter().all(|(_, lines)| lines.is_none()) {
        return Err(ReadingFault::Damaged);
    }
    let pages: Vec<_> = pages.into_iter().map(|(number, lines)| (number, lines.unwrap_or_default())).collect();
    Ok(compose(&pages))
}

fn open(file: &[u8]) -> Result<Document, ReadingFault> {
    let mut document = Document::load_mem(file).map_err(|_| ReadingFault::Damaged)?;
    if document.is_encrypted() {
        // Many are locked against changes only and open without a password.
        document.authenticate_password("").map_err(|_| ReadingFault::PasswordProtected)?;
        document.decrypt("").map_err(|_| ReadingFault::PasswordProtected)?;
    }
    Ok(document)
}

/// A page that one reader stumbles over is read by the simpler one; nothing if neither can.
fn page_lines(document: &Document, number: u32) -> Option<Vec<Line>> {
    let read = catch_unwind(AssertUnwindSafe(|| {
        let mut collector = LineCollector::default();
        output_doc_page(document, &mut collector, number).is_ok().then(|| collector.into_lines())
    }));
    if let Ok(Some(lines)) = read {
        return Some(lines);
    }
    let read = catch_unwind(AssertUnwindSafe(|| document.extract_text(&[number]).ok()));
    read.ok().flatten().map(|text| lines::plain_lines(&text))
}

fn compose(pages: &[(u32, Vec<Line>)]) -> Text {
    let layout = Layout::of(pages.iter().map(|(_, lines)| lines.as_slice()));
    let mut text = Text::default();
    for (number, lines) in pages {
        let page = layout.write(lines);
        if !text.markdown.is_empty() && !page.is_empty() {
            text.markdown.push_str("\n\n");
        }
        let number = i32::try_from(*number).unwrap_or(i32::MAX);
        text.pages.push(PageStart { number, offset: text.markdown.len() });
        text.markdown.push_str(&page);
    }
    text
}
