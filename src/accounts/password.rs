//! The rule for new passwords.

use crate::error::AppError;

/// The shortest password: NIST SP 800-63B asks for length and against well-known ones, not for symbols.
pub const MIN_LENGTH: usize = 12;
const MAX_LENGTH: usize = 200;

/// A new password that passed the rule. Its text is never shown or logged.
pub struct NewPassword(String);

impl NewPassword {
    /// Reads what a person chose.
    pub fn parse(text: &str) -> Result<Self, AppError> {
        let length = text.chars().count();
        if length < MIN_LENGTH {
            return Err(AppError::field("password", "Use at least 12 characters. A few words in a row work well."));
        }
        if length > MAX_LENGTH {
            return Err(AppError::field("password", "Use at most 200 characters."));
        }
        if is_well_known(text) {
            return Err(AppError::field("password", "This password is easy to guess. Choose another one."));
        }
        Ok(Self(text.to_owned()))
    }

    /// The text, for hashing.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

fn is_well_known(text: &str) -> bool {
    let lower = text.to_lowercase();
    let mut distinct: Vec<char> = lower.chars().collect();
    distinct.sort_unstable();
    distinct.dedup();
    let sequences = ["0123456789", "abcdefghijkl", "qwertyuiop", "password", "supportsignal"];
    distinct.len() < 5
        || sequences.iter().any(|sequence| {
            let rest = lower.replacen(sequence, "", 1);
            rest.len() < lower.len() && rest.chars().filter(|c| c.is_alphabetic()).count() < 4
        })
}

#[cfg(test)]
mod tests {
    use super::NewPassword;

    #[test]
    fn length_counts_and_the_obvious_is_refused() {
        assert!(NewPassword::parse("grevillea rain on tin").is_ok());
        for bad in ["short", "aaaaaaaaaaaaaa", "password1234567", "qwertyuiop1234", "0123456789012"] {
            assert!(NewPassword::parse(bad).is_err(), "{bad}");
        }
    }
}
