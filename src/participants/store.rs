//! The queries of the participants' register.

use super::participant::{NewParticipant, Participant, ParticipantOption, ParticipantPage, ParticipantStatus};
use crate::{
    audit::{event::Action, store as audit},
    error::AppError,
    ids::{ParticipantId, SiteId},
    platform::database::TenantTx,
};
use serde_json::json;

/// The subject type of participants in audit events.
pub const SUBJECT: &str = "participant";
const PAGE_SIZE: usize = 50;

struct RawParticipant {
    id: ParticipantId,
    name: String,
    ndis_number: Option<String>,
    site_id: Option<SiteId>,
    site_name: Option<String>,
    status: String,
    revision: i32,
}

impl RawParticipant {
    fn into_participant(self) -> Result<Participant, AppError> {
        Ok(Participant {
            id: self.id,
            name: self.name,
            ndis_number: self.ndis_number,
            site_id: self.site_id,
            site_name: self.site_name,
            status: ParticipantStatus::parse(&self.status).ok_or(AppError::Internal)?,
            revision: self.revision,
        })
    }
}

/// One page of the register by name. `search` is a part of the name. The page begins after the row
/// `after`: an id, because an address must not carry a name that nobody typed there.
pub async fn list_participants(
    tx: &mut TenantTx,
    search: Option<&str>,
    include_archived: bool,
    after: Option<ParticipantId>,
) -> Result<ParticipantPage, AppError> {
    let tenant_id = tx.tenant_id();
    let mut rows = sqlx::query_as!(
        RawParticipant,
        r#"select p.id as "id: ParticipantId", p.name, p.ndis_number, p.site_id as "site_id: SiteId",
                  s.name as "site_name?", p.status, p.revision
           from participants p
           left join sites s on s.tenant_id = p.tenant_id and s.id = p.site_id
           left join participants last on last.tenant_id = p.tenant_id and last.id = $4
           where p.tenant_id = $1
             and ($2::text is null or strpos(lower(p.name), lower($2)) > 0)
             and ($3 or p.status = 'active')
             and (last.id is null or (p.name, p.id) > (last.name, last.id))
           order by p.name, p.id limit $5"#,
        tenant_id.uuid(),
        search,
        include_archived,
        after.map(ParticipantId::uuid),
        i64::try_from(PAGE_SIZE + 1).unwrap_or(i64::MAX),
    )
    .fetch_all(tx.connection())
    .await?;
    let has_more = rows.len() > PAGE_SIZE;
    rows.truncate(PAGE_SIZE);
    let next = rows.last().filter(|_| has_more).map(|row| row.id);
    let participants = rows.into_iter().map(RawParticipant::into_participant).collect::<Result<_, _>>()?;
    Ok(ParticipantPage { participants, next })
}

/// One participant, archived or not.
pub async fn find_participant(tx: &mut TenantTx, id: ParticipantId) -> Result<Participant, AppError> {
    let tenant_id = tx.tenant_id();
    sqlx::query_as!(
        RawParticipant,
        r#"select p.id as "id: ParticipantId", p.name, p.ndis_number, p.site_id as "site_id: SiteId",
                  s.name as "site_name?", p.status, p.revision
           from participants p left join sites s on s.tenant_id = p.tenant_id and s.id = p.site_id
           where p.tenant_id = $1 and p.id = $2"#,
        tenant_id.uuid(),
        id.uuid(),
    )
    .fetch_optional(tx.connection())
    .await?
    .ok_or(AppError::NotFound)?
    .into_participant()
}

/// The active participants by name, for a field to choose from.
pub async fn list_options(tx: &mut TenantTx) -> Result<Vec<ParticipantOption>, AppError> {
    let tenant_id = tx.tenant_id();
    Ok(sqlx::query_as!(
        ParticipantOption,
        r#"select id as "id: ParticipantId", name, site_id as "site_id: SiteId"
           from participants where tenant_id = $1 and status = 'active' order by name, id"#,
        tenant_id.uuid(),
    )
    .fetch_all(tx.connection())
    .await?)
}

/// Adds somebody to the register.
pub async fn insert_participant(tx: &mut TenantTx, new: &NewParticipant) -> Result<ParticipantId, AppError> {
    let tenant_id = tx.tenant_id();
    let id = ParticipantId::generate();
    sqlx::query!(
        "insert into participants (tenant_id, id, name, ndis_number, site_id, status) values ($1, $2, $3, $4, $5, $6)",
        tenant_id.uuid(),
        id.uuid(),
        new.name,
        new.ndis_number,
        new.site_id.map(SiteId::uuid),
        new.status.as_str(),
    )
    .execute(tx.connection())
    .await
    .map_err(at_field)?;
    audit::record(tx, Action::ParticipantAdded, SUBJECT, id.uuid(), json!({})).await?;
    Ok(id)
}

/// Changes somebody in the register, if the page was made from what is stored now. Nothing is written
/// where nothing changed.
pub async fn update_participant(
    tx: &mut TenantTx,
    id: ParticipantId,
    revision: i32,
    new: &NewParticipant,
) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    let stored = sqlx::query!(
        r#"select name, ndis_number, site_id as "site_id: SiteId", status, revision
           from participants where tenant_id = $1 and id = $2 for update"#,
        tenant_id.uuid(),
        id.uuid(),
    )
    .fetch_optional(tx.connection())
    .await?
    .ok_or(AppError::NotFound)?;
    if stored.revision != revision {
        return Err(AppError::Stale { current_revision: stored.revision });
    }
    let changed: Vec<_> = [
        ("name", stored.name != new.name),
        ("ndis_number", stored.ndis_number != new.ndis_number),
        ("site_id", stored.site_id != new.site_id),
        ("status", stored.status != new.status.as_str()),
    ]
    .into_iter()
    .filter_map(|(field, is_changed)| is_changed.then_some(field))
    .collect();
    if changed.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "update participants
         set name = $3, ndis_number = $4, site_id = $5, status = $6, revision = revision + 1, updated_at = now()
         where tenant_id = $1 and id = $2",
        tenant_id.uuid(),
        id.uuid(),
        new.name,
        new.ndis_number,
        new.site_id.map(SiteId::uuid),
        new.status.as_str(),
    )
    .execute(tx.connection())
    .await
    .map_err(at_field)?;
    audit::record(tx, Action::ParticipantChanged, SUBJECT, id.uuid(), json!({ "changed": changed })).await
}

/// What the database refuses, said at the field that caused it.
fn at_field(error: sqlx::Error) -> AppError {
    match error.as_database_error().and_then(|error| error.constraint()) {
        Some("participants_ndis_number_key") => {
            AppError::field("ndis_number", "Another participant has this NDIS number.")
        }
        // Another organisation's site is refused like one that doesn't exist.
        Some("participants_site_fkey") => AppError::field("site_id", "Choose a site from the list."),
        _ => error.into(),
    }
}
