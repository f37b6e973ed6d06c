//! The same figures counted straight from the reports, one after the other.

use chrono::{DateTime, Datelike, Duration, NaiveDate, Timelike, Utc};
use chrono_tz::Tz;
use sqlx::{PgPool, Row};
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};
use supportsignal::{
    analysis::analysis::{Condition, ConditionGroup, IncidentType, Severity},
    dashboards::{
        figures::{
            AiFigures, ConditionCount, DayCount, Figures, KindCount, NamedCount, Quality, Scope, SlowReport, Stage,
            Totals, Wait,
        },
        series::{Grain, points},
    },
    ids::{IncidentId, ParticipantId, SiteId, TenantId},
};
use uuid::Uuid;

/// The reports of a period.
pub struct Raw(Vec<Report>);

struct Report {
    id: IncidentId,
    number: i64,
    day: NaiveDate,
    weekday: usize,
    hour: usize,
    participant: (Option<ParticipantId>, String),
    site: (Option<SiteId>, String),
    waits: [Option<i64>; 3],
    phases: usize,
    questions: [i64; 3],
    review: Option<Review>,
}

/// What was signed off.
struct Review {
    kinds: BTreeSet<(IncidentType, Severity)>,
    conditions: BTreeSet<(ConditionGroup, String)>,
    suggestions: i64,
    overruled: i64,
}

/// Words without differences in capitals and spaces.
fn folded(words: &str) -> String {
    words.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

fn minutes(from: DateTime<Utc>, to: DateTime<Utc>) -> i64 {
    (to - from).num_minutes().max(0)
}

impl Raw {
    /// Reads every submitted report of events in the period.
    pub async fn read(admin: &PgPool, tenant: TenantId, zone: Tz, (from, to): (NaiveDate, NaiveDate)) -> Self {
        let rows = sqlx::query(
            "select i.*, coalesce(p.name, i.participant_name) as whom, coalesce(s.name, 'No site named') as place
             from incidents i
             left join participants p on p.tenant_id = i.tenant_id and p.id = i.participant_id
             left join sites s on s.tenant_id = i.tenant_id and s.id = i.site_id
             where i.tenant_id = $1 and i.submitted_at is not null and i.event_date_time between $2 and $3",
        )
        .bind(tenant.uuid())
        .bind(from.and_hms_opt(0, 0, 0).unwrap().and_utc() - Duration::days(1))
        .bind(to.and_hms_opt(0, 0, 0).unwrap().and_utc() + Duration::days(2))
        .fetch_all(admin)
        .await
        .unwrap();
        let mut reports = Vec::new();
        for row in rows {
            let id: Uuid = row.get("id");
            let (event, created, submitted): (DateTime<Utc>, DateTime<Utc>, DateTime<Utc>) =
                (row.get("event_date_time"), row.get("created_at"), row.get("submitted_at"));
            let local = event.with_timezone(&zone);
            let signed_off = read_review(admin, tenant, id).await;
            let completed = signed_off.as_ref().map(|(completed, _)| minutes(submitted, *completed));
            reports.push(Report {
                id: id.into(),
                number: row.get("number"),
                day: local.date_naive(),
                weekday: usize::try_from(local.weekday().num_days_from_monday()).unwrap(),
                hour: usize::try_from(local.hour()).unwrap(),
                participant: (row.get::<Option<Uuid>, _>("participant_id").map(Into::into), row.get("whom")),
                site: (row.get::<Option<Uuid>, _>("site_id").map(Into::into), row.get("place")),
                waits: [Some(minutes(event, created)), Some(minutes(created, submitted)), completed],
                phases: read_phases(admin, tenant, id).await,
                questions: read_questions(admin, tenant, id).await,
                review: signed_off.map(|(_, review)| review),
            });
        }
        Self(reports)
    }

    /// Counts those of a scope. Medians stand where they are in the list of waits, not in a histogram.
    pub fn count(&self, scope: &Scope) -> Figures {
        let reports: Vec<&Report> = self
            .0
            .iter()
            .filter(|report| (scope.from..=scope.to).contains(&report.day))
            .filter(|report| scope.site.is_none() || report.site.0 == scope.site)
            .filter(|report| scope.participant.is_none() || report.participant.0 == scope.participant)
            .collect();
        let reviews: Vec<&Review> = reports.iter().filter_map(|report| report.review.as_ref()).collect();
        let mut hours = [[0; 24]; 7];
        let mut quality = Quality::default();
        for report in &reports {
            hours[report.weekday][report.hour] += 1;
            quality.phases_told[report.phases] += 1;
            quality.questions_asked += report.questions[0];
            quality.questions_answered += report.questions[1];
            quality.questions_not_known += report.questions[2];
        }
        let kinds = tally(reviews.iter().flat_map(|review| review.kinds.iter().copied()));
        let highest =
            tally(reviews.iter().filter_map(|review| review.kinds.iter().map(|(_, severity)| *severity).max()));
        let conditions = tally(reviews.iter().flat_map(|review| review.conditions.iter().cloned()));
        Figures {
            totals: Totals {
                reports: size(reports.len()),
                signed_off: size(reviews.len()),
                kinds: kinds
                    .into_iter()
                    .map(|((incident_type, severity), reports)| KindCount { incident_type, severity, reports })
                    .collect(),
                highest: highest.into_iter().collect(),
                waits: (0..).zip(Stage::ALL).map(|(place, stage)| wait(&reports, place, *stage)).collect(),
                quality,
                ai: AiFigures {
                    suggestions: reviews.iter().map(|review| review.suggestions).sum(),
                    overruled: reviews.iter().map(|review| review.overruled).sum(),
                    ..AiFigures::default()
                },
            },
            days: tally(reports.iter().map(|report| report.day))
                .into_iter()
                .map(|(day, reports)| DayCount { day, reports })
                .collect(),
            participants: named(reports.iter().map(|report| &report.participant)),
            sites: named(reports.iter().map(|report| &report.site)),
            hours,
            conditions: conditions
                .into_iter()
                .map(|((group, text), reports)| ConditionCount { group, text, reports })
                .collect(),
        }
    }
}

async fn read_phases(admin: &PgPool, tenant: TenantId, id: Uuid) -> usize {
    let phases: [String; 4] = sqlx::query(
        "select before_event, during_event, end_event, post_event from incident_narratives
         where tenant_id = $1 and incident_id = $2 order by version desc limit 1",
    )
    .bind(tenant.uuid())
    .bind(id)
    .fetch_one(admin)
    .await
    .map(|row| [0, 1, 2, 3].map(|column: usize| row.get(column)))
    .unwrap();
    phases.iter().filter(|phase| !phase.trim().is_empty()).count()
}

/// Asked, answered with words, answered with not knowing.
async fn read_questions(admin: &PgPool, tenant: TenantId, id: Uuid) -> [i64; 3] {
    let rows = sqlx::query(
        "select a.answer_text, a.not_known from clarification_questions q
         left join clarification_answers a on a.tenant_id = q.tenant_id and a.question_id = q.id
         where q.tenant_id = $1 and q.incident_id = $2 and q.is_active",
    )
    .bind(tenant.uuid())
    .bind(id)
    .fetch_all(admin)
    .await
    .unwrap();
    let count = |is_so: &dyn Fn(Option<String>, Option<bool>) -> bool| {
        size(rows.iter().filter(|row| is_so(row.get(0), row.get(1))).count())
    };
    [
        size(rows.len()),
        count(&|text, _| text.is_some_and(|text| !text.is_empty())),
        count(&|_, not_known| not_known == Some(true)),
    ]
}

async fn read_review(admin: &PgPool, tenant: TenantId, id: Uuid) -> Option<(DateTime<Utc>, Review)> {
    let analysis = sqlx::query(
        "select id, completed_at, conditions from incident_analyses
         where tenant_id = $1 and incident_id = $2 and is_current and completed_at is not null",
    )
    .bind(tenant.uuid())
    .bind(id)
    .fetch_optional(admin)
    .await
    .unwrap()?;
    let rows = sqlx::query(
        "select incident_type, severity, is_dismissed, ai_generated, user_modified from incident_classifications
         where tenant_id = $1 and analysis_id = $2",
    )
    .bind(tenant.uuid())
    .bind(analysis.get::<Uuid, _>("id"))
    .fetch_all(admin)
    .await
    .unwrap();
    let mut review = Review { kinds: BTreeSet::new(), conditions: BTreeSet::new(), suggestions: 0, overruled: 0 };
    for row in rows {
        let (is_dismissed, is_suggested, is_changed): (bool, bool, bool) =
            (row.get("is_dismissed"), row.get("ai_generated"), row.get("user_modified"));
        if !is_dismissed {
            let kind = IncidentType::parse(row.get("incident_type")).zip(Severity::parse(row.get("severity")));
            review.kinds.insert(kind.unwrap());
        }
        if is_suggested {
            review.suggestions += 1;
            review.overruled += i64::from(is_dismissed || is_changed);
        }
    }
    let conditions: Vec<Condition> = serde_json::from_value(analysis.get("conditions")).unwrap();
    review.conditions = conditions.into_iter().map(|one| (one.group, folded(&one.text))).collect();
    Some((analysis.get("completed_at"), review))
}

fn size(count: usize) -> i64 {
    i64::try_from(count).unwrap()
}

fn tally<T: Ord>(things: impl Iterator<Item = T>) -> BTreeMap<T, i64> {
    let mut counted = BTreeMap::new();
    for thing in things {
        *counted.entry(thing).or_default() += 1;
    }
    counted
}

fn named<'a, Id: Ord + Copy + 'a>(things: impl Iterator<Item = &'a (Option<Id>, String)>) -> Vec<NamedCount<Id>> {
    let counted = tally(things.map(|(id, name)| (*id, if id.is_some() { name.clone() } else { folded(name) })));
    counted.into_iter().map(|((id, name), reports)| NamedCount { id, name, reports }).collect()
}

fn wait(reports: &[&Report], place: usize, stage: Stage) -> Wait {
    let mut waited: Vec<_> =
        reports.iter().filter_map(|report| Some((report.waits[place]?, report.id, report.number))).collect();
    waited.sort_by_key(|(minutes, id, _)| (Reverse(*minutes), *id));
    let slowest =
        waited.iter().take(3).map(|(minutes, id, number)| SlowReport { id: *id, number: *number, minutes: *minutes });
    // The slowest come first, so the half that took less comes last.
    let percentile = |percent: usize| {
        let rank = (waited.len() * percent).div_ceil(100);
        waited.get(waited.len().checked_sub(rank)?).map(|(minutes, ..)| minutes.to_string().parse().unwrap())
    };
    Wait {
        stage,
        reports: size(waited.len()),
        median_minutes: percentile(50),
        p90_minutes: percentile(90),
        slowest: slowest.collect(),
    }
}

/// What reads otherwise than it was counted, in words; the order of equals aside.
pub fn differences(scope: &Scope, read: &Figures, counted: &Figures) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut compare = |what: &str, read: String, counted: String| {
        if read != counted {
            wrong.push(format!("{what} reads {read}\n  but is {counted}"));
        }
    };
    let (read, counted) = (comparable(read), comparable(counted));
    compare(
        "reports",
        format!("{:?}", (read.totals.reports, read.totals.signed_off)),
        format!("{:?}", (counted.totals.reports, counted.totals.signed_off)),
    );
    if Grain::of(scope) == Grain::Year {
        let drawn = |figures: &Figures| format!("{:?}", points(scope, &figures.days));
        compare("years", drawn(&read), drawn(&counted));
    } else {
        compare("days", format!("{:?}", read.days), format!("{:?}", counted.days));
    }
    compare("kinds", format!("{:?}", read.totals.kinds), format!("{:?}", counted.totals.kinds));
    compare("highest", format!("{:?}", read.totals.highest), format!("{:?}", counted.totals.highest));
    compare("participants", format!("{:?}", read.participants), format!("{:?}", counted.participants));
    compare("sites", format!("{:?}", read.sites), format!("{:?}", counted.sites));
    compare("hours", format!("{:?}", read.hours), format!("{:?}", counted.hours));
    compare("conditions", format!("{:?}", read.conditions), format!("{:?}", counted.conditions));
    compare("quality", format!("{:?}", read.totals.quality), format!("{:?}", counted.totals.quality));
    compare("AI", format!("{:?}", read.totals.ai), format!("{:?}", counted.totals.ai));
    for (read, counted) in read.totals.waits.iter().zip(&counted.totals.waits) {
        let exact = |wait: &Wait| format!("{:?}", (wait.stage, wait.reports, &wait.slowest));
        compare("waits", exact(read), exact(counted));
        for (read, counted) in [(read.median_minutes, counted.median_minutes), (read.p90_minutes, counted.p90_minutes)]
        {
            if !is_near(read, counted) {
                compare("a percentile", format!("{read:?}"), format!("{counted:?}"));
            }
        }
    }
    wrong
}

/// Whether both lie in the same bucket: a quarter of a doubling at most apart.
fn is_near(read: Option<f64>, counted: Option<f64>) -> bool {
    match (read, counted) {
        (Some(read), Some(counted)) => (4.0 * ((1.0 + read) / (1.0 + counted)).log2()).abs() <= 1.0 + 1e-6,
        (None, None) => true,
        _ => false,
    }
}

fn comparable(figures: &Figures) -> Figures {
    let mut figures = figures.clone();
    for one in figures.participants.iter_mut().filter(|one| one.id.is_none()) {
        one.name = folded(&one.name);
    }
    for one in figures.sites.iter_mut().filter(|one| one.id.is_none()) {
        one.name = folded(&one.name);
    }
    for one in &mut figures.conditions {
        one.text = folded(&one.text);
    }
    figures.participants.sort_by(|one, other| (one.id, &one.name).cmp(&(other.id, &other.name)));
    figures.sites.sort_by_key(|one| one.id);
    figures.conditions.sort_by(|one, other| (one.group, &one.text).cmp(&(other.group, &other.text)));
    figures
}
