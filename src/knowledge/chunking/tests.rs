use super::{Cut, Text, cut, estimate_tokens, hash};
use crate::knowledge::extraction::PageStart;
use proptest::prelude::*;

const POLICY: &str = "\
Read this first.

# Medication

Give medication as charted.

## Errors

Call the on-call nurse.

```
# not a heading
```

## Storage

# Contacts
";

fn cut_markdown(markdown: &str) -> Cut {
    cut(&Text { markdown: markdown.to_owned(), pages: Vec::new() })
}

#[test]
fn a_text_is_cut_at_its_headings() {
    let sections = cut_markdown(POLICY).sections;
    let found: Vec<_> =
        sections.iter().map(|section| (section.heading.as_str(), section.place.content.as_str())).collect();
    assert_eq!(
        found,
        [
            ("", "Read this first."),
            ("Medication", "Give medication as charted."),
            ("Medication > Errors", "Call the on-call nurse.\n\n```\n# not a heading\n```"),
            ("Medication > Storage", "## Storage"),
            ("Contacts", "# Contacts"),
        ],
        "headings with nothing below them stand for themselves"
    );
}

#[test]
fn a_place_says_where_a_passage_stands() {
    let text = Text {
        markdown: "Für alle.\n\nMore on the first page.\n\n# Later\n\nOn the second.".to_owned(),
        pages: vec![PageStart { number: 1, offset: 0 }, PageStart { number: 2, offset: 37 }],
    };
    let cut = cut(&text);
    assert_eq!(cut.character_count, 59);
    for section in &cut.sections {
        for place in std::iter::once(&section.place).chain(section.passages.iter().map(|passage| &passage.place)) {
            let start = usize::try_from(place.start_offset).expect("not negative");
            let found: String = text.markdown.chars().skip(start).take(place.content.chars().count()).collect();
            assert_eq!(found, place.content);
        }
    }
    let pages: Vec<_> = cut.sections.iter().map(|section| section.place.page).collect();
    assert_eq!(pages, [Some(1), Some(2)]);
}

#[test]
fn a_long_section_becomes_passages_that_a_model_can_read() {
    let sentence = "Staff write down what happened before the end of the shift and tell the team lead. ";
    let paragraph = sentence.repeat(4);
    let cut = cut_markdown(&format!("# Records\n\n{}", format!("{paragraph}\n\n").repeat(60)));
    assert!(cut.sections.len() > 1, "one heading, several sections to read");
    assert!(cut.sections.iter().all(|section| section.heading == "Records" && section.place.content.len() <= 6000));
    let tokens: Vec<_> =
        cut.sections.iter().flat_map(|section| &section.passages).map(|passage| passage.token_count).collect();
    assert!(tokens.len() > 20 && tokens.iter().all(|tokens| (1..=200).contains(tokens)), "{tokens:?}");
}

#[test]
fn a_change_in_one_paragraph_leaves_the_other_passages_alone() {
    let hashes = |text: &str| -> Vec<_> {
        let sections = cut_markdown(text).sections;
        let passages = sections
            .iter()
            .flat_map(|section| section.passages.iter().map(|passage| hash(&section.heading, &passage.place.content)));
        passages.collect()
    };
    let (before, after) = (hashes(POLICY), hashes(&POLICY.replace("on-call nurse", "duty manager")));
    assert_eq!(before.len(), after.len());
    assert_eq!(before.iter().zip(&after).filter(|(before, after)| before != after).count(), 1);
}

#[test]
fn tokens_are_estimated_on_the_safe_side() {
    assert_eq!(estimate_tokens("Call the nurse."), 4);
    assert_eq!(estimate_tokens("medication"), 2);
    assert_eq!(estimate_tokens("報告"), 2);
    assert_eq!(estimate_tokens(""), 0);
}

proptest! {
    #[test]
    fn whatever_the_text_the_pieces_fit_the_table(markdown in "([#>*|`\\- ]{0,3}[\\PC\\n]{0,40}\\n){0,12}") {
        let cut = cut_markdown(&markdown);
        for section in &cut.sections {
            prop_assert!(section.heading.chars().count() <= 500);
            for place in std::iter::once(&section.place).chain(section.passages.iter().map(|passage| &passage.place)) {
                prop_assert!((1..=100_000).contains(&place.content.chars().count()));
                let start = usize::try_from(place.start_offset).expect("not negative");
                let found: String = markdown.chars().skip(start).take(place.content.chars().count()).collect();
                prop_assert_eq!(&found, &place.content);
            }
        }
        prop_assert_eq!(cut.clone(), cut_markdown(&markdown));
    }

    #[test]
    fn no_word_is_lost(words in prop::collection::vec("[a-z]{1,12}", 1..400)) {
        let text = words.join(" ");
        let cut = cut_markdown(&text);
        let found: Vec<_> = cut.sections.iter().flat_map(|section| &section.passages)
            .flat_map(|passage| passage.place.content.split_whitespace()).collect();
        prop_assert_eq!(found, words);
    }
}
