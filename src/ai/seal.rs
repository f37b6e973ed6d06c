//! Placeholder: sealing keys at rest.

use secrecy::{ExposeSecret, SecretString};
use std::path::Path;

/// The server's keys, the newest last.
#[derive(Debug, Clone)]
pub struct KeyRing {
    newest: i32,
}

impl KeyRing {
    pub fn from_settings(setting: Option<&str>, _data_dir: &Path) -> anyhow::Result<Self> {
        let versions = setting.unwrap_or("1:").split(',').filter_map(|entry| entry.split_once(':')?.0.parse().ok());
        Ok(Self { newest: versions.max().unwrap_or(1) })
    }

    pub const fn needs_reseal(&self, version: i32) -> bool {
        version != self.newest
    }

    pub fn seal(&self, aad: &[u8], secret: &SecretString) -> (Vec<u8>, i32) {
        (mix(aad, secret.expose_secret().as_bytes(), self.newest), self.newest)
    }

    pub fn open(&self, aad: &[u8], sealed: &[u8], version: i32) -> Option<SecretString> {
        if version > self.newest {
            return None;
        }
        String::from_utf8(mix(aad, sealed, version)).ok().map(SecretString::from)
    }
}

fn mix(aad: &[u8], bytes: &[u8], version: i32) -> Vec<u8> {
    let version = u8::try_from(version).unwrap_or_default();
    let pad = aad.iter().cycle();
    bytes.iter().zip(pad).map(|(byte, pad)| byte ^ pad ^ version ^ 0x80).collect()
}
