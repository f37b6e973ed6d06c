//! Switching the second step on and off, and what is stored of it.

use super::{NOTHING, WORKER};
use crate::{app::TestApp, seed::PASSWORD};
use supportsignal::{
    accounts::{second_factor::SecondFactor, security_event::SecurityEventKind},
    error::AppError,
};
use totp_rs::Secret;

#[tokio::test]
async fn nothing_counts_before_a_code_has_shown_that_the_app_is_right() {
    let app = TestApp::start().await;
    let browser = app.sign_in(WORKER).await;
    let first = browser.scan().await;
    app.browser().sign_in(WORKER, PASSWORD).await.unwrap();
    let second = browser.scan().await;
    let confirm = async |code: String| browser.confirm(PASSWORD, &code).await;
    assert!(confirm(first.code(0)).await.unwrap_err().at("code").is_some(), "a newer secret has replaced it");
    let plain = app.sign_in(WORKER).await;
    assert!(plain.is_signed_in().await);
    confirm(second.code(0)).await.unwrap();
    let begun = browser.call::<()>("accounts/begin-second-factor", NOTHING).await;
    assert!(matches!(begun, Err(AppError::NotPossible { .. })), "one that counts isn't replaced: {begun:?}");
}

#[tokio::test]
async fn switching_it_on_needs_the_password_too_and_guesses_are_counted() {
    let app = TestApp::start().await;
    let browser = app.sign_in(WORKER).await;
    let authenticator = browser.scan().await;
    for _ in 0..10 {
        let error = browser.confirm("not the password", &authenticator.code(0)).await.unwrap_err();
        assert!(error.at("password").is_some(), "{error:?}");
    }
    let error = browser.confirm(PASSWORD, &authenticator.code(0)).await.unwrap_err();
    assert!(matches!(error, AppError::TooManyAttempts { .. }), "{error:?}");
    assert!(matches!(browser.factor().await, SecondFactor::SettingUp { .. }));
}

#[tokio::test]
async fn what_is_stored_opens_nothing() {
    let app = TestApp::start().await;
    let browser = app.sign_in(WORKER).await;
    browser.call::<()>("accounts/begin-second-factor", NOTHING).await.unwrap();
    let SecondFactor::SettingUp { secret, .. } = browser.factor().await else { panic!("it was begun") };
    let secret = secret.replace(' ', "");
    let raw = Secret::try_from_base32(&secret).unwrap().as_bytes().to_vec();
    let sealed: Vec<u8> =
        sqlx::query_scalar("select secret_sealed from mfa_factors").fetch_one(&app.db.admin).await.unwrap();
    for readable in [secret.as_bytes(), raw.as_slice()] {
        assert!(!sealed.windows(readable.len()).any(|bytes| bytes == readable));
    }
    // Copied to somebody else's row it opens nothing.
    sqlx::query("update mfa_factors set user_id = $1")
        .bind(app.seed.banksia.colleague.user_id.uuid())
        .execute(&app.db.admin)
        .await
        .unwrap();
    let colleague = app.sign_in("colleague@banksia.example").await;
    assert_eq!(colleague.factor().await, SecondFactor::Off);
}

#[tokio::test]
async fn switching_it_off_takes_the_password_and_a_code() {
    let app = TestApp::start().await;
    let browser = app.sign_in(WORKER).await;
    let (authenticator, _) = browser.enrol().await;
    let off = async |password: &str, code: String| {
        let fields = [("password", password.to_owned()), ("code", code)];
        browser.call::<()>("accounts/remove-second-factor", &fields).await
    };
    assert!(off("not the password", authenticator.code(1)).await.unwrap_err().at("password").is_some());
    assert!(off(PASSWORD, "000000".to_owned()).await.unwrap_err().at("off_code").is_some());
    off(PASSWORD, authenticator.code(1)).await.unwrap();
    assert_eq!(browser.factor().await, SecondFactor::Off);
    let plain = app.sign_in(WORKER).await;
    assert!(plain.is_signed_in().await);
    let kinds: Vec<_> = browser.safety().await.events.iter().map(|event| event.kind).collect();
    for kind in [SecurityEventKind::SecondFactorOn, SecurityEventKind::SecondFactorOff, SecurityEventKind::NewDevice] {
        assert!(kinds.contains(&kind), "{kind:?} in {kinds:?}");
    }
}
