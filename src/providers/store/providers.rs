//! The providers that an organisation has set up.

use super::keys::SealedKey;
use crate::{
    ai::provider::{FallbackReason, ProviderKind},
    audit::{event::Action, store as audit},
    error::AppError,
    ids::ProviderId,
    platform::{database::TenantTx, seal::KeyRing},
    prompts::step::WorkflowStep,
    providers::{
        provider_settings::{Provider, TestResult},
        route::Access,
        settings_forms::{KeyChange, NewProvider},
    },
};
use chrono::{DateTime, Utc};
use serde_json::json;
use std::time::Duration;

/// The subject type of providers in audit events.
pub const SUBJECT: &str = "ai_provider";

struct RawProvider {
    id: ProviderId,
    kind: String,
    name: String,
    base_url: Option<String>,
    has_key: bool,
    key_hint: Option<String>,
    is_enabled: bool,
    tested_at: Option<DateTime<Utc>>,
    tested_model: Option<String>,
    test_problem: Option<String>,
    test_latency_ms: Option<i32>,
    steps: Vec<String>,
    revision: i32,
}

impl RawProvider {
    fn into_provider(self) -> Result<Provider, AppError> {
        let problem = self.test_problem.as_deref().map(|code| FallbackReason::parse(code).ok_or(AppError::Internal));
        let problem = problem.transpose()?;
        let steps = self.steps.iter().map(|step| WorkflowStep::parse(step).ok_or(AppError::Internal));
        Ok(Provider {
            id: self.id,
            kind: ProviderKind::parse(&self.kind).ok_or(AppError::Internal)?,
            name: self.name,
            base_url: self.base_url,
            has_key: self.has_key,
            key_hint: self.key_hint,
            is_enabled: self.is_enabled,
            test_model: self.tested_model,
            last_test: self.tested_at.map(|tested_at| TestResult {
                tested_at,
                problem,
                latency_ms: self.test_latency_ms,
            }),
            steps: steps.collect::<Result<_, _>>()?,
            revision: self.revision,
        })
    }
}

/// One provider, or all of them by name.
async fn read(tx: &mut TenantTx, id: Option<ProviderId>) -> Result<Vec<Provider>, AppError> {
    let tenant_id = tx.tenant_id();
    let rows = sqlx::query_as!(
        RawProvider,
        r#"select id as "id: ProviderId", kind, name, base_url, sealed_key is not null as "has_key!", key_hint,
                  is_enabled, tested_at, tested_model, test_problem, test_latency_ms, revision,
                  array(select s.workflow_step from ai_step_settings s
                        where s.tenant_id = $1 and s.provider_id = ai_providers.id order by 1) as "steps!"
           from ai_providers where tenant_id = $1 and ($2::uuid is null or id = $2) order by name, id"#,
        tenant_id.uuid(),
        id.map(ProviderId::uuid),
    )
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter().map(RawProvider::into_provider).collect()
}

/// All providers, by name.
pub async fn list_providers(tx: &mut TenantTx) -> Result<Vec<Provider>, AppError> {
    read(tx, None).await
}

/// One provider.
pub async fn find_provider(tx: &mut TenantTx, id: ProviderId) -> Result<Provider, AppError> {
    read(tx, Some(id)).await?.pop().ok_or(AppError::NotFound)
}

/// What a call to a provider takes, with a model of the caller's choice.
pub async fn find_access(tx: &mut TenantTx, id: ProviderId, model: &str) -> Result<Access, AppError> {
    let tenant_id = tx.tenant_id();
    let row = sqlx::query!(
        "select kind, name, base_url, sealed_key, key_version from ai_providers where tenant_id = $1 and id = $2",
        tenant_id.uuid(),
        id.uuid(),
    )
    .fetch_optional(tx.connection())
    .await?
    .ok_or(AppError::NotFound)?;
    Ok(Access {
        id,
        name: row.name,
        kind: ProviderKind::parse(&row.kind).ok_or(AppError::Internal)?,
        base_url: row.base_url,
        sealed_key: row.sealed_key.zip(row.key_version),
        model: model.to_owned(),
    })
}

/// Sets a provider up.
pub async fn insert_provider(tx: &mut TenantTx, keys: &KeyRing, new: &NewProvider) -> Result<ProviderId, AppError> {
    let (tenant_id, id) = (tx.tenant_id(), ProviderId::generate());
    let sealed = match new.key.change(false, false) {
        KeyChange::Replace(key) => Some(SealedKey::new(keys, tenant_id, id, key)),
        KeyChange::Keep | KeyChange::Remove | KeyChange::Drop => None,
    };
    require_key(new.kind, sealed.is_some(), false)?;
    let (bytes, version, hint) = columns(sealed);
    sqlx::query!(
        "insert into ai_providers (tenant_id, id, kind, name, base_url, sealed_key, key_version, key_hint, is_enabled,
                                   tested_model)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        tenant_id.uuid(),
        id.uuid(),
        new.kind.as_str(),
        new.name,
        new.base_url,
        bytes,
        version,
        hint,
        new.is_enabled,
        new.test_model,
    )
    .execute(tx.connection())
    .await
    .map_err(at_field)?;
    audit::record(tx, Action::ProviderSaved, SUBJECT, id.uuid(), json!({ "kind": new.kind, "added": true })).await?;
    Ok(id)
}

/// Changes a provider, if the page was made from what is stored now. True if its key is gone because
/// it is somewhere else now.
pub async fn update_provider(
    tx: &mut TenantTx,
    keys: &KeyRing,
    id: ProviderId,
    revision: i32,
    new: &NewProvider,
) -> Result<bool, AppError> {
    let tenant_id = tx.tenant_id();
    let stored = sqlx::query!(
        "select kind, name, base_url, sealed_key, key_version, key_hint, is_enabled, tested_model, revision
         from ai_providers where tenant_id = $1 and id = $2 for update",
        tenant_id.uuid(),
        id.uuid(),
    )
    .fetch_optional(tx.connection())
    .await?
    .ok_or(AppError::NotFound)?;
    if stored.revision != revision {
        return Err(AppError::Stale { current_revision: stored.revision });
    }
    let has_moved = stored.kind != new.kind.as_str() || stored.base_url != new.base_url;
    let change = new.key.change(stored.sealed_key.is_some(), has_moved);
    let is_key_changed = change != KeyChange::Keep;
    let is_dropped = change == KeyChange::Drop;
    let stored_key = stored.sealed_key.zip(stored.key_version);
    let sealed = match change {
        KeyChange::Keep => stored_key.map(|(bytes, version)| SealedKey { bytes, version, hint: stored.key_hint }),
        KeyChange::Remove | KeyChange::Drop => None,
        KeyChange::Replace(key) => Some(SealedKey::new(keys, tenant_id, id, key)),
    };
    require_key(new.kind, sealed.is_some(), is_dropped)?;
    let changed: Vec<_> = [
        ("kind", stored.kind != new.kind.as_str()),
        ("name", stored.name != new.name),
        ("address", stored.base_url != new.base_url),
        ("key", is_key_changed),
        ("is_enabled", stored.is_enabled != new.is_enabled),
        ("test_model", stored.tested_model != new.test_model),
    ]
    .into_iter()
    .filter_map(|(field, is_changed)| is_changed.then_some(field))
    .collect();
    if changed.is_empty() {
        return Ok(false);
    }
    let is_test_void = has_moved || is_key_changed || stored.tested_model != new.test_model;
    let (bytes, version, hint) = columns(sealed);
    sqlx::query!(
        "update ai_providers set kind = $3, name = $4, base_url = $5, sealed_key = $6, key_version = $7, key_hint = $8,
                is_enabled = $9, tested_model = $10, revision = revision + 1, updated_at = now(),
                tested_at = case when $11 then null else tested_at end,
                test_problem = case when $11 then null else test_problem end,
                test_latency_ms = case when $11 then null else test_latency_ms end
         where tenant_id = $1 and id = $2",
        tenant_id.uuid(),
        id.uuid(),
        new.kind.as_str(),
        new.name,
        new.base_url,
        bytes,
        version,
        hint,
        new.is_enabled,
        new.test_model,
        is_test_void,
    )
    .execute(tx.connection())
    .await
    .map_err(at_field)?;
    let details = json!({ "kind": new.kind, "changed": changed });
    audit::record(tx, Action::ProviderSaved, SUBJECT, id.uuid(), details).await?;
    Ok(is_dropped)
}

fn columns(sealed: Option<SealedKey>) -> (Option<Vec<u8>>, Option<i32>, Option<String>) {
    sealed.map_or((None, None, None), |sealed| (Some(sealed.bytes), Some(sealed.version), sealed.hint))
}

fn require_key(kind: ProviderKind, has_key: bool, is_dropped: bool) -> Result<(), AppError> {
    if has_key || !kind.needs_key() {
        return Ok(());
    }
    let message = if is_dropped {
        "Enter the key again: the kind or the address has changed, and the stored key was meant for the old one."
    } else {
        "Enter the key. This kind of provider doesn't answer without one."
    };
    Err(AppError::field("key", message))
}

/// Removes a provider that no step uses, if `confirmed_name` is its name.
pub async fn delete_provider(tx: &mut TenantTx, id: ProviderId, confirmed_name: &str) -> Result<(), AppError> {
    let provider = find_provider(tx, id).await?;
    if !provider.steps.is_empty() {
        let steps: Vec<_> = provider.steps.iter().map(|step| step.label()).collect();
        return Err(in_use(&steps.join(", ")));
    }
    if provider.name != confirmed_name {
        return Err(AppError::field("confirmed_name", "Type the name exactly as it stands above."));
    }
    let tenant_id = tx.tenant_id();
    sqlx::query!("delete from ai_providers where tenant_id = $1 and id = $2", tenant_id.uuid(), id.uuid())
        .execute(tx.connection())
        .await
        .map_err(|error| match error.as_database_error().and_then(|error| error.constraint()) {
            Some("ai_step_settings_provider_fkey") => in_use("a step that was chosen just now"),
            Some("embedding_settings_provider_fkey") => in_use("meaning search"),
            _ => error.into(),
        })?;
    audit::record(tx, Action::ProviderRemoved, SUBJECT, id.uuid(), json!({ "kind": provider.kind })).await
}

fn in_use(steps: &str) -> AppError {
    AppError::not_possible(format!(
        "This provider answers for: {steps}. Choose another for it first, then remove this one."
    ))
}

/// Keeps how a test with `model` went, unless the provider was changed in the meantime.
pub async fn save_test(
    tx: &mut TenantTx,
    id: ProviderId,
    revision: i32,
    model: &str,
    result: Result<Duration, FallbackReason>,
) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    let problem = result.err();
    sqlx::query!(
        "update ai_providers set tested_at = now(), tested_model = $4, test_problem = $5, test_latency_ms = $6
         where tenant_id = $1 and id = $2 and revision = $3",
        tenant_id.uuid(),
        id.uuid(),
        revision,
        model,
        problem.map(FallbackReason::as_str),
        result.ok().map(|latency| i32::try_from(latency.as_millis()).unwrap_or(i32::MAX)),
    )
    .execute(tx.connection())
    .await?;
    let details = json!({ "problem": problem });
    audit::record(tx, Action::ProviderTested, SUBJECT, id.uuid(), details).await
}

/// What the database refuses, said at the field that caused it.
fn at_field(error: sqlx::Error) -> AppError {
    match error.as_database_error().and_then(|error| error.constraint()) {
        Some("ai_providers_name_key") => AppError::field("name", "Another provider has this name."),
        _ => error.into(),
    }
}
