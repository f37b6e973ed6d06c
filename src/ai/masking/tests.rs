use super::{KnownNames, Masker, homonym::is_plainly_the_word, words};
use proptest::prelude::*;

fn known() -> KnownNames {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    KnownNames {
        participants: owned(&["Samuel Okafor", "Grace Will", "Mei-Lin Tan"]),
        people: owned(&["Priya Nair", "Jo Ng", "Tom O'Brien"]),
        places: owned(&["Banksia House", "14 Honeyeater Street, Wattle Vale NSW"]),
    }
}

fn masked(text: &str) -> String {
    let mut masker = Masker::new(&known());
    let masked = masker.mask(text);
    assert_eq!(masker.restore(&masked), text);
    masked
}

#[test]
fn an_account_leaves_without_what_identifies_anybody() {
    let text = "At 10:30 on 21/11/2026 Samuel hit Grace at Banksia House. Samuel's mum Karen (0412 345 678, \
                karen@mail.com) will come on Monday. NDIS 430 123 456, DOB 3/4/1990, lives at 9 Rose Street, Newtown NSW 2042.";
    assert_eq!(
        masked(text),
        "At 10:30 on 21/11/2026 [PERSON_1] hit [PERSON_2] at [PLACE_1]. [PERSON_1]'s mum [PERSON_3] ([PHONE_1], \
         [EMAIL_1]) will come on Monday. NDIS [NDIS_1], DOB [DATE_OF_BIRTH_1], lives at [ADDRESS_1]."
    );
}

#[test]
fn forms_of_one_name_share_a_number_and_come_back_exactly() {
    assert_eq!(masked("Samuel Okafor, okafor, SAMUEL"), "[PERSON_1], [PERSON_1B], [PERSON_1C]");
}

#[test]
fn the_same_original_has_the_same_placeholder_in_all_texts_of_a_call() {
    let mut masker = Masker::new(&known());
    assert_eq!(masker.mask("Priya rang Samuel"), "[PERSON_1] rang [PERSON_2]");
    assert_eq!(masker.mask("Samuel rang Priya"), "[PERSON_2] rang [PERSON_1]");
}

#[test]
fn a_stranger_is_known_once_named() {
    let mut masker = Masker::new(&known());
    assert_eq!(masker.mask("his neighbour Zeb Quillfeather came"), "his neighbour [PERSON_1] came");
    assert_eq!(masker.mask("Quillfeather left"), "[PERSON_1B] left");
    let mut masker = Masker::new(&known());
    assert_eq!(masker.mask("Priya J Nair"), "[PERSON_1] J [PERSON_1B]");
    let mut masker = Masker::new(&known());
    assert_eq!(masker.mask("Priya Ramanathanova and Samuel were there"), "[PERSON_1] and [PERSON_2] were there");
    let mut ahead = Masker::new(&known());
    ahead.read_ahead("his neighbour Zeb");
    assert_eq!(ahead.mask("Zeb was loud"), "[PERSON_1] was loud");
}

#[test]
fn what_the_account_needs_stays() {
    for text in [
        "He will be fine and may rest; hope so. I saw it at 7.40 pm on Monday 4 May 2026 in Newtown.",
        "Panadol 500 mg at 0830, 120/80, 2200-2300, room 12, 3 staff, aged 34, seizure of 4 minutes.",
        "Staff told Police and the Ambulance at Woolworths in Sydney. The nurse said to ring.",
        "answer 0199a1b2-0412-7345-9678-123456789012: He fell",
    ] {
        assert_eq!(masked(text), text);
    }
}

#[test]
fn what_looks_like_a_placeholder_is_escaped() {
    let mut masker = Masker::new(&known());
    let text = "[PERSON_1] and person_2 met Samuel, [[TEXT_1]], xPERSON_3 [PERSON_1Bq]";
    let masked = masker.mask(text);
    assert_eq!(masked, "[TEXT_1] and [TEXT_2] met [PERSON_1], [[TEXT_3]], xPERSON_3 [TEXT_4]");
    assert_eq!(masker.restore(&masked), text);
}

#[test]
fn an_answer_may_change_case_and_leave_out_brackets() {
    let mut masker = Masker::new(&known());
    masker.mask("Samuel Okafor and Priya");
    let answer = "[person_1] told PERSON_2, (Person_2) and [PERSON_2]'s friend; XPERSON_1, PERSON_12, [PERSON_3]";
    let restored = "Samuel Okafor told Priya, (Priya) and Priya's friend; XPERSON_1, PERSON_12, [PERSON_3]";
    assert_eq!(masker.restore(answer), restored);
}

#[test]
fn a_parsed_answer_is_restored_in_its_texts() {
    let mut masker = Masker::new(&known());
    masker.mask("Tom O'Brien");
    let value = serde_json::json!({"PERSON_1": ["[PERSON_1] fell", 1, null]});
    assert_eq!(masker.restore_value(value), serde_json::json!({"PERSON_1": ["Tom O'Brien fell", 1, null]}));
}

#[test]
fn many_names_are_no_burden() {
    let many = KnownNames {
        participants: (0..2_000).map(|n| format!("Given{n} Middle{} Family{n}", n % 50)).collect(),
        ..known()
    };
    let text = "Then Given77 Middle27 Family77 hit the wall and family1999 was told at 10:30. ".repeat(1_000);
    let started = std::time::Instant::now();
    let mut masker = Masker::new(&many);
    let masked = masker.mask(&text);
    assert!(started.elapsed().as_secs() < 10, "{:?}", started.elapsed());
    assert!(masked.starts_with("Then [PERSON_1] hit the wall and [PERSON_2] was told at 10:30. "));
    assert_eq!(masker.restore(&masked), text);
}

#[test]
fn hostile_texts_come_back_too() {
    for piece in ["O'", "Dr ", "Samuel, ", "van der ", "[PERSON_1", "Karen: ", "his mum Karen van "] {
        let text = piece.repeat(60_000 / piece.len());
        let mut masker = Masker::new(&known());
        let masked = masker.mask(&text);
        assert_eq!(masker.restore(&masked), text, "{piece}");
    }
}

/// Pieces of accounts, with names in every dress and what only looks like something.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "Samuel",
            "samuel okafor",
            "OKAFOR",
            "Grace",
            "grace",
            "Will",
            "will",
            "Mei-Lin",
            "Jo",
            "O’Brien",
            "Banksia House",
            "Honeyeater Street",
            "his mum Karen",
            "Dr Lee",
            "0412 345 678",
            "a@b.co",
            "430123456",
            "DOB 1/2/1990",
            "[PERSON_1]",
            "person_1",
            "[[TEXT_1",
            "PLACE_1B]",
            "12 Smith St",
            "rego ABC 123",
            ".",
            " ",
            "\n",
            "'s",
            "-",
            "_",
            "é",
            "10:30",
            "PERSON_",
            "1",
        ])
        .prop_map(str::to_owned),
        "\\PC{0,4}",
    ]
}

proptest! {
    #[test]
    fn restoring_undoes_masking_for_any_text(text in "\\PC{0,120}") {
        masked(&text);
    }

    #[test]
    fn restoring_undoes_masking_for_all_texts_of_a_call(
        texts in prop::collection::vec(prop::collection::vec(piece(), 0..20), 1..4),
    ) {
        let texts: Vec<String> = texts.into_iter().map(|pieces| pieces.concat()).collect();
        let mut masker = Masker::new(&known());
        let masked: Vec<String> = texts.iter().map(|text| masker.mask(text)).collect();
        for (masked, text) in masked.iter().zip(&texts) {
            prop_assert_eq!(&masker.restore(masked), text);
        }
    }

    #[test]
    fn no_known_name_and_no_number_is_left(pieces in prop::collection::vec(piece(), 0..30)) {
        let text = pieces.join(" ");
        let masked = masked(&text);
        let placeholder = regex::Regex::new(r"\[[A-Z_]+_[0-9]+[A-Z]*\]").expect("a pattern");
        let masked = placeholder.replace_all(&masked, "SOMEBODY").into_owned();
        let words = words::split(&masked);
        for (at, word) in words.iter().enumerate() {
            let hidden = ["samuel", "okafor", "mei", "obrien", "banksia", "honeyeater", "priya", "nair"];
            prop_assert!(!hidden.contains(&word.folded.as_str()), "{} in {masked}", word.text);
            let capital = ["Grace", "Will"].contains(&word.text);
            prop_assert!(!capital || is_plainly_the_word(&masked, &words, at), "{} in {masked}", word.text);
        }
        for left in ["0412 345 678", "a@b.co", "430123456", "1/2/1990"] {
            prop_assert!(!masked.contains(left), "{left} in {masked}");
        }
    }
}
