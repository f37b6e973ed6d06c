//! Documents and passages as they are read on a page: their text as HTML that is safe to show.

use super::{
    document::FileType,
    hit::WordsOnly,
    record::{DocumentDetails, DocumentList, DocumentRow},
};
use crate::{
    error::AppError,
    ids::{ChunkId, DocumentId},
};
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// Passages that one search shows.
pub const SHOWN_PASSAGES: usize = 20;
/// Longer queries are cut.
const MAX_QUERY_CHARACTERS: usize = 300;

/// A document to read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// Its `sections` are empty: they are below.
    pub details: DocumentDetails,
    pub sections: Vec<SectionReading>,
    pub time_zone: Tz,
    pub now: DateTime<Utc>,
}

/// The text under one heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SectionReading {
    pub id: ChunkId,
    /// The headings above, joined by " > ".
    pub heading: String,
    pub page: Option<i32>,
    /// Id and HTML of each passage.
    pub passages: Vec<(ChunkId, String)>,
}

/// A passage in the text around it, as HTML.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassageReading {
    pub document: DocumentRow,
    pub chunk_id: ChunkId,
    /// The place of its section in the document, from 0.
    pub section: i32,
    pub heading: String,
    pub page: Option<i32>,
    pub before: String,
    pub passage: String,
    pub after: String,
}

/// A search as an address has it; unknown or broken values count as not set.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SearchForm {
    pub q: String,
    pub tag: String,
    /// A [`FileType`].
    pub file_type: String,
    /// A day, `2026-11-20`: only documents changed since then.
    pub since: String,
}

impl SearchForm {
    /// What is looked for, on one line.
    pub fn text(&self) -> String {
        self.q.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(MAX_QUERY_CHARACTERS).collect()
    }

    pub fn file_type(&self) -> Option<FileType> {
        FileType::parse(&self.file_type)
    }

    /// The day, or what is wrong with it at its field.
    pub fn since(&self) -> Result<Option<NaiveDate>, AppError> {
        if self.since.trim().is_empty() {
            return Ok(None);
        }
        NaiveDate::parse_from_str(self.since.trim(), "%Y-%m-%d")
            .map(Some)
            .map_err(|_| AppError::field("since", "Enter a day like 2026-11-20."))
    }
}

/// What a search found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Found {
    /// The best first.
    pub passages: Vec<FoundPassage>,
    pub words_only: Option<WordsOnly>,
    /// Documents with these words in their title, and what the filters offer.
    pub titled: DocumentList,
}

/// A passage that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundPassage {
    pub document_id: DocumentId,
    pub document_title: String,
    pub file_type: FileType,
    pub tags: Vec<String>,
    pub is_shared: bool,
    pub updated_at: DateTime<Utc>,
    pub chunk_id: ChunkId,
    pub heading: String,
    pub page: Option<i32>,
    /// HTML with the words in `<mark>`.
    pub text: String,
    /// Where the words stand in the passage, for a link to it.
    pub marks: Vec<(usize, usize)>,
}

#[cfg(test)]
mod tests {
    use super::SearchForm;

    #[test]
    fn a_query_is_one_line_of_bearable_length() {
        let form = SearchForm { q: format!("  on\n call {}", "x".repeat(400)), ..SearchForm::default() };
        assert!(form.text().starts_with("on call xxx"));
        assert_eq!(form.text().chars().count(), 300);
    }

    #[test]
    fn a_day_that_is_none_is_said_at_its_field() {
        let since = |since: &str| SearchForm { since: since.into(), ..SearchForm::default() }.since();
        assert_eq!(since(" "), Ok(None));
        assert!(since("2026-11-20").is_ok_and(|day| day.is_some()));
        assert!(since("20/11").expect_err("no day").at("since").is_some());
    }
}
