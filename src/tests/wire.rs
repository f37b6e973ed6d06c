//! The client for AI providers against servers that speak the real formats.

mod addresses;
mod answers;
mod embeddings;
mod faults;
mod habits;
mod streams;

use super::providers::{FakeProvider, Format, Reply};
use serde_json::json;
use std::time::Duration;
use supportsignal::ai::{
    breaker::CircuitRule,
    client::{AiClient, Ask, CallProblem, ClientLimits, Completion, Endpoint, OutputSchema, Turn},
};

/// A sentence that must come through, with letters of more than one byte.
const ANSWER: &str = "Robin slipped — “twice” — near the café’s sink. 🙂";

/// A client that may reach this machine and doesn't wait long.
fn client() -> AiClient {
    client_with(|_| ())
}

fn client_with(change: impl FnOnce(&mut ClientLimits)) -> AiClient {
    let mut limits = ClientLimits {
        call_timeout: Duration::from_secs(10),
        idle_timeout: Duration::from_secs(10),
        first_backoff: Duration::from_millis(2),
        max_backoff: Duration::from_secs(1),
        allow_private_addresses: true,
        // Out of the way of every test but its own.
        circuit: CircuitRule { failures: 1000, rest: Duration::from_secs(60) },
        ..ClientLimits::default()
    };
    change(&mut limits);
    AiClient::new(limits).unwrap()
}

fn turns() -> Vec<Turn> {
    vec![Turn::user("What happened?")]
}

fn ask(turns: &[Turn]) -> Ask<'_> {
    Ask { system: "You help with reports.", turns, schema: None, max_tokens: 200, temperature: Some(0.2) }
}

/// A schema that providers can enforce.
fn schema() -> OutputSchema {
    OutputSchema {
        name: "questions",
        schema: json!({
            "type": "object",
            "properties": {"questions": {"type": "array", "items": {"type": "string"}, "minItems": 3}},
            "required": ["questions"],
        }),
    }
}

async fn complete(client: &AiClient, endpoint: &Endpoint) -> Result<Completion, CallProblem> {
    client.complete(endpoint, &ask(&turns())).await
}

/// Asks a provider that gives these replies; also says how often it was asked.
async fn complete_with(format: Format, replies: Vec<Reply>) -> (Result<Completion, CallProblem>, usize) {
    let provider = FakeProvider::scripted(format, replies).await;
    let outcome = complete(&client(), &provider.endpoint()).await;
    (outcome, provider.requests().len())
}
