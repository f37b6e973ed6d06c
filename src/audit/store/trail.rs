//! The trail page by page, newest first.

use crate::{
    audit::{
        event::Action,
        filter::{Actor, ParsedFilter},
        trail::{AuditEntry, SubjectKind},
    },
    error::AppError,
    ids::UserId,
    platform::database::TenantTx,
};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

/// People that the filter offers.
const MOST_PEOPLE: i64 = 500;

/// The entries that fit, newest first, `limit` at most.
pub async fn list_entries(
    tx: &mut TenantTx,
    filter: &ParsedFilter,
    zone: Tz,
    limit: i64,
) -> Result<Vec<AuditEntry>, AppError> {
    let tenant_id = tx.tenant_id();
    let (first, beyond) = find_bounds(tx, filter, zone).await?;
    let actions: Option<Vec<String>> =
        filter.actions.as_ref().map(|actions| actions.iter().map(|action| action.as_str().to_owned()).collect());
    // With a record every kind is named, so that the index by record can be used.
    let subjects: Option<Vec<String>> = match (filter.subject, filter.record) {
        (Some(kind), _) => Some(vec![kind.as_str().to_owned()]),
        (None, Some(_)) => Some(SubjectKind::ALL.iter().map(|kind| kind.as_str().to_owned()).collect()),
        (None, None) => None,
    };
    let person = match filter.actor {
        Some(Actor::Person(user_id)) => Some(user_id),
        Some(Actor::Nobody) | None => None,
    };
    Ok(sqlx::query_as!(
        AuditEntry,
        r#"select e.position, e.occurred_at, m.display_name as "actor_name?", e.action, e.subject_type, e.subject_id,
                  coalesce('#' || i.number, p.name, s.name, d.title, about.display_name) as subject_name, e.details
           from audit_events e
           left join memberships m on m.tenant_id = $1 and m.user_id = e.actor_id
           left join incidents i on e.subject_type = 'incident' and i.tenant_id = $1 and i.id = e.subject_id
           left join participants p on e.subject_type = 'participant' and p.tenant_id = $1 and p.id = e.subject_id
           left join sites s on e.subject_type = 'site' and s.tenant_id = $1 and s.id = e.subject_id
           left join documents d on e.subject_type = 'document' and d.tenant_id = $1 and d.id = e.subject_id
           left join memberships about on e.subject_type = 'membership' and about.tenant_id = $1
                                          and about.user_id = e.subject_id
           where e.tenant_id = $1 and e.position >= $2 and e.position < $3
             and ($4::text[] is null or e.action = any ($4))
             and ($5::uuid is null or e.actor_id = $5)
             and (not $6 or e.actor_id is null)
             and ($7::text[] is null or e.subject_type = any ($7))
             and ($8::uuid is null or e.subject_id = $8)
           order by e.position desc limit $9"#,
        tenant_id.uuid(),
        first,
        beyond,
        actions.as_deref(),
        person.map(UserId::uuid),
        filter.actor == Some(Actor::Nobody),
        subjects.as_deref(),
        filter.record,
        limit,
    )
    .fetch_all(tx.connection())
    .await?)
}

/// The positions between which the period lies: entries are written one after the other, so a position
/// is a time, and a list by position needs no sorting.
async fn find_bounds(tx: &mut TenantTx, filter: &ParsedFilter, zone: Tz) -> Result<(i64, i64), AppError> {
    let tenant_id = tx.tenant_id();
    let from = filter.from.and_then(|day| start_of_day(day, zone));
    let until = filter.to.and_then(|day| day.checked_add_days(Days::new(1))).and_then(|day| start_of_day(day, zone));
    let last = filter.after.unwrap_or(i64::MAX);
    if from.is_none() && until.is_none() {
        return Ok((0, last));
    }
    let bounds = sqlx::query!(
        r#"select coalesce((select position from audit_events where tenant_id = $1 and occurred_at < $2
                            order by occurred_at desc, position desc limit 1), 0) as "before!",
                  coalesce((select position from audit_events where tenant_id = $1 and occurred_at < $3
                            order by occurred_at desc, position desc limit 1), 0) as "last!""#,
        tenant_id.uuid(),
        from.unwrap_or(DateTime::<Utc>::UNIX_EPOCH),
        until.unwrap_or_else(|| Utc::now() + TimeDelta::days(1)),
    )
    .fetch_one(tx.connection())
    .await?;
    Ok((bounds.before + 1, last.min(bounds.last + 1)))
}

/// Midnight in the tenant's zone, or the first moment of a day that has no midnight.
fn start_of_day(day: NaiveDate, zone: Tz) -> Option<DateTime<Utc>> {
    let midnight = day.and_time(NaiveTime::MIN);
    let first = [midnight, midnight + TimeDelta::hours(1)];
    first
        .into_iter()
        .find_map(|moment| zone.from_local_datetime(&moment).earliest())
        .map(|instant| instant.with_timezone(&Utc))
}

/// Everybody who is or was a member, by name.
pub async fn list_people(tx: &mut TenantTx) -> Result<Vec<(UserId, String)>, AppError> {
    let tenant_id = tx.tenant_id();
    let rows = sqlx::query!(
        r#"select user_id as "user_id: UserId", display_name from memberships
           where tenant_id = $1 order by display_name, user_id limit $2"#,
        tenant_id.uuid(),
        MOST_PEOPLE,
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(rows.into_iter().map(|row| (row.user_id, row.display_name)).collect())
}

/// Notes that the trail was saved as a file; `narrowing` are the names of the filters that were set.
pub async fn note_export(tx: &mut TenantTx, narrowing: &[&str]) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id().uuid();
    let details = serde_json::json!({ "filters": narrowing });
    super::record(tx, Action::AuditExported, SubjectKind::Tenant.as_str(), tenant_id, details).await
}
