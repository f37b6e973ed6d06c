//! Carrying a deletion out, all in the caller's transaction. Records go through `app.delete_incident`
//! only, which asks for itself whether they may.

use super::plan::{count_reports_about, count_traces, retention_years};
use crate::{
    data_requests::{
        plan::{DeletionPlan, MemberTraces, ReportCounts, member_plan, participant_plan},
        request::DataSubject,
    },
    error::AppError,
    ids::{IncidentId, ParticipantId, UserId},
    people::store as people,
    platform::database::TenantTx,
};

/// Locks whom a deletion is about, and their reports. AppError::NotPossible, with the reason, if the person can't go now.
pub async fn lock_subject(tx: &mut TenantTx, subject: DataSubject) -> Result<(), AppError> {
    match subject {
        DataSubject::Participant(id) => lock_participant(tx, id).await?,
        DataSubject::Member(id) => people::lock_leaving(tx, id).await?,
    }
    lock_reports(tx, subject).await
}

/// The reports, before the plan counts them: what somebody submits now waits, or has been counted.
async fn lock_reports(tx: &mut TenantTx, subject: DataSubject) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    let (participant, reporter) = super::columns_of(subject);
    sqlx::query_scalar!(
        "select id from incidents where tenant_id = $1 and (participant_id = $2 or reporter_id = $3) order by id for update",
        tenant_id.uuid(),
        participant.map(ParticipantId::uuid),
        reporter.map(UserId::uuid),
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(())
}

/// New reports about the participant wait until this transaction ends.
async fn lock_participant(tx: &mut TenantTx, id: ParticipantId) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    sqlx::query!("select id from participants where tenant_id = $1 and id = $2 for update", tenant_id.uuid(), id.uuid())
        .fetch_optional(tx.connection())
        .await?
        .map(|_| ())
        .ok_or(AppError::NotFound)
}

/// Deletes, and makes anonymous, what may be. The subject is locked. What was done comes back in the words
/// of a plan.
pub async fn carry_out(tx: &mut TenantTx, subject: DataSubject) -> Result<DeletionPlan, AppError> {
    let years = retention_years(tx).await?;
    let done = match subject {
        DataSubject::Participant(id) => forget_participant(tx, id, years).await?,
        DataSubject::Member(id) => forget_member(tx, id, years).await?,
    };
    expire_files(tx, subject).await?;
    Ok(done)
}

async fn forget_participant(tx: &mut TenantTx, id: ParticipantId, years: i32) -> Result<DeletionPlan, AppError> {
    let old = list_old_reports_about(tx, id, years).await?;
    let deleted = delete_incidents(tx, &old).await?;
    let reports = ReportCounts { deletable: deleted, ..count_reports_about(tx, id, years).await? };
    if reports.staying() == 0 {
        rename_participant(tx, id).await?;
    }
    Ok(participant_plan(Vec::new(), reports, years))
}

/// Takes from the register who it was.
async fn rename_participant(tx: &mut TenantTx, id: ParticipantId) -> Result<(), AppError> {
    let (tenant_id, alias) = (tx.tenant_id(), next_alias(tx, "former_participant", "Former participant").await?);
    sqlx::query!(
        "update participants
         set name = $3, ndis_number = null, site_id = null, status = 'archived', revision = revision + 1, updated_at = now()
         where tenant_id = $1 and id = $2",
        tenant_id.uuid(),
        id.uuid(),
        alias,
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// The reports that no longer have to be kept. A draft counts like them: it tells of an event that happened.
async fn list_old_reports_about(tx: &mut TenantTx, id: ParticipantId, years: i32) -> Result<Vec<IncidentId>, AppError> {
    let tenant_id = tx.tenant_id();
    Ok(sqlx::query_scalar!(
        r#"select id as "id: IncidentId" from incidents
           where tenant_id = $1 and participant_id = $2
             and app.retained_until(id, $3) <= now()
           order by id"#,
        tenant_id.uuid(),
        id.uuid(),
        years,
    )
    .fetch_all(tx.connection())
    .await?)
}

async fn forget_member(tx: &mut TenantTx, id: UserId, years: i32) -> Result<DeletionPlan, AppError> {
    let alias = next_alias(tx, "former_worker", "Former worker").await?;
    end_membership(tx, id, &alias).await?;
    forget_invitations(tx, id, &alias).await?;
    let chats = delete_chats(tx, id).await?;
    let saved_views = delete_saved_views(tx, id).await?;
    let notifications = sqlx::query_scalar!(r#"select app.delete_notifications_of($1) as "gone!""#, id.uuid())
        .fetch_one(tx.connection())
        .await?;
    let drafts = list_drafts_by(tx, id).await?;
    let drafts = delete_incidents(tx, &drafts).await?;
    let deletable = forget_reporter(tx, id, years, &alias).await?;
    let left = count_traces(tx, id, years).await?;
    let reports = ReportCounts { deletable, ..left.reports };
    let traces = MemberTraces { chats, saved_views, drafts, notifications, reports, ..left };
    Ok(member_plan(Vec::new(), traces, years))
}

async fn end_membership(tx: &mut TenantTx, id: UserId, alias: &str) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    sqlx::query!(
        "update memberships
         set display_name = $3, status = 'deactivated', llm_access = false, revision = revision + 1, updated_at = now()
         where tenant_id = $1 and user_id = $2",
        tenant_id.uuid(),
        id.uuid(),
        alias,
    )
    .execute(tx.connection())
    .await?;
    sqlx::query_scalar!("select app.end_member_sessions($1)", id.uuid()).fetch_one(tx.connection()).await?;
    Ok(())
}

async fn delete_chats(tx: &mut TenantTx, id: UserId) -> Result<i64, AppError> {
    let tenant_id = tx.tenant_id();
    let gone =
        sqlx::query!("delete from chat_sessions where tenant_id = $1 and user_id = $2", tenant_id.uuid(), id.uuid())
            .execute(tx.connection())
            .await?;
    Ok(gone.rows_affected().cast_signed())
}

async fn delete_saved_views(tx: &mut TenantTx, id: UserId) -> Result<i64, AppError> {
    let tenant_id = tx.tenant_id();
    let gone =
        sqlx::query!("delete from saved_views where tenant_id = $1 and user_id = $2", tenant_id.uuid(), id.uuid())
            .execute(tx.connection())
            .await?;
    Ok(gone.rows_affected().cast_signed())
}

/// An invitation keeps whom it made a member, not their address.
async fn forget_invitations(tx: &mut TenantTx, id: UserId, alias: &str) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    sqlx::query!(
        "update invitations set email = 'removed@' || id || '.invalid', display_name = $3
         where tenant_id = $1 and accepted_by = $2",
        tenant_id.uuid(),
        id.uuid(),
        alias,
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

async fn list_drafts_by(tx: &mut TenantTx, id: UserId) -> Result<Vec<IncidentId>, AppError> {
    let tenant_id = tx.tenant_id();
    Ok(sqlx::query_scalar!(
        r#"select id as "id: IncidentId" from incidents i
           where tenant_id = $1 and reporter_id = $2 and capture_status <> 'completed'
             and not exists (select from incident_analyses a where a.tenant_id = $1 and a.incident_id = i.id)
           order by id"#,
        tenant_id.uuid(),
        id.uuid(),
    )
    .fetch_all(tx.connection())
    .await?)
}

/// The reporter's name in records that no longer have to be kept as they were; in how many.
async fn forget_reporter(tx: &mut TenantTx, id: UserId, years: i32, alias: &str) -> Result<i64, AppError> {
    let tenant_id = tx.tenant_id();
    let renamed = sqlx::query!(
        "update incidents set reporter_name = $4
         where tenant_id = $1 and reporter_id = $2
           and app.retained_until(id, $3) <= now()
           and not app.is_held(id, participant_id, reporter_id)",
        tenant_id.uuid(),
        id.uuid(),
        years,
        alias,
    )
    .execute(tx.connection())
    .await?;
    Ok(renamed.rows_affected().cast_signed())
}

/// How many of them went; the others have to stay.
async fn delete_incidents(tx: &mut TenantTx, ids: &[IncidentId]) -> Result<i64, AppError> {
    let mut gone = 0;
    for id in ids {
        gone += i64::from(delete_incident(tx, *id).await?);
    }
    Ok(gone)
}

/// False if the record has to stay.
async fn delete_incident(tx: &mut TenantTx, id: IncidentId) -> Result<bool, AppError> {
    Ok(sqlx::query_scalar!(r#"select app.delete_incident($1) as "gone!""#, id.uuid())
        .fetch_one(tx.connection())
        .await?)
}

/// "Former worker 12": the next number of the organisation.
async fn next_alias(tx: &mut TenantTx, counter: &str, word: &str) -> Result<String, AppError> {
    let tenant_id = tx.tenant_id();
    let number = sqlx::query_scalar!(
        "insert into tenant_counters (tenant_id, counter, value) values ($1, $2, 1)
         on conflict (tenant_id, counter) do update set value = tenant_counters.value + 1
         returning value",
        tenant_id.uuid(),
        counter,
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(format!("{word} {number}"))
}

/// Files of the person's data that were made before go with the data.
async fn expire_files(tx: &mut TenantTx, subject: DataSubject) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    let (participant, member) = super::columns_of(subject);
    sqlx::query!(
        "update data_requests set file_expires_at = now()
         where tenant_id = $1 and storage_key is not null and file_expires_at > now()
           and (participant_id = $2 or user_id = $3)",
        tenant_id.uuid(),
        participant.map(ParticipantId::uuid),
        member.map(UserId::uuid),
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}
