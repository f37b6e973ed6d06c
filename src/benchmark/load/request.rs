//! What people ask the server for.

use super::browser::{Browser, Draft};

/// What is timed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    SignIn,
    Page(Page),
    Submit,
}

/// What people open most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    Home,
    List,
    Record,
    Search,
    DashboardOfAYear,
    DashboardOfFiveYears,
}

impl Kind {
    /// All, in the order in which they are asked.
    pub const ALL: [Self; 8] = [
        Self::SignIn,
        Self::Page(Page::Home),
        Self::Page(Page::List),
        Self::Page(Page::Record),
        Self::Page(Page::Search),
        Self::Page(Page::DashboardOfAYear),
        Self::Page(Page::DashboardOfFiveYears),
        Self::Submit,
    ];

    /// Its name in the tables.
    pub const fn label(self) -> &'static str {
        match self {
            Self::SignIn => "sign in",
            Self::Page(Page::Home) => "worker's home",
            Self::Page(Page::List) => "list of 25",
            Self::Page(Page::Record) => "record",
            Self::Page(Page::Search) => "search",
            Self::Page(Page::DashboardOfAYear) => "dashboard, 12 months",
            Self::Page(Page::DashboardOfFiveYears) => "dashboard, five years",
            Self::Submit => "submit",
        }
    }

    /// How many are timed. Signing in is slow on purpose.
    pub const fn requests(self) -> usize {
        match self {
            Self::SignIn => 40,
            Self::Page(_) | Self::Submit => 200,
        }
    }
}

/// One request, ready to be sent.
pub enum Request<'a> {
    SignIn { browser: Browser, email: &'a str },
    Open { browser: &'a Browser, path: String },
    Submit { browser: &'a Browser, tenant: &'a str, draft: Draft },
}

impl Request<'_> {
    /// Sends it and reads all of the answer.
    pub async fn send(self) -> anyhow::Result<()> {
        match self {
            Self::SignIn { mut browser, email } => browser.sign_in(email).await,
            Self::Open { browser, path } => browser.open(&path).await.map(|_| ()),
            Self::Submit { browser, tenant, draft } => browser.submit(tenant, &draft).await,
        }
    }
}
