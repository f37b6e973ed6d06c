//! The queries of saved views. Each is its person's own.

use crate::{
    dashboards::saved_view::{MAX_VIEWS, SavedView, ViewName},
    error::AppError,
    ids::{SavedViewId, UserId},
    platform::database::TenantTx,
};

/// The person's views by name.
pub async fn list_views(tx: &mut TenantTx, user_id: UserId) -> Result<Vec<SavedView>, AppError> {
    let tenant_id = tx.tenant_id();
    Ok(sqlx::query_as!(
        SavedView,
        r#"select id as "id: SavedViewId", name, query from saved_views
           where tenant_id = $1 and user_id = $2 order by lower(name), id limit $3"#,
        tenant_id.uuid(),
        user_id.uuid(),
        MAX_VIEWS,
    )
    .fetch_all(tx.connection())
    .await?)
}

/// Keeps filters under a name that the person has no other view of.
pub async fn insert_view(
    tx: &mut TenantTx,
    user_id: UserId,
    name: &ViewName,
    query: &str,
) -> Result<SavedViewId, AppError> {
    let tenant_id = tx.tenant_id();
    let id = SavedViewId::generate();
    let inserted = sqlx::query!(
        "insert into saved_views (tenant_id, id, user_id, name, query)
         select $1, $2, $3, $4, $5
         where (select count(*) from saved_views where tenant_id = $1 and user_id = $3) < $6",
        tenant_id.uuid(),
        id.uuid(),
        user_id.uuid(),
        name.as_str(),
        query,
        MAX_VIEWS,
    )
    .execute(tx.connection())
    .await
    .map_err(at_field)?;
    if inserted.rows_affected() == 0 {
        return Err(AppError::field("name", format!("You have {MAX_VIEWS} saved views. Delete one first.")));
    }
    Ok(id)
}

/// Gives one of the person's views another name.
pub async fn rename_view(tx: &mut TenantTx, user_id: UserId, id: SavedViewId, name: &ViewName) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    let renamed = sqlx::query!(
        "update saved_views set name = $4 where tenant_id = $1 and id = $2 and user_id = $3",
        tenant_id.uuid(),
        id.uuid(),
        user_id.uuid(),
        name.as_str(),
    )
    .execute(tx.connection())
    .await
    .map_err(at_field)?;
    if renamed.rows_affected() == 0 { Err(AppError::NotFound) } else { Ok(()) }
}

/// Deletes one of the person's views. One that is gone already is no problem.
pub async fn delete_view(tx: &mut TenantTx, user_id: UserId, id: SavedViewId) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    sqlx::query!(
        "delete from saved_views where tenant_id = $1 and id = $2 and user_id = $3",
        tenant_id.uuid(),
        id.uuid(),
        user_id.uuid(),
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

fn at_field(error: sqlx::Error) -> AppError {
    match error.as_database_error().and_then(|error| error.constraint()) {
        Some("saved_views_name_key") => AppError::field("name", "You have a view of this name already."),
        _ => error.into(),
    }
}
