//! Two versions beside each other, line by line.

use super::prompt::Version;
use serde::{Deserialize, Serialize};

/// Unchanged lines around a change that stay in sight; longer stretches are folded.
const CONTEXT: usize = 3;

/// Two versions of one step and what lies between them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    pub before: Version,
    pub after: Version,
    pub settings: Vec<Setting>,
    pub rows: Vec<DiffRow>,
}

/// What else a version says, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setting {
    pub label: String,
    pub before: String,
    pub after: String,
}

/// One row of the templates side by side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiffRow {
    pub kind: DiffKind,
    pub before: Option<DiffLine>,
    pub after: Option<DiffLine>,
}

/// What happened to the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DiffKind {
    Same,
    /// A line took the place of another that it resembles.
    Changed,
    Removed,
    Added,
}

/// A line of one of the two templates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiffLine {
    /// Counts from 1.
    pub number: usize,
    pub pieces: Vec<Piece>,
}

/// A part of a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    pub text: String,
    /// The other line doesn't have it.
    pub is_changed: bool,
}

/// Rows that are shown, or a long stretch of unchanged ones that opens on demand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stretch {
    Shown(Vec<DiffRow>),
    Folded(Vec<DiffRow>),
}

impl Comparison {
    /// Whether the templates are the same, letter by letter.
    pub fn has_same_text(&self) -> bool {
        self.rows.iter().all(|row| row.kind == DiffKind::Same)
    }
}

/// Folds what is far from any change.
pub fn fold(rows: Vec<DiffRow>) -> Vec<Stretch> {
    let is_near = |place: usize| {
        let around = place.saturating_sub(CONTEXT)..(place + CONTEXT + 1).min(rows.len());
        rows[around].iter().any(|row| row.kind != DiffKind::Same)
    };
    let near: Vec<bool> = (0..rows.len()).map(is_near).collect();
    let mut stretches: Vec<Stretch> = Vec::new();
    for (row, is_near) in rows.into_iter().zip(near) {
        match (stretches.last_mut(), is_near) {
            (Some(Stretch::Shown(rows)), true) | (Some(Stretch::Folded(rows)), false) => rows.push(row),
            (_, true) => stretches.push(Stretch::Shown(vec![row])),
            (_, false) => stretches.push(Stretch::Folded(vec![row])),
        }
    }
    stretches
}

#[cfg(test)]
mod tests {
    use super::{DiffKind, DiffRow, Stretch, fold};

    fn row(kind: DiffKind) -> DiffRow {
        DiffRow { kind, before: None, after: None }
    }

    #[test]
    fn what_is_far_from_any_change_is_folded() {
        let mut rows = vec![row(DiffKind::Same); 10];
        rows.push(row(DiffKind::Added));
        rows.extend(vec![row(DiffKind::Same); 2]);
        let lengths: Vec<_> = fold(rows)
            .iter()
            .map(|stretch| match stretch {
                Stretch::Shown(rows) => ("shown", rows.len()),
                Stretch::Folded(rows) => ("folded", rows.len()),
            })
            .collect();
        assert_eq!(lengths, [("folded", 7), ("shown", 6)]);
        assert_eq!(fold(Vec::new()), Vec::new());
    }
}
