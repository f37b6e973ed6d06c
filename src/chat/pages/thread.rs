//! A conversation while it is on a page: its turns, the answer that is being written, and what was sent.

use super::place;
use crate::{
    chat::{
        answer_text::spoken,
        api::get_session,
        conversation::Conversation,
        message::{AnswerOutcome, ChatMessage, MessageStatus},
        paths,
        turn::{Turn, turns},
    },
    error::AppError,
    ids::{ChatMessageId, ChatSessionId},
    tenants::tenant::TenantSlug,
};
use leptos::{
    ev::SubmitEvent,
    prelude::*,
    server_fn::{ServerFn, error::FromServerFnError},
    task::spawn_local,
};
use serde::de::DeserializeOwned;

/// The state of one conversation's page. It starts with what the server sent.
#[derive(Clone, Copy)]
pub struct Thread {
    pub tenant: StoredValue<TenantSlug>,
    pub id: ChatSessionId,
    turns: RwSignal<Vec<Turn>>,
    pending: Memo<Option<ChatMessageId>>,
    growing: RwSignal<String>,
    is_busy: RwSignal<bool>,
    problem: RwSignal<Option<AppError>>,
    announcement: RwSignal<String>,
    changes: RwSignal<u32>,
}

impl Thread {
    /// The thread of a conversation; `changes` counts what the list of conversations should know of.
    pub fn new(tenant: StoredValue<TenantSlug>, conversation: &Conversation, changes: RwSignal<u32>) -> Self {
        let turns = RwSignal::new(turns(conversation));
        let pending = Memo::new(move |_| {
            turns.with(|turns| {
                turns.iter().filter_map(|turn| turn.answer.as_ref()).find(|answer| answer.is_pending()).map(|one| one.id)
            })
        });
        Self {
            tenant,
            id: conversation.id,
            turns,
            pending,
            growing: RwSignal::new(conversation.pending().map(|answer| answer.content.clone()).unwrap_or_default()),
            is_busy: RwSignal::new(false),
            problem: RwSignal::new(None),
            announcement: RwSignal::new(String::new()),
            changes,
        }
    }

    pub fn turns(self) -> Signal<Vec<Turn>> {
        self.turns.into()
    }

    /// The answer that is being written.
    pub fn pending(self) -> Signal<Option<ChatMessageId>> {
        self.pending.into()
    }

    /// The text so far of the answer that is being written.
    pub fn growing(self) -> Signal<String> {
        self.growing.into()
    }

    /// Whether something was sent that the server hasn't answered yet.
    pub fn is_busy(self) -> Signal<bool> {
        self.is_busy.into()
    }

    /// Why the last thing that was sent didn't work.
    pub fn problem(self) -> RwSignal<Option<AppError>> {
        self.problem
    }

    /// What a screen reader says: a finished answer, once.
    pub fn announcement(self) -> Signal<String> {
        self.announcement.into()
    }

    /// The text so far is this.
    pub fn replace_text(self, text: String) {
        self.grow(|growing| *growing = text);
    }

    /// The text goes on with this.
    pub fn add_text(self, piece: &str) {
        self.grow(|growing| growing.push_str(piece));
    }

    fn grow(self, change: impl FnOnce(&mut String)) {
        let is_at_end = place::is_at_end();
        self.growing.try_update(change);
        if is_at_end {
            place::go_to_end();
        }
    }

    /// Reads the conversation again.
    pub async fn refresh(self) -> Result<(), AppError> {
        let Some(tenant) = self.tenant.try_get_value() else {
            return Err(AppError::NotFound);
        };
        let conversation = get_session(tenant, self.id).await?;
        if let Some(answer) = conversation.pending() {
            // What was streamed is ahead of what is saved.
            let is_other = self.pending.try_get_untracked().flatten() != Some(answer.id);
            if is_other {
                self.growing.try_set(answer.content.clone());
            }
        }
        self.turns.try_set(turns(&conversation));
        self.changes.try_update(|changes| *changes += 1);
        Ok(())
    }

    /// Shows the question that was just put.
    pub async fn show_question(self) {
        match self.refresh().await {
            Ok(()) => place::go_to_end(),
            Err(error) => self.fail(error),
        }
    }

    /// Reads the answer that is done, and says so once.
    pub async fn finish(self, answer: ChatMessageId) -> Result<(), AppError> {
        let is_at_end = place::is_at_end();
        self.refresh().await?;
        let finished = self.turns.try_with_untracked(|turns| {
            turns.iter().filter_map(|turn| turn.answer.as_ref()).find(|one| one.id == answer).map(in_words)
        });
        if let Some(words) = finished.flatten() {
            self.announcement.try_set(words);
        }
        if is_at_end {
            place::go_to_end();
        }
        // The button that stopped it has gone.
        if place::is_focus_lost() {
            place::focus(paths::anchor(answer));
        }
        Ok(())
    }

    /// Sends one of the thread's forms in the browser, and shows what came of it.
    pub fn send<F>(self, event: &SubmitEvent)
    where
        F: ServerFn<Error = AppError> + DeserializeOwned + 'static,
        F::Output: 'static,
    {
        self.send_and(event, move |_: F::Output| async move { self.show_question().await });
    }

    /// The same, but `then` shows what came of it.
    pub fn send_and<F, Then, Shown>(self, event: &SubmitEvent, then: Then)
    where
        F: ServerFn<Error = AppError> + DeserializeOwned + 'static,
        F::Output: 'static,
        Then: FnOnce(F::Output) -> Shown + 'static,
        Shown: Future<Output = ()> + 'static,
    {
        event.prevent_default();
        if self.is_busy.get_untracked() {
            return;
        }
        let Ok(form) = F::from_event(event) else {
            self.fail(AppError::Internal);
            return;
        };
        self.is_busy.set(true);
        self.problem.set(None);
        spawn_local(async move {
            match form.run_on_client().await {
                Ok(output) => then(output).await,
                Err(error) => self.fail(error),
            }
            self.is_busy.try_set(false);
        });
    }

    /// Says what didn't work.
    pub fn fail(self, error: AppError) {
        self.problem.try_set(Some(error));
    }
}

/// A finished answer as it is read aloud.
fn in_words(answer: &ChatMessage) -> String {
    match (answer.status, answer.outcome) {
        (MessageStatus::Pending, _) => String::new(),
        (MessageStatus::Failed, _) => answer.problem.map(|problem| problem.label().to_owned()).unwrap_or_default(),
        (_, Some(AnswerOutcome::NotFound)) => "I couldn't find this in your documents.".to_owned(),
        (_, Some(AnswerOutcome::Unverified)) => format!("Not verified. {}", spoken(&answer.content)),
        (_, Some(AnswerOutcome::Stopped)) => format!("Stopped. {}", spoken(&answer.content)),
        (_, Some(AnswerOutcome::Answered) | None) => format!("Answer: {}", spoken(&answer.content)),
    }
}
