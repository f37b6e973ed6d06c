//! What is looked at, and how it was.

use crate::{ids::ProviderId, text_enum::text_enum};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

text_enum! {
    /// What the server needs.
    Target {
        Database = "database", "Database";
        Vectors = "vectors", "Vector search (pgvector)";
        Mail = "mail", "Mail";
        Files = "files", "File store";
        Model = "model", "Meaning search on this server";
        AiProvider = "ai_provider", "AI provider";
    }
}

text_enum! {
    /// How it is.
    CheckStatus {
        Works = "works", "Works";
        /// The product does without it, or with less.
        Limited = "limited", "Limited";
        Failed = "failed", "Doesn't work";
    }
}

/// How it was the last time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastCheck {
    pub status: CheckStatus,
    /// Milliseconds.
    pub latency_ms: Option<i32>,
    /// What is wrong or limited, as a sentence.
    pub error: Option<String>,
    pub checked_at: DateTime<Utc>,
    /// Nobody: somebody who is no member any more.
    pub checked_by: Option<String>,
    /// Of the checks that are kept, how many there are and how many of them failed.
    pub kept: i64,
    pub failures: i64,
}

/// One thing that the server needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    pub target: Target,
    /// Of an AI provider, with its name.
    pub provider: Option<(ProviderId, String)>,
    pub last: Option<LastCheck>,
}

impl Connection {
    /// What people call it.
    pub fn name(&self) -> String {
        match &self.provider {
            Some((_, name)) => format!("AI provider {name}"),
            None => self.target.label().to_owned(),
        }
    }
}
