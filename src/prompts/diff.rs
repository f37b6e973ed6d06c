//! The differences between two templates: lines beside each other, changed words marked.

use super::comparison::{DiffKind, DiffLine, DiffRow, Piece};
use similar::{ChangeTag, DiffOp, TextDiff};

/// Lines that share less than this don't stand in for each other: one goes, another comes.
const RESEMBLANCE: f32 = 0.4;

/// The rows that lead from one text to the other.
pub fn side_by_side(before: &str, after: &str) -> Vec<DiffRow> {
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let diff = TextDiff::from_slices(&old, &new);
    let mut rows = Vec::new();
    for op in diff.ops() {
        match *op {
            DiffOp::Equal { old_index, new_index, len } => {
                rows.extend((0..len).map(|place| same(&old, old_index + place, new_index + place)));
            }
            DiffOp::Delete { old_index, old_len, .. } => {
                rows.extend((old_index..old_index + old_len).map(|place| removed(&old, place)));
            }
            DiffOp::Insert { new_index, new_len, .. } => {
                rows.extend((new_index..new_index + new_len).map(|place| added(&new, place)));
            }
            DiffOp::Replace { old_index, old_len, new_index, new_len } => {
                rows.extend(replaced(&old, old_index..old_index + old_len, &new, new_index..new_index + new_len));
            }
        }
    }
    rows
}

/// Pairs the lines of a replaced stretch in their order, as long as they resemble each other.
fn replaced(
    old: &[&str],
    mut old_places: std::ops::Range<usize>,
    new: &[&str],
    mut new_places: std::ops::Range<usize>,
) -> Vec<DiffRow> {
    let mut rows = Vec::new();
    loop {
        match (old_places.next(), new_places.next()) {
            (Some(before), Some(after)) => match changed(old, before, new, after) {
                Some(row) => rows.push(row),
                None => rows.extend([removed(old, before), added(new, after)]),
            },
            (Some(before), None) => rows.push(removed(old, before)),
            (None, Some(after)) => rows.push(added(new, after)),
            (None, None) => return rows,
        }
    }
}

/// One line in the place of another, word by word; nothing if they have too little in common.
fn changed(old: &[&str], before: usize, new: &[&str], after: usize) -> Option<DiffRow> {
    let (old_text, new_text) = (old.get(before)?, new.get(after)?);
    let words = TextDiff::from_words(*old_text, *new_text);
    if words.ratio() < RESEMBLANCE {
        return None;
    }
    let (mut old_pieces, mut new_pieces) = (Vec::new(), Vec::new());
    for change in words.iter_all_changes() {
        match change.tag() {
            ChangeTag::Equal => {
                push(&mut old_pieces, change.value(), false);
                push(&mut new_pieces, change.value(), false);
            }
            ChangeTag::Delete => push(&mut old_pieces, change.value(), true),
            ChangeTag::Insert => push(&mut new_pieces, change.value(), true),
        }
    }
    Some(DiffRow {
        kind: DiffKind::Changed,
        before: Some(DiffLine { number: before + 1, pieces: old_pieces }),
        after: Some(DiffLine { number: after + 1, pieces: new_pieces }),
    })
}

fn push(pieces: &mut Vec<Piece>, text: &str, is_changed: bool) {
    match pieces.last_mut() {
        Some(last) if last.is_changed == is_changed => last.text.push_str(text),
        _ => pieces.push(Piece { text: text.to_owned(), is_changed }),
    }
}

fn same(old: &[&str], before: usize, after: usize) -> DiffRow {
    DiffRow { kind: DiffKind::Same, before: whole(old, before, before), after: whole(old, before, after) }
}

fn removed(old: &[&str], place: usize) -> DiffRow {
    DiffRow { kind: DiffKind::Removed, before: whole(old, place, place), after: None }
}

fn added(new: &[&str], place: usize) -> DiffRow {
    DiffRow { kind: DiffKind::Added, before: None, after: whole(new, place, place) }
}

/// A line without marks, counted as the `place`th of its own text.
fn whole(lines: &[&str], index: usize, place: usize) -> Option<DiffLine> {
    let text = (*lines.get(index)?).to_owned();
    Some(DiffLine { number: place + 1, pieces: vec![Piece { text, is_changed: false }] })
}

#[cfg(test)]
mod tests {
    use super::side_by_side;
    use crate::prompts::comparison::{DiffKind, DiffLine, DiffRow};
    use proptest::prelude::*;

    fn line(line: &DiffLine) -> String {
        line.pieces
            .iter()
            .map(|piece| if piece.is_changed { format!("[{}]", piece.text) } else { piece.text.clone() })
            .collect()
    }

    fn read(rows: &[DiffRow]) -> Vec<String> {
        rows.iter()
            .map(|row| {
                let side = |side: &Option<DiffLine>| side.as_ref().map(line).unwrap_or_default();
                let sign = match row.kind {
                    DiffKind::Same => "=",
                    DiffKind::Changed => "~",
                    DiffKind::Removed => "-",
                    DiffKind::Added => "+",
                };
                format!("{sign} {} | {}", side(&row.before), side(&row.after))
            })
            .collect()
    }

    #[test]
    fn changed_words_are_marked_in_lines_that_resemble_each_other() {
        let before = "Ask 3 to 5 questions.\nKeep it short.\nNever suggest an answer.\nThe end.";
        let after = "Ask 3 to 4 open questions.\nNever suggest an answer.\nBe kind.\nThe end.";
        assert_eq!(
            read(&side_by_side(before, after)),
            [
                "~ Ask 3 to [5] questions. | Ask 3 to [4 open] questions.",
                "- Keep it short. | ",
                "= Never suggest an answer. | Never suggest an answer.",
                "+  | Be kind.",
                "= The end. | The end.",
            ]
        );
    }

    #[test]
    fn lines_without_anything_in_common_are_no_pair() {
        assert_eq!(
            read(&side_by_side("All about cats.", "Return JSON only, please")),
            ["- All about cats. | ", "+  | Return JSON only, please"]
        );
    }

    proptest! {
        #[test]
        fn both_texts_can_be_read_from_the_rows(before in "([a-c ]{0,6}\n){0,8}", after in "([a-c ]{0,6}\n){0,8}") {
            let rows = side_by_side(&before, &after);
            let text = |side: fn(&DiffRow) -> Option<&DiffLine>| {
                let lines: Vec<String> = rows
                    .iter()
                    .filter_map(side)
                    .map(|line| line.pieces.iter().map(|piece| piece.text.as_str()).collect())
                    .collect();
                lines
            };
            prop_assert_eq!(text(|row| row.before.as_ref()), before.lines().collect::<Vec<_>>());
            prop_assert_eq!(text(|row| row.after.as_ref()), after.lines().collect::<Vec<_>>());
            let numbers: Vec<_> = rows.iter().filter_map(|row| row.after.as_ref()).map(|line| line.number).collect();
            prop_assert_eq!(numbers, (1..=after.lines().count()).collect::<Vec<_>>());
        }
    }
}
