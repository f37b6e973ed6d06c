//! The figures of the dashboards are what the reports say, whatever happened to them.

mod history;
pub mod raw;

use super::{app::TestApp, database::TestDb, seed::TenantSeed};
use chrono::{Duration, Months, NaiveDate, Utc};
use chrono_tz::{Australia, Tz};
use history::{Cast, History};
use rand::{Rng, SeedableRng, rngs::StdRng};
use raw::{Raw, differences};
use sqlx::{ConnectOptions, Connection, PgConnection, PgPool};
use supportsignal::{
    dashboards::{
        figures::{Figures, Scope},
        store::figures::{read, read_totals},
    },
    ids::{IncidentId, TenantId},
    platform::database::TenantTx,
};
use tokio::task::JoinSet;

/// Each has its own organisation, in which the histories happen one after the other.
const ORGANISATIONS: u64 = 20;
const HISTORIES: u32 = 50;
/// The events of one history, so that each can be counted for itself.
const MONTHS_OF_A_HISTORY: u32 = 3;
const ZONES: [Tz; 4] = [Australia::Sydney, Australia::Perth, Australia::Adelaide, chrono_tz::UTC];

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

async fn read_now(pool: &PgPool, tenant: TenantId, scope: &Scope) -> Figures {
    let mut tx = TenantTx::begin_for_system(pool, tenant).await.unwrap();
    let figures = read(&mut tx, scope).await.unwrap();
    // Read alone they are the same, but for the slowest reports, which nobody compares.
    let mut totals = read_totals(&mut tx, scope).await.unwrap();
    for (alone, wait) in totals.waits.iter_mut().zip(&figures.totals.waits) {
        alone.slowest.clone_from(&wait.slowest);
    }
    assert_eq!(totals, figures.totals);
    figures
}

/// A part of a history's period, of one site, one participant, both or neither.
fn some_scope(cast: &Cast, (from, to): (NaiveDate, NaiveDate), chance: &mut StdRng) -> Scope {
    let days = (to - from).num_days();
    let first = chance.random_range(0..days);
    Scope {
        from: from + Duration::days(first),
        to: from + Duration::days(chance.random_range(first..=days)),
        site: cast.sites.get(chance.random_range(0..4)).copied(),
        participant: cast.participants.get(chance.random_range(0..6)).copied(),
    }
}

/// One organisation's histories, counted after each of them. Returns the figures of five years.
async fn live(db: (PgPool, PgPool), cast: Cast, seed: u64) -> Figures {
    let (pool, admin) = db;
    let mut chance = StdRng::seed_from_u64(seed);
    for number in 0..HISTORIES {
        let from = day("2013-01-01") + Months::new(number * MONTHS_OF_A_HISTORY);
        let period = (from, (from + Months::new(MONTHS_OF_A_HISTORY)).pred_opt().unwrap());
        History { cast: &cast, period, incidents: Vec::new() }.happen(&pool, &mut chance).await;
        let raw = Raw::read(&admin, cast.tenant(), cast.zone(), period).await;
        let whole = Scope { from: period.0, to: period.1, site: None, participant: None };
        for scope in [whole, some_scope(&cast, period, &mut chance)] {
            let figures = read_now(&pool, cast.tenant(), &scope).await;
            let wrong = differences(&scope, &figures, &raw.count(&scope));
            assert!(wrong.is_empty(), "organisation {seed}, history {number}, {scope:?}:\n{}", wrong.join("\n"));
        }
    }
    assert_all(&pool, &admin, &cast).await
}

/// All histories of an organisation together, and counted anew.
async fn assert_all(pool: &PgPool, admin: &PgPool, cast: &Cast) -> Figures {
    let scope = Scope { from: day("2017-03-14"), to: day("2022-03-13"), site: None, participant: None };
    let raw = Raw::read(admin, cast.tenant(), cast.zone(), (scope.from, scope.to)).await;
    let figures = read_now(pool, cast.tenant(), &scope).await;
    assert_eq!(differences(&scope, &figures, &raw.count(&scope)), Vec::<String>::new());
    let kept = rollup(admin, cast.tenant()).await;
    rebuild(admin, cast.tenant()).await;
    assert_eq!(rollup(admin, cast.tenant()).await, kept, "counting anew changes nothing");
    figures
}

/// Every row of the rollup, in an order of its own.
async fn rollup(admin: &PgPool, tenant: TenantId) -> Vec<String> {
    let rows: Vec<String> = sqlx::query_scalar(
        "select one from (
             select f::text as one from incident_figures f where tenant_id = $1
             union all select f::text from incident_period_figures f where tenant_id = $1
             union all select r::text from incident_ranks r where tenant_id = $1) all_rows
         order by one",
    )
    .bind(tenant.uuid())
    .fetch_all(admin)
    .await
    .unwrap();
    assert!(!rows.is_empty());
    rows
}

/// A superuser's connection inside a tenant.
async fn connect_to(admin: &PgPool, tenant: TenantId) -> PgConnection {
    let mut connection = admin.connect_options().connect().await.unwrap();
    sqlx::query("select set_config('app.current_tenant_id', $1, false)")
        .bind(tenant.to_string())
        .execute(&mut connection)
        .await
        .unwrap();
    connection
}

async fn rebuild(admin: &PgPool, tenant: TenantId) {
    sqlx::query("select app.rebuild_figures($1)")
        .bind(tenant.uuid())
        .execute(&mut connect_to(admin, tenant).await)
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_thousand_histories_the_figures_are_what_the_reports_say() {
    let db = TestDb::create().await;
    let like = &db.seed().await.banksia;
    let (mut living, mut lived) = (JoinSet::new(), Vec::new());
    for seed in 0..ORGANISATIONS {
        let zone = ZONES[usize::try_from(seed).unwrap() % ZONES.len()];
        let cast = Cast::create(&db.pool, like, seed, zone).await;
        living.spawn(live((db.pool.clone(), db.admin.clone()), cast, seed));
        // Two at a time have enough connections.
        if living.len() == 2 {
            lived.extend(living.join_next().await.transpose().unwrap());
        }
    }
    lived.extend(living.join_all().await);
    let all = |count: fn(&Figures) -> i64| lived.iter().map(count).sum::<i64>();
    let (reports, signed_off) = (all(|figures| figures.totals.reports), all(|figures| figures.totals.signed_off));
    assert!(reports > 500 && signed_off > 200 && reports > signed_off, "{reports} reports, {signed_off} signed off");
    assert!(
        all(|figures| figures.totals.ai.overruled) > 50
            && all(|figures| figures.totals.quality.questions_not_known) > 20
    );
    assert!(lived.iter().any(|figures| figures.conditions.len() > 5), "conditions recur");
}

/// Everything of the last two years.
fn lately() -> Scope {
    let today = Utc::now().date_naive();
    Scope { from: today - Months::new(24), to: today + Duration::days(1), site: None, participant: None }
}

/// A draft of the organisation's worker with a short account.
async fn told(pool: &PgPool, tenant: &TenantSeed) -> IncidentId {
    let cast = Cast::of(tenant);
    let mut history = History {
        cast: &cast,
        period: (Utc::now().date_naive() - Duration::days(9), Utc::now().date_naive() - Duration::days(9)),
        incidents: Vec::new(),
    };
    let mut tx = TenantTx::begin(pool, &tenant.worker).await.unwrap();
    let id = history.start(&mut tx, &mut StdRng::seed_from_u64(1)).await.unwrap();
    history.tell(&mut tx, id, &mut StdRng::seed_from_u64(2)).await.unwrap();
    tx.commit().await.unwrap();
    id
}

/// How often somebody is named in a month of an organisation.
async fn rank(app: &TestApp, month: &str, named: &str, reports: i64) {
    sqlx::query(
        "insert into incident_ranks (tenant_id, scope_id, span, starts_on, key, reports)
         values ($1, $1, 'month', $2, 'named.' || $3, $4)",
    )
    .bind(app.seed.banksia.id.uuid())
    .bind(day(month))
    .bind(named)
    .bind(reports)
    .execute(&app.db.admin)
    .await
    .unwrap();
}

/// More people than are read of a month, all of them named on a day that isn't of the period, and others before.
#[tokio::test]
async fn whoever_was_named_after_the_period_leaves_the_others_their_place() {
    let app = TestApp::start().await;
    let (pool, tenant) = (&app.db.pool, app.seed.banksia.id);
    for number in 0..60 {
        rank(&app, "2016-03-01", &format!("After {number:02}"), 3).await;
    }
    for number in 0..10 {
        rank(&app, "2016-03-01", &format!("Before {number}"), 2).await;
    }
    sqlx::query(
        "insert into incident_period_figures (tenant_id, scope_id, span, starts_on, totals, counts)
         select $1, $1, 'day', $2, '{}', json_object_agg('named.After ' || lpad(number::text, 2, '0'), 3)
         from generate_series(0, 59) number",
    )
    .bind(tenant.uuid())
    .bind(day("2016-03-20"))
    .execute(&app.db.admin)
    .await
    .unwrap();
    let scope = Scope { from: day("2016-03-01"), to: day("2016-03-19"), site: None, participant: None };
    let people = read_now(pool, tenant, &scope).await.participants;
    assert!(
        people.len() == 10 && people.iter().all(|one| one.name.starts_with("Before ") && one.reports == 2),
        "{people:?}"
    );
}

/// More people than are read of a month, in two months; one is foremost in the second and nearly last in the first.
#[tokio::test]
async fn whoever_a_month_lists_late_is_counted_whole() {
    let app = TestApp::start().await;
    let (pool, tenant) = (&app.db.pool, app.seed.banksia.id);
    for number in 0..150 {
        for month in ["2016-03-01", "2016-04-01"] {
            rank(&app, month, &format!("Person {number:03}"), 2).await;
        }
    }
    rank(&app, "2016-03-01", "Seldom", 1).await;
    rank(&app, "2016-04-01", "Seldom", 9).await;
    let scope = Scope { from: day("2016-03-01"), to: day("2016-04-30"), site: None, participant: None };
    let people = read_now(pool, tenant, &scope).await.participants;
    assert_eq!((people[0].name.as_str(), people[0].reports), ("Seldom", 10));
    assert!(people[1..].iter().all(|one| one.reports == 4), "{people:?}");
}

#[tokio::test]
async fn two_reports_of_one_day_add_up_when_they_are_submitted_at_the_same_time() {
    let app = TestApp::start().await;
    let (pool, tenant) = (&app.db.pool, &app.seed.banksia);
    let before = read_now(pool, tenant.id, &lately()).await;
    let (first, second) = (told(pool, tenant).await, told(pool, tenant).await);
    let submit = async |id: IncidentId| {
        let mut tx = TenantTx::begin(pool, &tenant.worker).await.unwrap();
        history::submit(&mut tx, id).await.unwrap();
        tx.commit().await.unwrap();
    };
    tokio::join!(submit(first), submit(second));
    let after = read_now(pool, tenant.id, &lately()).await;
    assert_eq!(after.totals.reports, before.totals.reports + 2);
    assert!(after.days.iter().any(|day| day.reports == 2));
    assert_eq!(
        read_now(pool, app.seed.wattle.id, &lately()).await.totals.reports,
        before.totals.reports,
        "the other's are its own"
    );
}

#[tokio::test]
async fn a_report_that_is_removed_counts_no_more() {
    let app = TestApp::start().await;
    let (pool, tenant) = (&app.db.pool, &app.seed.banksia);
    let kept = rollup(&app.db.admin, tenant.id).await;
    let id = told(pool, tenant).await;
    let mut tx = TenantTx::begin(pool, &tenant.worker).await.unwrap();
    history::submit(&mut tx, id).await.unwrap();
    tx.commit().await.unwrap();
    assert_ne!(rollup(&app.db.admin, tenant.id).await, kept);

    let mut connection = connect_to(&app.db.admin, tenant.id).await;
    let mut transaction = connection.begin().await.unwrap();
    for table in ["incident_analyses", "incident_narratives"] {
        let sql = format!("delete from {table} where incident_id = $1");
        sqlx::query(sqlx::AssertSqlSafe(sql)).bind(id.uuid()).execute(&mut *transaction).await.unwrap();
    }
    sqlx::query("delete from incidents where id = $1").bind(id.uuid()).execute(&mut *transaction).await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(rollup(&app.db.admin, tenant.id).await, kept);
}

#[tokio::test]
async fn a_change_of_the_time_zone_moves_every_event_to_its_new_day() {
    let app = TestApp::start().await;
    let (pool, tenant) = (&app.db.pool, &app.seed.banksia);
    let mut tx = TenantTx::begin(pool, &tenant.admin).await.unwrap();
    sqlx::query("update tenants set time_zone = 'Pacific/Kiritimati' where id = $1")
        .bind(tenant.id.uuid())
        .execute(tx.connection())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let scope = lately();
    let raw = Raw::read(&app.db.admin, tenant.id, chrono_tz::Pacific::Kiritimati, (scope.from, scope.to)).await;
    let figures = read_now(pool, tenant.id, &scope).await;
    assert_eq!(differences(&scope, &figures, &raw.count(&scope)), Vec::<String>::new());
    assert!(figures.totals.reports > 0);
}
