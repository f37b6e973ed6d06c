//! The demo's own queries: what no page of the product does yet, and giving reports their past.
//!
//! The audit trail keeps the moment of filling: it is append-only and its hashes cover the time.

pub mod chats;
pub mod library;
pub mod usage;

use super::providers::{Person, Provider};
use crate::{
    error::AppError,
    ids::{IncidentId, TenantId, UserId},
    notifications::notification::NotificationKind,
    platform::database::TenantTx,
};
use chrono::{DateTime, Utc};
use sqlx::PgPool;

/// Whether there is any organisation.
pub async fn has_tenants(pool: &PgPool) -> Result<bool, AppError> {
    Ok(sqlx::query_scalar!(r#"select app.has_tenants() as "any!""#).fetch_one(pool).await?)
}

/// The person with this address.
pub async fn find_user(pool: &PgPool, email: &str) -> Result<Option<UserId>, AppError> {
    Ok(sqlx::query_scalar!(r#"select app.find_user_by_email($1) as "id: UserId""#, email).fetch_one(pool).await?)
}

/// Waits until no other process fills the same database; holds until the transaction ends.
pub async fn wait_for_turn(tx: &mut TenantTx) -> Result<(), AppError> {
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended('supportsignal.demo', 0))")
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Lets this transaction's commit return before it is on disk. A commit that waits, such as the last
/// one of filling, brings all before it to disk as well.
pub async fn commit_lazily(tx: &mut TenantTx) -> Result<(), AppError> {
    sqlx::query!("set local synchronous_commit = off").execute(tx.connection()).await?;
    Ok(())
}

/// Adds the organisation that the transaction is in.
pub async fn insert_tenant(tx: &mut TenantTx, provider: &Provider, since: DateTime<Utc>) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    sqlx::query!(
        "insert into tenants (id, slug, name, status, time_zone, created_at, updated_at)
         values ($1, $2, $3, 'active', $4, $5, $5)",
        tenant_id.uuid(),
        provider.slug,
        provider.name,
        provider.time_zone.name(),
        since,
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Adds a person to the organisation that the transaction is in.
pub async fn insert_membership(
    tx: &mut TenantTx,
    user_id: UserId,
    person: &Person,
    since: DateTime<Utc>,
) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    sqlx::query!(
        "insert into memberships (tenant_id, user_id, display_name, role, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $5)",
        tenant_id.uuid(),
        user_id.uuid(),
        person.name,
        person.role.as_str(),
        since,
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Lets the register's entries be as old as the organisation.
pub async fn date_register(tx: &mut TenantTx, since: DateTime<Utc>) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    sqlx::query!(
        "with dated_sites as (update sites set created_at = $2, updated_at = $2 where tenant_id = $1)
         update participants set created_at = $2, updated_at = $2 where tenant_id = $1",
        tenant_id.uuid(),
        since,
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// How many reports the organisation has.
pub async fn count_incidents(tx: &mut TenantTx) -> Result<usize, AppError> {
    let tenant_id = tx.tenant_id();
    let count =
        sqlx::query_scalar!(r#"select count(*) as "count!" from incidents where tenant_id = $1"#, tenant_id.uuid())
            .fetch_one(tx.connection())
            .await?;
    Ok(usize::try_from(count).unwrap_or_default())
}

/// When the steps of a report happened. The steps that it hasn't reached don't matter.
#[derive(Debug, Clone, Copy)]
pub struct Times {
    pub created: DateTime<Utc>,
    pub told: DateTime<Utc>,
    pub asked: DateTime<Utc>,
    pub answered: DateTime<Utc>,
    pub enhanced: DateTime<Utc>,
    pub submitted: Option<DateTime<Utc>>,
    pub updated: DateTime<Utc>,
}

/// Gives a report its past.
pub async fn date_incident(tx: &mut TenantTx, id: IncidentId, times: Times) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    sqlx::query!(
        "update incidents
         set created_at = $3, updated_at = $4, submitted_at = case when capture_status = 'completed' then $5::timestamptz end
         where tenant_id = $1 and id = $2",
        tenant_id.uuid(),
        id.uuid(),
        times.created,
        times.updated,
        times.submitted,
    )
    .execute(tx.connection())
    .await?;
    date_writing(tx, tenant_id, id, times).await?;
    date_jobs(tx, tenant_id, id, times).await
}

async fn date_writing(tx: &mut TenantTx, tenant_id: TenantId, id: IncidentId, times: Times) -> Result<(), AppError> {
    sqlx::query!(
        "with dated_narrative as (
             update incident_narratives
             set created_at = $3, updated_at = $4, sealed_at = case when sealed_at is not null then $5::timestamptz end,
                 enhanced_at = case when enhanced_at is not null then $7::timestamptz end
             where tenant_id = $1 and incident_id = $2
         ), dated_questions as (
             update clarification_questions set generated_at = $5 where tenant_id = $1 and incident_id = $2
         )
         update clarification_answers a set answered_at = $6
         from clarification_questions q
         where a.tenant_id = $1 and q.tenant_id = $1 and q.id = a.question_id and q.incident_id = $2",
        tenant_id.uuid(),
        id.uuid(),
        times.created,
        times.told,
        times.asked,
        times.answered,
        times.enhanced,
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

async fn date_jobs(tx: &mut TenantTx, tenant_id: TenantId, id: IncidentId, times: Times) -> Result<(), AppError> {
    sqlx::query!(
        "update jobs
         set created_at = at, started_at = at, finished_at = at + interval '1 second'
         from (values ('generate_questions', $3::timestamptz), ('enhance_narrative', $4::timestamptz),
                      ('analyse_incident', $5::timestamptz)) as done (kind, at)
         where jobs.tenant_id = $1 and jobs.subject_id = $2 and jobs.kind = done.kind",
        tenant_id.uuid(),
        id.uuid(),
        times.asked,
        times.enhanced,
        times.submitted.unwrap_or(times.enhanced),
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Lets an analysis have been made when its report was submitted, and reviewed shortly before its last change.
pub async fn date_analysis(
    tx: &mut TenantTx,
    id: IncidentId,
    submitted: DateTime<Utc>,
    updated: DateTime<Utc>,
) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    sqlx::query!(
        "with dated as (
             update incident_analyses
             set created_at = $3::timestamptz, updated_at = $4::timestamptz,
                 analyzed_at = case when analyzed_at is not null then $3::timestamptz + interval '2 seconds' end,
                 reviewed_at = case when reviewed_at is not null then greatest($3, $4::timestamptz - interval '4 minutes') end,
                 completed_at = case when completed_at is not null then $4 end
             where tenant_id = $1 and incident_id = $2
         )
         update incident_classifications c
         set created_at = $3, updated_at = $4,
             reviewed_at = case when c.reviewed_at is not null then greatest($3, $4::timestamptz - interval '5 minutes') end
         from incident_analyses a
         where c.tenant_id = $1 and a.tenant_id = $1 and a.id = c.analysis_id and a.incident_id = $2",
        tenant_id.uuid(),
        id.uuid(),
        submitted,
        updated,
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Lets the question with which a report went back have been asked then.
pub async fn date_return(
    tx: &mut TenantTx,
    id: IncidentId,
    submitted: DateTime<Utc>,
    asked: DateTime<Utc>,
) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    sqlx::query!(
        "update incident_returns set submitted_at = $3, asked_at = $4 where tenant_id = $1 and incident_id = $2",
        tenant_id.uuid(),
        id.uuid(),
        submitted,
        asked,
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Lets people have been told of a report when it happened, and have seen it or not.
pub async fn date_notifications(
    tx: &mut TenantTx,
    id: IncidentId,
    kind: NotificationKind,
    sent: DateTime<Utc>,
    read: Option<DateTime<Utc>>,
) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    sqlx::query!(
        "update notifications set created_at = $4, read_at = $5 where tenant_id = $1 and incident_id = $2 and kind = $3",
        tenant_id.uuid(),
        id.uuid(),
        kind.as_str(),
        sent,
        read,
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}
