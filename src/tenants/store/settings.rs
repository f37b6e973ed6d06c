//! The queries of an organisation's settings. What holds stands in `tenants`; each version of a group is
//! kept beside it.

use crate::{
    audit::{
        event::{Action, SUPPORT},
        store as audit,
    },
    error::AppError,
    platform::database::TenantTx,
    tenants::{
        abn,
        settings::{
            Accent, Branding, ChangedField, Profile, Retention, Revisions, SettingsChange, SettingsGroup,
            TenantSettings,
        },
        tenant::TenantSlug,
        time_zones,
    },
};
use chrono_tz::Tz;
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// The subject type of organisations in audit events.
pub const SUBJECT: &str = "tenant";

/// Everything that is set.
pub async fn find_settings(tx: &mut TenantTx) -> Result<TenantSettings, AppError> {
    let tenant_id = tx.tenant_id();
    let row = sqlx::query!(
        "select name, abn, contact_email, contact_phone, postal_address, slug, time_zone, short_name, accent,
                retention_years, debug_log_days, second_factor_required
         from tenants where id = $1",
        tenant_id.uuid(),
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(TenantSettings {
        profile: Profile {
            name: row.name,
            abn: row.abn,
            contact_email: row.contact_email,
            contact_phone: row.contact_phone,
            postal_address: row.postal_address,
        },
        slug: row.slug,
        time_zone: row.time_zone.parse().map_err(|_| AppError::Internal)?,
        branding: Branding {
            short_name: row.short_name,
            accent: Accent::parse(&row.accent).ok_or(AppError::Internal)?,
        },
        retention: Retention { record_years: row.retention_years, debug_log_days: row.debug_log_days },
        second_factor_required: row.second_factor_required,
    })
}

/// How the organisation looks.
pub async fn find_branding(tx: &mut TenantTx) -> Result<Branding, AppError> {
    let tenant_id = tx.tenant_id();
    let row = sqlx::query!("select short_name, accent from tenants where id = $1", tenant_id.uuid())
        .fetch_one(tx.connection())
        .await?;
    Ok(Branding { short_name: row.short_name, accent: Accent::parse(&row.accent).ok_or(AppError::Internal)? })
}

/// How long things are kept.
pub async fn find_retention(tx: &mut TenantTx) -> Result<Retention, AppError> {
    let tenant_id = tx.tenant_id();
    Ok(sqlx::query_as!(
        Retention,
        "select retention_years as record_years, debug_log_days from tenants where id = $1",
        tenant_id.uuid(),
    )
    .fetch_one(tx.connection())
    .await?)
}

/// How often each group was saved.
pub async fn find_revisions(tx: &mut TenantTx) -> Result<Revisions, AppError> {
    let tenant_id = tx.tenant_id();
    let rows = sqlx::query!(
        r#"select settings_group, max(revision) as "revision!" from tenant_settings where tenant_id = $1 group by 1"#,
        tenant_id.uuid(),
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(Revisions(rows.into_iter().map(|row| (row.settings_group, row.revision)).collect()))
}

/// The latest versions, of one group or of all, the newest first.
pub async fn list_changes(
    tx: &mut TenantTx,
    group: Option<SettingsGroup>,
    limit: i64,
) -> Result<Vec<SettingsChange>, AppError> {
    let tenant_id = tx.tenant_id();
    let rows = sqlx::query!(
        r#"select s.settings_group, s.before, s.after, s.reason, s.saved_at,
                  case when s.acting_id is null then m.display_name else $3 || ' as ' || m.display_name end as "saved_by?"
           from tenant_settings s
           left join memberships m on m.tenant_id = s.tenant_id and m.user_id = s.saved_by
           where s.tenant_id = $1 and ($4::text is null or s.settings_group = $4)
           order by s.saved_at desc, s.id desc limit $2"#,
        tenant_id.uuid(),
        limit,
        SUPPORT,
        group.map(SettingsGroup::as_str),
    )
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(SettingsChange {
                group: SettingsGroup::parse(&row.settings_group).ok_or(AppError::Internal)?,
                saved_by: row.saved_by,
                saved_at: row.saved_at,
                reason: row.reason,
                fields: fields_of(&row.before, &row.after),
            })
        })
        .collect()
}

fn fields_of(before: &Value, after: &Value) -> Vec<ChangedField> {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
    let names = after.as_object().map(|fields| fields.keys().cloned().collect::<Vec<_>>()).unwrap_or_default();
    names
        .into_iter()
        .map(|name| ChangedField { before: text(before.get(&name)), after: text(after.get(&name)), name })
        .collect()
}

/// Who the organisation is.
pub async fn save_profile(tx: &mut TenantTx, revision: i32, new: &Profile) -> Result<(), AppError> {
    let stored = lock(tx, SettingsGroup::Profile, revision).await?;
    let change = Change::new(SettingsGroup::Profile, revision)
        .field("Name", &stored.profile.name, &new.name)
        .field("ABN", &abn::format(&stored.profile.abn), &abn::format(&new.abn))
        .field("Contact e-mail", &stored.profile.contact_email, &new.contact_email)
        .field("Contact phone", &stored.profile.contact_phone, &new.contact_phone)
        .field("Postal address", &stored.profile.postal_address, &new.postal_address);
    let tenant_id = tx.tenant_id();
    sqlx::query!(
        "update tenants set name = $2, abn = $3, contact_email = $4, contact_phone = $5, postal_address = $6,
                updated_at = now()
         where id = $1",
        tenant_id.uuid(),
        new.name,
        new.abn,
        new.contact_email,
        new.contact_phone,
        new.postal_address,
    )
    .execute(tx.connection())
    .await?;
    change.keep(tx).await
}

/// Where the organisation's pages are; the old address leads there.
pub async fn save_slug(tx: &mut TenantTx, revision: i32, new: &TenantSlug, confirmed: &str) -> Result<(), AppError> {
    let stored = lock(tx, SettingsGroup::Address, revision).await?;
    if confirmed != stored.slug {
        return Err(AppError::field("confirmed", format!("Type {} to confirm.", stored.slug)));
    }
    if stored.slug == new.as_str() {
        return Err(AppError::field("slug", "This is the address that you have. Enter another one."));
    }
    let tenant_id = tx.tenant_id();
    sqlx::query!("update tenants set slug = $2, updated_at = now() where id = $1", tenant_id.uuid(), new.as_str())
        .execute(tx.connection())
        .await
        .map_err(slug_taken)?;
    sqlx::query!(
        "insert into tenant_former_slugs (tenant_id, slug) values ($1, $2) on conflict do nothing",
        tenant_id.uuid(),
        stored.slug,
    )
    .execute(tx.connection())
    .await?;
    Change::new(SettingsGroup::Address, revision).field("Web address", &stored.slug, new.as_str()).keep(tx).await
}

/// What the database says about an address that somebody else has.
pub(super) fn slug_taken(error: sqlx::Error) -> AppError {
    match error.as_database_error().and_then(|error| error.constraint()) {
        Some("tenants_slug_key") => AppError::field("slug", "Another organisation has this address. Choose another."),
        _ => error.into(),
    }
}

/// Addresses that lead here, the latest left first.
pub async fn list_former_slugs(tx: &mut TenantTx) -> Result<Vec<String>, AppError> {
    let tenant_id = tx.tenant_id();
    Ok(sqlx::query_scalar!(
        "select f.slug from tenant_former_slugs f join tenants t on t.id = f.tenant_id
         where f.tenant_id = $1 and f.slug <> t.slug
         order by f.left_at desc, f.slug limit 20",
        tenant_id.uuid(),
    )
    .fetch_all(tx.connection())
    .await?)
}

/// Where the organisation's day starts.
pub async fn save_time_zone(tx: &mut TenantTx, revision: i32, new: Tz) -> Result<(), AppError> {
    let stored = lock(tx, SettingsGroup::TimeZone, revision).await?;
    let tenant_id = tx.tenant_id();
    // The database turns moments into days, too, so it has to know the zone.
    let changed = sqlx::query!(
        "update tenants set time_zone = $2, updated_at = now()
         where id = $1 and exists (select from pg_timezone_names where name = $2)",
        tenant_id.uuid(),
        new.name(),
    )
    .execute(tx.connection())
    .await?;
    if changed.rows_affected() == 0 {
        return Err(AppError::field("time_zone", "Choose a time zone from the list."));
    }
    Change::new(SettingsGroup::TimeZone, revision)
        .field("Time zone", &time_zones::label(stored.time_zone), &time_zones::label(new))
        .keep(tx)
        .await
}

/// How the organisation looks.
pub async fn save_branding(tx: &mut TenantTx, revision: i32, new: &Branding) -> Result<(), AppError> {
    let stored = lock(tx, SettingsGroup::Branding, revision).await?.branding;
    let tenant_id = tx.tenant_id();
    sqlx::query!(
        "update tenants set short_name = $2, accent = $3, updated_at = now() where id = $1",
        tenant_id.uuid(),
        new.short_name,
        new.accent.as_str(),
    )
    .execute(tx.connection())
    .await?;
    Change::new(SettingsGroup::Branding, revision)
        .field("Short name", &stored.short_name, &new.short_name)
        .field("Colour", stored.accent.label(), new.accent.label())
        .keep(tx)
        .await
}

/// How long things are kept.
pub async fn save_retention(tx: &mut TenantTx, revision: i32, new: Retention) -> Result<(), AppError> {
    let stored = lock(tx, SettingsGroup::Retention, revision).await?.retention;
    let tenant_id = tx.tenant_id();
    sqlx::query!(
        "update tenants set retention_years = $2, debug_log_days = $3, updated_at = now() where id = $1",
        tenant_id.uuid(),
        new.record_years,
        new.debug_log_days,
    )
    .execute(tx.connection())
    .await?;
    Change::new(SettingsGroup::Retention, revision)
        .field("Years that records are kept", &stored.record_years.to_string(), &new.record_years.to_string())
        .field("Days that the debug log is kept", &stored.debug_log_days.to_string(), &new.debug_log_days.to_string())
        .keep(tx)
        .await
}

/// Whether everybody needs a second factor.
pub async fn save_second_factor(tx: &mut TenantTx, revision: i32, is_required: bool) -> Result<(), AppError> {
    let stored = lock(tx, SettingsGroup::Security, revision).await?.second_factor_required;
    let tenant_id = tx.tenant_id();
    sqlx::query!(
        "update tenants set second_factor_required = $2, updated_at = now() where id = $1",
        tenant_id.uuid(),
        is_required,
    )
    .execute(tx.connection())
    .await?;
    let words = |is_required| if is_required { "Required" } else { "Optional" };
    Change::new(SettingsGroup::Security, revision)
        .field("Two-step sign-in", words(stored), words(is_required))
        .keep(tx)
        .await
}

/// What holds now, for whoever saves a group next; refused if that isn't what the page was made from.
pub(super) async fn lock(tx: &mut TenantTx, group: SettingsGroup, revision: i32) -> Result<TenantSettings, AppError> {
    let tenant_id = tx.tenant_id();
    // What refers to the organisation meanwhile doesn't wait, so it can't wait for this in a circle.
    sqlx::query!("select id from tenants where id = $1 for no key update", tenant_id.uuid())
        .fetch_one(tx.connection())
        .await?;
    let current_revision = find_revisions(tx).await?.of(group);
    if current_revision != revision {
        return Err(AppError::Stale { current_revision });
    }
    find_settings(tx).await
}

/// The next version of a group.
pub(super) struct Change {
    group: SettingsGroup,
    revision: i32,
    reason: String,
    before: Map<String, Value>,
    after: Map<String, Value>,
}

impl Change {
    /// One that follows on `revision`.
    pub fn new(group: SettingsGroup, revision: i32) -> Self {
        Self { group, revision: revision + 1, reason: String::new(), before: Map::new(), after: Map::new() }
    }

    /// Why.
    pub fn because(self, reason: &str) -> Self {
        Self { reason: reason.to_owned(), ..self }
    }

    /// A field, if it changes.
    pub fn field(mut self, name: &str, before: &str, after: &str) -> Self {
        if before != after {
            self.before.insert(name.to_owned(), before.into());
            self.after.insert(name.to_owned(), after.into());
        }
        self
    }

    /// Writes it down; nothing is written where nothing changed.
    pub async fn keep(self, tx: &mut TenantTx) -> Result<(), AppError> {
        if self.after.is_empty() {
            return Ok(());
        }
        self.insert(tx).await?;
        let (tenant_id, mut changed) = (tx.tenant_id(), self.after.keys().collect::<Vec<_>>());
        changed.sort_unstable();
        let details = json!({ "group": self.group, "changed": changed, "revision": self.revision });
        audit::record(tx, Action::TenantSettingsChanged, SUBJECT, tenant_id.uuid(), details).await
    }

    /// Writes it down without a word in the audit trail, which the caller finds.
    pub async fn insert(&self, tx: &mut TenantTx) -> Result<(), AppError> {
        let (tenant_id, user_id, acting) = (tx.tenant_id(), tx.user_id(), tx.acting());
        sqlx::query!(
            "insert into tenant_settings (tenant_id, id, settings_group, revision, before, after, reason, saved_by, acting_id)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            tenant_id.uuid(),
            Uuid::now_v7(),
            self.group.as_str(),
            self.revision,
            Value::Object(self.before.clone()),
            Value::Object(self.after.clone()),
            self.reason,
            user_id.map(|id| id.uuid()),
            acting.map(|acting| acting.id.uuid()),
        )
        .execute(tx.connection())
        .await?;
        Ok(())
    }
}
