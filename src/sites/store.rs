//! The queries of the sites' register.

use super::site::{NewSite, Site, SiteOption, SitePage, SiteStatus};
use crate::{
    audit::{event::Action, store as audit},
    error::AppError,
    ids::SiteId,
    platform::database::TenantTx,
};
use serde_json::json;

/// The subject type of sites in audit events.
pub const SUBJECT: &str = "site";
const PAGE_SIZE: usize = 50;

struct RawSite {
    id: SiteId,
    name: String,
    address: String,
    status: String,
    revision: i32,
}

impl RawSite {
    fn into_site(self) -> Result<Site, AppError> {
        Ok(Site {
            id: self.id,
            name: self.name,
            address: self.address,
            status: SiteStatus::parse(&self.status).ok_or(AppError::Internal)?,
            revision: self.revision,
        })
    }
}

/// One page of the register by name. `search` is a part of the name; the page begins after the row `after`.
pub async fn list_sites(
    tx: &mut TenantTx,
    search: Option<&str>,
    include_archived: bool,
    after: Option<SiteId>,
) -> Result<SitePage, AppError> {
    let tenant_id = tx.tenant_id();
    let mut rows = sqlx::query_as!(
        RawSite,
        r#"select s.id as "id: SiteId", s.name, s.address, s.status, s.revision
           from sites s left join sites last on last.tenant_id = s.tenant_id and last.id = $4
           where s.tenant_id = $1
             and ($2::text is null or strpos(lower(s.name), lower($2)) > 0)
             and ($3 or s.status = 'active')
             and (last.id is null or (s.name, s.id) > (last.name, last.id))
           order by s.name, s.id limit $5"#,
        tenant_id.uuid(),
        search,
        include_archived,
        after.map(SiteId::uuid),
        i64::try_from(PAGE_SIZE + 1).unwrap_or(i64::MAX),
    )
    .fetch_all(tx.connection())
    .await?;
    let has_more = rows.len() > PAGE_SIZE;
    rows.truncate(PAGE_SIZE);
    let next = rows.last().filter(|_| has_more).map(|row| row.id);
    let sites = rows.into_iter().map(RawSite::into_site).collect::<Result<_, _>>()?;
    Ok(SitePage { sites, next })
}

/// One site, archived or not.
pub async fn find_site(tx: &mut TenantTx, id: SiteId) -> Result<Site, AppError> {
    let tenant_id = tx.tenant_id();
    sqlx::query_as!(
        RawSite,
        r#"select id as "id: SiteId", name, address, status, revision from sites where tenant_id = $1 and id = $2"#,
        tenant_id.uuid(),
        id.uuid(),
    )
    .fetch_optional(tx.connection())
    .await?
    .ok_or(AppError::NotFound)?
    .into_site()
}

/// The active sites by name, for a field to choose from.
pub async fn list_options(tx: &mut TenantTx) -> Result<Vec<SiteOption>, AppError> {
    let tenant_id = tx.tenant_id();
    Ok(sqlx::query_as!(
        SiteOption,
        r#"select id as "id: SiteId", name from sites where tenant_id = $1 and status = 'active' order by name, id"#,
        tenant_id.uuid(),
    )
    .fetch_all(tx.connection())
    .await?)
}

/// Adds a place to the register.
pub async fn insert_site(tx: &mut TenantTx, new: &NewSite) -> Result<SiteId, AppError> {
    let tenant_id = tx.tenant_id();
    let id = SiteId::generate();
    sqlx::query!(
        "insert into sites (tenant_id, id, name, address, status) values ($1, $2, $3, $4, $5)",
        tenant_id.uuid(),
        id.uuid(),
        new.name,
        new.address,
        new.status.as_str(),
    )
    .execute(tx.connection())
    .await
    .map_err(at_field)?;
    audit::record(tx, Action::SiteAdded, SUBJECT, id.uuid(), json!({})).await?;
    Ok(id)
}

/// Changes a place in the register, if the page was made from what is stored now. Nothing is written
/// where nothing changed.
pub async fn update_site(tx: &mut TenantTx, id: SiteId, revision: i32, new: &NewSite) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    let stored = sqlx::query!(
        "select name, address, status, revision from sites where tenant_id = $1 and id = $2 for update",
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
        ("address", stored.address != new.address),
        ("status", stored.status != new.status.as_str()),
    ]
    .into_iter()
    .filter_map(|(field, is_changed)| is_changed.then_some(field))
    .collect();
    if changed.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "update sites set name = $3, address = $4, status = $5, revision = revision + 1, updated_at = now()
         where tenant_id = $1 and id = $2",
        tenant_id.uuid(),
        id.uuid(),
        new.name,
        new.address,
        new.status.as_str(),
    )
    .execute(tx.connection())
    .await
    .map_err(at_field)?;
    audit::record(tx, Action::SiteChanged, SUBJECT, id.uuid(), json!({ "changed": changed })).await
}

/// What the database refuses, said at the field that caused it.
fn at_field(error: sqlx::Error) -> AppError {
    match error.as_database_error().and_then(|error| error.constraint()) {
        Some("sites_name_key") => {
            AppError::field("name", "Another site has this name. If you can't see it in the list, it may be archived.")
        }
        _ => error.into(),
    }
}
