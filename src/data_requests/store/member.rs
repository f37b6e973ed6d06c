//! Reading what is kept about somebody who works here, and which reports belong to a person.

use crate::{
    audit::event::{SUPPORT, describe},
    data_requests::{
        person::{Activity, AiCall, Conversation, KeptView, Membership, Message, Told},
        request::DataSubject,
    },
    error::AppError,
    ids::{ChatSessionId, IncidentId, ParticipantId, UserId},
    incidents::export::ExportedEvent,
    platform::database::TenantTx,
};

/// The reports about a participant, or those that somebody wrote; drafts included.
pub async fn list_reports(tx: &mut TenantTx, subject: DataSubject) -> Result<Vec<IncidentId>, AppError> {
    let tenant_id = tx.tenant_id();
    let (participant, reporter) = super::columns_of(subject);
    Ok(sqlx::query_scalar!(
        r#"select id as "id: IncidentId" from incidents
           where tenant_id = $1 and (participant_id = $2 or reporter_id = $3) order by number"#,
        tenant_id.uuid(),
        participant.map(ParticipantId::uuid),
        reporter.map(UserId::uuid),
    )
    .fetch_all(tx.connection())
    .await?)
}

/// Who somebody is here.
pub async fn find_membership(tx: &mut TenantTx, id: UserId, email: Option<String>) -> Result<Membership, AppError> {
    let tenant_id = tx.tenant_id();
    let row = sqlx::query!(
        "select display_name, role, status, llm_access, created_at from memberships where tenant_id = $1 and user_id = $2",
        tenant_id.uuid(),
        id.uuid(),
    )
    .fetch_optional(tx.connection())
    .await?
    .ok_or(AppError::NotFound)?;
    Ok(Membership {
        display_name: row.display_name,
        email,
        role: row.role,
        status: row.status,
        may_use_ai_providers: row.llm_access,
        since: row.created_at,
    })
}

/// What somebody did, oldest first.
pub async fn list_activity(tx: &mut TenantTx, id: UserId) -> Result<Vec<Activity>, AppError> {
    let tenant_id = tx.tenant_id();
    let rows = sqlx::query!(
        r#"select e.occurred_at, e.action, e.details, e.subject_type, e.subject_id,
                  case when e.details ? 'acting' then $3 || ' as ' || m.display_name else m.display_name end as "actor_name!"
           from audit_events e
           join memberships m on m.tenant_id = e.tenant_id and m.user_id = e.actor_id
           where e.tenant_id = $1 and e.actor_id = $2 order by e.position"#,
        tenant_id.uuid(),
        id.uuid(),
        SUPPORT,
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Activity {
            event: ExportedEvent {
                occurred_at: row.occurred_at,
                description: describe(&row.action).to_owned(),
                action: row.action,
                actor_name: Some(row.actor_name),
                details: row.details,
            },
            subject_type: row.subject_type,
            subject_id: row.subject_id,
        })
        .collect())
}

/// What somebody was told.
pub async fn list_notifications(tx: &mut TenantTx, id: UserId) -> Result<Vec<Told>, AppError> {
    let tenant_id = tx.tenant_id();
    Ok(sqlx::query_as!(
        Told,
        "select kind, created_at, read_at from notifications where tenant_id = $1 and user_id = $2 order by created_at, id",
        tenant_id.uuid(),
        id.uuid(),
    )
    .fetch_all(tx.connection())
    .await?)
}

/// The AI calls that somebody caused.
pub async fn list_ai_calls(tx: &mut TenantTx, id: UserId) -> Result<Vec<AiCall>, AppError> {
    let tenant_id = tx.tenant_id();
    Ok(sqlx::query_as!(
        AiCall,
        "select occurred_at, workflow_step, provider, ai_model, input_tokens, output_tokens, cost_micros, outcome
         from usage_events where tenant_id = $1 and user_id = $2 order by occurred_at, id",
        tenant_id.uuid(),
        id.uuid(),
    )
    .fetch_all(tx.connection())
    .await?)
}

/// Somebody's saved views of the dashboard, oldest first.
pub async fn list_saved_views(tx: &mut TenantTx, id: UserId) -> Result<Vec<KeptView>, AppError> {
    let tenant_id = tx.tenant_id();
    Ok(sqlx::query_as!(
        KeptView,
        "select name, query, created_at from saved_views where tenant_id = $1 and user_id = $2 order by created_at, id",
        tenant_id.uuid(),
        id.uuid(),
    )
    .fetch_all(tx.connection())
    .await?)
}

/// Somebody's conversations, oldest first.
pub async fn list_conversations(tx: &mut TenantTx, id: UserId) -> Result<Vec<Conversation>, AppError> {
    let tenant_id = tx.tenant_id();
    let rows = sqlx::query!(
        r#"select s.id as "id: ChatSessionId", s.title, m.role, m.content, m.created_at
           from chat_sessions s
           join chat_messages m on m.tenant_id = s.tenant_id and m.session_id = s.id
           where s.tenant_id = $1 and s.user_id = $2 order by s.created_at, s.id, m.position"#,
        tenant_id.uuid(),
        id.uuid(),
    )
    .fetch_all(tx.connection())
    .await?;
    let mut conversations: Vec<(ChatSessionId, Conversation)> = Vec::new();
    for row in rows {
        if conversations.last().is_none_or(|(last, _)| *last != row.id) {
            conversations.push((row.id, Conversation { title: row.title, messages: Vec::new() }));
        }
        if let Some((_, conversation)) = conversations.last_mut() {
            conversation.messages.push(Message { role: row.role, content: row.content, created_at: row.created_at });
        }
    }
    Ok(conversations.into_iter().map(|(_, conversation)| conversation).collect())
}
