//! The last stretch to a provider, inside this process. The library reads an answer to its end however
//! long that is, and neither it nor the HTTP client that it takes can be told how much is enough, so
//! that one provider without an end would take all memory from all tenants. The library therefore
//! speaks to this gateway, on an address of this machine that nobody else knows; the gateway asks the
//! provider, and hands on as many bytes as were allowed, piece by piece.

use super::{CallProblem, failure::Failure};
use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    response::{IntoResponse, Response},
    serve::ListenerExt,
};
use futures::{Stream, StreamExt};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header};
use reqwest::{Client, Url};
use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
};
use tokio::{net::TcpListener, task::AbortHandle};

/// For a whole answer: more than any model writes.
pub const WHOLE_ANSWER_BYTES: usize = 2 * 1024 * 1024;
/// For a stream with its frames around every few letters, and for a batch of vectors in digits.
pub const LONG_ANSWER_BYTES: usize = 8 * 1024 * 1024;

/// How the gateway says why it has no answer of the provider's to hand on.
const PROBLEM: HeaderName = HeaderName::from_static("x-gateway-problem");

/// What it can say.
const PROBLEMS: [(&str, CallProblem); 5] = [
    ("address", CallProblem::AddressNotAllowed),
    ("request", CallProblem::Unauthorised),
    ("connection", CallProblem::Unreachable),
    ("time", CallProblem::TimedOut),
    ("lost", CallProblem::Truncated),
];

/// What belongs to one connection, not to what is said over it (RFC 9110), and our own word.
const OF_ONE_CONNECTION: [HeaderName; 7] = [
    header::HOST,
    header::CONNECTION,
    header::CONTENT_LENGTH,
    header::TRANSFER_ENCODING,
    header::TE,
    header::UPGRADE,
    PROBLEM,
];

/// An open gateway; it closes when dropped.
pub struct Gateway {
    address: SocketAddr,
    pass: Arc<str>,
    server: AbortHandle,
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Gateway {
    /// Opens one that asks providers through `client`.
    pub async fn open(client: Client) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        // Others on this machine can find the port.
        let pass: Arc<str> = format!("{:032x}", rand::random::<u128>()).into();
        let router = Router::new().fallback(forward).with_state(Onward { client, pass: pass.clone() });
        // The pieces of a stream are small, and each is waited for.
        let listener = listener.tap_io(|connection| {
            let _ = connection.set_nodelay(true);
        });
        let server = tokio::spawn(async move { axum::serve(listener, router).await }).abort_handle();
        Ok(Self { address, pass, server })
    }

    /// The address under which the library reaches `provider`, and gets at most this much as an answer.
    pub fn way_to(&self, provider: &Url, most_bytes: usize) -> Option<Url> {
        let way = format!(
            "http://{}/{}/{most_bytes}/{}/{}{}",
            self.address,
            self.pass,
            provider.scheme(),
            provider.authority(),
            provider.path()
        );
        let mut way = Url::parse(&way).ok()?;
        way.set_query(provider.query());
        Some(way)
    }
}

/// What the gateway said in place of a provider's answer.
pub fn problem(headers: &HeaderMap) -> Option<CallProblem> {
    let told = headers.get(PROBLEM)?;
    PROBLEMS.iter().find(|(word, _)| told == *word).map(|(_, problem)| *problem)
}

#[derive(Clone)]
struct Onward {
    client: Client,
    pass: Arc<str>,
}

async fn forward(State(onward): State<Onward>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Some((provider, most_bytes)) = destination(&parts.uri, &onward.pass) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let Ok(body) = to_bytes(body, usize::MAX).await else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let asked = onward.client.request(parts.method, provider).headers(passed_on(parts.headers)).body(body).send().await;
    match asked {
        Ok(response) => answered(response, most_bytes),
        Err(error) => unanswered(Failure::of_transport(&error).problem),
    }
}

/// Where [`Gateway::way_to`] leads.
fn destination(way: &Uri, pass: &str) -> Option<(Url, usize)> {
    let mut parts = way.path_and_query()?.as_str().splitn(6, '/').skip(1);
    if parts.next()? != pass {
        return None;
    }
    let most_bytes = parts.next()?.parse().ok()?;
    let (scheme, authority, rest) = (parts.next()?, parts.next()?, parts.next()?);
    Some((Url::parse(&format!("{scheme}://{authority}/{rest}")).ok()?, most_bytes))
}

fn passed_on(mut headers: HeaderMap) -> HeaderMap {
    for name in OF_ONE_CONNECTION {
        headers.remove(name);
    }
    headers
}

fn answered(response: reqwest::Response, most_bytes: usize) -> Response {
    let (status, headers) = (response.status(), passed_on(response.headers().clone()));
    (status, headers, Body::from_stream(at_most(most_bytes, response.bytes_stream()))).into_response()
}

/// An error in the body breaks the connection, which is what the library notices.
fn at_most(
    most_bytes: usize,
    pieces: impl Stream<Item = reqwest::Result<Bytes>>,
) -> impl Stream<Item = io::Result<Bytes>> {
    let mut came: usize = 0;
    pieces.map(move |piece| {
        let piece = piece.map_err(|_| io::Error::other("the provider broke off"))?;
        came = came.saturating_add(piece.len());
        if came > most_bytes {
            return Err(io::Error::other("the provider's answer is too long"));
        }
        Ok(piece)
    })
}

fn unanswered(problem: CallProblem) -> Response {
    let word = PROBLEMS.iter().find(|(_, known)| *known == problem).map_or("lost", |(word, _)| *word);
    (StatusCode::BAD_GATEWAY, [(PROBLEM, HeaderValue::from_static(word))]).into_response()
}

#[cfg(test)]
mod tests {
    use super::{Gateway, at_most, destination};
    use futures::{StreamExt, stream};
    use reqwest::Url;

    async fn gateway() -> Gateway {
        Gateway::open(reqwest_client()).await.expect("a gateway")
    }

    fn reqwest_client() -> reqwest::Client {
        crate::ai::client::http::guarded(&crate::ai::client::ClientLimits::default()).expect("a client")
    }

    #[tokio::test]
    async fn every_address_is_found_again_behind_the_gateway() {
        let gateway = gateway().await;
        for address in [
            "https://api.example.org/v1/",
            "http://127.0.0.1:11434/",
            "https://[2606:4700::1111]:8443/a/v2/",
            "https://ai.example.org/openai/deployments/x/?api-version=2025-01-01",
        ] {
            let provider = Url::parse(address).expect(address);
            let way = gateway.way_to(&provider, 77).expect(address);
            assert_eq!(way.host_str(), Some("127.0.0.1"));
            let uri = way.as_str().parse().expect(address);
            assert_eq!(destination(&uri, &gateway.pass), Some((provider, 77)), "{address}");
            assert_eq!(destination(&uri, "0123"), None, "nobody else may use it");
        }
    }

    #[tokio::test]
    async fn a_stranger_on_this_machine_gets_nothing_through() {
        let gateway = gateway().await;
        let address = format!("http://{}/guess/100/https/api.example.org/v1/", gateway.address);
        let plain = crate::ai::client::http::local().expect("a client");
        assert_eq!(plain.get(address).send().await.expect("an answer").status(), 404);
    }

    #[tokio::test]
    async fn nothing_is_handed_on_past_the_limit() {
        let pieces = || stream::iter([&b"12345"[..], b"678", b"9"].map(|piece| Ok(piece.into())));
        let all: Vec<bool> = at_most(9, pieces()).map(|piece| piece.is_ok()).collect().await;
        assert_eq!(all, [true, true, true]);
        let cut: Vec<bool> = at_most(8, pieces()).map(|piece| piece.is_ok()).collect().await;
        assert_eq!(cut, [true, true, false]);
    }
}
