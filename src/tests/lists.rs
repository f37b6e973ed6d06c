//! Lists: filters find what they say, and pages cover everything exactly once.

use super::{app::TestApp, browser::Browser, seed::email, statements};
use chrono::{DateTime, Utc};
use supportsignal::{
    accounts::member::Member,
    analysis::analysis::{IncidentType, Severity},
    ids::IncidentId,
    incidents::{
        incident::OverallStatus,
        record::{IncidentPage, IncidentRow},
    },
    platform::database::TenantTx,
};

/// More than two pages. Eight at a time share their minute, so that the order has ties to break.
const MANY: i64 = 60;

async fn add_reports(app: &TestApp, reporter: &Member) {
    let tenant = &app.seed.banksia;
    let mut tx = TenantTx::begin(&app.db.pool, reporter).await.unwrap();
    sqlx::query(
        "insert into incidents (tenant_id, id, number, reporter_id, reporter_name, participant_name, location,
                                event_date_time, headline, search_document, updated_at)
         select $1, gen_random_uuid(), 1000 + n, $2, $3, 'Sam ' || n, 'Garden', '2026-03-01T00:00Z'::timestamptz + n / 8 * interval '1 minute',
                'Report ' || n, to_tsvector('english', case when n % 10 = 0 then 'wandered into the orchard' else 'tripped' end),
                now() - n / 8 * interval '1 second'
         from generate_series(1, $4) as n",
    )
    .bind(tenant.id.uuid())
    .bind(reporter.user_id.uuid())
    .bind(&reporter.display_name)
    .bind(MANY)
    .execute(tx.connection())
    .await
    .unwrap();
    tx.commit().await.unwrap();
}

async fn page(browser: &Browser, filter: &[(&str, &str)]) -> IncidentPage {
    let fields: Vec<_> = filter
        .iter()
        .map(|(name, value)| (format!("filter[{name}]"), (*value).to_owned()))
        .chain([("tenant".to_owned(), "banksia".to_owned())])
        .collect();
    browser.call("incidents/list", &fields).await.unwrap()
}

async fn all_pages(browser: &Browser, order: &str) -> Vec<IncidentRow> {
    let (mut rows, mut after) = (Vec::new(), String::new());
    loop {
        let page = page(browser, &[("order", order), ("after", &after)]).await;
        rows.extend(page.rows);
        assert!(rows.len() <= 1000, "pages without end");
        match page.next {
            Some(next) => after = next,
            None => return rows,
        }
    }
}

fn numbers(page: &IncidentPage) -> Vec<i64> {
    let mut numbers: Vec<_> = page.rows.iter().map(|row| row.number).collect();
    numbers.sort_unstable();
    numbers
}

#[tokio::test]
async fn pages_cover_every_report_exactly_once_in_each_order() {
    let app = TestApp::start().await;
    add_reports(&app, &app.seed.banksia.worker).await;
    let alex = app.sign_in(&email("lead", &app.seed.banksia)).await;
    let mut everything: Vec<i64> =
        sqlx::query_scalar("select number from incidents where tenant_id = $1 order by number")
            .bind(app.seed.banksia.id.uuid())
            .fetch_all(&app.db.admin)
            .await
            .unwrap();
    everything.sort_unstable();
    type Key = fn(&IncidentRow) -> (DateTime<Utc>, IncidentId);
    let orders: [(&str, Key, bool); 3] = [
        ("newest", |row| (row.event_date_time, row.id), true),
        ("oldest", |row| (row.event_date_time, row.id), false),
        ("updated", |row| (row.updated_at, row.id), true),
    ];
    for (order, key, is_descending) in orders {
        let rows = all_pages(&alex, order).await;
        let mut seen: Vec<_> = rows.iter().map(|row| row.number).collect();
        seen.sort_unstable();
        assert_eq!(seen, everything, "{order}");
        let keys: Vec<_> = rows.iter().map(key).collect();
        assert!(keys.windows(2).all(|pair| (pair[0] > pair[1]) == is_descending), "{order} is in order");
    }
}

#[tokio::test]
async fn each_filter_finds_what_it_says() {
    let app = TestApp::start().await;
    let tenant = &app.seed.banksia;
    add_reports(&app, &tenant.colleague).await;
    let alex = app.sign_in(&email("lead", tenant)).await;

    let waiting = page(&alex, &[("status", "analysis_pending")]).await;
    assert_eq!(waiting.rows.iter().map(|row| row.id).collect::<Vec<_>>(), [tenant.submitted]);
    let done = page(&alex, &[("status", "completed")]).await;
    assert_eq!(
        done.rows.iter().map(|row| (row.id, row.overall_status)).collect::<Vec<_>>(),
        [(tenant.completed, OverallStatus::Completed)]
    );

    assert_eq!(
        numbers(&page(&alex, &[("q", "orchards")]).await),
        [1010, 1020, 1030, 1040, 1050, 1060],
        "by a word's stem"
    );
    assert_eq!(numbers(&page(&alex, &[("q", "sam 17")]).await), [1017], "by the participant's name");
    assert_eq!(numbers(&page(&alex, &[("q", "#1042")]).await), [1042], "by number");
    assert_eq!(numbers(&page(&alex, &[("q", "104")]).await), Vec::<i64>::new(), "and by no part of it");
    assert_eq!(
        numbers(&page(&alex, &[("q", "gard wander 30")]).await),
        [1030],
        "by beginnings in place, account and name"
    );
    assert_eq!(numbers(&page(&alex, &[("q", "the orchard of 40")]).await), [1040], "little words say nothing");
    let found =
        page(&alex, &[("q", "orchards"), ("order", "oldest"), ("from", "2026-03-01"), ("status", "capture_pending")]);
    assert_eq!(found.await.rows.iter().map(|row| row.number).collect::<Vec<_>>(), [1010, 1020, 1030, 1040, 1050, 1060]);
    assert_eq!(numbers(&page(&alex, &[("q", "garden/20")]).await), [1020], "whatever stands between words");
    assert_eq!(numbers(&page(&alex, &[("q", "<sam> o'brien@garden-20")]).await), Vec::<i64>::new());
    for nothing in ["???", "'", "\\", ":* & !"] {
        assert_eq!(numbers(&page(&alex, &[("q", nothing)]).await), Vec::<i64>::new(), "{nothing}");
    }
    assert_eq!(numbers(&page(&alex, &[("q", "no such words anywhere")]).await), Vec::<i64>::new());

    let of_robin = page(&alex, &[("participant", &tenant.participant.to_string())]).await;
    assert_eq!(of_robin.rows.len(), 4);
    let at_rose_street = page(&alex, &[("site", &tenant.site.to_string())]).await;
    assert_eq!(at_rose_street.rows.len(), 4);
    let priyas = page(&alex, &[("reporter", &tenant.worker.user_id.to_string())]).await;
    assert_eq!(priyas.rows.len(), 3);
    let foreign = page(&alex, &[("participant", &app.seed.wattle.participant.to_string())]).await;
    assert_eq!(foreign.rows.len(), 0, "another organisation's participant finds nothing");
    let findings = &done.rows[0].findings;
    let highest = findings.iter().map(|finding| finding.severity).max().expect("it was signed off as something");
    for severity in Severity::ALL {
        let found = page(&alex, &[("severity", severity.as_str())]).await.rows;
        let expected: &[IncidentId] = if *severity == highest { &[tenant.completed] } else { &[] };
        assert_eq!(found.iter().map(|row| row.id).collect::<Vec<_>>(), expected, "{severity:?}");
    }
    for incident_type in IncidentType::ALL {
        let found = page(&alex, &[("incident_type", incident_type.as_str())]).await.rows;
        let is_one = findings.iter().any(|finding| finding.incident_type == *incident_type);
        assert_eq!(found.len(), usize::from(is_one), "{incident_type:?}: only what is signed off counts");
    }
    let both = page(&alex, &[("reporter", &tenant.worker.user_id.to_string()), ("status", "completed")]).await;
    assert_eq!(both.rows.len(), 1, "filters narrow each other");
}

#[tokio::test]
async fn a_day_of_the_filter_is_a_day_in_the_organisations_time_zone() {
    let app = TestApp::start().await;
    let tenant = &app.seed.banksia;
    add_reports(&app, &tenant.worker).await;
    let alex = app.sign_in(&email("lead", tenant)).await;
    // 11.50 pm on 9 July and 12.10 am on 10 July in Sydney (UTC+10).
    for (number, instant) in [(1001, "2026-07-09T13:50Z"), (1002, "2026-07-09T14:10Z")] {
        sqlx::query(
            "update incidents set event_date_time = $1::text::timestamptz where number = $2 and tenant_id = $3",
        )
        .bind(instant)
        .bind(number)
        .bind(tenant.id.uuid())
        .execute(&app.db.admin)
        .await
        .unwrap();
    }
    assert_eq!(numbers(&page(&alex, &[("from", "2026-07-09"), ("to", "2026-07-09")]).await), [1001]);
    assert_eq!(numbers(&page(&alex, &[("from", "2026-07-10"), ("to", "2026-07-10")]).await), [1002]);
    let backwards = [("tenant", "banksia"), ("filter[from]", "2026-07-10"), ("filter[to]", "2026-07-09")];
    let error = alex.call::<IncidentPage>("incidents/list", &backwards).await.unwrap_err();
    assert!(error.at("to").is_some());
}

#[tokio::test]
async fn everybody_sees_the_reports_of_their_role_and_organisation() {
    let app = TestApp::start().await;
    let tenant = &app.seed.banksia;
    let ids = async |person: &str| {
        let browser = app.sign_in(&email(person, tenant)).await;
        let mut ids: Vec<_> = page(&browser, &[]).await.rows.into_iter().map(|row| row.id).collect();
        ids.sort_unstable();
        ids
    };
    assert_eq!(ids("worker").await, [tenant.draft, tenant.told, tenant.completed], "one's own, in every state");
    assert_eq!(ids("colleague").await, [tenant.submitted]);
    assert_eq!(ids("viewer").await, [tenant.submitted, tenant.completed], "submitted ones only");
    let everything = [tenant.draft, tenant.told, tenant.submitted, tenant.completed];
    assert_eq!(ids("lead").await, everything);
    assert_eq!(ids("admin").await, everything);

    // Asking for somebody else's doesn't widen what a worker sees.
    let priya = app.sign_in(&email("worker", tenant)).await;
    let asked = page(&priya, &[("reporter", &tenant.colleague.user_id.to_string())]).await;
    assert!(asked.rows.iter().all(|row| row.reporter_id == tenant.worker.user_id));
    assert!(asked.choices.reporters.is_empty(), "and is offered nobody else");
}

#[tokio::test]
async fn a_report_is_found_by_what_it_says_now() {
    let app = TestApp::start().await;
    let tenant = &app.seed.banksia;
    add_reports(&app, &tenant.worker).await;
    let alex = app.sign_in(&email("lead", tenant)).await;
    assert_eq!(numbers(&page(&alex, &[("q", "orchard 20")]).await), [1020]);
    let mut tx = TenantTx::begin(&app.db.pool, &tenant.worker).await.unwrap();
    sqlx::query(
        "update incidents set search_document = to_tsvector('english', 'sat in the shade'), participant_name = 'Ana 20'
         where tenant_id = $1 and number = 1020",
    )
    .bind(tenant.id.uuid())
    .execute(tx.connection())
    .await
    .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(numbers(&page(&alex, &[("q", "orchard 20")]).await), Vec::<i64>::new());
    assert_eq!(numbers(&page(&alex, &[("q", "ana shade")]).await), [1020]);
    let of_others = app.sign_in(&email("lead", &app.seed.wattle)).await;
    let fields = [("tenant", "wattle"), ("filter[q]", "orchard")];
    assert_eq!(of_others.call::<IncidentPage>("incidents/list", &fields).await.unwrap().rows.len(), 0);
}

#[tokio::test]
async fn a_long_register_is_no_menu() {
    let app = TestApp::start().await;
    let tenant = &app.seed.banksia;
    sqlx::query(
        "insert into participants (tenant_id, id, name)
         select $1, gen_random_uuid(), 'Person ' || n from generate_series(1, 101) as n",
    )
    .bind(tenant.id.uuid())
    .execute(&app.db.admin)
    .await
    .unwrap();
    let somebody: uuid::Uuid = sqlx::query_scalar("select id from participants where name = 'Person 7'")
        .fetch_one(&app.db.admin)
        .await
        .unwrap();
    let alex = app.sign_in(&email("lead", tenant)).await;
    let choices = page(&alex, &[]).await.choices;
    assert!(choices.are_recent_participants);
    assert_eq!(
        choices.participants.iter().map(|(id, _)| id.clone()).collect::<Vec<_>>(),
        [tenant.participant.to_string()]
    );
    let choices = page(&alex, &[("participant", &somebody.to_string())]).await.choices;
    assert!(choices.participants.iter().any(|(_, name)| name == "Person 7"), "who is chosen stays in the menu");
    // Who can't open the register finds everybody in the menu.
    let viewer = app.sign_in(&email("viewer", tenant)).await;
    let choices = page(&viewer, &[]).await.choices;
    assert!(choices.participants.len() > 101 && !choices.are_recent_participants);
}

/// More reports than the look-up of a word reads.
const VERY_MANY: i64 = 5_200;

#[tokio::test]
async fn frequent_words_find_what_rare_ones_do() {
    let app = TestApp::start().await;
    let tenant = &app.seed.banksia;
    let mut tx = TenantTx::begin(&app.db.pool, &tenant.worker).await.unwrap();
    sqlx::query(
        "insert into incidents (tenant_id, id, number, reporter_id, reporter_name, participant_name, location,
                                event_date_time, headline, search_document)
         select $1, gen_random_uuid(), 1000 + n, $2, 'Priya', 'Sam', 'Garden', '2026-03-01T00:00Z'::timestamptz + n * interval '1 minute',
                'Report ' || n, to_tsvector('english', 'skidded over a hose ' || case when n % 1000 = 0 then 'badly' else '' end
                                                 || case when n % 10 = 0 then ' slowly' else '' end)
         from generate_series(1, $3) as n",
    )
    .bind(tenant.id.uuid())
    .bind(tenant.worker.user_id.uuid())
    .bind(VERY_MANY)
    .execute(tx.connection())
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let alex = app.sign_in(&email("lead", tenant)).await;
    let newest: Vec<i64> = (0..25).map(|back| 1000 + VERY_MANY - back).collect();
    for words in ["skidding", "garden hose", "sam skidded hose"] {
        let found = page(&alex, &[("q", words)]).await;
        assert_eq!(found.rows.iter().map(|row| row.number).collect::<Vec<_>>(), newest, "{words}");
        assert!(found.next.is_some());
    }
    // As many as are named to the list, and not looked up one by one.
    let tenth: Vec<i64> = (0..25).map(|back| 1000 + VERY_MANY - 10 * back).collect();
    let found = page(&alex, &[("q", "slowly")]).await;
    assert_eq!(found.rows.iter().map(|row| row.number).collect::<Vec<_>>(), tenth);
    let oldest = page(&alex, &[("q", "slowly"), ("order", "oldest")]).await;
    assert_eq!(oldest.rows.first().map(|row| row.number), Some(1010));
    assert_eq!(numbers(&page(&alex, &[("q", "hose badly")]).await), [2000, 3000, 4000, 5000, 6000]);
    assert_eq!(numbers(&page(&alex, &[("q", "hose zeppelin")]).await), Vec::<i64>::new());
}

#[tokio::test]
async fn a_full_page_takes_no_more_statements_than_an_empty_one() {
    let app = TestApp::start().await;
    let alex = app.sign_in(&email("lead", &app.seed.banksia)).await;
    let before = statements::seen();
    page(&alex, &[("q", "no such words anywhere")]).await;
    let empty = statements::seen() - before;
    add_reports(&app, &app.seed.banksia.worker).await;
    let before = statements::seen();
    assert_eq!(page(&alex, &[]).await.rows.len(), 25);
    let full = statements::seen() - before;
    assert!(empty > 0, "statements are counted");
    assert!(full <= empty && full <= 10, "{full} statements for a page of 25 rows, {empty} for an empty one");
}

#[tokio::test]
async fn a_page_asks_for_its_data_once() {
    let app = TestApp::start().await;
    let priya = app.sign_in(&email("worker", &app.seed.banksia)).await;
    let told = app.seed.banksia.told;
    for path in ["/details", "/narrative", "/clarify/during", "/review", ""] {
        let page = priya.get(&format!("/banksia/incidents/{told}{path}")).await;
        let (_, after) = page.body.split_once("__PENDING_RESOURCES=[").expect("the page's resources");
        let (ids, _) = after.split_once(']').expect("their end");
        // The person's and the page's own; the page with two questions to the server asks both in one.
        assert_eq!(ids.split_terminator(',').count(), 2, "{path}: {ids}");
    }
}
