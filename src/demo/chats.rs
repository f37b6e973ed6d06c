//! What people of the demo have asked, answered by the product itself: found or not found, cited from the
//! organisation's own documents.

mod script;

use super::{
    organisation::Organisation,
    providers::Provider,
    store::{chats as store, commit_lazily},
};
use crate::{
    accounts::member::Member,
    ai::embeddings::Embedder,
    chat::{
        answer::{self, vector_of},
        conversation::Asked,
        message::Feedback,
        question::Question,
        store::{answers, sessions},
    },
    ids::{ChatMessageId, ChatSessionId},
    knowledge::gaps::{self, NewUnanswered, gap::UnansweredCause},
    platform::{Services, database::TenantTx},
};
use anyhow::Context;
use chrono::{DateTime, Duration, Utc};
use script::{Conversation, Rating};
use std::cmp::Reverse;

/// Holds the conversations of an organisation that an earlier run didn't, the oldest first. Only words are
/// compared: no document has its vectors yet, and nobody wants to wait for them here.
pub async fn fill(
    services: &Services,
    provider: &Provider,
    organisation: &Organisation,
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    let mut conversations: Vec<_> = script::conversations_of(provider).iter().collect();
    conversations.sort_by_key(|conversation| Reverse(conversation.hours_ago));
    let services = &Services { embedder: Embedder::without_model(), ..services.clone() };
    let mut tx = TenantTx::begin_for_system(&services.pool, organisation.tenant_id).await?;
    let held = store::count_sessions(&mut tx).await?;
    drop(tx);
    for conversation in conversations.into_iter().skip(held) {
        let place = provider.people.iter().position(|person| person.email == conversation.person);
        let member =
            place.and_then(|place| organisation.people.get(place)).context("a conversation lacks its person")?;
        Talk { services, member, began: now - Duration::hours(conversation.hours_ago) }.hold(conversation).await?;
    }
    let mut tx = TenantTx::begin_for_system(&services.pool, organisation.tenant_id).await?;
    store::date_gaps(&mut tx).await?;
    Ok(tx.commit().await?)
}

/// A conversation that is being held.
struct Talk<'a> {
    services: &'a Services,
    member: &'a Member,
    began: DateTime<Utc>,
}

impl Talk<'_> {
    async fn hold(&self, conversation: &Conversation) -> anyhow::Result<()> {
        let mut last = None;
        for text in conversation.questions {
            last = Some(self.ask(last.map(|asked: Asked| asked.session), text).await?);
        }
        let asked = last.context("a conversation lacks its question")?;
        if let Some(rating) = conversation.rating {
            self.rate(asked.answer, rating).await?;
        }
        let mut tx = self.begin().await?;
        if conversation.is_archived {
            sessions::set_archived(&mut tx, self.member, asked.session, true).await?;
        }
        store::date_session(&mut tx, asked.session, self.began).await?;
        store::date_unanswered(&mut tx, self.member.user_id, conversation.questions, self.began).await?;
        Ok(tx.commit().await?)
    }

    /// Asks, and waits for the answer.
    async fn ask(&self, session: Option<ChatSessionId>, text: &str) -> anyhow::Result<Asked> {
        let question = Question::parse(text)?;
        let mut tx = self.begin().await?;
        let id = match session {
            Some(id) => id,
            None => answers::insert_session(&mut tx, self.member, &question).await?,
        };
        let asked = answers::insert_question(&mut tx, self.member, id, &question).await?;
        tx.commit().await?;
        answer::write(self.services, self.member, asked).await;
        Ok(asked)
    }

    /// What isn't helpful counts as unanswered.
    async fn rate(&self, answer: ChatMessageId, rating: Rating) -> anyhow::Result<()> {
        let feedback = match rating {
            Rating::Helpful => Feedback { is_helpful: true, reason: None, comment: String::new() },
            Rating::NotHelpful(reason, comment) => {
                Feedback { is_helpful: false, reason: Some(reason), comment: comment.to_owned() }
            }
        };
        let mut tx = self.begin().await?;
        let rated = answers::save_feedback(&mut tx, self.member, answer, &feedback).await?;
        tx.commit().await?;
        if feedback.is_helpful {
            return Ok(());
        }
        let embedding = vector_of(self.services, &rated.question).await;
        let unanswered = NewUnanswered {
            question: rated.question,
            asked_by: self.member.user_id,
            cause: UnansweredCause::NotHelpful,
            embedding,
            best_score: None,
        };
        let mut tx = self.begin().await?;
        gaps::record(&mut tx, &unanswered).await?;
        Ok(tx.commit().await?)
    }

    async fn begin(&self) -> anyhow::Result<TenantTx> {
        let mut tx = TenantTx::begin(&self.services.pool, self.member).await?;
        commit_lazily(&mut tx).await?;
        Ok(tx)
    }
}
