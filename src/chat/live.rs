//! The answers that this process is writing, so that a page sees each piece as it comes and a stop is
//! heeded at once. The rows of the database are the truth; this is only quicker.

use super::message::MessageStatus;
use crate::ids::ChatMessageId;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, broadcast};
use tokio_util::sync::CancellationToken;

/// Pieces that a slow reader may lag behind before it is given the whole text again.
const BUFFERED_PIECES: usize = 256;
/// Answers that are written at a time; the others wait.
const MOST_AT_ONCE: usize = 16;

/// All of them. Clones are the same.
#[derive(Clone, Default)]
pub struct LiveAnswers {
    inner: Arc<Inner>,
}

struct Inner {
    answers: Mutex<HashMap<ChatMessageId, Arc<Answer>>>,
    turns: Arc<Semaphore>,
    closing: CancellationToken,
}

impl Default for Inner {
    fn default() -> Self {
        Self {
            answers: Mutex::default(),
            turns: Arc::new(Semaphore::new(MOST_AT_ONCE)),
            closing: CancellationToken::new(),
        }
    }
}

struct Answer {
    text: Mutex<String>,
    events: broadcast::Sender<LiveEvent>,
    halt: CancellationToken,
}

/// What happens to an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LiveEvent {
    /// Some more text.
    Piece(String),
    /// It is written.
    Done(MessageStatus),
}

impl LiveAnswers {
    /// An answer that is begun here. It is forgotten when the pen is dropped.
    pub fn begin(&self, id: ChatMessageId) -> Pen {
        let answer = Arc::new(Answer {
            text: Mutex::default(),
            events: broadcast::Sender::new(BUFFERED_PIECES),
            halt: self.inner.closing.child_token(),
        });
        locked(&self.inner.answers).insert(id, Arc::clone(&answer));
        Pen { id, answer, inner: Arc::clone(&self.inner) }
    }

    /// Waits until one more may be written. The turn ends when what is returned is dropped.
    pub async fn turn(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.inner.turns).acquire_owned().await.ok() // nobody closes it
    }

    /// Stops an answer if it is written here.
    pub fn stop(&self, id: ChatMessageId) {
        if let Some(answer) = locked(&self.inner.answers).get(&id) {
            answer.halt.cancel();
        }
    }

    /// The text so far and everything that comes after it; nothing if it isn't written here.
    pub fn follow(&self, id: ChatMessageId) -> Option<(String, broadcast::Receiver<LiveEvent>)> {
        let answer = locked(&self.inner.answers).get(&id).cloned()?;
        let text = locked(&answer.text);
        let events = answer.events.subscribe();
        Some((text.clone(), events))
    }

    /// Ends all of them, because the process ends.
    pub fn close(&self) {
        self.inner.closing.cancel();
    }

    /// Fires when the process is about to end.
    pub fn closing(&self) -> CancellationToken {
        self.inner.closing.clone()
    }
}

/// What an answer is written with.
pub struct Pen {
    id: ChatMessageId,
    answer: Arc<Answer>,
    inner: Arc<Inner>,
}

impl Pen {
    /// Adds to the text.
    pub fn write(&self, piece: &str) {
        if piece.is_empty() {
            return;
        }
        // Whoever begins to follow sees the piece in the text or as an event, never both or neither.
        let mut text = locked(&self.answer.text);
        text.push_str(piece);
        let _ = self.answer.events.send(LiveEvent::Piece(piece.to_owned())); // fails if nobody follows
    }

    /// What is written so far.
    pub fn text(&self) -> String {
        locked(&self.answer.text).clone()
    }

    /// Fires when somebody stops the answer or the process ends.
    pub fn halt(&self) -> &CancellationToken {
        &self.answer.halt
    }

    /// Whether the process ends.
    pub fn is_closing(&self) -> bool {
        self.inner.closing.is_cancelled()
    }

    /// Tells everybody who follows that the row is final.
    pub fn done(self, status: MessageStatus) {
        let _ = self.answer.events.send(LiveEvent::Done(status));
    }
}

impl Drop for Pen {
    fn drop(&mut self) {
        locked(&self.inner.answers).remove(&self.id);
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::{LiveAnswers, LiveEvent, MOST_AT_ONCE};
    use crate::{chat::message::MessageStatus, ids::ChatMessageId};
    use futures::FutureExt;

    #[tokio::test]
    async fn whoever_comes_late_misses_nothing_and_sees_nothing_twice() {
        let (answers, id) = (LiveAnswers::default(), ChatMessageId::generate());
        assert!(answers.follow(id).is_none());
        let pen = answers.begin(id);
        pen.write("Ring ");
        let (text, mut events) = answers.follow(id).expect("is written");
        pen.write("the manager.");
        pen.done(MessageStatus::Completed);
        assert_eq!(text, "Ring ");
        assert_eq!(events.recv().await, Ok(LiveEvent::Piece("the manager.".to_owned())));
        assert_eq!(events.recv().await, Ok(LiveEvent::Done(MessageStatus::Completed)));
        assert!(events.recv().await.is_err() && answers.follow(id).is_none());
    }

    #[tokio::test]
    async fn only_so_many_are_written_at_a_time() {
        let answers = LiveAnswers::default();
        let mut turns = Vec::new();
        for _ in 0..MOST_AT_ONCE {
            turns.push(answers.turn().now_or_never().expect("there is room"));
        }
        assert!(answers.turn().now_or_never().is_none());
        turns.pop();
        assert!(answers.turn().now_or_never().is_some());
    }

    #[test]
    fn one_is_stopped_or_all_are() {
        let answers = LiveAnswers::default();
        let [one, other] = [ChatMessageId::generate(), ChatMessageId::generate()].map(|id| (id, answers.begin(id)));
        answers.stop(one.0);
        assert!(one.1.halt().is_cancelled() && !other.1.halt().is_cancelled() && !one.1.is_closing());
        answers.close();
        assert!(other.1.halt().is_cancelled() && other.1.is_closing());
    }
}
