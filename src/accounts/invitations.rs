//! Inviting people by e-mail, and accepting: a link that works once, for seven days.
//!
//! The link proves that whoever has it reads the mail of its address. That is enough to make an account
//! for an address that has none; somebody who has an account has to sign in to it.
//!
//! The link's token stands after the `#`, which no browser sends. Once the page has handed it over in a
//! form, a cookie carries it until the person has joined, through signing in as well.

use super::{
    email::Email,
    role::Role,
    secret_token::SecretToken,
    store::invitations::{self as store, Invited, OpenInvitation},
};
use crate::{
    audit::{event::Action, store as audit},
    error::AppError,
    ids::{InvitationId, UserId},
    platform::{Services, cookie, database::TenantTx, trace},
};
use serde_json::json;
use std::time::Duration;

/// The subject type of invitations in audit events.
pub const SUBJECT: &str = "invitation";
const LIFETIME: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// The cookie of somebody who has opened an invitation and hasn't joined yet.
const OPENED: &str = "invitation";
/// Long enough to sign in, short on a computer that others use too.
const OPENED_LIFETIME: Duration = Duration::from_secs(30 * 60);

/// A mail to send once its invitation is committed.
pub struct InvitationToSend {
    invited: Invited,
    tenant_name: String,
    sender: Option<String>,
    token: SecretToken,
}

/// Invites a person to the organisation of the transaction. Errors: a field error at `email` if the
/// address belongs to one of its people or has an open invitation; at `role` if the role is none of an
/// organisation's.
pub async fn invite(
    tx: &mut TenantTx,
    email: &Email,
    display_name: &str,
    role: Role,
) -> Result<InvitationToSend, AppError> {
    if !Role::OF_ORGANISATIONS.contains(&role) {
        return Err(AppError::field("role", "Choose a role from the list."));
    }
    match store::find_member(tx, email).await? {
        Some(true) => return Err(AppError::field("email", "This person belongs to your organisation already.")),
        Some(false) => {
            return Err(AppError::field(
                "email",
                "This person belonged to your organisation and was deactivated. Open their page to let them in again.",
            ));
        }
        None => (),
    }
    store::withdraw_expired(tx, email).await?;
    let token = SecretToken::generate()?;
    let id = store::insert(tx, email, display_name, role, &token, LIFETIME).await?;
    audit::record(tx, Action::PersonInvited, SUBJECT, id.uuid(), json!({ "role": role })).await?;
    let invited = Invited { email: email.as_str().to_owned(), display_name: display_name.to_owned(), role };
    to_send(tx, invited, token).await
}

/// Makes a new link for an open invitation; the one before it opens nothing any more.
pub async fn send_again(tx: &mut TenantTx, id: InvitationId) -> Result<InvitationToSend, AppError> {
    let token = SecretToken::generate()?;
    let invited = store::renew(tx, id, &token, LIFETIME).await?.ok_or_else(is_closed)?;
    audit::record(tx, Action::PersonInvited, SUBJECT, id.uuid(), json!({ "role": invited.role, "again": true }))
        .await?;
    to_send(tx, invited, token).await
}

/// Takes an open invitation back.
pub async fn withdraw(tx: &mut TenantTx, id: InvitationId) -> Result<(), AppError> {
    if !store::withdraw(tx, id).await? {
        return Err(is_closed());
    }
    audit::record(tx, Action::InvitationWithdrawn, SUBJECT, id.uuid(), json!({})).await
}

fn is_closed() -> AppError {
    AppError::not_possible("This invitation isn't open any more. Look at the list of people again.")
}

async fn to_send(tx: &mut TenantTx, invited: Invited, token: SecretToken) -> Result<InvitationToSend, AppError> {
    let (tenant_name, sender) = store::find_sender(tx).await?;
    Ok(InvitationToSend { invited, tenant_name, sender, token })
}

/// Mails an invitation beside the request; call it after the commit.
pub fn send(services: &Services, invitation: InvitationToSend) {
    let services = services.clone();
    services.tasks.clone().spawn(trace::carry(async move {
        let subject = format!("You're invited to {} on SupportSignal", invitation.tenant_name);
        let body = mail_text(&invitation, services.config.public_url.origin());
        if let Err(error) = services.mailer.send(&invitation.invited.email, &subject, body).await {
            tracing::error!(error.kind = "invitation", error.detail = %error, "an invitation could not be sent");
        }
    }));
}

fn mail_text(invitation: &InvitationToSend, origin: &str) -> String {
    let InvitationToSend { invited, tenant_name, sender, token } = invitation;
    let who = match sender {
        Some(sender) => format!("{sender} invites you"),
        None => "You're invited".to_owned(),
    };
    format!(
        "Hello {name},\n\n\
         {who} to join {tenant_name} on SupportSignal, where incidents are reported. Your role there: {role}.\n\n\
         Join within seven days:\n{origin}/join#{token}\n\n\
         If the page asks for a code, it is:\n{token}\n\n\
         The link works once and is meant for you only. If you didn't expect it, there is nothing to do.\n",
        name = invited.display_name,
        role = invited.role.label(),
        token = token.reveal(),
    )
}

/// Opens an invitation in this browser: until the person has joined, a cookie says which one it is. A token
/// that opens nothing closes what was open before.
pub async fn open(services: &Services, token: &SecretToken) -> Result<(), AppError> {
    if let Err(error) = find(services, token).await {
        cookie::forget(&services.config, OPENED);
        return Err(error);
    }
    cookie::set(&services.config, OPENED, token.reveal(), OPENED_LIFETIME);
    Ok(())
}

/// The token of the invitation that is open in this browser.
pub fn opened(services: &Services) -> Option<SecretToken> {
    cookie::read(&services.config, OPENED).map(|text| SecretToken::received(&text))
}

/// The invitation with a token. An unknown, used, withdrawn or old one is one and the same error.
pub async fn find(services: &Services, token: &SecretToken) -> Result<OpenInvitation, AppError> {
    store::find_by_token(&services.pool, token).await?.ok_or_else(expired)
}

/// Who accepts.
pub enum Accepting {
    /// The signed-in owner of the invitation's address.
    Member(UserId),
    /// Somebody without an account: what they are called and how they sign in.
    NewAccount { display_name: String, password_hash: String },
}

/// Makes the person a member, and their account if they had none, all at once.
pub async fn accept(
    services: &Services,
    invitation: &OpenInvitation,
    token: &SecretToken,
    accepting: Accepting,
) -> Result<UserId, AppError> {
    if !invitation.standing.may_write() {
        return Err(AppError::not_possible("This organisation can't take in anybody at the moment."));
    }
    let mut tx = TenantTx::begin_for_system(&services.pool, invitation.tenant_id).await?;
    if !store::lock_open(&mut tx, invitation.id, token).await? {
        return Err(expired());
    }
    let (user_id, display_name) = match accepting {
        Accepting::Member(user_id) => (user_id, invitation.display_name.clone()),
        Accepting::NewAccount { display_name, password_hash } => {
            let user_id = UserId::generate();
            store::insert_user(&mut tx, user_id, &invitation.email, &password_hash).await?;
            (user_id, display_name)
        }
    };
    if !store::insert_membership(&mut tx, user_id, &display_name, invitation.role).await? {
        return Err(AppError::not_possible("You belong to this organisation already. Sign in to go there."));
    }
    tx.continue_as(user_id).await?;
    store::close_accepted(&mut tx, invitation.id, user_id).await?;
    let role = json!({ "role": invitation.role });
    audit::record(&mut tx, Action::InvitationAccepted, SUBJECT, invitation.id.uuid(), role.clone()).await?;
    audit::record(&mut tx, Action::MembershipAdded, "membership", user_id.uuid(), role).await?;
    tx.commit().await?;
    cookie::forget(&services.config, OPENED);
    Ok(user_id)
}

fn expired() -> AppError {
    AppError::not_possible("This invitation has been used or withdrawn, or it is too old. Ask for a new one.")
}
