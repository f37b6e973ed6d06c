//! Signing in and out, sessions, and a new password.

use super::{
    app::TestApp,
    browser::{Answer, Browser},
    seed::{PASSWORD, SYSTEM_ADMIN, WORKS_FOR_BOTH, email},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::StatusCode;
use sha2::{Digest, Sha256};
use std::time::{Duration, Instant};
use supportsignal::{
    accounts::{
        sessions::SessionRow,
        viewer::{TenantChoice, Viewer},
    },
    error::AppError,
    tenants::tenant_row::TenantRow,
};

const NOTHING: &[(&str, &str)] = &[];

#[tokio::test]
async fn the_right_password_opens_and_a_wrong_one_says_the_same_as_an_unknown_address() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let wrong = browser.sign_in("worker@banksia.example", "not the password").await.unwrap_err();
    let unknown = browser.sign_in("nobody@banksia.example", "not the password").await.unwrap_err();
    assert_eq!((wrong, unknown), (AppError::WrongCredentials, AppError::WrongCredentials));
    assert_eq!(browser.session_cookie(), None);
    browser.sign_in(" Worker@Banksia.Example ", PASSWORD).await.unwrap();
    let viewer: Viewer = browser.call("accounts/viewer", &[("tenant", "banksia")]).await.unwrap();
    assert_eq!(viewer.member.display_name, "Priya Nair");
}

#[tokio::test]
async fn an_unknown_address_takes_as_long_as_a_wrong_password() {
    let app = TestApp::start().await;
    let time = async |browser: &Browser, email: &str| {
        let started = Instant::now();
        browser.sign_in(email, "not the password").await.unwrap_err();
        started.elapsed()
    };
    // Other tests keep the machine busy, which only ever adds: the shortest of some rounds counts.
    let (mut wrong, mut unknown) = (Duration::MAX, Duration::MAX);
    for round in 1..=20 {
        let browser = app.browser_at(&format!("203.0.113.{round}"));
        wrong = wrong.min(time(&browser, "worker@banksia.example").await);
        unknown = unknown.min(time(&browser, &format!("nobody-{round}@banksia.example")).await);
        // Without the work on a dummy, an unknown address is answered ten times as fast.
        if unknown * 2 > wrong {
            return;
        }
    }
    panic!("a wrong password takes {wrong:?}, an unknown address {unknown:?}");
}

#[tokio::test]
async fn guessing_is_slowed_down_where_it_comes_from_and_nowhere_else() {
    let app = TestApp::start().await;
    let guesser = app.browser_at("198.51.100.9");
    for _ in 0..8 {
        assert_eq!(guesser.sign_in("lead@banksia.example", "guess").await.unwrap_err(), AppError::WrongCredentials);
    }
    let refused = guesser.sign_in("lead@banksia.example", PASSWORD).await.unwrap_err();
    assert!(matches!(refused, AppError::TooManyAttempts { minutes: 1..=15 }), "{refused:?}");
    app.browser_at("203.0.113.50").sign_in("lead@banksia.example", PASSWORD).await.unwrap();
    guesser.sign_in("worker@banksia.example", PASSWORD).await.unwrap();
}

#[tokio::test]
async fn guessing_on_many_accounts_from_one_address_is_slowed_down_too() {
    let app = TestApp::start().await;
    let guesser = app.browser_at("198.51.100.9");
    // As many as the address may have; the work of hashing sixty is not what is tested here.
    sqlx::query("select app.record_sign_in_failure($1, '15 minutes') from generate_series(1, 60)")
        .bind(&Sha256::digest("address\u{1f}198.51.100.9")[..])
        .execute(&app.db.pool)
        .await
        .unwrap();
    let refused = guesser.sign_in("worker@banksia.example", PASSWORD).await.unwrap_err();
    assert!(matches!(refused, AppError::TooManyAttempts { .. }), "{refused:?}");
}

#[tokio::test]
async fn the_cookie_is_out_of_reach_of_scripts_and_other_sites() {
    let app = TestApp::start().await;
    let fields = [("email", "worker@banksia.example"), ("password", PASSWORD)];
    let answer = app.browser().post("accounts/sign-in", &fields).await;
    assert_attributes(&answer, "session=", &["HttpOnly", "SameSite=Lax", "Path=/"]);
    assert!(!answer.set_cookie().contains("Domain"), "{}", answer.set_cookie());

    let app = TestApp::start_with(|config| config.public_url = "https://signal.example.org".parse().unwrap()).await;
    let answer = app.browser().post("accounts/sign-in", &fields).await;
    assert_attributes(&answer, "__Host-session=", &["HttpOnly", "SameSite=Lax", "Path=/", "Secure"]);
    assert!(answer.header("strict-transport-security").contains("max-age="));
}

fn assert_attributes(answer: &Answer, name: &str, attributes: &[&str]) {
    let cookie = answer.set_cookie();
    assert!(cookie.starts_with(name), "{cookie}");
    let parts: Vec<_> = cookie.split("; ").collect();
    for attribute in attributes {
        assert!(parts.contains(attribute), "{attribute} in {cookie}");
    }
}

#[tokio::test]
async fn signing_in_never_takes_over_a_session_id_that_was_there() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let planted = URL_SAFE_NO_PAD.encode([7; 16]);
    browser.plant_session_cookie(&planted);
    browser.sign_in("worker@banksia.example", PASSWORD).await.unwrap();
    let first = browser.session_cookie().unwrap();
    assert_ne!(first, planted);
    browser.sign_in("worker@banksia.example", PASSWORD).await.unwrap();
    let second = browser.session_cookie().unwrap();
    assert_ne!(first, second);

    for old in [planted, first] {
        let thief = app.browser();
        thief.plant_session_cookie(&old);
        assert_eq!(thief.call::<Vec<TenantChoice>>("accounts/tenants", NOTHING).await, Err(AppError::SignedOut));
    }
    assert_eq!(browser.call::<Vec<TenantChoice>>("accounts/tenants", NOTHING).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_leaked_session_table_opens_nothing() {
    let app = TestApp::start().await;
    let browser = app.sign_in("worker@banksia.example").await;
    let cookie = browser.session_cookie().unwrap();
    let id = URL_SAFE_NO_PAD.decode(&cookie).unwrap();
    let rows: Vec<(Vec<u8>, String)> =
        sqlx::query_as("select id_hash, sessions::text from sessions").fetch_all(&app.db.admin).await.unwrap();
    assert_eq!(rows.len(), 1);
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let reversed: Vec<u8> = id.iter().rev().copied().collect();
    for (hash, row) in rows {
        let fits = |id: &[u8]| hash == Sha256::digest(id)[..];
        assert!(fits(&id) || fits(&reversed), "the row is this session's");
        for secret in
            [cookie.clone(), hex(&id), hex(&reversed), i128::from_le_bytes(id.clone().try_into().unwrap()).to_string()]
        {
            assert!(!row.contains(&secret), "{row}");
        }
    }
}

#[tokio::test]
async fn signing_out_ends_the_session_for_whoever_has_its_cookie() {
    let app = TestApp::start().await;
    let browser = app.sign_in("worker@banksia.example").await;
    let cookie = browser.session_cookie().unwrap();
    browser.call::<()>("accounts/sign-out", NOTHING).await.unwrap();
    assert_eq!(browser.session_cookie(), None);
    let thief = app.browser();
    thief.plant_session_cookie(&cookie);
    let error = thief.call::<Viewer>("accounts/viewer", &[("tenant", "banksia")]).await.unwrap_err();
    assert_eq!(error, AppError::SignedOut);
}

#[tokio::test]
async fn a_session_ends_after_its_time_in_any_case() {
    let app = TestApp::start().await;
    for (what, sql) in [
        ("nobody used it for long", "update sessions set idle_expires_at = now() - interval '1 second'"),
        (
            "it was used all the time",
            "update sessions set absolute_expires_at = now() - interval '1 second', last_seen_at = now() - interval '2 minutes'",
        ),
    ] {
        let browser = app.sign_in("worker@banksia.example").await;
        sqlx::query(sql).execute(&app.db.admin).await.unwrap();
        let error = browser.call::<Viewer>("accounts/viewer", &[("tenant", "banksia")]).await.unwrap_err();
        assert_eq!(error, AppError::SignedOut, "{what}");
    }
}

#[tokio::test]
async fn a_person_sees_and_ends_their_own_sessions_and_nobody_elses() {
    let app = TestApp::start().await;
    let (phone, laptop, library) = (
        app.sign_in("worker@banksia.example").await,
        app.sign_in("worker@banksia.example").await,
        app.sign_in("worker@banksia.example").await,
    );
    let tom = app.sign_in("colleague@banksia.example").await;

    let sessions: Vec<SessionRow> = phone.call("accounts/sessions", NOTHING).await.unwrap();
    assert_eq!(sessions.len(), 3);
    assert_eq!(sessions.iter().filter(|row| row.is_current).count(), 1);
    assert!(sessions.iter().all(|row| row.ip == "203.0.113.7"));
    let others: Vec<SessionRow> = laptop.call("accounts/sessions", NOTHING).await.unwrap();
    let laptops = others.iter().find(|row| row.is_current).unwrap().handle.to_string();

    let error = tom.call::<()>("accounts/revoke-session", &[("handle", &laptops)]).await.unwrap_err();
    assert_eq!(error, AppError::NotFound, "somebody else's session isn't there");
    phone.call::<()>("accounts/revoke-session", &[("handle", &laptops)]).await.unwrap();
    assert_eq!(laptop.call::<Vec<SessionRow>>("accounts/sessions", NOTHING).await, Err(AppError::SignedOut));

    phone.call::<()>("accounts/revoke-other-sessions", NOTHING).await.unwrap();
    assert_eq!(library.call::<Vec<SessionRow>>("accounts/sessions", NOTHING).await, Err(AppError::SignedOut));
    assert_eq!(phone.call::<Vec<SessionRow>>("accounts/sessions", NOTHING).await.unwrap().len(), 1);
    assert_eq!(tom.call::<Vec<SessionRow>>("accounts/sessions", NOTHING).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_forgotten_password_is_replaced_by_a_link_that_works_once() {
    let app = TestApp::start().await;
    let signed_in = app.sign_in("worker@banksia.example").await;
    let browser = app.browser();
    browser.call::<()>("accounts/request-password-reset", &[("email", "nobody@banksia.example")]).await.unwrap();
    assert_eq!(app.mails().await.len(), 0, "an unknown address gets the same answer and no mail");
    browser.call::<()>("accounts/request-password-reset", &[("email", "worker@banksia.example")]).await.unwrap();
    let mails = app.mails().await;
    assert_eq!(mails.len(), 1);
    assert!(mails[0].contains("To: worker@banksia.example"), "{}", mails[0]);
    let token = token_of(&mails[0]);
    assert!(token.len() >= 22, "at least 128 bits: {token}");

    let reset = async |token: &str, password: &str| {
        browser.call::<()>("accounts/reset-password", &[("token", token), ("password", password)]).await
    };
    assert!(reset(&token, "short").await.unwrap_err().at("password").is_some(), "the link outlives a bad choice");
    let altered = format!("{token}x");
    assert!(matches!(reset(&altered, "wattle in the gutter").await, Err(AppError::NotPossible { .. })));
    reset(&token, "wattle in the gutter").await.unwrap();
    assert!(matches!(reset(&token, "another wattle altogether").await, Err(AppError::NotPossible { .. })), "once");

    assert_eq!(signed_in.call::<Vec<SessionRow>>("accounts/sessions", NOTHING).await, Err(AppError::SignedOut));
    assert_eq!(browser.sign_in("worker@banksia.example", PASSWORD).await, Err(AppError::WrongCredentials));
    browser.sign_in("worker@banksia.example", "wattle in the gutter").await.unwrap();
}

/// The token in a mail's link, as a mail program shows it (quoted-printable breaks long lines with `=`).
fn token_of(mail: &str) -> String {
    let text = mail.replace("=\r\n", "").replace("=3D", "=");
    let (_, after) = text.split_once("http://127.0.0.1:3000/reset-password#").expect("a link");
    after.chars().take_while(|c| !c.is_whitespace()).collect()
}

#[tokio::test]
async fn a_reset_link_is_old_after_an_hour_and_replaced_by_a_newer_one() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let mut tokens = Vec::new();
    for _ in 0..2 {
        browser.call::<()>("accounts/request-password-reset", &[("email", "worker@banksia.example")]).await.unwrap();
        for mail in app.mails().await {
            let token = token_of(&mail);
            if !tokens.contains(&token) {
                tokens.push(token);
            }
        }
    }
    let [first, second] = tokens.try_into().unwrap();
    let fields = |token: &str| [("token", token.to_owned()), ("password", "wattle in the gutter".to_owned())];
    let error = browser.call::<()>("accounts/reset-password", &fields(&first)).await.unwrap_err();
    assert!(matches!(error, AppError::NotPossible { .. }), "only the newest works");
    sqlx::query("update password_reset_tokens set expires_at = created_at + interval '1 hour' - interval '61 minutes'")
        .execute(&app.db.admin)
        .await
        .unwrap();
    let error = browser.call::<()>("accounts/reset-password", &fields(&second)).await.unwrap_err();
    assert!(matches!(error, AppError::NotPossible { .. }), "and only for an hour");
}

#[tokio::test]
async fn a_form_on_another_site_changes_nothing() {
    let app = TestApp::start().await;
    let browser = app.sign_in("worker@banksia.example").await;
    let foreign: [&[(&str, &str)]; 4] = [
        &[("accept", "text/html"), ("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")],
        &[("accept", "text/html"), ("origin", "https://evil.example")],
        &[("accept", "application/json"), ("sec-fetch-site", "same-site")],
        &[("accept", "application/json")],
    ];
    for headers in foreign {
        let answer = browser.post_with("accounts/sign-out", NOTHING, headers).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{headers:?}");
        assert_eq!(answer.error(), AppError::CrossSite);
    }
    assert_eq!(
        browser.call::<Vec<SessionRow>>("accounts/sessions", NOTHING).await.unwrap().len(),
        1,
        "still signed in"
    );
}

#[tokio::test]
async fn signing_in_leads_to_the_page_that_asked_for_it_and_never_to_another_site() {
    let app = TestApp::start().await;
    let asked = app.browser().get("/banksia/incidents").await;
    assert!(asked.status.is_redirection(), "{asked:?}");
    assert_eq!(asked.location(), "/sign-in?next=/banksia/incidents");

    for (next, leads_to) in [
        ("/banksia/incidents", "/banksia/incidents"),
        ("https://evil.example/", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("", "/"),
    ] {
        let fields = [("email", "worker@banksia.example"), ("password", PASSWORD), ("next", next)];
        let answer = app.browser().post_form("/sign-in", "accounts/sign-in", &fields).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::FOUND, leads_to), "{next}");
    }
}

#[tokio::test]
async fn without_javascript_a_wrong_password_is_said_on_the_page_and_kept_out_of_its_address() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let fields = [("email", "worker@banksia.example"), ("password", "my other password")];
    let answer = browser.post_form("/sign-in", "accounts/sign-in", &fields).await;
    assert_eq!(answer.status, StatusCode::FOUND);
    let back = answer.location().trim_start_matches("http://127.0.0.1:3000").to_owned();
    assert!(back.starts_with("/sign-in?") && !back.contains("password=") && !back.contains("other"), "{back}");
    let page = browser.get(&back).await;
    assert!(page.body.contains("The e-mail address or the password isn't right."), "{}", page.body);
}

#[tokio::test]
async fn one_person_works_for_two_organisations_and_sees_each_by_itself() {
    let app = TestApp::start().await;
    let bao = app.sign_in(WORKS_FOR_BOTH).await;
    let mine: Vec<TenantChoice> = bao.call("accounts/tenants", NOTHING).await.unwrap();
    assert_eq!(mine.iter().map(|choice| choice.name.as_str()).collect::<Vec<_>>(), ["Banksia Support", "Wattle Care"]);
    let id = bao.start_report("banksia").await;
    assert!(bao.draft("banksia", id).await.is_ok());
    assert_eq!(bao.draft("wattle", id).await.unwrap_err(), AppError::NotFound, "a report stays where it was made");
}

#[tokio::test]
async fn the_system_admin_lists_organisations_and_reads_no_reports() {
    let app = TestApp::start().await;
    let sasha = app.sign_in(SYSTEM_ADMIN).await;
    let tenants: Vec<TenantRow> = sasha.call("accounts/all-tenants", &[("tenant", "system")]).await.unwrap();
    assert_eq!(
        tenants.iter().map(|row| (row.slug.as_str(), row.members)).collect::<Vec<_>>(),
        [("banksia", 6), ("wattle", 6)]
    );
    let error = sasha.call::<serde_json::Value>("incidents/list", &[("tenant", "banksia")]).await.unwrap_err();
    assert_eq!(error, AppError::NotFound);
    let error = sasha.call::<serde_json::Value>("incidents/list", &[("tenant", "system")]).await.unwrap_err();
    assert_eq!(error, AppError::Forbidden);
    let dana = app.sign_in(&email("admin", &app.seed.banksia)).await;
    let error = dana.call::<Vec<TenantRow>>("accounts/all-tenants", &[("tenant", "banksia")]).await.unwrap_err();
    assert_eq!(error, AppError::Forbidden);
}
