//! Files that people upload: what is taken, and what became of each.

use super::document::FileType;
use crate::{ids::DocumentId, text_enum::text_enum};
use serde::{Deserialize, Serialize};

/// The largest file that is taken.
pub const MAX_FILE_BYTES: u64 = 50 * 1024 * 1024;
/// The most files in one go.
pub const MAX_FILES: usize = 50;
/// The most bytes of all files together.
pub const MAX_UPLOAD_BYTES: usize = 500 * 1024 * 1024;
/// What a file field offers to choose.
pub const ACCEPTED_FILES: &str = ".pdf,.docx,.md,.markdown,.html,.htm,.txt";

impl FileType {
    /// What a file with this name should be.
    pub fn of_file_name(name: &str) -> Option<Self> {
        let (_, ending) = name.rsplit_once('.')?;
        match ending.to_ascii_lowercase().as_str() {
            "pdf" => Some(Self::Pdf),
            "docx" => Some(Self::Docx),
            "md" | "markdown" => Some(Self::Markdown),
            "html" | "htm" => Some(Self::Html),
            "txt" | "text" => Some(Self::Text),
            _ => None,
        }
    }
}

text_enum! {
    /// Why a file was not taken.
    Refusal {
        TooLarge = "too_large", "It's larger than 50 MB. Split it, or save it with smaller pictures.";
        Empty = "empty", "It's empty.";
        UnknownType = "unknown_type", "We can't read this kind of file. Use PDF, Word (.docx), Markdown, HTML or plain text.";
        TooMany = "too_many", "These are too many files for one go. Upload at most 50 at a time.";
        LongName = "long_name", "Its name is too long. Use at most 200 characters.";
    }
}

text_enum! {
    /// Why nothing of a form with files was taken; `problem` in the address after one without JavaScript.
    UploadProblem {
        NoFile = "files", "Choose a file.";
        TooMuch = "too_much", "Together these files are larger than 500 MB. Upload fewer at a time.";
        Tags = "tags", "Use at most 20 tags of at most 40 characters each.";
        Roles = "roles", "Choose roles from the list.";
        Stale = "stale", "Somebody changed this document since you opened it. Look at it, then try again.";
        NotPossible = "not_possible", "This document can't be replaced by this file. Restore it first if it is archived; edit it if it is an article.";
        Failed = "failed", "The upload didn't work. Try again.";
    }
}

/// What became of one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum FileOutcome {
    /// A new document that will be read now.
    Added {
        id: DocumentId,
    },
    /// A new version of the document that came from the same place.
    Replaced {
        id: DocumentId,
    },
    /// This very file is there already.
    Unchanged {
        id: DocumentId,
    },
    Refused {
        reason: Refusal,
    },
}

/// One uploaded file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadedFile {
    pub file_name: String,
    #[serde(flatten)]
    pub outcome: FileOutcome,
}

/// What became of all, in the order in which they were sent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadReport {
    pub files: Vec<UploadedFile>,
}

/// The same without names, as an address can carry it after an upload without JavaScript:
/// `added=2&replaced=0&unchanged=1&refused=3-too_large.5-empty`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadNotice {
    pub added: usize,
    pub replaced: usize,
    pub unchanged: usize,
    /// Which file, counted from 1, and why.
    pub refused: Vec<(usize, Refusal)>,
}

impl UploadReport {
    /// Whether any file is there now.
    pub fn has_any(&self) -> bool {
        self.files.iter().any(|file| !matches!(file.outcome, FileOutcome::Refused { .. }))
    }

    /// The report without names.
    pub fn notice(&self) -> UploadNotice {
        let mut notice = UploadNotice::default();
        for (index, file) in self.files.iter().enumerate() {
            match file.outcome {
                FileOutcome::Added { .. } => notice.added += 1,
                FileOutcome::Replaced { .. } => notice.replaced += 1,
                FileOutcome::Unchanged { .. } => notice.unchanged += 1,
                FileOutcome::Refused { reason } => notice.refused.push((index + 1, reason)),
            }
        }
        notice
    }
}

impl UploadNotice {
    /// The part of an address after the question mark.
    pub fn query(&self) -> String {
        let refused: Vec<_> =
            self.refused.iter().map(|(number, reason)| format!("{number}-{}", reason.as_str())).collect();
        let counts = format!("added={}&replaced={}&unchanged={}", self.added, self.replaced, self.unchanged);
        if refused.is_empty() { counts } else { format!("{counts}&refused={}", refused.join(".")) }
    }

    /// Reads an address: `parameter` gives a parameter's text. Nothing if it tells of no upload.
    pub fn from_query(parameter: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let count = |name: &str| parameter(name).and_then(|text| text.parse().ok()).unwrap_or(0);
        let refused = parameter("refused").unwrap_or_default();
        let refused = refused.split('.').filter_map(|entry| {
            let (number, reason) = entry.split_once('-')?;
            Some((number.parse().ok()?, Refusal::parse(reason)?))
        });
        let notice = Self {
            added: count("added"),
            replaced: count("replaced"),
            unchanged: count("unchanged"),
            refused: refused.collect(),
        };
        (notice != Self::default()).then_some(notice)
    }
}

#[cfg(test)]
mod tests {
    use super::{Refusal, UploadNotice};
    use crate::knowledge::document::FileType;
    use std::collections::BTreeMap;

    #[test]
    fn a_notice_travels_in_an_address() {
        let notice = UploadNotice {
            added: 2,
            replaced: 1,
            unchanged: 0,
            refused: vec![(3, Refusal::TooLarge), (5, Refusal::Empty)],
        };
        let query = notice.query();
        let parameters: BTreeMap<_, _> = query.split('&').filter_map(|pair| pair.split_once('=')).collect();
        assert_eq!(UploadNotice::from_query(|name| parameters.get(name).map(|text| (*text).to_owned())), Some(notice));
        assert_eq!(UploadNotice::from_query(|_| None), None);
        assert_eq!(UploadNotice::from_query(|_| Some("x-y.z".to_owned())), None);
    }

    #[test]
    fn a_name_says_what_a_file_should_be() {
        assert_eq!(FileType::of_file_name("Policy.v2.PDF"), Some(FileType::Pdf));
        assert_eq!(FileType::of_file_name("notes.htm"), Some(FileType::Html));
        for other in ["notes", "photo.jpg", "old.doc", ".", "pdf"] {
            assert_eq!(FileType::of_file_name(other), None, "{other}");
        }
    }
}
