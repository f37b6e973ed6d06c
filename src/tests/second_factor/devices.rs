//! Devices that are trusted, and what the owner of an account is told.

use super::{NOTHING, WORKER, half_signed_in};
use crate::{app::TestApp, browser::Browser, seed::PASSWORD};
use supportsignal::{accounts::security_event::SecurityEventKind, error::AppError};

/// As if nobody had used a code lately.
async fn forget_steps(app: &TestApp) {
    sqlx::query("update mfa_factors set last_step = null").execute(&app.db.admin).await.unwrap();
}

#[tokio::test]
async fn a_trusted_device_is_not_asked_until_it_is_trusted_no_more() {
    let app = TestApp::start().await;
    let (authenticator, _) = app.sign_in(WORKER).await.enrol().await;
    let phone = half_signed_in(&app).await;
    let fields = [("code", authenticator.code(1)), ("trust", "true".to_owned())];
    let answer = phone.post("accounts/sign-in-code", &fields).await;
    let cookies: Vec<_> = answer.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap()).collect();
    let device = cookies.iter().find(|cookie| cookie.starts_with("device=")).expect("a device's cookie");
    assert!(device.contains("Max-Age=2592000") && device.contains("HttpOnly") && device.contains("Path=/"), "{device}");

    phone.call::<()>("accounts/sign-out", NOTHING).await.unwrap();
    phone.sign_in(WORKER, PASSWORD).await.unwrap();
    assert!(phone.is_signed_in().await);
    let elsewhere = half_signed_in(&app).await;
    assert!(!elsewhere.is_signed_in().await, "another device is asked");

    let devices = phone.safety().await.trusted_devices;
    assert_eq!(devices.len(), 1);
    let id = devices[0].id.to_string();
    let colleague = app.sign_in("colleague@banksia.example").await;
    let outcome = colleague.call::<()>("accounts/revoke-device", &[("id", id.as_str())]).await;
    assert_eq!(outcome, Err(AppError::NotFound), "somebody else's device isn't there");
    phone.call::<()>("accounts/revoke-device", &[("id", id.as_str())]).await.unwrap();
    phone.call::<()>("accounts/sign-out", NOTHING).await.unwrap();
    phone.sign_in(WORKER, PASSWORD).await.unwrap();
    assert!(!phone.is_signed_in().await);
}

#[tokio::test]
async fn over_https_the_cookies_are_bound_to_this_host() {
    let app = TestApp::start_with(|config| config.public_url = "https://signal.example.org".parse().unwrap()).await;
    let (authenticator, _) = app.sign_in(WORKER).await.enrol().await;
    let browser = app.browser();
    let answer = browser.post("accounts/sign-in", &[("email", WORKER), ("password", PASSWORD)]).await;
    assert!(answer.set_cookie().starts_with("__Host-sign-in="), "{}", answer.set_cookie());
    assert!(answer.set_cookie().contains("Secure"));
    browser.enter_code(&authenticator.code(1)).await.unwrap();
    assert!(browser.is_signed_in().await);
}

#[tokio::test]
async fn a_new_password_does_not_replace_the_second_step_and_forgets_trusted_devices() {
    let app = TestApp::start().await;
    let (authenticator, _) = app.sign_in(WORKER).await.enrol().await;
    let phone = half_signed_in(&app).await;
    let fields = [("code", authenticator.code(1)), ("trust", "true".to_owned())];
    phone.call::<()>("accounts/sign-in-code", &fields).await.unwrap();
    let waiting = half_signed_in_elsewhere(&app).await;

    phone.call::<()>("accounts/request-password-reset", &[("email", WORKER)]).await.unwrap();
    let mail = app.mails().await.pop().unwrap().replace("=\r\n", "").replace("=3D", "=");
    let (_, after) = mail.split_once("/reset-password#").unwrap();
    let token: String = after.chars().take_while(|c| !c.is_whitespace()).collect();
    let fields = [("token", token.as_str()), ("password", "wattle in the gutter")];
    app.browser().call::<()>("accounts/reset-password", &fields).await.unwrap();

    forget_steps(&app).await;
    let outcome = waiting.enter_code(&authenticator.code(0)).await;
    assert!(matches!(outcome, Err(AppError::NotPossible { .. })), "the old password is worth nothing: {outcome:?}");
    phone.sign_in(WORKER, "wattle in the gutter").await.unwrap();
    assert!(!phone.is_signed_in().await, "the device is asked again");
    phone.enter_code(&authenticator.code(0)).await.unwrap();
    let events = phone.safety().await.events;
    assert!(events.iter().any(|event| event.kind == SecurityEventKind::PasswordChanged), "{events:?}");
}

async fn half_signed_in_elsewhere(app: &TestApp) -> Browser {
    let browser = app.browser_at("198.51.100.30");
    browser.sign_in(WORKER, PASSWORD).await.unwrap();
    browser
}

#[tokio::test]
async fn failed_sign_ins_are_told_to_the_owner_of_the_account() {
    let app = TestApp::start().await;
    let guesser = app.browser_at("198.51.100.9");
    for _ in 0..8 {
        guesser.sign_in(WORKER, "guess").await.unwrap_err();
    }
    app.mails().await; // what runs beside requests is done
    let events = app.sign_in(WORKER).await.safety().await.events;
    let from_there: Vec<_> = events.iter().filter(|event| event.ip == "198.51.100.9").map(|event| event.kind).collect();
    assert_eq!(from_there, [SecurityEventKind::SignInLocked, SecurityEventKind::SignInFailed], "{events:?}");
    let colleague = app.sign_in("colleague@banksia.example").await;
    assert!(colleague.safety().await.events.iter().all(|event| event.kind == SecurityEventKind::NewDevice));
}
