//! A question with what was answered to it.

use super::{
    answer_text::spoken,
    conversation::Conversation,
    message::{AnswerOutcome, ChatMessage, MessageStatus, Speaker},
};

/// What an answer says that found nothing.
pub const NOT_FOUND: &str = "I couldn't find this in your documents.";

/// What an answer says that found nothing but what was said before; kept as its text.
pub const NOTHING_FURTHER: &str =
    "I found nothing further on this in your documents. What they say about it is in the answer before.";

/// What an answer says that has no statement to make.
pub fn not_found_words(answer: &ChatMessage) -> &'static str {
    if answer.content.is_empty() { NOT_FOUND } else { NOTHING_FURTHER }
}

/// A question, the answer that stands, and the tries before it.
#[derive(Debug, Clone, PartialEq)]
pub struct Turn {
    pub question: ChatMessage,
    pub answer: Option<ChatMessage>,
    /// The latest first.
    pub older_tries: Vec<ChatMessage>,
    /// Whether it is the conversation's last one.
    pub is_last: bool,
}

impl Turn {
    /// Changes whenever the turn has to be shown anew. The text of an answer that is being written grows
    /// in its place, and so does what people think of an answer.
    pub fn key(&self) -> String {
        let answer = self.answer.as_ref().map(|answer| (answer.id, answer.status, answer.outcome));
        format!("{} {answer:?} {} {}", self.question.id, self.older_tries.len(), self.is_last)
    }
}

/// A conversation's turns, in order.
pub fn turns(conversation: &Conversation) -> Vec<Turn> {
    let mut turns: Vec<_> = conversation
        .messages
        .iter()
        .filter(|message| message.speaker == Speaker::User)
        .map(|question| {
            let is_about = |answer: &&ChatMessage| answer.question_id == Some(question.id);
            Turn {
                question: question.clone(),
                answer: conversation.messages.iter().rfind(is_about).cloned(),
                older_tries: conversation.older_tries.iter().rev().filter(is_about).cloned().collect(),
                is_last: false,
            }
        })
        .collect();
    if let Some(last) = turns.last_mut() {
        last.is_last = true;
    }
    turns
}

/// A finished answer as a screen reader says it.
pub fn answer_in_words(answer: &ChatMessage) -> String {
    let words = spoken(&answer.content);
    match (answer.status, answer.outcome) {
        (MessageStatus::Pending, _) => String::new(),
        (MessageStatus::Failed, _) => answer.problem.map(|problem| problem.label().to_owned()).unwrap_or_default(),
        (MessageStatus::Completed, Some(AnswerOutcome::NotFound)) => not_found_words(answer).to_owned(),
        (MessageStatus::Completed, Some(AnswerOutcome::Unverified)) => format!("Not verified. {words}"),
        (MessageStatus::Completed, Some(AnswerOutcome::Stopped)) => format!("Stopped. {words}"),
        (MessageStatus::Completed, Some(AnswerOutcome::Answered) | None) => format!("Answer: {words}"),
    }
}

/// The `index`-th example of a question, made from the title of a document.
pub fn example_question(index: usize, title: &str) -> String {
    match index % 3 {
        0 => format!("What does “{title}” say?"),
        1 => format!("What are the main steps in “{title}”?"),
        _ => format!("When does “{title}” apply?"),
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::{Turn, turns};
    use crate::{
        chat::{
            conversation::{AnsweredBy, Conversation},
            message::{AnswerOutcome, ChatMessage, MessageStatus, Speaker},
        },
        ids::{ChatMessageId, ChatSessionId},
    };
    use chrono::Utc;

    fn message(position: i32, speaker: Speaker, question_id: Option<ChatMessageId>) -> ChatMessage {
        ChatMessage {
            id: ChatMessageId::generate(),
            position,
            speaker,
            content: format!("text {position}"),
            status: MessageStatus::Completed,
            outcome: question_id.map(|_| AnswerOutcome::Answered),
            problem: None,
            question_id,
            model_used: None,
            fallback: None,
            citations: Vec::new(),
            feedback: None,
            tokens_used: 0,
            created_at: Utc::now(),
        }
    }

    fn conversation(messages: Vec<ChatMessage>, older_tries: Vec<ChatMessage>) -> Conversation {
        Conversation {
            id: ChatSessionId::generate(),
            title: "After hours".to_owned(),
            is_archived: false,
            messages,
            older_tries,
            answered_by: AnsweredBy::BuiltIn,
            time_zone: chrono_tz::Australia::Sydney,
        }
    }

    fn positions(turn: &Turn) -> (i32, Option<i32>, Vec<i32>) {
        let older = turn.older_tries.iter().map(|answer| answer.position).collect();
        (turn.question.position, turn.answer.as_ref().map(|answer| answer.position), older)
    }

    #[test]
    fn each_question_has_its_answers() {
        let first = message(1, Speaker::User, None);
        let second = message(3, Speaker::User, None);
        let answer = |position, question: &ChatMessage| message(position, Speaker::Assistant, Some(question.id));
        let conversation = conversation(
            vec![first.clone(), answer(6, &first), second.clone()],
            vec![answer(2, &first), answer(4, &second), answer(5, &first)],
        );
        let turns = turns(&conversation);
        assert_eq!(
            turns.iter().map(positions).collect::<Vec<_>>(),
            [(1, Some(6), vec![5, 2]), (3, None, vec![4])],
            "the latest try first"
        );
        assert_eq!(turns.iter().map(|turn| turn.is_last).collect::<Vec<_>>(), [false, true]);
    }

    #[test]
    fn a_turn_is_shown_anew_when_its_answer_is_done_and_not_while_it_grows() {
        let question = message(1, Speaker::User, None);
        let mut answer = message(2, Speaker::Assistant, Some(question.id));
        answer.status = MessageStatus::Pending;
        answer.outcome = None;
        let key = |answer: &ChatMessage| {
            turns(&conversation(vec![question.clone(), answer.clone()], Vec::new())).first().map(Turn::key)
        };
        let before = key(&answer);
        answer.content.push_str(" and more");
        assert_eq!(key(&answer), before);
        answer.status = MessageStatus::Completed;
        assert_ne!(key(&answer), before);
    }
}
