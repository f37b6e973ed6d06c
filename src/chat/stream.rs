//! `GET /{tenant}/chat/messages/{id}/stream`: an answer as it is written, as server-sent events. See
//! [`super::event`] for what is sent. Where another process writes the answer, its row is read again and
//! again.

use super::{
    event::{DONE, DoneEvent, PIECE, TEXT, TextEvent},
    live::LiveEvent,
    message::MessageStatus,
    store,
};
use crate::{
    accounts::{authorise, member::Member, permission::Permission},
    error::AppError,
    ids::ChatMessageId,
    platform::{Services, database::TenantTx},
    tenants::tenant::TenantSlug,
};
use axum::{
    extract::{Path, State},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures::stream;
use http::{HeaderName, HeaderValue, StatusCode};
use serde::Serialize;
use std::{convert::Infallible, time::Duration};
use tokio::sync::broadcast::{Receiver, error::RecvError};
use tower_sessions::Session;

/// How often the row is read of an answer that another process writes.
const LOOK: Duration = Duration::from_millis(500);
/// How often a sign of life is sent, so that nothing on the way takes the connection for dead.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// Sends the answer to its owner.
pub async fn follow(
    State(services): State<Services>,
    session: Session,
    Path((tenant, id)): Path<(String, String)>,
) -> Response {
    match prepare(services, &session, &tenant, &id).await {
        Ok(response) => response,
        Err(error) => {
            let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            (status, error.to_string()).into_response()
        }
    }
}

async fn prepare(services: Services, session: &Session, tenant: &str, id: &str) -> Result<Response, AppError> {
    let tenant: TenantSlug = tenant.parse().map_err(|_| AppError::NotFound)?;
    let id: ChatMessageId = id.parse().map_err(|_| AppError::NotFound)?;
    let member = authorise::session_member_who_may(&services, session, &tenant, Permission::AskKnowledge).await?;
    let follower = Follower { services, member, id };
    follower.read().await?; // whose it is, before anything is sent
    let state = follower.start();
    let events = stream::unfold((follower, state), |(follower, state)| async move {
        let (event, state) = follower.next(state).await?;
        Some((Ok::<_, Infallible>(event), (follower, state)))
    });
    let mut response = Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)).into_response();
    // Proxies that gather what they pass on would hold the pieces back.
    response.headers_mut().insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    Ok(response)
}

struct Follower {
    services: Services,
    member: Member,
    id: ChatMessageId,
}

/// What comes next.
enum Next {
    /// The text so far, then what this process writes.
    Begin(String, Receiver<LiveEvent>),
    Live(Receiver<LiveEvent>),
    /// The row, first at once, then each time a while later. With the text as it was sent last.
    Row {
        sent: Option<String>,
    },
    /// The last event.
    Done(MessageStatus),
    Over,
}

impl Follower {
    fn start(&self) -> Next {
        match self.services.answers.follow(self.id) {
            Some((text, events)) => Next::Begin(text, events),
            None => Next::Row { sent: None },
        }
    }

    async fn read(&self) -> Result<(String, MessageStatus), AppError> {
        let mut tx = TenantTx::begin(&self.services.pool, &self.member).await?;
        let message = store::find_message(&mut tx, &self.member, self.id).await?.message;
        Ok((message.content, message.status))
    }

    async fn next(&self, mut state: Next) -> Option<(Event, Next)> {
        loop {
            state = match state {
                Next::Begin(text, events) => {
                    return Some((event(TEXT, &TextEvent { text }), Next::Live(events)));
                }
                Next::Live(mut events) => match events.recv().await {
                    Ok(LiveEvent::Piece(text)) => {
                        return Some((event(PIECE, &TextEvent { text }), Next::Live(events)));
                    }
                    Ok(LiveEvent::Done(status)) => Next::Done(status),
                    Err(RecvError::Lagged(_) | RecvError::Closed) => self.start(),
                },
                Next::Row { sent } => match self.look(sent).await? {
                    Looked::More(text) => {
                        let event = event(TEXT, &TextEvent { text: text.clone() });
                        return Some((event, Next::Row { sent: Some(text) }));
                    }
                    Looked::Done(status) => Next::Done(status),
                },
                Next::Done(status) => return Some((event(DONE, &DoneEvent { status }), Next::Over)),
                Next::Over => return None,
            };
        }
    }

    /// Reads the row until there is something to tell. Nothing: this process ends, or the answer is gone;
    /// the browser asks again by itself.
    async fn look(&self, sent: Option<String>) -> Option<Looked> {
        let closing = self.services.answers.closing();
        let mut is_first = sent.is_none();
        loop {
            if !is_first {
                tokio::select! {
                    () = closing.cancelled() => return None,
                    () = tokio::time::sleep(LOOK) => {}
                }
            }
            is_first = false;
            let (text, status) = self.read().await.ok()?;
            if sent.as_deref() != Some(&text) {
                return Some(Looked::More(text));
            }
            if status != MessageStatus::Pending {
                return Some(Looked::Done(status));
            }
        }
    }
}

enum Looked {
    More(String),
    Done(MessageStatus),
}

fn event(name: &str, data: &impl Serialize) -> Event {
    // Line ends in the data would end the event's line; as JSON there are none.
    Event::default().event(name).data(serde_json::to_string(data).unwrap_or_default())
}
