//! The sums of the rollup: everything but people and conditions, of which only days have theirs in the sums.

use super::{Columns, counts, ranks::Ranks, summed_scope};
use crate::{
    dashboards::{
        figures::Scope,
        period::Row,
        tally::{Count, Tally, is_ranked},
    },
    error::AppError,
    platform::database::TenantTx,
};
use chrono::{Datelike, NaiveDate};

/// How much of the sums is read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    All,
    Totals,
}

/// People and conditions of the days.
#[derive(Default)]
pub struct OfDays {
    pub ranks: Ranks,
    /// The months that some of it was taken away from, by their first day.
    pub lessened: Vec<NaiveDate>,
}

/// Adds the sums of the organisation or of one site; people and conditions of the days are returned. They are
/// added here: to open each row's keys and group them takes the database several times as long as to send the rows.
pub async fn add_sums(
    tx: &mut TenantTx,
    scope: &Scope,
    rows: &[Row],
    wanted: Wanted,
    tally: &mut Tally,
) -> Result<OfDays, AppError> {
    let tenant_id = tx.tenant_id();
    let columns = Columns::of(rows.iter());
    let sums = sqlx::query!(
        r#"select f.span = 'year' as "is_year!", f.starts_on, wanted.is_taken_away as "is_taken_away!",
                  f.totals::text as "totals!", case when $6 then f.counts::text else '{}' end as "counts!"
           from unnest($3::text[], $4::date[], $5::boolean[]) wanted (span, starts_on, is_taken_away)
           -- With an offset of its own each row is looked up by its key, whatever is expected of the arrays.
           cross join lateral (
               select span, starts_on, totals, counts from incident_period_figures
               where tenant_id = $1 and scope_id = $2 and span = wanted.span and starts_on = wanted.starts_on
               offset 0) f"#,
        tenant_id.uuid(),
        summed_scope(tx, scope),
        &columns.spans,
        &columns.starts,
        &columns.are_taken_away,
        wanted == Wanted::All,
    )
    .fetch_all(tx.connection())
    .await?;
    let OfDays { mut ranks, mut lessened } = OfDays::default();
    for row in sums {
        let first = row.starts_on;
        let mut add = |key: &str, amount: i64| {
            let amount = if row.is_taken_away { -amount } else { amount };
            // A year's row has no days.
            if row.is_year && key == "reports" {
                tally.add(&format!("day.{first}"), Count { amount, first })?;
            }
            if is_ranked(key) {
                ranks.add(key, Count { amount, first });
                Some(())
            } else {
                tally.add(key, Count { amount, first })
            }
        };
        counts::read(&row.totals, &mut add)?;
        counts::read(&row.counts, &mut add)?;
        if row.is_taken_away {
            lessened.extend(first.with_day(1));
        }
    }
    Ok(OfDays { ranks, lessened })
}
