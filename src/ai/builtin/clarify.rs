//! Clarification: asks only for what the account leaves out, in the words of the account.

mod kind;
mod story;
mod wording;

use super::topics::{self, Ask, Topic};
use crate::incidents::narrative::{Narrative, Phase};
use story::{Fit, Story};

/// What the engine may know besides the story.
pub struct Context<'a> {
    pub participant_name: &'a str,
    pub location: &'a str,
}

/// One question that the account leaves open.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct DraftQuestion {
    pub phase: Phase,
    /// "during.injury": the phase and the topic's key.
    pub topic: String,
    pub text: String,
    /// Why we ask, at most 15 words.
    pub purpose: String,
}

const FEWEST: usize = 3;
const MOST: usize = 5;
const QUOTE_WORDS: usize = 9;

/// A fourth question has to be worth a tired person's time, a fifth even more so.
const WORTH_A_FOURTH: u8 = 55;
const WORTH_A_FIFTH: u8 = 75;

/// 3 to 5 open questions for the phase, the most useful first; the same account, the same questions.
pub fn questions(narrative: &Narrative, phase: Phase, context: &Context<'_>) -> Vec<DraftQuestion> {
    let story = Story::read(narrative, context);
    let mut drafts = story.gaps(phase);
    story.deepen(phase, &mut drafts);
    drafts
}

impl Story<'_> {
    /// What the phase leaves out, the weightiest first.
    fn gaps(&self, phase: Phase) -> Vec<DraftQuestion> {
        let mut gaps: Vec<(&'static Topic, &'static Ask, Fit)> = topics::of(phase)
            .iter()
            .filter_map(|topic| {
                let (ask, fit) = topic.asks.iter().find_map(|ask| self.fits(&ask.when, phase).map(|fit| (ask, fit)))?;
                let told = if ask.told.is_empty() { topic.told } else { ask.told };
                self.told(told, topic.told_in).is_none().then_some((topic, ask, fit))
            })
            .collect();
        gaps.sort_by_key(|(_, ask, _)| std::cmp::Reverse(ask.weight));
        let mut asked: Vec<&'static str> = Vec::new();
        let mut drafts = Vec::new();
        for (topic, ask, fit) in gaps {
            let enough = match drafts.len() {
                0..FEWEST => false,
                FEWEST => ask.weight < WORTH_A_FOURTH,
                4 => ask.weight < WORTH_A_FIFTH,
                _ => drafts.len() >= MOST,
            };
            if enough || topic.covered_by.iter().any(|other| asked.contains(other)) {
                continue;
            }
            asked.push(topic.key);
            drafts.push(self.draft(phase, topic, self.worded(ask.text, fit.place)));
        }
        drafts
    }

    /// Picks up what the phase does say, until there are three questions.
    fn deepen(&self, phase: Phase, drafts: &mut Vec<DraftQuestion>) {
        let mut quoted: Vec<String> = Vec::new();
        let topics = topics::of(phase);
        let free = |drafts: &[DraftQuestion], topic: &Topic| !drafts.iter().any(|draft| draft.topic == topic.key);
        for topic in topics {
            if drafts.len() >= FEWEST {
                return;
            }
            let relevant = topic.asks.iter().any(|ask| self.fits(&ask.when, phase).is_some());
            let Some(deeper) = topic.deeper.as_ref().filter(|_| relevant && free(drafts, topic)) else { continue };
            let Some(found) = self.picked_up(deeper.cues, phase) else { continue };
            let quote = self.text(phase).clause(found, QUOTE_WORDS);
            if quote.split_whitespace().count() >= 3 && !quoted.iter().any(|other| overlap(other, &quote)) {
                drafts.push(self.draft(phase, topic, self.worded(deeper.text, Some((phase, found)))));
                quoted.push(quote);
            }
        }
        let mut clauses = self
            .text(phase)
            .openings(QUOTE_WORDS)
            .into_iter()
            .filter(|clause| !quoted.iter().any(|other| overlap(other, clause)))
            .collect::<Vec<_>>()
            .into_iter();
        for opening in topics::openings(phase) {
            let Some(topic) = topics.iter().find(|topic| topic.key == opening.key && free(drafts, topic)) else {
                continue;
            };
            if drafts.len() >= FEWEST {
                return;
            }
            let text = match opening.text.contains("{quote}") {
                true => clauses.next().and_then(|clause| self.with_quote(opening.text, &clause)),
                false => Some(self.filled(opening.text)),
            };
            if let Some(text) = text {
                drafts.push(self.draft(phase, topic, text));
            }
        }
    }

    fn draft(&self, phase: Phase, topic: &Topic, text: String) -> DraftQuestion {
        DraftQuestion { phase, topic: topic.key.to_owned(), text, purpose: topic.purpose.to_owned() }
    }
}

fn overlap(one: &str, other: &str) -> bool {
    one.contains(other) || other.contains(one)
}

#[cfg(test)]
mod tests;
