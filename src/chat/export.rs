//! `GET /{tenant}/chat/{id}/export?format=md|json`: a conversation as a file, with what its owner may
//! read of it today.

use super::{
    message::{AnswerOutcome, ChatMessage, Citation, Speaker},
    store::{self, sessions},
};
use crate::{
    accounts::{authorise, permission::Permission},
    audit::{event::Action, store as audit},
    error::AppError,
    ids::ChatSessionId,
    platform::{Services, database::TenantTx},
    tenants::tenant::TenantSlug,
};
use axum::{
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
};
use chrono_tz::Tz;
use http::{StatusCode, header};
use serde::Deserialize;
use serde_json::{Value, json};
use std::fmt::Write as _;
use tower_sessions::Session;

/// What the address asks for.
#[derive(Deserialize)]
pub struct Ask {
    #[serde(default)]
    format: String,
}

/// Sends the conversation to its owner.
pub async fn download(
    State(services): State<Services>,
    session: Session,
    Path((tenant, id)): Path<(String, String)>,
    Query(ask): Query<Ask>,
) -> Response {
    match prepare(&services, &session, &tenant, &id, &ask).await {
        Ok(response) => response,
        Err(AppError::SignedOut) => Redirect::to(&format!("/sign-in?next=/{tenant}/chat/{id}")).into_response(),
        Err(error) => {
            let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            (status, error.to_string()).into_response()
        }
    }
}

async fn prepare(
    services: &Services,
    session: &Session,
    tenant: &str,
    id: &str,
    ask: &Ask,
) -> Result<Response, AppError> {
    let tenant: TenantSlug = tenant.parse().map_err(|_| AppError::NotFound)?;
    let id: ChatSessionId = id.parse().map_err(|_| AppError::NotFound)?;
    let member = authorise::session_member_who_may(services, session, &tenant, Permission::AskKnowledge).await?;
    let format = Format::parse(&ask.format).ok_or(AppError::NotFound)?;
    let mut tx = TenantTx::begin_traced(&services.pool, &member).await?;
    let head = sessions::find_session(&mut tx, &member, id).await?;
    let messages: Vec<ChatMessage> = store::list_messages(&mut tx, &member, id)
        .await?
        .into_iter()
        .filter(|stored| !stored.is_replaced)
        .map(|stored| stored.message)
        .collect();
    let messages = super::conversation::in_turns(messages);
    let details = json!({ "format": format.ending(), "messages": messages.len() });
    audit::record(&mut tx, Action::ChatExported, store::SUBJECT, id.uuid(), details).await?;
    tx.commit().await?;
    let text = match format {
        Format::Markdown => markdown(&head.title, &messages, member.time_zone),
        Format::Json => json_text(&head.title, &messages)?,
    };
    let name = format!("attachment; filename=\"conversation-{id}.{}\"", format.ending());
    let headers = [(header::CONTENT_TYPE, format.content_type().to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, text).into_response())
}

/// What kind of file.
#[derive(Clone, Copy)]
enum Format {
    Markdown,
    Json,
}

impl Format {
    fn parse(text: &str) -> Option<Self> {
        match text {
            "" | "md" => Some(Self::Markdown),
            "json" => Some(Self::Json),
            _ => None,
        }
    }

    const fn ending(self) -> &'static str {
        match self {
            Self::Markdown => "md",
            Self::Json => "json",
        }
    }

    const fn content_type(self) -> &'static str {
        match self {
            Self::Markdown => "text/markdown; charset=utf-8",
            Self::Json => "application/json",
        }
    }
}

// Writing to a string can't fail, so the results below are left alone.
fn markdown(title: &str, messages: &[ChatMessage], zone: Tz) -> String {
    let mut text = format!("# {}\n", title.replace('\n', " "));
    for message in messages {
        let when = message.created_at.with_timezone(&zone).format("%-d %B %Y, %H:%M");
        let _ = write!(text, "\n## {} ({when})\n\n", message.speaker.label());
        let _ = writeln!(text, "{}", said(message));
        let sources: Vec<String> = message.citations.iter().map(source_line).collect();
        if !sources.is_empty() {
            let heading = if message.citations.iter().any(|c| c.was_cited) { "Sources" } else { "Nearest documents" };
            let _ = write!(text, "\n{heading}:\n\n{}\n", sources.join("\n"));
        }
        if let Some(maker) = message.model_used.as_deref().filter(|_| message.speaker == Speaker::Assistant) {
            let _ = writeln!(text, "\nPrepared by: {maker}");
        }
    }
    text
}

/// The words of a message, or what became of it.
fn said(message: &ChatMessage) -> String {
    let state = match (message.outcome, message.problem) {
        (Some(AnswerOutcome::NotFound), _) if message.content.is_empty() => "Not found in the documents.",
        (Some(AnswerOutcome::Unverified), _) => "Not verified: no source stands behind this answer.",
        (Some(AnswerOutcome::Stopped), _) => "Stopped.",
        (_, Some(problem)) => problem.label(),
        _ if message.is_pending() => "Still being written.",
        _ => "",
    };
    [message.content.trim(), state].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n")
}

fn source_line(citation: &Citation) -> String {
    let Some(source) = &citation.source else {
        return format!("- [{}] a source that is no longer there or that you can no longer open", citation.number);
    };
    let heading = if source.heading.is_empty() { String::new() } else { format!(" > {}", source.heading) };
    let page = source.page.map(|page| format!(", page {page}")).unwrap_or_default();
    format!("- [{}] {}{heading}{page}", citation.number, source.document_title)
}

fn json_text(title: &str, messages: &[ChatMessage]) -> Result<String, AppError> {
    let messages: Vec<Value> = messages
        .iter()
        .map(|message| serde_json::to_value(message).map_err(|_| AppError::Internal))
        .collect::<Result<_, _>>()?;
    serde_json::to_string_pretty(&json!({ "title": title, "messages": messages })).map_err(|_| AppError::Internal)
}
