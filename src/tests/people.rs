//! An organisation's people: inviting, joining, roles, and letting somebody in no more.

use super::{
    app::TestApp,
    browser::Browser,
    seed::{PASSWORD, WORKS_FOR_BOTH},
};
use supportsignal::{
    accounts::{
        invitation::{Joining, JoiningWay},
        role::Role,
        sessions::SessionRow,
        viewer::{TenantChoice, Viewer},
    },
    audit::store::find_break,
    error::AppError,
    ids::UserId,
    people::person::{MembershipStatus, PeoplePage, PersonRecord},
    platform::database::TenantTx,
};

const NOTHING: &[(&str, &str)] = &[];
const ADMIN: &str = "admin@banksia.example";
const NEW_PASSWORD: &str = "a lantern over the creek";

/// What an admin does, as one call each.
impl Browser {
    async fn people(&self, tenant: &str) -> PeoplePage {
        self.call("people/list", &[("tenant", tenant)]).await.unwrap()
    }

    async fn person(&self, id: UserId) -> PersonRecord {
        self.call("people/get", &[("tenant", "banksia"), ("id", &id.to_string())]).await.unwrap()
    }

    async fn invite(&self, email: &str, role: &str) -> Result<(), AppError> {
        let fields = [("tenant", "banksia"), ("display_name", "Mai Le"), ("email", email), ("role", role)];
        self.call("people/invite", &fields).await
    }

    async fn give_role(&self, id: UserId, role: &str) -> Result<(), AppError> {
        let record = self.person(id).await;
        let (id, revision) = (id.to_string(), record.revision.to_string());
        let name = record.person.display_name;
        let fields =
            [("tenant", "banksia"), ("id", &id), ("revision", &revision), ("display_name", &name), ("role", role)];
        self.call("people/save", &fields).await
    }

    async fn do_to_person(&self, what: &str, id: UserId, typed_name: &str) -> Result<(), AppError> {
        let id = id.to_string();
        let fields =
            [("tenant", "banksia"), ("id", id.as_str()), ("typed_name", typed_name), ("reset_typed_name", typed_name)];
        self.call(&format!("people/{what}"), &fields).await
    }

    /// Opens the link of the e-mail.
    async fn begin_joining(&self, token: &str) -> Result<(), AppError> {
        self.call("accounts/begin-joining", &[("token", token)]).await
    }

    /// What the page shows of the invitation that is open.
    async fn opened(&self) -> Option<Joining> {
        self.call("accounts/joining", NOTHING).await.unwrap()
    }

    /// What the invited person sees.
    async fn joining(&self, token: &str) -> Result<Joining, AppError> {
        self.begin_joining(token).await?;
        Ok(self.opened().await.expect("an open invitation"))
    }

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

    async fn tenants(&self) -> Result<Vec<TenantChoice>, AppError> {
        self.call("accounts/tenants", NOTHING).await
    }
}

/// The tokens of all mails to this address, in no particular order.
async fn tokens(app: &TestApp, email: &str) -> Vec<String> {
    let mails = app.mails().await;
    let to = format!("To: {email}");
    mails.iter().filter(|mail| mail.contains(&to)).map(|mail| token_of(mail)).collect()
}

/// The token in a mail's link, as a mail program shows it (quoted-printable).
fn token_of(mail: &str) -> String {
    let text = mail.replace("=\r\n", "").replace("=3D", "=");
    let (_, after) = text.split_once("http://127.0.0.1:3000/join#").expect("a link");
    let token: String = after.chars().take_while(|c| !c.is_whitespace()).collect();
    assert_eq!(text.matches(&token).count(), 2, "once in the link, once as a code to paste");
    token
}

/// An invitation by Banksia's admin, and its token.
async fn invited(app: &TestApp, email: &str) -> String {
    let admin = app.sign_in(ADMIN).await;
    admin.invite(email, "team_lead").await.unwrap();
    tokens(app, email).await.pop().expect("a mail")
}

fn is_refused(outcome: &Result<(), AppError>) -> bool {
    matches!(outcome, Err(AppError::NotPossible { .. }))
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
async fn people_and_invitations_are_their_own_organisations_affair() {
    let app = TestApp::start().await;
    let token = invited(&app, "mai@example.org").await;
    let admin = app.sign_in(ADMIN).await;
    let id = admin.people("banksia").await.invitations[0].id.to_string();
    let foreign = app.sign_in("admin@wattle.example").await;
    for endpoint in ["people/send-again", "people/withdraw"] {
        let outcome = foreign.call::<()>(endpoint, &[("tenant", "wattle"), ("id", id.as_str())]).await;
        assert!(is_refused(&outcome), "{endpoint}: {outcome:?}");
    }
    let worker = app.seed.banksia.worker.user_id.to_string();
    let outcome = foreign.call::<PersonRecord>("people/get", &[("tenant", "wattle"), ("id", worker.as_str())]).await;
    assert_eq!(outcome, Err(AppError::NotFound));
    for tenant in ["banksia", "wattle"] {
        let fields = [("tenant", tenant), ("id", worker.as_str()), ("typed_name", "Priya Nair")];
        let outcome = foreign.call::<()>("people/deactivate", &fields).await;
        assert_eq!(outcome, Err(AppError::NotFound), "{tenant}");
    }
    assert!(foreign.people("wattle").await.people.iter().all(|person| !person.email.ends_with("banksia.example")));
    assert!(app.browser().joining(&token).await.is_ok());

    let lead = app.sign_in("lead@banksia.example").await;
    let outcome = lead.call::<PeoplePage>("people/list", &[("tenant", "banksia")]).await;
    assert_eq!(outcome, Err(AppError::Forbidden));
    assert_eq!(lead.invite("lea@example.org", "company_admin").await, Err(AppError::Forbidden));
}

#[tokio::test]
async fn the_list_is_searched_by_name_and_address_and_narrowed() {
    let app = TestApp::start().await;
    let admin = app.sign_in(ADMIN).await;
    let names = async |fields: &[(&str, &str)]| {
        let fields: Vec<_> = [("tenant", "banksia")].iter().chain(fields).copied().collect();
        let page: PeoplePage = admin.call("people/list", &fields).await.unwrap();
        page.people.into_iter().map(|person| person.display_name).collect::<Vec<_>>()
    };
    assert_eq!(names(&[]).await.len(), 6);
    assert_eq!(names(&[("filter[search]", "NAIR")]).await, ["Priya Nair"]);
    assert_eq!(names(&[("filter[search]", "lead@")]).await, ["Alex Moreau"]);
    assert_eq!(names(&[("filter[role]", "viewer")]).await, ["Vera Lind"]);
    assert_eq!(names(&[("filter[status]", "deactivated")]).await, Vec::<String>::new());
    assert_eq!(names(&[("filter[search]", "%")]).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_role_changes_at_once_and_never_ones_own() {
    let app = TestApp::start().await;
    let (admin, worker) = (app.sign_in(ADMIN).await, app.sign_in("worker@banksia.example").await);
    let id = app.seed.banksia.worker.user_id;
    admin.give_role(id, "company_admin").await.unwrap();
    worker.people("banksia").await;
    let error = worker.give_role(id, "viewer").await.unwrap_err();
    assert!(error.at("role").is_some(), "{error:?}");
    worker.give_role(app.seed.banksia.admin.user_id, "viewer").await.unwrap();
    let outcome = admin.call::<PeoplePage>("people/list", &[("tenant", "banksia")]).await;
    assert_eq!(outcome, Err(AppError::Forbidden));
}

#[tokio::test]
async fn of_two_admins_who_demote_each_other_at_once_one_stays() {
    let app = TestApp::start().await;
    let (admin, other) = (app.sign_in(ADMIN).await, app.sign_in("worker@banksia.example").await);
    let (admin_id, other_id) = (app.seed.banksia.admin.user_id, app.seed.banksia.worker.user_id);
    admin.give_role(other_id, "company_admin").await.unwrap();
    let fields = |record: &PersonRecord| {
        [
            ("tenant", "banksia".to_owned()),
            ("id", record.person.user_id.to_string()),
            ("revision", record.revision.to_string()),
            ("display_name", record.person.display_name.clone()),
            ("role", "viewer".to_owned()),
        ]
    };
    let (one, two) = (fields(&admin.person(other_id).await), fields(&admin.person(admin_id).await));
    let (first, second) = tokio::join!(admin.call::<()>("people/save", &one), other.call::<()>("people/save", &two));
    assert!(first.is_ok() != second.is_ok(), "{first:?} {second:?}");
    let admins: i64 = sqlx::query_scalar(
        "select count(*) from memberships where tenant_id = $1 and role = 'company_admin' and status = 'active'",
    )
    .bind(app.seed.banksia.id.uuid())
    .fetch_one(&app.db.admin)
    .await
    .unwrap();
    assert_eq!(admins, 1);
}

#[tokio::test]
async fn the_last_admin_stays_even_for_an_admin_whose_own_role_is_just_gone() {
    let app = TestApp::start().await;
    let admin = app.sign_in(ADMIN).await;
    let id = app.seed.banksia.admin.user_id;
    let outcome = admin.do_to_person("deactivate", id, "Dana Okafor").await;
    assert!(is_refused(&outcome), "{outcome:?}");
    let mut tx = TenantTx::begin(&app.db.pool, &app.seed.banksia.worker).await.unwrap();
    let outcome = supportsignal::people::store::deactivate(&mut tx, id, "Dana Okafor").await;
    assert!(is_refused(&outcome), "whoever asks: {outcome:?}");
}

#[tokio::test]
async fn an_old_page_does_not_overwrite_a_newer_one() {
    let app = TestApp::start().await;
    let admin = app.sign_in(ADMIN).await;
    let id = app.seed.banksia.worker.user_id.to_string();
    let save = async |revision: &str, name: &str| {
        let fields = [
            ("tenant", "banksia"),
            ("id", id.as_str()),
            ("revision", revision),
            ("display_name", name),
            ("role", "viewer"),
        ];
        admin.call::<()>("people/save", &fields).await
    };
    save("1", "Priya N").await.unwrap();
    assert_eq!(save("1", "P Nair").await, Err(AppError::Stale { current_revision: 2 }));
}

#[tokio::test]
async fn whoever_is_deactivated_is_out_at_once_and_can_come_back() {
    let app = TestApp::start().await;
    let admin = app.sign_in(ADMIN).await;
    let worker = app.sign_in("worker@banksia.example").await;
    let id = app.seed.banksia.worker.user_id;
    let error = admin.do_to_person("deactivate", id, "Priya").await.unwrap_err();
    assert!(error.at("typed_name").is_some(), "{error:?}");
    assert!(worker.tenants().await.is_ok());
    admin.do_to_person("deactivate", id, "priya nair").await.unwrap();
    assert_eq!(worker.tenants().await, Err(AppError::SignedOut));
    assert_eq!(admin.person(id).await.person.status, MembershipStatus::Deactivated);
    let error = admin.invite("worker@banksia.example", "viewer").await.unwrap_err();
    assert!(error.at("email").is_some_and(|message| message.contains("deactivated")), "{error:?}");

    // Signing in still works, but leads nowhere.
    let again = app.sign_in("worker@banksia.example").await;
    assert_eq!(again.tenants().await.unwrap().len(), 0);
    admin.do_to_person("reactivate", id, "").await.unwrap();
    assert_eq!(again.tenants().await.unwrap().len(), 1);
}

#[tokio::test]
async fn somebody_who_also_works_elsewhere_stays_signed_in_there() {
    let app = TestApp::start().await;
    let admin = app.sign_in(ADMIN).await;
    let bao = app.sign_in(WORKS_FOR_BOTH).await;
    let people = admin.people("banksia").await.people;
    let id = people.iter().find(|person| person.email == WORKS_FOR_BOTH).unwrap().user_id;
    assert!(admin.person(id).await.works_elsewhere);
    for what in ["end-sessions", "reset-second-factor"] {
        let outcome = admin.do_to_person(what, id, "Bao Tran").await;
        assert!(is_refused(&outcome), "{what}: {outcome:?}");
    }
    admin.do_to_person("deactivate", id, "Bao Tran").await.unwrap();
    let left = bao.tenants().await.unwrap();
    assert_eq!(left.iter().map(|choice| choice.slug.as_str()).collect::<Vec<_>>(), ["wattle"]);
    let outcome = bao.call::<Viewer>("accounts/viewer", &[("tenant", "banksia")]).await;
    assert_eq!(outcome.unwrap_err(), AppError::NotFound);
}

#[tokio::test]
async fn an_admin_signs_a_person_out_on_all_devices() {
    let app = TestApp::start().await;
    let admin = app.sign_in(ADMIN).await;
    let (phone, laptop) = (app.sign_in("worker@banksia.example").await, app.sign_in("worker@banksia.example").await);
    let id = app.seed.banksia.worker.user_id;
    admin.do_to_person("end-sessions", id, "").await.unwrap();
    for device in [phone, laptop] {
        assert_eq!(device.call::<Vec<SessionRow>>("accounts/sessions", NOTHING).await, Err(AppError::SignedOut));
    }
    app.browser().sign_in("worker@banksia.example", PASSWORD).await.unwrap();
    let own = admin.do_to_person("end-sessions", app.seed.banksia.admin.user_id, "").await;
    assert!(is_refused(&own), "{own:?}");
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
