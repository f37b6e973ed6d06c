//! What is written down twice says the same twice.

use std::{collections::BTreeMap, fs, path::Path};
use supportsignal::platform::config::SETTINGS;

#[test]
fn the_server_and_the_build_read_the_same_leptos_options() {
    let (deployed, built) = (leptos_options("Leptos.toml"), leptos_options("Cargo.toml"));
    let shared: Vec<_> = deployed.keys().filter(|key| built.contains_key(*key)).collect();
    assert!(shared.len() >= 5, "both files have the table: {shared:?}");
    for key in shared {
        // The build watches for changes; the deployed server doesn't.
        if key != "env" {
            assert_eq!(deployed[key], built[key], "{key}");
        }
    }
    assert_eq!((deployed["env"].as_str(), built["env"].as_str()), ("\"PROD\"", "\"DEV\""));
}

#[test]
fn the_readme_lists_every_setting() {
    let readme = read("README.md");
    let missing: Vec<_> =
        SETTINGS.iter().map(|(name, _)| *name).filter(|name| !readme.contains(&format!("`{name}`"))).collect();
    assert_eq!(missing, Vec::<&str>::new());
}

/// The keys and values of `[package.metadata.leptos]`.
fn leptos_options(file: &str) -> BTreeMap<String, String> {
    let text = read(file);
    let lines = text.lines().skip_while(|line| line.trim() != "[package.metadata.leptos]").skip(1);
    lines
        .take_while(|line| !line.starts_with('['))
        .filter(|line| !line.trim_start().starts_with('#'))
        .filter_map(|line| line.split_once('='))
        .map(|(key, value)| (key.trim().to_owned(), value.trim().to_owned()))
        .collect()
}

fn read(file: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap()
}
