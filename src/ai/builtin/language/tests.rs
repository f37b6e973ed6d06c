//! Accounts as tired people write them.

use super::*;

fn text(raw: &str) -> Text<'_> {
    Text::read(raw, "Rosa", &Vocabulary::of(["ambulan*", "kitchen", "settl*", "wheelchair", "shower"]))
}

#[test]
fn sentences_together_are_the_text() {
    for raw in [
        "",
        "  ",
        "One. Two! three? four",
        "no caps. he fell. then ok",
        "a\n\nb\r\nc.",
        "我跌倒了。他来了。",
        "سقط. ثم قام.",
        "😀😀",
    ] {
        let spans = sentence_spans(raw);
        let joined: String = spans.iter().map(|span| &raw[span.clone()]).collect();
        assert_eq!(joined, raw);
    }
}

#[test]
fn sentences_end_where_people_end_them() {
    let parts = |raw: &'static str| sentence_spans(raw).into_iter().map(|span| raw[span].trim()).collect::<Vec<_>>();
    assert_eq!(parts("he fell. he cried."), ["he fell.", "he cried."]);
    assert_eq!(
        parts("Dr. Nguyen came. Gave 2.5 mg at 3 p.m. to him."),
        ["Dr. Nguyen came.", "Gave 2.5 mg at 3 p.m. to him."]
    );
    assert_eq!(parts("I respected the no. I left."), ["I respected the no.", "I left."]);
    assert_eq!(parts("Waited 10 mins. Then rang."), ["Waited 10 mins.", "Then rang."]);
    assert_eq!(parts("no stop\nnext line"), ["no stop", "next line"]);
}

#[test]
fn cues_are_found_as_people_write_them() {
    let note =
        text("called the ambulence. she was in her wheelchiar, 3pm, told her mum and Priya. on-call rung 5min later");
    assert!(note.find(&["called ambulan*"]).is_some());
    assert!(note.find(&["wheelchair"]).is_some());
    assert!(note.find(&["@time"]).is_some());
    assert!(note.find(&["told mum"]).is_some());
    assert!(note.find(&["told + @person"]).is_some());
    assert!(note.find(&["oncall"]).is_some());
    assert!(note.find(&["# min"]).is_some());
    assert!(note.find(&["called + mum"]).is_none(), "another sentence");
}

#[test]
fn another_word_is_no_misspelling() {
    assert!(text("he showed me").find(&["shower"]).is_none());
    assert!(text("ate the chicken").find(&["kitchen"]).is_none());
}

#[test]
fn denied_words_are_told_but_not_affirmed() {
    let note = text("nil injury seen. She fell. He did not fall");
    assert!(note.find(&["injury"]).is_some());
    assert!(note.find_affirmed("injury").next().is_none());
    assert_eq!(note.find_affirmed("fell").count(), 1);
    assert!(note.find_affirmed("fall").next().is_none());
}

#[test]
fn times_are_times_and_numbers_are_not() {
    for raw in ["0730 found", "at 7.30 he", "at 10:15 he", "at 3 pm", "3pm"] {
        assert!(text(raw).find(&["@time"]).is_some(), "{raw}");
    }
    for raw in ["room 12", "9999 steps", "2.5 mg"] {
        assert!(text(raw).find(&["@time"]).is_none(), "{raw}");
    }
}

#[test]
fn a_clause_is_short_and_one_line() {
    let raw = format!("{} fell \u{202e}over\nthere", "x".repeat(300));
    let note = text(&raw);
    let found = note.find(&["fell"]).unwrap();
    let clause = note.clause(found, 9);
    assert!(clause.chars().count() <= 60);
    assert!(!clause.chars().any(char::is_control));
    let note = text("we were late and Rosa became very upset, then she threw a cup");
    assert_eq!(note.clause(note.find(&["upset"]).unwrap(), 9), "Rosa became very upset");
}
