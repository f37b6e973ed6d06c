//! The audit viewer: what narrows it, its file, and whether the trail holds.

use super::super::{app::TestApp, browser::Browser, seed::email};
use chrono::{Days, Utc};
use chrono_tz::Australia::Sydney;
use serde_json::json;
use std::collections::BTreeSet;
use supportsignal::{
    audit::{
        jobs::DIRECTLY,
        trail::{AuditEntry, AuditPage, PAGE_SIZE, VerificationState},
    },
    error::AppError,
    jobs::job::JobStatus,
    platform::database::TenantTx,
};

async fn read(browser: &Browser, filter: &[(&str, &str)]) -> Result<AuditPage, AppError> {
    let tenant = [("tenant".to_owned(), "banksia".to_owned())];
    let filter = filter.iter().map(|(name, value)| (format!("filter[{name}]"), (*value).to_owned()));
    let fields: Vec<_> = tenant.into_iter().chain(filter).collect();
    browser.call("audit/list", &fields).await
}

async fn entries(browser: &Browser, filter: &[(&str, &str)]) -> Vec<AuditEntry> {
    read(browser, filter).await.unwrap().entries
}

async fn verification(browser: &Browser) -> VerificationState {
    browser.call("audit/verification", &[("tenant", "banksia")]).await.unwrap()
}

async fn verify(browser: &Browser) {
    browser.call::<()>("audit/verify", &[("tenant", "banksia")]).await.unwrap();
}

#[tokio::test]
async fn the_trail_is_narrowed_by_its_address() {
    let app = TestApp::start().await;
    let banksia = &app.seed.banksia;
    let dana = app.sign_in(&email("admin", banksia)).await;

    let people = entries(&dana, &[("group", "people")]).await;
    assert!(!people.is_empty() && people.iter().all(|entry| entry.action.starts_with("membership.")));
    let signed_off = entries(&dana, &[("action", "analysis.signed_off")]).await;
    assert_eq!(signed_off.len(), 1);
    assert_eq!(signed_off[0].actor_name.as_deref(), Some("Alex Moreau"));
    assert_eq!(signed_off[0].subject_id, banksia.completed.uuid());
    assert!(signed_off[0].subject_name.as_deref().is_some_and(|name| name.starts_with('#')), "{signed_off:?}");
    assert_eq!(entries(&dana, &[("group", "people"), ("action", "analysis.signed_off")]).await, []);

    let worker = banksia.worker.user_id.to_string();
    let hers = entries(&dana, &[("person", &worker)]).await;
    assert!(!hers.is_empty() && hers.iter().all(|entry| entry.actor_name.as_deref() == Some("Priya Nair")));
    let nobodys = entries(&dana, &[("person", "system")]).await;
    assert!(!nobodys.is_empty() && nobodys.iter().all(|entry| entry.actor_name.is_none()));

    let record = banksia.completed.to_string();
    let about_it = entries(&dana, &[("record", &record)]).await;
    assert!(about_it.len() > 3 && about_it.iter().all(|entry| entry.subject_id == banksia.completed.uuid()));
    assert_eq!(about_it, entries(&dana, &[("record", &record), ("subject", "incident")]).await);
    assert_eq!(entries(&dana, &[("record", &record), ("subject", "site")]).await, []);
    assert!(read(&dana, &[("record", "12")]).await.unwrap_err().at("record").is_some());
}

#[tokio::test]
async fn a_period_is_days_where_the_organisation_is() {
    let app = TestApp::start().await;
    let dana = app.sign_in(&email("admin", &app.seed.banksia)).await;
    let all = entries(&dana, &[]).await;
    let newest = all[0].occurred_at.with_timezone(&Sydney).date_naive();
    let oldest = Utc::now().with_timezone(&Sydney).date_naive() - Days::new(2);
    let day = |days: u64| (newest + Days::new(days)).to_string();
    let before = |days: u64| (newest - Days::new(days)).to_string();
    assert_eq!(entries(&dana, &[("from", &oldest.to_string()), ("to", &day(0))]).await, all);
    assert_eq!(entries(&dana, &[("to", &day(0))]).await, all);
    assert_eq!(entries(&dana, &[("from", &day(1))]).await, []);
    assert_eq!(entries(&dana, &[("to", &before(2))]).await, []);
    let backwards = read(&dana, &[("from", &day(0)), ("to", &before(1))]).await.unwrap_err();
    assert!(backwards.at("to").is_some());
    let page = dana.get(&format!("/banksia/audit?from={}&to={}", day(0), before(1))).await;
    assert!(page.status.is_success() && page.body.contains("The last day is before the first day."), "{}", page.body);
}

#[tokio::test]
async fn pages_follow_each_other_without_gap_or_repeat() {
    let app = TestApp::start().await;
    let banksia = &app.seed.banksia;
    // The trail numbers them by itself.
    let mut tx = TenantTx::begin(&app.db.pool, &banksia.admin).await.unwrap();
    sqlx::query(
        "insert into audit_events (tenant_id, id, action, subject_type, subject_id, position, previous_hash, hash)
         select $1, gen_random_uuid(), 'site.changed', 'site', $2, 0, '', '' from generate_series(1, 120)",
    )
    .bind(banksia.id.uuid())
    .bind(banksia.site.uuid())
    .execute(tx.connection())
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let dana = app.sign_in(&email("admin", banksia)).await;
    let mut seen = BTreeSet::new();
    let mut after = String::new();
    loop {
        let page = read(&dana, &[("action", "site.changed"), ("after", &after)]).await.unwrap();
        let positions: Vec<i64> = page.entries.iter().map(|entry| entry.position).collect();
        assert!(positions.is_sorted_by(|one, other| one > other) && positions.len() <= PAGE_SIZE);
        assert!(positions.into_iter().all(|position| seen.insert(position)));
        match page.next {
            Some(next) => after = next.to_string(),
            None => break,
        }
    }
    assert_eq!(seen.len(), 120);
    let page = dana.get("/banksia/audit").await;
    assert!(page.body.contains("Rose Street") && page.body.contains("rel=\"next\""), "{}", page.body);
}

#[tokio::test]
async fn the_trail_is_saved_as_a_file_and_that_is_audited() {
    let app = TestApp::start().await;
    let dana = app.sign_in(&email("admin", &app.seed.banksia)).await;
    let file = dana.get("/banksia/audit/export?action=analysis.signed_off").await;
    assert!(file.status.is_success() && file.header("content-type").starts_with("text/csv"), "{file:?}");
    assert!(file.header("content-disposition").contains("audit-trail-banksia.csv"));
    let lines: Vec<_> = file.body.lines().collect();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines[0].ends_with("Entry,Time,Person,By support,What,Action,About,Name now,Record,Details"));
    assert!(lines[1].contains(",Alex Moreau,,Signed off,analysis.signed_off,Report,#"), "{}", lines[1]);
    let whole = dana.get("/banksia/audit/export").await.body.lines().count();
    let noted = entries(&dana, &[("action", "audit.exported")]).await;
    assert_eq!(
        noted.iter().map(|entry| entry.details.clone()).collect::<Vec<_>>(),
        [json!({ "filters": [] }), json!({ "filters": ["action"] }),]
    );
    assert_eq!(whole, usize::try_from(noted[0].position).unwrap() + 1, "every entry and a head");

    assert_eq!(dana.get("/banksia/audit/export?from=monday").await.status.as_u16(), 422);
    let stranger = app.browser().get("/banksia/audit/export").await;
    assert_eq!(stranger.location(), "/sign-in?next=/banksia/audit");
}

#[tokio::test]
async fn only_an_admin_reads_the_trail_and_only_of_their_own_organisation() {
    let app = TestApp::start().await;
    for person in ["worker", "lead", "viewer"] {
        let browser = app.sign_in(&email(person, &app.seed.banksia)).await;
        assert_eq!(read(&browser, &[]).await.unwrap_err(), AppError::Forbidden, "{person}");
        assert_eq!(browser.get("/banksia/audit/export").await.status.as_u16(), 403, "{person}");
    }
    let other = app.sign_in(&email("admin", &app.seed.wattle)).await;
    assert_eq!(read(&other, &[]).await.unwrap_err(), AppError::NotFound);
    assert_eq!(other.get("/banksia/audit/export").await.status.as_u16(), 404);
}

#[tokio::test]
async fn verifying_says_that_the_trail_holds_or_where_it_breaks() {
    let app = TestApp::start().await;
    let banksia = &app.seed.banksia;
    let dana = app.sign_in(&email("admin", banksia)).await;
    assert_eq!(verification(&dana).await.last, None);
    let newest = entries(&dana, &[]).await[0].position;
    verify(&dana).await;
    let last = verification(&dana).await.last.unwrap();
    assert_eq!((last.entries, last.break_position, last.verified_by.as_deref()), (newest, None, Some("Dana Okafor")));
    assert_eq!(entries(&dana, &[]).await[0].action, "audit.verified");
    let page = dana.get("/banksia/audit").await.body;
    assert!(page.contains(&format!("All {newest} entries are as they were written")), "{page}");

    sqlx::query("update audit_events set details = '{\"number\": 99}' where tenant_id = $1 and position = 4")
        .bind(banksia.id.uuid())
        .execute(&app.db.admin)
        .await
        .unwrap();
    verify(&dana).await;
    let last = verification(&dana).await.last.unwrap();
    assert_eq!(last.break_position, Some(4));
    assert!(last.break_at.is_some());
    let page = dana.get("/banksia/audit").await.body;
    assert!(page.contains("The trail breaks at entry 4"), "{page}");

    let wattle = app.sign_in(&email("admin", &app.seed.wattle)).await;
    wattle.call::<()>("audit/verify", &[("tenant", "wattle")]).await.unwrap();
    let theirs: VerificationState = wattle.call("audit/verification", &[("tenant", "wattle")]).await.unwrap();
    assert_eq!(theirs.last.unwrap().break_position, None, "another's trail is its own");
}

#[tokio::test]
async fn a_long_trail_is_verified_in_the_background() {
    let app = TestApp::start().await;
    let banksia = &app.seed.banksia;
    let dana = app.sign_in(&email("admin", banksia)).await;
    // As if the end of a long trail had been cut off.
    let claimed = DIRECTLY + 1;
    sqlx::query("update audit_heads set position = $2 where tenant_id = $1")
        .bind(banksia.id.uuid())
        .bind(claimed)
        .execute(&app.db.admin)
        .await
        .unwrap();
    let set_status = async |sql: &'static str| sqlx::query(sql).execute(&app.db.admin).await.unwrap();
    set_status("update tenants set status = 'suspended' where slug = 'banksia'").await;
    let suspended = dana.call::<()>("audit/verify", &[("tenant", "banksia")]).await;
    assert!(matches!(suspended, Err(AppError::NotPossible { .. })), "no job would run: {suspended:?}");
    assert!(!verification(&dana).await.is_under_way());
    set_status("update tenants set status = 'active' where slug = 'banksia'").await;

    verify(&dana).await;
    verify(&dana).await;
    let state = verification(&dana).await;
    assert!(state.is_under_way() && state.last.is_none(), "{state:?}");
    let page = dana.get("/banksia/audit").await;
    assert!(page.status.is_success() && page.body.contains("Verifying the trail"), "{}", page.body);
    app.finish_jobs().await;
    let state = verification(&dana).await;
    assert_eq!(state.job.unwrap().status, JobStatus::Completed);
    let last = state.last.unwrap();
    assert_eq!((last.entries, last.break_position), (claimed, Some(claimed)));
    assert_eq!(last.verified_by.as_deref(), Some("Dana Okafor"));
}
