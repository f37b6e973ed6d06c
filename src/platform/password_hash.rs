//! argon2id, off the async threads and only a few at a time: a hash takes 19 MiB and tens of
//! milliseconds, so a flood of sign-ins queues here instead of taking the machine.

use crate::error::AppError;
use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use std::sync::{Arc, OnceLock};
use tokio::sync::Semaphore;

/// Hashes and verifies passwords with argon2id at the parameters that OWASP names (19 MiB, 2 passes, 1 lane).
#[derive(Clone)]
pub struct PasswordHashing {
    slots: Arc<Semaphore>,
}

impl PasswordHashing {
    /// At most `parallel` hashes at a time.
    pub fn new(parallel: usize) -> Self {
        Self { slots: Arc::new(Semaphore::new(parallel)) }
    }

    /// The PHC string to store.
    pub async fn hash(&self, password: String) -> Result<String, AppError> {
        self.run(move || hash_now(&password)).await?.ok_or(AppError::Internal)
    }

    /// Whether the password belongs to the stored hash. Without a hash (an unknown account) the
    /// same work is done on a dummy, so that the answer takes as long.
    pub async fn verify(&self, password: String, stored: Option<String>) -> Result<bool, AppError> {
        self.run(move || match stored {
            Some(stored) => verify_now(&password, &stored),
            None => {
                let _ = verify_now(&password, dummy_hash());
                false
            }
        })
        .await
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, AppError> {
        let _slot = self.slots.acquire().await.map_err(|_| AppError::Internal)?;
        tokio::task::spawn_blocking(work).await.map_err(|_| AppError::Internal)
    }
}

fn hash_now(password: &str) -> Option<String> {
    Argon2::default().hash_password(password.as_bytes()).ok().map(|hash| hash.to_string())
}

fn verify_now(password: &str, stored: &str) -> bool {
    PasswordHash::new(stored).is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

fn dummy_hash() -> &'static str {
    static DUMMY: OnceLock<String> = OnceLock::new();
    DUMMY.get_or_init(|| hash_now("no account has this password").unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::PasswordHashing;

    #[tokio::test]
    async fn a_password_fits_only_its_own_hash() {
        let passwords = PasswordHashing::new(1);
        let stored = passwords.hash("grevillea rain".into()).await.expect("hash");
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert!(passwords.verify("grevillea rain".into(), Some(stored.clone())).await.expect("verify"));
        assert!(!passwords.verify("grevillea rains".into(), Some(stored)).await.expect("verify"));
        assert!(!passwords.verify("no account has this password".into(), None).await.expect("verify"));
    }
}
