//! Where the server connects, and where not.

use super::{ANSWER, ask, client, client_with, complete, turns};
use crate::providers::{FakeProvider, Format, Reply};
use supportsignal::ai::client::{AiClient, CallProblem, Endpoint};
use tokio::net::TcpListener;

/// A client as it is where other people come to.
fn guarded() -> AiClient {
    client_with(|limits| limits.allow_private_addresses = false)
}

#[tokio::test]
async fn this_machine_is_out_of_reach_unless_that_is_allowed() {
    for format in Format::ALL {
        let provider = FakeProvider::start(format, |_| Reply::Text(ANSWER.to_owned())).await;
        let endpoint = provider.endpoint();
        assert_eq!(complete(&guarded(), &endpoint).await, Err(CallProblem::AddressNotAllowed), "{format:?}");
        let streamed = guarded().stream(&endpoint, &ask(&turns())).await;
        assert_eq!(streamed.err(), Some(CallProblem::AddressNotAllowed), "{format:?}");
        assert_eq!(guarded().check(&endpoint).await, Err(CallProblem::AddressNotAllowed), "{format:?}");
        assert!(provider.requests().is_empty(), "{format:?}");
        assert!(complete(&client(), &endpoint).await.is_ok(), "{format:?}");
    }
}

#[tokio::test]
async fn a_name_that_leads_inside_is_refused_when_it_is_looked_up() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let provider = FakeProvider::start(Format::OpenAi, |_| Reply::Text(ANSWER.to_owned())).await;
    let endpoint = Endpoint { base_url: Some(format!("https://localhost:{port}/v1")), ..provider.endpoint() };
    assert_eq!(guarded().check_address(endpoint.kind, endpoint.base_url.as_deref()), Ok(()), "the name is innocent");
    assert_eq!(complete(&guarded(), &endpoint).await, Err(CallProblem::AddressNotAllowed));
    let streamed = guarded().stream(&endpoint, &ask(&turns())).await;
    assert_eq!(streamed.err(), Some(CallProblem::AddressNotAllowed));
    let connected = tokio::time::timeout(std::time::Duration::from_millis(50), listener.accept()).await;
    assert!(connected.is_err(), "nobody connected");
}

#[tokio::test]
async fn a_provider_that_is_not_there_is_unreachable() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let gone = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let provider = FakeProvider::start(Format::OpenAi, |_| Reply::Text(ANSWER.to_owned())).await;
    let endpoint = Endpoint { base_url: Some(gone), ..provider.endpoint() };
    assert_eq!(complete(&client(), &endpoint).await, Err(CallProblem::Unreachable));
    let streamed = client().stream(&endpoint, &ask(&turns())).await;
    assert_eq!(streamed.err(), Some(CallProblem::Unreachable));
    // It speaks plain HTTP where TLS is asked for.
    let endpoint = Endpoint { base_url: Some(provider.base_url().replace("http:", "https:")), ..provider.endpoint() };
    assert_eq!(complete(&client(), &endpoint).await, Err(CallProblem::Unreachable));
    assert!(provider.requests().is_empty());
}
