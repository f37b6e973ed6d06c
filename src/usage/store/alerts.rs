//! Telling the admins that the month's limit comes near, once for each part of it and month.

use crate::{
    accounts::permission::Permission,
    error::AppError,
    ids::BudgetAlertId,
    notifications::store as notifications,
    platform::database::TenantTx,
    usage::{budget::BudgetAlert, month::Month},
};

/// Notes which thresholds were reached and tells those who may set the limits, unless that was done
/// before in this month. The caller holds the limits, so that no other call does the same meanwhile.
pub async fn raise(
    tx: &mut TenantTx,
    month: Month,
    thresholds: impl Iterator<Item = i16>,
    cap_micros: i64,
    cost_micros: i64,
) -> Result<(), AppError> {
    let raised = list_alerts(tx, month).await?;
    let new: Vec<i16> =
        thresholds.filter(|percent| !raised.iter().any(|alert| alert.threshold_percent == *percent)).collect();
    if new.is_empty() {
        return Ok(());
    }
    let readers = notifications::list_those_who_may(tx, Permission::ConfigureAi).await?;
    for threshold_percent in new {
        let id = BudgetAlertId::generate();
        let alert = NewAlert { month, threshold_percent, cap_micros, cost_micros, notified: readers.len() };
        insert_alert(tx, id, &alert).await?;
        notifications::notify_of_budget(tx, &readers, id).await?;
    }
    Ok(())
}

struct NewAlert {
    month: Month,
    threshold_percent: i16,
    cap_micros: i64,
    cost_micros: i64,
    notified: usize,
}

async fn insert_alert(tx: &mut TenantTx, id: BudgetAlertId, alert: &NewAlert) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    sqlx::query!(
        "insert into budget_alerts (tenant_id, id, month, threshold_percent, cap_micros, cost_micros, notified)
         values ($1, $2, $3, $4, $5, $6, $7)",
        tenant_id.uuid(),
        id.uuid(),
        alert.month.first_day(),
        alert.threshold_percent,
        alert.cap_micros,
        alert.cost_micros,
        i32::try_from(alert.notified).unwrap_or(i32::MAX),
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// What was reached in a month, the lowest threshold first.
pub async fn list_alerts(tx: &mut TenantTx, month: Month) -> Result<Vec<BudgetAlert>, AppError> {
    let tenant_id = tx.tenant_id();
    Ok(sqlx::query_as!(
        BudgetAlert,
        "select threshold_percent, cap_micros, reached_at from budget_alerts
         where tenant_id = $1 and month = $2 order by threshold_percent",
        tenant_id.uuid(),
        month.first_day(),
    )
    .fetch_all(tx.connection())
    .await?)
}
