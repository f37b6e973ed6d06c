//! The queries of notifications. A person reads and marks their own only.

use super::notification::{ActingStart, Budget, Notification, NotificationKind, Report, Subject};
use crate::{
    accounts::{member::Member, permission::Permission, role::Role},
    error::AppError,
    ids::{ActingId, BudgetAlertId, IncidentId, NotificationId, UserId},
    platform::database::TenantTx,
    usage::month::Month,
};
use chrono::{DateTime, NaiveDate, Utc};

/// Tells everybody with the permission, except whoever did it. Telling again makes it unread again.
pub async fn notify_those_who_may(
    tx: &mut TenantTx,
    permission: Permission,
    kind: NotificationKind,
    incident_id: IncidentId,
) -> Result<(), AppError> {
    let actor = tx.user_id();
    let mut readers = list_those_who_may(tx, permission).await?;
    readers.retain(|reader| Some(*reader) != actor);
    insert_notifications(tx, &readers, kind, incident_id).await
}

/// The people with the permission.
pub async fn list_those_who_may(tx: &mut TenantTx, permission: Permission) -> Result<Vec<UserId>, AppError> {
    let tenant_id = tx.tenant_id();
    let roles: Vec<String> = permission.roles().iter().copied().map(Role::as_str).map(str::to_owned).collect();
    Ok(sqlx::query_scalar!(
        r#"select user_id as "user_id: UserId" from memberships
           where tenant_id = $1 and status = 'active' and role = any($2)"#,
        tenant_id.uuid(),
        &roles,
    )
    .fetch_all(tx.connection())
    .await?)
}

/// Tells people that a part of the month's limit was reached, each of them once, whoever's call it was
/// that reached it.
pub async fn notify_of_budget(tx: &mut TenantTx, readers: &[UserId], alert: BudgetAlertId) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    let ids: Vec<_> = readers.iter().map(|_| NotificationId::generate().uuid()).collect();
    let readers: Vec<_> = readers.iter().copied().map(UserId::uuid).collect();
    sqlx::query!(
        "insert into notifications (tenant_id, id, user_id, kind, budget_alert_id)
         select $1, new.id, new.user_id, $4, $5 from unnest($2::uuid[], $3::uuid[]) as new (id, user_id)
         on conflict on constraint notifications_alert_once_key do nothing",
        tenant_id.uuid(),
        &ids,
        &readers,
        NotificationKind::BudgetAlert.as_str(),
        alert.uuid(),
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Tells people that the system admin begins to act as one of them.
pub async fn notify_of_acting(tx: &mut TenantTx, readers: &[UserId], acting: ActingId) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    let ids: Vec<_> = readers.iter().map(|_| NotificationId::generate().uuid()).collect();
    let readers: Vec<_> = readers.iter().copied().map(UserId::uuid).collect();
    sqlx::query!(
        "insert into notifications (tenant_id, id, user_id, kind, acting_id)
         select $1, new.id, new.user_id, $4, $5 from unnest($2::uuid[], $3::uuid[]) as new (id, user_id)
         on conflict on constraint notifications_acting_once_key do nothing",
        tenant_id.uuid(),
        &ids,
        &readers,
        NotificationKind::ActingStarted.as_str(),
        acting.uuid(),
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Tells one person, unless they did it themselves.
pub async fn notify_person(
    tx: &mut TenantTx,
    user_id: UserId,
    kind: NotificationKind,
    incident_id: IncidentId,
) -> Result<(), AppError> {
    if tx.user_id() == Some(user_id) {
        return Ok(());
    }
    insert_notifications(tx, &[user_id], kind, incident_id).await
}

async fn insert_notifications(
    tx: &mut TenantTx,
    readers: &[UserId],
    kind: NotificationKind,
    incident_id: IncidentId,
) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    let ids: Vec<_> = readers.iter().map(|_| NotificationId::generate().uuid()).collect();
    let readers: Vec<_> = readers.iter().copied().map(UserId::uuid).collect();
    sqlx::query!(
        "insert into notifications (tenant_id, id, user_id, kind, incident_id)
         select $1, new.id, new.user_id, $4, $5 from unnest($2::uuid[], $3::uuid[]) as new (id, user_id)
         on conflict on constraint notifications_once_key do update set created_at = now(), read_at = null",
        tenant_id.uuid(),
        &ids,
        &readers,
        kind.as_str(),
        incident_id.uuid(),
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// The person's latest notifications.
pub async fn list_notifications(tx: &mut TenantTx, user_id: UserId, limit: i64) -> Result<Vec<Notification>, AppError> {
    let tenant_id = tx.tenant_id();
    let rows = sqlx::query_as!(
        NotificationRow,
        r#"select n.id as "id: NotificationId", n.kind, n.created_at, n.read_at is not null as "is_read!",
                  i.id as "incident_id?: IncidentId", i.number as "number?", i.reporter_name as "reporter_name?",
                  i.participant_name as "participant_name?", b.month as "month?",
                  b.threshold_percent as "threshold_percent?", b.cap_micros as "cap_micros?",
                  a.id as "acting_id?: ActingId", a.reason as "acting_reason?", acted.display_name as "acted_name?"
           from notifications n
           left join incidents i on i.tenant_id = n.tenant_id and i.id = n.incident_id
           left join budget_alerts b on b.tenant_id = n.tenant_id and b.id = n.budget_alert_id
           left join acting_sessions a on a.tenant_id = n.tenant_id and a.id = n.acting_id
           left join memberships acted on acted.tenant_id = a.tenant_id and acted.user_id = a.user_id
           where n.tenant_id = $1 and n.user_id = $2
           order by n.created_at desc, n.id desc limit $3"#,
        tenant_id.uuid(),
        user_id.uuid(),
        limit,
    )
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter().map(|row| row.read().ok_or(AppError::Internal)).collect()
}

struct NotificationRow {
    id: NotificationId,
    kind: String,
    created_at: DateTime<Utc>,
    is_read: bool,
    incident_id: Option<IncidentId>,
    number: Option<i64>,
    reporter_name: Option<String>,
    participant_name: Option<String>,
    month: Option<NaiveDate>,
    threshold_percent: Option<i16>,
    cap_micros: Option<i64>,
    acting_id: Option<ActingId>,
    acting_reason: Option<String>,
    acted_name: Option<String>,
}

impl NotificationRow {
    fn read(self) -> Option<Notification> {
        let subject = match (self.month, self.acting_id) {
            (_, Some(id)) => {
                Subject::Acting(ActingStart { id, person_name: self.acted_name?, reason: self.acting_reason? })
            }
            (Some(month), None) => Subject::Budget(Budget {
                month: Month::of(month)?,
                threshold_percent: self.threshold_percent?,
                cap_micros: self.cap_micros?,
            }),
            (None, None) => Subject::Report(Report {
                id: self.incident_id?,
                number: self.number?,
                reporter_name: self.reporter_name?,
                participant_name: self.participant_name?,
            }),
        };
        let Self { id, created_at, is_read, .. } = self;
        Some(Notification { id, kind: NotificationKind::parse(&self.kind)?, subject, created_at, is_read })
    }
}

/// How many the person has not read.
pub async fn count_unread(tx: &mut TenantTx, user_id: UserId) -> Result<i64, AppError> {
    let tenant_id = tx.tenant_id();
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "count!" from notifications where tenant_id = $1 and user_id = $2 and read_at is null"#,
        tenant_id.uuid(),
        user_id.uuid(),
    )
    .fetch_one(tx.connection())
    .await?)
}

/// Marks one as read; another person's is not found.
pub async fn mark_read(tx: &mut TenantTx, user_id: UserId, id: NotificationId) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    let marked = sqlx::query!(
        "update notifications set read_at = coalesce(read_at, now()) where tenant_id = $1 and user_id = $2 and id = $3",
        tenant_id.uuid(),
        user_id.uuid(),
        id.uuid(),
    )
    .execute(tx.connection())
    .await?;
    if marked.rows_affected() == 1 { Ok(()) } else { Err(AppError::NotFound) }
}

/// Marks what the member was told about an incident as read, because they have opened it. Opening goes on
/// where nothing may be changed, and what support opens in somebody's place that person has not read.
pub async fn note_opened(tx: &mut TenantTx, member: &Member, incident_id: IncidentId) -> Result<(), AppError> {
    if member.standing.may_write() && member.acting.is_none() {
        mark_read_about(tx, member.user_id, incident_id).await?;
    }
    Ok(())
}

async fn mark_read_about(tx: &mut TenantTx, user_id: UserId, incident_id: IncidentId) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    sqlx::query!(
        "update notifications set read_at = now()
         where tenant_id = $1 and user_id = $2 and incident_id = $3 and read_at is null",
        tenant_id.uuid(),
        user_id.uuid(),
        incident_id.uuid(),
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Marks all of the person's as read.
pub async fn mark_all_read(tx: &mut TenantTx, user_id: UserId) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    sqlx::query!(
        "update notifications set read_at = now() where tenant_id = $1 and user_id = $2 and read_at is null",
        tenant_id.uuid(),
        user_id.uuid(),
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}
