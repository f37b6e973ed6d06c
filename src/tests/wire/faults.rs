//! What goes wrong with whole answers.

use super::{ANSWER, ask, client, client_with, complete, complete_with, turns};
use crate::{
    providers::{FakeProvider, Format, Reply},
    story::eventually,
};
use std::time::{Duration, Instant};
use supportsignal::ai::{breaker::CircuitRule, client::CallProblem};

/// What each format answers to these, and how often it is asked.
async fn every_format(replies: &[Reply], expected: CallProblem, requests: usize) {
    for format in Format::ALL {
        let outcome = complete_with(format, replies.to_vec()).await;
        assert_eq!(outcome, (Err(expected), requests), "{format:?} {replies:?}");
    }
}

#[tokio::test]
async fn answers_that_cannot_be_used_are_told_apart() {
    every_format(&[Reply::Malformed], CallProblem::Malformed, 1).await;
    every_format(&[Reply::Text("  \n".to_owned())], CallProblem::Malformed, 1).await;
    every_format(&[Reply::Unfinished(ANSWER.to_owned())], CallProblem::Malformed, 1).await;
    every_format(&[Reply::Dropped(ANSWER.to_owned())], CallProblem::Truncated, 1).await;
    every_format(&[Reply::CutByLength(ANSWER.to_owned())], CallProblem::Truncated, 1).await;
    for format in [Format::OpenAi, Format::Anthropic, Format::Gemini] {
        let outcome = complete_with(format, vec![Reply::Refusal]).await;
        assert_eq!(outcome, (Err(CallProblem::Refused), 1), "{format:?}");
    }
}

#[tokio::test]
async fn a_filter_that_stops_an_answer_is_a_refusal() {
    let azure = Reply::complaint(400, "The response was filtered (content_filter) by the content management policy.");
    assert_eq!(complete_with(Format::OpenAi, vec![azure]).await, (Err(CallProblem::Refused), 1));
}

#[tokio::test]
async fn what_waiting_cannot_mend_is_not_asked_twice() {
    every_format(&[Reply::failure(401)], CallProblem::Unauthorised, 1).await;
    every_format(&[Reply::failure(403)], CallProblem::Unauthorised, 1).await;
    every_format(&[Reply::failure(404)], CallProblem::ModelUnknown, 1).await;
    every_format(&[Reply::failure(413)], CallProblem::ProviderFailed, 1).await;
    let broke = Reply::complaint(429, "insufficient_quota: you exceeded your current quota.");
    assert_eq!(complete_with(Format::OpenAi, vec![broke]).await, (Err(CallProblem::RateLimited), 1));
    let bad_key = Reply::complaint(400, "API key not valid. (API_KEY_INVALID)");
    assert_eq!(complete_with(Format::Gemini, vec![bad_key]).await, (Err(CallProblem::Unauthorised), 1));
}

#[tokio::test]
async fn an_unwell_provider_is_asked_three_times() {
    every_format(&[Reply::failure(500)], CallProblem::ProviderFailed, 3).await;
    every_format(&[Reply::failure(503)], CallProblem::ProviderFailed, 3).await;
    for format in Format::ALL {
        let replies = vec![Reply::failure(500), Reply::failure(529), Reply::Text(ANSWER.to_owned())];
        let (answer, requests) = complete_with(format, replies).await;
        assert_eq!((answer.unwrap().text.as_str(), requests), (ANSWER, 3), "{format:?}");
    }
}

#[tokio::test]
async fn a_provider_with_too_many_requests_is_left_alone_for_as_long_as_it_asks() {
    for format in Format::ALL {
        let busy = Reply::failure(429).header("retry-after", "0.3");
        let started = Instant::now();
        let (answer, requests) = complete_with(format, vec![busy, Reply::Text(ANSWER.to_owned())]).await;
        assert_eq!((answer.unwrap().text.as_str(), requests), (ANSWER, 2), "{format:?}");
        assert!(started.elapsed() >= Duration::from_millis(300), "{format:?}");
    }
    every_format(&[Reply::failure(429)], CallProblem::RateLimited, 3).await;
    // Longer than anybody would wait (a second, in these tests).
    every_format(&[Reply::failure(429).header("retry-after", 3600)], CallProblem::RateLimited, 1).await;
}

#[tokio::test]
async fn a_pause_that_would_not_end_in_time_is_not_made() {
    let busy = Reply::failure(429).header("retry-after-ms", 30_000);
    let provider = FakeProvider::scripted(Format::OpenAi, [busy]).await;
    let client = client_with(|limits| {
        limits.call_timeout = Duration::from_secs(20);
        limits.max_backoff = Duration::from_secs(60);
    });
    let started = Instant::now();
    assert_eq!(complete(&client, &provider.endpoint()).await, Err(CallProblem::RateLimited));
    assert!(started.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn a_provider_that_never_answers_is_given_up() {
    for format in Format::ALL {
        for reply in [Reply::Hang, Reply::Stalled(ANSWER.to_owned())] {
            let provider = FakeProvider::scripted(format, [reply]).await;
            let client = client_with(|limits| limits.call_timeout = Duration::from_millis(400));
            assert_eq!(complete(&client, &provider.endpoint()).await, Err(CallProblem::TimedOut), "{format:?}");
            assert_eq!(provider.requests().len(), 1, "{format:?}");
        }
    }
}

#[tokio::test]
async fn an_answer_without_an_end_is_cut_off_long_before_the_time_is_over() {
    for format in Format::ALL {
        for status in [200, 400, 500] {
            let provider = FakeProvider::scripted(format, [Reply::Endless(status)]).await;
            let client = client_with(|limits| limits.call_timeout = Duration::from_secs(60));
            let started = Instant::now();
            let outcome = complete(&client, &provider.endpoint()).await;
            assert_eq!(outcome, Err(CallProblem::Truncated), "{format:?} {status}");
            assert!(started.elapsed() < Duration::from_secs(30), "{format:?} {status}");
            assert_eq!(provider.requests().len(), 1, "{format:?} {status}");
        }
    }
}

#[tokio::test]
async fn a_very_long_answer_comes_through_whole() {
    let text = "Robin slipped on the tiles.".repeat(50_000);
    for format in Format::ALL {
        let (answer, _) = complete_with(format, vec![Reply::Text(text.clone())]).await;
        assert_eq!(answer.map(|answer| answer.text.len()), Ok(text.len()), "{format:?}");
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    for format in Format::ALL {
        let elsewhere = FakeProvider::start(format, |_| Reply::Text(ANSWER.to_owned())).await;
        let provider = FakeProvider::scripted(format, [Reply::Redirect(elsewhere.base_url())]).await;
        assert_eq!(complete(&client(), &provider.endpoint()).await, Err(CallProblem::ProviderFailed), "{format:?}");
        assert!(elsewhere.requests().is_empty() && provider.requests().len() == 1, "{format:?}");
    }
}

#[tokio::test]
async fn a_provider_that_keeps_failing_is_given_a_rest_and_then_one_trial() {
    let bad = || Reply::failure(500);
    let provider = FakeProvider::scripted(
        Format::OpenAi,
        [bad(), bad(), bad(), Reply::Text(ANSWER.to_owned()), Reply::Text(ANSWER.to_owned())],
    )
    .await;
    let client = client_with(|limits| {
        limits.attempts = 1;
        limits.circuit = CircuitRule { failures: 3, rest: Duration::from_secs(1) };
    });
    let endpoint = provider.endpoint();
    for _ in 0..3 {
        assert_eq!(complete(&client, &endpoint).await, Err(CallProblem::ProviderFailed));
    }
    assert_eq!(complete(&client, &endpoint).await, Err(CallProblem::CircuitOpen));
    assert_eq!(complete(&client.clone(), &endpoint).await, Err(CallProblem::CircuitOpen), "clones share it");
    assert!(client.stream(&endpoint, &ask(&turns())).await.is_err_and(|problem| problem == CallProblem::CircuitOpen));
    assert_eq!(provider.requests().len(), 3, "it has its rest");
    let other = FakeProvider::start(Format::OpenAi, |_| Reply::Text(ANSWER.to_owned())).await;
    assert!(complete(&client, &other.endpoint()).await.is_ok(), "other providers have circuits of their own");
    eventually("a trial is let through", async || complete(&client, &endpoint).await.is_ok()).await;
    assert!(complete(&client, &endpoint).await.is_ok());
    assert_eq!(provider.requests().len(), 5);
}

#[tokio::test]
async fn a_check_goes_through_an_open_circuit_and_closes_it() {
    let provider = FakeProvider::scripted(Format::Gemini, [Reply::failure(500), Reply::Text(ANSWER.to_owned())]).await;
    let client = client_with(|limits| {
        limits.attempts = 1;
        limits.circuit = CircuitRule { failures: 1, rest: Duration::from_secs(60) };
    });
    let endpoint = provider.endpoint();
    assert_eq!(complete(&client, &endpoint).await, Err(CallProblem::ProviderFailed));
    assert_eq!(complete(&client, &endpoint).await, Err(CallProblem::CircuitOpen));
    assert!(client.check(&endpoint).await.is_ok());
    assert!(complete(&client, &endpoint).await.is_ok());
}

#[tokio::test]
async fn answers_that_cannot_be_used_do_not_open_the_circuit() {
    let provider = FakeProvider::scripted(Format::Anthropic, [Reply::Refusal]).await;
    let client = client_with(|limits| limits.circuit = CircuitRule { failures: 1, rest: Duration::from_secs(60) });
    let endpoint = provider.endpoint();
    for _ in 0..3 {
        assert_eq!(complete(&client, &endpoint).await, Err(CallProblem::Refused));
    }
}
