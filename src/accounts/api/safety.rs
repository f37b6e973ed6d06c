//! Server functions of what the account page tells about safety.

use crate::{accounts::security_event::AccountSafety, error::AppError, ids::DeviceId, tenants::tenant::TenantSlug};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use crate::{
    accounts::{
        account_help, authorise,
        email::Email,
        permission::Permission,
        store::{factors, security_events, sign_in_steps},
    },
    platform::Services,
};

#[cfg(feature = "ssr")]
const EVENTS: i64 = 20;

/// The second step, the trusted devices and what happened lately.
#[server(endpoint = "accounts/safety")]
pub async fn get_safety() -> Result<AccountSafety, AppError> {
    let services = Services::current()?;
    let signed_in = authorise::signed_in().await?;
    Ok(AccountSafety {
        has_second_factor: factors::has_second_factor(&services.pool, signed_in.user_id).await?,
        trusted_devices: sign_in_steps::list_trusted_devices(&services.pool, signed_in.user_id).await?,
        events: security_events::list(&services.pool, signed_in.user_id, EVENTS).await?,
    })
}

/// Asks for the code on this device again.
#[server(endpoint = "accounts/revoke-device")]
pub async fn revoke_device(id: DeviceId) -> Result<(), AppError> {
    let services = Services::current()?;
    let signed_in = authorise::signed_in().await?;
    if sign_in_steps::revoke_trusted_device(&services.pool, signed_in.user_id, id).await? {
        Ok(())
    } else {
        Err(AppError::NotFound)
    }
}

/// Removes the second factor of any account, for whoever runs the system.
#[server(endpoint = "accounts/reset-second-factor")]
pub async fn reset_account_second_factor(tenant: TenantSlug, email: String) -> Result<(), AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::AdministerTenants).await?;
    account_help::reset_second_factor(&services, &member, &Email::parse(&email)?).await?;
    leptos_axum::redirect(&format!("/{tenant}/account-help?done=1"));
    Ok(())
}
