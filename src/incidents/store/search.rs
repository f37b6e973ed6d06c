//! Lists of incidents: filters, order, keyset pages. Static queries for each order, so that each can use
//! its index; a page is one query for its rows and one for what the filter offers, and a search looks its
//! words up before them.

use super::words::{self, Search};
use crate::{
    analysis::{
        analysis::{IncidentType, Severity},
        record::Finding,
    },
    error::AppError,
    ids::{IncidentId, ParticipantId, SiteId, UserId},
    incidents::{
        filter::{Cursor, IncidentOrder, PAGE_SIZE, ParsedFilter},
        incident::{OverallStatus, WizardStep},
        narrowing::{Mark, Narrowing},
        record::{FilterChoices, IncidentRow},
    },
    platform::database::TenantTx,
};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use sqlx::types::Json;

/// Whose reports a person may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IncidentScope {
    /// Their own, in every state.
    Own(UserId),
    /// Their own, and everybody else's.
    All,
    /// Everybody's once submitted.
    Submitted,
}

impl IncidentScope {
    /// The reporter that the scope is limited to.
    pub fn reporter(self) -> Option<UserId> {
        match self {
            Self::Own(user_id) => Some(user_id),
            Self::All | Self::Submitted => None,
        }
    }
}

struct RawRow {
    id: IncidentId,
    number: i64,
    participant_name: String,
    headline: String,
    event_date_time: DateTime<Utc>,
    reporter_id: UserId,
    reporter_name: String,
    site_name: Option<String>,
    overall_status: String,
    wizard_step: String,
    submitted_at: Option<DateTime<Utc>>,
    updated_at: DateTime<Utc>,
    findings: Json<Vec<Finding>>,
}

impl RawRow {
    fn into_row(self) -> Result<IncidentRow, AppError> {
        Ok(IncidentRow {
            id: self.id,
            number: self.number,
            participant_name: self.participant_name,
            headline: self.headline,
            event_date_time: self.event_date_time,
            reporter_id: self.reporter_id,
            reporter_name: self.reporter_name,
            site_name: self.site_name,
            overall_status: OverallStatus::parse(&self.overall_status).ok_or(AppError::Internal)?,
            wizard_step: WizardStep::parse(&self.wizard_step).ok_or(AppError::Internal)?,
            submitted_at: self.submitted_at,
            updated_at: self.updated_at,
            findings: self.findings.0,
            question: None,
        })
    }
}

/// What the three orders of the list share; only the keyset differs, and what narrows the list.
macro_rules! select_page {
    ($keyset:literal, $narrowing:literal, $tx:expr, $scope:expr, $filter:expr, $zone:expr, $words:expr $(, $argument:expr)* $(,)?) => {{
        let tenant_id = $tx.tenant_id();
        let reporter = $scope.reporter().or($filter.reporter);
        sqlx::query_as!(
            RawRow,
            r#"select i.id as "id: IncidentId", i.number, i.participant_name, i.headline, i.event_date_time,
                      i.reporter_id as "reporter_id: UserId", i.reporter_name, s.name as "site_name?",
                      i.overall_status as "overall_status!", i.wizard_step, i.submitted_at, i.updated_at,
                      (select coalesce(jsonb_agg(jsonb_build_object('incident_type', c.incident_type, 'severity', c.severity)
                                                 order by c.position), '[]')
                       from incident_analyses a
                       join incident_classifications c on c.tenant_id = a.tenant_id and c.analysis_id = a.id
                       where a.tenant_id = $1 and a.incident_id = i.id and a.is_current
                         and a.analysis_status = 'completed' and not c.is_dismissed) as "findings!: Json<Vec<Finding>>"
               from incidents i left join sites s on s.tenant_id = i.tenant_id and s.id = i.site_id
               where i.tenant_id = $1
                 and ($2::uuid is null or i.reporter_id = $2)
                 and ($3::uuid is null or i.participant_id = $3)
                 and ($4::uuid is null or i.site_id = $4)
                 and ($5::text is null or i.overall_status = $5)
                 and ($6::timestamptz is null or i.event_date_time >= $6)
                 and ($7::timestamptz is null or i.event_date_time < $7)
                 and ($8::text is null or (i.search_document || i.search_labels) @@ (select $8::text::tsquery))
                 and (not $9 or i.capture_status = 'completed')
                 -- What a report was signed off as is looked up by the report, one at a time.
                 and ($13::text is null or i.overall_status = 'completed' and $13 = (
                     select (array['Low', 'Medium', 'High'])[max(array_position(array['Low', 'Medium', 'High'], c.severity))]
                     from incident_analyses a
                     join incident_classifications c on c.tenant_id = a.tenant_id and c.analysis_id = a.id
                     where a.tenant_id = $1 and a.incident_id = i.id and a.is_current and not c.is_dismissed))
                 and ($14::text is null or i.overall_status = 'completed' and exists (
                     select from incident_analyses a
                     join incident_classifications c on c.tenant_id = a.tenant_id and c.analysis_id = a.id
                     where a.tenant_id = $1 and a.incident_id = i.id and a.is_current and not c.is_dismissed
                       and c.incident_type = $14))
                 and "#
                + $narrowing
                + " and "
                + $keyset
                + r#" limit $12"#,
            tenant_id.uuid(),
            reporter.map(UserId::uuid),
            $filter.participant.map(ParticipantId::uuid),
            $filter.site.map(SiteId::uuid),
            $filter.status.map(OverallStatus::as_str),
            $filter.from.and_then(|day| start_of_day(day, $zone)),
            $filter.to.and_then(|day| day.checked_add_days(Days::new(1))).and_then(|day| start_of_day(day, $zone)),
            $words,
            $scope == IncidentScope::Submitted || $filter.is_submitted,
            $filter.after.map(|cursor| cursor.at),
            $filter.after.map(|cursor| cursor.id.uuid()),
            i64::try_from(PAGE_SIZE + 1).unwrap_or(i64::MAX),
            $filter.severity.map(Severity::as_str),
            $filter.incident_type.map(IncidentType::as_str),
            $($argument,)*
        )
        .fetch_all($tx.connection())
        .await?
    }};
}

/// A page of a list that the link of a figure narrows: a statement of its own, so that all other lists stay
/// as quick as they are.
macro_rules! select_narrowed_page {
    ($keyset:literal, $tx:expr, $scope:expr, $filter:expr, $zone:expr, $search:expr) => {{
        let Narrowing { weekday, hours, level, unlisted, no_site, condition, phases, mark } = &$filter.narrowing;
        let (group, key) = condition.as_ref().map(|(group, key)| (group.as_str(), key.as_str())).unzip();
        select_page!(
            $keyset,
            "($15::int is null or extract(isodow from i.event_date_time at time zone $16) = $15)
             and ($17::int is null or extract(hour from i.event_date_time at time zone $16) between $17 and $18::int)
             and ($19::text is null or i.overall_status = 'completed' and exists (
                 select from incident_analyses a
                 join incident_classifications c on c.tenant_id = a.tenant_id and c.analysis_id = a.id
                 where a.tenant_id = $1 and a.incident_id = i.id and a.is_current and not c.is_dismissed
                   and c.severity = $19 and ($14::text is null or c.incident_type = $14)))
             and ($20::text is null or i.participant_id is null and app.words_key($1, i.participant_name) = $20)
             and (not $21 or i.site_id is null)
             and ($22::text is null or i.overall_status = 'completed' and exists (
                 select from incident_analyses a cross join jsonb_array_elements(a.conditions) as c
                 where a.tenant_id = $1 and a.incident_id = i.id and a.is_current
                   and c ->> 'group' = $22 and app.words_key($1, c ->> 'text') = $23))
             and ($24::int is null or $24 = coalesce((
                 select (n.before_event ~ '\\S')::int + (n.during_event ~ '\\S')::int
                        + (n.end_event ~ '\\S')::int + (n.post_event ~ '\\S')::int
                 from incident_narratives n
                 where n.tenant_id = $1 and n.incident_id = i.id order by n.version desc limit 1), 0))
             and ($25::text is distinct from 'overruled' or i.overall_status = 'completed' and exists (
                 select from incident_analyses a
                 join incident_classifications c on c.tenant_id = a.tenant_id and c.analysis_id = a.id
                 where a.tenant_id = $1 and a.incident_id = i.id and a.is_current and c.ai_generated
                   and (c.user_modified or c.is_dismissed)))
             and ($25::text is distinct from 'open-questions' or exists (
                 select from clarification_questions q
                 left join clarification_answers r on r.tenant_id = q.tenant_id and r.question_id = q.id
                 where q.tenant_id = $1 and q.incident_id = i.id and q.is_active and r.is_complete is not true))
             and ($26::uuid[] is null or i.id = any($26))",
            $tx,
            $scope,
            $filter,
            $zone,
            $search.condition,
            *weekday,
            $zone.name(),
            hours.map(|hours| i32::from(hours.first)),
            hours.map(|hours| i32::from(hours.last)),
            level.map(Severity::as_str),
            unlisted.as_deref(),
            *no_site,
            group,
            key,
            *phases,
            mark.map(Mark::as_str),
            $search.reports.as_deref(),
        )
    }};
}

/// Reports of a search that are looked up one by one. Of more, the list is read in its order until a page is full.
const MOST_LOOKED_UP: usize = 400;

/// A page in one order, by the statement that fits: narrowed, of the few or the many reports that a search
/// listed, or neither.
macro_rules! select_in_order {
    ($keyset:literal, ($($list:expr),+), $filter:expr, $search:expr) => {
        match $search.reports.as_deref() {
            _ if $filter.narrowing.is_set() => select_narrowed_page!($keyset, $($list),+, $search),
            None => select_page!($keyset, "true", $($list),+, $search.condition),
            Some(few) if few.len() <= MOST_LOOKED_UP => {
                select_page!($keyset, "i.id = any($15)", $($list),+, $search.condition, few)
            }
            // As a truth value it can't become a join, so each report is looked for in a hash table.
            Some(many) => select_page!(
                $keyset, "(i.id in (select unnest($15::uuid[]))) is true", $($list),+, $search.condition, many
            ),
        }
    };
}

/// One page of the list and the cursor of the next.
pub async fn list_incidents(
    tx: &mut TenantTx,
    scope: IncidentScope,
    filter: &ParsedFilter,
    zone: Tz,
) -> Result<(Vec<IncidentRow>, Option<Cursor>), AppError> {
    let search = match &filter.words {
        Some(words) => words::look_up(tx, words).await?,
        None => Search { condition: None, reports: None },
    };
    let mut rows = match filter.order {
        IncidentOrder::Newest => select_in_order!(
            "($10::timestamptz is null or (i.event_date_time, i.id) < ($10, $11::uuid))
             order by i.event_date_time desc, i.id desc",
            (tx, scope, filter, zone),
            filter,
            search
        ),
        IncidentOrder::Oldest => select_in_order!(
            "($10::timestamptz is null or (i.event_date_time, i.id) > ($10, $11::uuid))
             order by i.event_date_time, i.id",
            (tx, scope, filter, zone),
            filter,
            search
        ),
        IncidentOrder::Updated => select_in_order!(
            "($10::timestamptz is null or (i.updated_at, i.id) < ($10, $11::uuid))
             order by i.updated_at desc, i.id desc",
            (tx, scope, filter, zone),
            filter,
            search
        ),
    };
    let has_more = rows.len() > PAGE_SIZE;
    rows.truncate(PAGE_SIZE);
    let next = rows.last().filter(|_| has_more).map(|row| Cursor {
        at: if filter.order == IncidentOrder::Updated { row.updated_at } else { row.event_date_time },
        id: row.id,
    });
    Ok((rows.into_iter().map(RawRow::into_row).collect::<Result<_, _>>()?, next))
}

/// Midnight in the tenant's zone, or the first moment of a day that has no midnight.
fn start_of_day(day: NaiveDate, zone: Tz) -> Option<DateTime<Utc>> {
    let midnight = day.and_time(NaiveTime::MIN);
    zone.from_local_datetime(&midnight)
        .earliest()
        .or_else(|| zone.from_local_datetime(&(midnight + chrono::Duration::hours(1))).earliest())
        .map(|instant| instant.with_timezone(&Utc))
}

/// Participants that a menu offers all of. Of more it offers the people of the last reports.
const MOST_PARTICIPANTS: i64 = 100;
/// The reports that count as the last.
const RECENT_REPORTS: i64 = 50;

/// What the filter offers: the register, always with who is chosen, and for those who see everybody's
/// reports the people. Who can't look somebody up in the register is offered all of it.
pub async fn list_choices(
    tx: &mut TenantTx,
    scope: IncidentScope,
    chosen: Option<ParticipantId>,
    reads_registers: bool,
) -> Result<FilterChoices, AppError> {
    let tenant_id = tx.tenant_id();
    let rows = sqlx::query!(
        r#"with register as materialized (
               select $7 and count(*) > $4::bigint as is_long
               from (select from participants where tenant_id = $1 limit $4::bigint + 1) few
           ), recent as materialized (
               select distinct last.participant_id
               from ((select participant_id from incidents
                      where tenant_id = $1 and $6::uuid is null
                      order by event_date_time desc, id desc limit $5)
                     union all
                     (select participant_id from incidents
                      where tenant_id = $1 and reporter_id = $6
                      order by event_date_time desc, id desc limit $5)) last
           )
           select 'participant' as "kind!", p.id::text as "id!", p.name as "name!"
           from register r, participants p
           where p.tenant_id = $1
             and (not r.is_long or p.id = $3 or p.id in (select participant_id from recent))
           union all select 'more participants', '', '' from register where is_long
           union all select 'site', id::text, name from sites where tenant_id = $1
           union all select 'reporter', user_id::text, display_name from memberships where tenant_id = $1 and $2
           order by 1, 3"#,
        tenant_id.uuid(),
        scope.reporter().is_none(),
        chosen.map(ParticipantId::uuid),
        MOST_PARTICIPANTS,
        RECENT_REPORTS,
        scope.reporter().map(UserId::uuid),
        reads_registers,
    )
    .fetch_all(tx.connection())
    .await?;
    let mut choices = FilterChoices::default();
    for row in rows {
        let choice = (row.id, row.name);
        match row.kind.as_str() {
            "participant" => choices.participants.push(choice),
            "more participants" => choices.are_recent_participants = true,
            "site" => choices.sites.push(choice),
            _ => choices.reporters.push(choice),
        }
    }
    Ok(choices)
}

/// What the keys in the address stand for, read from the first report that they found.
pub async fn name_keys(
    tx: &mut TenantTx,
    filter: &ParsedFilter,
    found: Option<&IncidentRow>,
    choices: &mut FilterChoices,
) -> Result<(), AppError> {
    let Some(found) = found else { return Ok(()) };
    choices.unlisted = filter.narrowing.unlisted.as_ref().map(|_| found.participant_name.clone());
    if let Some((group, key)) = &filter.narrowing.condition {
        choices.condition = find_condition(tx, found.id, group.as_str(), key).await?;
    }
    Ok(())
}

/// The words of a signed-off condition.
async fn find_condition(tx: &mut TenantTx, id: IncidentId, group: &str, key: &str) -> Result<Option<String>, AppError> {
    let tenant_id = tx.tenant_id();
    let words = sqlx::query_scalar!(
        r#"select c ->> 'text' as "words!"
           from incident_analyses a cross join jsonb_array_elements(a.conditions) as c
           where a.tenant_id = $1 and a.incident_id = $2 and a.is_current
             and c ->> 'group' = $3 and app.words_key($1, c ->> 'text') = $4
           limit 1"#,
        tenant_id.uuid(),
        id.uuid(),
        group,
        key,
    )
    .fetch_optional(tx.connection())
    .await?;
    Ok(words)
}
