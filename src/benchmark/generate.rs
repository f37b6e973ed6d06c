//! Making organisations with their people, reports, reviews, traces and figures. The database does the work
//! (`generate.sql`), as the owner of the tables, in one transaction: all of it is there, or nothing.

use super::{size::Size, story};
use crate::{accounts::role::Role, tenants::tenant::TenantSlug};
use anyhow::Context;
use chrono::{DateTime, Utc};
use sqlx::{ConnectOptions, Connection, PgConnection, postgres::PgConnectOptions};
use std::time::Instant;

/// Tables and functions of the connection's own; switches triggers off.
const PREPARE: &str = include_str!("generate.sql");
/// Switches them on again.
const FINISH: &str = include_str!("finish.sql");

/// Somebody who can sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub tenant: TenantSlug,
    /// All reports of the organisation.
    pub reports: u32,
    pub role: Role,
    pub email: String,
}

/// Fills an empty, migrated database. Returns a support worker, a team lead and an admin of the largest
/// organisation, of a medium one and of the smallest.
pub async fn generate(owner: &PgConnectOptions, password_hash: &str, size: Size) -> anyhow::Result<Vec<Account>> {
    let started = Instant::now();
    let now = Utc::now();
    let shares = size.shares();
    let mut connection = owner.connect().await.context("the database can't be reached as its owner")?;
    let mut transaction = connection.begin().await?;
    sqlx::raw_sql(PREPARE).execute(&mut *transaction).await.context("the organisations can't be prepared")?;
    story::insert_all(&mut transaction).await?;
    for (number, reports) in (1..).zip(&shares) {
        let reports = i32::try_from(*reports)?;
        generate_tenant(&mut transaction, number, reports, password_hash, now)
            .await
            .with_context(|| format!("organisation {number} can't be made"))?;
        tracing::info!(generate.tenant = number, generate.reports = reports, "an organisation is made");
    }
    tracing::info!("the figures of all organisations are counted");
    sqlx::query("select pg_temp.count_reports()").execute(&mut *transaction).await?;
    sqlx::raw_sql(FINISH).execute(&mut *transaction).await?;
    transaction.commit().await?;
    connection.close().await?;
    let took_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    tracing::info!(generate.tenants = size.tenants, generate.took_ms = took_ms, "all organisations are made");
    accounts(&shares)
}

async fn generate_tenant(
    connection: &mut PgConnection,
    number: i32,
    reports: i32,
    password_hash: &str,
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    sqlx::query("select pg_temp.generate_tenant($1, $2, $3, $4)")
        .bind(number)
        .bind(reports)
        .bind(password_hash)
        .bind(now)
        .execute(connection)
        .await?;
    Ok(())
}

/// Slugs and addresses as `generate.sql` makes them.
fn accounts(shares: &[u32]) -> anyhow::Result<Vec<Account>> {
    const PEOPLE: [(Role, &str); 3] =
        [(Role::FrontlineWorker, "worker1"), (Role::TeamLead, "lead1"), (Role::CompanyAdmin, "admin")];
    let mut places = vec![0, shares.len() / 2, shares.len().saturating_sub(1)];
    places.dedup();
    let mut accounts = Vec::new();
    for place in places {
        let reports = *shares.get(place).context("there is no organisation")?;
        let slug = format!("provider-{:03}", place + 1);
        for (role, name) in PEOPLE {
            let tenant = slug.parse().ok().context("a slug can't be used")?;
            accounts.push(Account { tenant, reports, role, email: format!("{name}@{slug}.example") });
        }
    }
    Ok(accounts)
}
