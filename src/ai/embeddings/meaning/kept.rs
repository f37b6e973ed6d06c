//! The weights of the classes as a file: made anew where it is missing, broken or of other examples.

use super::super::{LOCAL_DIMENSIONS, LOCAL_MODEL_SHA256};
use crate::ai::builtin::meaning::{
    examples::{EXAMPLES, WRITTEN},
    regression::{C, Regression},
};
use sha2::{Digest, Sha256};
use std::{
    fs,
    io::{self, ErrorKind},
    path::{Path, PathBuf},
};
use uuid::Uuid;

/// How long a SHA-256 is.
const DIGEST_BYTES: usize = 32;

/// Where the weights are kept: the numbers, and after them their SHA-256.
#[derive(Debug, Clone)]
pub struct Kept {
    path: PathBuf,
}

impl Kept {
    /// A file below `data_dir`, named after what the weights are made from: the examples, the model and
    /// how they are weighed.
    pub fn below(data_dir: &Path) -> Self {
        let origin: String = digest(format!("{LOCAL_MODEL_SHA256} {C}\n{WRITTEN}").as_bytes())
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        Self { path: data_dir.join("meaning").join(format!("{origin}.weights")) }
    }

    /// The weights; none if there are none that can be used.
    pub fn read(&self) -> Option<Regression> {
        let bytes = match fs::read(&self.path) {
            Ok(bytes) => bytes,
            Err(error) => {
                if error.kind() != ErrorKind::NotFound {
                    tracing::warn!(error.kind = ?error.kind(), "kept weights can't be read, so they are made anew");
                }
                return None;
            }
        };
        let weights =
            whole(&bytes).and_then(|numbers| Regression::from_bytes(numbers, LOCAL_DIMENSIONS, EXAMPLES.classes.len()));
        if weights.is_none() {
            tracing::warn!("kept weights are broken, so they are made anew");
        }
        weights
    }

    /// Keeps weights. Without them they are made again after the next start, so a failure is only noted.
    pub fn write(&self, weights: &Regression) {
        if let Err(error) = self.put(&weights.to_bytes()) {
            tracing::warn!(error.kind = ?error.kind(), "weights can't be kept; they are made again after the next start");
        }
    }

    /// Whole or not at all, also where two processes write at once.
    fn put(&self, numbers: &[u8]) -> io::Result<()> {
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder)?;
        }
        let unfinished = self.path.with_extension(Uuid::now_v7().simple().to_string());
        fs::write(&unfinished, [numbers, &digest(numbers)].concat())?;
        fs::rename(&unfinished, &self.path)
    }
}

/// The numbers, if their digest says that they are whole.
fn whole(bytes: &[u8]) -> Option<&[u8]> {
    let (numbers, kept) = bytes.split_last_chunk::<DIGEST_BYTES>()?;
    (digest(numbers) == *kept).then_some(numbers)
}

fn digest(bytes: &[u8]) -> [u8; DIGEST_BYTES] {
    Sha256::digest(bytes).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::env;

    struct Folder(PathBuf);

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn weights() -> Regression {
        let count = EXAMPLES.classes.len() * (LOCAL_DIMENSIONS + 1);
        let bytes: Vec<u8> = (0..count).flat_map(|_| 0.5_f32.to_le_bytes()).collect();
        Regression::from_bytes(&bytes, LOCAL_DIMENSIONS, EXAMPLES.classes.len()).unwrap()
    }

    #[test]
    fn weights_are_read_as_they_were_written_and_never_broken() {
        let folder = Folder(env::temp_dir().join(format!("supportsignal-kept-{}", Uuid::now_v7())));
        let kept = Kept::below(&folder.0);
        assert_eq!(kept.read(), None, "nothing is there");
        kept.write(&weights());
        assert_eq!(kept.read(), Some(weights()));
        let whole = fs::read(&kept.path).unwrap();
        let mut changed = whole.clone();
        changed[7] ^= 1;
        for broken in [&changed[..], &whole[..whole.len() - 4], b"", b"something else"] {
            fs::write(&kept.path, broken).unwrap();
            assert_eq!(kept.read(), None);
        }
        kept.write(&weights());
        assert_eq!(kept.read(), Some(weights()), "made anew");
        assert_eq!(fs::read_dir(folder.0.join("meaning")).unwrap().count(), 1, "nothing unfinished stays");
    }
}
