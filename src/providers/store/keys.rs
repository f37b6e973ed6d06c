//! Keys of providers at rest: sealed for one provider of one tenant.

use crate::{
    error::AppError,
    ids::{ProviderId, TenantId},
    platform::{database::TenantTx, seal::KeyRing},
    providers::{route::key_context, settings_forms::key_hint},
};
use secrecy::SecretString;

/// A key as the table has it.
pub struct SealedKey {
    pub bytes: Vec<u8>,
    pub version: i32,
    pub hint: Option<String>,
}

impl SealedKey {
    /// Seals a key for a provider.
    pub fn new(keys: &KeyRing, tenant_id: TenantId, id: ProviderId, key: &str) -> Self {
        let (bytes, version) = keys.seal(&key_context(tenant_id, id), &SecretString::from(key));
        Self { bytes, version, hint: key_hint(key).map(str::to_owned) }
    }
}

/// Seals what an older version of the server's key had sealed with the newest. Runs with every save of
/// a provider or of the settings and before every connection test, so an old version can be retired
/// once each organisation with a provider has done one of these. A key that can't be opened stays as it is.
pub async fn reseal_outdated(tx: &mut TenantTx, keys: &KeyRing) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    let rows = sqlx::query!(
        r#"select id as "id: ProviderId", sealed_key as "sealed_key!", key_version as "key_version!" from ai_providers
           where tenant_id = $1 and sealed_key is not null"#,
        tenant_id.uuid(),
    )
    .fetch_all(tx.connection())
    .await?;
    for row in rows {
        if !keys.needs_reseal(row.key_version) {
            continue;
        }
        let context = key_context(tenant_id, row.id);
        let Some(key) = keys.open(&context, &row.sealed_key, row.key_version) else {
            continue;
        };
        let (bytes, version) = keys.seal(&context, &key);
        sqlx::query!(
            "update ai_providers set sealed_key = $3, key_version = $4
             where tenant_id = $1 and id = $2 and sealed_key = $5 and key_version = $6",
            tenant_id.uuid(),
            row.id.uuid(),
            bytes,
            version,
            row.sealed_key, // somebody may have entered another one just now
            row.key_version,
        )
        .execute(tx.connection())
        .await?;
    }
    Ok(())
}
