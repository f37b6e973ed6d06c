//! The user that PostgreSQL runs as. It refuses to run as root, so root hands it to somebody who
//! may do nothing else.

use super::EmbeddedPostgresError;
use rustix::process::{getegid, geteuid};
use std::{
    env, fs,
    os::unix::fs::{MetadataExt, chown, lchown},
    path::Path,
};
use tokio::process::Command;

/// Looked for in this order: an operator may have made one for us; the last is everywhere.
const UNPRIVILEGED: [&str; 2] = ["supportsignal", "nobody"];

/// A user and group by number, and whether this process has to change to them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account {
    uid: u32,
    gid: u32,
    is_other: bool,
}

impl Account {
    /// For a cluster that isn't there yet.
    pub fn of_new() -> Result<Self, EmbeddedPostgresError> {
        if !geteuid().is_root() {
            return Ok(Self { uid: geteuid().as_raw(), gid: getegid().as_raw(), is_other: false });
        }
        let path = Path::new("/etc/passwd");
        let users = fs::read_to_string(path).map_err(EmbeddedPostgresError::files(path))?;
        UNPRIVILEGED.iter().find_map(|name| find_user(&users, name)).ok_or_else(|| {
            EmbeddedPostgresError::StartFailed(
                "it refuses to run as root, and this system has neither a user `supportsignal` nor `nobody`".to_owned(),
            )
        })
    }

    /// For a cluster that is there: root continues as whoever owns it.
    pub fn of_existing(root: &Path) -> Result<Self, EmbeddedPostgresError> {
        let metadata = fs::metadata(root).map_err(EmbeddedPostgresError::files(root))?;
        let owner = metadata.uid();
        if geteuid().is_root() {
            if owner != 0 {
                return Ok(Self { uid: owner, gid: metadata.gid(), is_other: true });
            }
            // Copied or restored by root, who then owns every file of it.
            let account = Self::of_new()?;
            account.own_all(root)?;
            return Ok(account);
        }
        if owner != geteuid().as_raw() {
            return Err(EmbeddedPostgresError::NotOurs { path: root.to_owned(), owner });
        }
        Self::of_new()
    }

    /// The user's number.
    pub const fn uid(self) -> u32 {
        self.uid
    }

    /// Makes a command run as this user, without this process's environment: it holds secrets that
    /// PostgreSQL has no use for, and PG* variables that would mislead it.
    pub fn apply(self, command: &mut Command) {
        let kept = ["PATH", "LD_LIBRARY_PATH"].into_iter().filter_map(|name| Some((name, env::var_os(name)?)));
        command.env_clear().envs(kept).env("LC_ALL", "C").env("TZ", "UTC");
        if self.is_other {
            // Changing the user also drops root's supplementary groups.
            command.uid(self.uid).gid(self.gid);
        }
    }

    /// Gives a file or folder to this user.
    pub fn own(self, path: &Path) -> Result<(), EmbeddedPostgresError> {
        if !self.is_other {
            return Ok(());
        }
        chown(path, Some(self.uid), Some(self.gid)).map_err(EmbeddedPostgresError::files(path))
    }

    fn own_all(self, path: &Path) -> Result<(), EmbeddedPostgresError> {
        let failed = EmbeddedPostgresError::files(path);
        lchown(path, Some(self.uid), Some(self.gid)).map_err(failed)?;
        let is_dir = fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_dir());
        if is_dir {
            for entry in fs::read_dir(path).map_err(EmbeddedPostgresError::files(path))? {
                self.own_all(&entry.map_err(EmbeddedPostgresError::files(path))?.path())?;
            }
        }
        Ok(())
    }

    /// Says which folder on the way to a path this user can't enter.
    pub fn require_access(self, path: &Path) -> Result<(), EmbeddedPostgresError> {
        if !self.is_other {
            return Ok(());
        }
        for step in path.ancestors().filter(|step| !step.as_os_str().is_empty()) {
            let metadata = fs::metadata(step).map_err(EmbeddedPostgresError::files(step))?;
            if !self.may_execute(&metadata) {
                return Err(EmbeddedPostgresError::Unreachable { path: step.to_owned(), uid: self.uid });
            }
        }
        Ok(())
    }

    fn may_execute(self, metadata: &fs::Metadata) -> bool {
        let bit = if metadata.uid() == self.uid {
            0o100
        } else if metadata.gid() == self.gid {
            0o010
        } else {
            0o001
        };
        metadata.mode() & bit != 0
    }
}

/// Reads a line of /etc/passwd: `name:x:uid:gid:...`.
fn find_user(users: &str, name: &str) -> Option<Account> {
    let mut fields = users
        .lines()
        .map(|line| line.split(':'))
        .find_map(|mut fields| (fields.next() == Some(name)).then_some(fields))?;
    let (uid, gid) = (fields.nth(1)?.parse().ok()?, fields.next()?.parse().ok()?);
    (uid != 0).then_some(Account { uid, gid, is_other: true })
}

#[cfg(test)]
mod tests {
    use super::{Account, find_user};

    const USERS: &str = "root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65533:nobody:/nonexistent:/usr/sbin/nologin\n";

    #[test]
    fn the_unprivileged_user_is_read_from_the_system() {
        assert_eq!(find_user(USERS, "nobody"), Some(Account { uid: 65534, gid: 65533, is_other: true }));
        assert_eq!(find_user(USERS, "supportsignal"), None);
    }

    #[test]
    fn root_is_never_taken_for_an_unprivileged_user() {
        assert_eq!(find_user("nobody:x:0:0::/:/bin/sh", "nobody"), None);
    }
}
