//! Which documents a list shows.

use super::document::FileType;
use crate::{incidents::narrative::clean_line, text_enum::text_enum};
use serde::{Deserialize, Serialize};

text_enum! {
    /// Documents in one state. Without one: all that aren't archived.
    StatusFilter {
        Ready = "ready", "Ready";
        Waiting = "waiting", "Being read";
        Failed = "failed", "Couldn't be read";
        Archived = "archived", "Archived";
    }
}

/// The filters as an address has them, all text; an empty one, or one that isn't known, filters nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DocumentFilterForm {
    /// A part of the title.
    pub title: String,
    pub tag: String,
    /// A [`FileType`].
    pub file_type: String,
    /// A [`StatusFilter`].
    pub status: String,
}

/// The filters, parsed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DocumentFilter {
    pub title: Option<String>,
    pub tag: Option<String>,
    pub file_type: Option<FileType>,
    pub status: Option<StatusFilter>,
}

impl DocumentFilter {
    pub fn parse(form: &DocumentFilterForm) -> Self {
        let text = |text: &str| Some(clean_line(text)).filter(|text| !text.is_empty());
        Self {
            title: text(&form.title),
            tag: text(&form.tag).map(|tag| tag.to_lowercase()),
            file_type: FileType::parse(form.file_type.trim()),
            status: StatusFilter::parse(form.status.trim()),
        }
    }
}
