//! What a provider may reply, well or ill.

use super::{Format, Received, anthropic, gemini, ollama, openai};
use axum::{
    body::{Body, Bytes},
    response::{IntoResponse, Response},
};
use futures::{StreamExt, stream};
use http::{HeaderName, StatusCode, header};
use serde_json::Value;
use std::{future::pending, io, time::Duration};

/// One reply.
#[derive(Debug, Clone)]
pub enum Reply {
    /// A whole answer with this text.
    Text(String),
    /// Vectors, one a text that was sent.
    Vectors(Vec<Vec<f32>>),
    /// The same, with a breath between its pieces.
    Slowly(String),
    /// The model declines, in the way of its format.
    Refusal,
    /// The answer reached the limit of its length after this text.
    CutByLength(String),
    /// Something that isn't JSON, with the content type of an answer.
    Malformed,
    /// The connection breaks in the middle.
    Dropped(String),
    /// The answer stops in the middle, and the connection closes in good order.
    Unfinished(String),
    /// Half of the answer comes, then nothing, and the connection stays open.
    Stalled(String),
    /// The provider says in the middle of a stream that it has an error.
    BreaksDown(String),
    /// An answer with this status that has no end, and no end of a frame either.
    Endless(u16),
    /// Nothing ever comes.
    Hang,
    /// Elsewhere, please.
    Redirect(String),
    /// An error in the way of its format.
    Failure { status: u16, says: String, headers: Vec<(&'static str, String)> },
}

/// An answer to be put into a format.
pub struct Said {
    pub model: String,
    pub text: String,
    pub end: End,
}

/// How an answer ends.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum End {
    Done,
    Length,
    Refusal,
}

impl Said {
    /// The text in three pieces.
    pub fn pieces(&self) -> Vec<String> {
        let letters: Vec<char> = self.text.chars().collect();
        letters.chunks(letters.len().div_ceil(3).max(1)).map(|piece| piece.iter().collect()).collect()
    }
}

/// A stream: the frames with text, and those that end it.
pub struct Frames {
    pub body: Vec<String>,
    pub end: Vec<String>,
}

impl Reply {
    /// An answer that is JSON, as a value or as its text.
    pub fn json_text(answer: impl ToString) -> Self {
        Self::Text(answer.to_string())
    }

    /// An error with this status.
    pub fn failure(status: u16) -> Self {
        Self::complaint(status, "Something about this request.")
    }

    /// An error with this status and text.
    pub fn complaint(status: u16, says: &str) -> Self {
        Self::Failure { status, says: says.to_owned(), headers: Vec::new() }
    }

    /// The same error with a header.
    pub fn header(self, name: &'static str, value: impl ToString) -> Self {
        match self {
            Self::Failure { status, says, mut headers } => {
                headers.push((name, value.to_string()));
                Self::Failure { status, says, headers }
            }
            other => other,
        }
    }

    /// The response that says so.
    pub async fn render(self, format: Format, request: &Received) -> Response {
        let said = |text: String, end: End| Said { model: model(request), text, end };
        let is_stream = request.wants_stream();
        match self {
            Self::Text(text) => whole(format, is_stream, &said(text, End::Done)),
            Self::Vectors(vectors) => {
                let body = vectors_body(format, &model(request), &vectors);
                respond(format, false, vec![Ok(body.to_string())])
            }
            Self::Slowly(text) => {
                let Frames { body, end } = frames(format, &said(text, End::Done));
                let parts = stream::iter(body.into_iter().chain(end).map(Ok::<_, io::Error>)).then(async |part| {
                    tokio::time::sleep(Duration::from_millis(120)).await;
                    part
                });
                ([(header::CONTENT_TYPE, content_type(format, true))], Body::from_stream(parts)).into_response()
            }
            Self::Refusal => whole(format, is_stream, &said(String::new(), End::Refusal)),
            Self::CutByLength(text) => whole(format, is_stream, &said(text, End::Length)),
            Self::Malformed if is_stream => respond(format, true, vec![Ok(frame(format, "{\"choices\": [{"))]),
            Self::Malformed => respond(format, false, vec![Ok("{\"choices\": [{".to_owned())]),
            Self::Dropped(text) => {
                let mut parts = half(format, is_stream, &said(text, End::Done));
                parts.push(Err(io::Error::other("gone")));
                respond(format, is_stream, parts)
            }
            Self::Unfinished(text) => respond(format, is_stream, half(format, is_stream, &said(text, End::Done))),
            Self::Stalled(text) => {
                let parts = half(format, is_stream, &said(text, End::Done));
                let body = Body::from_stream(stream::iter(parts).chain(stream::pending()));
                ([(header::CONTENT_TYPE, content_type(format, is_stream))], body).into_response()
            }
            Self::BreaksDown(text) => {
                let mut parts = half(format, is_stream, &said(text, End::Done));
                parts.push(Ok(frame(format, &error(format, 503, "We are overloaded.").to_string())));
                respond(format, is_stream, parts)
            }
            Self::Endless(status) => {
                let status = StatusCode::from_u16(status).unwrap();
                let begun = stream::once(async { Ok::<_, io::Error>(Bytes::from_static(b"data: {\"choices\": \"")) });
                let more = stream::repeat_with(|| Ok(Bytes::from_static(&[b'a'; 65_536])));
                let body = Body::from_stream(begun.chain(more));
                (status, [(header::CONTENT_TYPE, content_type(format, is_stream))], body).into_response()
            }
            Self::Hang => pending().await,
            Self::Redirect(location) => {
                (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, location)]).into_response()
            }
            Self::Failure { status, says, headers } => failure(format, status, &says, headers),
        }
    }
}

/// The model asked for: in the body, or in Gemini's path.
fn model(request: &Received) -> String {
    let in_path = || request.path.rsplit('/').next().and_then(|last| last.split(':').next());
    request.body["model"].as_str().or_else(in_path).unwrap_or_default().to_owned()
}

fn whole(format: Format, is_stream: bool, said: &Said) -> Response {
    if is_stream {
        let Frames { body, end } = frames(format, said);
        return respond(format, true, body.into_iter().chain(end).map(Ok).collect());
    }
    respond(format, false, vec![Ok(body(format, said).to_string())])
}

/// The first half of an answer, or the frames of a stream up to its end.
fn half(format: Format, is_stream: bool, said: &Said) -> Vec<io::Result<String>> {
    if is_stream {
        return frames(format, said).body.into_iter().map(Ok).collect();
    }
    let body = body(format, said).to_string();
    vec![Ok(body[..body.len() / 2].to_owned())]
}

fn respond(format: Format, is_stream: bool, parts: Vec<io::Result<String>>) -> Response {
    // A pause before each part, so that it leaves before the connection breaks.
    let parts = stream::iter(parts).then(async |part| {
        tokio::time::sleep(Duration::from_millis(2)).await;
        part
    });
    ([(header::CONTENT_TYPE, content_type(format, is_stream))], Body::from_stream(parts)).into_response()
}

fn failure(format: Format, status: u16, says: &str, headers: Vec<(&'static str, String)>) -> Response {
    let mut response = (StatusCode::from_u16(status).unwrap(), error(format, status, says).to_string()).into_response();
    let json = "application/json".parse().unwrap();
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    for (name, value) in headers {
        response.headers_mut().insert(HeaderName::from_static(name), value.parse().unwrap());
    }
    response
}

const fn content_type(format: Format, is_stream: bool) -> &'static str {
    match (format, is_stream) {
        (Format::Ollama, true) => "application/x-ndjson",
        (_, true) => "text/event-stream; charset=utf-8",
        (Format::Ollama, false) => "application/json; charset=utf-8",
        (_, false) => "application/json",
    }
}

fn body(format: Format, said: &Said) -> Value {
    match format {
        Format::OpenAi => openai::body(said),
        Format::Anthropic => anthropic::body(said),
        Format::Gemini => gemini::body(said),
        Format::Ollama => ollama::body(said),
    }
}

fn vectors_body(format: Format, model: &str, vectors: &[Vec<f32>]) -> Value {
    match format {
        Format::OpenAi => openai::vectors(model, vectors),
        Format::Gemini => gemini::vectors(vectors),
        Format::Ollama => ollama::vectors(model, vectors),
        Format::Anthropic => error(format, 404, "There are no vectors here."),
    }
}

fn frames(format: Format, said: &Said) -> Frames {
    match format {
        Format::OpenAi => openai::frames(said),
        Format::Anthropic => anthropic::frames(said),
        Format::Gemini => gemini::frames(said),
        Format::Ollama => ollama::frames(said),
    }
}

/// Data as one frame of a stream; Anthropic's are named after their type.
fn frame(format: Format, data: &str) -> String {
    match format {
        Format::OpenAi => format!("data: {data}\n\n"),
        Format::Gemini => format!("data: {data}\r\n\r\n"),
        Format::Ollama => format!("{data}\n"),
        Format::Anthropic => {
            let name = if data.contains("\"error\"") { "error" } else { "content_block_delta" };
            format!("event: {name}\ndata: {data}\n\n")
        }
    }
}

fn error(format: Format, status: u16, says: &str) -> Value {
    match format {
        Format::OpenAi => openai::error(status, says),
        Format::Anthropic => anthropic::error(status, says),
        Format::Gemini => gemini::error(status, says),
        Format::Ollama => ollama::error(says),
    }
}
