//! The address of a provider's server.

const MAX_ADDRESS: usize = 300;

/// Reads an address as a person types it: https, a host, perhaps a port and a path. Plain http only
/// where private addresses are allowed, for a server on the organisation's own network. A line about
/// what is wrong otherwise.
pub fn parse_address(text: &str, may_be_private: bool) -> Result<String, &'static str> {
    const FORM: &str = "Enter the address as https://host/path, for example https://ai.example.org/v1.";
    let text = text.trim().trim_end_matches('/');
    if text.chars().count() > MAX_ADDRESS {
        return Err("Use at most 300 characters for the address.");
    }
    let (scheme, rest) = text.split_once("://").ok_or(FORM)?;
    let scheme = scheme.to_ascii_lowercase();
    match scheme.as_str() {
        "https" => (),
        "http" if may_be_private => (),
        "http" => return Err("Use an address that starts with https://, so that nobody on the way can read along."),
        _ => return Err(FORM),
    }
    let (authority, path) = rest.split_once('/').map_or((rest, None), |(authority, path)| (authority, Some(path)));
    if authority.contains('@') || rest.contains(['?', '#']) {
        return Err("Leave out names, passwords and what follows a question mark. The key has a field of its own.");
    }
    let is_path = |path: &str| path.chars().all(|c| c.is_ascii_graphic() && !matches!(c, '<' | '>' | '"' | '\\' | '`'));
    if !is_authority(authority) || !path.is_none_or(is_path) {
        return Err(FORM);
    }
    let path = path.map(|path| format!("/{path}")).unwrap_or_default();
    Ok(format!("{scheme}://{}{path}", authority.to_ascii_lowercase()))
}

/// A host and perhaps a port.
fn is_authority(authority: &str) -> bool {
    let (host, port) = match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, rest)) if host.parse::<std::net::Ipv6Addr>().is_ok() => match rest.strip_prefix(':') {
            None if rest.is_empty() => return true,
            None => return false,
            port => ("v6", port),
        },
        Some(_) => return false,
        None => authority.rsplit_once(':').map_or((authority, None), |(host, port)| (host, Some(port))),
    };
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    host.split('.').all(is_label)
        && port.is_none_or(|port| port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|port| port > 0))
}

#[cfg(test)]
mod tests {
    use super::parse_address;
    use proptest::prelude::*;

    #[test]
    fn addresses_are_tidied() {
        let read = |text| parse_address(text, false);
        assert_eq!(read(" HTTPS://AI.Example.org/V1/ ").as_deref(), Ok("https://ai.example.org/V1"));
        assert_eq!(read("https://10.0.0.1:8443").as_deref(), Ok("https://10.0.0.1:8443"));
        assert_eq!(read("https://[2001:db8::1]:8443/v1").as_deref(), Ok("https://[2001:db8::1]:8443/v1"));
        assert_eq!(parse_address("http://127.0.0.1:11434/v1", true).as_deref(), Ok("http://127.0.0.1:11434/v1"));
    }

    #[test]
    fn plain_http_needs_permission() {
        assert!(parse_address("http://ai.example.org", false).is_err_and(|problem| problem.contains("https")));
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for bad in [
            "",
            "ai.example.org",
            "ftp://ai.example.org",
            "https://",
            "https:///v1",
            "https://ai..example.org",
            "https://-ai.example.org",
            "https://user:secret@ai.example.org",
            "https://ai.example.org?key=secret",
            "https://ai.example.org/v1#x",
            "https://ai.example.org:port",
            "https://ai.example.org:99999",
            "https://ai.example.org:0",
            "https://ai.example.org:",
            "https://[nonsense]/",
            "https://[::1]x",
            "https://ai example.org",
            "https://ai.example.org/a b",
            "javascript:alert(1)",
            "https://ai.example.org/\u{202e}",
        ] {
            assert!(parse_address(bad, true).is_err(), "{bad}");
        }
        assert!(parse_address(&format!("https://ai.example.org/{}", "a".repeat(300)), true).is_err());
    }

    proptest! {
        #[test]
        fn what_passes_fits_the_table_and_stays_the_same(text in "https?://[ -~]{0,60}") {
            if let Ok(address) = parse_address(&text, true) {
                prop_assert!((8..=300).contains(&address.len()));
                prop_assert_eq!(parse_address(&address, true), Ok(address.clone()));
            }
        }
    }
}
