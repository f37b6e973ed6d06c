//! Server functions of notifications.

use super::notification::Notification;
use crate::{error::AppError, ids::NotificationId, tenants::tenant::TenantSlug};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use {
    super::store,
    crate::{
        accounts::authorise,
        platform::{Services, database::TenantTx},
    },
};

/// The person's latest 100 notifications.
#[server(endpoint = "notifications/list")]
pub async fn list_notifications(tenant: TenantSlug) -> Result<Vec<Notification>, AppError> {
    let services = Services::current()?;
    let member = authorise::member(&services, &tenant).await?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    store::list_notifications(&mut tx, member.user_id, 100).await
}

/// Marks one of the person's notifications as read.
#[server(endpoint = "notifications/mark-read")]
pub async fn mark_notification_read(tenant: TenantSlug, id: NotificationId) -> Result<(), AppError> {
    let services = Services::current()?;
    let member = authorise::member(&services, &tenant).await?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    store::mark_read(&mut tx, member.user_id, id).await?;
    tx.commit().await
}

/// Marks all of the person's notifications as read.
#[server(endpoint = "notifications/mark-all-read")]
pub async fn mark_all_notifications_read(tenant: TenantSlug) -> Result<(), AppError> {
    let services = Services::current()?;
    let member = authorise::member(&services, &tenant).await?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    store::mark_all_read(&mut tx, member.user_id).await?;
    tx.commit().await
}
