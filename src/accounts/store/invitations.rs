//! Invitations in the database. Only finding one by its link happens before the organisation is known.

use crate::{
    accounts::{
        authorise::role_from_database, email::Email, invitation::Invitation, role::Role, secret_token::SecretToken,
    },
    error::AppError,
    ids::{InvitationId, TenantId, UserId},
    platform::database::TenantTx,
    tenants::{
        standing::{Standing, TenantStatus},
        tenant::TenantSlug,
    },
};
use chrono::Utc;
use sqlx::{PgPool, postgres::types::PgInterval};
use std::time::Duration;

/// What an open invitation says, before anybody is known to the organisation.
pub struct OpenInvitation {
    pub tenant_id: TenantId,
    pub id: InvitationId,
    pub tenant: TenantSlug,
    pub tenant_name: String,
    pub standing: Standing,
    pub email: String,
    pub display_name: String,
    pub role: Role,
    /// Whether its address has an account.
    pub has_account: bool,
}

/// Who is invited, as what.
pub struct Invited {
    pub email: String,
    pub display_name: String,
    pub role: Role,
}

/// The open invitation with this token.
pub async fn find_by_token(pool: &PgPool, token: &SecretToken) -> Result<Option<OpenInvitation>, AppError> {
    let row = sqlx::query!(
        r#"select tenant_id as "tenant_id!: TenantId", invitation_id as "id!: InvitationId", slug as "slug!",
                  tenant_name as "tenant_name!", tenant_status as "tenant_status!", trial_ends_at, email as "email!",
                  display_name as "display_name!", role as "role!", has_account as "has_account!"
           from app.find_invitation($1)"#,
        &token.hash()[..]
    )
    .fetch_optional(pool)
    .await?;
    row.map(|row| {
        let status = TenantStatus::parse(&row.tenant_status).ok_or(AppError::Internal)?;
        Ok(OpenInvitation {
            tenant_id: row.tenant_id,
            id: row.id,
            tenant: row.slug.parse().map_err(|_| AppError::Internal)?,
            tenant_name: row.tenant_name,
            standing: Standing::at(Utc::now(), status, row.trial_ends_at),
            email: row.email,
            display_name: row.display_name,
            role: role_from_database(&row.role)?,
            has_account: row.has_account,
        })
    })
    .transpose()
}

/// The organisation's invitations that are still open, too old ones included, by name.
pub async fn list_open(tx: &mut TenantTx) -> Result<Vec<Invitation>, AppError> {
    let tenant_id = tx.tenant_id();
    let rows = sqlx::query!(
        r#"select id as "id: InvitationId", email, display_name, role, sent_at, expires_at,
                  expires_at <= now() as "is_expired!"
           from invitations
           where tenant_id = $1 and accepted_at is null and withdrawn_at is null
           order by display_name, id limit 200"#,
        tenant_id.uuid(),
    )
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Invitation {
                id: row.id,
                email: row.email,
                display_name: row.display_name,
                role: role_from_database(&row.role)?,
                sent_at: row.sent_at,
                expires_at: row.expires_at,
                is_expired: row.is_expired,
            })
        })
        .collect()
}

/// Whether the address belongs to one of the organisation's people, and whether they are active.
pub async fn find_member(tx: &mut TenantTx, email: &Email) -> Result<Option<bool>, AppError> {
    let tenant_id = tx.tenant_id();
    Ok(sqlx::query_scalar!(
        r#"select status = 'active' as "is_active!" from memberships
           where tenant_id = $1 and user_id = app.find_member($2)"#,
        tenant_id.uuid(),
        email.as_str(),
    )
    .fetch_optional(tx.connection())
    .await?)
}

/// Closes an invitation of this address that is too old.
pub async fn withdraw_expired(tx: &mut TenantTx, email: &Email) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    sqlx::query!(
        "update invitations set withdrawn_at = now()
         where tenant_id = $1 and email = $2 and accepted_at is null and withdrawn_at is null and expires_at <= now()",
        tenant_id.uuid(),
        email.as_str(),
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Adds an invitation.
pub async fn insert(
    tx: &mut TenantTx,
    email: &Email,
    display_name: &str,
    role: Role,
    token: &SecretToken,
    lifetime: Duration,
) -> Result<InvitationId, AppError> {
    let (tenant_id, user_id) = (tx.tenant_id(), tx.user_id());
    let id = InvitationId::generate();
    sqlx::query!(
        "insert into invitations (tenant_id, id, email, display_name, role, token_hash, invited_by, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, now() + $8::interval)",
        tenant_id.uuid(),
        id.uuid(),
        email.as_str(),
        display_name,
        role.as_str(),
        &token.hash()[..],
        user_id.map(UserId::uuid),
        interval(lifetime)?,
    )
    .execute(tx.connection())
    .await
    .map_err(|error| match error.as_database_error().and_then(|error| error.constraint()) {
        Some("invitations_open_key") => AppError::field(
            "email",
            "This address has an invitation already. Send it again from the list of people, or withdraw it first.",
        ),
        _ => error.into(),
    })?;
    Ok(id)
}

/// Gives an open invitation a new token and its whole time again; the old token opens nothing.
pub async fn renew(
    tx: &mut TenantTx,
    id: InvitationId,
    token: &SecretToken,
    lifetime: Duration,
) -> Result<Option<Invited>, AppError> {
    let tenant_id = tx.tenant_id();
    let row = sqlx::query!(
        "update invitations set token_hash = $3, sent_at = now(), expires_at = now() + $4::interval
         where tenant_id = $1 and id = $2 and accepted_at is null and withdrawn_at is null
         returning email, display_name, role",
        tenant_id.uuid(),
        id.uuid(),
        &token.hash()[..],
        interval(lifetime)?,
    )
    .fetch_optional(tx.connection())
    .await?;
    row.map(|row| {
        Ok(Invited { email: row.email, display_name: row.display_name, role: role_from_database(&row.role)? })
    })
    .transpose()
}

/// Closes an open invitation; false if it isn't open.
pub async fn withdraw(tx: &mut TenantTx, id: InvitationId) -> Result<bool, AppError> {
    let tenant_id = tx.tenant_id();
    let done = sqlx::query!(
        "update invitations set withdrawn_at = now()
         where tenant_id = $1 and id = $2 and accepted_at is null and withdrawn_at is null",
        tenant_id.uuid(),
        id.uuid(),
    )
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Locks the invitation until the transaction ends; false if it isn't open any more. Of two who accept
/// at once, the second waits here and then finds it closed.
pub async fn lock_open(tx: &mut TenantTx, id: InvitationId, token: &SecretToken) -> Result<bool, AppError> {
    let tenant_id = tx.tenant_id();
    let locked = sqlx::query_scalar!(
        r#"select 1 as "one!" from invitations
           where tenant_id = $1 and id = $2 and token_hash = $3
             and accepted_at is null and withdrawn_at is null and expires_at > now()
           for update"#,
        tenant_id.uuid(),
        id.uuid(),
        &token.hash()[..],
    )
    .fetch_optional(tx.connection())
    .await?;
    Ok(locked.is_some())
}

/// Notes who accepted.
pub async fn close_accepted(tx: &mut TenantTx, id: InvitationId, user_id: UserId) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    sqlx::query!(
        "update invitations set accepted_at = now(), accepted_by = $3 where tenant_id = $1 and id = $2",
        tenant_id.uuid(),
        id.uuid(),
        user_id.uuid(),
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Makes the person a member; false if they are one already, active or not.
pub async fn insert_membership(
    tx: &mut TenantTx,
    user_id: UserId,
    display_name: &str,
    role: Role,
) -> Result<bool, AppError> {
    let tenant_id = tx.tenant_id();
    let done = sqlx::query!(
        "insert into memberships (tenant_id, user_id, display_name, role) values ($1, $2, $3, $4)
         on conflict (tenant_id, user_id) do nothing",
        tenant_id.uuid(),
        user_id.uuid(),
        display_name,
        role.as_str(),
    )
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Adds the account that goes with an invitation, in the same transaction.
pub async fn insert_user(tx: &mut TenantTx, user_id: UserId, email: &str, password_hash: &str) -> Result<(), AppError> {
    sqlx::query!("select app.create_user($1, $2, $3)", user_id.uuid(), email, password_hash)
        .execute(tx.connection())
        .await
        .map_err(|error| match error.as_database_error().and_then(|error| error.constraint()) {
            Some("users_email_key") => has_account(),
            _ => error.into(),
        })?;
    Ok(())
}

/// What an invited person with an account is told who tries to make another.
pub fn has_account() -> AppError {
    AppError::not_possible("This address has an account. Open the link of the e-mail again and sign in.")
}

/// The names for the mail: of the organisation, and of whoever sends the invitation.
pub async fn find_sender(tx: &mut TenantTx) -> Result<(String, Option<String>), AppError> {
    let (tenant_id, user_id) = (tx.tenant_id(), tx.user_id());
    let row = sqlx::query!(
        r#"select t.name, m.display_name as "sender?" from tenants t
           left join memberships m on m.tenant_id = t.id and m.user_id = $2
           where t.id = $1"#,
        tenant_id.uuid(),
        user_id.map(UserId::uuid),
    )
    .fetch_one(tx.connection())
    .await?;
    Ok((row.name, row.sender))
}

fn interval(duration: Duration) -> Result<PgInterval, AppError> {
    PgInterval::try_from(duration).map_err(|_| AppError::Internal)
}
