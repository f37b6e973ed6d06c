//! Counts the statements that a test sends to the database.

use std::cell::Cell;
use supportsignal::debug_log::layer;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::{
    Layer,
    filter::Targets,
    layer::{Context, SubscriberExt},
};

/// Where sqlx logs each statement.
const TARGET: &str = "sqlx::query";

thread_local! {
    static SEEN: Cell<usize> = const { Cell::new(0) };
}

/// Listens to what sqlx logs, and lets the debug log listen as it does on a server, for the whole process
/// and before its first statement: a listener that comes later may find the log switched off.
pub fn listen() {
    let filter = Targets::new().with_target(TARGET, Level::TRACE);
    // A second start, after a first one that failed, finds the listener there.
    let listeners = tracing_subscriber::registry().with(Counter.with_filter(filter)).with(layer::layer());
    let _ = tracing::subscriber::set_global_default(listeners);
}

/// How many statements this thread, and so this test, has sent.
pub fn seen() -> usize {
    SEEN.get()
}

struct Counter;

impl<S: Subscriber> Layer<S> for Counter {
    fn on_event(&self, _: &Event<'_>, _: Context<'_, S>) {
        SEEN.set(SEEN.get() + 1);
    }
}
