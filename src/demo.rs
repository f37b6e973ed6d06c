//! Two made-up organisations to try the product with: filled into an empty database with one year of
//! reports, a library of documents and conversations about them, written by the product's own functions
//! under the server's own role.

pub mod accounts;
mod chats;
pub mod collection;
mod dice;
mod library;
mod organisation;
mod plan;
mod providers;
mod report;
mod requests;
mod review;
mod store;
mod views;

use crate::{
    accounts::{role::Role, store as people},
    audit::store::verification,
    ids::TenantId,
    platform::{Services, config::Config, database::TenantTx},
};
use accounts::Account;
use anyhow::{Context, bail};
use chrono::{DateTime, Duration, Utc};
use providers::{PROVIDERS, Person, Provider, SYSTEM_ADMIN};
use sqlx::PgPool;
use std::{
    fmt::Write as _,
    io::{self, Write as _},
    time::Instant,
};
use tokio::task::JoinSet;

/// The password of every demo account.
pub const PASSWORD: &str = "grevillea rain on tin";

/// Fills an empty database; true once the demo data is there, from now or from before. What an
/// earlier run left unfinished is completed. Refuses a database that holds other organisations.
pub async fn fill(services: &Services) -> anyhow::Result<bool> {
    if is_present(services).await? {
        return Ok(true);
    }
    let pool = &services.pool;
    let mut turn = TenantTx::begin_for_system(pool, TenantId::SYSTEM).await?;
    store::wait_for_turn(&mut turn).await?;
    if is_present(services).await? {
        return Ok(true);
    }
    if store::has_tenants(pool).await? && !is_begun(pool).await? {
        bail!("the database holds other organisations already; demo data goes into an empty database only");
    }
    tracing::info!("filling the database with demo data, which takes a few seconds");
    let started = Instant::now();
    let now = Utc::now();
    let password_hash = services.passwords.hash(PASSWORD.to_owned()).await?;
    for person in PROVIDERS.iter().flat_map(|provider| provider.people) {
        organisation::find_or_create_user(pool, person.email, &password_hash).await?;
    }
    let reports =
        fill_all(services, now).await.context("the demo data can't be written; the next start goes on with it")?;
    // Their membership is what tells that everything before it is complete.
    let user_id = organisation::find_or_create_user(pool, SYSTEM_ADMIN.email, &password_hash).await?;
    organisation::add_person(&mut turn, user_id, &SYSTEM_ADMIN, founded(now)).await?;
    turn.commit().await?;
    let took_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    tracing::info!(demo.reports = reports, demo.took_ms = took_ms, "the demo data is complete");
    Ok(true)
}

/// Whether the demo data is complete: the last thing written is there.
pub async fn is_present(services: &Services) -> anyhow::Result<bool> {
    let Some(user_id) = store::find_user(&services.pool, SYSTEM_ADMIN.email).await? else {
        return Ok(false);
    };
    let memberships = people::memberships_of(&services.pool, user_id).await?;
    Ok(memberships.iter().any(|member| member.tenant_id == TenantId::SYSTEM))
}

/// Whether the database holds no organisation yet.
pub async fn is_empty(services: &Services) -> anyhow::Result<bool> {
    Ok(!store::has_tenants(&services.pool).await?)
}

/// Whether an earlier run began; its people come before its organisations.
async fn is_begun(pool: &PgPool) -> anyhow::Result<bool> {
    for person in PROVIDERS.iter().flat_map(|provider| provider.people) {
        if store::find_user(pool, person.email).await?.is_none() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// All organisations side by side; returns how many reports were written.
async fn fill_all(services: &Services, now: DateTime<Utc>) -> anyhow::Result<usize> {
    library::fill_shared(services, now).await?;
    let mut filling = JoinSet::new();
    for (provider, accounts) in PROVIDERS.into_iter().zip(split_accounts(accounts::read_all()?)) {
        let services = services.clone();
        filling.spawn(async move { fill_one(&services, provider, accounts, now).await });
    }
    let mut reports = 0;
    while let Some(filled) = filling.join_next().await {
        reports += filled??;
    }
    Ok(reports)
}

/// Every second account is another organisation's.
fn split_accounts(accounts: Vec<Account>) -> [Vec<Account>; PROVIDERS.len()] {
    let mut split = [const { Vec::new() }; PROVIDERS.len()];
    for (index, account) in accounts.into_iter().enumerate() {
        if let Some(part) = split.get_mut(index % PROVIDERS.len()) {
            part.push(account);
        }
    }
    split
}

async fn fill_one(
    services: &Services,
    provider: &'static Provider,
    accounts: Vec<Account>,
    now: DateTime<Utc>,
) -> anyhow::Result<usize> {
    let pool = &services.pool;
    let organisation = organisation::set_up(pool, provider, founded(now)).await?;
    library::fill(services, provider, &organisation, now).await?;
    let mut tx = TenantTx::begin_for_system(pool, organisation.tenant_id).await?;
    let written = store::count_incidents(&mut tx).await?;
    drop(tx);
    let plans = plan::make(provider, accounts, now)?;
    let missing = plans.get(written..).unwrap_or_default();
    for plan in missing {
        report::write(pool, provider, &organisation, plan).await?;
    }
    let mut tx = TenantTx::begin_for_system(pool, organisation.tenant_id).await?;
    store::usage::record_calls(&mut tx).await?;
    if verification::find_latest(&mut tx).await?.is_none() {
        verification::verify(&mut tx, None).await?;
    }
    tx.commit().await?;
    chats::fill(services, provider, &organisation, now).await?;
    views::fill(pool, &organisation).await?;
    requests::fill(pool, &organisation).await?;
    Ok(missing.len())
}

/// The organisations are a little older than their oldest report.
fn founded(now: DateTime<Utc>) -> DateTime<Utc> {
    now - Duration::days(400)
}

/// Tells on standard output where the server is and, if the demo is there, as whom to sign in.
pub fn announce(config: &Config, is_filled: bool) {
    let mut text = format!("\nSupportSignal: {}\n\n", config.public_url.origin());
    if is_filled {
        text.push_str(&sign_in_table());
    }
    if let Err(error) = io::stdout().lock().write_all(text.as_bytes()) {
        tracing::warn!(error.kind = ?error.kind(), "standard output can't be written");
    }
}

fn sign_in_table() -> String {
    let mut text = format!("Demo accounts, all with the password: {PASSWORD}\n\n");
    let mut line = |organisation: &str, person: &Person| {
        let Person { email, name, role, .. } = person;
        // Writing to a string can't fail.
        let _ = writeln!(text, "  {organisation:<26} {email:<28} {:<15} {name}", role.label());
    };
    for provider in PROVIDERS {
        for person in provider.people {
            line(provider.name, person);
        }
    }
    line(Role::SystemAdmin.label(), &SYSTEM_ADMIN);
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::{PASSWORD, PROVIDERS, sign_in_table};
    use crate::accounts::password::NewPassword;

    #[test]
    fn the_table_names_everybody_and_the_password() {
        let table = sign_in_table();
        assert!(table.contains(PASSWORD) && NewPassword::parse(PASSWORD).is_ok());
        for person in PROVIDERS.iter().flat_map(|provider| provider.people) {
            assert!(table.contains(person.email));
        }
    }
}
