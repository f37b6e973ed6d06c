//! What a model doesn't take is left out, and remembered.

use super::{ANSWER, ask, client, schema, turns};
use crate::providers::{FakeProvider, Format, Received, Reply};
use serde_json::{Value, json};
use supportsignal::ai::client::{Ask, CallProblem, Endpoint};

#[tokio::test]
async fn a_model_without_temperature_is_asked_without_from_then_on() {
    let provider = FakeProvider::openai(|body| match body.get("temperature") {
        Some(_) => Reply::complaint(400, "Unsupported value: 'temperature' does not support 0.2 with this model."),
        None => Reply::Text(ANSWER.to_owned()),
    })
    .await;
    let (client, endpoint, turns) = (client(), provider.endpoint(), turns());
    for _ in 0..2 {
        assert_eq!(client.complete(&endpoint, &ask(&turns)).await.unwrap().text, ANSWER);
    }
    assert_eq!(provider.requests().len(), 3, "twice the first time, once the second");
}

#[tokio::test]
async fn a_model_without_schemas_is_asked_in_words() {
    for (format, enforced) in [
        (Format::OpenAi, "/response_format/json_schema"),
        (Format::Anthropic, "/output_config/format"),
        (Format::Gemini, "/generationConfig/responseJsonSchema"),
    ] {
        let complaint = match format {
            Format::OpenAi => "'response_format' of type 'json_schema' is not supported with this model.",
            Format::Anthropic => "output_config.format: structured outputs are not supported by this model.",
            _ => "Invalid JSON payload received. Unknown name \"responseJsonSchema\" at 'generation_config'",
        };
        let has = move |request: &Received| request.body.pointer(enforced).is_some();
        let provider = FakeProvider::start(format, move |request| match has(request) {
            true => Reply::complaint(400, complaint),
            false => Reply::Text(ANSWER.to_owned()),
        })
        .await;
        let (turns, schema) = (turns(), schema());
        let ask = Ask { schema: Some(&schema), ..ask(&turns) };
        assert_eq!(client().complete(&provider.endpoint(), &ask).await.unwrap().text, ANSWER, "{format:?}");
        let requests = provider.requests();
        assert!(requests.len() == 2 && has(&requests[0]), "{format:?}");
        assert!(requests[1].body.to_string().contains("JSON Schema"), "{format:?}");
    }
}

#[tokio::test]
async fn a_claude_that_cannot_stop_thinking_gets_room_from_the_next_call_on() {
    let provider = FakeProvider::anthropic(|body| match body["thinking"]["type"] == "disabled" {
        true => Reply::complaint(400, "thinking.type: disabled is not supported for this model"),
        false => Reply::Text(ANSWER.to_owned()),
    })
    .await;
    let endpoint = Endpoint { model: "claude-opus-5".to_owned(), ..provider.endpoint() };
    let (client, turns) = (client(), turns());
    assert_eq!(client.most_output_tokens(&endpoint, 200), 200);
    for _ in 0..2 {
        client.complete(&endpoint, &ask(&turns)).await.unwrap();
    }
    let requests = provider.requests();
    let limits: Vec<_> = requests.iter().map(|request| request.body["max_tokens"].clone()).collect();
    assert_eq!(limits, [json!(200), json!(200), json!(200 + 4096)], "a call never takes more than was counted on");
    assert_eq!(requests[2].body["output_config"], json!({"effort": "low"}));
    assert_eq!(client.most_output_tokens(&endpoint, 200), 200 + 4096);
}

#[tokio::test]
async fn a_complaint_about_something_else_is_not_asked_again() {
    for format in Format::ALL {
        let provider = FakeProvider::scripted(format, [Reply::complaint(400, "The prompt is too long.")]).await;
        let outcome = client().complete(&provider.endpoint(), &ask(&turns())).await;
        assert_eq!((outcome, provider.requests().len()), (Err(CallProblem::ProviderFailed), 1), "{format:?}");
    }
}

#[tokio::test]
async fn a_model_that_complains_about_everything_is_left_alone_at_last() {
    let everything = "temperature, thinking, response_format and output_config are not supported";
    for format in Format::ALL {
        let provider = FakeProvider::scripted(format, [Reply::complaint(400, everything)]).await;
        let (turns, schema) = (turns(), schema());
        let ask = Ask { schema: Some(&schema), ..ask(&turns) };
        let outcome = client().complete(&provider.endpoint(), &ask).await;
        assert_eq!(outcome, Err(CallProblem::ProviderFailed), "{format:?}");
        let last = provider.requests().pop().unwrap().body;
        assert_eq!(last.get("temperature").or(last.pointer("/options/temperature")), None::<&Value>, "{format:?}");
        assert!(provider.requests().len() <= 6, "{format:?}");
    }
}
