//! Where providers may be. Admins of a tenant choose the address, and the server connects: without
//! these rules they could have it call what only the server can reach (server-side request forgery).

use crate::ai::provider::ProviderKind;
use reqwest::{
    Url,
    dns::{Addrs, Name, Resolve, Resolving},
};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// Why a provider can't be at an address, as a sentence for the one who wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressProblem {
    #[error("This kind of provider needs an address.")]
    Missing,
    #[error("Write the address as https://host/path.")]
    NotAnAddress,
    #[error("The address must start with https://.")]
    NotSecure,
    #[error("The address may not have a user name, a password or a part after #.")]
    TooMuch,
    #[error("The address is inside this server's own network, which isn't allowed here.")]
    Private,
}

/// A name led only to addresses that are not allowed; found in the source chain of a failed request.
#[derive(Debug, thiserror::Error)]
#[error("the address is not allowed")]
pub struct AddressRefused;

/// The address under which requests of this kind are made; it ends with a slash. An address without a
/// path gets the usual one.
pub fn base_url(kind: ProviderKind, told: Option<&str>, allow_private: bool) -> Result<Url, AddressProblem> {
    let text = told.map(str::trim).filter(|text| !text.is_empty());
    let text = text.or_else(|| kind.usual_address()).ok_or(AddressProblem::Missing)?;
    let mut url = Url::parse(text).map_err(|_| AddressProblem::NotAnAddress)?;
    let host = url.host_str().ok_or(AddressProblem::NotAnAddress)?;
    match url.scheme() {
        "https" => (),
        "http" if allow_private => (),
        "http" => return Err(AddressProblem::NotSecure),
        _ => return Err(AddressProblem::NotAnAddress),
    }
    if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
        return Err(AddressProblem::TooMuch);
    }
    let literal: Option<IpAddr> = host.trim_matches(['[', ']']).parse().ok();
    if literal.is_some_and(|ip| !allow_private && !is_global(ip)) {
        return Err(AddressProblem::Private);
    }
    let path = match url.path() {
        "/" => usual_path(kind).to_owned(),
        path => format!("{}/", path.trim_end_matches('/')),
    };
    url.set_path(&path);
    // Only these two have addresses with a query (such as ?api-version=).
    if !matches!(kind, ProviderKind::OpenAi | ProviderKind::OpenAiCompatible) {
        url.set_query(None);
    }
    Ok(url)
}

const fn usual_path(kind: ProviderKind) -> &'static str {
    match kind {
        ProviderKind::OpenAi | ProviderKind::OpenAiCompatible | ProviderKind::Anthropic => "/v1/",
        ProviderKind::Gemini => "/v1beta/",
        ProviderKind::Ollama => "/",
    }
}

/// Looks names up and leaves out what may not be connected to, so that a name can't lead inside,
/// whatever it led to when it was saved.
pub struct GuardedResolver {
    pub allow_private: bool,
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let allow_private = self.allow_private;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let allowed: Vec<SocketAddr> = found.filter(|address| allow_private || is_global(address.ip())).collect();
            if allowed.is_empty() {
                return Err(AddressRefused.into());
            }
            let allowed: Addrs = Box::new(allowed.into_iter());
            Ok(allowed)
        })
    }
}

/// Whether an address is one of the public Internet, by IANA's registries of special-purpose addresses.
fn is_global(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_global_v4(ip),
        IpAddr::V6(ip) => is_global_v6(ip),
    }
}

fn is_global_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let special = ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_documentation()
        || ip.is_multicast()
        || a == 0
        || a >= 240 // reserved, and the broadcast address
        || (a == 100 && (64..128).contains(&b)) // carrier-grade NAT, RFC 6598
        || (a == 192 && b == 0 && c == 0) // protocol assignments, RFC 6890
        || (a == 192 && b == 88 && c == 99) // 6to4 relays, RFC 7526
        || (a == 198 && (18..20).contains(&b)); // benchmarks, RFC 2544
    !special
}

fn is_global_v6(ip: Ipv6Addr) -> bool {
    let segments = ip.segments();
    if let [0, 0, 0, 0, 0, 0xffff, _, _] | [0x64, 0xff9b, 0, 0, 0, 0, _, _] = segments {
        // IPv4-mapped, and IPv4 behind NAT64: as global as what they stand for.
        let [.., a, b, c, d] = ip.octets();
        return is_global_v4(Ipv4Addr::new(a, b, c, d));
    }
    let is_unicast = segments[0] & 0xe000 == 0x2000;
    let special = match segments[0] {
        0x2001 => segments[1] < 0x200 || segments[1] == 0xdb8, // protocol assignments, Teredo; documentation
        0x2002 => true,                                        // 6to4 may lead to any IPv4
        0x3fff => segments[1] < 0x1000,                        // documentation
        _ => false,
    };
    is_unicast && !special
}

#[cfg(test)]
mod tests {
    use super::{AddressProblem, base_url, is_global};
    use crate::ai::provider::ProviderKind::{self, Anthropic, Gemini, Ollama, OpenAi, OpenAiCompatible};

    fn url(kind: ProviderKind, told: &str, allow_private: bool) -> Result<String, AddressProblem> {
        base_url(kind, Some(told), allow_private).map(Into::into)
    }

    #[test]
    fn only_addresses_of_the_public_internet_are_global() {
        for global in ["1.1.1.1", "100.63.0.1", "100.128.0.1", "198.17.0.1", "2606:4700::1111", "::ffff:1.1.1.1"] {
            assert!(is_global(global.parse().expect(global)), "{global}");
        }
        for special in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.9.9.9",
            "169.254.169.254",
            "172.16.0.1",
            "192.0.0.170",
            "192.0.2.1",
            "192.168.1.1",
            "198.18.0.1",
            "203.0.113.9",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::a00:1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff::1",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!is_global(special.parse().expect(special)), "{special}");
        }
    }

    #[test]
    fn a_literal_address_inside_is_refused_however_it_is_written() {
        for inside in [
            "https://127.0.0.1/v1",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://0177.0.0.1",
            "https://[::1]:8443",
            "https://[::ffff:10.0.0.1]/",
            "https://169.254.169.254/latest",
            "https://192.168.0.1.",
        ] {
            assert_eq!(url(OpenAiCompatible, inside, false), Err(AddressProblem::Private), "{inside}");
            assert!(url(OpenAiCompatible, inside, true).is_ok(), "{inside}");
        }
    }

    #[test]
    fn only_https_unless_private_addresses_are_allowed() {
        assert_eq!(url(OpenAiCompatible, "http://ai.example.org/v1", false), Err(AddressProblem::NotSecure));
        assert_eq!(base_url(Ollama, None, false), Err(AddressProblem::NotSecure));
        assert_eq!(base_url(Ollama, None, true).map(String::from), Ok("http://localhost:11434/".to_owned()));
        for odd in ["file:///etc/passwd", "ftp://ai.example.org", "ai.example.org", "https://", "javascript:alert(1)"] {
            assert_eq!(url(OpenAiCompatible, odd, true), Err(AddressProblem::NotAnAddress), "{odd}");
        }
        assert_eq!(url(OpenAi, "https://user:pass@ai.example.org", true), Err(AddressProblem::TooMuch));
        assert_eq!(base_url(OpenAiCompatible, Some("  "), true), Err(AddressProblem::Missing));
    }

    #[test]
    fn an_address_without_a_path_gets_the_usual_one() {
        assert_eq!(url(OpenAi, "https://ai.example.org", false).as_deref(), Ok("https://ai.example.org/v1/"));
        assert_eq!(url(Anthropic, "https://ai.example.org/", false).as_deref(), Ok("https://ai.example.org/v1/"));
        assert_eq!(url(Gemini, "https://ai.example.org", false).as_deref(), Ok("https://ai.example.org/v1beta/"));
        assert_eq!(
            url(OpenAiCompatible, "https://ai.example.org/a/v2", false).as_deref(),
            Ok("https://ai.example.org/a/v2/")
        );
        let azure = "https://ai.example.org/openai/deployments/x?api-version=2025-01-01";
        let expected = "https://ai.example.org/openai/deployments/x/?api-version=2025-01-01";
        assert_eq!(url(OpenAiCompatible, azure, false).as_deref(), Ok(expected));
    }
}
