//! DejaVu Sans: free, and with the letters of most languages that people in Australia write their names
//! in (Latin with all its marks, Greek, Cyrillic, Arabic, Hebrew, Armenian, Georgian). What it lacks,
//! such as Chinese, is shown as a box.

use krilla::text::Font;
use rustybuzz::{Direction, Face as Shaper, UnicodeBuffer};

/// The two weights that documents use.
pub struct Typeface {
    pub regular: Face,
    pub bold: Face,
}

/// One weight.
pub struct Face {
    pub font: Font,
    shaper: Shaper<'static>,
    units_per_em: f32,
}

impl Typeface {
    /// From the fonts in the program; nothing if they can't be read.
    pub fn load() -> Option<Self> {
        Some(Self { regular: Face::load(dejavu::sans::regular())?, bold: Face::load(dejavu::sans::bold())? })
    }
}

impl Face {
    fn load(data: &'static [u8]) -> Option<Self> {
        let shaper = Shaper::from_slice(data, 0)?;
        let font = Font::new(data.into(), 0)?;
        let units_per_em = font.units_per_em();
        (units_per_em > 0.0).then_some(Self { font, shaper, units_per_em })
    }

    /// How wide the text is in points at `size`, letter beside letter: never less than once it is drawn,
    /// apart from a few pairs of letters that kerning moves.
    pub fn width(&self, text: &str, size: f32) -> f32 {
        text.chars().map(|letter| self.advance(letter)).sum::<f32>() * size / self.units_per_em
    }

    fn advance(&self, letter: char) -> f32 {
        let glyph = self.shaper.glyph_index(letter).unwrap_or_default();
        self.shaper.glyph_hor_advance(glyph).map_or(0.0, f32::from)
    }

    /// How wide one run of a line is in points once its letters are joined.
    pub fn shaped_width(&self, run: &str, is_rtl: bool, size: f32) -> f32 {
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(run);
        buffer.guess_segment_properties();
        buffer.set_direction(if is_rtl { Direction::RightToLeft } else { Direction::LeftToRight });
        let shaped = rustybuzz::shape(&self.shaper, &[], buffer);
        let advances =
            shaped.glyph_positions().iter().map(|glyph| i16::try_from(glyph.x_advance).map_or(0.0, f32::from));
        advances.sum::<f32>() * size / self.units_per_em
    }
}
