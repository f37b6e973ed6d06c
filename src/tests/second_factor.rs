//! The second step of signing in: setting it up, codes that work once, recovery codes, trusted devices,
//! and organisations that ask for it.

use super::{
    app::TestApp,
    browser::Browser,
    seed::{PASSWORD, SYSTEM_ADMIN, WORKS_FOR_BOTH},
};
use chrono::Utc;
use futures::future::join_all;
use supportsignal::{
    accounts::{
        second_factor::SecondFactor,
        security_event::{AccountSafety, SecurityEventKind},
        viewer::{TenantChoice, Viewer},
    },
    error::AppError,
    ids::UserId,
};
use totp_rs::{Builder, Secret, Totp};

const NOTHING: &[(&str, &str)] = &[];
const WORKER: &str = "worker@banksia.example";

/// Somebody's authenticator app.
struct Authenticator(Totp);

impl Authenticator {
    /// The code now, or some steps of 30 seconds later.
    fn code(&self, steps: u64) -> String {
        let now = u64::try_from(Utc::now().timestamp()).unwrap();
        self.0.generate(now + 30 * steps).to_string()
    }
}

impl Browser {
    async fn factor(&self) -> SecondFactor {
        self.call("accounts/second-factor", NOTHING).await.unwrap()
    }

    async fn safety(&self) -> AccountSafety {
        self.call("accounts/safety", NOTHING).await.unwrap()
    }

    async fn enter_code(&self, code: &str) -> Result<(), AppError> {
        self.call("accounts/sign-in-code", &[("code", code)]).await
    }

    async fn is_signed_in(&self) -> bool {
        match self.call::<Vec<TenantChoice>>("accounts/tenants", NOTHING).await {
            Ok(_) => true,
            Err(AppError::SignedOut) => false,
            Err(error) => panic!("{error}"),
        }
    }

    /// The app that the page's secret was typed into, before it counts.
    async fn scan(&self) -> Authenticator {
        self.call::<()>("accounts/begin-second-factor", NOTHING).await.unwrap();
        let SecondFactor::SettingUp { secret, qr_code } = self.factor().await else { panic!("it was begun") };
        assert!(qr_code.starts_with("<svg"));
        let secret = Secret::try_from_base32(secret.replace(' ', "")).unwrap();
        Authenticator(Builder::new().with_secret(secret).build().unwrap())
    }

    async fn confirm(&self, password: &str, code: &str) -> Result<(), AppError> {
        self.call("accounts/confirm-second-factor", &[("password", password), ("code", code)]).await
    }

    /// Sets the second step up as far as the recovery codes.
    async fn enrol(&self) -> (Authenticator, Vec<String>) {
        let authenticator = self.scan().await;
        self.confirm(PASSWORD, &authenticator.code(0)).await.unwrap();
        let SecondFactor::ShowingCodes { codes } = self.factor().await else { panic!("codes are shown") };
        self.call::<()>("accounts/keep-recovery-codes", NOTHING).await.unwrap();
        (authenticator, codes)
    }
}

/// As if nobody had used a code lately.
async fn forget_steps(app: &TestApp) {
    sqlx::query("update mfa_factors set last_step = null").execute(&app.db.admin).await.unwrap();
}

/// A browser that has given the right password.
async fn half_signed_in(app: &TestApp) -> Browser {
    let browser = app.browser();
    browser.sign_in(WORKER, PASSWORD).await.unwrap();
    assert!(!browser.is_signed_in().await, "the code comes first");
    browser
}

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

#[tokio::test]
async fn an_organisation_that_asks_for_the_second_step_opens_nothing_without_it() {
    let app = TestApp::start().await;
    let bao = app.sign_in(WORKS_FOR_BOTH).await;
    let report = bao.start_report("banksia").await;
    sqlx::query("update tenants set second_factor_required = true where slug = 'banksia'")
        .execute(&app.db.admin)
        .await
        .unwrap();
    let page = bao.get("/banksia/incidents").await;
    assert!(page.status.is_redirection(), "{page:?}");
    assert_eq!(page.location(), "/second-factor?required=1&next=/banksia/incidents");
    assert_eq!(bao.draft("banksia", report).await.unwrap_err(), AppError::SecondFactorNeeded);
    let outcome = bao.call::<Viewer>("accounts/viewer", &[("tenant", "banksia")]).await;
    assert_eq!(outcome.unwrap_err(), AppError::SecondFactorNeeded);
    let file = bao.get("/banksia/knowledge/0190a000-0000-7000-8000-000000000000/original").await;
    assert_eq!(file.status.as_u16(), 403, "what is no server function too");
    assert!(bao.get("/wattle").await.status.is_success(), "the other organisation doesn't ask");

    let set_up = bao.get(page.location()).await;
    assert!(set_up.body.contains("Your organisation asks everybody"), "{}", set_up.body);
    bao.enrol().await;
    assert!(bao.draft("banksia", report).await.is_ok());
    assert!(bao.get("/banksia/incidents").await.status.is_success());
}

#[tokio::test]
async fn an_admin_resets_the_second_step_of_somebody_who_has_lost_everything() {
    let app = TestApp::start().await;
    let worker = app.sign_in(WORKER).await;
    worker.enrol().await;
    let admin = app.sign_in("admin@banksia.example").await;
    let id: UserId = app.seed.banksia.worker.user_id;
    let reset = async |typed: &str| {
        let fields = [("tenant", "banksia"), ("id", &id.to_string()), ("reset_typed_name", typed)];
        admin.call::<()>("people/reset-second-factor", &fields).await
    };
    assert!(reset("Priya").await.unwrap_err().at("reset_typed_name").is_some());
    reset("Priya Nair").await.unwrap();
    let plain = app.sign_in(WORKER).await;
    assert!(plain.is_signed_in().await);
    assert!(plain.safety().await.events.iter().any(|event| event.kind == SecurityEventKind::SecondFactorReset));
    let audited: i64 =
        sqlx::query_scalar("select count(*) from audit_events where action = 'membership.second_factor_reset'")
            .fetch_one(&app.db.admin)
            .await
            .unwrap();
    assert_eq!(audited, 1);
    assert!(matches!(reset("Priya Nair").await, Err(AppError::NotPossible { .. })), "there is nothing left to reset");
}

#[tokio::test]
async fn only_whoever_runs_the_system_resets_it_for_somebody_who_works_for_several() {
    let app = TestApp::start().await;
    let bao = app.sign_in(WORKS_FOR_BOTH).await;
    bao.enrol().await;
    let admin = app.sign_in("admin@banksia.example").await;
    let fields = [("tenant", "banksia"), ("email", WORKS_FOR_BOTH)];
    assert_eq!(admin.call::<()>("accounts/reset-second-factor", &fields).await, Err(AppError::Forbidden));
    let sasha = app.sign_in(SYSTEM_ADMIN).await;
    let reset = async |email: &str| {
        sasha.call::<()>("accounts/reset-second-factor", &[("tenant", "system"), ("email", email)]).await
    };
    assert!(reset("nobody@example.org").await.unwrap_err().at("email").is_some());
    let own = reset(SYSTEM_ADMIN).await.unwrap_err();
    assert!(own.at("email").is_some_and(|problem| problem.contains("your own account")), "{own:?}");
    reset(WORKS_FOR_BOTH).await.unwrap();
    assert!(app.sign_in(WORKS_FOR_BOTH).await.is_signed_in().await);
    let trails: i64 = sqlx::query_scalar(
        "select count(distinct tenant_id) from audit_events where action = 'membership.second_factor_reset'",
    )
    .fetch_one(&app.db.admin)
    .await
    .unwrap();
    assert_eq!(trails, 3, "the system's and both organisations'");
    assert!(reset(WORKS_FOR_BOTH).await.unwrap_err().at("email").is_some(), "there is nothing left to reset");
}

#[tokio::test]
async fn whoever_acts_as_somebody_needs_a_second_step_of_their_own_there() {
    let app = TestApp::start().await;
    let sasha = app.sign_in(SYSTEM_ADMIN).await;
    app.sign_in(WORKER).await.enrol().await;
    let person = app.seed.banksia.worker.user_id.to_string();
    let fields = [
        ("tenant", "system"),
        ("organisation", "banksia"),
        ("person", person.as_str()),
        ("acting_reason", "They asked for help with a report that doesn't open."),
    ];
    let view = async || sasha.call::<Viewer>("accounts/viewer", &[("tenant", "banksia")]).await;
    let begin = async || sasha.call::<()>("tenants/start-acting", &fields).await;
    begin().await.unwrap();
    sqlx::query("update tenants set second_factor_required = true where slug = 'banksia'")
        .execute(&app.db.admin)
        .await
        .unwrap();
    assert_eq!(view().await.unwrap_err(), AppError::SecondFactorNeeded, "the person's own doesn't count for them");
    let begun = sasha.call::<()>("accounts/begin-second-factor", NOTHING).await;
    assert!(matches!(begun, Err(AppError::NotPossible { .. })), "not in the person's place: {begun:?}");
    sasha.call::<()>("tenants/stop-acting", NOTHING).await.unwrap();
    assert!(matches!(begin().await, Err(AppError::NotPossible { .. })), "nobody begins what leads nowhere");
    sasha.enrol().await;
    begin().await.unwrap();
    assert!(view().await.is_ok());
}
