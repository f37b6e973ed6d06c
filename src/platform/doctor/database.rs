//! The database: there, new enough, ours to trust, up to date, and keeping what it was told.

use super::Check;
use crate::platform::{
    config::{Config, DatabaseConfig},
    database::{MIGRATIONS, RoleError},
    runtime::Runtime,
};
use sqlx::{
    ConnectOptions, PgConnection,
    migrate::{AppliedMigration, Migrate, MigrateError},
    postgres::PgConnectOptions,
};
use std::{collections::HashMap, str::FromStr};

/// The oldest minor release of each major that we trust: older ones have known security holes.
const SERVER_MINIMUMS: [(i32, i32); 3] = [(16, 12), (17, 8), (18, 2)];
/// Where sqlx keeps the list of applied migrations.
const MIGRATIONS_TABLE: &str = "_sqlx_migrations";
const VECTOR_MINIMUM: (u32, u32, u32) = (0, 8, 4);

/// Reaches the database, starting the private one if nobody runs it, and looks at it.
pub async fn examine(config: Config) -> Vec<Check> {
    let database = config.database.clone();
    let runtime = match Runtime::start(config).await {
        Ok(runtime) => runtime,
        Err(error) => return vec![Check::new("database", Err(format!("{error:#}")))],
    };
    let mut checks = look_at(&database, &runtime).await;
    if let Err(error) = runtime.stop().await {
        checks.push(Check::new("database", Err(format!("{error:#}"))));
    }
    checks
}

async fn look_at(database: &DatabaseConfig, runtime: &Runtime) -> Vec<Check> {
    // The owner sees more, such as the list of migrations.
    let owner = runtime.owner_options().cloned();
    let has_owner = owner.is_some();
    let options = match (owner, database) {
        (Some(owner), _) => Ok(owner),
        (None, DatabaseConfig::External { runtime_url, .. }) => PgConnectOptions::from_str(runtime_url),
        (None, DatabaseConfig::Embedded) => Ok(PgConnectOptions::new()),
    };
    let connection = match options {
        Ok(options) => options.connect().await,
        Err(error) => Err(error),
    };
    let mut connection = match connection {
        Ok(connection) => connection,
        Err(error) => return vec![Check::new("database", Err(unreachable(&error, has_owner)))],
    };
    let (migrations, is_pending) = migrations(&mut connection, has_owner).await;
    let mut checks = vec![
        Check::new(
            "database",
            Ok(match database {
                DatabaseConfig::Embedded => {
                    "PostgreSQL's programs are there, and the private database answers".to_owned()
                }
                DatabaseConfig::External { .. } => "it answers".to_owned(),
            }),
        ),
        Check::new("database version", version(&mut connection).await),
        Check::new("pgvector", vector(&mut connection).await),
        Check::new("durability", durability(&mut connection).await),
        Check::new("migrations", migrations),
    ];
    let role = role(runtime, has_owner && is_pending).await;
    checks.extend(role.map(|finding| Check::new("database role", finding)));
    checks
}

fn unreachable(error: &sqlx::Error, as_owner: bool) -> String {
    let setting = if as_owner { "DATABASE_OWNER_URL" } else { "DATABASE_URL" };
    match error {
        sqlx::Error::Database(refusal) => {
            format!("it refuses us ({}); check user, password and database in {setting}", refusal.message())
        }
        sqlx::Error::Io(error) => {
            format!("it can't be reached ({error}); start it or check host and port in {setting}")
        }
        other => format!("it can't be reached ({other}); check {setting}"),
    }
}

async fn version(connection: &mut PgConnection) -> Result<String, String> {
    let number = sqlx::query_scalar!(r#"select current_setting('server_version_num')::integer as "number!""#)
        .fetch_one(connection)
        .await
        .map_err(unreadable)?;
    judge_version(number)
}

/// Since version 10 the number is the major version times 10,000 plus the minor one.
fn judge_version(number: i32) -> Result<String, String> {
    let (major, minor) = (number / 10_000, number % 10_000);
    let found = format!("PostgreSQL {major}.{minor}");
    let [(oldest, _), ..] = SERVER_MINIMUMS;
    match SERVER_MINIMUMS.into_iter().find(|(known, _)| *known == major) {
        Some((_, minimum)) if minor < minimum => {
            Err(format!("{found} has known security holes; install {major}.{minimum} or a newer {major}"))
        }
        None if major < oldest => Err(format!("{found} is too old; move to PostgreSQL {oldest} or newer")),
        _ => Ok(found),
    }
}

async fn vector(connection: &mut PgConnection) -> Result<String, String> {
    let version = sqlx::query_scalar!("select extversion from pg_extension where extname = 'vector'")
        .fetch_optional(connection)
        .await
        .map_err(unreadable)?;
    match version {
        None => Err("it is missing; as a superuser run in this database: create extension vector".to_owned()),
        Some(version) => judge_vector(&version),
    }
}

fn judge_vector(version: &str) -> Result<String, String> {
    let mut numbers = version.split('.').map(|number| number.parse::<u32>().unwrap_or_default());
    let mut next = || numbers.next().unwrap_or_default();
    let (major, minor, patch) = VECTOR_MINIMUM;
    if (next(), next(), next()) < VECTOR_MINIMUM {
        Err(format!(
            "{version} is too old; install {major}.{minor}.{patch} or newer, then as a superuser run: alter extension vector update"
        ))
    } else {
        Ok(version.to_owned())
    }
}

async fn durability(connection: &mut PgConnection) -> Result<String, String> {
    let off = sqlx::query_scalar!(
        r#"select name as "name!" from pg_settings
           where name in ('fsync', 'synchronous_commit', 'full_page_writes') and setting = 'off' order by name"#
    )
    .fetch_all(connection)
    .await
    .map_err(unreadable)?;
    if off.is_empty() {
        Ok("what is saved survives a power cut".to_owned())
    } else {
        let names = off.join(", ");
        Err(format!(
            "saved reports can be lost, because these are off: {names}; switch them on in postgresql.conf and reload"
        ))
    }
}

/// The second value is whether migrations are still to come.
async fn migrations(connection: &mut PgConnection, has_owner: bool) -> (Result<String, String>, bool) {
    let exists = sqlx::query_scalar!(r#"select to_regclass($1) is not null as "exists!""#, MIGRATIONS_TABLE)
        .fetch_one(&mut *connection)
        .await;
    let applied = match exists {
        Err(error) => return (Err(unreadable(error)), true),
        Ok(false) => Ok(Vec::new()),
        Ok(true) => connection.list_applied_migrations(MIGRATIONS_TABLE).await,
    };
    match applied {
        Ok(applied) => compare(&applied, has_owner),
        Err(error) if is_denied(&error) => {
            (Ok("the server's role may not list them; set DATABASE_OWNER_URL to have them compared".to_owned()), false)
        }
        Err(error) => (Err(format!("they can't be listed: {error}")), true),
    }
}

fn compare(applied: &[AppliedMigration], has_owner: bool) -> (Result<String, String>, bool) {
    let applied: HashMap<_, _> = applied.iter().map(|migration| (migration.version, &migration.checksum)).collect();
    let ours: HashMap<_, _> = MIGRATIONS.iter().map(|migration| (migration.version, &migration.checksum)).collect();
    let pending = ours.keys().filter(|version| !applied.contains_key(version)).count();
    if let Some(version) = applied.keys().find(|version| !ours.contains_key(version)) {
        let problem =
            format!("the database has migration {version} of a newer SupportSignal; run that version instead");
        return (Err(problem), pending > 0);
    }
    if let Some((version, _)) = applied.iter().find(|(version, checksum)| ours.get(version) != Some(checksum)) {
        let problem =
            format!("migration {version} differs from the one in this program; run the version that migrated");
        return (Err(problem), pending > 0);
    }
    let finding = match pending {
        0 => Ok(format!("all {} are in", ours.len())),
        _ if has_owner => Ok(format!("{pending} to come; the next start brings them in")),
        _ => Err(format!("{pending} are missing; set DATABASE_OWNER_URL and run: supportsignal migrate")),
    };
    (finding, pending > 0)
}

/// Code 42501 is insufficient_privilege.
fn is_denied(error: &MigrateError) -> bool {
    match error {
        MigrateError::Execute(sqlx::Error::Database(error)) => error.code().as_deref() == Some("42501"),
        _ => false,
    }
}

/// None when the next start brings what the role lacks.
async fn role(runtime: &Runtime, is_to_be_migrated: bool) -> Option<Result<String, String>> {
    match runtime.services().await {
        Ok(services) => {
            services.pool.close().await;
            Some(Ok("row-level security binds the server's role".to_owned()))
        }
        Err(error) => match error.downcast_ref() {
            Some(RoleError::NotMigrated | RoleError::NotRuntime(_)) if is_to_be_migrated => None,
            _ => Some(Err(format!("{error:#}"))),
        },
    }
}

fn unreadable(error: sqlx::Error) -> String {
    format!("it can't be read ({error}); run doctor again once the database answers")
}

#[cfg(test)]
mod tests {
    use super::{AppliedMigration, MIGRATIONS, compare, judge_vector, judge_version};

    #[test]
    fn old_minor_releases_and_old_majors_are_problems() {
        for good in [160_012, 170_008, 180_002, 180_004, 190_000] {
            assert!(judge_version(good).is_ok(), "{good}");
        }
        for bad in [150_014, 160_011, 170_007, 180_001] {
            assert!(judge_version(bad).is_err(), "{bad}");
        }
        assert!(judge_version(180_001).is_err_and(|problem| problem.contains("18.1") && problem.contains("18.2")));
    }

    #[test]
    fn vector_versions_compare_as_numbers() {
        assert!(judge_vector("0.8.4").is_ok() && judge_vector("0.10").is_ok() && judge_vector("1.0.0").is_ok());
        assert!(judge_vector("0.8.3").is_err() && judge_vector("0.7.9").is_err());
    }

    fn applied() -> Vec<AppliedMigration> {
        MIGRATIONS
            .iter()
            .map(|migration| AppliedMigration { version: migration.version, checksum: migration.checksum.clone() })
            .collect()
    }

    #[test]
    fn missing_newer_and_changed_migrations_are_told_apart() {
        assert!(compare(&applied(), false).0.is_ok());
        let mut missing = applied();
        missing.pop();
        assert!(matches!(compare(&missing, true), (Ok(_), true)));
        assert!(matches!(compare(&missing, false), (Err(_), true)));
        let mut newer = applied();
        newer.push(AppliedMigration { version: i64::MAX, checksum: Vec::new().into() });
        assert!(compare(&newer, true).0.is_err_and(|problem| problem.contains("newer")));
        let mut changed = applied();
        if let Some(first) = changed.first_mut() {
            first.checksum = Vec::new().into();
        }
        assert!(compare(&changed, true).0.is_err_and(|problem| problem.contains("differs")));
    }
}
