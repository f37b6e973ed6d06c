//! From characters at places to lines.

use crate::incidents::narrative::clean_line;
use pdf_extract::{MediaBox, OutputDev, OutputError, Transform};

/// A line of a page.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Line {
    pub text: String,
    /// Of its letters, in points.
    pub size: f64,
    /// How far up on the page, in points.
    pub y: f64,
}

/// Takes the characters of a page in the order in which it draws them.
#[derive(Default)]
pub struct LineCollector {
    lines: Vec<Line>,
    /// Where the last character ended.
    end: f64,
    is_word_start: bool,
}

impl LineCollector {
    /// The lines that have text.
    pub fn into_lines(self) -> Vec<Line> {
        let lines = self.lines.into_iter().map(|line| Line { text: tidy(&line.text), ..line });
        lines.filter(|line| !line.text.is_empty()).collect()
    }

    fn put(&mut self, text: &str, x: f64, y: f64, size: f64) {
        let is_new = self.lines.last().is_none_or(|line| (y - line.y).abs() > 0.5 * size.max(line.size));
        let is_apart = self.is_word_start && (x > self.end + size * 0.12 || x < self.end - size);
        if is_new {
            self.lines.push(Line { text: String::new(), size, y });
        }
        if let Some(line) = self.lines.last_mut() {
            if is_apart && !is_new {
                line.text.push(' ');
            }
            line.text.push_str(text);
            line.size = line.size.max(size);
        }
    }
}

impl OutputDev for LineCollector {
    fn begin_page(&mut self, _: u32, _: &MediaBox, _: Option<(f64, f64, f64, f64)>) -> Result<(), OutputError> {
        Ok(())
    }

    fn end_page(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn output_character(
        &mut self,
        place: &Transform,
        width: f64,
        _spacing: f64,
        font_size: f64,
        text: &str,
    ) -> Result<(), OutputError> {
        // The side of a square as large as what a unit square of text becomes.
        let scale = (place.m11 * place.m22 - place.m12 * place.m21).abs().sqrt();
        let size = (scale * font_size).abs();
        if size.is_finite() && place.m31.is_finite() && place.m32.is_finite() {
            self.put(text, place.m31, place.m32, size);
            self.end = place.m31 + width * size;
        }
        self.is_word_start = false;
        Ok(())
    }

    fn begin_word(&mut self) -> Result<(), OutputError> {
        self.is_word_start = true;
        Ok(())
    }

    fn end_word(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn end_line(&mut self) -> Result<(), OutputError> {
        Ok(())
    }
}

/// Lines of a text that comes without places: all alike, each below the one before.
pub fn plain_lines(text: &str) -> Vec<Line> {
    let lines = text.lines().scan(0.0, |y, line| {
        *y -= if line.trim().is_empty() { 3.0 } else { 1.2 };
        Some(Line { text: tidy(line), size: 1.0, y: *y })
    });
    lines.filter(|line| !line.text.is_empty()).collect()
}

/// Without soft hyphens and double spaces, and with letters for ligatures.
fn tidy(text: &str) -> String {
    let mut tidied = String::with_capacity(text.len());
    for c in clean_line(text).chars() {
        match c {
            '\u{ad}' => {}
            '\u{fb00}' => tidied.push_str("ff"),
            '\u{fb01}' => tidied.push_str("fi"),
            '\u{fb02}' => tidied.push_str("fl"),
            '\u{fb03}' => tidied.push_str("ffi"),
            '\u{fb04}' => tidied.push_str("ffl"),
            _ => tidied.push(c),
        }
    }
    tidied.split_whitespace().collect::<Vec<_>>().join(" ")
}
