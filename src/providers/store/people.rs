//! Who may use AI providers.

use crate::{
    accounts::role::Role,
    audit::{event::Action, store as audit},
    error::AppError,
    ids::UserId,
    platform::database::TenantTx,
    providers::provider_settings::{MAX_PEOPLE, PersonAccess},
};
use serde_json::json;
use uuid::Uuid;

/// The people of the organisation, by name.
pub async fn list_people(tx: &mut TenantTx) -> Result<Vec<PersonAccess>, AppError> {
    let tenant_id = tx.tenant_id();
    let rows = sqlx::query!(
        r#"select user_id as "user_id: UserId", display_name, role, llm_access from memberships
           where tenant_id = $1 and status = 'active' order by display_name, user_id limit $2"#,
        tenant_id.uuid(),
        MAX_PEOPLE,
    )
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(PersonAccess {
                user_id: row.user_id,
                display_name: row.display_name,
                role: Role::parse(&row.role).ok_or(AppError::Internal)?,
                llm_access: row.llm_access,
            })
        })
        .collect()
}

/// Gives and withdraws access. People who aren't named keep theirs.
pub async fn save_access(tx: &mut TenantTx, access: &[(UserId, bool)]) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    let named: Vec<Uuid> = access.iter().map(|(id, _)| id.uuid()).collect();
    let allowed: Vec<Uuid> = access.iter().filter(|(_, allowed)| *allowed).map(|(id, _)| id.uuid()).collect();
    let changed = sqlx::query!(
        "update memberships set llm_access = (user_id = any($3)), updated_at = now()
         where tenant_id = $1 and user_id = any($2) and llm_access is distinct from (user_id = any($3))
         returning user_id, llm_access",
        tenant_id.uuid(),
        &named,
        &allowed,
    )
    .fetch_all(tx.connection())
    .await?;
    for row in changed {
        let details = json!({ "allowed": row.llm_access });
        audit::record(tx, Action::LlmAccessChanged, "membership", row.user_id, details).await?;
    }
    Ok(())
}
