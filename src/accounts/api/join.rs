//! Server functions behind the link of an invitation.

use crate::{accounts::invitation::Joining, error::AppError, tenants::tenant::TenantSlug};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use crate::{
    accounts::{
        authorise,
        invitation::{JoiningWay, kept, parse_name},
        invitations::{self, Accepting},
        password::NewPassword,
        secret_token::SecretToken,
        signing_in,
        store::{self, invitations::OpenInvitation},
        visit::Visit,
    },
    ids::UserId,
    platform::Services,
};

/// Opens an invitation with the code of its e-mail; `get_joining` tells what it says.
#[server(endpoint = "accounts/begin-joining")]
pub async fn begin_joining(token: String) -> Result<(), AppError> {
    let services = Services::current()?;
    if token.trim().is_empty() {
        return Err(AppError::field("token", "Paste the code from the e-mail."));
    }
    invitations::open(&services, &SecretToken::received(&token)).await?;
    leptos_axum::redirect("/join");
    Ok(())
}

/// What the invitation that is open in this browser says, and how the person in front of it goes on.
#[server(endpoint = "accounts/joining")]
pub async fn get_joining() -> Result<Option<Joining>, AppError> {
    let services = Services::current()?;
    let Some(token) = invitations::opened(&services) else {
        return Ok(None);
    };
    let invitation = invitations::find(&services, &token).await?;
    let way = way_for(&services, &invitation).await?;
    let OpenInvitation { tenant, tenant_name, email, display_name, role, .. } = invitation;
    Ok(Some(Joining { tenant, tenant_name, email, display_name, role, way }))
}

#[cfg(feature = "ssr")]
async fn way_for(services: &Services, invitation: &OpenInvitation) -> Result<JoiningWay, AppError> {
    let signed_in = match authorise::signed_in().await {
        Ok(signed_in) => Some(signed_in.user_id),
        Err(AppError::SignedOut) => None,
        Err(error) => return Err(error),
    };
    Ok(match signed_in {
        Some(user_id) if is_invited(services, invitation, user_id).await? => JoiningWay::Accept,
        Some(_) => JoiningWay::SignedInAsSomebodyElse,
        None if invitation.has_account => JoiningWay::SignIn,
        None => JoiningWay::NewAccount,
    })
}

#[cfg(feature = "ssr")]
async fn is_invited(services: &Services, invitation: &OpenInvitation, user_id: UserId) -> Result<bool, AppError> {
    let email = store::find_user_email(&services.pool, user_id).await?;
    Ok(email.as_deref() == Some(invitation.email.as_str()))
}

/// The invitation that is open in this browser. A page that shows another organisation is out of date.
#[cfg(feature = "ssr")]
async fn opened_to(services: &Services, organisation: &TenantSlug) -> Result<(OpenInvitation, SecretToken), AppError> {
    let token = invitations::opened(services)
        .ok_or_else(|| AppError::not_possible("This took too long. Open the link of the e-mail again."))?;
    let invitation = invitations::find(services, &token).await?;
    if invitation.tenant == *organisation {
        Ok((invitation, token))
    } else {
        Err(AppError::not_possible("You've opened another invitation since. Open the link of this one again."))
    }
}

/// Joins as the signed-in owner of the invitation's address.
#[server(endpoint = "accounts/join")]
pub async fn join(organisation: TenantSlug) -> Result<(), AppError> {
    let services = Services::current()?;
    let signed_in = authorise::signed_in().await?;
    let (invitation, token) = opened_to(&services, &organisation).await?;
    if !is_invited(&services, &invitation, signed_in.user_id).await? {
        return Err(AppError::not_possible("This invitation is for another address. Sign in with that one."));
    }
    invitations::accept(&services, &invitation, &token, Accepting::Member(signed_in.user_id)).await?;
    leptos_axum::redirect(&format!("/{}", invitation.tenant));
    Ok(())
}

/// Joins with a new account, and signs in to it.
#[server(endpoint = "accounts/join-with-new-account")]
pub async fn join_with_new_account(
    organisation: TenantSlug,
    display_name: String,
    password: String,
) -> Result<(), AppError> {
    let services = Services::current()?;
    let visit = Visit::current(&services)?;
    let mut fields = Vec::new();
    let (name, password) =
        (kept(&mut fields, parse_name(&display_name)), kept(&mut fields, NewPassword::parse(&password)));
    let (Some(display_name), Some(password)) = (name, password) else {
        return Err(AppError::Invalid { fields });
    };
    let (invitation, token) = opened_to(&services, &organisation).await?;
    if invitation.has_account {
        return Err(store::invitations::has_account());
    }
    let password_hash = services.passwords.hash(password.reveal().to_owned()).await?;
    let accepting = Accepting::NewAccount { display_name, password_hash };
    let user_id = invitations::accept(&services, &invitation, &token, accepting).await?;
    signing_in::open_session(&services, user_id, &visit).await?;
    leptos_axum::redirect(&format!("/{}", invitation.tenant));
    Ok(())
}
