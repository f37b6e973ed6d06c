//! The queries of connection checks.

use super::{
    connection::{CheckStatus, Connection, LastCheck, Target},
    probe::Finding,
};
use crate::{
    error::AppError,
    ids::{ConnectionCheckId, ProviderId, UserId},
    platform::database::TenantTx,
};

/// Checks of one thing that are kept.
const KEPT: i64 = 20;

/// Answers if the database does.
pub async fn ping(tx: &mut TenantTx) -> Result<(), AppError> {
    sqlx::query_scalar!(r#"select 1 as "one!""#).fetch_one(tx.connection()).await?;
    Ok(())
}

/// The version of the extension for vectors, if it is installed.
pub async fn find_vector_version(tx: &mut TenantTx) -> Result<Option<String>, AppError> {
    Ok(sqlx::query_scalar!("select extversion from pg_extension where extname = 'vector'")
        .fetch_optional(tx.connection())
        .await?)
}

/// Keeps what was found, in the place of the oldest that is kept. A provider that was removed meanwhile
/// leaves nothing.
pub async fn insert_check(tx: &mut TenantTx, finding: &Finding) -> Result<(), AppError> {
    let (tenant_id, user_id) = (tx.tenant_id(), tx.user_id());
    let provider_id = finding.provider_id.map(ProviderId::uuid);
    sqlx::query!(
        "insert into connection_checks (tenant_id, id, target, provider_id, status, latency_ms, error, checked_by)
         select $1, $2, $3, $4::uuid, $5, $6, left($7, 500), $8
         where $4::uuid is null or exists (select from ai_providers where tenant_id = $1 and id = $4)",
        tenant_id.uuid(),
        ConnectionCheckId::generate().uuid(),
        finding.target.as_str(),
        provider_id,
        finding.status.as_str(),
        finding.latency_ms,
        finding.error,
        user_id.map(UserId::uuid),
    )
    .execute(tx.connection())
    .await?;
    sqlx::query!(
        "delete from connection_checks where tenant_id = $1 and id in (
             select id from connection_checks
             where tenant_id = $1 and target = $2 and provider_id is not distinct from $3
             order by checked_at desc, id desc offset $4)",
        tenant_id.uuid(),
        finding.target.as_str(),
        provider_id,
        KEPT,
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Everything that the organisation uses, with how it was the last time.
pub async fn list_connections(
    tx: &mut TenantTx,
    providers: Vec<(ProviderId, String)>,
) -> Result<Vec<Connection>, AppError> {
    let mut last = list_last(tx).await?;
    let own = Target::ALL.iter().filter(|target| **target != Target::AiProvider).map(|target| (*target, None));
    let theirs = providers.into_iter().map(|provider| (Target::AiProvider, Some(provider)));
    let connections = own.chain(theirs).map(|(target, provider)| {
        let id = provider.as_ref().map(|(id, _)| *id);
        let place = last.iter().position(|(of, provider_id, _)| (*of, *provider_id) == (target, id));
        let last = place.map(|place| last.swap_remove(place).2);
        Connection { target, provider, last }
    });
    Ok(connections.collect())
}

type Last = (Target, Option<ProviderId>, LastCheck);

async fn list_last(tx: &mut TenantTx) -> Result<Vec<Last>, AppError> {
    let tenant_id = tx.tenant_id();
    let rows = sqlx::query!(
        r#"select c.target, c.provider_id as "provider_id: ProviderId", c.status, c.latency_ms, c.error, c.checked_at,
                  m.display_name as "checked_by?", c.kept as "kept!", c.failures as "failures!"
           from (select *, count(*) over same as kept,
                        count(*) filter (where status = 'failed') over same as failures,
                        row_number() over (partition by target, provider_id order by checked_at desc, id desc) as place
                 from connection_checks where tenant_id = $1
                 window same as (partition by target, provider_id)) c
           left join memberships m on m.tenant_id = $1 and m.user_id = c.checked_by
           where c.place = 1"#,
        tenant_id.uuid(),
    )
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter()
        .map(|row| {
            let last = LastCheck {
                status: CheckStatus::parse(&row.status).ok_or(AppError::Internal)?,
                latency_ms: row.latency_ms,
                error: row.error,
                checked_at: row.checked_at,
                checked_by: row.checked_by,
                kept: row.kept,
                failures: row.failures,
            };
            Ok((Target::parse(&row.target).ok_or(AppError::Internal)?, row.provider_id, last))
        })
        .collect()
}
