//! Whole answers: what is sent in each format, and what is read from it.

use super::{ANSWER, ask, client, complete, schema, turns};
use crate::providers::{FakeProvider, Format, INPUT_TOKENS, KEY, OUTPUT_TOKENS, Received, Reply};
use serde_json::{Value, json};
use supportsignal::ai::{
    client::{Ask, CallProblem, Completion, Endpoint, OutputSchema, Turn},
    provider::ProviderKind,
};

fn expected() -> Completion {
    Completion { text: ANSWER.to_owned(), input_tokens: INPUT_TOKENS, output_tokens: OUTPUT_TOKENS }
}

/// Asks for the given form and returns what the provider got.
async fn received(provider: &FakeProvider, endpoint: &Endpoint, schema: Option<&OutputSchema>) -> Received {
    let turns = turns();
    let ask = Ask { schema, ..ask(&turns) };
    assert_eq!(client().complete(endpoint, &ask).await, Ok(expected()));
    let mut requests = provider.requests();
    assert_eq!(requests.len(), 1);
    requests.remove(0)
}

async fn answering(format: Format) -> FakeProvider {
    FakeProvider::start(format, |_| Reply::Text(ANSWER.to_owned())).await
}

#[tokio::test]
async fn openai_is_asked_by_chat_completions_with_an_enforced_schema() {
    let provider = answering(Format::OpenAi).await;
    let request = received(&provider, &provider.endpoint(), Some(&schema())).await;
    assert_eq!(request.path, "/v1/chat/completions");
    assert_eq!(request.header("authorization"), format!("Bearer {KEY}"));
    assert_eq!(
        request.body,
        json!({
            "model": "gpt-4o-mini",
            "stream": false,
            "messages": [
                {"role": "system", "content": "You help with reports."},
                {"role": "user", "content": "What happened?"},
            ],
            "max_tokens": 200,
            "temperature": 0.2,
            "response_format": {"type": "json_schema", "json_schema": {
                "name": "questions",
                "strict": true,
                "schema": {
                    "type": "object",
                    "properties": {"questions": {
                        "type": "array", "items": {"type": "string"}, "description": "(minItems: 3)",
                    }},
                    "required": ["questions"],
                    "additionalProperties": false,
                },
            }},
        })
    );
}

#[tokio::test]
async fn openai_models_that_think_are_told_to_think_little_and_have_room() {
    let provider = answering(Format::OpenAi).await;
    let endpoint = Endpoint { model: "gpt-5-mini".to_owned(), ..provider.endpoint() };
    let body = received(&provider, &endpoint, None).await.body;
    assert_eq!(body["reasoning_effort"], "low");
    assert_eq!(body["max_completion_tokens"], 200 + 4096);
    assert_eq!(body.get("max_tokens"), None);
    assert_eq!(client().most_output_tokens(&endpoint, 200), 200 + 4096);
}

#[tokio::test]
async fn a_schema_that_cannot_be_enforced_is_asked_for_in_words() {
    let provider = answering(Format::OpenAi).await;
    let schema = OutputSchema {
        name: "note",
        schema: json!({"type": "object", "properties": {"note": {"type": "string"}}, "required": []}),
    };
    let body = received(&provider, &provider.endpoint(), Some(&schema)).await.body;
    assert_eq!(body["response_format"], json!({"type": "json_object"}));
    let system = body["messages"][0]["content"].as_str().unwrap();
    assert!(system.starts_with("You help with reports.") && system.contains(&schema.schema.to_string()), "{system}");
}

#[tokio::test]
async fn a_compatible_server_needs_no_key_and_keeps_its_models_name() {
    let provider = answering(Format::OpenAi).await;
    let endpoint = Endpoint {
        kind: ProviderKind::OpenAiCompatible,
        base_url: Some(format!("{}/gateway/v3?team=7", provider.base_url())),
        key: None,
        model: "mistral-medium".to_owned(),
        ..provider.endpoint()
    };
    let request = received(&provider, &endpoint, Some(&schema())).await;
    assert_eq!((request.path.as_str(), request.query.as_str()), ("/gateway/v3/chat/completions", "team=7"));
    assert!(!request.headers.contains_key("authorization"));
    assert_eq!(request.body["model"], "mistral-medium");
    assert_eq!(request.body.get("reasoning_effort"), None);
    assert_eq!(request.body["response_format"], json!({"type": "json_object"}));
    assert!(request.body["messages"][0]["content"].as_str().unwrap().contains("JSON Schema"));

    let with_key = Endpoint { key: provider.endpoint().key, ..endpoint };
    complete(&client(), &with_key).await.unwrap();
    let request = provider.requests().remove(1);
    assert_eq!((request.path.as_str(), request.query.as_str()), ("/gateway/v3/chat/completions", "team=7"));
    assert_eq!(request.header("authorization"), format!("Bearer {KEY}"));
}

#[tokio::test]
async fn anthropic_is_asked_by_messages_with_an_enforced_schema() {
    let provider = answering(Format::Anthropic).await;
    let request = received(&provider, &provider.endpoint(), Some(&schema())).await;
    assert_eq!(request.path, "/v1/messages");
    assert_eq!(request.header("x-api-key"), KEY);
    assert_eq!(request.header("anthropic-version"), "2023-06-01");
    let body = &request.body;
    assert_eq!(body["model"], "claude-sonnet-4-6");
    assert_eq!(body["system"], "You help with reports.");
    assert_eq!(body["messages"], json!([{"role": "user", "content": "What happened?"}]));
    assert_eq!((&body["max_tokens"], &body["temperature"]), (&json!(200), &json!(0.2)));
    assert_eq!(body["output_config"]["format"]["type"], "json_schema");
    assert_eq!(body["output_config"]["format"]["schema"]["additionalProperties"], false);
    assert_eq!(body.get("thinking"), None);
}

#[tokio::test]
async fn a_claude_that_thinks_by_itself_is_told_not_to() {
    let provider = answering(Format::Anthropic).await;
    let endpoint = Endpoint { model: "claude-sonnet-5".to_owned(), ..provider.endpoint() };
    let body = received(&provider, &endpoint, None).await.body;
    assert_eq!((&body["thinking"], &body["max_tokens"]), (&json!({"type": "disabled"}), &json!(200)));
}

#[tokio::test]
async fn gemini_is_asked_by_generate_content_with_the_key_out_of_the_address() {
    let provider = answering(Format::Gemini).await;
    let request = received(&provider, &provider.endpoint(), Some(&schema())).await;
    assert_eq!(request.path, "/v1beta/models/gemini-2.5-flash:generateContent");
    assert_eq!((request.header("x-goog-api-key"), request.query.as_str()), (KEY, ""));
    let body = &request.body;
    assert_eq!(body["systemInstruction"], json!({"parts": [{"text": "You help with reports."}]}));
    assert_eq!(body["contents"], json!([{"role": "user", "parts": [{"text": "What happened?"}]}]));
    let config = &body["generationConfig"];
    assert_eq!(config["responseMimeType"], "application/json");
    assert_eq!(config["responseJsonSchema"]["required"], json!(["questions"]));
    assert_eq!((&config["maxOutputTokens"], &config["temperature"]), (&json!(200 + 4096), &json!(0.2)));
    assert_eq!(config["thinkingConfig"], json!({"thinkingBudget": 1000}));
}

#[tokio::test]
async fn ollama_is_asked_by_its_own_api_in_json_mode() {
    let provider = answering(Format::Ollama).await;
    let request = received(&provider, &provider.endpoint(), Some(&schema())).await;
    assert_eq!(request.path, "/api/chat");
    assert!(!request.headers.contains_key("authorization"));
    let body = &request.body;
    assert_eq!((&body["model"], &body["stream"]), (&json!("llama3.2"), &json!(false)));
    assert_eq!((&body["format"], &body["think"]), (&json!("json"), &json!(false)));
    assert_eq!(body["options"], json!({"temperature": 0.2, "num_predict": 200}));
    assert!(body["messages"][0]["content"].as_str().unwrap().contains("JSON Schema"));
    assert_eq!(body["messages"][1], json!({"role": "user", "content": "What happened?"}));
}

#[tokio::test]
async fn ollama_behind_something_that_wants_a_key_gets_it() {
    let provider = answering(Format::Ollama).await;
    let endpoint = Endpoint { key: Some(KEY.into()), ..provider.endpoint() };
    assert_eq!(received(&provider, &endpoint, None).await.header("authorization"), format!("Bearer {KEY}"));
}

#[tokio::test]
async fn earlier_turns_come_along_in_order() {
    let turns = [Turn::user("first"), Turn::assistant("second"), Turn::user("third")];
    for format in Format::ALL {
        let provider = answering(format).await;
        client().complete(&provider.endpoint(), &ask(&turns)).await.unwrap();
        let body = provider.requests().remove(0).body.to_string();
        let places: Vec<_> = ["first", "second", "third"].iter().map(|text| body.find(text).unwrap()).collect();
        assert!(places.is_sorted(), "{format:?}: {body}");
    }
}

#[tokio::test]
async fn what_a_model_thinks_aloud_is_not_its_answer() {
    let provider = FakeProvider::openai(|_| Reply::json_text("<think>Hm, {\"a\": 0}?</think>{\"a\": 1}")).await;
    let answer = complete(&client(), &provider.endpoint()).await.unwrap();
    assert_eq!(serde_json::from_str::<Value>(&answer.text).unwrap(), json!({"a": 1}));
}

#[tokio::test]
async fn without_a_key_nothing_is_sent_where_one_is_needed() {
    for format in [Format::OpenAi, Format::Anthropic, Format::Gemini] {
        let provider = answering(format).await;
        let endpoint = Endpoint { key: None, ..provider.endpoint() };
        assert_eq!(complete(&client(), &endpoint).await, Err(CallProblem::Unauthorised), "{format:?}");
        assert!(provider.requests().is_empty());
    }
}

#[tokio::test]
async fn a_check_asks_for_little_and_says_how_long_it_took() {
    let provider = FakeProvider::anthropic(|_| Reply::CutByLength("Yes, I".to_owned())).await;
    assert!(client().check(&provider.endpoint()).await.is_ok(), "it answered, if at length");
    assert_eq!(provider.requests()[0].body["max_tokens"], 16);
    let thinker = "Could not finish the message because max_tokens or model output limit was reached.";
    let provider = FakeProvider::scripted(Format::OpenAi, [Reply::complaint(400, thinker)]).await;
    let endpoint = Endpoint { model: "gpt-5-mini".to_owned(), ..provider.endpoint() };
    assert!(client().check(&endpoint).await.is_ok(), "it was there, if lost in thought");
    assert_eq!(provider.requests()[0].body["max_completion_tokens"], 16);
    let provider = FakeProvider::scripted(Format::OpenAi, [Reply::failure(500)]).await;
    assert_eq!(client().check(&provider.endpoint()).await, Err(CallProblem::ProviderFailed));
    assert_eq!(provider.requests().len(), 1, "a check doesn't ask twice");
}
