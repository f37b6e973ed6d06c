//! The second step of signing in, as pages and server functions know it.

use crate::error::AppError;
use serde::{Deserialize, Serialize};

const DIGITS: usize = 6;
/// 80 random bits, four letters or digits at a time: typed by hand, used once, and tries are counted.
pub const RECOVERY_CODE_LENGTH: usize = 16;
/// How many a person has at first.
pub const RECOVERY_CODES: usize = 10;

/// How far a person is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum SecondFactor {
    Off,
    /// The app has the secret, perhaps; nothing is asked for yet.
    SettingUp {
        /// In groups of four, to type.
        secret: String,
        /// The same as a picture to scan, as SVG.
        qr_code: String,
    },
    /// It is on, and the recovery codes have to be kept somewhere.
    ShowingCodes {
        codes: Vec<String>,
    },
    On {
        codes_left: i64,
    },
}

/// What somebody typed as their code.
#[derive(Clone, PartialEq, Eq)]
pub enum EnteredCode {
    /// Six digits from the app.
    OneTime(String),
    /// In capitals, without spaces and hyphens.
    Recovery(String),
}

impl EnteredCode {
    /// Reads a code, however it is spaced.
    pub fn parse(text: &str) -> Result<Self, AppError> {
        let code: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
        if code.len() == DIGITS && code.bytes().all(|byte| byte.is_ascii_digit()) {
            Ok(Self::OneTime(code))
        } else if code.len() == RECOVERY_CODE_LENGTH && code.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            Ok(Self::Recovery(code.to_ascii_uppercase()))
        } else {
            Err(AppError::field("code", "Enter the six digits that your app shows, or one of your recovery codes."))
        }
    }
}

/// In groups of four, easier to read and type.
pub fn in_groups(code: &str, separator: &str) -> String {
    let letters: Vec<char> = code.chars().collect();
    letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(separator)
}

#[cfg(test)]
mod tests {
    use super::{EnteredCode, in_groups};

    #[test]
    fn a_code_may_be_typed_as_it_is_shown() {
        assert!(EnteredCode::parse(" 123 456 ").is_ok_and(|code| code == EnteredCode::OneTime("123456".into())));
        let recovery = EnteredCode::parse("abcd-EFGH-2345-mnop").ok();
        assert!(recovery == Some(EnteredCode::Recovery("ABCDEFGH2345MNOP".into())));
        for bad in ["", "12345", "1234567", "12345a", "abcd-efgh", "١٢٣٤٥٦", "abcd efgh 2345 mno!"] {
            assert!(EnteredCode::parse(bad).is_err(), "{bad}");
        }
        assert_eq!(in_groups("ABCDEFGHIJ", "-"), "ABCD-EFGH-IJ");
    }
}
