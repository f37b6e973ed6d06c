//! A conversation while it is on a page: its turns, the answer that is being written, and what was sent.

use super::place;
use crate::{
    chat::{
        api::get_session,
        conversation::Conversation,
        turn::{Turn, turns},
    },
    error::AppError,
    ids::{ChatMessageId, ChatSessionId},
    tenants::tenant::TenantSlug,
};
use leptos::{ev::SubmitEvent, prelude::*, server_fn::ServerFn, task::spawn_local};
use serde::de::DeserializeOwned;

/// The state of one conversation's page. It starts with what the server sent.
#[derive(Clone, Copy)]
pub struct Thread {
    pub tenant: StoredValue<TenantSlug>,
    id: ChatSessionId,
    pub(super) turns: RwSignal<Vec<Turn>>,
    pending: Signal<Option<ChatMessageId>>,
    pub(super) growing: RwSignal<String>,
    is_busy: RwSignal<bool>,
    problem: RwSignal<Option<AppError>>,
    pub(super) announcement: RwSignal<String>,
    changes: RwSignal<u32>,
}

impl Thread {
    /// The thread of a conversation; `changes` counts what the list of conversations should know of.
    pub fn new(tenant: StoredValue<TenantSlug>, conversation: &Conversation, changes: RwSignal<u32>) -> Self {
        let turns = RwSignal::new(turns(conversation));
        let pending = Memo::new(move |_| {
            turns.with(|turns| {
                turns
                    .iter()
                    .filter_map(|turn| turn.answer.as_ref())
                    .find(|answer| answer.is_pending())
                    .map(|one| one.id)
            })
        });
        Self {
            tenant,
            id: conversation.id,
            turns,
            pending: pending.into(),
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
        self.pending
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

    /// Sends one of the thread's forms in the browser, and shows what came of it.
    pub fn send<F>(self, event: &SubmitEvent)
    where
        F: ServerFn<Error = AppError> + DeserializeOwned + 'static,
        F::Output: 'static,
    {
        self.send_and::<F, _, _>(event, move |_| async move { self.show_question().await });
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
