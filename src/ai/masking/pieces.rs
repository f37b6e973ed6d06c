//! An answer that comes in pieces, restored as it comes: a placeholder may be cut in two.

use super::Masker;

/// What has come so far. No placeholder has white space in it, so that everything up to the last white
/// space can be restored for good.
#[derive(Default)]
pub struct RestoredPieces {
    waiting: String,
}

impl RestoredPieces {
    /// Takes in a piece; what of the text is certain now.
    pub fn push(&mut self, masker: &Masker, piece: &str) -> String {
        self.waiting.push_str(piece);
        let certain = self.waiting.rfind(char::is_whitespace).map_or(0, |place| {
            place + self.waiting.get(place..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8)
        });
        let rest = self.waiting.split_off(certain);
        masker.restore(&std::mem::replace(&mut self.waiting, rest))
    }

    /// The rest, once nothing more comes.
    pub fn end(self, masker: &Masker) -> String {
        masker.restore(&self.waiting)
    }
}

#[cfg(test)]
mod tests {
    use super::RestoredPieces;
    use crate::ai::masking::{KnownNames, Masker};
    use proptest::prelude::*;

    fn masker() -> (Masker, String) {
        let known = KnownNames { participants: vec!["Robin Hale".to_owned()], ..KnownNames::default() };
        let mut masker = Masker::new(&known);
        let masked = masker.mask("Ask Robin Hale, or Robin, or ring 0412 345 678. [1]\nThen rest.");
        (masker, masked)
    }

    #[test]
    fn no_half_placeholder_is_ever_seen() {
        let (masker, masked) = masker();
        assert!(!masked.contains("Robin"), "{masked}");
        let mut pieces = RestoredPieces::default();
        for letter in masked.chars() {
            let certain = pieces.push(&masker, &letter.to_string());
            assert!(!certain.contains("PERSON") && !certain.contains("PHONE"), "{certain}");
        }
    }

    proptest! {
        #[test]
        fn in_pieces_and_at_once_are_the_same(cuts in proptest::collection::vec(0_usize..80, 0..8)) {
            let (masker, masked) = masker();
            let mut places: Vec<usize> =
                cuts.into_iter().map(|cut| cut.min(masked.len())).filter(|cut| masked.is_char_boundary(*cut)).collect();
            places.extend([0, masked.len()]);
            places.sort_unstable();
            let mut pieces = RestoredPieces::default();
            let mut text = String::new();
            for pair in places.windows(2) {
                text.push_str(&pieces.push(&masker, &masked[pair[0]..pair[1]]));
            }
            text.push_str(&pieces.end(&masker));
            prop_assert_eq!(text, masker.restore(&masked));
        }
    }
}
