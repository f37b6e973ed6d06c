//! Who may configure, and in which organisation.

use super::{start, with_tenant};
use crate::{
    fake_provider::KEY,
    seed::{TenantSeed, email},
};
use http::StatusCode;
use supportsignal::{
    error::AppError,
    providers::provider_settings::{AiSettings, ProviderPage},
};

#[tokio::test]
async fn another_organisations_provider_isnt_there() {
    let (app, dana, fake) = start().await;
    let provider = dana.add_local(&fake, KEY).await;
    let id = provider.id.to_string();
    let intruder = app.sign_in(&email("admin", &app.seed.wattle)).await;
    let own = |fields: &[(&str, &str)]| -> Vec<(String, String)> {
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        fields.chain([("tenant".to_owned(), "wattle".to_owned())]).collect()
    };
    let save = [("id", id.as_str()), ("revision", "1"), ("kind", "ollama"), ("name", "Mine")];
    for (endpoint, fields) in [
        ("providers/save", own(&save)),
        ("providers/remove", own(&[("id", &id), ("confirmed_name", "Local")])),
        ("providers/test", own(&[("id", &id)])),
    ] {
        assert_eq!(intruder.call::<()>(endpoint, &fields).await.unwrap_err(), AppError::NotFound, "{endpoint}");
    }
    let error = intruder.call::<ProviderPage>("providers/get", &own(&[("id", &id)])).await.unwrap_err();
    assert_eq!(error, AppError::NotFound);
    assert_eq!(intruder.get(&format!("/wattle/ai/providers/{id}")).await.status, StatusCode::NOT_FOUND);
    let steps = [("revision", "1"), ("providers[classify_incident]", &id), ("models[classify_incident]", "small")];
    let error = intruder.call::<()>("providers/save-steps", &own(&steps)).await.unwrap_err();
    assert!(error.at("provider_classify_incident").is_some(), "{error:?}");
    let error = intruder.call::<AiSettings>("providers/settings", &[("tenant", "banksia")]).await.unwrap_err();
    assert_eq!(error, AppError::NotFound, "nor are its settings");
    assert_eq!(fake.requests().len(), 0);
    assert_eq!(dana.only_provider().await, provider);
}

#[tokio::test]
async fn only_admins_configure() {
    let (app, dana, fake) = start().await;
    let tenant: &TenantSeed = &app.seed.banksia;
    let id = dana.add_local(&fake, KEY).await.id.to_string();
    let calls = [
        ("providers/settings", with_tenant(&[])),
        ("providers/get", with_tenant(&[("id", &id)])),
        ("providers/save", with_tenant(&[("kind", "ollama"), ("name", "Mine")])),
        ("providers/remove", with_tenant(&[("id", &id), ("confirmed_name", "Local")])),
        ("providers/test", with_tenant(&[("id", &id)])),
        ("providers/save-switch", with_tenant(&[("revision", "1"), ("providers", "off")])),
        ("providers/save-steps", with_tenant(&[("revision", "1")])),
        ("providers/save-access", with_tenant(&[])),
    ];
    for person in ["worker", "lead", "viewer"] {
        let browser = app.sign_in(&email(person, tenant)).await;
        for (endpoint, fields) in &calls {
            let answer = browser.post(endpoint, fields).await;
            assert_eq!(
                (answer.status, answer.error()),
                (StatusCode::FORBIDDEN, AppError::Forbidden),
                "{person}: {endpoint}"
            );
        }
        for path in ["/banksia/ai", "/banksia/ai/providers/new", &format!("/banksia/ai/providers/{id}")] {
            assert_eq!(browser.get(path).await.status, StatusCode::FORBIDDEN, "{person}: {path}");
        }
        let home = browser.get("/banksia").await.body;
        assert!(!home.contains("AI settings") && !home.contains("AI usage"), "{person} isn't offered it");
    }
    assert!(dana.get("/banksia").await.body.contains("AI settings"));
    assert_eq!(fake.requests().len(), 0);
}
