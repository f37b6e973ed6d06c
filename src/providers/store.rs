//! The queries of the AI settings.

pub mod embedding;
pub mod keys;
pub mod people;
pub mod providers;

use super::{
    provider_settings::{StepChoice, StepSetting, Switch},
    settings_forms::{NewStepChoice, NewSwitch, provider_field},
};
use crate::{
    ai::provider::ProviderKind,
    audit::{event::Action, store as audit},
    error::AppError,
    ids::ProviderId,
    platform::database::TenantTx,
    prompts::step::WorkflowStep,
    usage::price::ModelPrice,
};
use serde_json::json;

/// The subject type of the settings in audit events; the subject is the tenant itself.
pub const SUBJECT: &str = "ai_settings";

/// The switch and the limits.
pub async fn find_switch(tx: &mut TenantTx) -> Result<Switch, AppError> {
    let tenant_id = tx.tenant_id();
    let switch = sqlx::query_as!(
        Switch,
        "select providers_off, monthly_cap_micros, person_monthly_cap_micros, revision from ai_settings
         where tenant_id = $1",
        tenant_id.uuid(),
    )
    .fetch_optional(tx.connection())
    .await?;
    Ok(switch.unwrap_or_default())
}

/// Changes the switch and the limits, if the page was made from what is stored now.
pub async fn save_switch(tx: &mut TenantTx, revision: i32, new: &NewSwitch) -> Result<(), AppError> {
    let stored = lock_switch(tx, revision).await?;
    let changed: Vec<_> = [
        ("providers_off", stored.providers_off != new.providers_off),
        ("monthly_cap", stored.monthly_cap_micros != new.monthly_cap_micros),
        ("person_monthly_cap", stored.person_monthly_cap_micros != new.person_monthly_cap_micros),
    ]
    .into_iter()
    .filter_map(|(field, is_changed)| is_changed.then_some(field))
    .collect();
    if changed.is_empty() {
        return Ok(());
    }
    let tenant_id = tx.tenant_id();
    sqlx::query!(
        "update ai_settings set providers_off = $2, monthly_cap_micros = $3, person_monthly_cap_micros = $4,
                revision = revision + 1, updated_at = now()
         where tenant_id = $1",
        tenant_id.uuid(),
        new.providers_off,
        new.monthly_cap_micros,
        new.person_monthly_cap_micros,
    )
    .execute(tx.connection())
    .await?;
    note_change(tx, &changed).await
}

/// Who answers for each step.
pub async fn list_steps(tx: &mut TenantTx) -> Result<Vec<StepSetting>, AppError> {
    let tenant_id = tx.tenant_id();
    let rows = sqlx::query!(
        r#"select s.workflow_step, p.id as "provider_id: ProviderId", p.kind, s.ai_model as "ai_model!"
           from ai_step_settings s join ai_providers p on p.tenant_id = s.tenant_id and p.id = s.provider_id
           where s.tenant_id = $1"#,
        tenant_id.uuid(),
    )
    .fetch_all(tx.connection())
    .await?;
    let mut settings = Vec::new();
    for step in WorkflowStep::ALL.iter().copied() {
        let mut choice = None;
        if let Some(row) = rows.iter().find(|row| row.workflow_step == step.as_str()) {
            let kind = ProviderKind::parse(&row.kind).ok_or(AppError::Internal)?;
            let has_price = ModelPrice::of(kind, &row.ai_model).version().is_some();
            choice = Some(StepChoice { provider_id: row.provider_id, ai_model: row.ai_model.clone(), has_price });
        }
        settings.push(StepSetting { step, choice });
    }
    Ok(settings)
}

/// Changes who answers for steps, if the page was made from what is stored now.
pub async fn save_steps(tx: &mut TenantTx, revision: i32, choices: &[NewStepChoice]) -> Result<(), AppError> {
    lock_switch(tx, revision).await?;
    let mut changed = Vec::new();
    for (step, choice) in choices {
        if save_step(tx, *step, choice.as_ref()).await? {
            changed.push(step.as_str());
        }
    }
    if changed.is_empty() {
        return Ok(());
    }
    let tenant_id = tx.tenant_id();
    sqlx::query!(
        "update ai_settings set revision = revision + 1, updated_at = now() where tenant_id = $1",
        tenant_id.uuid()
    )
    .execute(tx.connection())
    .await?;
    note_change(tx, &changed).await
}

/// Whether it changed anything.
async fn save_step(
    tx: &mut TenantTx,
    step: WorkflowStep,
    choice: Option<&(ProviderId, String)>,
) -> Result<bool, AppError> {
    let tenant_id = tx.tenant_id();
    let done = sqlx::query!(
        "insert into ai_step_settings (tenant_id, workflow_step, provider_id, ai_model) values ($1, $2, $3, $4)
         on conflict (tenant_id, workflow_step) do update
             set provider_id = excluded.provider_id, ai_model = excluded.ai_model, updated_at = now()
             where (ai_step_settings.provider_id, ai_step_settings.ai_model)
                   is distinct from (excluded.provider_id, excluded.ai_model)",
        tenant_id.uuid(),
        step.as_str(),
        choice.map(|(id, _)| id.uuid()),
        choice.map(|(_, model)| model.as_str()),
    )
    .execute(tx.connection())
    .await
    .map_err(|error| match error.as_database_error().and_then(|error| error.constraint()) {
        Some("ai_step_settings_provider_fkey") => {
            AppError::field(&provider_field(step), "This provider isn't there any more. Choose another.")
        }
        _ => error.into(),
    })?;
    Ok(done.rows_affected() > 0)
}

/// The settings as they stand, held until the transaction ends.
async fn lock_switch(tx: &mut TenantTx, revision: i32) -> Result<Switch, AppError> {
    let tenant_id = tx.tenant_id();
    sqlx::query!("insert into ai_settings (tenant_id) values ($1) on conflict do nothing", tenant_id.uuid())
        .execute(tx.connection())
        .await?;
    let stored = sqlx::query_as!(
        Switch,
        "select providers_off, monthly_cap_micros, person_monthly_cap_micros, revision from ai_settings
         where tenant_id = $1 for update",
        tenant_id.uuid(),
    )
    .fetch_one(tx.connection())
    .await?;
    if stored.revision == revision { Ok(stored) } else { Err(AppError::Stale { current_revision: stored.revision }) }
}

async fn note_change(tx: &mut TenantTx, changed: &[&str]) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    let details = json!({ "changed": changed });
    audit::record(tx, Action::AiSettingsChanged, SUBJECT, tenant_id.uuid(), details).await
}
