//! The trace of what is under way: one id from a request through the jobs that it asks for to the AI
//! calls that they make, and whose work it is.
//!
//! A request and a job each follow a trace of their own. A task is part of a trace if it was started with
//! [`carry`], which [`follow_pages`] does for those that Leptos starts by itself.

use crate::{
    debug_log::writer::DebugLog,
    ids::{CorrelationId, TenantId},
};
use any_spawner::{CustomExecutor, Executor, PinnedFuture, PinnedLocalFuture};
use axum::{
    body::{Body, Bytes, HttpBody},
    response::Response,
};
use futures::{Stream, StreamExt};
use std::{
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
};

tokio::task_local! {
    /// Nothing inside: work that is explicitly part of no trace.
    static UNDER_WAY: Option<Trace>;
}

/// One trace. Clones share it.
#[derive(Clone)]
pub struct Trace {
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
    origin: String,
    log: DebugLog,
}

#[derive(Clone, Copy)]
struct State {
    id: CorrelationId,
    tenant_id: Option<TenantId>,
}

impl Trace {
    /// A trace that begins now. `origin` is a route or the name of a job, without ids.
    pub fn new(log: DebugLog, id: CorrelationId, origin: impl Into<String>) -> Self {
        let state = Mutex::new(State { id, tenant_id: None });
        Self { shared: Arc::new(Shared { state, origin: origin.into(), log }) }
    }

    /// The trace's id: a request's `x-request-id`.
    pub fn id(&self) -> CorrelationId {
        self.state().id
    }

    /// The organisation that was worked for last.
    pub fn tenant_id(&self) -> Option<TenantId> {
        self.state().tenant_id
    }

    /// What began it.
    pub fn origin(&self) -> &str {
        &self.shared.origin
    }

    /// Where its lines go.
    pub fn log(&self) -> &DebugLog {
        &self.shared.log
    }

    /// Does the work as part of this trace.
    pub fn follow<F: Future>(self, work: F) -> impl Future<Output = F::Output> {
        UNDER_WAY.scope(Some(self), work)
    }

    /// Lets a body that is made while it is sent, long after the answer began, belong to this trace, too.
    pub fn follow_body(self, response: Response) -> Response {
        if response.body().size_hint().exact().is_some() {
            return response; // it is there already
        }
        response.map(|body| Body::from_stream(Pieces { trace: self, stream: body.into_data_stream().boxed() }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Pieces<S> {
    trace: Trace,
    stream: S,
}

impl<S: Stream<Item = Result<Bytes, axum::Error>> + Unpin> Stream for Pieces<S> {
    type Item = S::Item;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Self { trace, stream } = self.get_mut();
        UNDER_WAY.sync_scope(Some(trace.clone()), || stream.poll_next_unpin(context))
    }
}

/// The trace of what runs here, if it is part of one.
pub fn current() -> Option<Trace> {
    UNDER_WAY.try_with(Clone::clone).ok().flatten()
}

/// Does work in a task of its own as part of the trace that starts it.
pub fn carry<F: Future>(work: F) -> impl Future<Output = F::Output> {
    UNDER_WAY.scope(current(), work)
}

/// Lets the tasks in which Leptos reads the data of pages belong to the trace of their request. To be
/// called before it starts any.
pub fn follow_pages() {
    // A second server in this process finds it set.
    let _ = Executor::init_custom_executor(Tasks);
}

/// As Leptos would start them, with the trace carried.
struct Tasks;

impl CustomExecutor for Tasks {
    fn spawn(&self, work: PinnedFuture<()>) {
        tokio::spawn(carry(work));
    }

    fn spawn_local(&self, work: PinnedLocalFuture<()>) {
        tokio::task::spawn_local(work);
    }

    fn poll_local(&self) {}
}

/// Does work as part of no trace.
pub fn outside<F: Future>(work: F) -> impl Future<Output = F::Output> {
    UNDER_WAY.scope(None, work)
}

/// Says for whom is worked from here on.
pub(super) fn note_tenant(tenant_id: TenantId) {
    if let Some(trace) = current() {
        trace.state().tenant_id = Some(tenant_id);
    }
}

/// Goes on with the trace of whoever asked for this work.
pub fn adopt(id: CorrelationId) {
    if let Some(trace) = current() {
        trace.state().id = id;
    }
}

impl CorrelationId {
    /// That of the trace under way; a new one for work that is part of none.
    pub fn current() -> Self {
        current().map_or_else(Self::generate, |trace| trace.id())
    }
}
