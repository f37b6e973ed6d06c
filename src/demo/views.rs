//! What the team leads of the demo keep of the dashboard.

use super::organisation::Organisation;
use crate::{
    accounts::role::Role,
    dashboards::{
        query::{DashboardQuery, Period},
        saved_view::{ViewName, query_to_keep},
        store::views,
    },
    platform::database::TenantTx,
};
use sqlx::PgPool;

/// Two views for each team lead: the month for the team meeting, and the year at the first site.
pub async fn fill(pool: &PgPool, organisation: &Organisation) -> anyhow::Result<()> {
    for lead in organisation.people.iter().filter(|person| person.role == Role::TeamLead) {
        let mut tx = TenantTx::begin(pool, lead).await?;
        if !views::list_views(&mut tx, lead.user_id).await?.is_empty() {
            continue;
        }
        let site = organisation.sites.first().map(|site| site.to_string()).unwrap_or_default();
        let kept = [
            ("Team meeting", Period::LastMonth, String::new()),
            ("Our biggest house, the year", Period::Last12Months, site),
        ];
        for (name, period, site) in kept {
            let query = DashboardQuery { period: period.as_str().to_owned(), site, ..DashboardQuery::default() };
            let name = ViewName::parse(name)?;
            views::insert_view(&mut tx, lead.user_id, &name, &query_to_keep(&query)).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}
