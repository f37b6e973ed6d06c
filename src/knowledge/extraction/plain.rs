//! Plain text and Markdown: finding out how it is encoded.

use super::ReadingFault;
use encoding_rs::{UTF_16BE, UTF_16LE, WINDOWS_1252};

/// How files of other kinds begin.
const OTHER_KINDS: [&[u8]; 6] = [b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x89PNG", b"\xff\xd8\xff", b"{\\rtf"];
/// How much of a file is looked at for signs that no text has.
const HEAD_BYTES: usize = 64 * 1024;

/// The text: UTF-8, UTF-16 if it says so at its beginning, else as older Windows programs write it.
pub fn decode(file: &[u8]) -> Result<String, ReadingFault> {
    if let Some(text) = decode_utf_16(file) {
        return Ok(text);
    }
    let head = file.get(..HEAD_BYTES.min(file.len())).unwrap_or_default();
    if OTHER_KINDS.iter().any(|kind| file.starts_with(kind)) || head.contains(&0) {
        return Err(ReadingFault::WrongType);
    }
    let file = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
    Ok(match std::str::from_utf8(file) {
        Ok(text) => text.to_owned(),
        Err(_) => WINDOWS_1252.decode_without_bom_handling(file).0.into_owned(),
    })
}

fn decode_utf_16(file: &[u8]) -> Option<String> {
    let encoding = match file {
        [0xff, 0xfe, ..] => UTF_16LE,
        [0xfe, 0xff, ..] => UTF_16BE,
        _ => return None,
    };
    let (text, is_broken) = encoding.decode_with_bom_removal(file);
    (!is_broken).then(|| text.into_owned())
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn text_is_read_however_it_is_encoded() {
        let text = "Café – “call” 2°";
        let utf_16 = |order: fn(u16) -> [u8; 2], mark: &[u8]| -> Vec<u8> {
            mark.iter().copied().chain(text.encode_utf16().flat_map(order)).collect()
        };
        for file in [
            text.as_bytes().to_vec(),
            [b"\xef\xbb\xbf", text.as_bytes()].concat(),
            b"Caf\xe9 \x96 \x93call\x94 2\xb0".to_vec(),
            utf_16(u16::to_le_bytes, b"\xff\xfe"),
            utf_16(u16::to_be_bytes, b"\xfe\xff"),
        ] {
            assert_eq!(decode(&file).as_deref(), Ok(text), "{file:x?}");
        }
    }
}
