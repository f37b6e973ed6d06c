//! The product's settings: environment variables, parsed and checked once at the start.
//! The README lists them all; a test keeps that list equal to [`SETTINGS`].

use secrecy::SecretString;
use std::{
    env,
    net::IpAddr,
    path::{Path, PathBuf},
    str::FromStr,
    time::Duration,
};

/// Every variable that [`Config::from_env`] reads, with what it means.
pub const SETTINGS: &[(&str, &str)] = &[
    ("DATABASE_URL", "database of the server, as its runtime role; without it a private PostgreSQL is started"),
    ("DATABASE_OWNER_URL", "the same database as the role that owns the tables, for migrations"),
    (
        "SUPPORTSIGNAL_DATA_DIR",
        "where the private PostgreSQL, uploaded files and undelivered mail live (default: data)",
    ),
    ("SUPPORTSIGNAL_POSTGRES_BIN", "folder with PostgreSQL's programs, if not where set-up puts them"),
    ("SUPPORTSIGNAL_PUBLIC_URL", "address under which people reach the server (default: http://127.0.0.1:3000)"),
    ("SUPPORTSIGNAL_TRUST_PROXY", "true: take the visitor's address from X-Forwarded-For (default: false)"),
    ("SUPPORTSIGNAL_SMTP_URL", "smtp://user:password@host:587?tls=required; without it mail is written as files"),
    ("SUPPORTSIGNAL_MAIL_FROM", "sender of mail (default: SupportSignal <no-reply@localhost>)"),
    ("SUPPORTSIGNAL_SESSION_IDLE_MINUTES", "sign-out after this long without a request (default: 720)"),
    ("SUPPORTSIGNAL_SESSION_MAX_HOURS", "sign-out after this long in any case (default: 168)"),
    ("SUPPORTSIGNAL_METRICS_TOKEN", "bearer token for /metrics; without it only loopback may read them"),
    ("SUPPORTSIGNAL_DATABASE_CONNECTIONS", "size of the connection pool (default: 20)"),
    (
        "SUPPORTSIGNAL_AI_KEYS",
        "keys that seal the keys of AI providers and the secrets of two-step sign-in, as 1:<base64 of 32 bytes>,2:...; the highest seals, all open; without it one is kept in the data directory",
    ),
    (
        "SUPPORTSIGNAL_AI_PRIVATE_ADDRESSES",
        "true: AI providers may be on this machine or in its network, also without https (default: true when the public URL is on this machine, else false)",
    ),
    ("SUPPORTSIGNAL_S3_BUCKET", "bucket for uploaded files; without it they lie in the data directory"),
    ("SUPPORTSIGNAL_S3_REGION", "region of the bucket (default: ap-southeast-2)"),
    ("SUPPORTSIGNAL_S3_ENDPOINT", "address of a server other than AWS that speaks S3"),
    ("SUPPORTSIGNAL_S3_KEY_ID", "access key of the bucket"),
    ("SUPPORTSIGNAL_S3_SECRET", "its secret"),
    (
        "SUPPORTSIGNAL_MODEL_DIR",
        "folder with model.safetensors, tokenizer.json and config.json of all-MiniLM-L6-v2, if not where set-up puts them",
    ),
    ("SUPPORTSIGNAL_LOG", "log filter (default: info)"),
    ("SUPPORTSIGNAL_LOG_FORMAT", "json or text (default: json)"),
];

/// Where the database is.
#[derive(Debug, Clone)]
pub enum DatabaseConfig {
    /// A private PostgreSQL below the data directory.
    Embedded,
    /// A server that somebody else runs.
    External {
        /// For the server's own work.
        runtime_url: String,
        /// For migrations; without it they are somebody else's job.
        owner_url: Option<String>,
    },
}

/// Where uploaded files are.
#[derive(Debug, Clone)]
pub enum FilesConfig {
    Folder(PathBuf),
    /// A bucket of AWS, or of another server that speaks S3.
    S3 {
        bucket: String,
        region: String,
        endpoint: Option<String>,
        key_id: String,
        secret: SecretString,
    },
}

impl FilesConfig {
    fn from_env(data_dir: &Path) -> Result<Self, ConfigError> {
        let Some(bucket) = text("SUPPORTSIGNAL_S3_BUCKET") else {
            return Ok(Self::Folder(data_dir.join("files")));
        };
        let needed = |name| {
            text(name).ok_or_else(|| ConfigError { name, reason: "a bucket is set, so this is needed".to_owned() })
        };
        Ok(Self::S3 {
            bucket,
            region: text("SUPPORTSIGNAL_S3_REGION").unwrap_or_else(|| "ap-southeast-2".to_owned()),
            endpoint: text("SUPPORTSIGNAL_S3_ENDPOINT"),
            key_id: needed("SUPPORTSIGNAL_S3_KEY_ID")?,
            secret: SecretString::from(needed("SUPPORTSIGNAL_S3_SECRET")?),
        })
    }
}

/// The settings of one server.
#[derive(Debug, Clone)]
pub struct Config {
    pub database: DatabaseConfig,
    pub database_connections: u32,
    pub data_dir: PathBuf,
    pub postgres_bin: Option<PathBuf>,
    pub public_url: PublicUrl,
    pub trust_proxy: bool,
    pub smtp_url: Option<String>,
    pub mail_from: String,
    pub session_idle: Duration,
    pub session_max: Duration,
    pub metrics_token: Option<String>,
    pub files: FilesConfig,
    /// Where the embedding model is, if not where set-up puts it.
    pub model_dir: Option<PathBuf>,
    /// The program that reads uploaded files apart from the server, if not the server's own; only tests
    /// set it.
    pub extractor: Option<PathBuf>,
    /// What [`crate::platform::seal::KeyRing::from_settings`] reads.
    pub ai_keys: Option<SecretString>,
    pub ai_private_addresses: bool,
}

/// A setting that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{name} can't be used: {reason}")]
pub struct ConfigError {
    name: &'static str,
    reason: String,
}

impl Config {
    /// Reads the environment.
    pub fn from_env() -> Result<Self, ConfigError> {
        let database = match text("DATABASE_URL") {
            Some(runtime_url) => DatabaseConfig::External { runtime_url, owner_url: text("DATABASE_OWNER_URL") },
            None => DatabaseConfig::Embedded,
        };
        let public_url = parsed("SUPPORTSIGNAL_PUBLIC_URL", PublicUrl::default())?;
        let data_dir = PathBuf::from(text("SUPPORTSIGNAL_DATA_DIR").unwrap_or_else(|| "data".to_owned()));
        Ok(Self {
            database,
            database_connections: parsed("SUPPORTSIGNAL_DATABASE_CONNECTIONS", 20)?,
            files: FilesConfig::from_env(&data_dir)?,
            model_dir: text("SUPPORTSIGNAL_MODEL_DIR").map(PathBuf::from),
            extractor: None,
            data_dir,
            postgres_bin: text("SUPPORTSIGNAL_POSTGRES_BIN").map(PathBuf::from),
            trust_proxy: parsed("SUPPORTSIGNAL_TRUST_PROXY", false)?,
            smtp_url: text("SUPPORTSIGNAL_SMTP_URL"),
            mail_from: text("SUPPORTSIGNAL_MAIL_FROM")
                .unwrap_or_else(|| "SupportSignal <no-reply@localhost>".to_owned()),
            session_idle: Duration::from_secs(60 * parsed("SUPPORTSIGNAL_SESSION_IDLE_MINUTES", 720)?),
            session_max: Duration::from_secs(3600 * parsed("SUPPORTSIGNAL_SESSION_MAX_HOURS", 168)?),
            metrics_token: text("SUPPORTSIGNAL_METRICS_TOKEN"),
            ai_keys: text("SUPPORTSIGNAL_AI_KEYS").map(SecretString::from),
            ai_private_addresses: parsed("SUPPORTSIGNAL_AI_PRIVATE_ADDRESSES", public_url.is_on_this_machine())?,
            public_url,
        })
    }
}

impl Config {
    /// Whether the database is a private one of this server.
    pub const fn is_embedded(&self) -> bool {
        matches!(self.database, DatabaseConfig::Embedded)
    }
}

fn text(name: &str) -> Option<String> {
    env::var(name).ok().map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
}

fn parsed<T: FromStr>(name: &'static str, default: T) -> Result<T, ConfigError>
where
    T::Err: std::fmt::Display,
{
    match text(name) {
        None => Ok(default),
        Some(value) => value.parse().map_err(|error: T::Err| ConfigError { name, reason: error.to_string() }),
    }
}

/// The address of the server as people see it: scheme, host and port, without a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl {
    origin: String,
    secure: bool,
}

impl PublicUrl {
    /// `https://host[:port]`, as a browser writes it in an Origin header.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Whether people come by https, so that cookies are bound to it.
    pub const fn is_secure(&self) -> bool {
        self.secure
    }

    /// Whether only people at this machine can come.
    pub fn is_on_this_machine(&self) -> bool {
        let host = self.origin.parse::<http::Uri>().ok().and_then(|uri| uri.host().map(is_loopback));
        host.unwrap_or_default()
    }
}

impl Default for PublicUrl {
    fn default() -> Self {
        Self { origin: "http://127.0.0.1:3000".to_owned(), secure: false }
    }
}

impl FromStr for PublicUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let uri: http::Uri = text.trim_end_matches('/').parse().map_err(|_| "it isn't an address".to_owned())?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err("write it as https://host".to_owned());
        };
        if !matches!(uri.path(), "" | "/") {
            return Err("it may not have a path".to_owned());
        }
        let secure = match scheme {
            "https" => true,
            "http" if is_loopback(authority.host()) => false,
            "http" => return Err("plain http is only for this machine (127.0.0.1 or localhost)".to_owned()),
            _ => return Err("it must start with https://".to_owned()),
        };
        Ok(Self { origin: format!("{scheme}://{authority}").to_lowercase(), secure })
    }
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.trim_matches(['[', ']']).parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::PublicUrl;

    #[test]
    fn plain_http_is_refused_beyond_this_machine() {
        assert!("http://127.0.0.1:3000/".parse::<PublicUrl>().is_ok_and(|url| !url.is_secure()));
        assert!("https://signal.example.org".parse::<PublicUrl>().is_ok_and(|url| url.is_secure()));
        assert!("http://signal.example.org".parse::<PublicUrl>().is_err());
        assert!("https://signal.example.org/app".parse::<PublicUrl>().is_err());
        assert!("signal".parse::<PublicUrl>().is_err());
    }

    #[test]
    fn an_address_says_whether_it_is_only_for_this_machine() {
        for (address, expected) in [
            ("http://127.0.0.1:3000", true),
            ("https://localhost", true),
            ("http://[::1]:3000", true),
            ("https://signal.example.org", false),
            ("https://localhost.example.org", false),
        ] {
            assert_eq!(address.parse::<PublicUrl>().map(|url| url.is_on_this_machine()), Ok(expected), "{address}");
        }
    }
}
