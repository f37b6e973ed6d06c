//! An organisation's people: inviting, joining, roles, and letting somebody in no more.

mod invitations;
mod leaving;
mod listing;
mod roles;

use super::{app::TestApp, browser::Browser};
use supportsignal::{
    accounts::{invitation::Joining, viewer::TenantChoice},
    error::AppError,
    ids::UserId,
    people::person::{PeoplePage, PersonRecord},
};

const NOTHING: &[(&str, &str)] = &[];
const ADMIN: &str = "admin@banksia.example";

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

    async fn tenants(&self) -> Result<Vec<TenantChoice>, AppError> {
        self.call("accounts/tenants", NOTHING).await
    }
}

/// An invitation by Banksia's admin, and its token.
async fn invited(app: &TestApp, email: &str) -> String {
    let admin = app.sign_in(ADMIN).await;
    admin.invite(email, "team_lead").await.unwrap();
    tokens(app, email).await.pop().expect("a mail")
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

fn is_refused(outcome: &Result<(), AppError>) -> bool {
    matches!(outcome, Err(AppError::NotPossible { .. }))
}
