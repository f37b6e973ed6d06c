//! The system admin's organisations: adding one, changing what it may do, and seeing no report.

use super::{
    app::TestApp,
    browser::Browser,
    seed::{PASSWORD, SYSTEM_ADMIN, email},
};
use supportsignal::{
    accounts::viewer::Viewer,
    error::AppError,
    tenants::{
        organisation::Organisation,
        settings::{SettingsGroup, SettingsPage},
        standing::{Standing, TenantStatus},
    },
};

async fn organisation(browser: &Browser, slug: &str) -> Result<Organisation, AppError> {
    browser.call("tenants/organisation", &[("tenant", "system"), ("slug", slug)]).await
}

#[tokio::test]
async fn a_new_organisation_begins_with_an_invitation_to_its_first_admin() {
    let app = TestApp::start().await;
    let sasha = app.sign_in(SYSTEM_ADMIN).await;
    let form = [
        ("tenant", "system"),
        ("name", "Grevillea Care"),
        ("slug", "grevillea"),
        ("time_zone", "Australia/Hobart"),
        ("status", "trial"),
        ("trial_ends_on", "2999-01-31"),
        ("admin_name", "Rosa Lim"),
        ("admin_email", "rosa@grevillea.example"),
    ];
    sasha.call::<()>("tenants/create", &form).await.unwrap();
    let page = organisation(&sasha, "grevillea").await.unwrap();
    assert_eq!((page.name.as_str(), page.status), ("Grevillea Care", TenantStatus::Trial));
    assert_eq!(page.trial_ends_on.map(|day| day.to_string()).as_deref(), Some("2999-01-31"));
    let again = sasha.call::<()>("tenants/create", &form).await.unwrap_err();
    assert!(again.at("slug").is_some(), "{again:?}");

    let mails = app.mails().await;
    let mail = mails.iter().find(|mail| mail.contains("rosa@grevillea.example")).expect("a mail to the first admin");
    // Quoted-printable breaks long lines with `=`.
    let text = mail.replace("=\r\n", "").replace("=3D", "=");
    let token = text.split("/join#").nth(1).unwrap().split_whitespace().next().unwrap();
    let rosa = app.browser();
    rosa.call::<()>("accounts/begin-joining", &[("token", token)]).await.unwrap();
    let joining = [("organisation", "grevillea"), ("display_name", "Rosa Lim"), ("password", PASSWORD)];
    rosa.call::<()>("accounts/join-with-new-account", &joining).await.unwrap();
    let seen: Viewer = rosa.call("accounts/viewer", &[("tenant", "grevillea")]).await.unwrap();
    assert_eq!(seen.member.display_name, "Rosa Lim");
    assert!(rosa.get("/grevillea").await.body.contains("Your trial ends on 31 Jan 2999."));
}

#[tokio::test]
async fn a_status_is_changed_with_a_reason_that_the_organisation_reads() {
    let app = TestApp::start().await;
    let sasha = app.sign_in(SYSTEM_ADMIN).await;
    let dana = app.sign_in(&email("admin", &app.seed.banksia)).await;
    let save = async |revision: &str, status: &str, reason: &str| {
        let form = [
            ("tenant", "system"),
            ("organisation", "banksia"),
            ("revision", revision),
            ("status", status),
            ("reason", reason),
        ];
        sasha.call::<()>("tenants/save-status", &form).await
    };
    assert!(save("0", "suspended", " ").await.unwrap_err().at("reason").is_some());
    save("0", "suspended", "The account is unpaid.").await.unwrap();
    assert_eq!(save("0", "active", "Paid.").await.unwrap_err(), AppError::Stale { current_revision: 1 });
    assert_eq!(organisation(&sasha, "banksia").await.unwrap().standing, Standing::Suspended);

    let page: SettingsPage = dana.call("tenants/settings", &[("tenant", "banksia")]).await.unwrap();
    let change = &page.changes[0];
    assert_eq!((change.group, change.saved_by.as_deref()), (SettingsGroup::Status, None));
    assert_eq!(change.reason, "The account is unpaid.");
    let details: serde_json::Value = sqlx::query_scalar(
        "select details from audit_events where action = 'tenant.status_changed' and tenant_id = $1",
    )
    .bind(app.seed.banksia.id.uuid())
    .fetch_one(&app.db.admin)
    .await
    .unwrap();
    assert_eq!((details["from"].as_str(), details["to"].as_str()), (Some("active"), Some("suspended")));
    save("1", "active", "Paid.").await.unwrap();
    // However often the organisation saves other settings.
    sqlx::query(
        "insert into tenant_settings (tenant_id, id, settings_group, revision, before, after, reason)
         select $1, gen_random_uuid(), 'branding', number, '{}', '{}', '' from generate_series(1, 60) number",
    )
    .bind(app.seed.banksia.id.uuid())
    .execute(&app.db.admin)
    .await
    .unwrap();
    let page = organisation(&sasha, "banksia").await.unwrap();
    let reasons: Vec<_> = page.changes.iter().map(|change| change.reason.as_str()).collect();
    assert_eq!(reasons, ["Paid.", "The account is unpaid."]);
    assert_eq!(page.standing, Standing::Active);
}

#[tokio::test]
async fn nobody_else_runs_the_system() {
    let app = TestApp::start().await;
    let dana = app.sign_in(&email("admin", &app.seed.banksia)).await;
    for tenant in ["banksia", "system"] {
        let form = [
            ("tenant", tenant),
            ("organisation", "wattle"),
            ("revision", "0"),
            ("status", "suspended"),
            ("reason", "x"),
        ];
        let error = dana.call::<()>("tenants/save-status", &form).await.unwrap_err();
        assert!(matches!(error, AppError::Forbidden | AppError::NotFound), "{tenant}: {error:?}");
        let form = [("tenant", tenant), ("slug", "wattle")];
        let error = dana.call::<Organisation>("tenants/organisation", &form).await.unwrap_err();
        assert!(matches!(error, AppError::Forbidden | AppError::NotFound), "{tenant}: {error:?}");
    }
    // Nor is the system an organisation like the others.
    let sasha = app.sign_in(SYSTEM_ADMIN).await;
    assert_eq!(organisation(&sasha, "system").await.unwrap_err(), AppError::NotFound);
    let page = sasha.get("/system/organisations/banksia").await;
    assert_eq!(page.status.as_u16(), 200);
    assert!(page.body.contains("Banksia Support") && !page.body.contains("Robin Hale"), "no participant is named");
    assert_eq!(sasha.get("/system/organisations/new").await.status.as_u16(), 200);
}
