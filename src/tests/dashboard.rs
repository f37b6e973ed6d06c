//! The dashboard: its figures stand in the page, each leads to as many reports as it counts, and a saved view is its
//! person's own.

use super::{
    app::TestApp,
    browser::Browser,
    seed::{Seed, TenantSeed, email},
    story::full_account,
};
use http::StatusCode;
use sqlx::PgPool;
use std::collections::BTreeMap;
use supportsignal::{
    analysis::{
        analysis::{IncidentType, Severity},
        forms::{ChosenClassification, Decision},
        store::{close, decide, find_analysis, lock_current},
    },
    dashboards::{
        dashboard::{Dashboard, Overview},
        drill::Drill,
        saved_view::{MAX_VIEWS, ViewName},
        series::points,
        store::views,
    },
    error::AppError,
    ids::{IncidentId, SavedViewId},
    incidents::{
        narrative::Narrative,
        narrowing::{Hours, Mark},
        record::{IncidentPage, IncidentRow},
    },
    platform::database::TenantTx,
};

/// A saved view of each organisation's, for what walks all tables.
pub async fn plant(pool: &PgPool, seed: &Seed) {
    for tenant in [&seed.banksia, &seed.wattle] {
        let mut tx = TenantTx::begin(pool, &tenant.admin).await.unwrap();
        let name = ViewName::parse("Rose Street").unwrap();
        views::insert_view(&mut tx, tenant.admin.user_id, &name, "?period=7d").await.unwrap();
        tx.commit().await.unwrap();
    }
}

async fn dashboard(browser: &Browser, query: &[(&str, &str)]) -> Result<Dashboard, AppError> {
    let fields: Vec<_> = query
        .iter()
        .map(|(name, value)| (format!("query[{name}]"), (*value).to_owned()))
        .chain([("tenant".to_owned(), "banksia".to_owned())])
        .collect();
    browser.call("dashboards/get", &fields).await
}

/// All reports that the list shows behind a link.
async fn behind(browser: &Browser, href: &str) -> Vec<IncidentRow> {
    let (path, query) = href.split_once('?').expect("a link with filters");
    assert_eq!(path, "/banksia/incidents");
    let mut fields: BTreeMap<String, String> = query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (format!("filter[{name}]"), value.replace("%20", " ")))
        .collect();
    fields.insert("tenant".to_owned(), "banksia".to_owned());
    let mut rows = Vec::new();
    loop {
        let fields_now: Vec<_> = fields.iter().collect();
        let page: IncidentPage = browser.call("incidents/list", &fields_now).await.unwrap();
        rows.extend(page.rows);
        assert!(rows.len() < 1_000, "pages without end");
        match page.next {
            Some(next) => fields.insert("filter[after]".to_owned(), next),
            None => return rows,
        };
    }
}

/// A report of somebody who is in no register, with these phases told, as far as submitted.
async fn report(app: &TestApp, account: &Narrative) -> IncidentId {
    let priya = app.sign_in(&email("worker", &app.seed.banksia)).await;
    let id = priya.start_report("banksia").await;
    let draft = priya.draft("banksia", id).await.unwrap();
    let saved = priya.save_account("banksia", id, draft.revision, account, "continue").await.unwrap();
    app.finish_jobs().await;
    let revision = priya.draft("banksia", id).await.unwrap().revision.max(saved.revision);
    priya.submit("banksia", id, revision).await.unwrap();
    app.finish_jobs().await;
    id
}

/// Signs a report off; the first suggestion is changed, all others are accepted.
async fn sign_off(app: &TestApp, tenant: &TenantSeed, id: IncidentId) {
    let mut tx = TenantTx::begin(&app.db.pool, &tenant.admin).await.unwrap();
    let analysis = lock_current(&mut tx, id).await.unwrap();
    let suggested = find_analysis(&mut tx, id).await.unwrap().unwrap().classifications;
    assert!(!suggested.is_empty(), "there is something to overrule");
    for (index, classification) in suggested.iter().enumerate() {
        if index == 0 {
            let chosen = ChosenClassification {
                incident_type: IncidentType::Communication,
                severity: Severity::High,
                notes: String::new(),
            };
            decide::change(&mut tx, &analysis, classification.id, &chosen, 0).await.unwrap();
        } else {
            decide::decide(&mut tx, &analysis, classification.id, Decision::Accept, "", 0).await.unwrap();
        }
    }
    let analysis = lock_current(&mut tx, id).await.unwrap();
    close::sign_off(&mut tx, &analysis).await.unwrap();
    tx.commit().await.unwrap();
}

async fn app_with_reports() -> TestApp {
    let app = TestApp::start().await;
    let half = Narrative { end: String::new(), after: " ".to_owned(), ..full_account() };
    let first = report(&app, &half).await;
    report(&app, &full_account()).await;
    sign_off(&app, &app.seed.banksia, first).await;
    app
}

/// (what is counted, how often, the link behind it) for every figure of a dashboard.
fn figures(overview: &Overview) -> Vec<(String, i64, String)> {
    let drill = Drill::new("banksia".parse().unwrap(), &overview.scope);
    let figures = &overview.figures;
    let mut all = vec![
        ("reports".to_owned(), figures.totals.reports, drill.reports()),
        ("signed off".to_owned(), figures.totals.signed_off, drill.signed_off()),
        ("queue".to_owned(), overview.queue.waiting, drill.queue()),
    ];
    let (_, points) = points(&overview.scope, &figures.days);
    all.extend(points.iter().map(|one| (format!("{one:?}"), one.reports, drill.days(one.from, one.to))));
    all.extend(
        figures
            .totals
            .highest
            .iter()
            .map(|(severity, count)| (format!("highest {severity:?}"), *count, drill.highest(*severity))),
    );
    all.extend(figures.totals.kinds.iter().map(|one| {
        let href = drill.kind(one.incident_type, Some(one.severity));
        (format!("{:?} {:?}", one.incident_type, one.severity), one.reports, href)
    }));
    all.extend(
        figures
            .participants
            .iter()
            .zip(&overview.keys.participants)
            .map(|(one, key)| (format!("participant {}", one.name), one.reports, drill.participant(one, key))),
    );
    all.extend(figures.sites.iter().map(|one| (format!("site {}", one.name), one.reports, drill.site(one))));
    all.extend(
        figures
            .conditions
            .iter()
            .zip(&overview.keys.conditions)
            .map(|(one, key)| (format!("condition {}", one.text), one.reports, drill.condition(one.group, key))),
    );
    for (weekday, hours) in figures.hours.iter().enumerate() {
        for first in (0_u8..24).step_by(3) {
            let hours_of_cell = hours.iter().skip(first.into()).take(3);
            let hours = Hours { first, last: first + 2 };
            all.push((format!("{weekday} {hours}"), hours_of_cell.sum(), drill.hours(weekday, hours)));
        }
    }
    let told = figures.totals.quality.phases_told.iter().enumerate();
    all.extend(told.map(|(phases, count)| (format!("{phases} phases"), *count, drill.phases_told(phases))));
    all
}

#[tokio::test]
async fn as_many_reports_stand_behind_each_figure_as_it_counts() {
    let app = app_with_reports().await;
    let tenant = &app.seed.banksia;
    let alex = app.sign_in(&email("lead", tenant)).await;
    let (site, participant) = (tenant.site.to_string(), tenant.participant.to_string());
    for query in [
        vec![],
        vec![("period", "7d"), ("site", site.as_str())],
        vec![("period", "12-months"), ("participant", participant.as_str())],
    ] {
        let overview = dashboard(&alex, &query).await.unwrap().overview;
        assert!(overview.figures.totals.reports >= 2, "{query:?}");
        for (what, count, href) in figures(&overview) {
            let found = behind(&alex, &href).await.len();
            assert_eq!(i64::try_from(found).unwrap(), count, "{what} of {query:?} at {href}");
        }
    }

    let overview = dashboard(&alex, &[]).await.unwrap().overview;
    let figures = &overview.figures;
    assert_eq!((figures.totals.reports, figures.totals.signed_off, overview.queue.waiting), (4, 2, 2));
    assert_eq!(figures.totals.quality.phases_told, [0, 0, 1, 0, 3]);
    assert_eq!(figures.participants.iter().filter(|one| one.id.is_none()).map(|one| one.reports).sum::<i64>(), 2);
    assert!(!figures.conditions.is_empty() && !figures.totals.kinds.is_empty());
    let drill = Drill::new("banksia".parse().unwrap(), &overview.scope);
    assert_eq!((figures.totals.ai.overruled, behind(&alex, &drill.marked(Mark::Overruled)).await.len()), (1, 1));
    assert!(!behind(&alex, &drill.marked(Mark::OpenQuestions)).await.is_empty(), "nobody answers every question");
}

#[tokio::test]
async fn the_page_holds_the_figures_for_those_who_may_read_them() {
    let app = TestApp::start().await;
    let tenant = &app.seed.banksia;
    let vera = app.sign_in(&email("viewer", tenant)).await;
    let page = vera.get("/banksia/dashboard").await;
    assert_eq!(page.status, StatusCode::OK);
    for words in [
        "Waiting for review now",
        "2 reports by week",
        "1 report is signed off, too few for a pattern",
        "2 reports by phases told",
        "Robin Hale",
        "Rose Street",
        "weekday=",
        "Download as CSV",
    ] {
        assert!(page.body.contains(words), "{words}");
    }
    assert!(!page.body.contains(" style="), "the content security policy forbids them");
    let empty = vera.get("/banksia/dashboard?from=2019-01-01&to=2019-01-31").await;
    assert!(empty.body.contains("No reports in this period") && empty.body.contains("1 Jan 2019 to 31 Jan 2019"));

    let priya = app.sign_in(&email("worker", tenant)).await;
    assert_eq!(priya.get("/banksia/dashboard").await.status, StatusCode::FORBIDDEN);
    assert_eq!(dashboard(&priya, &[]).await.unwrap_err(), AppError::Forbidden);
    let stranger = app.sign_in(&email("lead", &app.seed.wattle)).await;
    assert_eq!(dashboard(&stranger, &[]).await.unwrap_err(), AppError::NotFound);
}

#[tokio::test]
async fn days_that_cannot_be_are_said_at_their_fields_and_the_figures_stay() {
    let app = TestApp::start().await;
    let alex = app.sign_in(&email("lead", &app.seed.banksia)).await;
    let page = alex.get("/banksia/dashboard?from=2026-02-01&to=2026-01-01").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("The last day is before the first day."));
    assert!(page.body.contains("2 reports by week"), "the usual period is shown");
    let file = alex.get("/banksia/dashboard/export?from=2026-02-01&to=2026-01-01").await;
    assert_eq!(file.status, StatusCode::UNPROCESSABLE_ENTITY, "a file of something else would mislead");
}

#[tokio::test]
async fn the_figures_can_be_taken_away_as_a_spreadsheet() {
    let app = TestApp::start().await;
    let tenant = &app.seed.banksia;
    let vera = app.sign_in(&email("viewer", tenant)).await;
    let file = vera.get("/banksia/dashboard/export?period=30d").await;
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
    assert!(file.header("content-disposition").contains("dashboard-banksia-"));
    assert!(file.body.starts_with('\u{feff}'));
    for line in ["Reports,submitted,2,0\r\n", "Reports,signed off,1,0\r\n", "Reports by participant,Robin Hale,2,\r\n"]
    {
        assert!(file.body.contains(line), "{line}: {}", file.body);
    }
    let noted: i64 = sqlx::query_scalar(
        "select count(*) from audit_events where tenant_id = $1 and action = 'dashboard.exported'
           and (details ->> 'reports')::int = 2",
    )
    .bind(tenant.id.uuid())
    .fetch_one(&app.db.admin)
    .await
    .unwrap();
    assert_eq!(noted, 1);
    let priya = app.sign_in(&email("worker", tenant)).await;
    assert_eq!(priya.get("/banksia/dashboard/export").await.status, StatusCode::FORBIDDEN);
    let nobody = app.browser().get("/banksia/dashboard/export").await;
    assert!(nobody.location().starts_with("/sign-in?next="));
}

async fn save(browser: &Browser, tenant: &str, name: &str, period: &str) -> Result<(), AppError> {
    browser.call("dashboards/save-view", &[("tenant", tenant), ("name", name), ("period", period)]).await
}

async fn names(browser: &Browser) -> Vec<String> {
    dashboard(browser, &[]).await.unwrap().views.into_iter().map(|view| view.name).collect()
}

#[tokio::test]
async fn a_saved_view_is_its_persons_own() {
    let app = TestApp::start().await;
    let tenant = &app.seed.banksia;
    let alex = app.sign_in(&email("lead", tenant)).await;
    let dana = app.sign_in(&email("admin", tenant)).await;
    save(&alex, "banksia", "My week", "7d").await.unwrap();
    save(&alex, "banksia", "a year", "12-months").await.unwrap();
    save(&dana, "banksia", "My week", "30d").await.unwrap();
    assert_eq!(names(&alex).await, ["a year", "My week"]);
    assert_eq!(names(&dana).await, ["My week"]);
    let of_alex = dashboard(&alex, &[]).await.unwrap().views;
    assert_eq!(of_alex[1].query, "?period=7d");
    let page = alex.get(&format!("/banksia/dashboard{}", of_alex[1].query)).await;
    assert!(page.body.contains("href=\"/banksia/dashboard?period=7d\""));

    assert!(save(&alex, "banksia", "My week", "30d").await.unwrap_err().at("name").is_some(), "a name is one view's");
    assert!(save(&alex, "banksia", " ", "30d").await.unwrap_err().at("name").is_some());
    assert_eq!(save(&alex, "wattle", "Theirs", "7d").await.unwrap_err(), AppError::NotFound);
    let priya = app.sign_in(&email("worker", tenant)).await;
    assert_eq!(save(&priya, "banksia", "Mine", "7d").await.unwrap_err(), AppError::Forbidden);

    let id = of_alex[1].id;
    let rename = async |browser: &Browser, id: SavedViewId| {
        let fields = [("tenant", "banksia"), ("id", &id.to_string()), ("name", "This week")];
        browser.call::<()>("dashboards/rename-view", &fields).await
    };
    let delete = async |browser: &Browser, id: SavedViewId| {
        browser.call::<()>("dashboards/delete-view", &[("tenant", "banksia"), ("id", &id.to_string())]).await
    };
    assert_eq!(rename(&dana, id).await.unwrap_err(), AppError::NotFound, "another person's isn't there");
    delete(&dana, id).await.unwrap();
    assert_eq!(names(&alex).await, ["a year", "My week"], "and can't be deleted");
    rename(&alex, id).await.unwrap();
    assert_eq!(names(&alex).await, ["a year", "This week"]);
    delete(&alex, id).await.unwrap();
    assert_eq!(names(&alex).await, ["a year"]);

    for index in 1..MAX_VIEWS {
        save(&alex, "banksia", &format!("View {index}"), "7d").await.unwrap();
    }
    let full = save(&alex, "banksia", "One too many", "7d").await.unwrap_err();
    assert!(full.at("name").is_some_and(|message| message.contains("Delete one first")));
}

#[tokio::test]
async fn a_view_is_saved_by_a_plain_form() {
    let app = TestApp::start().await;
    let alex = app.sign_in(&email("lead", &app.seed.banksia)).await;
    let place = "/banksia/dashboard?period=7d";
    let fields = [("tenant", "banksia"), ("name", "My week"), ("period", "7d"), ("from", ""), ("to", "")];
    let answer = alex.post_form(place, "dashboards/save-view", &fields).await;
    assert_eq!(answer.status, StatusCode::FOUND);
    assert!(answer.location().ends_with(place), "{}", answer.location());
    assert!(alex.get(place).await.body.contains("My week"));
    let again = alex.post_form(place, "dashboards/save-view", &fields).await;
    let page = alex.get(again.location().trim_start_matches("http://127.0.0.1:3000")).await;
    assert!(page.body.contains("You have a view of this name already."), "{}", again.location());
}
