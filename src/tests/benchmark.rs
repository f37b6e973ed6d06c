//! Generated organisations are like those that people fill: they can sign in, their audit trail is whole and
//! their figures are what their reports say.

use super::{
    app::TestApp,
    figures::raw::{Raw, differences},
    seed::PASSWORD,
};
use chrono::{Days, NaiveDate};
use chrono_tz::Tz;
use sqlx::Row;
use supportsignal::{
    audit::store::find_break,
    benchmark::{Size, generate},
    dashboards::{figures::Scope, store::figures::read},
    ids::TenantId,
    incidents::record::IncidentPage,
    platform::database::TenantTx,
};
use uuid::Uuid;

#[tokio::test]
async fn generated_organisations_are_whole() {
    let app = TestApp::start().await;
    let owner = app.db.admin.connect_options().as_ref().clone().options([("role", "supportsignal_owner")]);
    let password_hash = app.services.passwords.hash(PASSWORD.to_owned()).await.unwrap();
    let size = Size::new(3, 120).unwrap();
    let accounts = generate(&owner, &password_hash, size).await.unwrap();
    assert_eq!(accounts.len(), 9);

    let tenants = sqlx::query("select id, time_zone from tenants where slug like 'provider-%' order by slug")
        .fetch_all(&app.db.admin)
        .await
        .unwrap();
    assert_eq!(tenants.len(), 3);
    for (row, reports) in tenants.iter().zip(size.shares()) {
        let (id, zone) = (TenantId::from(row.get::<Uuid, _>("id")), row.get::<String, _>("time_zone"));
        let mut tx = TenantTx::begin_for_system(&app.db.pool, id).await.unwrap();
        assert_eq!(find_break(&mut tx).await.unwrap(), None);
        let count: i64 = sqlx::query_scalar("select count(*) from incidents").fetch_one(tx.connection()).await.unwrap();
        assert_eq!(count, i64::from(reports));

        let today = chrono::Utc::now().date_naive();
        let scope = Scope { from: today - Days::new(5 * 365), to: today, site: None, participant: None };
        let figures = read(&mut tx, &scope).await.unwrap();
        let raw = Raw::read(&app.db.admin, id, zone.parse::<Tz>().unwrap(), (scope.from, scope.to)).await;
        let mut counted = raw.count(&scope);
        counted.totals.ai.calls = sqlx::query_scalar("select sum(calls)::bigint from usage_summaries where day <= $1")
            .bind(scope.to)
            .fetch_one(tx.connection())
            .await
            .unwrap();
        let wrong: Vec<_> =
            differences(&scope, &figures, &counted).into_iter().filter(|line| !is_of_a_cut_list(line)).collect();
        assert_eq!(wrong, Vec::<String>::new());
        assert!(
            figures.totals.signed_off > 10
                && figures.totals.ai.calls > 0
                && figures.totals.reports >= figures.totals.signed_off
        );
        assert!(span_of(figures.days.iter().map(|day| day.day)) > 3 * 365, "over the years");
    }

    let watching: i64 =
        sqlx::query_scalar("select count(*) from pg_trigger where not tgisinternal and tgenabled <> 'O'")
            .fetch_one(&app.db.admin)
            .await
            .unwrap();
    assert_eq!(watching, 0, "every trigger watches again");

    for account in &accounts {
        let browser = app.sign_in(&account.email).await;
        let page: IncidentPage = browser.call("incidents/list", &[("tenant", account.tenant.as_str())]).await.unwrap();
        assert!(page.rows.iter().all(|row| !row.headline.contains('{')), "no placeholder is left");
    }
}

/// Read ones are the ten most frequent, counted ones all.
fn is_of_a_cut_list(line: &str) -> bool {
    ["participants", "sites", "conditions"].iter().any(|list| line.starts_with(list))
}

fn span_of(days: impl Iterator<Item = NaiveDate> + Clone) -> i64 {
    let (first, last) = (days.clone().min().unwrap(), days.max().unwrap());
    (last - first).num_days()
}
