//! Saving while somebody writes: within a second of a pause, one save at a time, nothing lost.
//!
//! What was typed and not yet acknowledged lies in the browser's session storage, so that it
//! survives a lost connection, a reload and signing in again. Without JavaScript none of this runs;
//! the form's own buttons save.

use super::draft::{Intent, Saved};
use crate::{
    error::AppError,
    ids::{IncidentId, UserId},
};
use leptos::prelude::*;
use std::{future::Future, pin::Pin, sync::Arc};

/// A save under way.
pub type SaveFuture = Pin<Box<dyn Future<Output = Result<Saved, AppError>>>>;

/// What a form writes, where it is kept, and how it is sent.
#[derive(Clone)]
pub struct Form {
    /// Sends the current content as of the given revision.
    pub send: Arc<dyn Fn(i32, Intent) -> SaveFuture + Send + Sync>,
    /// The current content as text, for safekeeping in the browser.
    pub snapshot: Arc<dyn Fn() -> String + Send + Sync>,
    /// Puts content from safekeeping back.
    pub restore: Arc<dyn Fn(String) + Send + Sync>,
}

/// Where saving stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum SaveState {
    /// Everything is saved.
    #[default]
    Saved,
    /// Something was typed and waits for the next save.
    Changed,
    /// A save is under way.
    Saving,
    /// It didn't work; what was typed is kept in the browser.
    Failed(AppError),
}

/// The saving of one form of the wizard.
#[derive(Clone, Copy)]
pub struct Autosave {
    incident: IncidentId,
    state: RwSignal<SaveState>,
    saved_at: RwSignal<Option<String>>,
    was_restored: RwSignal<bool>,
    is_submitting: RwSignal<bool>,
    inner: StoredValue<Inner>,
}

#[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only a browser saves by itself"))]
#[derive(Clone)]
struct Inner {
    form: Form,
    /// Names the form of this person in the browser's storage.
    key: String,
}

impl Autosave {
    /// Starts watching a form that was made from `revision`, last saved at the time of day `saved_at`.
    pub fn new(incident: IncidentId, person: UserId, step: &str, revision: i32, saved_at: String, form: Form) -> Self {
        let inner = Inner { form, key: format!("unsaved:{person}:{incident}:{step}") };
        let autosave = Self {
            incident,
            state: RwSignal::new(SaveState::Saved),
            saved_at: RwSignal::new(Some(saved_at)),
            was_restored: RwSignal::new(false),
            is_submitting: RwSignal::new(false),
            inner: StoredValue::new(inner),
        };
        autosave.begin(revision);
        autosave
    }

    /// Where saving stands.
    pub fn state(self) -> Signal<SaveState> {
        self.state.into()
    }

    /// Whether a button of the form was pressed and is being followed. Saves in between don't count:
    /// a press must not get lost because one of them is under way.
    pub fn is_submitting(self) -> Signal<bool> {
        self.is_submitting.into()
    }

    /// Whether text of an interrupted session was put back into the form.
    pub fn was_restored(self) -> Signal<bool> {
        self.was_restored.into()
    }

    /// The words beside the heading: "Saved 10:42".
    pub fn words(self) -> Signal<Option<String>> {
        Signal::derive(move || match self.state.get() {
            SaveState::Saved => self.saved_at.get().map(|at| format!("Saved {at}")),
            SaveState::Changed => Some("Not saved yet".to_owned()),
            SaveState::Saving => Some("Saving…".to_owned()),
            SaveState::Failed(AppError::Offline | AppError::Unavailable) => {
                Some("Not saved: no connection. Trying again…".to_owned())
            }
            SaveState::Failed(_) => Some("Not saved".to_owned()),
        })
    }

    /// The last save's error.
    pub fn error(self) -> Signal<Option<AppError>> {
        Signal::derive(move || match self.state.get() {
            SaveState::Failed(error) => Some(error),
            _ => None,
        })
    }
}

#[cfg(not(feature = "hydrate"))]
impl Autosave {
    fn begin(self, _revision: i32) {}

    /// Something was typed.
    pub fn changed(self) {}

    /// A button of the form was pressed.
    pub fn submit(self, _intent: Intent) {
        let _ = self.incident;
    }

    /// Saves over what somebody else saved meanwhile.
    pub fn keep_mine(self) {}

    /// Drops what is here for what somebody else saved.
    pub fn take_theirs(self) {
        let _ = self.inner;
    }
}

#[cfg(feature = "hydrate")]
mod browser {
    use super::{AppError, Autosave, IncidentId, Inner, Intent, SaveState};
    use crate::ui::format_time_of_day;
    use gloo_timers::future::TimeoutFuture;
    use leptos::{prelude::*, task::spawn_local};
    use std::{cell::RefCell, collections::HashMap, time::Duration};

    const PAUSE: Duration = Duration::from_millis(700);
    const RETRY: Duration = Duration::from_secs(4);

    thread_local! {
        /// The revision that this tab knows of each report. Shared by the steps of the wizard, so
        /// that a save that ends after its step was left doesn't look like somebody else's.
        static REVISIONS: RefCell<HashMap<IncidentId, i32>> = RefCell::default();
        static BUSY: RefCell<HashMap<IncidentId, u32>> = RefCell::default();
        /// What is not saved yet, beside the browser's storage: that may be full or switched off.
        static UNSAVED: RefCell<HashMap<String, String>> = RefCell::default();
    }

    impl Autosave {
        pub(super) fn begin(self, revision: i32) {
            REVISIONS.with_borrow_mut(|known| {
                let entry = known.entry(self.incident).or_insert(revision);
                *entry = revision.max(*entry);
            });
            let inner = self.inner.get_value();
            let served = (inner.form.snapshot)();
            Effect::new(move |_| {
                if let Some(text) = stored(&inner.key) {
                    (inner.form.restore)(text);
                    self.was_restored.set(true);
                    self.changed();
                } else if (inner.form.snapshot)() != served {
                    // Typed before the page came alive.
                    self.changed();
                }
            });
            let inner = self.inner.get_value();
            let incident = self.incident;
            let state = self.state;
            on_cleanup(move || {
                if matches!(state.try_get_untracked(), Some(SaveState::Changed)) {
                    let revision = revision_of(incident);
                    let saving = (inner.form.send)(revision, Intent::Stay);
                    let key = inner.key.clone();
                    BUSY.with_borrow_mut(|busy| *busy.entry(incident).or_default() += 1);
                    spawn_local(async move {
                        if let Ok(saved) = saving.await {
                            set_revision(incident, saved.revision);
                            forget(&key);
                        }
                        BUSY.with_borrow_mut(|busy| *busy.entry(incident).or_default() -= 1);
                    });
                }
            });
        }

        /// Something was typed: kept at once in the browser, saved after a pause.
        pub fn changed(self) {
            let inner = self.inner.get_value();
            let text = (inner.form.snapshot)();
            keep(&inner.key, &text);
            if !matches!(self.state.get_untracked(), SaveState::Saving) {
                self.state.set(SaveState::Changed);
            }
            self.save_after(PAUSE, text);
        }

        /// Saves unless something newer is typed before the pause is over.
        fn save_after(self, pause: Duration, text: String) {
            set_timeout(
                move || {
                    let Some(inner) = self.inner.try_get_value() else {
                        return;
                    };
                    if (inner.form.snapshot)() == text && stored(&inner.key).as_deref() == Some(text.as_str()) {
                        spawn_local(async move {
                            self.save(inner, Intent::Stay).await;
                        });
                    }
                },
                pause,
            );
        }

        /// A button of the form was pressed.
        pub fn submit(self, intent: Intent) {
            if self.is_submitting.get_untracked() {
                return;
            }
            self.is_submitting.set(true);
            let inner = self.inner.get_value();
            spawn_local(async move {
                let is_saved = self.save(inner, intent).await;
                // The answer to every other intent leads away.
                if !is_saved || intent == Intent::Stay {
                    self.is_submitting.try_set(false);
                }
            });
        }

        /// Saves over what somebody else saved meanwhile.
        pub fn keep_mine(self) {
            if let SaveState::Failed(AppError::Stale { current_revision }) = self.state.get_untracked() {
                set_revision(self.incident, current_revision);
            }
            self.submit(Intent::Stay);
        }

        /// Drops what is here for what somebody else saved.
        pub fn take_theirs(self) {
            forget(&self.inner.get_value().key);
            REVISIONS.with_borrow_mut(|known| known.remove(&self.incident));
            let _ = window().location().reload();
        }

        /// Whether everything that was there when the save began is on the server now.
        async fn save(self, inner: Inner, intent: Intent) -> bool {
            // One at a time: the next save has to name the revision that this one will get.
            while BUSY.with_borrow(|busy| busy.get(&self.incident).copied().unwrap_or_default() > 0) {
                TimeoutFuture::new(40).await;
            }
            // The form has gone meanwhile, or another save took everything along.
            let is_gone = self.inner.try_get_value().is_none();
            if is_gone || (intent == Intent::Stay && stored(&inner.key).is_none()) {
                return !is_gone;
            }
            BUSY.with_borrow_mut(|busy| *busy.entry(self.incident).or_default() += 1);
            self.state.try_set(SaveState::Saving);
            let text = (inner.form.snapshot)();
            let result = (inner.form.send)(revision_of(self.incident), intent).await;
            BUSY.with_borrow_mut(|busy| *busy.entry(self.incident).or_default() -= 1);
            let is_saved = result.is_ok();
            match result {
                Ok(saved) => {
                    set_revision(self.incident, saved.revision);
                    self.saved_at.try_set(Some(format_time_of_day(saved.saved_at, saved.time_zone)));
                    if stored(&inner.key).is_none_or(|kept| kept == text) {
                        forget(&inner.key);
                        self.state.try_set(SaveState::Saved);
                    } else {
                        self.state.try_set(SaveState::Changed);
                    }
                }
                Err(error) => {
                    if let AppError::Unfinished { revision, .. } = error {
                        set_revision(self.incident, revision);
                    }
                    let is_passing = matches!(error, AppError::Offline | AppError::Unavailable);
                    // What was typed since this save began is kept already.
                    let kept = stored(&inner.key).unwrap_or_else(|| {
                        keep(&inner.key, &text);
                        text
                    });
                    self.state.try_set(SaveState::Failed(error));
                    if is_passing {
                        self.save_after(RETRY, kept);
                    }
                }
            }
            is_saved
        }
    }

    fn revision_of(incident: IncidentId) -> i32 {
        REVISIONS.with_borrow(|known| known.get(&incident).copied().unwrap_or_default())
    }

    fn set_revision(incident: IncidentId, revision: i32) {
        REVISIONS.with_borrow_mut(|known| known.insert(incident, revision));
    }

    fn storage() -> Option<web_sys::Storage> {
        window().session_storage().ok().flatten()
    }

    fn stored(key: &str) -> Option<String> {
        UNSAVED.with_borrow(|unsaved| unsaved.get(key).cloned()).or_else(|| storage()?.get_item(key).ok().flatten())
    }

    fn keep(key: &str, text: &str) {
        UNSAVED.with_borrow_mut(|unsaved| unsaved.insert(key.to_owned(), text.to_owned()));
        if let Some(storage) = storage() {
            // A full storage costs the copy, not the save itself.
            let _ = storage.set_item(key, text);
        }
    }

    fn forget(key: &str) {
        UNSAVED.with_borrow_mut(|unsaved| unsaved.remove(key));
        if let Some(storage) = storage() {
            let _ = storage.remove_item(key);
        }
    }
}
