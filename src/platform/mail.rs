//! Mail: by SMTP when it is configured, otherwise as .eml files in the data directory.

use super::config::Config;
use anyhow::Context;
use lettre::{
    AsyncFileTransport, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, header::ContentType},
};
use std::{path::PathBuf, sync::Arc};

/// Whether mail would get away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailCheck {
    /// The mail server takes our connection.
    Taken,
    Refused,
    /// No server is set: mail is kept as files.
    Files,
}

/// Sends plain-text mail.
#[derive(Clone)]
pub struct Mailer {
    from: Mailbox,
    transport: Transport,
}

#[derive(Clone)]
enum Transport {
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    Files { directory: Arc<PathBuf>, transport: Arc<AsyncFileTransport<Tokio1Executor>> },
}

impl Mailer {
    /// Chooses the way out and checks the settings; connects to nothing yet.
    pub fn from_config(config: &Config) -> anyhow::Result<Self> {
        let from =
            config.mail_from.parse().context("SUPPORTSIGNAL_MAIL_FROM isn't an address like Name <name@host>")?;
        let transport = match &config.smtp_url {
            Some(url) => Transport::Smtp(
                AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
                    .context("SUPPORTSIGNAL_SMTP_URL can't be used")?
                    .build(),
            ),
            None => {
                let directory = config.data_dir.join("mail");
                std::fs::create_dir_all(&directory).context("the folder for mail can't be made")?;
                let transport = Arc::new(AsyncFileTransport::new(&directory));
                Transport::Files { directory: Arc::new(directory), transport }
            }
        };
        Ok(Self { from, transport })
    }

    /// Connects to the mail server without sending anything. Its error may quote what was sent, so it isn't
    /// told.
    pub async fn check(&self) -> MailCheck {
        match &self.transport {
            Transport::Files { .. } => MailCheck::Files,
            Transport::Smtp(transport) => match transport.test_connection().await {
                Ok(true) => MailCheck::Taken,
                Ok(false) | Err(_) => MailCheck::Refused,
            },
        }
    }

    /// Sends one mail. The log names neither recipient nor text.
    pub async fn send(&self, to: &str, subject: &str, body: String) -> anyhow::Result<()> {
        let message = Message::builder()
            .from(self.from.clone())
            .to(to.parse().map_err(|_| anyhow::anyhow!("the recipient's address can't be used"))?)
            .subject(subject)
            .header(ContentType::TEXT_PLAIN)
            .body(body)?;
        match &self.transport {
            Transport::Smtp(transport) => {
                transport.send(message).await.map_err(|_| anyhow::anyhow!("the mail server didn't take the mail"))?;
            }
            Transport::Files { directory, transport } => {
                let id = transport.send(message).await.map_err(|_| anyhow::anyhow!("the mail can't be written"))?;
                tracing::info!(mail.file = %directory.join(format!("{id}.eml")).display(), "mail written to a file (no SMTP server is configured)");
            }
        }
        Ok(())
    }
}
