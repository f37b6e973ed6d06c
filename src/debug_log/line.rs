//! Lines of the debug log and what narrows them.

use crate::{
    address::encode,
    ids::{CorrelationId, DebugLogId},
    jobs::job::JobRow,
    text_enum::text_enum,
    usage::ledger::TracedCall,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Lines on one page.
pub const PAGE_SIZE: usize = 50;

text_enum! {
    /// How bad it is.
    LogLevel {
        Error = "error", "Error";
        Warn = "warn", "Warning";
        Info = "info", "Information";
    }
}

impl LogLevel {
    /// How long a line is kept at most, in days; an organisation may want less.
    pub const fn days_kept(self) -> i32 {
        match self {
            Self::Error => 90,
            Self::Warn => 30,
            Self::Info => 7,
        }
    }
}

/// The parts of the server, as lines name them, with what people call them.
pub const SYSTEMS: [(&str, &str); 11] = [
    ("accounts", "Signing in"),
    ("ai", "AI"),
    ("audit", "Audit trail"),
    ("chat", "Chat"),
    ("connections", "Connections"),
    ("error", "Database"),
    ("incidents", "Reports"),
    ("jobs", "Background work"),
    ("knowledge", "Knowledge"),
    ("platform", "Server"),
    ("usage", "AI usage"),
];

/// What people call a part of the server.
pub fn system_label(system: &str) -> String {
    SYSTEMS
        .iter()
        .find(|(name, _)| *name == system)
        .map_or_else(|| system.replace('_', " "), |(_, label)| (*label).to_owned())
}

/// One line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LogLine {
    pub id: DebugLogId,
    pub occurred_at: DateTime<Utc>,
    pub trace_id: Option<CorrelationId>,
    pub level: LogLevel,
    pub system: String,
    pub message: String,
    pub context: Value,
    pub stack: Option<String>,
}

/// One page of the log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LogPage {
    /// Newest first.
    pub lines: Vec<LogLine>,
    /// The cursor of the next page.
    pub next: Option<String>,
}

/// Everything that is known of one trace.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TracePage {
    pub id: CorrelationId,
    /// Oldest first.
    pub lines: Vec<LogLine>,
    pub jobs: Vec<JobRow>,
    pub calls: Vec<TracedCall>,
}

/// The log's state as its address has it; unknown or broken values count as not set.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LogFilter {
    /// A [`LogLevel`].
    pub level: String,
    /// One of [`SYSTEMS`].
    pub system: String,
    /// A trace's id or its reference: then only that trace is shown.
    pub trace: String,
    /// The cursor of the line that the page comes after.
    pub after: String,
}

/// A place in the log: after the line with this time and id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    pub at: DateTime<Utc>,
    pub id: DebugLogId,
}

impl Cursor {
    /// As addresses write it.
    pub fn write(self) -> String {
        format!("{}_{}", self.at.timestamp_micros(), self.id)
    }

    fn read(text: &str) -> Option<Self> {
        let (at, id) = text.split_once('_')?;
        Some(Self { at: DateTime::from_timestamp_micros(at.parse().ok()?)?, id: id.parse().ok()? })
    }
}

/// How somebody names a trace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TraceName {
    Id(CorrelationId),
    /// The last eight characters.
    Reference(String),
}

impl TraceName {
    /// Reads what people paste, such as "Reference 3F2A91C0".
    pub fn parse(text: &str) -> Option<Self> {
        let word = text.split_whitespace().last()?.to_lowercase();
        if let Ok(id) = word.parse() {
            return Some(Self::Id(id));
        }
        (word.len() == 8 && word.chars().all(|letter| letter.is_ascii_hexdigit())).then_some(Self::Reference(word))
    }
}

impl LogFilter {
    /// The level, if one is chosen.
    pub fn level(&self) -> Option<LogLevel> {
        LogLevel::parse(&self.level)
    }

    /// The part of the server, if one is chosen.
    pub fn system(&self) -> Option<&str> {
        SYSTEMS.iter().map(|(name, _)| *name).find(|name| *name == self.system)
    }

    /// Where the page begins.
    pub fn after(&self) -> Option<Cursor> {
        Cursor::read(&self.after)
    }

    /// Whether anything narrows the log.
    pub fn is_narrowed(&self) -> bool {
        self.level().is_some() || self.system().is_some()
    }

    /// The filter as the query part of an address, without what isn't set.
    pub fn query(&self) -> String {
        let pairs = [("level", &self.level), ("system", &self.system), ("trace", &self.trace), ("after", &self.after)];
        let set: Vec<_> = pairs
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| format!("{name}={}", encode(value)))
            .collect();
        if set.is_empty() { String::new() } else { format!("?{}", set.join("&")) }
    }
}

#[cfg(test)]
mod tests {
    use super::{Cursor, LogFilter, LogLevel, TraceName};
    use crate::ids::{CorrelationId, DebugLogId};
    use uuid::Uuid;

    #[test]
    fn a_trace_is_found_by_what_people_are_told() {
        let id = CorrelationId::from(Uuid::from_u128(0x0192_0000_0000_7000_8000_0000_3f2a_91c0));
        assert_eq!(id.reference(), "3f2a91c0");
        assert_eq!(TraceName::parse(&id.to_string()), Some(TraceName::Id(id)));
        assert_eq!(TraceName::parse(" Reference 3F2A91C0 "), Some(TraceName::Reference(id.reference())));
        for nothing in ["", "3f2a91c", "not-a-reference", "3f2a91cx"] {
            assert_eq!(TraceName::parse(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn an_address_holds_what_is_set_and_is_read_again() {
        let cursor = Cursor {
            at: chrono::DateTime::from_timestamp_micros(1_795_000_000_123_456).expect("in range"),
            id: DebugLogId::from(Uuid::from_u128(7)),
        };
        let filter = LogFilter { level: "error".into(), after: cursor.write(), ..LogFilter::default() };
        assert_eq!(filter.query(), format!("?level=error&after={}", cursor.write()));
        assert_eq!((filter.level(), filter.after(), filter.system()), (Some(LogLevel::Error), Some(cursor), None));
        assert!(!LogFilter { level: "loud".into(), system: "moon".into(), ..LogFilter::default() }.is_narrowed());
    }
}
