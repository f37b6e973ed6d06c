//! Looking at everything at once. No transaction is open while anything is waited for.

use super::{connection::CheckStatus, probe, store};
use crate::{
    accounts::member::Member,
    audit::{event::Action, store as audit},
    error::AppError,
    ids::ProviderId,
    platform::{Services, database::TenantTx},
    providers::store::providers::list_providers,
};
use futures::future::join_all;
use serde_json::json;

/// Looks at everything that the member's organisation uses and keeps what was found. Takes as long as the
/// slowest: a few seconds at most.
pub async fn run(services: &Services, member: &Member) -> Result<(), AppError> {
    member.standing.require_write()?;
    let mut tx = TenantTx::begin(&services.pool, member).await?;
    let providers: Vec<ProviderId> = list_providers(&mut tx).await?.into_iter().map(|provider| provider.id).collect();
    tx.commit().await?;
    let (database, vectors, mail, files, model, providers) = tokio::join!(
        probe::database(services, member),
        probe::vectors(services, member),
        probe::mail(services),
        probe::files(services, member),
        probe::model(services),
        join_all(providers.into_iter().map(|id| probe::provider(services, member, id))),
    );
    let findings: Vec<_> = [database, vectors, mail, files, model].into_iter().chain(providers).collect();
    let failed = findings.iter().filter(|finding| finding.status == CheckStatus::Failed).count();
    let mut tx = TenantTx::begin(&services.pool, member).await?;
    for finding in &findings {
        store::insert_check(&mut tx, finding).await?;
    }
    let details = json!({ "checked": findings.len(), "failed": failed });
    audit::record(&mut tx, Action::ConnectionsChecked, "tenant", member.tenant_id.uuid(), details).await?;
    tx.commit().await
}
