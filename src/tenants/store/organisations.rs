//! The queries of the system admin: about an organisation, never about what its people wrote.

use super::{
    acting::list_acting,
    settings::{Change, SUBJECT, find_revisions, list_changes, lock, slug_taken},
};
use crate::{
    accounts::role::Role,
    audit::{event::Action, store as audit},
    error::AppError,
    ids::{TenantId, UserId},
    jobs::queue,
    platform::database::TenantTx,
    tenants::{
        organisation::{NewOrganisation, NewStatus, Organisation, OrganisationPerson, last_day},
        settings::SettingsGroup,
        standing::{Standing, TenantStatus},
    },
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde_json::json;
use sqlx::PgPool;

/// An organisation by its address; nothing for anybody but a system admin.
pub async fn find_organisation(pool: &PgPool, user_id: UserId, slug: &str) -> Result<TenantId, AppError> {
    let id = sqlx::query_scalar!(r#"select app.find_organisation($1, $2) as "id: TenantId""#, user_id.uuid(), slug)
        .fetch_one(pool)
        .await?;
    id.ok_or(AppError::NotFound)
}

/// The page of the organisation that the transaction is in.
pub async fn read_organisation(tx: &mut TenantTx) -> Result<Organisation, AppError> {
    let tenant_id = tx.tenant_id();
    let row = sqlx::query!(
        "select slug, name, status, trial_ends_at, time_zone, created_at from tenants where id = $1",
        tenant_id.uuid(),
    )
    .fetch_one(tx.connection())
    .await?;
    let status = TenantStatus::parse(&row.status).ok_or(AppError::Internal)?;
    let time_zone: Tz = row.time_zone.parse().map_err(|_| AppError::Internal)?;
    Ok(Organisation {
        slug: row.slug,
        name: row.name,
        status,
        standing: Standing::at(Utc::now(), status, row.trial_ends_at),
        trial_ends_on: row.trial_ends_at.map(|ends_at| last_day(ends_at, time_zone)),
        time_zone,
        created_at: row.created_at,
        revision: find_revisions(tx).await?.of(SettingsGroup::Status),
        people: list_people(tx).await?,
        changes: list_changes(tx, Some(SettingsGroup::Status), 50).await?,
        acting: list_acting(tx, 20).await?,
    })
}

async fn list_people(tx: &mut TenantTx) -> Result<Vec<OrganisationPerson>, AppError> {
    let tenant_id = tx.tenant_id();
    let rows = sqlx::query!(
        r#"select user_id as "user_id: UserId", display_name, role from memberships
           where tenant_id = $1 and status = 'active' and role <> 'system_admin'
           order by display_name, user_id limit 1000"#,
        tenant_id.uuid(),
    )
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter()
        .map(|row| {
            let role = Role::parse(&row.role).ok_or(AppError::Internal)?;
            Ok(OrganisationPerson { user_id: row.user_id, name: row.display_name, role })
        })
        .collect()
}

/// The time zone of the organisation that the transaction is in.
pub async fn find_time_zone(tx: &mut TenantTx) -> Result<Tz, AppError> {
    let tenant_id = tx.tenant_id();
    let zone = sqlx::query_scalar!("select time_zone from tenants where id = $1", tenant_id.uuid())
        .fetch_one(tx.connection())
        .await?;
    zone.parse().map_err(|_| AppError::Internal)
}

/// Adds the organisation that the transaction is in. `by` is the system admin.
pub async fn insert_organisation(tx: &mut TenantTx, new: &NewOrganisation, by: UserId) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    sqlx::query!(
        "insert into tenants (id, slug, name, status, trial_ends_at, time_zone) values ($1, $2, $3, $4, $5, $6)",
        tenant_id.uuid(),
        new.slug.as_str(),
        new.name,
        new.status.as_str(),
        new.trial_ends_at,
        new.time_zone.name(),
    )
    .execute(tx.connection())
    .await
    .map_err(slug_taken)?;
    let details = json!({ "by": by, "status": new.status });
    audit::record(tx, Action::TenantCreated, SUBJECT, tenant_id.uuid(), details).await
}

/// Changes what the organisation may do, from now. Work that waited for it goes on. `by` is the system admin.
pub async fn save_status(tx: &mut TenantTx, revision: i32, new: &NewStatus, by: UserId) -> Result<(), AppError> {
    let zone = lock(tx, SettingsGroup::Status, revision).await?.time_zone;
    let tenant_id = tx.tenant_id();
    let stored = sqlx::query!("select status, trial_ends_at from tenants where id = $1", tenant_id.uuid())
        .fetch_one(tx.connection())
        .await?;
    let before = TenantStatus::parse(&stored.status).ok_or(AppError::Internal)?;
    sqlx::query!(
        "update tenants set status = $2, trial_ends_at = $3, updated_at = now() where id = $1",
        tenant_id.uuid(),
        new.status.as_str(),
        new.trial_ends_at,
    )
    .execute(tx.connection())
    .await?;
    let day = |ends_at: Option<DateTime<Utc>>| {
        ends_at.map(|ends_at| last_day(ends_at, zone).format("%-d %b %Y").to_string()).unwrap_or_default()
    };
    Change::new(SettingsGroup::Status, revision)
        .because(&new.reason)
        .field("Status", before.label(), new.status.label())
        .field("Last day of the trial", &day(stored.trial_ends_at), &day(new.trial_ends_at))
        .insert(tx)
        .await?;
    let details = json!({ "by": by, "from": before, "to": new.status, "trial_ends_at": new.trial_ends_at });
    audit::record(tx, Action::TenantStatusChanged, SUBJECT, tenant_id.uuid(), details).await?;
    if Standing::at(Utc::now(), new.status, new.trial_ends_at).may_write() {
        queue::wake(tx.connection(), tenant_id).await?;
    }
    Ok(())
}
