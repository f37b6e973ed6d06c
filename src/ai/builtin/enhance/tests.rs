//! What is tidied, what keeps its source, and what is never touched.

use super::*;
use unicode_segmentation::UnicodeSegmentation;

fn texts(original: &str) -> Vec<String> {
    enhance::<u8>(original, &[]).into_iter().map(|sentence| sentence.text).collect()
}

fn answered<'a>(question_id: u8, topic: &'a str, answer: &'a str) -> AnsweredQuestion<'a, u8> {
    AnsweredQuestion { question_id, topic, question: "", answer }
}

const ACCOUNTS: &[&str] = &[
    "",
    " \n ",
    "0730 found on floor. nil injury seen.",
    "i was in the the kitchen when Rosa fell .she did not hit her head\n\ncalled ambulence, they recieved 2.5 mg no more",
    "gave Epilim 200mg at 8pm. not 400. Never had had this b4",
    "iPad broke. e.g. the screen. Dr. Nguyen said ok (no scan)",
    "我在厨房。他跌倒了",
    "سقط على الأرض. لم يصب بأذى",
    "😀 😀😀 ok",
    "1) he fell\n2) i helped\n- rang mum",
    "\"no\" she said. \"i don't want it\"",
    "e\u{301}cole ... what?! ok",
    "He fell\r\n\r\nshe came",
    "Same. Same. Same.",
];

#[test]
fn tidies_how_it_is_written() {
    assert_eq!(
        texts("i was in the the kitchen  when she fell. she definately didnt hit her head"),
        ["I was in the kitchen when she fell.", "She definitely didnt hit her head."]
    );
    assert_eq!(texts("0730 found on floor , nil injury seen"), ["0730 found on floor, nil injury seen."]);
    assert_eq!(texts("iPad broke. i'm ok"), ["iPad broke.", "I'm ok."]);
}

#[test]
fn an_answer_that_needs_its_topic_gets_its_label() {
    let sentences = enhance(
        "He fell.",
        &[answered(1, "after.who_told", "team lead and mum"), answered(2, "during.injury", "i saw a bruise. left arm")],
    );
    let texts: Vec<&str> = sentences.iter().map(|sentence| sentence.text.as_str()).collect();
    assert_eq!(texts, ["He fell.", "Told: team lead and mum.", "I saw a bruise.", "Left arm."]);
    assert_eq!(sentences[1].source, Source::Answer { question_id: 1 });
    assert_eq!(sentences[3].source, Source::Answer { question_id: 2 });
}

#[test]
fn no_fact_is_added_or_changed() {
    let words = |text: &str| text.unicode_words().map(str::to_lowercase).collect::<Vec<_>>();
    let count = |text: &str, keep: fn(&str) -> bool| {
        let mut kept: Vec<String> = words(text).into_iter().filter(|word| keep(word)).collect();
        kept.sort();
        kept
    };
    let figures = |word: &str| word.contains(|letter: char| letter.is_numeric());
    let denials =
        |word: &str| matches!(word, "no" | "not" | "nil" | "never" | "none" | "without") || word.ends_with("n't");
    for account in ACCOUNTS {
        for answer in ACCOUNTS {
            let all = format!("{account}\n{answer}");
            let out = join(&enhance(account, &[answered(1, "after.who_told", answer)]));
            assert_eq!(count(&out, figures), count(&all, figures), "{all}");
            assert_eq!(count(&out, denials), count(&all, denials), "{all}");
            let known = words(&all);
            for word in words(&out) {
                let label = LABELS.iter().any(|(_, label)| words(label).contains(&word));
                let corrected = CORRECTIONS.iter().any(|(_, right)| words(right).contains(&word));
                assert!(known.contains(&word) || label || corrected, "{word} in {out}");
            }
        }
    }
}

#[test]
fn corrections_never_touch_figures_negations_or_each_other() {
    for (wrong, right) in CORRECTIONS {
        assert!(wrong.chars().all(char::is_alphabetic) && !CORRECTIONS.iter().any(|(other, _)| other == right));
    }
}

#[test]
fn an_untouched_text_keeps_its_sources() {
    for account in ACCOUNTS {
        for answer in ACCOUNTS {
            let sentences =
                enhance(account, &[answered(7, "end.safety", answer), answered(8, "end.duration", "10 mins")]);
            assert_eq!(retrace(&sentences, &join(&sentences)), sentences, "{account:?} {answer:?}");
        }
    }
}

#[test]
fn a_changed_sentence_is_edited_and_only_that() {
    let previous =
        enhance("He fell. I helped.", &[answered(1, "after.who_told", "mum"), answered(2, "end.safety", "Mopped it.")]);
    let traced = retrace(&previous, "He fell over. I helped. New one. Told: mum.");
    let sources: Vec<Source<u8>> = traced.iter().map(|sentence| sentence.source).collect();
    assert_eq!(sources, [Source::Edited, Source::Original, Source::Edited, Source::Answer { question_id: 1 }]);
    let swapped = retrace(&previous, "I helped. He fell. He fell.");
    let sources: Vec<Source<u8>> = swapped.iter().map(|sentence| sentence.source).collect();
    assert_eq!(sources, [Source::Original, Source::Original, Source::Edited]);
    assert!(retrace(&previous, " \n").is_empty());
}

#[test]
fn paragraphs_stay_paragraphs() {
    assert_eq!(join(&enhance::<u8>("he fell\n\nshe came. ok\nend", &[])), "He fell.\n\nShe came. Ok.\nEnd.");
}

#[test]
fn a_very_long_text_is_no_trouble() {
    let long = "he fell and i helped him up. ".repeat(1_800);
    let sentences = enhance::<u8>(&long, &[]);
    assert_eq!(retrace(&sentences, &join(&sentences)), sentences);
    let one_word = "x".repeat(50_000);
    assert_eq!(enhance::<u8>(&one_word, &[]).len(), 1);
}
