//! The pool, the check of its role, and [`TenantTx`]: the only door to tenant data.

use super::trace;
use crate::{
    accounts::member::Member,
    error::AppError,
    ids::{TenantId, UserId},
    tenants::acting::Acting,
};
use sqlx::{
    PgConnection, PgPool, Postgres, Transaction,
    migrate::Migrator,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use std::time::Duration;

/// The migrations, compiled into the binary.
pub static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// Opens the server's pool. Connections are made as they are needed, so a database that is down
/// at this moment is not an error yet.
pub fn pool(options: PgConnectOptions, size: u32) -> PgPool {
    PgPoolOptions::new()
        .max_connections(size)
        .acquire_timeout(Duration::from_secs(5))
        .idle_timeout(Duration::from_secs(600))
        .connect_lazy_with(options.application_name("supportsignal"))
}

/// Why the server's database role cannot be trusted with tenant isolation.
#[derive(Debug, thiserror::Error)]
pub enum RoleError {
    #[error(
        "the database role \"{0}\" is a superuser, which row-level security does not bind; use a role without SUPERUSER"
    )]
    Superuser(String),
    #[error("the database role \"{0}\" has BYPASSRLS; use a role without it")]
    BypassesRowSecurity(String),
    #[error(
        "the database role \"{0}\" owns tables; migrations belong to the owner, the server needs a role of its own"
    )]
    OwnsTables(String),
    #[error("the database role \"{0}\" may not work here; as the owner run: grant supportsignal_runtime to \"{0}\"")]
    NotRuntime(String),
    #[error("the database is empty or behind this version; run: supportsignal migrate")]
    NotMigrated,
    #[error("the database can't be reached: {0}")]
    Unreachable(#[from] sqlx::Error),
}

/// Refuses a role that row-level security would not bind.
pub async fn check_role(connection: &mut PgConnection) -> Result<(), RoleError> {
    let role = sqlx::query!(
        r#"select current_user::text as "name!", rolsuper as "superuser!", rolbypassrls as "bypass!",
                  exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
                          where c.relowner = r.oid and n.nspname in ('public', 'app')) as "owner!",
                  exists (select from pg_roles where rolname = 'supportsignal_runtime') as "group_exists!"
           from pg_roles r where rolname = current_user"#
    )
    .fetch_one(&mut *connection)
    .await?;
    if role.superuser {
        return Err(RoleError::Superuser(role.name));
    }
    if role.bypass {
        return Err(RoleError::BypassesRowSecurity(role.name));
    }
    if role.owner {
        return Err(RoleError::OwnsTables(role.name));
    }
    if !role.group_exists {
        return Err(RoleError::NotMigrated);
    }
    let is_runtime =
        sqlx::query_scalar!(r#"select pg_has_role(current_user, 'supportsignal_runtime', 'usage') as "runtime!""#)
            .fetch_one(&mut *connection)
            .await?;
    if !is_runtime {
        return Err(RoleError::NotRuntime(role.name));
    }
    let is_migrated = sqlx::query_scalar!(r#"select to_regclass('public.notifications') is not null as "migrated!""#)
        .fetch_one(connection)
        .await?;
    if is_migrated { Ok(()) } else { Err(RoleError::NotMigrated) }
}

/// A transaction inside one tenant. Whatever takes it can see and change that tenant's rows only:
/// row-level security reads the context that is set here and that ends with the transaction.
///
/// Never hold one across a call to another service: it keeps a connection and its locks.
pub struct TenantTx {
    transaction: Transaction<'static, Postgres>,
    tenant_id: TenantId,
    user_id: Option<UserId>,
    acting: Option<Acting>,
}

impl TenantTx {
    /// For what a member does. An organisation that is suspended, or whose trial is over, reads only: a
    /// change is refused as [`AppError::read_only`].
    pub async fn begin(pool: &PgPool, member: &Member) -> Result<Self, AppError> {
        let mut tx = Self::begin_traced(pool, member).await?;
        if !member.standing.may_write() {
            sqlx::query!("set transaction read only").execute(tx.connection()).await?;
        }
        Ok(tx)
    }

    /// For reading that leaves a trace, such as saving a file: whatever the organisation's standing is,
    /// its audit trail is written.
    pub async fn begin_traced(pool: &PgPool, member: &Member) -> Result<Self, AppError> {
        let tx = Self::open(pool, member.tenant_id, Some(member.user_id)).await?;
        Ok(Self { acting: member.acting, ..tx })
    }

    /// For work without a person: jobs, and setting a tenant up.
    pub async fn begin_for_system(pool: &PgPool, tenant_id: TenantId) -> Result<Self, AppError> {
        Self::open(pool, tenant_id, None).await
    }

    /// For reading many rows as they stood at one moment. It only reads: a change would be refused.
    #[expect(clippy::disallowed_methods, reason = "the place that opens transactions on tenant data")]
    pub async fn snapshot(pool: &PgPool, tenant_id: TenantId) -> Result<Self, AppError> {
        let transaction = pool.begin_with("begin isolation level repeatable read, read only").await?;
        Self::with_context(transaction, tenant_id, None).await
    }

    #[expect(clippy::disallowed_methods, reason = "the place that opens transactions on tenant data")]
    async fn open(pool: &PgPool, tenant_id: TenantId, user_id: Option<UserId>) -> Result<Self, AppError> {
        trace::note_tenant(tenant_id);
        Self::with_context(pool.begin().await?, tenant_id, user_id).await
    }

    async fn with_context(
        mut transaction: Transaction<'static, Postgres>,
        tenant_id: TenantId,
        user_id: Option<UserId>,
    ) -> Result<Self, AppError> {
        sqlx::query!(
            "select set_config('app.current_tenant_id', $1, true) as tenant, set_config('app.current_user_id', $2, true) as person",
            tenant_id.to_string(),
            user_id.map(|id| id.to_string()).unwrap_or_default(),
        )
        .fetch_one(&mut *transaction)
        .await?;
        Ok(Self { transaction, tenant_id, user_id, acting: None })
    }

    /// From here on the person acts who has just become a member in this transaction.
    pub async fn continue_as(&mut self, user_id: UserId) -> Result<(), AppError> {
        sqlx::query!("select set_config('app.current_user_id', $1, true) as person", user_id.to_string())
            .fetch_one(&mut *self.transaction)
            .await?;
        self.user_id = Some(user_id);
        Ok(())
    }

    /// Whose rows this transaction sees.
    pub const fn tenant_id(&self) -> TenantId {
        self.tenant_id
    }

    /// Who acts; nobody for background work.
    pub const fn user_id(&self) -> Option<UserId> {
        self.user_id
    }

    /// Who really acts, if it is the system admin in that person's place.
    pub const fn acting(&self) -> Option<Acting> {
        self.acting
    }

    /// The connection to run a query on.
    pub fn connection(&mut self) -> &mut PgConnection {
        &mut self.transaction
    }

    /// Makes everything done so far true at once.
    pub async fn commit(self) -> Result<(), AppError> {
        Ok(self.transaction.commit().await?)
    }
}
