//! Inviting people, and joining by the link of the e-mail.

use super::{ADMIN, invited, is_refused, tokens};
use crate::{app::TestApp, browser::Browser, seed::PASSWORD};
use supportsignal::{
    accounts::{invitation::JoiningWay, role::Role, viewer::Viewer},
    audit::store::find_break,
    error::AppError,
    platform::database::TenantTx,
};

const NEW_PASSWORD: &str = "a lantern over the creek";

/// What an invited person does, as one call each.
impl Browser {
    async fn join_as_new(&self, token: &str) -> Result<(), AppError> {
        self.begin_joining(token).await?;
        self.press_join_as_new().await
    }

    async fn press_join_as_new(&self) -> Result<(), AppError> {
        let fields = [("organisation", "banksia"), ("display_name", "Mai Le"), ("password", NEW_PASSWORD)];
        self.call("accounts/join-with-new-account", &fields).await
    }

    async fn join(&self, token: &str) -> Result<(), AppError> {
        self.begin_joining(token).await?;
        self.call("accounts/join", &[("organisation", "banksia")]).await
    }
}

#[tokio::test]
async fn an_invited_person_joins_with_a_password_of_their_own_once() {
    let app = TestApp::start().await;
    let admin = app.sign_in(ADMIN).await;
    admin.invite(" Mai@Example.org ", "team_lead").await.unwrap();
    let open = admin.people("banksia").await.invitations;
    assert_eq!(open.len(), 1);
    assert_eq!((open[0].email.as_str(), open[0].is_expired), ("mai@example.org", false));
    let [token] = tokens(&app, "mai@example.org").await.try_into().unwrap();
    assert!(token.len() >= 22, "at least 128 bits: {token}");

    let mai = app.browser();
    let joining = mai.joining(&token).await.unwrap();
    assert_eq!(
        (joining.tenant_name.as_str(), joining.role, joining.way),
        ("Banksia Support", Role::TeamLead, JoiningWay::NewAccount)
    );
    let short = [("organisation", "banksia"), ("display_name", " "), ("password", "short")];
    let error = mai.call::<()>("accounts/join-with-new-account", &short).await.unwrap_err();
    assert!(error.at("password").is_some() && error.at("display_name").is_some(), "{error:?}");
    mai.join_as_new(&token).await.unwrap();

    let viewer: Viewer = mai.call("accounts/viewer", &[("tenant", "banksia")]).await.unwrap();
    assert_eq!((viewer.member.display_name.as_str(), viewer.member.role), ("Mai Le", Role::TeamLead));
    app.browser().sign_in("mai@example.org", NEW_PASSWORD).await.unwrap();
    assert!(is_refused(&app.browser().join_as_new(&token).await), "the link works once");
    assert!(admin.people("banksia").await.invitations.is_empty());
    let stored: i64 = sqlx::query_scalar("select count(*) from invitations where strpos(invitations::text, $1) > 0")
        .bind(&token)
        .fetch_one(&app.db.admin)
        .await
        .unwrap();
    assert_eq!(stored, 0, "the token itself is stored nowhere");

    let actions: Vec<(String, Option<uuid::Uuid>)> =
        sqlx::query_as("select action, actor_id from audit_events where tenant_id = $1 order by position desc limit 3")
            .bind(app.seed.banksia.id.uuid())
            .fetch_all(&app.db.admin)
            .await
            .unwrap();
    let me = Some(viewer.member.user_id.uuid());
    assert_eq!(actions[0], ("membership.added".to_owned(), me));
    assert_eq!(actions[1], ("invitation.accepted".to_owned(), me));
    assert_eq!(actions[2], ("invitation.sent".to_owned(), Some(app.seed.banksia.admin.user_id.uuid())));
    let mut tx = TenantTx::begin(&app.db.pool, &app.seed.banksia.admin).await.unwrap();
    assert_eq!(find_break(&mut tx).await.unwrap(), None);
}

#[tokio::test]
async fn two_who_join_with_one_link_at_once_are_one_person() {
    let app = TestApp::start().await;
    let token = invited(&app, "mai@example.org").await;
    let (one, other) = (app.browser(), app.browser_at("203.0.113.8"));
    for browser in [&one, &other] {
        browser.begin_joining(&token).await.unwrap();
    }
    let (first, second) = tokio::join!(one.press_join_as_new(), other.press_join_as_new());
    assert!(first.is_ok() != second.is_ok(), "{first:?} {second:?}");
    assert!(is_refused(&first) || is_refused(&second));
    let members: i64 = sqlx::query_scalar(
        "select count(*) from memberships m join users u on u.id = m.user_id where u.email = 'mai@example.org'",
    )
    .fetch_one(&app.db.admin)
    .await
    .unwrap();
    assert_eq!(members, 1);
}

#[tokio::test]
async fn an_account_joins_only_when_its_owner_is_signed_in() {
    let app = TestApp::start().await;
    let token = invited(&app, "worker@wattle.example").await;
    let stranger = app.browser();
    assert_eq!(stranger.joining(&token).await.unwrap().way, JoiningWay::SignIn);
    assert!(is_refused(&stranger.join_as_new(&token).await), "no new password for an account that exists");
    assert_eq!(stranger.join(&token).await, Err(AppError::SignedOut));

    let somebody_else = app.sign_in("colleague@wattle.example").await;
    assert_eq!(somebody_else.joining(&token).await.unwrap().way, JoiningWay::SignedInAsSomebodyElse);
    assert!(is_refused(&somebody_else.join(&token).await));

    let page = stranger.get("/join").await;
    assert!(page.body.contains(r#"href="/sign-in?next=%2Fjoin""#) && !page.body.contains(&token), "{}", page.body);
    let owner = stranger;
    let signing_in = [("email", "worker@wattle.example"), ("password", PASSWORD), ("next", "/join")];
    let signed_in = owner.post_form("/sign-in?next=%2Fjoin", "accounts/sign-in", &signing_in).await;
    assert_eq!(signed_in.location(), "/join");
    assert_eq!(owner.opened().await.unwrap().way, JoiningWay::Accept, "still open after signing in");
    owner.join(&token).await.unwrap();
    assert_eq!(owner.tenants().await.unwrap().len(), 2);
    assert!(is_refused(&owner.join(&token).await), "once");
}

#[tokio::test]
async fn links_that_are_unknown_old_withdrawn_or_replaced_all_say_the_same() {
    let app = TestApp::start().await;
    let admin = app.sign_in(ADMIN).await;
    let first = invited(&app, "mai@example.org").await;
    let id = admin.people("banksia").await.invitations[0].id.to_string();
    let fields = [("tenant", "banksia"), ("id", id.as_str())];
    admin.call::<()>("people/send-again", &fields).await.unwrap();
    let all = tokens(&app, "mai@example.org").await;
    let second = all.into_iter().find(|token| *token != first).expect("another mail");

    let visitor = app.browser();
    let unknown = visitor.joining("nobody-has-ever-made-this-one").await.unwrap_err();
    assert!(matches!(unknown, AppError::NotPossible { .. }));
    assert_eq!(visitor.joining(&first).await.unwrap_err(), unknown, "a newer mail replaces the link");
    assert!(visitor.joining(&second).await.is_ok());

    sqlx::query("update invitations set expires_at = now()").execute(&app.db.admin).await.unwrap();
    assert_eq!(visitor.joining(&second).await.unwrap_err(), unknown, "too old");
    assert_eq!(visitor.join_as_new(&second).await.unwrap_err(), unknown);
    assert!(admin.people("banksia").await.invitations[0].is_expired);
    admin.invite("mai@example.org", "viewer").await.unwrap();
    assert_eq!(admin.people("banksia").await.invitations.len(), 1, "a new one takes the place of the old one");

    let all = tokens(&app, "mai@example.org").await;
    let third = all.into_iter().find(|token| *token != first && *token != second).expect("a third mail");
    let id = admin.people("banksia").await.invitations[0].id.to_string();
    admin.call::<()>("people/withdraw", &[("tenant", "banksia"), ("id", id.as_str())]).await.unwrap();
    assert_eq!(visitor.joining(&third).await.unwrap_err(), unknown, "withdrawn");
}

#[tokio::test]
async fn an_open_invitation_is_the_one_of_the_last_link_and_ends_with_it() {
    let app = TestApp::start().await;
    let token = invited(&app, "mai@example.org").await;
    let mai = app.browser();
    assert_eq!(mai.opened().await, None);
    assert!(mai.begin_joining(" ").await.unwrap_err().at("token").is_some());
    assert!(is_refused(&mai.press_join_as_new().await), "nothing is open");
    assert_eq!(mai.joining(&format!(" {token}\n")).await.unwrap().email, "mai@example.org", "pasted with its line");
    let fields = [("organisation", "wattle"), ("display_name", "Mai Le"), ("password", NEW_PASSWORD)];
    let outdated = mai.call::<()>("accounts/join-with-new-account", &fields).await;
    assert!(is_refused(&outdated), "the page shows another organisation: {outdated:?}");

    assert!(is_refused(&mai.begin_joining("nobody-has-ever-made-this-one").await));
    assert_eq!(mai.opened().await, None, "a link that opens nothing closes the one before");
    mai.begin_joining(&token).await.unwrap();
    sqlx::query("update invitations set withdrawn_at = now()").execute(&app.db.admin).await.unwrap();
    let page = mai.get("/join").await;
    assert!(page.body.contains("This invitation has been used or withdrawn"), "{}", page.body);
    assert!(page.body.contains("Code from the e-mail"), "another code can be pasted: {}", page.body);
}

#[tokio::test]
async fn nobody_is_invited_twice_and_nobody_who_is_there() {
    let app = TestApp::start().await;
    let admin = app.sign_in(ADMIN).await;
    admin.invite("mai@example.org", "viewer").await.unwrap();
    for email in ["mai@example.org", "worker@banksia.example"] {
        let error = admin.invite(email, "viewer").await.unwrap_err();
        assert!(error.at("email").is_some(), "{email}: {error:?}");
    }
    let error = admin.invite("lea@example.org", "system_admin").await.unwrap_err();
    assert!(error.at("role").is_some(), "{error:?}");
}

#[tokio::test]
async fn without_javascript_a_person_is_invited_and_joins() {
    let app = TestApp::start().await;
    let admin = app.sign_in(ADMIN).await;
    let fields =
        [("tenant", "banksia"), ("display_name", "Mai Le"), ("email", "mai@example.org"), ("role", "frontline_worker")];
    let answer = admin.post_form("/banksia/people/invite", "people/invite", &fields).await;
    assert_eq!(answer.location(), "/banksia/people?invitation=sent");
    let list = admin.get(answer.location()).await;
    assert!(list.body.contains("The invitation is on its way.") && list.body.contains("mai@example.org"));
    let again = admin.post_form("/banksia/people/invite", "people/invite", &fields).await;
    let back = admin.get(again.location().trim_start_matches("http://127.0.0.1:3000")).await;
    assert!(back.body.contains("This address has an invitation already."), "{}", back.body);

    let [token] = tokens(&app, "mai@example.org").await.try_into().unwrap();
    let mai = app.browser();
    assert!(mai.get("/join").await.body.contains("Code from the e-mail"));
    let wrong = mai.post_form("/join", "accounts/begin-joining", &[("token", "nobody-has-ever-made-this-one")]).await;
    let back = mai.get(wrong.location().trim_start_matches("http://127.0.0.1:3000")).await;
    assert!(back.body.contains("This invitation has been used or withdrawn"), "{}", back.body);
    let opened = mai.post_form("/join", "accounts/begin-joining", &[("token", &token)]).await;
    assert_eq!(opened.location(), "/join");
    let cookie = opened.set_cookie();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    let form = mai.get("/join").await;
    assert!(form.body.contains("Join Banksia Support") && !form.body.contains(&token), "{}", form.body);
    let fields = [("organisation", "banksia"), ("display_name", "Mai Le"), ("password", NEW_PASSWORD)];
    let joined = mai.post_form("/join", "accounts/join-with-new-account", &fields).await;
    assert_eq!(joined.location(), "/banksia");
    assert_eq!(mai.opened().await, None, "joined, and the code is gone from the browser");
    assert!(mai.get("/banksia").await.status.is_success());
}
