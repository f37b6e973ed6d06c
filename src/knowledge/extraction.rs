//! From a file to text. The parsers run in a process of their own (`child.rs`), because files come from
//! anywhere: one that is broken, or built to harm, fails alone and says why.

pub mod child;
mod docx;
mod html;
mod pdf;
mod plain;
pub mod process;

use super::{
    chunking::{self, Cut},
    document::FileType,
};
use crate::{incidents::narrative::clean_text, text_enum::text_enum};

/// The most text that a document may hold, in bytes.
const MAX_TEXT_BYTES: usize = 8 * 1024 * 1024;
const MAX_PASSAGES: usize = 20_000;

/// A file's text, in Markdown as far as its headings and lists are known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Text {
    pub markdown: String,
    /// Of a PDF, in order.
    pub pages: Vec<PageStart>,
}

/// Where a page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageStart {
    /// From 1.
    pub number: i32,
    /// In bytes of the text.
    pub offset: usize,
}

text_enum! {
    /// Why a file can't be read. Trying again doesn't help.
    ReadingFault {
        PasswordProtected = "password_protected", "It's protected with a password. Save a copy without a password and upload that.";
        Scanned = "scanned", "It holds pictures of pages but no text. Use a version with text, or have its text recognised (OCR) first.";
        NoText = "no_text", "There is no text in it.";
        WrongType = "wrong_type", "Its content isn't what its name says. Save it again in the right format and upload that.";
        OldWord = "old_word", "It's in Word's old format (.doc). Save it as .docx and upload that.";
        Damaged = "damaged", "It's damaged, or not built as its format should be. Open it, save it again and upload that.";
        ZipBomb = "zip_bomb", "It would unpack to far more than a document should. Save it again without large attachments.";
        TooMuchText = "too_much_text", "It holds more text than we can read in one document. Split it into several.";
        TooDemanding = "too_demanding", "Reading it takes more time or memory than we allow. Split it into smaller documents.";
    }
}

/// Reads a file and cuts its text. Runs for as long as the file makes it, so only where that is bounded.
pub fn read(file_type: FileType, file: Vec<u8>) -> Result<Cut, ReadingFault> {
    let text = match file_type {
        FileType::Pdf => pdf::read(&file)?,
        FileType::Docx => whole(docx::read(file)?),
        FileType::Html => whole(html::read(&file)?),
        FileType::Markdown | FileType::Text | FileType::Article => whole(plain::decode(&file)?),
    };
    if text.markdown.len() > MAX_TEXT_BYTES {
        return Err(ReadingFault::TooMuchText);
    }
    let cut = chunking::cut(&text);
    match cut.passage_count() {
        0 if file_type == FileType::Pdf => Err(ReadingFault::Scanned),
        0 => Err(ReadingFault::NoText),
        1..=MAX_PASSAGES => Ok(cut),
        _ => Err(ReadingFault::TooMuchText),
    }
}

/// A text without pages, without what PostgreSQL can't keep.
fn whole(markdown: String) -> Text {
    Text { markdown: clean_text(&markdown), pages: Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::{ReadingFault, read};
    use crate::knowledge::document::FileType;

    fn fault(file_type: FileType, file: &[u8]) -> ReadingFault {
        read(file_type, file.to_vec()).expect_err("it can't be read")
    }

    #[test]
    fn a_file_that_is_something_else_is_told_so() {
        let old_word = [&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1][..], &[0; 600]].concat();
        let protected: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
        for (file_type, file, expected) in [
            (FileType::Pdf, &b"Hello"[..], ReadingFault::WrongType),
            (FileType::Pdf, b"PK\x03\x04 a Word file", ReadingFault::WrongType),
            (FileType::Docx, b"%PDF-1.7", ReadingFault::WrongType),
            (FileType::Docx, b"PK\x03\x04 torn", ReadingFault::Damaged),
            (FileType::Docx, &old_word, ReadingFault::OldWord),
            (FileType::Docx, &[&old_word[..], &protected].concat(), ReadingFault::PasswordProtected),
            (FileType::Text, b"%PDF-1.7 ...", ReadingFault::WrongType),
            (FileType::Markdown, b"one\0two", ReadingFault::WrongType),
            (FileType::Html, b"\x89PNG\r\n\x1a\n", ReadingFault::WrongType),
            (FileType::Text, b" \n\t ", ReadingFault::NoText),
            (FileType::Html, b"<html><script>let a = 1</script></html>", ReadingFault::NoText),
            (FileType::Pdf, b"%PDF-1.7\n torn", ReadingFault::Damaged),
        ] {
            assert_eq!(fault(file_type, file), expected, "{file_type:?} {}", String::from_utf8_lossy(file));
        }
    }

    #[test]
    fn reasons_are_sentences_that_fit_the_table() {
        for fault in ReadingFault::ALL {
            assert!(fault.label().ends_with('.') && fault.label().len() <= 300);
        }
    }

    #[test]
    fn more_text_than_is_allowed_is_refused() {
        let line = "Another line of a text that never ends.\n";
        assert_eq!(fault(FileType::Text, line.repeat(220_000).as_bytes()), ReadingFault::TooMuchText);
    }
}
