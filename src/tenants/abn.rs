//! The Australian Business Number: eleven digits, of which the first two check the others.

/// What each digit counts, after one is taken from the first (Australian Business Register, "Format of the ABN").
const WEIGHTS: [u32; 11] = [10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19];

/// The eleven digits of what somebody typed, if they are an ABN.
pub fn parse(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let values: Vec<u32> = digits.chars().map(|c| c.to_digit(10)).collect::<Option<_>>()?;
    if values.len() != WEIGHTS.len() || values.first() == Some(&0) {
        return None;
    }
    let sum: u32 = values.iter().zip(WEIGHTS).map(|(digit, weight)| digit * weight).sum();
    // The first digit counts one less than it says.
    (sum - WEIGHTS[0]).is_multiple_of(89).then_some(digits)
}

/// "51 824 753 556".
pub fn format(digits: &str) -> String {
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if matches!(place, 2 | 5 | 8) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{format, parse};
    use proptest::prelude::*;

    #[test]
    fn only_numbers_whose_check_holds_pass() {
        // The Register's own example.
        assert_eq!(parse(" 51 824 753 556 ").as_deref(), Some("51824753556"));
        assert_eq!(format("51824753556"), "51 824 753 556");
        for bad in ["", "51 824 753 557", "5182475355", "518247535560", "51-824-753-556", "abcdefghijk", "00000000000"]
        {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn a_single_wrong_digit_is_noticed(place in 0_usize..11, by in 1_u32..10) {
            let mut digits: Vec<u32> = "51824753556".chars().filter_map(|c| c.to_digit(10)).collect();
            digits[place] = (digits[place] + by) % 10;
            let text: String = digits.iter().map(u32::to_string).collect();
            prop_assert_eq!(parse(&text), None);
        }

        #[test]
        fn whatever_is_typed_does_no_harm(text in "\\PC{0,30}") {
            if let Some(abn) = parse(&text) {
                prop_assert_eq!(abn.len(), 11);
            }
        }
    }
}
