//! The settings of an organisation: saved group by group, kept with their history.

use super::{app::TestApp, browser::Browser, seed::email};
use std::time::Duration;
use supportsignal::{
    accounts::viewer::Viewer,
    error::AppError,
    ids::IncidentId,
    platform::database::TenantTx,
    tenants::settings::{Accent, SettingsGroup, SettingsPage},
};
use tokio::time::timeout;

async fn settings(browser: &Browser, tenant: &str) -> SettingsPage {
    browser.call("tenants/settings", &[("tenant", tenant)]).await.unwrap()
}

async fn viewer(browser: &Browser, tenant: &str) -> Result<Viewer, AppError> {
    browser.call("accounts/viewer", &[("tenant", tenant)]).await
}

async fn change_address(
    browser: &Browser,
    tenant: &str,
    to: &str,
    revision: &str,
    typed: &str,
) -> Result<(), AppError> {
    let fields = [("tenant", tenant), ("revision", revision), ("slug", to), ("confirmed", typed)];
    browser.call("tenants/save-address", &fields).await
}

#[tokio::test]
async fn whoever_saves_does_not_wait_for_what_refers_to_the_organisation() {
    let app = TestApp::start().await;
    let tenant = &app.seed.banksia;
    let dana = app.sign_in(&email("admin", tenant)).await;
    let mut tx = TenantTx::begin(&app.db.pool, &tenant.worker).await.unwrap();
    sqlx::query("select from tenants where id = $1 for key share")
        .bind(tenant.id.uuid())
        .execute(tx.connection())
        .await
        .unwrap();
    let look = [("tenant", "banksia"), ("revision", "0"), ("short_name", "Banksia"), ("accent", "plum")];
    let saved = timeout(Duration::from_secs(10), dana.call::<()>("tenants/save-branding", &look)).await;
    saved.expect("nobody waits").unwrap();
    drop(tx);
}

#[tokio::test]
async fn each_group_is_saved_on_its_own_and_keeps_its_history() {
    let app = TestApp::start().await;
    let dana = app.sign_in(&email("admin", &app.seed.banksia)).await;
    let profile = [("tenant", "banksia"), ("revision", "0"), ("name", "Banksia Care"), ("abn", "51 824 753 556")];
    dana.call::<()>("tenants/save-profile", &profile).await.unwrap();
    let look = [("tenant", "banksia"), ("revision", "0"), ("short_name", "Banksia"), ("accent", "plum")];
    dana.call::<()>("tenants/save-branding", &look).await.unwrap();

    let page = settings(&dana, "banksia").await;
    assert_eq!(
        (page.settings.profile.name.as_str(), page.settings.profile.abn.as_str()),
        ("Banksia Care", "51824753556")
    );
    assert_eq!(page.revisions.of(SettingsGroup::Profile), 1);
    assert_eq!(page.revisions.of(SettingsGroup::Retention), 0);
    let told: Vec<_> = page.changes.iter().map(|change| (change.group, change.saved_by.as_deref())).collect();
    assert_eq!(told, [(SettingsGroup::Branding, Some("Dana Okafor")), (SettingsGroup::Profile, Some("Dana Okafor"))]);
    let fields: Vec<_> = page.changes[1]
        .fields
        .iter()
        .map(|field| (field.name.as_str(), field.before.as_str(), field.after.as_str()))
        .collect();
    assert_eq!(fields, [("ABN", "", "51 824 753 556"), ("Name", "Banksia Support", "Banksia Care")]);
    let seen = viewer(&dana, "banksia").await.unwrap();
    assert_eq!((seen.member.tenant_name.as_str(), seen.branding.accent), ("Banksia Care", Accent::Plum));

    let events: Vec<(String, serde_json::Value)> = sqlx::query_as(
        "select action, details from audit_events where action = 'tenant_settings.changed' order by position",
    )
    .fetch_all(&app.db.admin)
    .await
    .unwrap();
    assert_eq!(events.len(), 2);
    assert_eq!(events[0].1["changed"], serde_json::json!(["ABN", "Name"]), "names of fields, never what they say");

    // Saving what stands there already is no change.
    let again = [("tenant", "banksia"), ("revision", "1"), ("name", "Banksia Care"), ("abn", "51824753556")];
    dana.call::<()>("tenants/save-profile", &again).await.unwrap();
    assert_eq!(settings(&dana, "banksia").await.changes.len(), 2);
    let late = [("tenant", "banksia"), ("revision", "0"), ("name", "Banksia")];
    let error = dana.call::<()>("tenants/save-profile", &late).await.unwrap_err();
    assert_eq!(error, AppError::Stale { current_revision: 1 });
}

#[tokio::test]
async fn the_day_starts_where_the_organisation_is() {
    let app = TestApp::start().await;
    let dana = app.sign_in(&email("admin", &app.seed.banksia)).await;
    let save = async |zone: &str| {
        dana.call::<()>("tenants/save-time-zone", &[("tenant", "banksia"), ("revision", "0"), ("time_zone", zone)])
            .await
    };
    assert!(save("Mars/Olympus").await.unwrap_err().at("time_zone").is_some());
    save("Australia/Perth").await.unwrap();
    assert_eq!(viewer(&dana, "banksia").await.unwrap().member.time_zone, chrono_tz::Australia::Perth);
    assert_eq!(
        viewer(&app.sign_in(&email("admin", &app.seed.wattle)).await, "wattle").await.unwrap().member.time_zone,
        chrono_tz::Australia::Sydney
    );
}

#[tokio::test]
async fn an_old_address_leads_to_the_new_one_until_somebody_else_takes_it() {
    let app = TestApp::start().await;
    let dana = app.sign_in(&email("admin", &app.seed.banksia)).await;
    let priya = app.sign_in(&email("worker", &app.seed.banksia)).await;
    let error = change_address(&dana, "banksia", "banksia-care", "0", "").await.unwrap_err();
    assert!(error.at("confirmed").is_some());
    for (taken, field) in [("wattle", "slug"), ("system", "slug"), ("sign-in", "slug"), ("banksia", "slug")] {
        assert!(
            change_address(&dana, "banksia", taken, "0", "banksia").await.unwrap_err().at(field).is_some(),
            "{taken}"
        );
    }
    change_address(&dana, "banksia", "banksia-care", "0", "banksia").await.unwrap();

    let page = priya.get("/banksia/incidents?status=completed").await;
    assert_eq!((page.status.as_u16(), page.location()), (302, "/banksia-care/incidents?status=completed"));
    assert_eq!(priya.get("/banksia-care/incidents").await.status.as_u16(), 200);
    // A form that was open meanwhile is saved all the same.
    let _: IncidentId = priya.start_report("banksia").await;
    // Nobody else learns that the address ever was anybody's.
    let stranger = app.sign_in(&email("worker", &app.seed.wattle)).await;
    assert_eq!(viewer(&stranger, "banksia").await.unwrap_err(), AppError::NotFound);

    let wattle = app.sign_in(&email("admin", &app.seed.wattle)).await;
    change_address(&wattle, "wattle", "banksia", "0", "wattle").await.unwrap();
    assert_eq!(viewer(&priya, "banksia").await.unwrap_err(), AppError::NotFound);
    assert_eq!(viewer(&wattle, "banksia").await.unwrap().member.tenant_id, app.seed.wattle.id);
    assert_eq!(viewer(&wattle, "wattle").await.unwrap().member.tenant_id, app.seed.wattle.id);

    // And back again.
    change_address(&wattle, "banksia", "wattle", "1", "banksia").await.unwrap();
    assert_eq!(settings(&wattle, "wattle").await.former_slugs, ["banksia"]);
    assert_eq!(viewer(&priya, "banksia").await.unwrap().member.tenant.as_str(), "banksia-care");
}

#[tokio::test]
async fn only_an_admin_changes_settings_and_only_what_is_offered() {
    let app = TestApp::start().await;
    for person in ["worker", "lead", "viewer"] {
        let browser = app.sign_in(&email(person, &app.seed.banksia)).await;
        let error = browser.call::<SettingsPage>("tenants/settings", &[("tenant", "banksia")]).await.unwrap_err();
        assert_eq!(error, AppError::Forbidden, "{person}");
        let form = [("tenant", "banksia"), ("revision", "0"), ("required", "true")];
        assert_eq!(browser.call::<()>("tenants/save-second-factor", &form).await.unwrap_err(), AppError::Forbidden);
    }
    let dana = app.sign_in(&email("admin", &app.seed.banksia)).await;
    let form = [("tenant", "banksia"), ("revision", "0"), ("required", "true")];
    let error = dana.call::<()>("tenants/save-second-factor", &form).await.unwrap_err();
    assert!(error.at("required").is_some(), "who asks it of others has it first: {error:?}");
    let keep = async |years: &str| {
        let form = [("tenant", "banksia"), ("revision", "0"), ("record_years", years), ("debug_log_days", "14")];
        dana.call::<()>("tenants/save-retention", &form).await
    };
    assert!(keep("6").await.unwrap_err().at("record_years").is_some());
    keep("10").await.unwrap();
    let kept = settings(&dana, "banksia").await.settings.retention;
    assert_eq!((kept.record_years, kept.debug_log_days), (10, 14));
    let page = dana.get("/banksia/settings").await;
    assert_eq!(page.status.as_u16(), 200);
    assert!(page.body.contains("Days that the debug log is kept"), "{}", page.body);
}
