//! Counts and durations in words.

use crate::{analysis::analysis::IncidentType, usage::figures::format_count};

/// "1 report", "14 reports".
pub fn reports(count: i64) -> String {
    match count {
        0 => "No reports".to_owned(),
        1 => "1 report".to_owned(),
        count => format!("{} reports", format_count(count)),
    }
}

/// "3 of 14 reports"; `one` is the singular.
pub fn of(part: i64, whole: i64, one: &str) -> String {
    let plural = if whole == 1 { "" } else { "s" };
    format!("{} of {} {one}{plural}", format_count(part), format_count(whole))
}

/// A type as the beginning of a sentence.
pub const fn name_of_kind(kind: IncidentType) -> &'static str {
    match kind {
        IncidentType::Other => "\u{201c}Other\u{201d}",
        kind => kind.label(),
    }
}

/// Minutes as people say them: "35 minutes", "3 hours", "2 days".
pub fn duration(minutes: f64) -> String {
    let (count, unit) = if minutes < 1.0 {
        return "a minute".to_owned();
    } else if minutes < 59.5 {
        (minutes, "minute")
    } else if minutes < 47.5 * 60.0 {
        (minutes / 60.0, "hour")
    } else {
        (minutes / (24.0 * 60.0), "day")
    };
    let count = format!("{count:.0}");
    if count == "1" { format!("1 {unit}") } else { format!("{count} {unit}s") }
}
