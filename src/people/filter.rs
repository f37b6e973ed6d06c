//! What the list of people shows, as its address says.

use super::{paths, person::MembershipStatus};
use crate::{accounts::role::Role, address::encode, ids::UserId, tenants::tenant::TenantSlug};
use leptos_router::params::ParamsMap;
use serde::{Deserialize, Serialize};

/// Unknown or broken values count as not set.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PeopleFilter {
    /// A part of the name or of the e-mail address.
    pub search: String,
    pub role: Option<Role>,
    /// Nothing: everybody.
    pub status: Option<MembershipStatus>,
    /// The row that the page comes after.
    pub after: Option<UserId>,
}

impl PeopleFilter {
    /// Reads the address of the list.
    pub fn read(query: &ParamsMap) -> Self {
        Self {
            search: query.get_str("q").unwrap_or_default().trim().to_owned(),
            role: query.get_str("role").and_then(Role::parse),
            status: query.get_str("status").and_then(MembershipStatus::parse),
            after: query.get_str("after").and_then(|id| id.parse().ok()),
        }
    }

    /// The address of the list with this filter.
    pub fn href(&self, tenant: &TenantSlug) -> String {
        let set: Vec<_> = [
            (!self.search.is_empty()).then(|| format!("q={}", encode(&self.search))),
            self.role.map(|role| format!("role={}", role.as_str())),
            self.status.map(|status| format!("status={}", status.as_str())),
            self.after.map(|id| format!("after={id}")),
        ]
        .into_iter()
        .flatten()
        .collect();
        let path = paths::list(tenant);
        if set.is_empty() { path } else { format!("{path}?{}", set.join("&")) }
    }

    /// Whether it leaves anybody out.
    pub fn is_set(&self) -> bool {
        !self.search.is_empty() || self.role.is_some() || self.status.is_some()
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::{MembershipStatus, PeopleFilter};
    use crate::{accounts::role::Role, ids::UserId};
    use leptos_router::params::ParamsMap;

    #[test]
    fn the_address_holds_what_is_set_and_nothing_else() {
        let tenant = "banksia".parse().expect("a slug");
        assert_eq!(PeopleFilter::default().href(&tenant), "/banksia/people");
        let after = UserId::generate();
        let filter = PeopleFilter {
            search: "mai@b".into(),
            role: Some(Role::TeamLead),
            status: Some(MembershipStatus::Deactivated),
            after: Some(after),
        };
        let href = filter.href(&tenant);
        assert_eq!(href, format!("/banksia/people?q=mai%40b&role=team_lead&status=deactivated&after={after}"));
        let query: ParamsMap = [("q", " "), ("role", "boss"), ("status", "gone"), ("after", "there")]
            .map(|(name, value)| (name, value.to_owned()))
            .into_iter()
            .collect();
        assert_eq!(PeopleFilter::read(&query), PeopleFilter::default());
    }
}
