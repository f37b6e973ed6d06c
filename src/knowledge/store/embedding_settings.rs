//! Which model makes a tenant's vectors, and which one's are searched.

use crate::{
    audit::{event::Action, store as audit},
    error::AppError,
    ids::{ProviderId, TenantId},
    knowledge::embedding_model::EmbeddingModel,
    platform::database::TenantTx,
};
use serde_json::json;

/// The subject type of the choice in audit events; the subject is the tenant itself.
pub const SUBJECT: &str = "embedding_settings";

/// A tenant's choice and where it has got to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmbeddingSettings {
    /// Chosen.
    pub wanted: EmbeddingModel,
    /// The last one whose vectors were complete: search uses these.
    pub in_use: EmbeddingModel,
    pub revision: i32,
}

impl Default for EmbeddingSettings {
    fn default() -> Self {
        Self { wanted: EmbeddingModel::Local, in_use: EmbeddingModel::Local, revision: 1 }
    }
}

struct RawSettings {
    provider_id: Option<ProviderId>,
    ai_model: Option<String>,
    embedding_model: String,
    revision: i32,
}

impl RawSettings {
    fn into_settings(self) -> Result<EmbeddingSettings, AppError> {
        Ok(EmbeddingSettings {
            wanted: EmbeddingModel::of_choice(self.provider_id.zip(self.ai_model)),
            in_use: EmbeddingModel::parse(&self.embedding_model).ok_or(AppError::Internal)?,
            revision: self.revision,
        })
    }
}

/// The choice as it stands. Shared documents have vectors of the model on this machine, whatever a
/// tenant has chosen for its own: everybody can compare a question with them.
pub async fn find_settings(tx: &mut TenantTx) -> Result<EmbeddingSettings, AppError> {
    let tenant_id = tx.tenant_id();
    if tenant_id == TenantId::SYSTEM {
        return Ok(EmbeddingSettings::default());
    }
    let row = sqlx::query_as!(
        RawSettings,
        r#"select provider_id as "provider_id: ProviderId", ai_model, embedding_model, revision
           from embedding_settings where tenant_id = $1"#,
        tenant_id.uuid(),
    )
    .fetch_optional(tx.connection())
    .await?;
    row.map_or(Ok(EmbeddingSettings::default()), RawSettings::into_settings)
}

/// Changes the choice, if the page was made from what is stored now. True if it changed anything; search
/// goes on with the old model's vectors until the new one's are complete.
pub async fn save_choice(
    tx: &mut TenantTx,
    revision: i32,
    choice: Option<&(ProviderId, String)>,
) -> Result<bool, AppError> {
    let tenant_id = tx.tenant_id();
    if tenant_id == TenantId::SYSTEM {
        return Err(AppError::not_possible("Shared documents are always compared by the model on this server."));
    }
    let stored = lock_settings(tx).await?;
    if stored.revision != revision {
        return Err(AppError::Stale { current_revision: stored.revision });
    }
    if stored.wanted == EmbeddingModel::of_choice(choice.cloned()) {
        return Ok(false);
    }
    sqlx::query!(
        "update embedding_settings set provider_id = $2, ai_model = $3, revision = revision + 1, updated_at = now()
         where tenant_id = $1",
        tenant_id.uuid(),
        choice.map(|(id, _)| id.uuid()),
        choice.map(|(_, model)| model.as_str()),
    )
    .execute(tx.connection())
    .await
    .map_err(|error| match error.as_database_error().and_then(|error| error.constraint()) {
        Some("embedding_settings_provider_fkey") => {
            AppError::field("embedding_provider", "This provider isn't there any more. Choose another.")
        }
        _ => error.into(),
    })?;
    let details = json!({ "provider": choice.map(|(id, _)| id), "model": choice.map(|(_, model)| model) });
    audit::record(tx, Action::EmbeddingModelChanged, SUBJECT, tenant_id.uuid(), details).await?;
    Ok(true)
}

/// Lets search use a model whose vectors are complete, and removes all others'. False if another one
/// has been chosen meanwhile, or passages without its vectors have come.
pub async fn switch_to(tx: &mut TenantTx, model: &EmbeddingModel) -> Result<bool, AppError> {
    let tenant_id = tx.tenant_id();
    if tenant_id != TenantId::SYSTEM && lock_settings(tx).await?.wanted != *model {
        return Ok(false);
    }
    let name = model.to_string();
    if super::embeddings::count_missing(tx, &name).await? > 0 {
        return Ok(false);
    }
    sqlx::query!("update embedding_settings set embedding_model = $2 where tenant_id = $1", tenant_id.uuid(), name)
        .execute(tx.connection())
        .await?;
    sqlx::query!("delete from chunk_embeddings where tenant_id = $1 and embedding_model <> $2", tenant_id.uuid(), name)
        .execute(tx.connection())
        .await?;
    super::embeddings::count_embedded(tx, &name, None).await?;
    Ok(true)
}

async fn lock_settings(tx: &mut TenantTx) -> Result<EmbeddingSettings, AppError> {
    let tenant_id = tx.tenant_id();
    sqlx::query!(
        "insert into embedding_settings (tenant_id, embedding_model) values ($1, $2) on conflict do nothing",
        tenant_id.uuid(),
        EmbeddingModel::Local.to_string(),
    )
    .execute(tx.connection())
    .await?;
    sqlx::query_as!(
        RawSettings,
        r#"select provider_id as "provider_id: ProviderId", ai_model, embedding_model, revision
           from embedding_settings where tenant_id = $1 for update"#,
        tenant_id.uuid(),
    )
    .fetch_one(tx.connection())
    .await?
    .into_settings()
}
