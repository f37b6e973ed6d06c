//! The HTTP clients under the library: one that reaches providers, with our own certificates and
//! cryptography, no redirects, no proxy from the environment, and no way inside the server's network;
//! and one for this machine, such as for the gateway in front of it.

use super::{ClientLimits, address::GuardedResolver};
use anyhow::Context;
use reqwest::{Client, ClientBuilder, redirect::Policy};
use rustls::{ClientConfig, RootCertStore, crypto::ring};
use std::{sync::Arc, time::Duration};

/// The one that reaches providers.
pub fn guarded(limits: &ClientLimits) -> anyhow::Result<Client> {
    builder()?
        .https_only(!limits.allow_private_addresses)
        .dns_resolver(GuardedResolver { allow_private: limits.allow_private_addresses })
        .connect_timeout(limits.connect_timeout)
        .user_agent(concat!("SupportSignal/", env!("CARGO_PKG_VERSION")))
        .build()
        .context("the HTTP client for AI providers can't be built")
}

/// One that reaches servers on this machine.
pub fn local() -> anyhow::Result<Client> {
    builder()?.build().context("the HTTP client for this machine can't be built")
}

fn builder() -> anyhow::Result<ClientBuilder> {
    Ok(Client::builder()
        .tls_backend_preconfigured(tls()?)
        // A redirect could lead inside, and would take the key and the narrative along.
        .redirect(Policy::none())
        .referer(false)
        // A proxy would look names up itself, past the guard.
        .no_proxy()
        // A small compressed answer can be a huge one.
        .no_gzip()
        .pool_idle_timeout(Duration::from_secs(30)))
}

/// The same cryptography and certificate authorities that the database and mail use; the machine needs
/// no certificates of its own.
fn tls() -> anyhow::Result<ClientConfig> {
    let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}
