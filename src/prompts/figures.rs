//! How a version did: uses, success, time, cost, and how often people overruled it.

use super::step::WorkflowStep;
use serde::{Deserialize, Serialize};

/// The figures of one version in one organisation. Try-outs count for tokens and cost only.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// Calls that have ended, without those that were refused before they were sent.
    pub uses: i64,
    /// Those of them that the built-in engine answered, which doesn't read templates.
    pub built_in: i64,
    /// Those of them with an output that could be used, at once or after one repair.
    pub succeeded: i64,
    pub mean_latency_ms: Option<i64>,
    pub input_tokens: i64,
    pub output_tokens: i64,
    /// In millionths of a US dollar.
    pub cost_micros: i64,
    /// Calls to models without a known price; they count as nothing in the cost.
    pub unpriced: i64,
    /// Outputs that people have had the chance to overrule.
    pub reviewed: i64,
    /// Those of them that people did overrule.
    pub overruled: i64,
}

impl Figures {
    /// "97%", once there are uses.
    pub fn success(&self) -> Option<String> {
        percent(self.succeeded, self.uses)
    }

    /// "13%", once there is something that people have reviewed.
    pub fn overruled_share(&self) -> Option<String> {
        percent(self.overruled, self.reviewed)
    }

    /// "840 ms" or "1.2 s".
    pub fn mean_latency(&self) -> Option<String> {
        self.mean_latency_ms.map(format_milliseconds)
    }
}

/// What overruling is at a step, after "5 of 40".
pub const fn overruled_words(step: WorkflowStep) -> &'static str {
    match step {
        WorkflowStep::GenerateQuestions => "questions skipped",
        WorkflowStep::EnhanceNarrative => "texts edited by the reporter",
        WorkflowStep::AnalyseConditions => "analyses changed before sign-off",
        WorkflowStep::ClassifyIncident => "suggestions changed or dismissed",
        WorkflowStep::AnswerQuestion => "answers called not helpful",
        WorkflowStep::SummariseChat => "summaries changed",
    }
}

/// A share, rounded; nothing of nothing.
pub fn percent(part: i64, whole: i64) -> Option<String> {
    (whole > 0).then(|| format!("{}%", (part * 200 + whole) / (whole * 2)))
}

/// "1,234,567".
pub fn format_count(count: i64) -> String {
    let digits = count.unsigned_abs().to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if count < 0 { format!("-{text}") } else { text }
}

/// "US$1.20"; below a cent with the digits that matter: "US$0.0042".
pub fn format_cost(micros: i64) -> String {
    match micros {
        ..=0 => "US$0.00".to_owned(),
        1..100 => "under US$0.0001".to_owned(),
        100..10_000 => format!("US$0.{:04}", (micros + 50) / 100),
        _ => {
            let cents = (micros + 5_000) / 10_000;
            format!("US${}.{:02}", format_count(cents / 100), cents % 100)
        }
    }
}

fn format_milliseconds(milliseconds: i64) -> String {
    match milliseconds {
        ..1_000 => format!("{milliseconds} ms"),
        _ => {
            let tenths = (milliseconds + 50) / 100;
            format!("{}.{} s", tenths / 10, tenths % 10)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Figures, format_cost, format_count, percent};

    #[test]
    fn figures_read_as_people_write_them() {
        let told = [0, 60, 4_200, 9_960, 10_000, 1_204_000, 1_234_567_890_000].map(format_cost);
        assert_eq!(
            told,
            ["US$0.00", "under US$0.0001", "US$0.0042", "US$0.0100", "US$0.01", "US$1.20", "US$1,234,567.89"]
        );
        assert_eq!([0, 999, 1_000, 1_234_567, -1_000].map(format_count), ["0", "999", "1,000", "1,234,567", "-1,000"]);
        let time = |mean_latency_ms| Figures { mean_latency_ms, ..Figures::default() }.mean_latency();
        assert_eq!(time(Some(840)).as_deref(), Some("840 ms"));
        assert_eq!(time(Some(1_249)).as_deref(), Some("1.2 s"));
        assert_eq!(time(None), None);
    }

    #[test]
    fn a_share_is_rounded_and_there_is_none_of_nothing() {
        assert_eq!(percent(0, 0), None);
        assert_eq!(percent(1, 3).as_deref(), Some("33%"));
        assert_eq!(percent(2, 3).as_deref(), Some("67%"));
        assert_eq!(percent(1, 8).as_deref(), Some("13%"));
        assert_eq!(percent(5, 5).as_deref(), Some("100%"));
    }
}
