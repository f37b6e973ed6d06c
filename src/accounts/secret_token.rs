//! Codes in links and cookies: 256 random bits, of which the database knows the SHA-256 only.

use crate::error::AppError;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rand::TryRngCore;
use sha2::{Digest, Sha256};

/// A code that opens something for whoever has it. It is never logged and has no Debug.
pub struct SecretToken(String);

impl SecretToken {
    /// A new one, 43 letters, digits, `-` and `_` long.
    pub fn generate() -> Result<Self, AppError> {
        let mut bytes = [0_u8; 32];
        rand::rngs::OsRng.try_fill_bytes(&mut bytes).map_err(|_| {
            tracing::error!(error.kind = "no_randomness", "the system gives no random bytes");
            AppError::Internal
        })?;
        Ok(Self(URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// What came from a link or a cookie.
    pub fn received(text: &str) -> Self {
        Self(text.trim().to_owned())
    }

    /// The text, for the link or the cookie.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What the database knows it by.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(&self.0).into()
    }
}
