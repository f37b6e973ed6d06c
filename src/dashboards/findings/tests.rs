use super::*;
use crate::dashboards::figures::{ConditionCount, KindCount, NamedCount};
use crate::{analysis::analysis::ConditionGroup, dashboards::series::points, ids::SiteId};

fn scope() -> Scope {
    let day = |text: &str| text.parse().expect("a day");
    Scope { from: day("2026-10-23"), to: day("2026-11-21"), site: None, participant: None }
}

fn signed_off(kinds: &[(IncidentType, i64)]) -> Totals {
    let kind = |(incident_type, reports): &(IncidentType, i64)| KindCount {
        incident_type: *incident_type,
        severity: Severity::Low,
        reports: *reports,
    };
    Totals {
        signed_off: kinds.iter().map(|(_, count)| count).sum(),
        kinds: kinds.iter().map(kind).collect(),
        ..Totals::default()
    }
}

#[test]
fn a_change_is_told_without_drama() {
    let told = [(0, 0), (3, 0), (2, 1), (1, 2), (0, 4), (8, 8), (27, 20), (20, 27), (1_400, 1_000)]
        .map(|(now, before)| change(now, before, &scope()));
    insta::assert_snapshot!(told.join("\n"), @r"
    As in the 30 days before
    None in the 30 days before
    1 more than in the 30 days before
    1 fewer than in the 30 days before
    4 fewer than in the 30 days before
    As many as in the 30 days before
    7 (35%) more than in the 30 days before
    7 (26%) fewer than in the 30 days before
    400 (40%) more than in the 30 days before
    ");
}

#[test]
fn a_peak_is_one_only_if_it_stands_out() {
    let told = |reports: &[i64]| {
        let (grain, mut points) = points(&scope(), &[]);
        for (point, reports) in points.iter_mut().zip(reports) {
            point.reports = *reports;
        }
        over_time(grain, &points)
    };
    let told = [told(&[]), told(&[0, 1]), told(&[1, 2, 9, 1, 1]), told(&[4, 5, 4, 4, 4]), told(&[6, 6, 0, 0, 0])];
    insta::assert_snapshot!(told.join("\n"), @r"
    No reports by week
    1 report by week
    Most reports came in the week 1 Nov to 7 Nov: 9
    21 reports by week
    12 reports by week
    ");
}

#[test]
fn types_say_what_changed_or_what_leads() {
    use IncidentType::{Behavioural, Medical, Other};
    let told = [
        kinds(&signed_off(&[(Behavioural, 14), (Medical, 6)]), &signed_off(&[(Behavioural, 8), (Medical, 6)])),
        kinds(&signed_off(&[(Medical, 3)]), &signed_off(&[(Medical, 12)])),
        kinds(&Totals { reports: 9, ..signed_off(&[(Medical, 3)]) }, &signed_off(&[(Medical, 12)])),
        kinds(&signed_off(&[(Behavioural, 2)]), &signed_off(&[(Behavioural, 1)])),
        kinds(&signed_off(&[(Behavioural, 6), (Medical, 2)]), &Totals::default()),
        kinds(&signed_off(&[(Behavioural, 4), (Medical, 3), (Other, 3)]), &Totals::default()),
        kinds(&signed_off(&[(Behavioural, 4), (Medical, 4)]), &Totals::default()),
        kinds(&signed_off(&[(Medical, 1)]), &Totals::default()),
        kinds(&Totals::default(), &Totals::default()),
    ];
    insta::assert_snapshot!(told.join("\n"), @r"
    Behavioural reports rose from 8 to 14
    Medical reports fell from 12 to 3
    3 reports are signed off, too few for a pattern
    2 reports are signed off, too few for a pattern
    6 of 8 signed-off reports are behavioural
    Behavioural is the most frequent type: 4 of 10 signed-off reports
    8 signed-off reports by type and severity
    1 report is signed off, too few for a pattern
    No report of this period is signed off yet
    ");
}

#[test]
fn waits_name_the_stage_that_takes_longest() {
    let wait = |stage, reports, median| Wait {
        stage,
        reports,
        median_minutes: Some(median),
        p90_minutes: Some(median * 3.0),
        slowest: Vec::new(),
    };
    let told = [
        waits(&[wait(Stage::EventToReport, 9, 200.0), wait(Stage::SubmissionToSignOff, 9, 2_900.0)]),
        waits(&[wait(Stage::EventToReport, 9, 200.0), wait(Stage::SubmissionToSignOff, 2, 2_900.0)]),
        waits(&[wait(Stage::ReportToSubmission, 5, 61.0)]),
        waits(&[]),
    ];
    insta::assert_snapshot!(told.join("\n"), @r"
    Reports wait longest for sign-off: half are signed off within 2 days
    Half of the reports are begun within 3 hours
    Writing takes longest: half are submitted within 1 hour
    Too few reports to say how long they take
    ");
    let told = [0.0, 1.0, 35.4, 59.6, 90.0, 47.0 * 60.0, 48.0 * 60.0, 90.0 * 24.0 * 60.0].map(duration);
    assert_eq!(told, ["a minute", "1 minute", "35 minutes", "1 hour", "2 hours", "47 hours", "2 days", "90 days"]);
}

#[test]
fn repeats_are_named_only_if_they_stand_out() {
    let count = |name: &str, reports| NamedCount { id: None, name: name.to_owned(), reports };
    let at =
        |name: &str, reports| NamedCount { id: Some(SiteId::from(uuid::Uuid::nil())), name: name.to_owned(), reports };
    let told = [
        participants(&[count("Olivia", 9), count("Sam", 2)], 30),
        participants(&[count("Olivia", 2), count("Sam", 1)], 30),
        participants(&[count("Olivia", 4), count("Sam", 4)], 30),
        participants(&[count("Olivia", 3)], 3),
        sites(&[at("Banksia House", 12)], 30),
        sites(&[NamedCount { id: None, name: String::new(), reports: 12 }], 30),
        sites(&[], 0),
    ];
    insta::assert_snapshot!(told.join("\n"), @r"
    Olivia is in 9 of 30 reports
    No participant stands out
    No participant stands out
    3 reports by participant
    12 of 30 reports come from Banksia House
    12 of 30 reports name no site
    No reports by site
    ");
}

#[test]
fn the_time_of_week_is_told_if_there_is_one() {
    let at = |cells: &[(usize, usize, i64)]| {
        let mut hours = [[0; 24]; 7];
        for (day, hour, count) in cells {
            hours[*day][*hour] = *count;
        }
        when(&hours)
    };
    let told = [
        at(&[(0, 19, 4), (2, 20, 5), (5, 9, 3)]),
        at(&[(5, 19, 4), (6, 20, 5), (1, 9, 3)]),
        at(&[(0, 19, 4), (6, 20, 4), (1, 9, 6)]),
        at(&[(5, 1, 3), (6, 9, 3), (5, 14, 2), (1, 20, 2)]),
        at(&[(0, 1, 2), (1, 9, 5), (2, 14, 3), (3, 20, 3)]),
        at(&[(0, 1, 3), (1, 9, 3), (2, 14, 3), (3, 20, 3)]),
        at(&[(0, 19, 9)]),
    ];
    insta::assert_snapshot!(told.join("\n"), @r"
    Most happen on weekday evenings
    Most happen on weekend evenings
    Most happen in the evening
    Most happen on weekends
    5 of 13 reports happened in the morning, more than at any other time
    They happen at all times of the day
    9 reports by weekday and time of day
    ");
}

#[test]
fn conditions_quality_and_ai_claim_no_more_than_there_is() {
    let condition =
        |text: &str, reports| ConditionCount { group: ConditionGroup::Systemic, text: text.to_owned(), reports };
    let quality = |told, asked, answered, not_known| Quality {
        phases_told: told,
        questions_asked: asked,
        questions_answered: answered,
        questions_not_known: not_known,
    };
    let ai = |suggestions, overruled| overruled_of(suggestions, overruled);
    let told = [
        conditions(&[condition("No handover.", 4), condition("Noise", 1)]),
        conditions(&[condition("No handover.", 3), condition("Noise", 3)]),
        conditions(&[condition("No handover.", 2)]),
        conditions(&[condition("No handover.", 1)]),
        conditions(&[]),
        phases(&quality([0, 1, 0, 3, 26], 0, 0, 0)),
        phases(&quality([0, 0, 0, 0, 6], 0, 0, 0)),
        phases(&quality([0, 0, 0, 0, 1], 0, 0, 0)),
        questions(&quality([0; 5], 40, 32, 1)).expect("asked"),
        questions(&quality([0; 5], 3, 2, 0)).expect("asked"),
        ai(60, 4),
        ai(1, 1),
        ai(9, 0),
        ai(0, 0),
        cost(&AiFigures { calls: 1_300, cost_micros: 2_500_000, ..AiFigures::default() }),
    ];
    insta::assert_snapshot!(told.join("\n"), @r"
    “No handover” came up in 4 reports
    Several conditions came up in 3 reports each
    No condition came up more than twice
    No condition came up twice
    No contributing condition is signed off yet
    26 of 30 reports tell all four phases
    Every report tells all four phases
    1 report by phases told
    32 of 40 questions (80%) are answered in words. 1 was answered with “I don't know”.
    2 of 3 questions are answered in words.
    People overruled 4 of 60 AI suggestions
    People overruled 1 of 1 AI suggestion
    People accepted all 9 AI suggestions
    No AI suggestion has been decided on
    1,300 AI calls cost US$2.50.
    ");
    assert_eq!(questions(&Quality::default()), None);
}

fn overruled_of(suggestions: i64, overruled: i64) -> String {
    super::overruled(&AiFigures { suggestions, overruled, ..AiFigures::default() })
}
