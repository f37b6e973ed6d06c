//! The roles of a membership.

use serde::{Deserialize, Serialize};

/// What a person is in one organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Runs all organisations; sees no organisation's reports.
    SystemAdmin,
    /// Configures the organisation and its people.
    CompanyAdmin,
    /// Manager: reviews and signs off.
    TeamLead,
    /// Support worker: reports.
    FrontlineWorker,
    /// Reads submitted reports, changes nothing.
    Viewer,
}

impl Role {
    pub const ALL: [Self; 5] =
        [Self::SystemAdmin, Self::CompanyAdmin, Self::TeamLead, Self::FrontlineWorker, Self::Viewer];

    /// Those that an organisation gives to its people.
    pub const OF_ORGANISATIONS: [Self; 4] = [Self::FrontlineWorker, Self::TeamLead, Self::CompanyAdmin, Self::Viewer];

    /// As the database and the interfaces write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SystemAdmin => "system_admin",
            Self::CompanyAdmin => "company_admin",
            Self::TeamLead => "team_lead",
            Self::FrontlineWorker => "frontline_worker",
            Self::Viewer => "viewer",
        }
    }

    /// As people call it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::SystemAdmin => "System admin",
            Self::CompanyAdmin => "Admin",
            Self::TeamLead => "Team lead",
            Self::FrontlineWorker => "Support worker",
            Self::Viewer => "Viewer",
        }
    }

    /// Reads what [`Role::as_str`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }
}
