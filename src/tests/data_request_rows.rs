//! A row in each table of data requests, for what walks all tables. They aren't part of the seed, because
//! a hold keeps what other tests delete.

use super::seed::{Seed, TenantSeed};
use sqlx::PgPool;
use supportsignal::ids::{DataRequestId, LegalHoldId};

/// For both organisations.
pub async fn plant(admin: &PgPool, seed: &Seed) {
    for tenant in [&seed.banksia, &seed.wattle] {
        plant_request(admin, tenant).await;
        plant_hold(admin, tenant).await;
    }
}

async fn plant_request(admin: &PgPool, tenant: &TenantSeed) {
    sqlx::query(
        "insert into data_requests (tenant_id, id, request_type, participant_id, status, requested_by, due_at, completed_at)
         values ($1, $2, 'export', $3, 'completed', $4, now(), now())",
    )
    .bind(tenant.id.uuid())
    .bind(DataRequestId::generate().uuid())
    .bind(tenant.participant.uuid())
    .bind(tenant.admin.user_id.uuid())
    .execute(admin)
    .await
    .unwrap();
}

async fn plant_hold(admin: &PgPool, tenant: &TenantSeed) {
    sqlx::query(
        "insert into legal_holds (tenant_id, id, subject_type, participant_id, reason, placed_by, lifted_by, lifted_at)
         values ($1, $2, 'participant', $3, 'Court order', $4, $4, now())",
    )
    .bind(tenant.id.uuid())
    .bind(LegalHoldId::generate().uuid())
    .bind(tenant.participant.uuid())
    .bind(tenant.admin.user_id.uuid())
    .execute(admin)
    .await
    .unwrap();
}
