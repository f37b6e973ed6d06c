//! From a figure to the reports behind it: every link of the dashboard into the list of incidents.

use super::figures::{NamedCount, Scope};
use crate::{
    analysis::analysis::{ConditionGroup, IncidentType, Severity},
    ids::{IncidentId, ParticipantId, SiteId},
    incidents::{
        filter::IncidentFilter,
        incident::OverallStatus,
        narrowing::{self, Hours, Mark, NO_SITE, SUBMITTED},
        paths,
    },
    tenants::tenant::TenantSlug,
};
use chrono::NaiveDate;

/// The links of one dashboard.
#[derive(Debug, Clone)]
pub struct Drill {
    tenant: TenantSlug,
    /// The reports that count.
    base: IncidentFilter,
}

impl Drill {
    /// Links into the reports of a scope.
    pub fn new(tenant: TenantSlug, scope: &Scope) -> Self {
        let base = IncidentFilter {
            status: SUBMITTED.to_owned(),
            from: scope.from.to_string(),
            to: scope.to.to_string(),
            site: scope.site.map(|id| id.to_string()).unwrap_or_default(),
            participant: scope.participant.map(|id| id.to_string()).unwrap_or_default(),
            ..IncidentFilter::default()
        };
        Self { tenant, base }
    }

    fn to(&self, change: impl FnOnce(&mut IncidentFilter)) -> String {
        let mut filter = self.base.clone();
        change(&mut filter);
        format!("{}{}", paths::list(&self.tenant), filter.query())
    }

    /// Every report that counts.
    pub fn reports(&self) -> String {
        self.to(|_| ())
    }

    pub fn signed_off(&self) -> String {
        self.to(|filter| filter.status = OverallStatus::Completed.as_str().to_owned())
    }

    /// What waits now, whenever it happened.
    pub fn queue(&self) -> String {
        self.to(|filter| {
            filter.status = OverallStatus::AnalysisPending.as_str().to_owned();
            filter.from.clear();
            filter.to.clear();
        })
    }

    pub fn days(&self, from: NaiveDate, to: NaiveDate) -> String {
        self.to(|filter| {
            filter.from = from.to_string();
            filter.to = to.to_string();
        })
    }

    /// Signed off with this as the highest severity.
    pub fn highest(&self, severity: Severity) -> String {
        self.to(|filter| filter.severity = severity.as_str().to_owned())
    }

    /// Signed off as this type, and with a severity as this type in this severity.
    pub fn kind(&self, incident_type: IncidentType, severity: Option<Severity>) -> String {
        self.to(|filter| {
            filter.incident_type = incident_type.as_str().to_owned();
            filter.level = severity.map(|severity| severity.as_str().to_owned()).unwrap_or_default();
        })
    }

    /// `key` stands for the name of somebody who is in no register.
    pub fn participant(&self, count: &NamedCount<ParticipantId>, key: &str) -> String {
        self.to(|filter| {
            filter.participant = count.id.map_or_else(|| narrowing::unlisted(key), |id| id.to_string());
        })
    }

    pub fn site(&self, count: &NamedCount<SiteId>) -> String {
        self.to(|filter| filter.site = count.id.map_or_else(|| NO_SITE.to_owned(), |id| id.to_string()))
    }

    /// `weekday` from 0, Monday.
    pub fn hours(&self, weekday: usize, hours: Hours) -> String {
        self.to(|filter| {
            filter.weekday = (weekday + 1).to_string();
            filter.hours = hours.to_string();
        })
    }

    pub fn condition(&self, group: ConditionGroup, key: &str) -> String {
        self.to(|filter| filter.condition = narrowing::condition(group, key))
    }

    pub fn phases_told(&self, phases: usize) -> String {
        self.to(|filter| filter.phases = phases.to_string())
    }

    pub fn marked(&self, mark: Mark) -> String {
        self.to(|filter| filter.with = mark.as_str().to_owned())
    }

    /// One report.
    pub fn record(&self, id: IncidentId) -> String {
        paths::record(&self.tenant, id)
    }
}
