//! Following an answer while it is written: server-sent events, and looking again where they don't come.

#[cfg(feature = "hydrate")]
pub use browser::follow;

/// Only a browser follows; without JavaScript the page looks again by itself.
#[cfg(not(feature = "hydrate"))]
pub fn follow(_thread: super::thread::Thread) {}

#[cfg(feature = "hydrate")]
mod browser {
    use super::super::{place, thread::Thread};
    use crate::{
        chat::{
            api::get_message,
            event::{DONE, PIECE, TEXT, TextEvent},
            paths,
            turn::answer_in_words,
        },
        error::AppError,
        ids::ChatMessageId,
    };
    use gloo_timers::future::TimeoutFuture;
    use leptos::{prelude::*, task::spawn_local};
    use wasm_bindgen::{JsCast, closure::Closure};
    use web_sys::{EventSource, MessageEvent};

    const PAUSE_MS: u32 = 1_500;

    /// Follows whatever answer of the thread is being written, until the page goes.
    pub fn follow(thread: Thread) {
        let stream = StoredValue::new_local(None::<Stream>);
        Effect::new(move |_| {
            let answer = thread.pending().get();
            stream.set_value(answer.and_then(|answer| Stream::open(thread, answer)));
        });
    }

    /// An open stream of events; closed when it is dropped.
    struct Stream {
        source: EventSource,
        _listeners: [Closure<dyn FnMut(MessageEvent)>; 4],
    }

    impl Stream {
        fn open(thread: Thread, answer: ChatMessageId) -> Option<Self> {
            let tenant = thread.tenant.try_get_value()?;
            let Ok(source) = EventSource::new(&paths::stream(&tenant, answer)) else {
                look_again(thread, answer);
                return None;
            };
            let listeners = [
                listen(&source, TEXT, move |event| {
                    if let Some(text) = text_of(&event) {
                        thread.replace_text(text);
                    }
                }),
                listen(&source, PIECE, move |event| {
                    if let Some(piece) = text_of(&event) {
                        thread.add_text(&piece);
                    }
                }),
                listen(&source, DONE, {
                    let source = source.clone();
                    move |_| {
                        source.close();
                        finish(thread, answer);
                    }
                }),
                listen(&source, "error", {
                    let source = source.clone();
                    move |_| {
                        // Otherwise the browser connects again by itself.
                        if source.ready_state() == EventSource::CLOSED {
                            look_again(thread, answer);
                        }
                    }
                }),
            ];
            Some(Self { source, _listeners: listeners })
        }
    }

    impl Drop for Stream {
        fn drop(&mut self) {
            self.source.close();
        }
    }

    fn listen(
        source: &EventSource,
        event: &str,
        listener: impl FnMut(MessageEvent) + 'static,
    ) -> Closure<dyn FnMut(MessageEvent)> {
        let listener = Closure::<dyn FnMut(MessageEvent)>::new(listener);
        // Fails for nothing that the browser could be told.
        drop(source.add_event_listener_with_callback(event, listener.as_ref().unchecked_ref()));
        listener
    }

    fn text_of(event: &MessageEvent) -> Option<String> {
        let data = event.data().as_string()?;
        serde_json::from_str::<TextEvent>(&data).ok().map(|event| event.text)
    }

    fn finish(thread: Thread, answer: ChatMessageId) {
        spawn_local(async move {
            if thread.finish(answer).await.is_err() {
                look_again(thread, answer);
            }
        });
    }

    /// Reads the answer again and again until it is done.
    fn look_again(thread: Thread, answer: ChatMessageId) {
        spawn_local(async move {
            while thread.pending().try_get_untracked().flatten() == Some(answer) {
                TimeoutFuture::new(PAUSE_MS).await;
                let looked = thread.look(answer).await;
                thread.problem().try_set(looked.err());
            }
        });
    }

    impl Thread {
        fn replace_text(self, text: String) {
            self.grow(|growing| *growing = text);
        }

        fn add_text(self, piece: &str) {
            self.grow(|growing| growing.push_str(piece));
        }

        fn grow(self, change: impl FnOnce(&mut String)) {
            let is_at_end = place::is_at_end();
            self.growing.try_update(change);
            if is_at_end {
                place::go_to_end();
            }
        }

        /// Reads an answer that is being written as far as it is saved.
        async fn look(self, answer: ChatMessageId) -> Result<(), AppError> {
            let Some(tenant) = self.tenant.try_get_value() else {
                return Ok(());
            };
            let message = get_message(tenant, answer).await?;
            if message.is_pending() {
                self.replace_text(message.content);
                return Ok(());
            }
            self.finish(answer).await
        }

        /// Reads the answer that is done, and says so once.
        async fn finish(self, answer: ChatMessageId) -> Result<(), AppError> {
            let is_at_end = place::is_at_end();
            self.refresh().await?;
            let finished = self.turns.try_with_untracked(|turns| {
                turns.iter().filter_map(|turn| turn.answer.as_ref()).find(|one| one.id == answer).map(answer_in_words)
            });
            if let Some(words) = finished.flatten() {
                self.announcement.try_set(words);
            }
            if is_at_end {
                place::go_to_end();
            }
            // The button that stopped it has gone.
            place::focus_if_lost(paths::anchor(answer));
            Ok(())
        }
    }
}
