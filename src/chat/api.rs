//! Server functions of conversations. All of them are about one's own: anybody else's isn't found.

use super::{
    conversation::{Asked, ChatStart, Conversation, SessionPage},
    message::ChatMessage,
};
use crate::{
    error::AppError,
    ids::{ChatMessageId, ChatSessionId},
    tenants::tenant::TenantSlug,
};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use {
    super::{
        answer,
        conversation::{AnsweredBy, in_turns},
        message::MessageStatus,
        paths,
        question::{Question, parse_feedback, parse_title},
        store::{self, answers, sessions},
    },
    crate::{
        accounts::{authorise, member::Member, permission::Permission},
        knowledge::gaps::{self, NewUnanswered, gap::UnansweredCause},
        platform::{Services, database::TenantTx, posted},
        prompts::store::{self as prompts, WorkflowStep},
        providers::route::{Route, find_route},
    },
};

/// What a new conversation begins with.
#[server(endpoint = "chat/start")]
pub async fn get_start(tenant: TenantSlug) -> Result<ChatStart, AppError> {
    let services = Services::current()?;
    let member = asker(&services, &tenant).await?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    let (document_count, titles) = sessions::find_askable(&mut tx, &member).await?;
    Ok(ChatStart { document_count, titles, answered_by: answered_by(&mut tx, &member).await? })
}

/// Asks a question, in a new conversation or in one of one's own, and has the answer written. A new
/// conversation leads to its page.
#[server(endpoint = "chat/ask")]
pub async fn ask(
    tenant: TenantSlug,
    session: Option<ChatSessionId>,
    #[server(default)] question: String,
) -> Result<Asked, AppError> {
    let services = Services::current()?;
    let member = asker(&services, &tenant).await?;
    let page = session.map_or_else(|| paths::start(&tenant), |id| paths::session(&tenant, id));
    let question = Question::parse(&question).inspect_err(|_| posted::give_back(&page))?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    let id = match session {
        Some(id) => id,
        None => answers::insert_session(&mut tx, &member, &question).await.inspect_err(|_| posted::give_back(&page))?,
    };
    let asked =
        answers::insert_question(&mut tx, &member, id, &question).await.inspect_err(|_| posted::give_back(&page))?;
    tx.commit().await?;
    answer::begin(&services, &member, asked);
    if session.is_none() {
        leptos_axum::redirect(&paths::session(&tenant, id));
    }
    Ok(asked)
}

/// A conversation with all its messages.
#[server(endpoint = "chat/session")]
pub async fn get_session(tenant: TenantSlug, id: ChatSessionId) -> Result<Conversation, AppError> {
    let services = Services::current()?;
    let member = asker(&services, &tenant).await?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    let head = sessions::find_session(&mut tx, &member, id).await?;
    let stored = store::list_messages(&mut tx, &member, id).await?;
    let (older, standing): (Vec<_>, Vec<_>) = stored.into_iter().partition(|stored| stored.is_replaced);
    Ok(Conversation {
        id,
        title: head.title,
        is_archived: head.is_archived,
        messages: in_turns(standing.into_iter().map(|stored| stored.message).collect()),
        older_tries: older.into_iter().map(|stored| stored.message).collect(),
        answered_by: answered_by(&mut tx, &member).await?,
        time_zone: member.time_zone,
    })
}

/// One page of one's conversations, the latest first, after the one called `after`; `search` is words of a
/// title or a message.
#[server(endpoint = "chat/sessions")]
pub async fn list_sessions(
    tenant: TenantSlug,
    #[server(default)] search: String,
    #[server(default)] archived: bool,
    after: Option<ChatSessionId>,
) -> Result<SessionPage, AppError> {
    let services = Services::current()?;
    let member = asker(&services, &tenant).await?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    sessions::list_sessions(&mut tx, &member, &search, archived, after).await
}

/// One message as it is now.
#[server(endpoint = "chat/message")]
pub async fn get_message(tenant: TenantSlug, id: ChatMessageId) -> Result<ChatMessage, AppError> {
    let services = Services::current()?;
    let member = asker(&services, &tenant).await?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    Ok(store::find_message(&mut tx, &member, id).await?.message)
}

/// Stops an answer that is being written; what is there stays. One that is done stays as it is.
#[server(endpoint = "chat/stop")]
pub async fn stop_answer(tenant: TenantSlug, id: ChatMessageId) -> Result<(), AppError> {
    let services = Services::current()?;
    let member = asker(&services, &tenant).await?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    answers::request_stop(&mut tx, &member, id).await?;
    tx.commit().await?;
    services.answers.stop(id);
    Ok(())
}

/// Tries again after an answer failed; `id` is the failed answer's.
#[server(endpoint = "chat/retry")]
pub async fn retry_answer(tenant: TenantSlug, id: ChatMessageId) -> Result<Asked, AppError> {
    answer_again(&tenant, id, MessageStatus::Failed).await
}

/// Answers again in the place of a complete answer, which is kept as an older try.
#[server(endpoint = "chat/regenerate")]
pub async fn regenerate_answer(tenant: TenantSlug, id: ChatMessageId) -> Result<Asked, AppError> {
    answer_again(&tenant, id, MessageStatus::Completed).await
}

/// Says whether an answer was helpful; saying it again changes it.
#[server(endpoint = "chat/rate")]
pub async fn rate_answer(
    tenant: TenantSlug,
    id: ChatMessageId,
    is_helpful: bool,
    #[server(default)] reason: String,
    #[server(default)] comment: String,
) -> Result<(), AppError> {
    let services = Services::current()?;
    let member = asker(&services, &tenant).await?;
    let feedback = parse_feedback(is_helpful, &reason, &comment)?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    let rated = answers::save_feedback(&mut tx, &member, id, &feedback).await?;
    tx.commit().await?;
    if !is_helpful && !rated.was_unhelpful {
        note_unhelpful(&services, &member, rated.question).await?;
    }
    Ok(())
}

/// Gives a conversation another title.
#[server(endpoint = "chat/rename")]
pub async fn rename_session(
    tenant: TenantSlug,
    id: ChatSessionId,
    #[server(default)] title: String,
) -> Result<(), AppError> {
    let services = Services::current()?;
    let member = asker(&services, &tenant).await?;
    let title = parse_title(&title)?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    sessions::rename(&mut tx, &member, id, &title).await?;
    tx.commit().await
}

/// Puts a conversation out of the list.
#[server(endpoint = "chat/archive")]
pub async fn archive_session(tenant: TenantSlug, id: ChatSessionId) -> Result<(), AppError> {
    let services = Services::current()?;
    let member = asker(&services, &tenant).await?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    sessions::set_archived(&mut tx, &member, id, true).await?;
    tx.commit().await
}

/// Puts an archived conversation back into the list.
#[server(endpoint = "chat/restore")]
pub async fn restore_session(tenant: TenantSlug, id: ChatSessionId) -> Result<(), AppError> {
    let services = Services::current()?;
    let member = asker(&services, &tenant).await?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    sessions::set_archived(&mut tx, &member, id, false).await?;
    tx.commit().await
}

/// Deletes a conversation for good; leads to a new one.
#[server(endpoint = "chat/delete")]
pub async fn delete_session(tenant: TenantSlug, id: ChatSessionId) -> Result<(), AppError> {
    let services = Services::current()?;
    let member = asker(&services, &tenant).await?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    let pending = sessions::delete(&mut tx, &member, id).await?;
    tx.commit().await?;
    pending.into_iter().for_each(|answer| services.answers.stop(answer));
    leptos_axum::redirect(&paths::start(&tenant));
    Ok(())
}

/// Who may ask the knowledge base.
#[cfg(feature = "ssr")]
async fn asker(services: &Services, tenant: &TenantSlug) -> Result<Member, AppError> {
    authorise::member_who_may(services, tenant, Permission::AskKnowledge).await
}

/// Who would answer the member's next question.
#[cfg(feature = "ssr")]
async fn answered_by(tx: &mut TenantTx, member: &Member) -> Result<AnsweredBy, AppError> {
    let step = WorkflowStep::AnswerQuestion;
    let model = prompts::find_active(tx, step).await?.ai_model;
    Ok(match find_route(tx, step, Some(member.user_id), model.as_deref()).await? {
        Route::BuiltIn => AnsweredBy::BuiltIn,
        Route::Fallback(reason) => AnsweredBy::Fallback { reason },
        Route::Provider(access) => AnsweredBy::Provider { model: format!("{}: {}", access.name, access.model) },
    })
}

/// Has another try written in the place of an answer that ended like this.
#[cfg(feature = "ssr")]
async fn answer_again(tenant: &TenantSlug, id: ChatMessageId, ended: MessageStatus) -> Result<Asked, AppError> {
    let services = Services::current()?;
    let member = asker(&services, tenant).await?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    let asked = answers::replace_answer(&mut tx, &member, id, ended).await?;
    tx.commit().await?;
    answer::begin(&services, &member, asked);
    Ok(asked)
}

/// Puts the question on the list of gaps.
#[cfg(feature = "ssr")]
async fn note_unhelpful(services: &Services, member: &Member, question: String) -> Result<(), AppError> {
    let embedding = answer::vector_of(services, &question).await;
    let cause = UnansweredCause::NotHelpful;
    let unanswered = NewUnanswered { question, asked_by: member.user_id, cause, embedding, best_score: None };
    let mut tx = TenantTx::begin(&services.pool, member).await?;
    gaps::record(&mut tx, &unanswered).await?;
    tx.commit().await
}
