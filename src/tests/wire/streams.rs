//! Answers piece by piece.

use super::{ANSWER, ask, client, client_with, turns};
use crate::providers::{FakeProvider, Format, INPUT_TOKENS, OUTPUT_TOKENS, Reply};
use futures::StreamExt;
use std::time::Duration;
use supportsignal::ai::{
    breaker::CircuitRule,
    client::{AiClient, CallProblem, Completion, Endpoint, Piece},
};

/// The text that came, and how it ended.
async fn listen(client: &AiClient, endpoint: &Endpoint) -> (Vec<String>, Result<Completion, CallProblem>) {
    let mut stream = match client.stream(endpoint, &ask(&turns())).await {
        Ok(stream) => stream,
        Err(problem) => return (Vec::new(), Err(problem)),
    };
    let mut texts = Vec::new();
    loop {
        match stream.next().await.expect("a stream ends with an end or a problem") {
            Ok(Piece::Text(text)) => texts.push(text),
            Ok(Piece::End(completion)) => {
                assert!(stream.next().await.is_none());
                return (texts, Ok(completion));
            }
            Err(problem) => {
                assert!(stream.next().await.is_none());
                return (texts, Err(problem));
            }
        }
    }
}

/// What comes of one reply, by format.
async fn every_format(reply: Reply, expected: CallProblem) {
    for format in Format::ALL {
        let provider = FakeProvider::scripted(format, [reply.clone()]).await;
        let (_, outcome) = listen(&client(), &provider.endpoint()).await;
        assert_eq!(outcome, Err(expected), "{format:?} {reply:?}");
        assert_eq!(provider.requests().len(), 1, "{format:?} {reply:?}");
    }
}

#[tokio::test]
async fn an_answer_comes_in_pieces_with_its_tokens_at_the_end() {
    for format in Format::ALL {
        let provider = FakeProvider::start(format, |_| Reply::Text(ANSWER.to_owned())).await;
        let (texts, outcome) = listen(&client(), &provider.endpoint()).await;
        assert!(texts.len() >= 3, "{format:?}: {texts:?}");
        assert_eq!(texts.concat(), ANSWER, "{format:?}");
        let expected = Completion { text: ANSWER.to_owned(), input_tokens: INPUT_TOKENS, output_tokens: OUTPUT_TOKENS };
        assert_eq!(outcome, Ok(expected), "{format:?}");
        let request = provider.requests().remove(0);
        assert!(request.wants_stream(), "{format:?}");
        if format == Format::Gemini {
            assert_eq!((request.body.get("stream"), request.query.as_str()), (None, "alt=sse"));
        }
    }
}

#[tokio::test]
async fn a_stream_without_its_end_is_truncated() {
    every_format(Reply::Unfinished(ANSWER.to_owned()), CallProblem::Truncated).await;
    every_format(Reply::Dropped(ANSWER.to_owned()), CallProblem::Truncated).await;
    every_format(Reply::CutByLength(ANSWER.to_owned()), CallProblem::Truncated).await;
    // Ollama's streams have no errors of their own: the line is one without text, and then the end.
    for format in [Format::OpenAi, Format::Anthropic, Format::Gemini, Format::Ollama] {
        let provider = FakeProvider::scripted(format, [Reply::BreaksDown(ANSWER.to_owned())]).await;
        let (texts, outcome) = listen(&client(), &provider.endpoint()).await;
        assert_eq!(outcome, Err(CallProblem::Truncated), "{format:?}");
        assert!(!texts.is_empty(), "{format:?}");
    }
}

#[tokio::test]
async fn a_refusal_is_recognised_in_every_format_that_has_one() {
    for format in [Format::OpenAi, Format::Anthropic, Format::Gemini] {
        let provider = FakeProvider::scripted(format, [Reply::Refusal]).await;
        let (texts, outcome) = listen(&client(), &provider.endpoint()).await;
        assert_eq!((texts.len(), outcome), (0, Err(CallProblem::Refused)), "{format:?}");
    }
}

#[tokio::test]
async fn frames_that_cannot_be_read_are_malformed() {
    every_format(Reply::Malformed, CallProblem::Malformed).await;
}

#[tokio::test]
async fn a_frame_without_an_end_is_cut_off() {
    for format in Format::ALL {
        let provider = FakeProvider::scripted(format, [Reply::Endless(200)]).await;
        let client = client_with(|limits| limits.call_timeout = Duration::from_secs(120));
        let (texts, outcome) = listen(&client, &provider.endpoint()).await;
        assert_eq!((texts.len(), outcome), (0, Err(CallProblem::Truncated)), "{format:?}");
    }
}

#[tokio::test]
async fn before_the_first_piece_a_stream_is_asked_for_again() {
    for format in Format::ALL {
        let busy = Reply::failure(429).header("retry-after", "0.05");
        let replies = [busy, Reply::failure(500), Reply::Text(ANSWER.to_owned())];
        let provider = FakeProvider::scripted(format, replies).await;
        let (texts, outcome) = listen(&client(), &provider.endpoint()).await;
        assert_eq!((texts.concat().as_str(), outcome.is_ok()), (ANSWER, true), "{format:?}");
        assert_eq!(provider.requests().len(), 3, "{format:?}");
        for (status, expected) in [(401, CallProblem::Unauthorised), (404, CallProblem::ModelUnknown)] {
            let provider = FakeProvider::scripted(format, [Reply::failure(status)]).await;
            assert_eq!(listen(&client(), &provider.endpoint()).await.1, Err(expected), "{format:?}");
            assert_eq!(provider.requests().len(), 1, "{format:?}");
        }
        let provider = FakeProvider::scripted(format, [Reply::failure(500)]).await;
        assert_eq!(listen(&client(), &provider.endpoint()).await.1, Err(CallProblem::ProviderFailed), "{format:?}");
        assert_eq!(provider.requests().len(), 3, "{format:?}");
    }
}

#[tokio::test]
async fn a_provider_that_falls_silent_is_given_up() {
    for format in Format::ALL {
        let provider = FakeProvider::scripted(format, [Reply::Hang]).await;
        let client = client_with(|limits| limits.call_timeout = Duration::from_millis(150));
        assert_eq!(listen(&client, &provider.endpoint()).await.1, Err(CallProblem::TimedOut), "{format:?}");

        let provider = FakeProvider::scripted(format, [Reply::Stalled(ANSWER.to_owned())]).await;
        let client = client_with(|limits| limits.idle_timeout = Duration::from_millis(150));
        let (texts, outcome) = listen(&client, &provider.endpoint()).await;
        assert_eq!(outcome, Err(CallProblem::TimedOut), "{format:?}");
        assert!(!texts.is_empty(), "{format:?}");
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    for format in Format::ALL {
        let elsewhere = FakeProvider::start(format, |_| Reply::Text(ANSWER.to_owned())).await;
        let provider = FakeProvider::scripted(format, [Reply::Redirect(elsewhere.base_url())]).await;
        assert_eq!(listen(&client(), &provider.endpoint()).await.1, Err(CallProblem::ProviderFailed), "{format:?}");
        assert!(elsewhere.requests().is_empty(), "{format:?}");
    }
}

#[tokio::test]
async fn streams_that_break_count_towards_the_circuit() {
    let provider = FakeProvider::scripted(Format::OpenAi, [Reply::Dropped(ANSWER.to_owned())]).await;
    let client = client_with(|limits| limits.circuit = CircuitRule { failures: 1, rest: Duration::from_secs(60) });
    let endpoint = provider.endpoint();
    assert_eq!(listen(&client, &endpoint).await.1, Err(CallProblem::Truncated));
    assert_eq!(listen(&client, &endpoint).await.1, Err(CallProblem::CircuitOpen));
}
