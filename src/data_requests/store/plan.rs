//! Counting what a deletion would do now.

use super::holds::list_blocking;
use crate::{
    data_requests::{
        plan::{DeletionPlan, MemberTraces, ReportCounts, member_plan, participant_plan},
        request::DataSubject,
    },
    error::AppError,
    ids::{ParticipantId, UserId},
    platform::database::TenantTx,
    tenants::store::settings::find_retention,
};

/// For how many years the organisation keeps records.
pub async fn retention_years(tx: &mut TenantTx) -> Result<i32, AppError> {
    Ok(i32::from(find_retention(tx).await?.record_years))
}

/// The plan for a person.
pub async fn make_plan(tx: &mut TenantTx, subject: DataSubject) -> Result<DeletionPlan, AppError> {
    let years = retention_years(tx).await?;
    let holds = list_blocking(tx, subject).await?;
    match subject {
        DataSubject::Participant(id) => Ok(participant_plan(holds, count_reports_about(tx, id, years).await?, years)),
        DataSubject::Member(id) => Ok(member_plan(holds, count_traces(tx, id, years).await?, years)),
    }
}

/// The reports about a participant, drafts included: they tell of an event that happened.
pub async fn count_reports_about(tx: &mut TenantTx, id: ParticipantId, years: i32) -> Result<ReportCounts, AppError> {
    let tenant_id = tx.tenant_id();
    Ok(sqlx::query_as!(
        ReportCounts,
        r#"select count(*) filter (where not held and until <= now()) as "deletable!",
                  count(*) filter (where held) as "held!",
                  count(*) filter (where not held and until > now()) as "retained!",
                  nullif(max(until) filter (where not held and until > now()), 'infinity') as retained_until
           from (select app.is_held(id, participant_id, reporter_id) as held,
                        app.retained_until(id, $3) as until
                 from incidents where tenant_id = $1 and participant_id = $2) as reports"#,
        tenant_id.uuid(),
        id.uuid(),
        years,
    )
    .fetch_one(tx.connection())
    .await?)
}

/// What somebody who works here has left now.
pub async fn count_traces(tx: &mut TenantTx, id: UserId, years: i32) -> Result<MemberTraces, AppError> {
    let tenant_id = tx.tenant_id();
    let row = sqlx::query!(
        r#"with reports as (
               select app.is_held(i.id, i.participant_id, i.reporter_id) as held,
                      app.retained_until(i.id, $3) as until,
                      i.capture_status <> 'completed' and not exists (
                          select from incident_analyses a where a.tenant_id = i.tenant_id and a.incident_id = i.id) as is_draft
               from incidents i where i.tenant_id = $1 and i.reporter_id = $2)
           select (select count(*) from chat_sessions where tenant_id = $1 and user_id = $2) as "chats!",
                  (select count(*) from saved_views where tenant_id = $1 and user_id = $2) as "saved_views!",
                  (select count(*) from notifications where tenant_id = $1 and user_id = $2) as "notifications!",
                  count(*) filter (where is_draft and not held) as "drafts!",
                  count(*) filter (where is_draft and held) as "held_drafts!",
                  count(*) filter (where not is_draft and not held and until <= now()) as "deletable!",
                  count(*) filter (where not is_draft and held) as "held!",
                  count(*) filter (where not is_draft and not held and until > now()) as "retained!",
                  nullif(max(until) filter (where not is_draft and not held and until > now()), 'infinity') as retained_until
           from reports"#,
        tenant_id.uuid(),
        id.uuid(),
        years,
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(MemberTraces {
        chats: row.chats,
        saved_views: row.saved_views,
        drafts: row.drafts,
        held_drafts: row.held_drafts,
        notifications: row.notifications,
        reports: ReportCounts {
            deletable: row.deletable,
            held: row.held,
            retained: row.retained,
            retained_until: row.retained_until,
        },
    })
}

/// How many reports of the organisation no longer have to be kept.
pub async fn count_past_retention(tx: &mut TenantTx, years: i32) -> Result<i64, AppError> {
    let tenant_id = tx.tenant_id();
    // The plain comparison comes first: it leaves few rows, and none in a young organisation.
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "count!" from incidents
           where tenant_id = $1 and event_date_time < now() - make_interval(years => $2) + interval '1 day'
             and app.retained_until(id, $2) <= now()
             and not app.is_held(id, participant_id, reporter_id)"#,
        tenant_id.uuid(),
        years,
    )
    .fetch_one(tx.connection())
    .await?)
}
