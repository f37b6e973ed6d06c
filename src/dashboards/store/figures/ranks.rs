//! People and conditions, of which there is no end: the most frequent of each month and year, and whoever of those
//! may be shown is not among them.

use super::{Columns, summed_scope, sums::OfDays};
use crate::{
    dashboards::{
        figures::Scope,
        period::{Row, Span},
        tally::{Count, MOST, Tally, is_condition},
    },
    error::AppError,
    platform::database::TenantTx,
};
use chrono::NaiveDate;
use std::{cmp::Reverse, collections::HashMap};

/// People and conditions of a month or year that are read, the most frequent first. The rollup has them all, and
/// those who may be shown are counted where a list ends before them; one that is never among the first fifty doesn't
/// belong among the first ten of a period.
const MOST_OF_A_SPAN: i64 = 50;

/// People and conditions by how often they are reported.
#[derive(Default)]
pub struct Ranks(HashMap<String, Count>);

impl Ranks {
    /// What is taken away says nothing about when something stood first: the latest of all days, until a count does.
    pub fn add(&mut self, key: &str, count: Count) {
        let first = if count.amount > 0 { count.first } else { NaiveDate::MAX };
        if let Some(sum) = self.0.get_mut(key) {
            *sum = Count { amount: sum.amount + count.amount, first: sum.first.min(first) };
        } else {
            self.0.insert(key.to_owned(), Count { first, ..count });
        }
    }

    /// Those that can be among the ones shown, where a list doesn't have them and may be cut off before them.
    fn unlisted(&self, lists: &[RankList]) -> Unlisted {
        let mut unlisted = Unlisted::default();
        for are_conditions in [false, true] {
            let foremost = self.foremost(are_conditions);
            for list in lists.iter().filter(|list| list.are_conditions == are_conditions && list.is_cut) {
                for key in foremost.iter().filter(|key| !list.keys.contains(key)) {
                    unlisted.spans.push(list.span.clone());
                    unlisted.starts.push(list.starts_on);
                    unlisted.keys.push((*key).clone());
                }
            }
        }
        unlisted
    }

    /// The most frequent people or conditions, twice as many as are shown.
    fn foremost(&self, are_conditions: bool) -> Vec<&String> {
        let mut known: Vec<_> = self.0.iter().filter(|(key, _)| is_condition(key) == are_conditions).collect();
        known.sort_unstable_by_key(|(key, count)| (Reverse(count.amount), *key));
        known.into_iter().take(2 * MOST).map(|(key, _)| key).collect()
    }
}

/// The most frequent people or conditions of a month or year, as two columns of the same length.
struct RankList {
    span: String,
    starts_on: NaiveDate,
    are_conditions: bool,
    /// Whether there may be more than it has.
    is_cut: bool,
    keys: Vec<String>,
    reports: Vec<i64>,
}

/// Adds the people and conditions of months and years, which the sums don't have, to those of the days.
pub async fn add_ranks(
    tx: &mut TenantTx,
    scope: &Scope,
    rows: &[Row],
    of_days: OfDays,
    tally: &mut Tally,
) -> Result<(), AppError> {
    let OfDays { mut ranks, lessened } = of_days;
    let lists = list_ranks(tx, scope, rows, &lessened).await?;
    for list in &lists {
        for (key, reports) in list.keys.iter().zip(&list.reports) {
            ranks.add(key, Count { amount: *reports, first: list.starts_on });
        }
    }
    let unlisted = ranks.unlisted(&lists);
    if !unlisted.keys.is_empty() {
        for row in count_ranks(tx, scope, &unlisted).await? {
            ranks.add(&row.key, Count { amount: row.reports, first: row.starts_on });
        }
    }
    for (key, count) in ranks.0.iter().filter(|(_, count)| count.amount > 0) {
        tally.add(key, *count).ok_or(AppError::Internal)?;
    }
    Ok(())
}

/// The lists of the months and years among the rows. Of a month that days are taken away from, it is the whole
/// list: whoever is foremost in the month may have nothing left, and who comes behind be foremost in the period.
async fn list_ranks(
    tx: &mut TenantTx,
    scope: &Scope,
    rows: &[Row],
    lessened: &[NaiveDate],
) -> Result<Vec<RankList>, AppError> {
    let tenant_id = tx.tenant_id();
    // Days have theirs in the sums.
    let columns = Columns::of(rows.iter().filter(|row| row.span != Span::Day));
    Ok(sqlx::query_as!(
        RankList,
        r#"select wanted.span as "span!", wanted.starts_on as "starts_on!", k.kind = 'condition' as "are_conditions!",
                  not wanted.is_whole and cardinality(most.keys) >= $6 as "is_cut!",
                  most.keys as "keys!", most.reports as "reports!"
           from (select span, starts_on, starts_on = any ($5) as is_whole
                 from unnest($3::text[], $4::date[]) wanted (span, starts_on)) wanted
           cross join (values ('participant'), ('condition')) k (kind)
           cross join lateral (
               select array_agg(r.key) as keys, array_agg(r.reports) as reports
               from (select key, reports from incident_ranks
                     where tenant_id = $1 and scope_id = $2 and span = wanted.span and starts_on = wanted.starts_on
                       and kind = k.kind and reports > 0
                     order by reports desc limit case when not wanted.is_whole then $6::bigint end) r) most
           where most.keys is not null"#,
        tenant_id.uuid(),
        summed_scope(tx, scope),
        &columns.spans,
        &columns.starts,
        lessened,
        MOST_OF_A_SPAN,
    )
    .fetch_all(tx.connection())
    .await?)
}

/// Who is to be counted in which month or year, as columns of the same length.
#[derive(Default)]
struct Unlisted {
    spans: Vec<String>,
    starts: Vec<NaiveDate>,
    keys: Vec<String>,
}

struct RankCount {
    starts_on: NaiveDate,
    key: String,
    reports: i64,
}

/// What people and conditions count in months and years that don't list them.
async fn count_ranks(tx: &mut TenantTx, scope: &Scope, unlisted: &Unlisted) -> Result<Vec<RankCount>, AppError> {
    let tenant_id = tx.tenant_id();
    Ok(sqlx::query_as!(
        RankCount,
        r#"select wanted.starts_on as "starts_on!", wanted.key as "key!", r.reports
           from unnest($3::text[], $4::date[], $5::text[]) wanted (span, starts_on, key)
           cross join lateral (
               select reports from incident_ranks
               where tenant_id = $1 and scope_id = $2 and span = wanted.span and starts_on = wanted.starts_on
                 and key = wanted.key
               offset 0) r"#,
        tenant_id.uuid(),
        summed_scope(tx, scope),
        &unlisted.spans,
        &unlisted.starts,
        &unlisted.keys,
    )
    .fetch_all(tx.connection())
    .await?)
}
