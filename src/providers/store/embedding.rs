//! Who compares meanings, as the settings page shows it.

use super::providers::find_provider;
use crate::{
    ai::provider::ProviderKind,
    error::AppError,
    ids::ProviderId,
    knowledge::{embedding_model::EmbeddingModel, store::embedding_settings::find_settings},
    platform::database::TenantTx,
    providers::provider_settings::{EmbeddingSetting, KnownModels, StepChoice},
    usage::price::ModelPrice,
};

/// The choice as it stands.
pub async fn find_embedding(tx: &mut TenantTx, known_models: KnownModels) -> Result<EmbeddingSetting, AppError> {
    let settings = find_settings(tx).await?;
    let is_being_prepared = settings.wanted != settings.in_use;
    let choice = match settings.wanted {
        EmbeddingModel::Local => None,
        EmbeddingModel::Provider { provider_id, ai_model } => {
            let kind = find_provider(tx, provider_id).await?.kind;
            let has_price = ModelPrice::of_embedding(kind, &ai_model).version().is_some();
            Some(StepChoice { provider_id, ai_model, has_price })
        }
    };
    Ok(EmbeddingSetting { choice, is_being_prepared, revision: settings.revision, known_models })
}

/// Refuses a provider that makes no vectors.
pub async fn require_vectors(tx: &mut TenantTx, choice: Option<&(ProviderId, String)>) -> Result<(), AppError> {
    let Some((id, _)) = choice else {
        return Ok(());
    };
    match find_provider(tx, *id).await {
        Ok(provider) if provider.kind == ProviderKind::Anthropic => Err(AppError::field(
            "embedding_provider",
            "Anthropic has no models that compare meanings. Choose another provider.",
        )),
        Ok(_) => Ok(()),
        Err(AppError::NotFound) => {
            Err(AppError::field("embedding_provider", "This provider isn't there any more. Choose another."))
        }
        Err(error) => Err(error),
    }
}
