//! Who answers for a step: the built-in engine or a provider, and what a call to it takes.

use crate::{
    ai::{
        client::Endpoint,
        provider::{FallbackReason, ProviderKind},
    },
    error::AppError,
    ids::{ProviderId, TenantId, UserId},
    platform::{database::TenantTx, seal::KeyRing},
    prompts::step::WorkflowStep,
    tenants::store::standing::find_standing,
};

/// Who answers.
pub enum Route {
    /// No provider was chosen.
    BuiltIn,
    /// One was, but may not be used: the built-in engine answers, and people see why.
    Fallback(FallbackReason),
    Provider(Box<Access>),
}

/// What a call to a provider takes. The key is still sealed.
pub struct Access {
    pub id: ProviderId,
    pub name: String,
    pub kind: ProviderKind,
    /// Nothing: the kind's own address.
    pub base_url: Option<String>,
    /// With the version of the server's key that it is sealed under.
    pub sealed_key: Option<(Vec<u8>, i32)>,
    pub model: String,
}

impl Access {
    /// Opens the key: where to call, and with what.
    pub fn endpoint(&self, keys: &KeyRing, tenant_id: TenantId) -> Result<Endpoint, FallbackReason> {
        let key = match &self.sealed_key {
            None if self.kind.needs_key() => return Err(FallbackReason::NoKey),
            None => None,
            Some((sealed, version)) => {
                let opened = keys.open(&key_context(tenant_id, self.id), sealed, *version);
                Some(opened.ok_or(FallbackReason::NoKey)?)
            }
        };
        Ok(Endpoint {
            kind: self.kind,
            base_url: self.base_url.clone(),
            key,
            model: self.model.clone(),
            provider: (tenant_id, self.id),
        })
    }
}

/// What a key is sealed for: this provider of this tenant. Put into another row, it can't be opened.
pub fn key_context(tenant_id: TenantId, id: ProviderId) -> [u8; 32] {
    let mut context = [0; 32];
    let (tenant, provider) = context.split_at_mut(16);
    tenant.copy_from_slice(tenant_id.uuid().as_bytes());
    provider.copy_from_slice(id.uuid().as_bytes());
    context
}

/// Who answers for a step that `user_id` started (nobody: background work), with the model of the
/// settings or another one.
pub async fn find_route(
    tx: &mut TenantTx,
    step: WorkflowStep,
    user_id: Option<UserId>,
    model_override: Option<&str>,
) -> Result<Route, AppError> {
    let tenant_id = tx.tenant_id();
    let row = sqlx::query!(
        r#"select p.id as "id: ProviderId", p.name, p.kind, p.base_url, p.sealed_key, p.key_version, p.is_enabled,
                  s.ai_model as "ai_model!",
                  coalesce((select providers_off from ai_settings where tenant_id = $1), false) as "providers_off!",
                  $3::uuid is null or coalesce(
                      (select llm_access from memberships where tenant_id = $1 and user_id = $3), false) as "has_access!"
           from ai_step_settings s join ai_providers p on p.tenant_id = s.tenant_id and p.id = s.provider_id
           where s.tenant_id = $1 and s.workflow_step = $2"#,
        tenant_id.uuid(),
        step.as_str(),
        user_id.map(UserId::uuid),
    )
    .fetch_optional(tx.connection())
    .await?;
    let Some(row) = row else {
        return Ok(Route::BuiltIn);
    };
    let may_be_used = MayBeUsed {
        providers_off: row.providers_off || !find_standing(tx).await?.may_write(),
        is_enabled: row.is_enabled,
        has_access: row.has_access,
    };
    if let Some(reason) = may_be_used.refusal() {
        return Ok(Route::Fallback(reason));
    }
    Ok(Route::Provider(Box::new(Access {
        id: row.id,
        name: row.name,
        kind: ProviderKind::parse(&row.kind).ok_or(AppError::Internal)?,
        base_url: row.base_url,
        sealed_key: row.sealed_key.zip(row.key_version),
        model: model_override.map_or(row.ai_model, str::to_owned),
    })))
}

/// Whether a provider may make vectors with a model for what `user_id` started (nobody: background work).
pub async fn find_embedding_route(
    tx: &mut TenantTx,
    id: ProviderId,
    model: &str,
    user_id: Option<UserId>,
) -> Result<Route, AppError> {
    let tenant_id = tx.tenant_id();
    let row = sqlx::query!(
        r#"select name, kind, base_url, sealed_key, key_version, is_enabled,
                  coalesce((select providers_off from ai_settings where tenant_id = $1), false) as "providers_off!",
                  $3::uuid is null or coalesce(
                      (select llm_access from memberships where tenant_id = $1 and user_id = $3), false) as "has_access!"
           from ai_providers where tenant_id = $1 and id = $2"#,
        tenant_id.uuid(),
        id.uuid(),
        user_id.map(UserId::uuid),
    )
    .fetch_optional(tx.connection())
    .await?;
    let Some(row) = row else {
        return Ok(Route::Fallback(FallbackReason::ProviderDisabled));
    };
    let may_be_used = MayBeUsed {
        providers_off: row.providers_off || !find_standing(tx).await?.may_write(),
        is_enabled: row.is_enabled,
        has_access: row.has_access,
    };
    if let Some(reason) = may_be_used.refusal() {
        return Ok(Route::Fallback(reason));
    }
    Ok(Route::Provider(Box::new(Access {
        id,
        name: row.name,
        kind: ProviderKind::parse(&row.kind).ok_or(AppError::Internal)?,
        base_url: row.base_url,
        sealed_key: row.sealed_key.zip(row.key_version),
        model: model.to_owned(),
    })))
}

/// The switches between a choice and its use.
struct MayBeUsed {
    /// By the organisation's admin, or because the organisation only reads at the moment.
    providers_off: bool,
    is_enabled: bool,
    has_access: bool,
}

impl MayBeUsed {
    const fn refusal(&self) -> Option<FallbackReason> {
        if self.providers_off {
            Some(FallbackReason::ProvidersOff)
        } else if !self.is_enabled {
            Some(FallbackReason::ProviderDisabled)
        } else if !self.has_access {
            Some(FallbackReason::NoAccess)
        } else {
            None
        }
    }
}
