//! What a server needs besides its database.

use super::Check;
use crate::{
    ai::embeddings,
    platform::{
        config::{Config, DatabaseConfig, FilesConfig},
        files::Files,
        mail::Mailer,
        serve, services,
    },
};
use leptos::config::LeptosOptions;
use lettre::{AsyncSmtpTransport, Tokio1Executor};
use std::{
    env, fs,
    io::ErrorKind,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    path::Path,
    process,
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::timeout,
};

/// How long another program may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// The settings were read before any check could run, so this only tells the ones that matter most.
pub fn settings(config: &Config) -> Check {
    let database = match &config.database {
        DatabaseConfig::Embedded => "a private PostgreSQL",
        DatabaseConfig::External { owner_url: Some(_), .. } => "DATABASE_URL, migrations by DATABASE_OWNER_URL",
        DatabaseConfig::External { owner_url: None, .. } => "DATABASE_URL, migrations by somebody else",
    };
    Check::new(
        "settings",
        Ok(format!("all can be read; people come to {}; database: {database}", config.public_url.origin())),
    )
}

/// Whether files can be written where the private database and undelivered mail go.
pub fn data_directory(config: &Config) -> Check {
    let folder = &config.data_dir;
    let probe = folder.join(format!(".doctor-{}", process::id()));
    let written =
        fs::create_dir_all(folder).and_then(|()| fs::write(&probe, "")).and_then(|()| fs::remove_file(&probe));
    Check::new(
        "data directory",
        match written {
            Ok(()) => Ok(format!("{} can be written", folder.display())),
            Err(error) => Err(format!(
                "{} can't be written ({error}); let this user write there or set SUPPORTSIGNAL_DATA_DIR to another folder",
                folder.display()
            )),
        },
    )
}

/// Whether uploaded files can be kept and found again.
pub async fn file_store(config: &Config) -> Check {
    let (place, advice) = match &config.files {
        FilesConfig::Folder(folder) => (folder.display().to_string(), "let this user write there"),
        FilesConfig::S3 { bucket, .. } => {
            (format!("the bucket {bucket}"), "check the SUPPORTSIGNAL_S3_ settings and what the key may do")
        }
    };
    let key = format!("doctor/{}", process::id());
    let try_out = async {
        let files = Files::from_config(config).map_err(|_| ())?;
        files.put(&key, b"probe".to_vec()).await.map_err(|_| ())?;
        let found = files.get(&key).await.map_err(|_| ())?;
        files.delete(&key).await.map_err(|_| ())?;
        if found == b"probe" { Ok(()) } else { Err(()) }
    };
    let finding = match timeout(PATIENCE, try_out).await {
        Ok(Ok(())) => Ok(format!("{place} can be written, read and tidied")),
        Ok(Err(())) => Err(format!("{place} can't be written and read; {advice}")),
        Err(_) => Err(format!("{place} doesn't answer; {advice}")),
    };
    Check::new("uploaded files", finding)
}

/// Whether mail would get away.
pub async fn mail(config: &Config) -> Check {
    let finding = match (Mailer::from_config(config), &config.smtp_url) {
        (Err(error), _) => Err(format!("{error:#}; correct the setting or remove it")),
        (Ok(_), None) => {
            Ok(format!("no SMTP server is set, so mail is kept as files in {}", config.data_dir.join("mail").display()))
        }
        (Ok(_), Some(url)) => smtp(url).await,
    };
    Check::new("mail", finding)
}

/// Whether the keys of AI providers can be sealed and opened.
pub fn ai(config: &Config) -> Check {
    let finding = match (services::ai(config), config.ai_private_addresses) {
        (Err(error), _) => Err(format!("{error:#}; correct the setting, or bring the file back from a backup")),
        (Ok(_), true) => Ok("keys can be sealed; providers may be on this machine or in its network".to_owned()),
        (Ok(_), false) => Ok("keys can be sealed; providers are reached by https on the Internet only".to_owned()),
    };
    Check::new("AI providers", finding)
}

/// Whether search and classification can compare meanings on this machine.
pub fn model(config: &Config) -> Check {
    let finding = match embeddings::check(config) {
        Ok(folder) => Ok(format!("{} in {}", embeddings::LOCAL_MODEL, folder.display())),
        Err(reason) => Err(format!(
            "{reason}; search and classification go by words only until it is there: run script/setup, or set SUPPORTSIGNAL_MODEL_DIR to its folder"
        )),
    };
    Check::new("meanings", finding)
}

async fn smtp(url: &str) -> Result<String, String> {
    let advice = "check SUPPORTSIGNAL_SMTP_URL (address, port, user, password, tls)";
    let transport: AsyncSmtpTransport<Tokio1Executor> = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
        .map_err(|_| format!("the address of the SMTP server can't be used; {advice}"))?
        .timeout(Some(PATIENCE))
        .build();
    match timeout(PATIENCE, transport.test_connection()).await {
        Ok(Ok(true)) => Ok("the SMTP server takes our connection".to_owned()),
        // The error of a refused sign-in may quote what was sent, so it isn't shown.
        Ok(Ok(false) | Err(_)) => Err(format!("the SMTP server doesn't take our connection; {advice}")),
        Err(_) => Err(format!("the SMTP server doesn't answer; {advice}")),
    }
}

/// The address to serve on and the files to serve.
pub async fn site() -> Vec<Check> {
    match serve::leptos_options() {
        Ok(options) => vec![address(options.site_addr).await, files(&options)],
        Err(error) => {
            let problem = format!("{error:#}; correct Leptos.toml or the LEPTOS_ variables");
            vec![Check::new("site options", Err(problem))]
        }
    }
}

async fn address(address: SocketAddr) -> Check {
    let finding = match TcpListener::bind(address).await {
        Ok(_) => Ok(format!("{address} is free")),
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            if is_ours(address).await {
                Ok(format!("{address} is served by SupportSignal right now"))
            } else {
                Err(format!("another program uses {address}; stop it or set LEPTOS_SITE_ADDR to another address"))
            }
        }
        Err(error) => Err(format!("{address} can't be opened ({error}); set LEPTOS_SITE_ADDR to another address")),
    };
    Check::new("site address", finding)
}

/// Whether what listens there answers as a server of ours does.
async fn is_ours(address: SocketAddr) -> bool {
    let reachable = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    let ask = async {
        let mut stream = TcpStream::connect((reachable, address.port())).await?;
        let request = format!("GET /healthz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await?;
        let mut answer = Vec::new();
        stream.take(16 * 1024).read_to_end(&mut answer).await?;
        Ok::<_, std::io::Error>(answer)
    };
    match timeout(PATIENCE, ask).await {
        Ok(Ok(answer)) => answer.starts_with(b"HTTP/1.1 200") && answer.ends_with(b"\r\n\r\nok"),
        _ => false,
    }
}

fn files(options: &LeptosOptions) -> Check {
    let folder = Path::new(&*options.site_root).join(&*options.site_pkg_dir);
    let endings = ["js", "wasm", "css"];
    let missing: Vec<_> = endings.into_iter().filter(|ending| !holds(&folder, ending)).collect();
    let hashes = env::current_exe().unwrap_or_default().with_file_name(&*options.hash_file);
    let finding = if !missing.is_empty() {
        Err(format!(
            "{} has no {} file; build with `make run`, or set LEPTOS_SITE_ROOT to the folder of a build",
            folder.display(),
            missing.join(", no ")
        ))
    } else if options.hash_files && !hashes.exists() {
        Err(format!("{} is missing, so pages can't name their files; copy it from the build", hashes.display()))
    } else {
        Ok(format!("{} holds the browser's code and styles", folder.display()))
    };
    Check::new("site files", finding)
}

fn holds(folder: &Path, ending: &str) -> bool {
    fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .any(|entry| entry.path().extension().is_some_and(|extension| extension == ending))
}

#[cfg(test)]
mod tests {
    use super::address;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    #[tokio::test]
    async fn a_free_port_is_fine_and_a_taken_one_depends_on_who_answers() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let taken = listener.local_addr().unwrap();
        let server = tokio::spawn(async move {
            for body in ["ok", "hello"] {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut request = [0; 256];
                let _ = stream.read(&mut request).await.unwrap();
                let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len());
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        });
        assert!(!address(taken).await.is_problem(), "our own server");
        assert!(address(taken).await.line().contains("another program"));
        server.await.unwrap();
        assert!(!address(taken).await.is_problem(), "free again");
    }
}
