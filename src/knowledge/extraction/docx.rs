//! Word documents. They are zip archives, so what they unpack to is measured before a parser sees them.

use super::ReadingFault;
use std::io::{Cursor, Read, sink};
use undoc::{
    docx::DocxParser,
    render::{RenderOptions, to_markdown},
};
use zip::ZipArchive;

/// Everything in the archive together. A file of 50 MB is mostly pictures, which hardly shrink.
const MAX_UNPACKED_BYTES: u64 = 300 * 1024 * 1024;
/// What the parser reads as text.
const MAX_PART_BYTES: u64 = 100 * 1024 * 1024;
const MAX_PARTS: usize = 20_000;
/// How a zip archive begins, and the container that Word's old format and protected documents share.
const ZIP: &[u8] = b"PK";
const COMPOUND: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

pub fn read(file: Vec<u8>) -> Result<String, ReadingFault> {
    if file.starts_with(COMPOUND) {
        let is_protected = contains(&file, &utf_16("EncryptedPackage"));
        return Err(if is_protected { ReadingFault::PasswordProtected } else { ReadingFault::OldWord });
    }
    if !file.starts_with(ZIP) {
        return Err(ReadingFault::WrongType);
    }
    measure(&file)?;
    let document = DocxParser::from_bytes(file).and_then(|mut parser| parser.parse());
    let options = RenderOptions::new().with_images(false).with_max_heading(6);
    let markdown = document.and_then(|document| to_markdown(&document, &options));
    markdown.map_err(|_| ReadingFault::Damaged)
}

/// Unpacks everything to nowhere, within limits: what an archive says of its sizes need not be true.
fn measure(file: &[u8]) -> Result<(), ReadingFault> {
    let mut archive = ZipArchive::new(Cursor::new(file)).map_err(|_| ReadingFault::Damaged)?;
    if archive.index_for_name("word/document.xml").is_none() {
        return Err(ReadingFault::WrongType);
    }
    if archive.len() > MAX_PARTS || archive.decompressed_size().is_some_and(|size| size > MAX_UNPACKED_BYTES.into()) {
        return Err(ReadingFault::ZipBomb);
    }
    let mut unpacked = 0;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(|_| ReadingFault::Damaged)?;
        let limit =
            if part.name().is_ok_and(|name| name.ends_with(".xml")) { MAX_PART_BYTES } else { MAX_UNPACKED_BYTES };
        let limit = limit.min(MAX_UNPACKED_BYTES - unpacked);
        let size = std::io::copy(&mut part.take(limit + 1), &mut sink()).map_err(|_| ReadingFault::Damaged)?;
        if size > limit {
            return Err(ReadingFault::ZipBomb);
        }
        unpacked += size;
    }
    Ok(())
}

fn utf_16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}
