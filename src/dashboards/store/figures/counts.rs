//! The rollup's counts as the database writes them: one JSON object, whose keys are read where they stand.

use crate::error::AppError;
use serde::{
    Deserialize, Deserializer as _,
    de::{Error as _, MapAccess, Visitor},
};
use std::{borrow::Cow, fmt};

/// Gives each key and its number to `add`, which refuses a key that it doesn't know.
pub fn read(json: &str, add: impl FnMut(&str, i64) -> Option<()>) -> Result<(), AppError> {
    serde_json::Deserializer::from_str(json).deserialize_map(Each(add)).map_err(|_unreadable| AppError::Internal)
}

struct Each<F>(F);

/// Borrowed, unless something in it is escaped.
#[derive(Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'de, F: FnMut(&str, i64) -> Option<()>> Visitor<'de> for Each<F> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object of numbers")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut counts: A) -> Result<(), A::Error> {
        while let Some((Key(key), amount)) = counts.next_entry()? {
            (self.0)(&key, amount).ok_or_else(|| A::Error::custom("a key of nothing known"))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn every_key_is_given_with_its_number() {
        let mut seen = Vec::new();
        let json = r#"{"reports": 3, "condition.human.Said \"no\"": 1, "named.Zoë": 2}"#;
        read(json, |key, amount| {
            seen.push((key.to_owned(), amount));
            Some(())
        })
        .unwrap();
        let expected = [("reports", 3), ("condition.human.Said \"no\"", 1), ("named.Zoë", 2)];
        assert_eq!(seen, expected.map(|(key, amount)| (key.to_owned(), amount)));
        assert!(read(json, |key, _| (key == "reports").then_some(())).is_err(), "an unknown key is refused");
        assert!(read("[]", |_, _| Some(())).is_err());
    }
}
