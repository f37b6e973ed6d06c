//! From the lines of many tasks to the table: a bounded queue and one task that writes. Whoever notes a
//! line never waits; a line for which there is no room is counted and dropped.

use super::{line::LogLevel, store};
use crate::{
    ids::{CorrelationId, DebugLogId, TenantId},
    platform::trace,
};
use chrono::{DateTime, Utc};
use serde_json::{Map, Value};
use sqlx::PgPool;
use std::collections::BTreeMap;
use tokio::sync::{mpsc, oneshot};

/// Lines that may wait.
const ROOM: usize = 2_048;

/// Lines that are written at a time.
const BATCH: usize = 256;

/// A line before it is written.
#[derive(Debug, Clone)]
pub struct NewLine {
    pub id: DebugLogId,
    pub occurred_at: DateTime<Utc>,
    /// The system tenant for what belongs to nobody.
    pub tenant_id: TenantId,
    pub trace_id: CorrelationId,
    pub level: LogLevel,
    /// The part of the server.
    pub system: String,
    pub message: String,
    pub context: Map<String, Value>,
    /// Where in the program.
    pub stack: Option<String>,
}

enum Message {
    Line(Box<NewLine>),
    Flush(oneshot::Sender<()>),
}

/// The way into the debug log. Clones share the queue.
#[derive(Clone)]
pub struct DebugLog {
    sender: mpsc::Sender<Message>,
}

impl DebugLog {
    /// Starts the task that writes; it ends with the last clone.
    pub fn start(pool: PgPool) -> Self {
        let (sender, receiver) = mpsc::channel(ROOM);
        // What goes wrong while writing isn't a line of its own: it would go wrong again.
        tokio::spawn(trace::outside(write_all(pool, receiver)));
        Self { sender }
    }

    /// Notes a line.
    pub fn put(&self, line: NewLine) {
        if self.sender.try_send(Message::Line(Box::new(line))).is_err() {
            count_dropped(1);
        }
    }

    /// Returns when everything that was noted before is written or given up.
    pub async fn flush(&self) {
        let (done, written) = oneshot::channel();
        if self.sender.send(Message::Flush(done)).await.is_ok() {
            let _ = written.await;
        }
    }
}

async fn write_all(pool: PgPool, mut receiver: mpsc::Receiver<Message>) {
    let mut messages = Vec::with_capacity(BATCH);
    while receiver.recv_many(&mut messages, BATCH).await > 0 {
        let mut lines: BTreeMap<TenantId, Vec<NewLine>> = BTreeMap::new();
        let mut flushed = Vec::new();
        for message in messages.drain(..) {
            match message {
                Message::Line(line) => lines.entry(line.tenant_id).or_default().push(*line),
                Message::Flush(done) => flushed.push(done),
            }
        }
        for (tenant_id, lines) in lines {
            if store::insert_lines(&pool, tenant_id, &lines).await.is_err() {
                count_dropped(lines.len());
            }
        }
        for done in flushed {
            let _ = done.send(());
        }
    }
}

fn count_dropped(lines: usize) {
    metrics::counter!("debug_log_lines_dropped_total").increment(u64::try_from(lines).unwrap_or(u64::MAX));
}
