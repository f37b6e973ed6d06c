//! Secrets at rest, such as the keys of AI providers and what a person's authenticator app shares with
//! the server: sealed with AES-256-GCM under the server's own keys, bound to the row that they are in,
//! so that a sealed secret copied to another row opens nothing.
//!
//! A sealed secret is the version of the server's key (4 bytes, big endian), a random nonce (12 bytes) and
//! the ciphertext with its tag. The newest version seals; every version that is still listed opens, so
//! keys can be changed without downtime: list the new one beside the old, let everything be sealed
//! again, drop the old one.

use aes_gcm::{
    Aes256Gcm, KeyInit,
    aead::{Aead, Payload},
};
use anyhow::{Context, bail, ensure};
use base64::{Engine, engine::general_purpose::STANDARD};
use secrecy::{ExposeSecret, SecretString};
use std::{
    collections::BTreeMap,
    fs::{self, DirBuilder, OpenOptions},
    io::{ErrorKind, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::Path,
    sync::Arc,
};

const VERSION_BYTES: usize = 4;
const NONCE_BYTES: usize = 12;

/// The server's keys, by version.
#[derive(Clone)]
pub struct KeyRing {
    ciphers: Arc<BTreeMap<i32, Aes256Gcm>>,
    newest: i32,
}

impl KeyRing {
    /// From the setting (`1:<base64 of 32 bytes>,2:<base64>`), or without it from the file
    /// `keys/ai-keys` in the data directory, which is made with one random key if it is missing.
    pub fn from_settings(setting: Option<&str>, data_dir: &Path) -> anyhow::Result<Self> {
        match setting {
            Some(text) => Self::parse(text).context("SUPPORTSIGNAL_AI_KEYS can't be used"),
            None => {
                let path = data_dir.join("keys").join("ai-keys");
                let text = read_or_create(&path).with_context(|| format!("{} can't be used", path.display()))?;
                Self::parse(&text).with_context(|| format!("{} can't be used", path.display()))
            }
        }
    }

    fn parse(text: &str) -> anyhow::Result<Self> {
        let mut ciphers = BTreeMap::new();
        for entry in text.split([',', '\n']).map(str::trim).filter(|entry| !entry.is_empty()) {
            let (version, key) = entry.split_once(':').context("an entry isn't written as number:key")?;
            let version: i32 = version.trim().parse().ok().filter(|version| *version > 0).context(
                "an entry doesn't start with a whole number above 0", // the entry itself would show a key
            )?;
            let key = STANDARD.decode(key.trim()).ok().filter(|key| key.len() == 32);
            let key = key.with_context(|| format!("key {version} isn't 32 bytes in base64"))?;
            let cipher = Aes256Gcm::new_from_slice(&key).ok().context("a key has the wrong length")?;
            ensure!(ciphers.insert(version, cipher).is_none(), "key {version} is there twice");
        }
        let Some(newest) = ciphers.keys().next_back().copied() else { bail!("there is no key in it") };
        Ok(Self { ciphers: Arc::new(ciphers), newest })
    }

    /// Seals a secret for its row, which the bytes name (of a provider's key: tenant and provider); also
    /// says under which version.
    pub fn seal(&self, row: &[u8], key: &SecretString) -> (Vec<u8>, i32) {
        let nonce: [u8; NONCE_BYTES] = rand::random();
        let aad = associated_data(row, self.newest);
        let payload = Payload { msg: key.expose_secret().as_bytes(), aad: &aad };
        let Some(Ok(ciphertext)) =
            self.ciphers.get(&self.newest).map(|cipher| cipher.encrypt((&nonce).into(), payload))
        else {
            unreachable!("the newest key is in the ring, and no secret has 64 GiB")
        };
        ([&self.newest.to_be_bytes()[..], &nonce, &ciphertext].concat(), self.newest)
    }

    /// Opens what `seal` made for the same row. `None` if the key's version is gone, the row is
    /// another, or a byte has changed.
    pub fn open(&self, row: &[u8], sealed: &[u8], version: i32) -> Option<SecretString> {
        let (prefix, rest) = sealed.split_first_chunk::<VERSION_BYTES>()?;
        let (nonce, ciphertext) = rest.split_first_chunk::<NONCE_BYTES>()?;
        if i32::from_be_bytes(*prefix) != version {
            return None;
        }
        let aad = associated_data(row, version);
        let plain = self.ciphers.get(&version)?.decrypt(nonce.into(), Payload { msg: ciphertext, aad: &aad }).ok()?;
        String::from_utf8(plain).ok().map(SecretString::from)
    }

    /// Whether something sealed under this version should be sealed again under the newest.
    pub const fn needs_reseal(&self, version: i32) -> bool {
        version != self.newest
    }
}

/// The version is authenticated too, so that it can't be changed for another.
fn associated_data(row: &[u8], version: i32) -> Vec<u8> {
    [&version.to_be_bytes()[..], row].concat()
}

/// Two processes that start together end up with the same file: whoever links it first wins.
fn read_or_create(path: &Path) -> anyhow::Result<String> {
    match fs::read_to_string(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => create(path)?,
        read => return Ok(read?),
    }
    Ok(fs::read_to_string(path)?)
}

fn create(path: &Path) -> anyhow::Result<()> {
    let folder = path.parent().context("it has no folder")?;
    // The data directory itself is not only ours.
    fs::create_dir_all(folder.parent().context("it has no folder")?)?;
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let key: [u8; 32] = rand::random();
    let draft = folder.join(format!(".ai-keys-{}", uuid::Uuid::now_v7().simple()));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
    writeln!(file, "1:{}", STANDARD.encode(key))?;
    file.sync_all()?;
    let linked = fs::hard_link(&draft, path);
    fs::remove_file(&draft)?;
    match linked {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error.into()),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::KeyRing;
    use crate::ids::{ProviderId, TenantId};
    use base64::{Engine, engine::general_purpose::STANDARD};
    use secrecy::{ExposeSecret, SecretString};
    use std::{fs, os::unix::fs::PermissionsExt, path::Path};

    fn ring(setting: &str) -> KeyRing {
        KeyRing::parse(setting).expect("keys")
    }

    fn key(byte: u8) -> String {
        STANDARD.encode([byte; 32])
    }

    fn row(tenant: TenantId, provider: ProviderId) -> Vec<u8> {
        [*tenant.uuid().as_bytes(), *provider.uuid().as_bytes()].concat()
    }

    fn new_row() -> Vec<u8> {
        row(TenantId::generate(), ProviderId::generate())
    }

    fn opens(ring: &KeyRing, row: &[u8], sealed: &[u8], version: i32) -> Option<String> {
        ring.open(row, sealed, version).map(|key| key.expose_secret().to_owned())
    }

    #[test]
    fn a_key_comes_back_for_its_own_row_only() {
        let (ring, tenant, provider) = (ring(&format!("1:{}", key(7))), TenantId::generate(), ProviderId::generate());
        let (sealed, version) = ring.seal(&row(tenant, provider), &SecretString::from("sk-test-1234"));
        assert_eq!(version, 1);
        assert!(!sealed.windows(4).any(|bytes| bytes == b"1234"), "it isn't readable");
        assert_eq!(opens(&ring, &row(tenant, provider), &sealed, 1).as_deref(), Some("sk-test-1234"));
        let (other_tenant, other_provider) = (TenantId::generate(), ProviderId::generate());
        assert_eq!(opens(&ring, &row(other_tenant, provider), &sealed, 1), None, "another tenant");
        assert_eq!(opens(&ring, &row(tenant, other_provider), &sealed, 1), None, "another provider of the tenant");
    }

    #[test]
    fn the_same_key_is_sealed_differently_each_time() {
        let (ring, row) = (ring(&format!("1:{}", key(7))), new_row());
        let secret = SecretString::from("sk-test-1234");
        assert_ne!(ring.seal(&row, &secret).0, ring.seal(&row, &secret).0);
    }

    #[test]
    fn a_changed_byte_opens_nothing() {
        let (ring, row) = (ring(&format!("1:{},2:{}", key(7), key(7))), new_row());
        let (sealed, version) = ring.seal(&row, &SecretString::from("sk-test-1234"));
        for place in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[place] ^= 1;
            assert_eq!(opens(&ring, &row, &changed, version), None, "byte {place}");
        }
        for length in 0..sealed.len() {
            assert_eq!(opens(&ring, &row, &sealed[..length], version), None, "cut to {length}");
        }
        assert_eq!(opens(&ring, &row, &sealed, 1), None, "another version, even with the same bytes of key");
    }

    #[test]
    fn keys_rotate_without_losing_what_is_sealed() {
        let row = new_row();
        let secret = SecretString::from("sk-test-1234");
        let (sealed, version) = ring(&format!("1:{}", key(1))).seal(&row, &secret);
        let both = ring(&format!(" 1:{} ,\n 2:{} ", key(1), key(2)));
        assert_eq!(opens(&both, &row, &sealed, version).as_deref(), Some("sk-test-1234"));
        assert!(both.needs_reseal(version));
        let (resealed, newer) = both.seal(&row, &secret);
        assert_eq!(newer, 2);
        assert!(!both.needs_reseal(newer));
        let new_only = ring(&format!("2:{}", key(2)));
        assert_eq!(opens(&new_only, &row, &resealed, newer).as_deref(), Some("sk-test-1234"));
        assert_eq!(opens(&new_only, &row, &sealed, version), None, "the old key is gone");
    }

    #[test]
    fn a_setting_that_cannot_be_used_is_refused_without_showing_it() {
        let good = key(1);
        for bad in [
            String::new(),
            good.clone(),
            format!("x:{good}"),
            format!("0:{good}"),
            format!("1:{good},1:{good}"),
            format!("1:{}", STANDARD.encode([1_u8; 31])),
            format!("1:{good}!"),
        ] {
            let error = KeyRing::from_settings(Some(&bad), Path::new("/nowhere")).err().map(|e| format!("{e:#}"));
            assert!(error.as_deref().is_some_and(|error| !error.contains(&good[..8])), "{bad}: {error:?}");
        }
    }

    #[test]
    fn without_the_setting_a_file_is_made_once_and_kept_private() {
        let folder = std::env::temp_dir().join(format!("supportsignal-keys-{}", uuid::Uuid::now_v7().simple()));
        let row = new_row();
        let first = KeyRing::from_settings(None, &folder).expect("a new file");
        let (sealed, version) = first.seal(&row, &SecretString::from("sk-test-1234"));
        let again = KeyRing::from_settings(None, &folder).expect("the same file");
        assert_eq!(opens(&again, &row, &sealed, version).as_deref(), Some("sk-test-1234"));
        let mode = |path: &Path| fs::metadata(path).expect("metadata").permissions().mode() & 0o777;
        assert_eq!((mode(&folder.join("keys")), mode(&folder.join("keys/ai-keys"))), (0o700, 0o600));
        assert_eq!(fs::read_dir(folder.join("keys")).expect("folder").count(), 1, "no draft stays behind");
        fs::remove_dir_all(&folder).expect("clean up");
    }
}
