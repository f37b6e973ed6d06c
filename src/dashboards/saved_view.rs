//! The filters of a dashboard under a name of one's own.

use super::query::DashboardQuery;
use crate::{error::AppError, ids::SavedViewId, incidents::narrative::clean_line};
use serde::{Deserialize, Serialize};

/// More than these nobody finds again.
pub const MAX_VIEWS: i64 = 20;
/// Characters of a name.
pub const MAX_NAME: usize = 60;

/// One of the person's views.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedView {
    pub id: SavedViewId,
    pub name: String,
    /// The query part of its address, with its question mark; empty for a dashboard without filters.
    pub query: String,
}

/// A name, parsed: one line of 1 to [`MAX_NAME`] characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewName(String);

impl ViewName {
    /// Reads what somebody typed.
    pub fn parse(text: &str) -> Result<Self, AppError> {
        let name = clean_line(text);
        match name.chars().count() {
            0 => Err(AppError::field("name", "Enter a name for the view.")),
            1..=MAX_NAME => Ok(Self(name)),
            _ => Err(AppError::field("name", "Use at most 60 characters for the name.")),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What is kept of an address: only what a dashboard can show.
pub fn query_to_keep(query: &DashboardQuery) -> String {
    let is_day = |text: &str| text.trim().parse::<chrono::NaiveDate>().is_ok();
    let days = |text: &str| if is_day(text) { text.trim().to_owned() } else { String::new() };
    let id = |text: &str| text.parse::<uuid::Uuid>().map(|id| id.to_string()).unwrap_or_default();
    DashboardQuery {
        period: query.period().map(|period| period.as_str().to_owned()).unwrap_or_default(),
        from: days(&query.from),
        to: days(&query.to),
        site: id(&query.site),
        participant: id(&query.participant),
    }
    .address()
}

#[cfg(test)]
mod tests {
    use super::{ViewName, query_to_keep};
    use crate::dashboards::query::DashboardQuery;

    #[test]
    fn a_name_is_one_line() {
        assert_eq!(ViewName::parse(" Banksia\nHouse ").expect("a name").as_str(), "Banksia House");
        for bad in ["", " \n", &"é".repeat(61)] {
            assert!(ViewName::parse(bad).expect_err("no name").at("name").is_some());
        }
    }

    #[test]
    fn only_what_a_dashboard_can_show_is_kept() {
        let query = DashboardQuery { period: "7d".into(), site: "there".into(), ..DashboardQuery::default() };
        assert_eq!(query_to_keep(&query), "?period=7d");
        let own = DashboardQuery { from: "2026-11-01".into(), to: "soon".into(), ..query };
        assert_eq!(query_to_keep(&own), "?from=2026-11-01");
        assert_eq!(query_to_keep(&DashboardQuery::default()), "?period=90d");
    }
}
