//! The second step of signing in: one-time codes of an authenticator app (RFC 6238), and recovery codes.
//!
//! The secret is sealed for its row. A code works once: the database keeps the time step of the latest
//! one, and refuses it and all before it. Tries are counted before they are made.

use super::{
    second_factor::{EnteredCode, RECOVERY_CODE_LENGTH, RECOVERY_CODES, SecondFactor, in_groups},
    store::{
        self,
        factors::{self, NewCodes, Sealed, StoredFactor},
    },
    throttle::CodeThrottle,
};
use crate::{
    address::encode,
    error::AppError,
    ids::{FactorId, UserId},
    platform::{Services, seal::KeyRing},
};
use chrono::Utc;
use qrcode::{QrCode, render::svg};
use rand::TryRngCore;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use totp_rs::{Builder, Secret, Totp};

/// Letters and digits that nobody mistakes for each other (RFC 4648, base32).
const RECOVERY_ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// How a code was proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    App,
    RecoveryCode,
}

/// How far the person is, with what the page has to show.
pub async fn state(services: &Services, user_id: UserId) -> Result<SecondFactor, AppError> {
    let Some(factor) = factors::find(&services.pool, user_id).await? else {
        return Ok(SecondFactor::Off);
    };
    if !factor.is_confirmed {
        let Some(secret) = open(&services.keys, user_id, factor.id, &factor.secret) else {
            return Ok(SecondFactor::Off);
        };
        let email = store::find_user_email(&services.pool, user_id).await?.ok_or(AppError::SignedOut)?;
        let secret = secret.expose_secret();
        return Ok(SecondFactor::SettingUp { secret: in_groups(secret, " "), qr_code: qr_code(&email, secret)? });
    }
    let shown = factor.shown_codes.as_ref().and_then(|sealed| open(&services.keys, user_id, factor.id, sealed));
    Ok(match shown {
        Some(codes) => SecondFactor::ShowingCodes { codes: codes.expose_secret().lines().map(str::to_owned).collect() },
        None => SecondFactor::On { codes_left: factor.codes_left },
    })
}

/// Starts setting up, with a new secret each time.
pub async fn begin(services: &Services, user_id: UserId) -> Result<(), AppError> {
    let id = FactorId::generate();
    let mut bytes = [0_u8; 20];
    fill(&mut bytes)?;
    let secret = SecretString::from(Secret::new_stack(bytes).to_base32());
    let sealed = seal(&services.keys, user_id, id, &secret);
    if factors::begin(&services.pool, user_id, id, &sealed).await? { Ok(()) } else { Err(is_on_already()) }
}

/// Makes the second step count, once a code shows that the app has the secret; makes recovery codes.
pub async fn confirm(services: &Services, user_id: UserId, code: &EnteredCode) -> Result<(), AppError> {
    let factor = factors::find(&services.pool, user_id).await?.ok_or_else(is_not_begun)?;
    if factor.is_confirmed {
        return Err(is_on_already());
    }
    let EnteredCode::OneTime(digits) = code else {
        return Err(AppError::field("code", "Enter the six digits that your app shows now."));
    };
    let step = matching_step(&services.keys, user_id, &factor, digits)?.ok_or_else(wrong_code)?;
    let codes = new_codes(&services.keys, user_id, factor.id)?;
    let confirmed = factors::confirm(&services.pool, user_id, factor.id, step, &codes).await?;
    if confirmed { Ok(()) } else { Err(is_not_begun()) }
}

/// Replaces the recovery codes of a person who has just proved a code.
pub async fn replace_codes(services: &Services, user_id: UserId) -> Result<(), AppError> {
    let factor = factors::find(&services.pool, user_id).await?.ok_or_else(is_not_begun)?;
    let codes = new_codes(&services.keys, user_id, factor.id)?;
    let replaced = factors::replace_codes(&services.pool, user_id, factor.id, &codes).await?;
    if replaced { Ok(()) } else { Err(is_not_begun()) }
}

/// Uses a code up. A wrong code, one that was used and too many tries are refused.
pub async fn prove(services: &Services, user_id: UserId, code: &EnteredCode) -> Result<Proof, AppError> {
    let throttle = CodeThrottle::new(user_id);
    throttle.take(&services.pool).await?;
    let factor = factors::find(&services.pool, user_id).await?.filter(|factor| factor.is_confirmed);
    let factor = factor.ok_or_else(is_not_begun)?;
    let (proof, is_right) = match code {
        EnteredCode::OneTime(digits) => (Proof::App, use_one_time(services, user_id, &factor, digits).await?),
        EnteredCode::Recovery(code) => {
            let hash = recovery_hash(user_id, code);
            (Proof::RecoveryCode, factors::use_recovery_code(&services.pool, user_id, &hash).await?)
        }
    };
    if !is_right {
        return Err(wrong_code());
    }
    throttle.clear(&services.pool).await?;
    Ok(proof)
}

async fn use_one_time(
    services: &Services,
    user_id: UserId,
    factor: &StoredFactor,
    digits: &str,
) -> Result<bool, AppError> {
    let Some(step) = matching_step(&services.keys, user_id, factor, digits)? else {
        return Ok(false);
    };
    if !factors::use_step(&services.pool, user_id, factor.id, step).await? {
        return Ok(false);
    }
    reseal_if_outdated(services, user_id, factor).await?;
    Ok(true)
}

/// The server's key may have been changed since; what is used moves to the new one.
async fn reseal_if_outdated(services: &Services, user_id: UserId, factor: &StoredFactor) -> Result<(), AppError> {
    if !services.keys.needs_reseal(factor.secret.version) {
        return Ok(());
    }
    let Some(secret) = open(&services.keys, user_id, factor.id, &factor.secret) else {
        return Ok(());
    };
    let sealed = seal(&services.keys, user_id, factor.id, &secret);
    factors::reseal(&services.pool, user_id, factor.id, &sealed).await
}

/// The time step whose code this is: the present one, the one before or the one after.
fn matching_step(
    keys: &KeyRing,
    user_id: UserId,
    factor: &StoredFactor,
    digits: &str,
) -> Result<Option<i64>, AppError> {
    let Some(secret) = open(keys, user_id, factor.id, &factor.secret) else {
        tracing::error!(
            error.kind = "second_factor_unreadable",
            "a second factor can't be opened with the server's keys"
        );
        return Err(AppError::not_possible(
            "Codes of your app can't be checked right now. Use a recovery code, or ask your admin for a reset.",
        ));
    };
    let now = u64::try_from(Utc::now().timestamp()).map_err(|_| AppError::Internal)?;
    let step = app_of(secret.expose_secret())?.check(digits, now);
    step.map(|step| i64::try_from(step).map_err(|_| AppError::Internal)).transpose()
}

/// Six digits every 30 seconds with SHA-1: what every app can do.
fn app_of(secret: &str) -> Result<Totp, AppError> {
    let secret = Secret::try_from_base32(secret).map_err(|_| AppError::Internal)?;
    Builder::new().with_secret(secret).build().map_err(|_| AppError::Internal)
}

fn new_codes(keys: &KeyRing, user_id: UserId, id: FactorId) -> Result<NewCodes, AppError> {
    let codes = (0..RECOVERY_CODES).map(|_| recovery_code()).collect::<Result<Vec<_>, _>>()?;
    let hashes = codes.iter().map(|code| recovery_hash(user_id, code).to_vec()).collect();
    let shown: Vec<_> = codes.iter().map(|code| in_groups(&code.to_ascii_lowercase(), "-")).collect();
    Ok(NewCodes { hashes, sealed: seal(keys, user_id, id, &SecretString::from(shown.join("\n"))) })
}

fn recovery_code() -> Result<String, AppError> {
    let mut bytes = [0_u8; RECOVERY_CODE_LENGTH];
    fill(&mut bytes)?;
    // 32 divides 256, so every letter is equally likely.
    let letters = bytes.iter().filter_map(|byte| RECOVERY_ALPHABET.get(usize::from(byte % 32)));
    Ok(letters.map(|letter| char::from(*letter)).collect())
}

fn recovery_hash(user_id: UserId, code: &str) -> [u8; 32] {
    Sha256::new().chain_update(user_id.uuid().as_bytes()).chain_update(code).finalize().into()
}

fn seal(keys: &KeyRing, user_id: UserId, id: FactorId, text: &SecretString) -> Sealed {
    let (bytes, version) = keys.seal(&row(user_id, id), text);
    Sealed { bytes, version }
}

fn open(keys: &KeyRing, user_id: UserId, id: FactorId, sealed: &Sealed) -> Option<SecretString> {
    keys.open(&row(user_id, id), &sealed.bytes, sealed.version)
}

/// What binds a sealed text to its row: nothing that is sealed for a provider opens here.
fn row(user_id: UserId, id: FactorId) -> Vec<u8> {
    [&b"second-factor"[..], user_id.uuid().as_bytes(), id.uuid().as_bytes()].concat()
}

/// What an authenticator app scans, as an SVG element.
fn qr_code(email: &str, secret: &str) -> Result<String, AppError> {
    let address = format!("otpauth://totp/SupportSignal:{}?secret={secret}&issuer=SupportSignal", encode(email));
    let code = QrCode::new(address).map_err(|_| AppError::Internal)?;
    let image = code.render::<svg::Color<'_>>().min_dimensions(208, 208).build();
    // The declaration in front of it belongs in a file, not in a page.
    let element = image.find("<svg").and_then(|start| image.get(start..));
    element.map(str::to_owned).ok_or(AppError::Internal)
}

fn fill(bytes: &mut [u8]) -> Result<(), AppError> {
    rand::rngs::OsRng.try_fill_bytes(bytes).map_err(|_| {
        tracing::error!(error.kind = "no_randomness", "the system gives no random bytes");
        AppError::Internal
    })
}

fn wrong_code() -> AppError {
    AppError::field("code", "This code isn't right, or it was used before. Wait for the next one and try again.")
}

fn is_on_already() -> AppError {
    AppError::not_possible("Two-step sign-in is on already.")
}

fn is_not_begun() -> AppError {
    AppError::not_possible("Two-step sign-in isn't on. Open the page again.")
}

#[cfg(test)]
mod tests {
    use super::{app_of, qr_code, recovery_code, recovery_hash};
    use crate::{accounts::second_factor::EnteredCode, ids::UserId};

    #[test]
    fn codes_are_those_of_the_standard() {
        // RFC 6238, appendix B: this secret at 59 seconds, the last six of its eight digits.
        let app = app_of("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").expect("a secret");
        assert_eq!(app.check("287082", 59), Some(1));
        assert_eq!(app.check("287082", 59 + 30), Some(1), "the app's clock may be a little late");
        assert_eq!(app.check("287082", 59 + 60), None);
        assert_eq!(app.check("287083", 59), None);
    }

    #[test]
    fn recovery_codes_differ_and_can_be_typed() {
        let codes: std::collections::BTreeSet<_> = (0..50).map(|_| recovery_code().expect("random")).collect();
        assert_eq!(codes.len(), 50);
        for code in &codes {
            let typed = EnteredCode::parse(&code.to_lowercase());
            assert!(typed.is_ok_and(|entered| entered == EnteredCode::Recovery(code.clone())), "{code}");
        }
        let (one, other) = (UserId::generate(), UserId::generate());
        assert_ne!(recovery_hash(one, "A"), recovery_hash(other, "A"));
    }

    #[test]
    fn the_picture_is_one_element() {
        let picture = qr_code("priya+night@banksia.example", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").expect("a picture");
        assert!(picture.starts_with("<svg") && picture.ends_with("</svg>") && !picture.contains("<?xml"));
    }
}
