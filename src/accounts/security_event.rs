//! What a person should know about the safety of their account.

use crate::{ids::DeviceId, text_enum::text_enum};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

text_enum! {
    /// What happened.
    SecurityEventKind {
        SignInFailed = "sign_in_failed", "Somebody tried to sign in and failed";
        SignInLocked = "sign_in_locked", "Too many failed tries: signing in was paused there";
        NewDevice = "new_device", "Signed in on a new device";
        PasswordChanged = "password_changed", "Password changed";
        SecondFactorOn = "second_factor_on", "Two-step sign-in switched on";
        SecondFactorOff = "second_factor_off", "Two-step sign-in switched off";
        SecondFactorReset = "second_factor_reset", "Two-step sign-in reset by an admin";
        RecoveryCodeUsed = "recovery_code_used", "Recovery code used";
        RecoveryCodesReplaced = "recovery_codes_replaced", "New recovery codes made";
        DeviceTrusted = "device_trusted", "Device trusted for 30 days";
        SessionsEnded = "sessions_ended", "Signed out everywhere by an admin";
    }
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecurityEvent {
    pub kind: SecurityEventKind,
    /// Where it came from; empty if it came from nobody's device.
    pub device: String,
    pub ip: String,
    pub occurred_at: DateTime<Utc>,
}

/// A device that isn't asked for the code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrustedDevice {
    pub id: DeviceId,
    pub device: String,
    pub ip: String,
    pub created_at: DateTime<Utc>,
    pub last_used_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

/// What the account page tells about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountSafety {
    pub has_second_factor: bool,
    /// The last used first.
    pub trusted_devices: Vec<TrustedDevice>,
    /// The latest first.
    pub events: Vec<SecurityEvent>,
}
