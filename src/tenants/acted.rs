//! From a session to the person whom its holder acts as, and the end of it.

use super::{
    acting::CarriedActing,
    store::acting::{self as store, Found},
};
use crate::{
    accounts::member::Member,
    error::AppError,
    ids::TenantId,
    platform::{
        Services,
        database::TenantTx,
        session::{self, SignedIn},
    },
};
use sqlx::PgPool;
use tower_sessions::Session;

/// As whom the session's holder acts just now. What is over is ended here.
pub async fn acted_member(
    services: &Services,
    session: &Session,
    holder: &SignedIn,
) -> Result<Option<Member>, AppError> {
    let Some(carried) = session::acting(session).await? else {
        return Ok(None);
    };
    match store::find_acting(&services.pool, carried, holder.user_id).await? {
        Some(Found { member, is_live: true }) => Ok(Some(member)),
        _ => {
            stop(services, session).await?;
            Ok(None)
        }
    }
}

/// Ends what the session carries, if it carries anything.
pub async fn stop(services: &Services, session: &Session) -> Result<(), AppError> {
    let Some(CarriedActing { tenant_id, id }) = session::acting(session).await? else {
        return Ok(());
    };
    let mut tx = TenantTx::begin_for_system(&services.pool, tenant_id).await?;
    store::end(&mut tx, id).await?;
    tx.commit().await?;
    session::end_acting(session).await
}

/// Ends, now and then, what is over and what nobody has looked at since. One tenant that fails doesn't keep
/// the others waiting.
pub async fn end_all_over(pool: &PgPool) -> Result<(), AppError> {
    let tenants: Vec<TenantId> =
        sqlx::query_scalar!(r#"select app.tenant_ids() as "id!: TenantId""#).fetch_all(pool).await?;
    for tenant_id in tenants {
        if let Err(error) = end_over(pool, tenant_id).await {
            tracing::warn!(error.kind = ?error, "an organisation's times of acting as somebody could not be ended");
        }
    }
    Ok(())
}

async fn end_over(pool: &PgPool, tenant_id: TenantId) -> Result<(), AppError> {
    let mut tx = TenantTx::begin_for_system(pool, tenant_id).await?;
    for id in store::list_over(&mut tx).await? {
        store::end(&mut tx, id).await?;
    }
    tx.commit().await
}
