//! The first person of a new organisation.
//!
//! MERGE: stands in for `accounts::invitations::invite`. Until then the first admin is a member at once and
//! gets a link to choose a password.

use crate::{
    accounts::{email::Email, reset, role::Role, store as accounts},
    audit::{event::Action, store as audit},
    error::AppError,
    ids::UserId,
    platform::{Services, database::TenantTx},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rand::TryRngCore;
use serde_json::json;

/// Makes sure that there is an account; nobody knows the password of a new one.
pub async fn find_or_create_user(services: &Services, email: &Email) -> Result<UserId, AppError> {
    let known = sqlx::query_scalar!(r#"select app.find_user_by_email($1) as "id: UserId""#, email.as_str())
        .fetch_one(&services.pool)
        .await?;
    if let Some(user_id) = known {
        return Ok(user_id);
    }
    let user_id = UserId::generate();
    let mut password = [0_u8; 32];
    rand::rngs::OsRng.try_fill_bytes(&mut password).map_err(|_| AppError::Internal)?;
    let password_hash = services.passwords.hash(URL_SAFE_NO_PAD.encode(password)).await?;
    accounts::create_user(&services.pool, user_id, email, &password_hash).await?;
    Ok(user_id)
}

/// Makes somebody the admin of the organisation that the transaction is in.
pub async fn add(tx: &mut TenantTx, user_id: UserId, display_name: &str) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    sqlx::query!(
        "insert into memberships (tenant_id, user_id, display_name, role) values ($1, $2, $3, $4)",
        tenant_id.uuid(),
        user_id.uuid(),
        display_name,
        Role::CompanyAdmin.as_str(),
    )
    .execute(tx.connection())
    .await?;
    let details = json!({ "role": Role::CompanyAdmin });
    audit::record(tx, Action::MembershipAdded, "membership", user_id.uuid(), details).await
}

/// Mails the link; to be called once the organisation is there.
pub fn send(services: &Services, email: Email) {
    reset::request(services, email);
}
