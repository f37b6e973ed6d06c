//! Codes that work once: of the app, and for recovery.

use super::{NOTHING, WORKER, half_signed_in};
use crate::{app::TestApp, seed::PASSWORD};
use futures::future::join_all;
use supportsignal::{
    accounts::{second_factor::SecondFactor, security_event::SecurityEventKind},
    error::AppError,
};

#[tokio::test]
async fn after_the_password_the_code_is_asked_for_and_works_once() {
    let app = TestApp::start().await;
    let (authenticator, codes) = app.sign_in(WORKER).await.enrol().await;
    assert_eq!(codes.len(), 10);

    let browser = app.browser();
    let fields = [("email", WORKER), ("password", PASSWORD), ("next", "/banksia/incidents")];
    let answer = browser.post_form("/sign-in", "accounts/sign-in", &fields).await;
    assert_eq!(answer.location(), "/sign-in/code?next=%2Fbanksia%2Fincidents");
    assert!(answer.set_cookie().starts_with("sign-in="), "{}", answer.set_cookie());
    assert!(answer.set_cookie().contains("HttpOnly") && answer.set_cookie().contains("SameSite=Lax"));
    assert_eq!(browser.session_cookie(), None);
    assert!(browser.get("/sign-in/code?next=%2Fbanksia%2Fincidents").await.body.contains("Enter your code"));
    let error = browser.enter_code("12345").await.unwrap_err();
    assert!(error.at("code").is_some(), "{error:?}");
    let error = browser.enter_code(&authenticator.code(0)).await.unwrap_err();
    assert!(error.at("code").is_some(), "the code that switched it on is used up: {error:?}");

    let code = authenticator.code(1);
    let spaced = format!(" {} {} ", &code[..3], &code[3..]);
    let fields = [("code", spaced.as_str()), ("next", "/banksia/incidents")];
    let answer = browser.post_form("/sign-in/code", "accounts/sign-in-code", &fields).await;
    assert_eq!(answer.location(), "/banksia/incidents");
    assert!(browser.is_signed_in().await);

    let thief = half_signed_in(&app).await;
    let error = thief.enter_code(&code).await.unwrap_err();
    assert!(error.at("code").is_some(), "seen over the shoulder: {error:?}");
    assert!(!thief.is_signed_in().await);
    assert!(matches!(app.browser().enter_code(&code).await, Err(AppError::NotPossible { .. })), "without the password");
}

#[tokio::test]
async fn of_two_who_enter_one_code_at_once_one_gets_in() {
    let app = TestApp::start().await;
    let (authenticator, _) = app.sign_in(WORKER).await.enrol().await;
    let (one, other) = (half_signed_in(&app).await, half_signed_in(&app).await);
    let code = authenticator.code(1);
    let (first, second) = tokio::join!(one.enter_code(&code), other.enter_code(&code));
    assert!(first.is_ok() != second.is_ok(), "{first:?} {second:?}");
}

#[tokio::test]
async fn guessing_codes_ends_after_ten_tries_wherever_they_come_from() {
    let app = TestApp::start().await;
    let (authenticator, _) = app.sign_in(WORKER).await.enrol().await;
    let guesser = half_signed_in(&app).await;
    let guesses: Vec<String> = (0..30).map(|guess| format!("{:06}", 31_337 * (guess + 1) % 1_000_000)).collect();
    // All at once: tries are counted before they are made.
    let answers = join_all(guesses.iter().map(|guess| guesser.enter_code(guess))).await;
    let (tried, refused): (Vec<_>, Vec<_>) =
        answers.into_iter().map(Result::unwrap_err).partition(|error| error.at("code").is_some());
    assert_eq!((tried.len(), refused.len()), (10, 20));
    assert!(refused.iter().all(|error| matches!(error, AppError::TooManyAttempts { minutes: 1..=15 })));

    let elsewhere = app.browser_at("198.51.100.20");
    elsewhere.sign_in(WORKER, PASSWORD).await.unwrap();
    let error = elsewhere.enter_code(&authenticator.code(1)).await.unwrap_err();
    assert!(matches!(error, AppError::TooManyAttempts { .. }), "the right one too: {error:?}");
    sqlx::query("update sign_in_failures set window_ends_at = now()").execute(&app.db.admin).await.unwrap();
    elsewhere.enter_code(&authenticator.code(1)).await.unwrap();
}

#[tokio::test]
async fn a_recovery_code_signs_in_once() {
    let app = TestApp::start().await;
    let (_, codes) = app.sign_in(WORKER).await.enrol().await;
    let browser = half_signed_in(&app).await;
    browser.enter_code(&codes[3].to_uppercase()).await.unwrap();
    assert_eq!(browser.factor().await, SecondFactor::On { codes_left: 9 });
    assert!(browser.safety().await.events.iter().any(|event| event.kind == SecurityEventKind::RecoveryCodeUsed));
    let again = half_signed_in(&app).await;
    assert!(again.enter_code(&codes[3]).await.unwrap_err().at("code").is_some());
    again.enter_code(&codes[4]).await.unwrap();
}

#[tokio::test]
async fn new_recovery_codes_replace_the_old_ones() {
    let app = TestApp::start().await;
    let browser = app.sign_in(WORKER).await;
    let (authenticator, old) = browser.enrol().await;
    browser.call::<()>("accounts/replace-recovery-codes", &[("code", authenticator.code(1))]).await.unwrap();
    let SecondFactor::ShowingCodes { codes } = browser.factor().await else { panic!("codes are shown") };
    browser.call::<()>("accounts/keep-recovery-codes", NOTHING).await.unwrap();
    assert_eq!(browser.factor().await, SecondFactor::On { codes_left: 10 }, "shown no more");
    let other = half_signed_in(&app).await;
    assert!(other.enter_code(&old[0]).await.is_err());
    other.enter_code(&codes[0]).await.unwrap();
}
