//! Sessions: our store for tower-sessions. The cookie holds the id, the table only its SHA-256.

use super::config::Config;
use crate::{
    error::AppError,
    ids::{SessionHandle, UserId},
    tenants::acting::CarriedActing,
};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sqlx::{PgPool, postgres::types::PgInterval};
use std::{collections::HashMap, time::Duration};
use time::OffsetDateTime;
use tower_sessions::{
    Expiry, Session, SessionManagerLayer, SessionStore,
    cookie::SameSite,
    session::{Id, Record},
    session_store,
};

const SIGNED_IN: &str = "signed_in";
const ACTING: &str = "acting";
/// When the session ends at the latest, in seconds since 1970.
const ENDS_AT: &str = "ends_at";

/// Who holds the session. Present in every session we store: there are none before signing in.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SignedIn {
    pub user_id: UserId,
    pub handle: SessionHandle,
    /// Browser and system, shown to the person in the list of their sessions.
    pub device: String,
    pub ip: String,
}

/// The cookie layer. `__Host-` binds the cookie to https and to this host; only a server that is
/// reached over plain http on this machine goes without.
pub fn layer(config: &Config, pool: PgPool) -> SessionManagerLayer<PgSessionStore> {
    let secure = config.public_url.is_secure();
    SessionManagerLayer::new(PgSessionStore { pool, idle: config.session_idle })
        .with_name(if secure { "__Host-session" } else { "session" })
        .with_secure(secure)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_path("/")
        .with_expiry(Expiry::OnInactivity(time::Duration::try_from(config.session_max).unwrap_or(time::Duration::DAY)))
}

/// Starts a session for somebody who has just proved who they are; the id is always a new one.
pub async fn start(session: &Session, signed_in: &SignedIn, lifetime: Duration) -> Result<(), AppError> {
    let lifetime = time::Duration::try_from(lifetime).map_err(|_| AppError::Internal)?;
    session.cycle_id().await.map_err(to_app_error)?;
    let ends_at = OffsetDateTime::now_utc() + lifetime;
    session.set_expiry(Some(Expiry::AtDateTime(ends_at)));
    session.insert(ENDS_AT, ends_at.unix_timestamp()).await.map_err(to_app_error)?;
    session.insert(SIGNED_IN, signed_in).await.map_err(to_app_error)
}

/// Who is signed in, if anybody.
pub async fn signed_in(session: &Session) -> Result<Option<SignedIn>, AppError> {
    session.get(SIGNED_IN).await.map_err(to_app_error)
}

/// Gives the session another id, because what it may do has changed. It lasts no longer by that. One from
/// before its end was kept in it stays as it is.
pub async fn renew(session: &Session) -> Result<(), AppError> {
    let Some(ends_at) = session.get::<i64>(ENDS_AT).await.map_err(to_app_error)? else {
        return Ok(());
    };
    let ends_at = OffsetDateTime::from_unix_timestamp(ends_at).map_err(|_| AppError::Internal)?;
    session.set_expiry(Some(Expiry::AtDateTime(ends_at)));
    session.cycle_id().await.map_err(to_app_error)
}

/// Remembers that the session acts as somebody else, under another id.
pub async fn begin_acting(session: &Session, acting: CarriedActing) -> Result<(), AppError> {
    session.insert(ACTING, acting).await.map_err(to_app_error)?;
    renew(session).await
}

/// As whom the session said it acts; whether that still holds, the database knows.
pub async fn acting(session: &Session) -> Result<Option<CarriedActing>, AppError> {
    session.get(ACTING).await.map_err(to_app_error)
}

/// The session is nobody's but its holder's again. Its id stays here: where acting runs out, several
/// requests may find that at once, and all but the first would come with an id that is gone.
pub async fn end_acting(session: &Session) -> Result<(), AppError> {
    session.remove::<CarriedActing>(ACTING).await.map(|_| ()).map_err(to_app_error)
}

/// Ends the session and forgets its cookie.
pub async fn end(session: &Session) -> Result<(), AppError> {
    session.flush().await.map_err(to_app_error)
}

fn to_app_error(error: tower_sessions::session::Error) -> AppError {
    match error {
        tower_sessions::session::Error::Store(session_store::Error::Backend(_)) => AppError::Unavailable,
        _ => {
            tracing::error!(error.kind = "session", "a session could not be read or written");
            AppError::Internal
        }
    }
}

/// Sessions in PostgreSQL, through the functions of the `app` schema.
#[derive(Debug, Clone)]
pub struct PgSessionStore {
    pool: PgPool,
    idle: Duration,
}

impl PgSessionStore {
    fn idle(&self) -> Result<PgInterval, session_store::Error> {
        PgInterval::try_from(self.idle).map_err(|error| session_store::Error::Encode(error.to_string()))
    }
}

#[async_trait]
impl SessionStore for PgSessionStore {
    async fn create(&self, record: &mut Record) -> session_store::Result<()> {
        // 128 random bits: a collision would sooner be a broken generator than chance, and saving
        // over an existing session is what must not happen.
        while self.load(&record.id).await?.is_some() {
            record.id = Id::default();
        }
        self.save(record).await
    }

    async fn save(&self, record: &Record) -> session_store::Result<()> {
        let Some(holder) = record.data.get(SIGNED_IN) else {
            return Ok(()); // an anonymous session is not worth a row
        };
        let holder: SignedIn =
            serde_json::from_value(holder.clone()).map_err(|error| session_store::Error::Encode(error.to_string()))?;
        let data =
            serde_json::to_value(&record.data).map_err(|error| session_store::Error::Encode(error.to_string()))?;
        let absolute = DateTime::from_timestamp(record.expiry_date.unix_timestamp(), 0).unwrap_or_else(Utc::now);
        sqlx::query!(
            "select app.save_session($1, $2, $3, $4, $5, $6, $7, $8)",
            &id_hash(&record.id)[..],
            holder.handle.uuid(),
            holder.user_id.uuid(),
            data,
            holder.device,
            holder.ip,
            self.idle()?,
            absolute,
        )
        .execute(&self.pool)
        .await
        .map_err(backend)?;
        Ok(())
    }

    async fn load(&self, id: &Id) -> session_store::Result<Option<Record>> {
        let row = sqlx::query!(
            r#"select data as "data!", absolute_expires_at as "absolute_expires_at!" from app.load_session($1, $2)"#,
            &id_hash(id)[..],
            self.idle()?,
        )
        .fetch_optional(&self.pool)
        .await
        .map_err(backend)?;
        row.map(|row| {
            let data: HashMap<String, serde_json::Value> =
                serde_json::from_value(row.data).map_err(|error| session_store::Error::Decode(error.to_string()))?;
            let expiry_date = OffsetDateTime::from_unix_timestamp(row.absolute_expires_at.timestamp())
                .map_err(|error| session_store::Error::Decode(error.to_string()))?;
            Ok(Record { id: *id, data, expiry_date })
        })
        .transpose()
    }

    async fn delete(&self, id: &Id) -> session_store::Result<()> {
        sqlx::query!("select app.delete_session($1)", &id_hash(id)[..]).execute(&self.pool).await.map_err(backend)?;
        Ok(())
    }
}

fn id_hash(id: &Id) -> [u8; 32] {
    Sha256::digest(id.0.to_be_bytes()).into()
}

fn backend(error: sqlx::Error) -> session_store::Error {
    // Logs the database's side of it; the text of the error goes no further.
    let _ = AppError::from(error);
    session_store::Error::Backend("the session table can't be reached".to_owned())
}
