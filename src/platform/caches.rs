//! Where `script/setup` puts what is fetched once for all checkouts.

use std::{env, path::PathBuf};

/// Root fills the shared folder, everybody else their own. Each also looks in the shared one; root
/// doesn't look in its own, because PostgreSQL runs as a user who may not enter it.
pub fn folders() -> Vec<PathBuf> {
    let shared = PathBuf::from("/var/cache");
    if rustix::process::geteuid().is_root() {
        return vec![shared];
    }
    let own = env::var_os("XDG_CACHE_HOME")
        .filter(|folder| !folder.is_empty())
        .map(PathBuf::from)
        .or_else(|| env::home_dir().map(|home| home.join(".cache")));
    own.into_iter().chain([shared]).collect()
}
