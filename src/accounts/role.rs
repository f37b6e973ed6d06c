//! The roles of a membership.

use crate::text_enum::text_enum;

text_enum! {
    /// What a person is in one organisation.
    Role {
        /// Runs all organisations; sees no organisation's reports.
        SystemAdmin = "system_admin", "System admin";
        /// Configures the organisation and its people.
        CompanyAdmin = "company_admin", "Admin";
        /// Manager: reviews and signs off.
        TeamLead = "team_lead", "Team lead";
        /// Support worker: reports.
        FrontlineWorker = "frontline_worker", "Support worker";
        /// Reads submitted reports, changes nothing.
        Viewer = "viewer", "Viewer";
    }
}

impl Role {
    /// Those that an organisation gives to its people.
    pub const OF_ORGANISATIONS: [Self; 4] = [Self::FrontlineWorker, Self::TeamLead, Self::CompanyAdmin, Self::Viewer];
}
