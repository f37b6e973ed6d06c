//! What an organisation says about itself and decides for itself, as pages have it.

use super::{acting::ActingRow, standing::Standing};
use crate::text_enum::text_enum;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

text_enum! {
    /// What is saved together. Each has its own revision and history.
    SettingsGroup {
        Profile = "profile", "Profile";
        Address = "address", "Web address";
        TimeZone = "time_zone", "Time zone";
        Branding = "branding", "Look";
        Retention = "retention", "How long things are kept";
        Security = "security", "Signing in";
        /// Only the system admin changes it.
        Status = "status", "Status";
    }
}

text_enum! {
    /// The colour of buttons, links and the current place. Each passes AA on both backgrounds (style/theme.css).
    Accent {
        Teal = "teal", "Teal";
        Blue = "blue", "Blue";
        Violet = "violet", "Violet";
        Plum = "plum", "Plum";
        Forest = "forest", "Forest green";
    }
}

/// The place on the settings page that tells when support acted as somebody.
pub const SUPPORT_CARD: &str = "support";

/// How the organisation looks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Branding {
    /// For narrow places; empty: the name.
    pub short_name: String,
    pub accent: Accent,
}

impl Branding {
    /// What the navigation calls an organisation.
    pub fn name_in_frame(&self, name: &str) -> String {
        if self.short_name.is_empty() { name.to_owned() } else { self.short_name.clone() }
    }
}

/// Who the organisation is. Texts may be empty, except the name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    pub name: String,
    /// Eleven digits, or empty.
    pub abn: String,
    pub contact_email: String,
    pub contact_phone: String,
    pub postal_address: String,
}

/// How long things are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retention {
    /// Records of incidents, after they were signed off.
    pub record_years: i16,
    /// Lines of the debug log.
    pub debug_log_days: i16,
}

/// Everything that is set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenantSettings {
    pub profile: Profile,
    pub slug: String,
    pub time_zone: Tz,
    pub branding: Branding,
    pub retention: Retention,
    pub second_factor_required: bool,
}

/// The settings page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingsPage {
    pub settings: TenantSettings,
    pub revisions: Revisions,
    pub standing: Standing,
    /// Addresses that lead here, the latest left first.
    pub former_slugs: Vec<String>,
    /// The latest, the newest first.
    pub changes: Vec<SettingsChange>,
    /// When support acted as somebody, the newest first.
    pub support: Vec<ActingRow>,
}

/// How often each group was saved.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revisions(pub BTreeMap<String, i32>);

impl Revisions {
    /// 0: never.
    pub fn of(&self, group: SettingsGroup) -> i32 {
        self.0.get(group.as_str()).copied().unwrap_or_default()
    }
}

/// One version of a group: who saved it, and what it changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingsChange {
    pub group: SettingsGroup,
    /// With "SupportSignal support as" if it was support; nobody: SupportSignal itself.
    pub saved_by: Option<String>,
    pub saved_at: DateTime<Utc>,
    pub reason: String,
    pub fields: Vec<ChangedField>,
}

/// One field of it, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangedField {
    pub name: String,
    pub before: String,
    pub after: String,
}
