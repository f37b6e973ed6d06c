//! Conversations that were held a while ago.

use crate::{
    error::AppError,
    ids::{ChatSessionId, UserId},
    platform::database::TenantTx,
};
use chrono::{DateTime, Utc};

/// How many conversations the organisation has.
pub async fn count_sessions(tx: &mut TenantTx) -> Result<usize, AppError> {
    let tenant_id = tx.tenant_id();
    let count =
        sqlx::query_scalar!(r#"select count(*) as "count!" from chat_sessions where tenant_id = $1"#, tenant_id.uuid())
            .fetch_one(tx.connection())
            .await?;
    Ok(usize::try_from(count).unwrap_or_default())
}

/// Lets a conversation have begun then, with a question every 70 seconds.
pub async fn date_session(tx: &mut TenantTx, id: ChatSessionId, began: DateTime<Utc>) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    sqlx::query!(
        "with dated as (
             update chat_messages m
             set created_at = t.at, worked_at = case when m.worked_at is not null then t.at + (m.worked_at - m.created_at) end,
                 finished_at = case when m.finished_at is not null then t.at + (m.finished_at - m.created_at) end
             from (select id, $3::timestamptz + ((position - 1) / 2) * interval '70 seconds' as at
                   from chat_messages where tenant_id = $1 and session_id = $2) as t
             where m.tenant_id = $1 and m.session_id = $2 and m.id = t.id
             returning m.id, t.at
         ), dated_feedback as (
             update chat_feedback f set updated_at = d.at + interval '40 seconds'
             from dated d where f.tenant_id = $1 and f.message_id = d.id
         )
         update chat_sessions
         set created_at = $3, last_message_at = (select max(at) from dated),
             archived_at = case when archived_at is not null then $3::timestamptz + interval '1 day' end
         where tenant_id = $1 and id = $2",
        tenant_id.uuid(),
        id.uuid(),
        began,
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Lets what a person asked in vain have been asked then.
pub async fn date_unanswered(
    tx: &mut TenantTx,
    asked_by: UserId,
    questions: &[&str],
    asked: DateTime<Utc>,
) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    let questions: Vec<String> = questions.iter().map(|question| (*question).to_owned()).collect();
    sqlx::query!(
        "update unanswered_questions set asked_at = $4 where tenant_id = $1 and asked_by = $2 and question = any($3)",
        tenant_id.uuid(),
        asked_by.uuid(),
        &questions,
        asked,
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Lets gaps be as old as their questions.
pub async fn date_gaps(tx: &mut TenantTx) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    sqlx::query!(
        "update knowledge_gaps g set created_at = q.first, updated_at = q.last
         from (select gap_id, min(asked_at) as first, max(asked_at) as last
               from unanswered_questions where tenant_id = $1 group by gap_id) as q
         where g.tenant_id = $1 and g.id = q.gap_id",
        tenant_id.uuid(),
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}
