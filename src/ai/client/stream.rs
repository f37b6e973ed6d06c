//! An answer piece by piece.

use super::{
    CallProblem, ClientLimits, Completion,
    answer::{check_end, counted, is_refusal},
    circuits::Circuits,
    failure::Failure,
};
use crate::ids::{ProviderId, TenantId};
use futures::{
    Stream, StreamExt,
    stream::{self, BoxStream},
};
use genai::chat::{ChatFrameSink, ChatStream, ChatStreamEvent, FrameCtx, RawFrameRef, StreamEnd};
use serde_json::Value;
use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};
use tokio::time::{Instant, timeout_at};

/// More than any model writes; what is longer isn't an answer.
const MOST_BYTES: usize = 1024 * 1024;

/// One piece.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Some more text.
    Text(String),
    /// The whole answer; nothing comes after it.
    End(Completion),
}

/// The pieces of an answer. A stream without [`Piece::End`] ends with the problem that stopped it.
pub struct CompletionStream {
    pieces: BoxStream<'static, Result<Piece, CallProblem>>,
}

impl Stream for CompletionStream {
    type Item = Result<Piece, CallProblem>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.pieces.poll_next_unpin(context)
    }
}

/// What the provider's own frames say and the library doesn't pass on.
#[derive(Default)]
pub struct Watch {
    has_ended: AtomicBool,
    has_refused: AtomicBool,
}

impl ChatFrameSink for Watch {
    fn on_frame(&self, _context: &FrameCtx, frame: RawFrameRef<'_>) {
        let body = frame.json().unwrap_or(Value::Null);
        if is_last(&frame, &body) {
            self.has_ended.store(true, Ordering::Relaxed);
        }
        if is_refusal(&body) {
            self.has_refused.store(true, Ordering::Relaxed);
        }
    }
}

/// OpenAI's, Anthropic's, Gemini's and Ollama's way to say that the answer is whole. For the last two
/// the library makes an end up when the connection closes.
fn is_last(frame: &RawFrameRef<'_>, body: &Value) -> bool {
    frame.data == "[DONE]"
        || frame.event == Some("message_stop")
        || body.pointer("/candidates/0/finishReason").is_some_and(Value::is_string)
        || body.get("done") == Some(&Value::Bool(true))
}

/// A stream whose answer has begun.
pub struct Opened {
    events: ChatStream,
    watch: Arc<Watch>,
    first: First,
}

enum First {
    Text(String),
    End(StreamEnd),
}

/// Waits for the beginning of the answer. The library connects only when it is asked for events.
pub async fn open(mut events: ChatStream, watch: Arc<Watch>) -> Result<Opened, Failure> {
    loop {
        let first = match events.next().await {
            Some(Ok(ChatStreamEvent::Chunk(chunk))) => First::Text(chunk.content),
            Some(Ok(ChatStreamEvent::End(end))) => First::End(end),
            Some(Ok(_)) => continue, // thinking, or a sign of life
            Some(Err(_)) if watch.has_refused.load(Ordering::Relaxed) => return Err(Failure::refused()),
            Some(Err(error)) => return Err(Failure::of(&error)),
            None => return Err(Failure::broken_off()),
        };
        return Ok(Opened { events, watch, first });
    }
}

/// The rest of a stream.
struct Pieces {
    events: ChatStream,
    watch: Arc<Watch>,
    first: Option<First>,
    text: String,
    idle_timeout: Duration,
    deadline: Instant,
    circuits: Circuits,
    provider: (TenantId, ProviderId),
    is_over: bool,
}

impl CompletionStream {
    /// The pieces of an opened stream.
    pub(super) fn new(
        opened: Opened,
        limits: &ClientLimits,
        circuits: Circuits,
        provider: (TenantId, ProviderId),
    ) -> Self {
        let pieces = Pieces {
            events: opened.events,
            watch: opened.watch,
            first: Some(opened.first),
            text: String::new(),
            idle_timeout: limits.idle_timeout,
            deadline: Instant::now() + limits.stream_timeout,
            circuits,
            provider,
            is_over: false,
        };
        Self { pieces: stream::unfold(pieces, Pieces::next).boxed() }
    }
}

impl Pieces {
    async fn next(mut self) -> Option<(Result<Piece, CallProblem>, Self)> {
        if self.is_over {
            return None;
        }
        let piece = self.piece().await;
        self.is_over = !matches!(piece, Ok(Piece::Text(_)));
        let piece = piece.map_err(|failure| {
            if failure.is_outage {
                self.circuits.failed_later(self.provider);
            }
            failure.problem
        });
        Some((piece, self))
    }

    async fn piece(&mut self) -> Result<Piece, Failure> {
        match self.first.take() {
            Some(First::Text(text)) => return self.more(text),
            Some(First::End(end)) => return self.end(&end),
            None => (),
        }
        let until = self.deadline.min(Instant::now() + self.idle_timeout);
        loop {
            match timeout_at(until, self.events.next()).await {
                Err(_) => return Err(Failure::timed_out()),
                Ok(None) => return Err(Failure::broken_off()),
                Ok(Some(Err(error))) => return Err(self.broken_by(&error)),
                Ok(Some(Ok(ChatStreamEvent::Chunk(chunk)))) => return self.more(chunk.content),
                Ok(Some(Ok(ChatStreamEvent::End(end)))) => return self.end(&end),
                Ok(Some(Ok(_))) => (), // it thinks; that has to lead to text within the same time
            }
        }
    }

    fn more(&mut self, text: String) -> Result<Piece, Failure> {
        if self.text.len() + text.len() > MOST_BYTES {
            return Err(Failure::malformed());
        }
        self.text.push_str(&text);
        Ok(Piece::Text(text))
    }

    fn end(&mut self, end: &StreamEnd) -> Result<Piece, Failure> {
        if self.watch.has_refused.load(Ordering::Relaxed) {
            return Err(Failure::refused());
        }
        if !self.watch.has_ended.load(Ordering::Relaxed) {
            return Err(Failure::broken_off());
        }
        check_end(end.captured_stop_reason.as_ref())?;
        let text = std::mem::take(&mut self.text);
        if text.trim().is_empty() {
            return Err(Failure::malformed());
        }
        Ok(Piece::End(counted(text, &end.captured_usage.clone().unwrap_or_default())))
    }

    /// Once there is text, whatever the provider says went wrong: the answer was cut off.
    fn broken_by(&self, error: &genai::Error) -> Failure {
        let failure = Failure::of(error);
        match failure.problem {
            CallProblem::TimedOut | CallProblem::Malformed | CallProblem::Refused => failure,
            _ if self.watch.has_refused.load(Ordering::Relaxed) => Failure::refused(),
            _ => Failure::broken_off(),
        }
    }
}
