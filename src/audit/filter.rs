//! What narrows the audit trail, all in the address of the page.

use super::{
    event::Action,
    trail::{ActionGroup, SubjectKind},
};
use crate::{address::encode, error::AppError, ids::UserId};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The value of `person` for what no person did.
pub const NOBODY: &str = "system";

/// The viewer's state as its address has it; unknown or broken values count as not set.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AuditFilter {
    /// An [`ActionGroup`].
    pub group: String,
    /// An [`Action`].
    pub action: String,
    /// A person's id, or [`NOBODY`].
    pub person: String,
    /// A [`SubjectKind`].
    pub subject: String,
    /// The id of a record.
    pub record: String,
    /// First day, `2026-11-01`.
    pub from: String,
    /// Last day.
    pub to: String,
    /// The position that the page comes after.
    pub after: String,
}

/// Who did it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    Nobody,
    Person(UserId),
}

/// The filter, parsed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ParsedFilter {
    /// Nothing: every action.
    pub actions: Option<Vec<Action>>,
    pub actor: Option<Actor>,
    pub subject: Option<SubjectKind>,
    pub record: Option<Uuid>,
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
    pub after: Option<i64>,
}

impl AuditFilter {
    /// Reads the address. A date or an id that is none, or a range that ends before it begins, is said at
    /// its field.
    pub fn parse(&self) -> Result<ParsedFilter, AppError> {
        let from = parse_day(&self.from, "from")?;
        let to = parse_day(&self.to, "to")?;
        if from.zip(to).is_some_and(|(from, to)| to < from) {
            return Err(AppError::field("to", "The last day is before the first day."));
        }
        let record = match self.record.trim() {
            "" => None,
            id => Some(id.parse().map_err(|_| AppError::field("record", "Paste the whole id of a record."))?),
        };
        Ok(ParsedFilter {
            actions: self.actions(),
            actor: match self.person.as_str() {
                NOBODY => Some(Actor::Nobody),
                id => id.parse().ok().map(Actor::Person),
            },
            subject: SubjectKind::parse(&self.subject),
            record,
            from,
            to,
            after: self.after.parse().ok(),
        })
    }

    /// An action narrows its group; one of another group leaves nothing.
    fn actions(&self) -> Option<Vec<Action>> {
        let group = ActionGroup::parse(&self.group);
        match Action::parse(&self.action) {
            Some(action) => Some(
                [action].into_iter().filter(|action| group.is_none_or(|g| g == ActionGroup::of(*action))).collect(),
            ),
            None => group.map(|group| group.actions().collect()),
        }
    }

    /// What is wrong in it doesn't take the list away: it is said at its field and left out.
    pub fn without_errors(self) -> Self {
        if self.parse().is_ok() {
            return self;
        }
        Self { from: String::new(), to: String::new(), record: String::new(), ..self }
    }

    /// The names of what narrows the list.
    pub fn narrowing(&self) -> Vec<&'static str> {
        let pairs = self.pairs();
        pairs
            .into_iter()
            .filter(|(name, value)| *name != "after" && !value.trim().is_empty())
            .map(|(name, _)| name)
            .collect()
    }

    fn pairs(&self) -> [(&'static str, &str); 8] {
        [
            ("group", &self.group),
            ("action", &self.action),
            ("person", &self.person),
            ("subject", &self.subject),
            ("record", &self.record),
            ("from", &self.from),
            ("to", &self.to),
            ("after", &self.after),
        ]
    }

    /// The filter as the query part of an address, without what isn't set.
    pub fn query(&self) -> String {
        let set: Vec<_> = self
            .pairs()
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| format!("{name}={}", encode(value)))
            .collect();
        if set.is_empty() { String::new() } else { format!("?{}", set.join("&")) }
    }
}

fn parse_day(text: &str, field: &str) -> Result<Option<NaiveDate>, AppError> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d")
        .map(Some)
        .map_err(|_| AppError::field(field, "Enter a day like 2026-11-20."))
}

#[cfg(test)]
mod tests {
    use super::{Actor, AuditFilter, NOBODY};
    use crate::audit::event::Action;
    use proptest::prelude::*;

    #[test]
    fn an_action_narrows_its_group() {
        let parsed = |group: &str, action: &str| {
            let filter = AuditFilter { group: group.into(), action: action.into(), ..AuditFilter::default() };
            filter.parse().expect("valid").actions
        };
        assert_eq!(parsed("", ""), None);
        assert_eq!(parsed("registers", "site.added"), Some(vec![Action::SiteAdded]));
        assert_eq!(parsed("reports", "site.added"), Some(vec![]), "an action of another group");
        assert!(parsed("registers", "").is_some_and(|actions| actions.contains(&Action::ParticipantChanged)));
    }

    #[test]
    fn what_is_wrong_is_said_and_left_out() {
        let filter = AuditFilter {
            person: NOBODY.into(),
            record: "12".into(),
            from: "2026-02-01".into(),
            to: "2026-01-01".into(),
            ..AuditFilter::default()
        };
        assert!(filter.parse().expect_err("backwards").at("to").is_some());
        let filter = filter.without_errors();
        assert_eq!(filter.parse().expect("valid").actor, Some(Actor::Nobody));
        assert_eq!((filter.narrowing(), filter.query()), (vec!["person"], "?person=system".to_owned()));
    }

    proptest! {
        #[test]
        fn no_address_breaks_the_parser(text in ".{0,80}") {
            let filter = AuditFilter { group: text.clone(), action: text.clone(), person: text.clone(), subject: text.clone(), after: text, ..Default::default() };
            prop_assert!(filter.parse().is_ok());
        }
    }
}
