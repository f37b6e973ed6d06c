//! A row in each table of an organisation's settings, for what walks all tables. They aren't part of the
//! seed, because every organisation begins without them.

use super::seed::Seed;
use sqlx::PgPool;
use supportsignal::ids::ActingId;
use uuid::Uuid;

/// For both organisations.
pub async fn plant(admin: &PgPool, seed: &Seed) {
    for tenant in [&seed.banksia, &seed.wattle] {
        let acting = ActingId::generate();
        sqlx::query(
            "insert into acting_sessions (tenant_id, id, actor_id, user_id, reason, ends_at)
             values ($1, $2, $3, $4, 'A question about a report', now() + interval '30 minutes')",
        )
        .bind(tenant.id.uuid())
        .bind(acting.uuid())
        .bind(tenant.admin.user_id.uuid())
        .bind(tenant.worker.user_id.uuid())
        .execute(admin)
        .await
        .unwrap();
        sqlx::query(
            "insert into tenant_settings (tenant_id, id, settings_group, revision, before, after, saved_by, acting_id)
             values ($1, $2, 'branding', 1, '{}', '{}', $3, $4)",
        )
        .bind(tenant.id.uuid())
        .bind(Uuid::now_v7())
        .bind(tenant.worker.user_id.uuid())
        .bind(acting.uuid())
        .execute(admin)
        .await
        .unwrap();
        sqlx::query("insert into tenant_former_slugs (tenant_id, slug) values ($1, $2)")
            .bind(tenant.id.uuid())
            .bind(format!("old-{}", tenant.slug))
            .execute(admin)
            .await
            .unwrap();
    }
}
