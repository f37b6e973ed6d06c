//! The tenant as pages and server functions know it.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// The part of an address that names a tenant: 2 to 40 lower-case letters, digits and single hyphens.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TenantSlug(String);

impl TenantSlug {
    /// Where the pages of whoever runs the system are.
    pub fn system() -> Self {
        Self("system".to_owned())
    }

    /// The slug as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The text is no tenant slug.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such organisation")]
pub struct InvalidSlug;

impl FromStr for TenantSlug {
    type Err = InvalidSlug;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let hyphens = text.starts_with('-') || text.ends_with('-') || text.contains("--");
        if (2..=40).contains(&text.len()) && text.chars().all(allowed) && !hyphens {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidSlug)
        }
    }
}

impl TryFrom<String> for TenantSlug {
    type Error = InvalidSlug;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<TenantSlug> for String {
    fn from(slug: TenantSlug) -> Self {
        slug.0
    }
}

impl fmt::Display for TenantSlug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::TenantSlug;

    #[test]
    fn only_plain_slugs_are_slugs() {
        for good in ["banksia", "a1", "north-shore-care"] {
            assert!(good.parse::<TenantSlug>().is_ok(), "{good}");
        }
        for bad in ["", "a", "-x", "x-", "a--b", "Banksia", "../etc", "a b", "banksia/incidents", "é"] {
            assert!(bad.parse::<TenantSlug>().is_err(), "{bad}");
        }
    }
}
