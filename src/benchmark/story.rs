//! What generated reports tell: the demo's accounts, with everything that the product makes of them, made
//! once. `{p}` stands for the participant and `{site}` for the site.

use crate::{
    ai::builtin::{clarify, classify::classify, conditions::conditions},
    analysis::analysis::{IncidentType, Severity, SuggestedClassification},
    demo::accounts::{Account, Names, read_all},
    incidents::{
        enhancement::consolidate,
        jobs::enhance_narrative,
        narrative::{Narrative, Phase},
    },
};
use serde_json::{Value, json};
use sqlx::PgConnection;

/// Names that are in no account, so that they can be taken out again.
const PARTICIPANT: &str = "Zebedee";
const SITE: &str = "Zephyrwood";
/// Questions of a report.
const MOST_QUESTIONS: usize = 6;

/// An account as a row of the table `story` of `generate.sql`.
struct Story {
    location: String,
    narrative: Narrative,
    headline: String,
    minutes: (i64, i64),
    enhancement: String,
    consolidated: String,
    conditions: String,
    confidence: f32,
    classifications: String,
    questions: String,
}

impl Story {
    fn of(account: &Account) -> anyhow::Result<Self> {
        let names = Names { participant: PARTICIPANT, site: SITE };
        let narrative = account.narrative(names);
        let (found, confidence) = conditions(&narrative, PARTICIPANT);
        let mut classifications = classify(&narrative, PARTICIPANT, None);
        if classifications.is_empty() {
            classifications.push(SuggestedClassification {
                incident_type: IncidentType::Other,
                severity: Severity::Low,
                confidence: 0.4,
                evidence: Vec::new(),
            });
        }
        let phase = |phase: Phase| without_names(narrative.phase(phase));
        Ok(Self {
            location: without_names(&account.location(names)),
            headline: without_names(&narrative.headline()),
            minutes: account.time_of_day.minutes(),
            enhancement: without_names(&serde_json::to_string(&enhance_narrative(&narrative, &[]))?),
            consolidated: without_names(&consolidate(|phase| narrative.phase(phase).to_owned())),
            conditions: without_names(&serde_json::to_string(&found)?),
            confidence,
            classifications: without_names(&serde_json::to_string(&classifications)?),
            questions: without_names(&serde_json::to_string(&questions(account, &narrative, names))?),
            narrative: Narrative {
                before: phase(Phase::Before),
                during: phase(Phase::During),
                end: phase(Phase::End),
                after: phase(Phase::After),
            },
        })
    }

    async fn insert(self, number: i32, connection: &mut PgConnection) -> anyhow::Result<()> {
        sqlx::query(
            "insert into story (number, location, before_event, during_event, end_event, post_event, headline, earliest,
                                latest, enhancement, consolidated, conditions, confidence, classifications, questions)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        )
        .bind(number)
        .bind(self.location)
        .bind(self.narrative.before)
        .bind(self.narrative.during)
        .bind(self.narrative.end)
        .bind(self.narrative.after)
        .bind(self.headline)
        .bind(i32::try_from(self.minutes.0)?)
        .bind(i32::try_from(self.minutes.1)?)
        .bind(self.enhancement)
        .bind(self.consolidated)
        .bind(self.conditions)
        .bind(self.confidence)
        .bind(self.classifications)
        .bind(self.questions)
        .execute(connection)
        .await?;
        Ok(())
    }
}

/// Writes all stories into the table of `generate.sql`.
pub async fn insert_all(connection: &mut PgConnection) -> anyhow::Result<()> {
    for (number, account) in (1..).zip(read_all()?) {
        Story::of(&account)?.insert(number, connection).await?;
    }
    Ok(())
}

/// What is asked about an account and what its worker says, the answered ones first.
fn questions(account: &Account, narrative: &Narrative, names: Names<'_>) -> Vec<Value> {
    let context = clarify::Context { participant_name: PARTICIPANT, location: &account.location(names) };
    let asked = Phase::ALL.into_iter().flat_map(|phase| clarify::questions(narrative, phase, &context));
    let mut asked: Vec<_> = asked.map(|question| (account.answer(&question.topic, names), question)).collect();
    asked.sort_by_key(|(answer, _)| answer.is_none());
    asked.truncate(MOST_QUESTIONS);
    let written = |(answer, question): (Option<String>, clarify::DraftQuestion)| {
        json!({
            "phase": question.phase,
            "topic": question.topic,
            "text": question.text,
            "purpose": question.purpose,
            "answer": answer,
        })
    };
    asked.into_iter().map(written).collect()
}

fn without_names(text: &str) -> String {
    text.replace(PARTICIPANT, "{p}").replace(SITE, "{site}")
}

#[cfg(test)]
mod tests {
    use super::{Story, read_all};

    #[test]
    fn every_account_becomes_a_story_with_findings() {
        for account in read_all().unwrap() {
            let story = Story::of(&account).unwrap();
            assert!(story.classifications.contains("incident_type") && story.questions.contains("purpose"));
            assert!(story.minutes.0 < story.minutes.1 && !story.headline.is_empty());
            assert!(story.narrative.is_told(), "{}", story.headline);
        }
    }
}
