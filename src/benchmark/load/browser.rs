//! Somebody at a browser, as far as the server can tell.

use super::server::Server;
use crate::demo::PASSWORD;
use anyhow::{Context, ensure};
use chrono::{Duration, Utc};
use http::{StatusCode, header};
use reqwest::{Client, Response};
use serde::Deserialize;

/// A page that is smaller than this is no page of ours.
const SMALLEST_PAGE: usize = 4_000;

/// A signed-in browser.
pub struct Browser {
    client: Client,
    origin: String,
    cookie: String,
}

/// A report that is ready to be submitted.
pub struct Draft {
    id: String,
    revision: i32,
}

#[derive(Deserialize)]
struct Saved {
    revision: i32,
}

impl Browser {
    /// One that nobody has signed in with.
    pub fn new(server: &Server) -> anyhow::Result<Self> {
        Ok(Self { client: server.client()?, origin: server.origin().to_owned(), cookie: String::new() })
    }

    /// Signs in with the password that all generated accounts have.
    pub async fn sign_in(&mut self, email: &str) -> anyhow::Result<()> {
        let answer = self.post("accounts/sign-in", &[("email", email), ("password", PASSWORD)]).await?;
        let cookie = answer.headers().get(header::SET_COOKIE).and_then(|cookie| cookie.to_str().ok());
        let cookie = cookie.and_then(|cookie| cookie.split(';').next()).context("signing in gives no session")?;
        self.cookie = cookie.to_owned();
        Ok(())
    }

    /// Opens a page and reads all of it.
    pub async fn open(&self, path: &str) -> anyhow::Result<String> {
        let answer =
            self.client.get(format!("{}{path}", self.origin)).header(header::COOKIE, &self.cookie).send().await?;
        ensure!(answer.status() == StatusCode::OK, "{path} answers {}", answer.status());
        let page = answer.text().await?;
        ensure!(page.len() >= SMALLEST_PAGE, "{path} is not a whole page");
        Ok(page)
    }

    /// The addresses on a page that go on from `start` with one more part.
    pub async fn links(&self, path: &str, start: &str) -> anyhow::Result<Vec<String>> {
        let page = self.open(path).await?;
        let link = format!("href=\"{start}");
        let ids = page.split(link.as_str()).skip(1).filter_map(|rest| rest.split('"').next());
        let mut links: Vec<String> =
            ids.filter(|id| uuid::Uuid::parse_str(id).is_ok()).map(|id| format!("{start}{id}")).collect();
        links.dedup();
        Ok(links)
    }

    /// Tells a whole story, ready to be submitted.
    pub async fn write_draft(&self, tenant: &str) -> anyhow::Result<Draft> {
        let when = (Utc::now() - Duration::days(2)).format("%Y-%m-%dT%H:%M").to_string();
        let details = [
            ("tenant", tenant),
            ("participant", ""),
            ("participant_id", ""),
            ("participant_name", "Robin Example"),
            ("site", ""),
            ("site_id", ""),
            ("location", "Kitchen"),
            ("event_date_time", &when),
            ("late_reason", ""),
        ];
        let id: String = self.post("incidents/start", &details).await?.json().await?;
        let story = [
            ("tenant", tenant),
            ("id", &id),
            ("revision", "1"),
            ("before", "Robin was making tea while the washing machine ran and the floor was wet."),
            ("during", "Robin slipped, fell on the left hip and called out. I came from the hall at once."),
            ("end", "We waited until the pain was less and got up together with the chair."),
            ("after", "I called the nurse and Robin's sister and put the wet floor sign up."),
            ("intent", "leave"),
        ];
        let saved: Saved = self.post("incidents/save-narrative", &story).await?.json().await?;
        Ok(Draft { id, revision: saved.revision })
    }

    /// Submits a draft.
    pub async fn submit(&self, tenant: &str, draft: &Draft) -> anyhow::Result<()> {
        let revision = draft.revision.to_string();
        self.post("incidents/submit", &[("tenant", tenant), ("id", &draft.id), ("revision", &revision)]).await?;
        Ok(())
    }

    async fn post(&self, function: &str, fields: &[(&str, &str)]) -> anyhow::Result<Response> {
        let request = self.client.post(format!("{}/api/{function}", self.origin));
        let answer = request
            .header(header::ORIGIN, &self.origin)
            .header(header::COOKIE, &self.cookie)
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(form(fields))
            .send()
            .await?;
        ensure!(answer.status() == StatusCode::OK, "{function} answers {}", answer.status());
        Ok(answer)
    }
}

fn form(fields: &[(&str, &str)]) -> String {
    let pairs: Vec<String> =
        fields.iter().map(|(name, value)| format!("{name}={}", crate::address::encode(value))).collect();
    pairs.join("&")
}
