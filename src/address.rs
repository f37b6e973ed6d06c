//! Parts of addresses, written alike by server and browser.

/// Percent-encodes everything but unreserved characters (RFC 3986).
pub fn encode(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

/// The path that was asked for, if it is one of ours; else `/`. Nothing that a browser would read as
/// another host or as a script.
pub fn own_path(path: Option<&str>) -> &str {
    let is_own = |path: &&str| {
        path.starts_with('/')
            && !path.starts_with("//")
            && path.is_ascii()
            && !path.contains('\\')
            && !path.contains(|c: char| c.is_ascii_control())
    };
    path.filter(is_own).unwrap_or("/")
}

#[cfg(test)]
mod tests {
    use super::own_path;

    #[test]
    fn a_path_leads_nowhere_else() {
        assert_eq!(own_path(Some("/banksia/incidents?status=completed")), "/banksia/incidents?status=completed");
        for foreign in ["https://evil.example", "//evil.example", "/\\evil.example", "", "javascript:alert(1)", "/a\tb"]
        {
            assert_eq!(own_path(Some(foreign)), "/", "{foreign}");
        }
        assert_eq!(own_path(None), "/");
    }
}
