//! Asking the knowledge base, as people do: what they get, what nobody else sees, and what is true
//! after a stop, a reload or a crash.

mod access;
mod engine;
pub mod library;
mod lifecycle;
mod prompts;
mod provider;
mod sessions;
mod streaming;

use super::{app::TestApp, browser::Browser, story::eventually};
use sqlx::Row;
use supportsignal::{
    chat::{
        conversation::{Asked, Conversation},
        message::{ChatMessage, MessageStatus},
    },
    error::AppError,
    ids::{ChatMessageId, ChatSessionId},
};

impl Browser {
    /// Asks in a conversation of one's own, or begins one.
    async fn ask(&self, tenant: &str, session: Option<ChatSessionId>, question: &str) -> Result<Asked, AppError> {
        let session = session.map(|id| id.to_string());
        let mut fields = vec![("tenant", tenant), ("question", question)];
        fields.extend(session.as_deref().map(|id| ("session", id)));
        self.call("chat/ask", &fields).await
    }

    /// Asks and waits for the end of the answer.
    async fn answer_to(&self, tenant: &str, session: Option<ChatSessionId>, question: &str) -> ChatMessage {
        let asked = self.ask(tenant, session, question).await.unwrap();
        self.answered(tenant, asked.answer).await
    }

    /// Waits for the end of an answer.
    async fn answered(&self, tenant: &str, id: ChatMessageId) -> ChatMessage {
        eventually("the answer is written", async || !self.message(tenant, id).await.unwrap().is_pending()).await;
        self.message(tenant, id).await.unwrap()
    }

    async fn message(&self, tenant: &str, id: ChatMessageId) -> Result<ChatMessage, AppError> {
        self.call("chat/message", &[("tenant", tenant), ("id", &id.to_string())]).await
    }

    async fn conversation(&self, tenant: &str, id: ChatSessionId) -> Result<Conversation, AppError> {
        self.call("chat/session", &[("tenant", tenant), ("id", &id.to_string())]).await
    }

    /// A server function about one message or conversation that gives nothing back.
    async fn about(&self, endpoint: &str, tenant: &str, id: impl ToString) -> Result<(), AppError> {
        self.call(endpoint, &[("tenant", tenant), ("id", &id.to_string())]).await
    }

    async fn rate(&self, tenant: &str, id: ChatMessageId, is_helpful: bool, reason: &str) -> Result<(), AppError> {
        let fields = [
            ("tenant", tenant),
            ("id", &id.to_string()),
            ("is_helpful", if is_helpful { "true" } else { "false" }),
            ("reason", reason),
        ];
        self.call("chat/rate", &fields).await
    }
}

/// Titles of the sources that an answer names.
fn titles(message: &ChatMessage) -> Vec<String> {
    let sources = message.citations.iter().filter_map(|citation| citation.source.as_ref());
    sources.map(|source| source.document_title.clone()).collect()
}

/// (question, cause) of everything that could not be answered.
async fn unanswered(app: &TestApp) -> Vec<(String, String)> {
    sqlx::query("select question, cause from unanswered_questions order by id")
        .fetch_all(&app.db.admin)
        .await
        .unwrap()
        .iter()
        .map(|row| (row.get("question"), row.get("cause")))
        .collect()
}

/// The answer as if whoever wrote it had died a minute ago.
async fn orphan(app: &TestApp, id: ChatMessageId) {
    sqlx::query(
        "update chat_messages set status = 'pending', outcome = null, finished_at = null, content = 'Ring the',
                worked_at = now() - interval '1 minute' where id = $1",
    )
    .bind(id.uuid())
    .execute(&app.db.admin)
    .await
    .unwrap();
}

fn is_interrupted(message: &ChatMessage) -> bool {
    message.status == MessageStatus::Failed
        && message.problem == Some(supportsignal::chat::message::AnswerProblem::Interrupted)
}
