//! E-mail addresses, normalised so that one person has one account.

use crate::error::AppError;

/// An address as it is stored: trimmed, lower case, one `@` with text on both sides, 3 to 254 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// Reads what a person typed. Whether the address exists only a mail can tell.
    pub fn parse(text: &str) -> Result<Self, AppError> {
        let text = text.trim().to_lowercase();
        let parts = text.split_once('@');
        let plausible =
            parts.is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty() && !domain.contains('@'));
        let clean = !text.chars().any(|c| c.is_whitespace() || c.is_control());
        if plausible && clean && (3..=254).contains(&text.chars().count()) {
            Ok(Self(text))
        } else {
            Err(AppError::field("email", "Enter an e-mail address, like name@example.org."))
        }
    }

    /// The normalised address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::Email;

    #[test]
    fn addresses_are_normalised_or_refused() {
        assert_eq!(Email::parse(" Priya@Banksia.Example ").expect("valid").as_str(), "priya@banksia.example");
        for bad in ["", "@", "a@", "@b", "a@b@c", "a b@c", "a\u{0}@b", &format!("{}@b", "x".repeat(300))] {
            assert!(Email::parse(bad).is_err(), "{bad:?}");
        }
    }
}
