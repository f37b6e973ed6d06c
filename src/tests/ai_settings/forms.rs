//! What is refused, and what the forms do without JavaScript.

use super::{audit_of, start, with_tenant};
use crate::{app::TestApp, fake_provider::KEY, seed::email};
use http::StatusCode;
use supportsignal::error::AppError;

#[tokio::test]
async fn every_bad_field_of_a_provider_is_told() {
    let app = TestApp::start_with(|config| config.ai_private_addresses = false).await;
    let dana = app.sign_in(&email("admin", &app.seed.banksia)).await;
    let error = dana
        .save_provider(&[("kind", "openai_compatible"), ("name", "Local"), ("base_url", "http://10.0.0.1/v1")])
        .await
        .unwrap_err();
    assert!(error.at("base_url").is_some_and(|message| message.contains("https://")));
    let error = dana.save_provider(&[("kind", "openai"), ("name", "OpenAI")]).await.unwrap_err();
    assert!(error.at("key").is_some());
    dana.save_provider(&[("kind", "openai"), ("name", "OpenAI"), ("key", KEY)]).await.unwrap();
    let error = dana.save_provider(&[("kind", "anthropic"), ("name", "OpenAI"), ("key", KEY)]).await.unwrap_err();
    assert!(error.at("name").is_some(), "{error:?}");
    assert_eq!(dana.settings().await.providers.len(), 1);
}

#[tokio::test]
async fn the_later_of_two_changes_is_told() {
    let (app, dana, fake) = start().await;
    dana.save_limits(1, "25", "", "on").await.unwrap();
    let error = dana.save_limits(1, "2500", "", "on").await.unwrap_err();
    assert_eq!(error, AppError::Stale { current_revision: 2 });
    let fields = [("revision", "1"), ("tenant", "banksia")];
    let error = dana.call::<()>("providers/save-steps", &fields).await.unwrap_err();
    assert_eq!(error, AppError::Stale { current_revision: 2 });
    assert_eq!(dana.settings().await.switch.monthly_cap_micros, Some(25_000_000));
    let error = dana.save_limits(2, "lots", "", "on").await.unwrap_err();
    assert!(error.at("monthly_cap").is_some());
    assert_eq!(audit_of(&app, "ai_settings.changed").await, [serde_json::json!({ "changed": ["monthly_cap"] })]);

    let provider = dana.add_local(&fake, KEY).await;
    let id = provider.id.to_string();
    let fields = [("id", id.as_str()), ("revision", "7"), ("kind", "ollama"), ("name", "Mine")];
    assert_eq!(dana.save_provider(&fields).await.unwrap_err(), AppError::Stale { current_revision: 1 });
}

#[tokio::test]
async fn a_provider_goes_only_when_its_name_is_typed_and_no_step_needs_it() {
    let (app, dana, fake) = start().await;
    let provider = dana.add_local(&fake, KEY).await;
    let id = provider.id.to_string();
    let remove = async |name: &str| {
        dana.call::<()>("providers/remove", &with_tenant(&[("id", &id), ("confirmed_name", name)])).await
    };
    dana.choose(&id, "small").await.unwrap();
    let error = remove("Local").await.unwrap_err();
    assert!(matches!(&error, AppError::NotPossible { reason } if reason.contains("Classification")), "{error:?}");
    assert!(dana.get(&format!("/banksia/ai/providers/{id}")).await.body.contains("Classification"));
    dana.choose("", "").await.unwrap();
    assert!(remove("local").await.unwrap_err().at("confirmed_name").is_some());
    remove(" Local ").await.unwrap();
    assert_eq!(dana.settings().await.providers, []);
    assert_eq!(remove("Local").await.unwrap_err(), AppError::NotFound);
    assert_eq!(audit_of(&app, "ai_provider.removed").await.len(), 1);
}

#[tokio::test]
async fn the_settings_are_saved_without_javascript() {
    let (_app, dana, _fake) = start().await;
    let fields = [("revision", "1"), ("providers", "off"), ("monthly_cap", "25.50"), ("person_monthly_cap", "")];
    let answer = dana.post_form("/banksia/ai", "providers/save-switch", &with_tenant(&fields)).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::FOUND, "/banksia/ai?saved=limits#limits"));
    let page = dana.get("/banksia/ai?saved=limits").await.body;
    assert!(page.contains("Saved.") && page.contains("25.50"));
    let bad = [("revision", "2"), ("providers", "off"), ("monthly_cap", "much")];
    let answer = dana.post_form("/banksia/ai", "providers/save-switch", &with_tenant(&bad)).await;
    let page = dana.get(answer.location().trim_start_matches("http://127.0.0.1:3000")).await.body;
    assert!(page.contains("Enter an amount in US dollars"));
}
