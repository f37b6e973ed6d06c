//! The permission table: who may do what, in one place.

use super::role::Role;
use Role::{CompanyAdmin, FrontlineWorker, SystemAdmin, TeamLead, Viewer};

/// Something that not everybody may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Permission {
    /// Start and write one's own reports.
    ReportIncidents,
    /// Read every report of the organisation, not only one's own.
    ReadAllIncidents,
    /// Act on submitted reports: the review queue and the manager's home.
    ReviewIncidents,
    /// See the list of participants and of sites.
    ReadRegisters,
    /// Add and edit participants and sites.
    EditRegisters,
    /// See and change prompt templates, and try them on past incidents.
    EditPrompts,
    /// Choose AI providers, keys, limits, and who may use them.
    ConfigureAi,
    /// See what AI calls were made and what they cost.
    SeeUsage,
    /// Read and search the documents that one's role may see, and ask them in a chat.
    AskKnowledge,
    /// Add, change, restrict and remove documents, and see what they could not answer.
    EditKnowledge,
    /// See the organisation's background work, failed jobs included.
    SeeJobs,
    /// See the dashboard: what the reports add up to.
    ReadFigures,
    /// Save a whole record as a file.
    ExportIncidents,
    /// Invite people, change their roles, deactivate them, end their sessions.
    ManagePeople,
    /// Change the organisation's profile and settings.
    ConfigureTenant,
    /// Read and verify the audit trail.
    ReadAudit,
    /// See what went wrong inside, and whether connections work.
    SeeDebugLog,
    /// Export or delete a person's data, and place legal holds.
    HandleDataRequests,
    /// Create organisations, change their status, act as one of their people for a while.
    AdministerTenants,
    /// See the list of all organisations.
    ListTenants,
}

impl Permission {
    pub const ALL: [Self; 20] = [
        Self::ReportIncidents,
        Self::ReadAllIncidents,
        Self::ReviewIncidents,
        Self::ReadRegisters,
        Self::EditRegisters,
        Self::EditPrompts,
        Self::ConfigureAi,
        Self::SeeUsage,
        Self::AskKnowledge,
        Self::EditKnowledge,
        Self::SeeJobs,
        Self::ReadFigures,
        Self::ExportIncidents,
        Self::ManagePeople,
        Self::ConfigureTenant,
        Self::ReadAudit,
        Self::SeeDebugLog,
        Self::HandleDataRequests,
        Self::AdministerTenants,
        Self::ListTenants,
    ];

    /// The roles that have it.
    pub const fn roles(self) -> &'static [Role] {
        match self {
            Self::ReportIncidents => &[FrontlineWorker, TeamLead, CompanyAdmin],
            Self::ReadAllIncidents => &[TeamLead, CompanyAdmin, Viewer],
            Self::ReviewIncidents => &[TeamLead, CompanyAdmin],
            Self::ReadRegisters => &[FrontlineWorker, TeamLead, CompanyAdmin],
            Self::EditRegisters => &[TeamLead, CompanyAdmin],
            // The system admin edits the defaults, in the system's own tenant.
            Self::EditPrompts => &[CompanyAdmin, SystemAdmin],
            Self::AskKnowledge => &[FrontlineWorker, TeamLead, CompanyAdmin, Viewer],
            // The system admin edits what is shared with every organisation.
            Self::EditKnowledge => &[CompanyAdmin, SystemAdmin],
            Self::ReadFigures | Self::ExportIncidents => &[TeamLead, CompanyAdmin, Viewer],
            Self::ConfigureAi
            | Self::SeeUsage
            | Self::SeeJobs
            | Self::ManagePeople
            | Self::ConfigureTenant
            | Self::HandleDataRequests => &[CompanyAdmin],
            // The system admin sees what belongs to no organisation, in the system's own tenant.
            Self::ReadAudit | Self::SeeDebugLog => &[CompanyAdmin, SystemAdmin],
            Self::ListTenants | Self::AdministerTenants => &[SystemAdmin],
        }
    }
}

impl Role {
    /// Whether the role has the permission.
    pub fn may(self, permission: Permission) -> bool {
        permission.roles().contains(&self)
    }
}

#[cfg(test)]
mod tests {
    use super::{Permission, Role};

    #[test]
    fn the_permission_table_reads_as_agreed() {
        let mut table = String::new();
        for permission in Permission::ALL {
            let roles: Vec<_> = permission.roles().iter().map(|role| role.as_str()).collect();
            table.push_str(&format!("{permission:?}: {}\n", roles.join(", ")));
        }
        insta::assert_snapshot!(table, @r"
        ReportIncidents: frontline_worker, team_lead, company_admin
        ReadAllIncidents: team_lead, company_admin, viewer
        ReviewIncidents: team_lead, company_admin
        ReadRegisters: frontline_worker, team_lead, company_admin
        EditRegisters: team_lead, company_admin
        EditPrompts: company_admin, system_admin
        ConfigureAi: company_admin
        SeeUsage: company_admin
        AskKnowledge: frontline_worker, team_lead, company_admin, viewer
        EditKnowledge: company_admin, system_admin
        SeeJobs: company_admin
        ReadFigures: team_lead, company_admin, viewer
        ExportIncidents: team_lead, company_admin, viewer
        ManagePeople: company_admin
        ConfigureTenant: company_admin
        ReadAudit: company_admin, system_admin
        SeeDebugLog: company_admin, system_admin
        HandleDataRequests: company_admin
        AdministerTenants: system_admin
        ListTenants: system_admin
        ");
        assert!(
            !Role::SystemAdmin.may(Permission::ReadAllIncidents),
            "running the system is no reason to read reports"
        );
    }
}
