//! What a deletion would do, said before it is done: what goes, what becomes anonymous, what must stay
//! until when and why.

use super::hold::LegalHold;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The plan of one deletion as things stand now.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeletionPlan {
    /// Holds on the person or on the whole organisation: while one stands, nothing is done.
    pub blocked_by: Vec<LegalHold>,
    pub deleted: Vec<String>,
    pub anonymised: Vec<String>,
    pub kept: Vec<Kept>,
}

/// Something that must stay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    pub what: String,
    pub why: String,
    /// When the last of it may go. None: for as long as the reason stands.
    pub until: Option<DateTime<Utc>>,
}

impl DeletionPlan {
    /// Whether it can be carried out.
    pub const fn is_blocked(&self) -> bool {
        !self.blocked_by.is_empty()
    }

    /// Whether carrying it out would change something.
    pub const fn has_effect(&self) -> bool {
        !self.deleted.is_empty() || !self.anonymised.is_empty()
    }
}

/// How many reports of a person are in which state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ReportCounts {
    /// Old enough to go, and not held.
    pub deletable: i64,
    /// Under a legal hold.
    pub held: i64,
    /// Not old enough.
    pub retained: i64,
    /// When the last of these may go. None while one of them isn't signed off.
    pub retained_until: Option<DateTime<Utc>>,
}

impl ReportCounts {
    /// Those that have to stay.
    pub const fn staying(self) -> i64 {
        self.held + self.retained
    }

    /// Those that have to stay, with the reason.
    fn kept(self, one: &str, many: &str, years: i32) -> Vec<Kept> {
        let retained = (self.retained > 0).then(|| Kept {
            what: counted(self.retained, one, many),
            why: format!("Records of incidents are kept for {years} years, counted from the sign-off."),
            until: self.retained_until,
        });
        let held = (self.held > 0).then(|| Kept {
            what: counted(self.held, one, many),
            why: "A legal hold stands on them.".to_owned(),
            until: None,
        });
        retained.into_iter().chain(held).collect()
    }
}

/// What happens to a participant's data.
pub fn participant_plan(blocked_by: Vec<LegalHold>, reports: ReportCounts, years: i32) -> DeletionPlan {
    let mut plan = DeletionPlan { blocked_by, ..DeletionPlan::default() };
    if reports.deletable > 0 {
        plan.deleted.push(format!(
            "{} with all versions, answers and analyses",
            counted(reports.deletable, "report about the person", "reports about the person")
        ));
    }
    plan.kept = reports.kept("report about the person", "reports about the person", years);
    if reports.staying() == 0 {
        plan.anonymised.push("The entry in the register: name, NDIS number and site are removed".to_owned());
    } else {
        plan.kept.push(Kept {
            what: "The entry in the register".to_owned(),
            why: "Reports that have to stay are about it.".to_owned(),
            until: if reports.held == 0 { reports.retained_until } else { None },
        });
    }
    plan.kept.push(audit_trail());
    plan
}

/// What somebody who works here has left.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MemberTraces {
    pub chats: i64,
    /// Of the dashboard.
    pub saved_views: i64,
    /// Never submitted, and not held.
    pub drafts: i64,
    pub held_drafts: i64,
    pub notifications: i64,
    /// The reports that they submitted.
    pub reports: ReportCounts,
}

/// What happens to the data of somebody who works here.
pub fn member_plan(blocked_by: Vec<LegalHold>, traces: MemberTraces, years: i32) -> DeletionPlan {
    let deleted = [
        (traces.chats, "conversation with the documents", "conversations with the documents"),
        (traces.saved_views, "saved view of the dashboard", "saved views of the dashboard"),
        (traces.drafts, "draft that was never submitted", "drafts that were never submitted"),
        (traces.notifications, "notification", "notifications"),
    ];
    let mut plan = DeletionPlan { blocked_by, ..DeletionPlan::default() };
    plan.deleted = deleted
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, one, many)| counted(count, one, many))
        .collect();
    plan.anonymised.push(
        "The person here: the name becomes \"Former worker\" with a number, the invitation loses its address, and the account no longer opens this organisation"
            .to_owned(),
    );
    if traces.reports.deletable > 0 {
        let old = counted(traces.reports.deletable, "report that they wrote", "reports that they wrote");
        plan.anonymised.push(format!("The reporter's name in {old} more than {years} years ago"));
    }
    plan.kept = traces.reports.kept(
        "report that they wrote, with their name",
        "reports that they wrote, with their name",
        years,
    );
    if traces.held_drafts > 0 {
        plan.kept.push(Kept {
            what: counted(traces.held_drafts, "draft", "drafts"),
            why: "A legal hold stands on them.".to_owned(),
            until: None,
        });
    }
    plan.kept.push(Kept {
        what: "The sign-in account itself".to_owned(),
        why: "It is the person's own and may open other organisations.".to_owned(),
        until: None,
    });
    plan.kept.push(audit_trail());
    plan
}

fn audit_trail() -> Kept {
    Kept {
        what: "The audit trail".to_owned(),
        why: "Nobody can change it. It holds no names and no texts, only ids and counts.".to_owned(),
        until: None,
    }
}

/// "1 report" or "7 reports".
pub fn counted(count: i64, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
}

#[cfg(test)]
mod tests {
    use super::{MemberTraces, ReportCounts, member_plan, participant_plan};
    use chrono::{TimeZone, Utc};

    #[test]
    fn the_register_keeps_whom_a_report_that_must_stay_is_about() {
        let until = Utc.with_ymd_and_hms(2033, 11, 21, 0, 0, 0).unwrap();
        let reports = ReportCounts { deletable: 2, held: 0, retained: 1, retained_until: Some(until) };
        let plan = participant_plan(Vec::new(), reports, 7);
        assert_eq!(plan.deleted, ["2 reports about the person with all versions, answers and analyses"]);
        assert!(plan.anonymised.is_empty());
        let kept: Vec<_> = plan.kept.iter().map(|kept| (kept.what.as_str(), kept.until)).collect();
        assert_eq!(
            kept,
            [
                ("1 report about the person", Some(until)),
                ("The entry in the register", Some(until)),
                ("The audit trail", None)
            ]
        );
    }

    #[test]
    fn without_reports_that_stay_the_register_forgets() {
        let reports = ReportCounts { deletable: 1, ..ReportCounts::default() };
        let plan = participant_plan(Vec::new(), reports, 7);
        assert_eq!((plan.deleted.len(), plan.anonymised.len(), plan.kept.len()), (1, 1, 1));
        let held = participant_plan(Vec::new(), ReportCounts { held: 1, ..reports }, 7);
        assert!(held.anonymised.is_empty() && held.kept.iter().any(|kept| kept.why.contains("legal hold")));
    }

    #[test]
    fn a_worker_leaves_reports_and_no_chats() {
        let traces = MemberTraces {
            chats: 3,
            saved_views: 0,
            drafts: 1,
            notifications: 0,
            held_drafts: 0,
            reports: ReportCounts { retained: 12, ..ReportCounts::default() },
        };
        let plan = member_plan(Vec::new(), traces, 7);
        assert_eq!(plan.deleted, ["3 conversations with the documents", "1 draft that was never submitted"]);
        assert_eq!(plan.anonymised.len(), 1);
        assert_eq!(plan.kept[0].what, "12 reports that they wrote, with their name");
    }
}
