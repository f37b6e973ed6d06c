//! Vectors: what is sent in each format, and what is made of what comes back.

use super::{client, client_with};
use crate::providers::{FakeProvider, Format, INPUT_TOKENS, KEY, Received, Reply};
use serde_json::{Value, json};
use std::time::Duration;
use supportsignal::ai::{
    breaker::CircuitRule,
    client::{CallProblem, Embedded, Endpoint, Purpose},
    provider::ProviderKind,
};

fn texts() -> Vec<String> {
    ["A fall in the café.", "A fire."].map(str::to_owned).into()
}

fn vectors() -> Vec<Vec<f32>> {
    vec![vec![0.5, 0.25, 0.0], vec![0.0, 0.0, 2.0]]
}

/// Asks a provider that makes vectors and returns what it got.
async fn received(format: Format, change: impl FnOnce(&mut Endpoint)) -> (Embedded, Received) {
    let provider = FakeProvider::start(format, |_| Reply::Vectors(vectors())).await;
    let mut endpoint = provider.endpoint();
    change(&mut endpoint);
    let made = client().embed(&endpoint, &texts(), 1024, Purpose::Passages).await.unwrap();
    let mut requests = provider.requests();
    assert_eq!(requests.len(), 1);
    (made, requests.remove(0))
}

#[tokio::test]
async fn openai_is_asked_for_short_vectors_and_put_in_order() {
    let (made, request) = received(Format::OpenAi, |endpoint| endpoint.model = "text-embedding-3-small".into()).await;
    assert_eq!(request.path, "/v1/embeddings");
    assert_eq!(request.header("authorization"), format!("Bearer {KEY}"));
    assert_eq!(
        request.body,
        json!({"model": "text-embedding-3-small", "input": ["A fall in the café.", "A fire."], "dimensions": 1024})
    );
    assert_eq!(made, Embedded { vectors: vectors(), input_tokens: INPUT_TOKENS });
}

#[tokio::test]
async fn a_compatible_server_needs_no_key() {
    let (made, request) = received(Format::OpenAi, |endpoint| {
        endpoint.kind = ProviderKind::OpenAiCompatible;
        endpoint.key = None;
    })
    .await;
    assert_eq!((request.path.as_str(), request.header("authorization")), ("/v1/embeddings", ""));
    assert_eq!(made.vectors, vectors());
}

#[tokio::test]
async fn gemini_is_told_what_vectors_are_for() {
    let (made, request) = received(Format::Gemini, |endpoint| endpoint.model = "gemini-embedding-001".into()).await;
    assert_eq!(request.path, "/v1beta/models/gemini-embedding-001:batchEmbedContents");
    assert_eq!(request.header("x-goog-api-key"), KEY);
    let requests = request.body["requests"].as_array().unwrap();
    let texts: Vec<&Value> = requests.iter().map(|one| &one["content"]["parts"][0]["text"]).collect();
    assert_eq!(texts, ["A fall in the café.", "A fire."]);
    assert!(requests.iter().all(|one| one["taskType"] == "RETRIEVAL_DOCUMENT" && one["outputDimensionality"] == 1024));
    assert_eq!(made, Embedded { vectors: vectors(), input_tokens: 0 });
}

#[tokio::test]
async fn ollama_makes_vectors_too() {
    let (made, request) = received(Format::Ollama, |endpoint| endpoint.model = "nomic-embed-text".into()).await;
    assert_eq!(request.path, "/api/embed");
    assert_eq!((&request.body["model"], &request.body["dimensions"]), (&json!("nomic-embed-text"), &json!(1024)));
    assert_eq!(made, Embedded { vectors: vectors(), input_tokens: INPUT_TOKENS });
}

#[tokio::test]
async fn a_model_with_a_length_of_its_own_is_not_told_one() {
    let provider = FakeProvider::start(Format::OpenAi, |request| {
        if request.body.get("dimensions").is_some() {
            return Reply::complaint(400, "This model does not support specifying dimensions.");
        }
        Reply::Vectors(vectors())
    })
    .await;
    let made = client().embed(&provider.endpoint(), &texts(), 1024, Purpose::Question).await.unwrap();
    assert_eq!((made.vectors, provider.requests().len()), (vectors(), 2));
}

async fn refused(format: Format, reply: Reply) -> (CallProblem, usize) {
    let provider = FakeProvider::scripted(format, [reply]).await;
    let problem = client().embed(&provider.endpoint(), &texts(), 4, Purpose::Question).await.unwrap_err();
    (problem, provider.requests().len())
}

#[tokio::test]
async fn vectors_that_can_not_be_compared_are_no_answer() {
    for odd in [
        vec![vec![1.0; 5], vec![1.0; 5]],
        vec![vec![1.0, 0.0]],
        vec![vec![1.0], vec![1.0, 0.0]],
        vec![vec![], vec![]],
        vec![],
    ] {
        let (problem, _) = refused(Format::OpenAi, Reply::Vectors(odd.clone())).await;
        assert_eq!(problem, CallProblem::Malformed, "{odd:?}");
    }
    for format in [Format::OpenAi, Format::Gemini, Format::Ollama] {
        assert_eq!(refused(format, Reply::Malformed).await.0, CallProblem::Malformed, "{format:?}");
    }
}

#[tokio::test]
async fn what_goes_wrong_is_told_as_for_answers() {
    assert_eq!(refused(Format::OpenAi, Reply::failure(401)).await, (CallProblem::Unauthorised, 1));
    assert_eq!(refused(Format::Gemini, Reply::failure(404)).await, (CallProblem::ModelUnknown, 1));
    assert_eq!(refused(Format::OpenAi, Reply::failure(503)).await, (CallProblem::ProviderFailed, 3));
    assert_eq!(refused(Format::Anthropic, Reply::Vectors(vectors())).await, (CallProblem::ModelUnknown, 0));
}

#[tokio::test]
async fn a_provider_that_keeps_failing_is_given_a_rest() {
    let provider = FakeProvider::scripted(Format::OpenAi, [Reply::failure(503)]).await;
    let client = client_with(|limits| {
        limits.attempts = 1;
        limits.circuit = CircuitRule { failures: 2, ..limits.circuit };
    });
    let endpoint = provider.endpoint();
    let mut problems = Vec::new();
    for _ in 0..3 {
        problems.push(client.embed(&endpoint, &texts(), 1024, Purpose::Question).await.unwrap_err());
    }
    assert_eq!(problems, [CallProblem::ProviderFailed, CallProblem::ProviderFailed, CallProblem::CircuitOpen]);
    assert_eq!(provider.requests().len(), 2);
}

#[tokio::test]
async fn vectors_without_an_end_are_cut_off() {
    for format in [Format::OpenAi, Format::Gemini, Format::Ollama] {
        let provider = FakeProvider::start(format, |_| Reply::Endless(200)).await;
        let client = client_with(|limits| limits.call_timeout = Duration::from_secs(60));
        let made = client.embed(&provider.endpoint(), &texts(), 1024, Purpose::Passages).await;
        assert_eq!(made, Err(CallProblem::Truncated), "{format:?}");
    }
}
