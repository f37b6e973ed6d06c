//! The people of an organisation in the database.
//!
//! What an admin may know and do about somebody's account goes through narrow functions of the `app`
//! schema, which look at the current organisation's own people only.

use super::{
    filter::PeopleFilter,
    person::{MembershipStatus, PersonEdit, PersonRecord, PersonRow, require_typed_name},
};
use crate::{
    accounts::{role::Role, security_event::SecurityEventKind, store::security_events},
    audit::{event::Action, store as audit},
    error::AppError,
    ids::UserId,
    platform::database::TenantTx,
};
use chrono::{DateTime, Utc};
use serde_json::json;

/// The subject type of people in audit events.
pub const SUBJECT: &str = "membership";
const PAGE_SIZE: usize = 50;

struct RawPerson {
    user_id: UserId,
    display_name: String,
    email: String,
    role: String,
    status: String,
    has_second_factor: bool,
    llm_access: bool,
    last_signed_in_at: Option<DateTime<Utc>>,
}

impl RawPerson {
    fn into_row(self) -> Result<PersonRow, AppError> {
        Ok(PersonRow {
            user_id: self.user_id,
            display_name: self.display_name,
            email: self.email,
            role: Role::parse(&self.role).ok_or(AppError::Internal)?,
            status: MembershipStatus::parse(&self.status).ok_or(AppError::Internal)?,
            has_second_factor: self.has_second_factor,
            llm_access: self.llm_access,
            last_signed_in_at: self.last_signed_in_at,
        })
    }
}

/// One page of people by name, and the row that the next one comes after.
pub async fn list_people(
    tx: &mut TenantTx,
    filter: &PeopleFilter,
) -> Result<(Vec<PersonRow>, Option<UserId>), AppError> {
    let tenant_id = tx.tenant_id();
    let mut rows = sqlx::query_as!(
        RawPerson,
        r#"select m.user_id as "user_id: UserId", m.display_name, p.email as "email!", m.role, m.status,
                  p.has_second_factor as "has_second_factor!", m.llm_access, p.last_signed_in_at
           from memberships m
           join app.members() p on p.user_id = m.user_id
           left join memberships last on last.tenant_id = m.tenant_id and last.user_id = $5
           where m.tenant_id = $1
             and ($2 = '' or strpos(lower(m.display_name), lower($2)) > 0 or strpos(p.email, lower($2)) > 0)
             and ($3::text is null or m.role = $3)
             and ($4::text is null or m.status = $4)
             and (last.user_id is null or (m.display_name, m.user_id) > (last.display_name, last.user_id))
           order by m.display_name, m.user_id limit $6"#,
        tenant_id.uuid(),
        filter.search,
        filter.role.map(Role::as_str),
        filter.status.map(MembershipStatus::as_str),
        filter.after.map(UserId::uuid),
        i64::try_from(PAGE_SIZE + 1).unwrap_or(i64::MAX),
    )
    .fetch_all(tx.connection())
    .await?;
    let has_more = rows.len() > PAGE_SIZE;
    rows.truncate(PAGE_SIZE);
    let next = rows.last().filter(|_| has_more).map(|row| row.user_id);
    Ok((rows.into_iter().map(RawPerson::into_row).collect::<Result<_, _>>()?, next))
}

/// One person, active or not.
pub async fn find_person(tx: &mut TenantTx, id: UserId) -> Result<PersonRecord, AppError> {
    let (tenant_id, reader) = (tx.tenant_id(), tx.user_id());
    let row = sqlx::query!(
        r#"select m.display_name, p.email as "email!", m.role, m.status, m.llm_access, m.created_at, m.revision,
                  p.has_second_factor as "has_second_factor!", p.last_signed_in_at, p.works_elsewhere as "works_elsewhere!"
           from memberships m join app.member($2) p on p.user_id = m.user_id
           where m.tenant_id = $1 and m.user_id = $2"#,
        tenant_id.uuid(),
        id.uuid(),
    )
    .fetch_optional(tx.connection())
    .await?
    .ok_or(AppError::NotFound)?;
    let raw = RawPerson {
        user_id: id,
        display_name: row.display_name,
        email: row.email,
        role: row.role,
        status: row.status,
        has_second_factor: row.has_second_factor,
        llm_access: row.llm_access,
        last_signed_in_at: row.last_signed_in_at,
    };
    Ok(PersonRecord {
        person: raw.into_row()?,
        member_since: row.created_at,
        works_elsewhere: row.works_elsewhere,
        is_self: reader == Some(id),
        revision: row.revision,
    })
}

struct Locked {
    display_name: String,
    role: Role,
    status: MembershipStatus,
    revision: i32,
}

/// Locks a person for a change. All changes to an organisation's people wait for each other, so that of
/// two admins who demote each other at once one stays.
async fn lock(tx: &mut TenantTx, id: UserId) -> Result<Locked, AppError> {
    let tenant_id = tx.tenant_id();
    sqlx::query!("select id from tenants where id = $1 for no key update", tenant_id.uuid())
        .fetch_one(tx.connection())
        .await?;
    let row = sqlx::query!(
        "select display_name, role, status, revision from memberships where tenant_id = $1 and user_id = $2 for update",
        tenant_id.uuid(),
        id.uuid(),
    )
    .fetch_optional(tx.connection())
    .await?
    .ok_or(AppError::NotFound)?;
    Ok(Locked {
        display_name: row.display_name,
        role: Role::parse(&row.role).ok_or(AppError::Internal)?,
        status: MembershipStatus::parse(&row.status).ok_or(AppError::Internal)?,
        revision: row.revision,
    })
}

/// Locks a person whose membership is about to end. Refused for the organisation's only active admin.
pub async fn lock_leaving(tx: &mut TenantTx, id: UserId) -> Result<(), AppError> {
    let stored = lock(tx, id).await?;
    if stored.role == Role::CompanyAdmin && stored.status == MembershipStatus::Active {
        require_another_admin(tx, id).await?;
    }
    Ok(())
}

/// Passes if somebody else is an active admin.
async fn require_another_admin(tx: &mut TenantTx, id: UserId) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    let has_another = sqlx::query_scalar!(
        r#"select exists (select from memberships
                where tenant_id = $1 and user_id <> $2 and role = 'company_admin' and status = 'active') as "another!""#,
        tenant_id.uuid(),
        id.uuid(),
    )
    .fetch_one(tx.connection())
    .await?;
    if has_another {
        Ok(())
    } else {
        Err(AppError::not_possible("This is your organisation's only admin. Make somebody else an admin first."))
    }
}

/// Changes name and role, if the page was made from what is stored now. Nothing is written where
/// nothing changed.
pub async fn save_person(tx: &mut TenantTx, id: UserId, revision: i32, edit: &PersonEdit) -> Result<(), AppError> {
    let (tenant_id, actor) = (tx.tenant_id(), tx.user_id());
    let stored = lock(tx, id).await?;
    if stored.revision != revision {
        return Err(AppError::Stale { current_revision: stored.revision });
    }
    let role = edit.role.unwrap_or(stored.role);
    if role != stored.role && actor == Some(id) {
        return Err(AppError::field("role", "Nobody changes their own role. Ask another admin."));
    }
    if role != stored.role && stored.role == Role::CompanyAdmin && stored.status == MembershipStatus::Active {
        require_another_admin(tx, id).await.map_err(|error| match error {
            AppError::NotPossible { reason } => AppError::field("role", reason),
            other => other,
        })?;
    }
    let renamed = edit.display_name != stored.display_name;
    if !renamed && role == stored.role {
        return Ok(());
    }
    sqlx::query!(
        "update memberships set display_name = $3, role = $4, revision = revision + 1, updated_at = now()
         where tenant_id = $1 and user_id = $2",
        tenant_id.uuid(),
        id.uuid(),
        edit.display_name,
        role.as_str(),
    )
    .execute(tx.connection())
    .await?;
    if renamed {
        let details = json!({ "changed": ["display_name"] });
        audit::record(tx, Action::MembershipChanged, SUBJECT, id.uuid(), details).await?;
    }
    if role != stored.role {
        let details = json!({ "from": stored.role, "to": role });
        audit::record(tx, Action::RoleChanged, SUBJECT, id.uuid(), details).await?;
    }
    Ok(())
}

/// Lets the person in no more: every request reads the membership. Their sessions end too, unless they
/// work elsewhere as well.
pub async fn deactivate(tx: &mut TenantTx, id: UserId, typed_name: &str) -> Result<(), AppError> {
    let actor = tx.user_id();
    let stored = lock(tx, id).await?;
    if actor == Some(id) {
        return Err(AppError::not_possible("Nobody deactivates themselves. Ask another admin."));
    }
    require_typed_name(&stored.display_name, typed_name)?;
    if stored.status == MembershipStatus::Deactivated {
        return Ok(());
    }
    if stored.role == Role::CompanyAdmin {
        require_another_admin(tx, id).await?;
    }
    set_status(tx, id, MembershipStatus::Deactivated).await?;
    let ended = end_all_sessions(tx, id).await?;
    let details = json!({ "sessions_ended": ended });
    audit::record(tx, Action::MembershipDeactivated, SUBJECT, id.uuid(), details).await
}

/// Lets a person in again, with the role that they had.
pub async fn reactivate(tx: &mut TenantTx, id: UserId) -> Result<(), AppError> {
    let stored = lock(tx, id).await?;
    if stored.status == MembershipStatus::Active {
        return Ok(());
    }
    set_status(tx, id, MembershipStatus::Active).await?;
    audit::record(tx, Action::MembershipReactivated, SUBJECT, id.uuid(), json!({ "role": stored.role })).await
}

async fn set_status(tx: &mut TenantTx, id: UserId, status: MembershipStatus) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    sqlx::query!(
        "update memberships set status = $3, revision = revision + 1, updated_at = now()
         where tenant_id = $1 and user_id = $2",
        tenant_id.uuid(),
        id.uuid(),
        status.as_str(),
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// How many sessions were ended; nothing if they aren't this organisation's affair.
async fn end_all_sessions(tx: &mut TenantTx, id: UserId) -> Result<Option<i64>, AppError> {
    Ok(sqlx::query_scalar!("select app.end_member_sessions($1)", id.uuid()).fetch_one(tx.connection()).await?)
}

/// Signs the person out everywhere, and asks all their devices for the code again.
pub async fn end_sessions(tx: &mut TenantTx, id: UserId) -> Result<(), AppError> {
    require_somebody_else(tx, id)?;
    lock(tx, id).await?;
    let ended = end_all_sessions(tx, id).await?.ok_or_else(works_elsewhere)?;
    security_events::note(tx.connection(), id, SecurityEventKind::SessionsEnded, None).await?;
    audit::record(tx, Action::SessionsEnded, SUBJECT, id.uuid(), json!({ "sessions_ended": ended })).await
}

/// Removes the person's second factor, for somebody who has lost both their phone and their codes.
pub async fn reset_second_factor(tx: &mut TenantTx, id: UserId, typed_name: &str) -> Result<(), AppError> {
    require_somebody_else(tx, id)?;
    let stored = lock(tx, id).await?;
    require_typed_name(&stored.display_name, typed_name)?;
    let is_reset =
        sqlx::query_scalar!("select app.reset_member_second_factor($1)", id.uuid()).fetch_one(tx.connection()).await?;
    if !is_reset.ok_or_else(works_elsewhere)? {
        return Err(AppError::not_possible("This person has no two-step sign-in."));
    }
    security_events::note(tx.connection(), id, SecurityEventKind::SecondFactorReset, None).await?;
    audit::record(tx, Action::SecondFactorReset, SUBJECT, id.uuid(), json!({})).await
}

fn require_somebody_else(tx: &TenantTx, id: UserId) -> Result<(), AppError> {
    if tx.user_id() == Some(id) {
        return Err(AppError::not_possible("Your own sign-in is on your account page."));
    }
    Ok(())
}

fn works_elsewhere() -> AppError {
    AppError::not_possible(
        "This person works for another organisation too, so their sign-in isn't yours to change. You can deactivate them here.",
    )
}
