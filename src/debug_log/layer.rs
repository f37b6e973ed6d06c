//! From the server's own log events to lines of the debug log: a message and fields of a closed list, so
//! that nothing of people gets in even if an event holds more.

use super::{line::LogLevel, writer::NewLine};
use crate::{
    ids::{DebugLogId, TenantId},
    platform::trace,
};
use chrono::Utc;
use serde_json::{Map, Value};
use std::fmt;
use tracing::{
    Event, Level, Metadata, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{
    Layer,
    filter::{LevelFilter, filter_fn},
    layer::{Context, Filter},
    registry::LookupSpan,
};

/// The product's own events; libraries may quote what they were given.
const OWN: &str = "supportsignal";

/// Of these also what went well.
const TOLD_IN_FULL: [&str; 2] = ["supportsignal::jobs", "supportsignal::knowledge::jobs"];

/// The fields that are kept: ids, kinds, counts and sentences of the program.
const FIELDS: [&str; 15] = [
    "ai.problem",
    "ai.step",
    "connection.target",
    "document.id",
    "duration_ms",
    "error.code",
    "error.constraint",
    "error.kind",
    "error.reason",
    "http.status",
    "incident.id",
    "job.attempt",
    "job.id",
    "job.kind",
    "usage.id",
];

const LONGEST_MESSAGE: usize = 500;
const LONGEST_VALUE: usize = 200;

/// The layer, with its filter. An event outside any trace isn't kept: it has nowhere to go.
pub fn layer<S>() -> impl Layer<S>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    DebugLogLayer.with_filter(own_events())
}

fn own_events<S>() -> impl Filter<S> {
    filter_fn(|metadata: &Metadata<'_>| metadata.is_event() && is_kept(metadata.target(), metadata.level()))
        .with_max_level_hint(LevelFilter::INFO)
}

fn is_kept(target: &str, level: &Level) -> bool {
    is_part_of(target, OWN)
        && (*level <= Level::WARN
            || *level == Level::INFO && TOLD_IN_FULL.iter().any(|module| is_part_of(target, module)))
}

fn is_part_of(target: &str, module: &str) -> bool {
    target.strip_prefix(module).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

struct DebugLogLayer;

impl<S: Subscriber> Layer<S> for DebugLogLayer {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let Some(trace) = trace::current() else {
            return;
        };
        let mut kept = Kept::default();
        event.record(&mut kept);
        let metadata = event.metadata();
        kept.context.insert("origin".to_owned(), trace.origin().into());
        trace.log().put(NewLine {
            id: DebugLogId::generate(),
            occurred_at: Utc::now(),
            tenant_id: trace.tenant_id().unwrap_or(TenantId::SYSTEM),
            trace_id: trace.id(),
            level: level_of(metadata.level()),
            system: system_of(metadata.target()),
            message: if kept.message.is_empty() { metadata.name().to_owned() } else { kept.message },
            context: kept.context,
            stack: metadata.file().zip(metadata.line()).map(|(file, line)| format!("{file}:{line}")),
        });
    }
}

fn level_of(level: &Level) -> LogLevel {
    match *level {
        Level::ERROR => LogLevel::Error,
        Level::WARN => LogLevel::Warn,
        _ => LogLevel::Info,
    }
}

/// "jobs" of "supportsignal::jobs::worker".
fn system_of(target: &str) -> String {
    let system = target.split("::").nth(1).unwrap_or("server");
    system.chars().take(50).collect()
}

/// What is kept of an event.
#[derive(Default)]
struct Kept {
    message: String,
    context: Map<String, Value>,
}

impl Kept {
    fn keep(&mut self, field: &Field, value: impl FnOnce() -> Value) {
        if FIELDS.contains(&field.name()) {
            self.context.insert(field.name().to_owned(), value());
        }
    }
}

impl Visit for Kept {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            self.message = shortened(&format!("{value:?}"), LONGEST_MESSAGE);
        } else {
            self.keep(field, || shortened(&format!("{value:?}"), LONGEST_VALUE).into());
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.keep(field, || shortened(value, LONGEST_VALUE).into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.keep(field, || value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.keep(field, || value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.keep(field, || value.into());
    }
}

/// PostgreSQL keeps no NUL.
fn shortened(text: &str, most: usize) -> String {
    text.chars().filter(|letter| *letter != '\0').take(most).collect()
}

#[cfg(test)]
mod tests {
    use super::{is_kept, shortened, system_of};
    use tracing::Level;

    #[test]
    fn only_what_the_product_itself_says_is_kept() {
        assert!(is_kept("supportsignal::error", &Level::ERROR) && is_kept("supportsignal", &Level::WARN));
        assert!(is_kept("supportsignal::jobs::worker", &Level::INFO));
        assert!(!is_kept("supportsignal::platform::http", &Level::INFO), "every request would be a line");
        assert!(!is_kept("supportsignal::jobs::worker", &Level::DEBUG));
        assert!(!is_kept("supportsignal::jobs_of_others", &Level::INFO));
        assert!(!is_kept("sqlx::query", &Level::WARN) && !is_kept("supportsignals", &Level::ERROR));
    }

    #[test]
    fn a_line_names_its_part_of_the_server() {
        assert_eq!(system_of("supportsignal::jobs::worker"), "jobs");
        assert_eq!(system_of("supportsignal"), "server");
        assert_eq!(shortened("a\0bcd", 3), "abc");
    }
}
