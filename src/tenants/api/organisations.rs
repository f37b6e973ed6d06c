//! Server functions of the system admin: the organisations, and what each may do.

use crate::{
    error::AppError,
    tenants::{
        organisation::{NewOrganisationForm, Organisation, StatusForm},
        tenant::TenantSlug,
    },
};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use crate::{
    accounts::{authorise, invitations, member::Member, permission::Permission, role::Role},
    ids::TenantId,
    platform::{Services, database::TenantTx},
    tenants::{
        organisation::{NewOrganisation, NewStatus},
        paths,
        store::organisations as store,
    },
};

/// One organisation, by its address. No report is among it.
#[server(endpoint = "tenants/organisation")]
pub async fn get_organisation(tenant: TenantSlug, slug: String) -> Result<Organisation, AppError> {
    let services = Services::current()?;
    let admin = administrator(&services, &tenant).await?;
    let id = store::find_organisation(&services.pool, admin.user_id, &slug).await?;
    let mut tx = TenantTx::begin_for_system(&services.pool, id).await?;
    store::read_organisation(&mut tx).await
}

/// Adds an organisation and invites its first admin.
#[server(endpoint = "tenants/create")]
pub async fn create_organisation(
    tenant: TenantSlug,
    #[server(flatten)] form: NewOrganisationForm,
) -> Result<(), AppError> {
    let services = Services::current()?;
    let admin = administrator(&services, &tenant).await?;
    let new = NewOrganisation::parse(&form)?;
    let mut tx = TenantTx::begin_for_system(&services.pool, TenantId::generate()).await?;
    store::insert_organisation(&mut tx, &new, admin.user_id).await?;
    let invitation = invitations::invite(&mut tx, &new.admin_email, &new.admin_name, Role::CompanyAdmin).await?;
    tx.commit().await?;
    invitations::send(&services, invitation);
    leptos_axum::redirect(&format!("{}?created=1", paths::organisation(&tenant, new.slug.as_str())));
    Ok(())
}

/// Changes what an organisation may do. The reason is for its admins, too.
#[server(endpoint = "tenants/save-status")]
pub async fn save_status(
    tenant: TenantSlug,
    organisation: String,
    revision: i32,
    #[server(flatten)] form: StatusForm,
) -> Result<(), AppError> {
    let services = Services::current()?;
    let admin = administrator(&services, &tenant).await?;
    let id = store::find_organisation(&services.pool, admin.user_id, &organisation).await?;
    let mut tx = TenantTx::begin_for_system(&services.pool, id).await?;
    let new = NewStatus::parse(&form, store::find_time_zone(&mut tx).await?)?;
    store::save_status(&mut tx, revision, &new, admin.user_id).await?;
    tx.commit().await?;
    leptos_axum::redirect(&format!("{}?saved=1", paths::organisation(&tenant, &organisation)));
    Ok(())
}

/// The system admin, on the system's own pages.
#[cfg(feature = "ssr")]
pub(super) async fn administrator(services: &Services, tenant: &TenantSlug) -> Result<Member, AppError> {
    let member = authorise::member_who_may(services, tenant, Permission::AdministerTenants).await?;
    if member.tenant_id == TenantId::SYSTEM && member.acting.is_none() { Ok(member) } else { Err(AppError::NotFound) }
}
