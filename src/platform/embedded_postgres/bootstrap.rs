//! What a new cluster needs before migrations can run: the roles, the database, pgvector.
//! Every statement may run again, so that a start that was cut short is completed by the next.

use super::{DATABASE, DatabaseRole, EmbeddedPostgres, EmbeddedPostgresError};
use sqlx::{ConnectOptions, Connection, PgConnection};

/// Roles belong to the whole cluster. supportsignal_auth owns the functions that run before a tenant
/// is known; the owner must be able to hand functions to it and to change them later.
const ROLES: &str = "
    set client_min_messages = warning; -- what is there already is no news
    do $$
    declare
        wanted record;
    begin
        for wanted in select * from (values
            ('supportsignal_owner', 'login'),
            ('supportsignal_runtime', 'nologin'),
            ('supportsignal_auth', 'nologin'),
            ('supportsignal_app', 'login')) as roles (name, login)
        loop
            if not exists (select from pg_roles where rolname = wanted.name) then
                execute format('create role %I %s nosuperuser nobypassrls nocreaterole nocreatedb',
                               wanted.name, wanted.login);
            end if;
        end loop;
    end
    $$;
    grant supportsignal_auth to supportsignal_owner with inherit true, set true;
    grant supportsignal_runtime to supportsignal_app with inherit true, set true;
";

/// Creates the roles and the database where they are missing.
pub async fn create_database(postgres: &EmbeddedPostgres) -> Result<(), EmbeddedPostgresError> {
    let mut cluster = postgres.connect_options(DatabaseRole::Superuser, "postgres").connect().await?;
    sqlx::raw_sql(ROLES).execute(&mut cluster).await?;
    let exists: bool = sqlx::query_scalar("select exists (select from pg_database where datname = $1)")
        .bind(DATABASE)
        .fetch_one(&mut cluster)
        .await?;
    if !exists {
        sqlx::raw_sql("create database supportsignal owner supportsignal_owner").execute(&mut cluster).await?;
    }
    cluster.close().await?;

    let mut database = postgres.connect_options(DatabaseRole::Superuser, DATABASE).connect().await?;
    sqlx::raw_sql(
        "revoke all on database supportsignal from public;
         grant connect on database supportsignal to supportsignal_runtime;",
    )
    .execute(&mut database)
    .await?;
    // Last, because it is what is_created looks for.
    create_vector(&mut database).await?;
    Ok(database.close().await?)
}

/// Only a superuser may create an extension that isn't marked as trusted.
async fn create_vector(database: &mut PgConnection) -> Result<(), EmbeddedPostgresError> {
    sqlx::raw_sql("set client_min_messages = warning; create extension if not exists vector")
        .execute(database)
        .await
        .map(|_| ())
        .map_err(|error| match error {
            sqlx::Error::Database(reason) => EmbeddedPostgresError::NoVector(reason.message().to_owned()),
            other => other.into(),
        })
}

/// Whether another process has created the database as far as its last step.
pub async fn is_created(postgres: &EmbeddedPostgres) -> Result<bool, sqlx::Error> {
    let mut database = postgres.connect_options(DatabaseRole::App, DATABASE).connect().await?;
    let has_vector = sqlx::query_scalar("select exists (select from pg_extension where extname = 'vector')")
        .fetch_one(&mut database)
        .await?;
    database.close().await?;
    Ok(has_vector)
}
