//! What people type: questions, titles, feedback.

use super::message::{Feedback, FeedbackReason};
use crate::error::AppError;

/// The longest question, in characters.
pub const MAX_QUESTION: usize = 2_000;
/// The longest title that a person writes, in characters.
pub const MAX_TITLE: usize = 200;
/// The longest comment on an answer, in characters.
pub const MAX_COMMENT: usize = 1_000;
/// The longest title that is made from a first question, in characters.
const MAX_MADE_TITLE: usize = 80;

/// A question with something in it and not too long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question(String);

impl Question {
    /// Reads the field `question`.
    pub fn parse(text: &str) -> Result<Self, AppError> {
        let text = cleaned(text);
        match text.chars().count() {
            0 => Err(AppError::field("question", "Write your question first.")),
            1..=MAX_QUESTION => Ok(Self(text)),
            _ => Err(AppError::field("question", "Keep your question under 2,000 characters.")),
        }
    }

    /// As it was typed, without space around it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What a conversation is called that begins with it: its first line, cut between two words.
    pub fn title(&self) -> String {
        let line = self.0.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
        if line.chars().count() <= MAX_MADE_TITLE {
            return line.to_owned();
        }
        let cut: String = line.chars().take(MAX_MADE_TITLE - 1).collect();
        let whole = cut.rsplit_once(' ').map_or(cut.as_str(), |(words, _)| words);
        format!("{}…", whole.trim_end_matches([',', ';', ':', '-', ' ']))
    }
}

/// Reads the field `title` of a conversation.
pub fn parse_title(text: &str) -> Result<String, AppError> {
    let title = cleaned(text).split_whitespace().collect::<Vec<_>>().join(" ");
    match title.chars().count() {
        0 => Err(AppError::field("title", "Write a title.")),
        1..=MAX_TITLE => Ok(title),
        _ => Err(AppError::field("title", "Keep the title under 200 characters.")),
    }
}

/// Reads the fields `reason` and `comment`; neither belongs to an answer that was helpful.
pub fn parse_feedback(is_helpful: bool, reason: &str, comment: &str) -> Result<Feedback, AppError> {
    let comment = cleaned(comment);
    if is_helpful {
        return Ok(Feedback { is_helpful, reason: None, comment: String::new() });
    }
    let reason = match reason.trim() {
        "" => None,
        reason => {
            let unknown = || AppError::field("reason", "Choose a reason from the list.");
            Some(FeedbackReason::parse(reason).ok_or_else(unknown)?)
        }
    };
    if comment.chars().count() > MAX_COMMENT {
        return Err(AppError::field("comment", "Keep the comment under 1,000 characters."));
    }
    Ok(Feedback { is_helpful, reason, comment })
}

/// Without space around it and without characters that no database takes or no eye sees.
fn cleaned(text: &str) -> String {
    let text: String =
        text.replace("\r\n", "\n").chars().filter(|&c| c == '\n' || c == '\t' || !c.is_control()).collect();
    text.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::{Question, parse_feedback, parse_title};
    use crate::chat::message::FeedbackReason;

    #[test]
    fn a_question_has_something_in_it_and_an_end() {
        assert!(Question::parse(" \r\n ").unwrap_err().at("question").is_some());
        assert!(Question::parse(&"x".repeat(2_001)).unwrap_err().at("question").is_some());
        assert_eq!(Question::parse(&"é".repeat(2_000)).unwrap().as_str().chars().count(), 2_000);
        assert_eq!(Question::parse("  Who?\u{0} ").unwrap().as_str(), "Who?");
    }

    #[test]
    fn a_title_is_the_first_line_cut_between_words() {
        let title = |text: &str| Question::parse(text).unwrap().title();
        assert_eq!(title("Who do I call?\nIt is urgent."), "Who do I call?");
        let long = title(&"medication error, ".repeat(12));
        assert!(long.chars().count() <= 80 && long.ends_with('…') && !long.contains(",…"), "{long}");
        assert_eq!(title(&"x".repeat(300)).chars().count(), 80);
    }

    #[test]
    fn a_written_title_is_one_line() {
        assert_eq!(parse_title(" After\n hours ").unwrap(), "After hours");
        assert!(parse_title(" ").unwrap_err().at("title").is_some());
        assert!(parse_title(&"x".repeat(201)).unwrap_err().at("title").is_some());
    }

    #[test]
    fn feedback_has_a_reason_only_when_something_was_wrong() {
        assert_eq!(parse_feedback(true, "wrong", "x").unwrap().reason, None);
        assert_eq!(parse_feedback(false, "wrong", " x ").unwrap().reason, Some(FeedbackReason::Wrong));
        assert_eq!(parse_feedback(false, "", "").unwrap().reason, None);
        assert!(parse_feedback(false, "because", "").unwrap_err().at("reason").is_some());
        assert!(parse_feedback(false, "", &"x".repeat(1_001)).unwrap_err().at("comment").is_some());
    }
}
