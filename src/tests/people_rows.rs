//! An open invitation in each organisation, for what walks all tables. It isn't part of the seed, because
//! lists of people would show it in every other test.

use super::seed::Seed;
use sqlx::PgPool;
use supportsignal::{
    accounts::{email::Email, invitations::invite, role::Role},
    platform::database::TenantTx,
};

/// For both organisations.
pub async fn plant(pool: &PgPool, seed: &Seed) {
    for tenant in [&seed.banksia, &seed.wattle] {
        let mut tx = TenantTx::begin(pool, &tenant.admin).await.unwrap();
        let email = Email::parse("invited@example.org").unwrap();
        invite(&mut tx, &email, "Ines Vidal", Role::TeamLead).await.unwrap();
        tx.commit().await.unwrap();
    }
}
