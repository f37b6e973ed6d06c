//! What identifies a person by its form: numbers, addresses and dates of birth, as Australians write them.

mod address;
mod birth;
mod numbers;

use super::{
    pattern::{compiled, each, is_attached},
    placeholder::Kind,
    span::Span,
};
use regex::Regex;
use std::{ops::Range, sync::LazyLock};

/// With a domain, or with a provider that people leave the ending off.
static EMAIL: LazyLock<Regex> = LazyLock::new(|| {
    compiled(
        r"\w[\w.%+'’-]*@(?:[\w-]+(?:\.[\w-]+)+|(?i:gmail|hotmail|outlook|yahoo|icloud|bigpond|optusnet|live)(?-u:\b))",
    )
});

static UUID: LazyLock<Regex> =
    LazyLock::new(|| compiled(r"(?i-u)\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"));

/// Every piece of the text that has such a form.
pub(super) fn find(text: &str) -> Vec<Span> {
    let mut spans: Vec<Span> = EMAIL.find_iter(text).map(|found| Span::of(found.range(), Kind::Email)).collect();
    numbers::find(text, &mut spans);
    birth::find(text, &mut spans);
    address::find(text, &mut spans);
    spans
}

/// Our own identifiers, which an answer has to give back: nothing inside them is masked.
pub(super) fn identifiers(text: &str) -> Vec<Range<usize>> {
    UUID.find_iter(text).map(|found| found.range()).collect()
}

/// The places where `pattern` stands with nothing attached: the group if it has one, or else all of it.
fn alone(pattern: &Regex, text: &str) -> Vec<Range<usize>> {
    each(pattern, text, |captures| {
        let range = captures.get(1).unwrap_or_else(|| captures.get_match()).range();
        (!is_attached(text, &range)).then_some(range)
    })
}

#[cfg(test)]
mod tests {
    use super::{super::span::merged, find};

    /// The pieces found, with their kinds.
    fn found(text: &str) -> Vec<String> {
        merged(find(text), &[]).iter().map(|span| format!("{:?} {}", span.kind, &text[span.range.clone()])).collect()
    }

    #[test]
    fn e_mail_addresses() {
        assert_eq!(found("mail jo.o'neil+x@care.org.au."), ["Email jo.o'neil+x@care.org.au"]);
        assert_eq!(found("at sam_22@gmail he said"), ["Email sam_22@gmail"]);
        assert!(found("meet @ 5, dose@10pm").is_empty());
    }

    #[test]
    fn phone_numbers() {
        for number in [
            "0412 345 678",
            "0412345678",
            "04 12 34 56 78",
            "+61 412 345 678",
            "+61 (0)412 345 678",
            "(02) 9876 5432",
            "02-9876-5432",
            "9876 5432",
            "1300 123 456",
            "1800123456",
            "13 11 14",
            "131 444",
            "+64 21 123 4567",
        ] {
            assert_eq!(found(&format!("rang {number}, no answer")), [format!("Phone {number}")], "{number}");
        }
        assert_eq!(found("ph 6234 56"), ["Phone 6234 56"]);
    }

    #[test]
    fn numbers_of_schemes() {
        assert_eq!(found("NDIS 430 123 456."), ["Ndis 430 123 456"]);
        assert_eq!(found("his number is 430-123-456"), ["Ndis 430-123-456"]);
        assert_eq!(found("NDIS number: 512345678"), ["Ndis 512345678"]);
        assert_eq!(found("Medicare 2345 67890 1"), ["Medicare 2345 67890 1"]);
        assert_eq!(found("CRN 123 456 789A"), ["Crn 123 456 789A"]);
        assert_eq!(found("CRN is 123456789 a"), ["Crn 123456789"]);
        assert_eq!(found("account 00123456789"), ["Number 00123456789"]);
    }

    #[test]
    fn dates_of_birth_and_no_other_dates() {
        for (text, date) in [
            ("DOB 3/4/1990", "3/4/1990"),
            ("D.O.B.: 03-04-90", "03-04-90"),
            ("date of birth is 3 April 1990", "3 April 1990"),
            ("She was born on the 3rd of April, 1990", "3rd of April, 1990"),
            ("born in 1990", "1990"),
            ("dob April 3, 1990", "April 3, 1990"),
            ("born 1990-04-03", "1990-04-03"),
            ("3/4/1990 (DOB)", "3/4/1990"),
            ("his birthday is 3 April", "3 April"),
            ("Birthday 5th May. She fell", "5th May"),
        ] {
            assert_eq!(found(text), [format!("DateOfBirth {date}")], "{text}");
        }
        for text in [
            "On 21/11/2026 at 10:30 he fell",
            "on 04-11-2026 10:30 and 04-11-26 1030",
            "21 November 2026, 2200-2300",
            "at 0830, 0845 and 0900",
            "between 1345-1400 hrs",
            "birthday party on 5 May",
            "aged 34, room 12, 5 mg, 1.5 L",
        ] {
            assert!(found(text).is_empty(), "{text}: {:?}", found(text));
        }
    }

    #[test]
    fn street_addresses() {
        for address in [
            "12 Smith Street",
            "12 Smith Street, Newtown NSW 2042",
            "Unit 3/45 O'Connell St, North Melbourne VIC 3051",
            "3/45 The Esplanade",
            "12a St Georges Rd",
            "12 smith street",
            "20 park st",
            "U3/12 Acacia Ave",
            "PO Box 123",
            "14-16 Old Ferry Road Fernhollow QLD",
        ] {
            assert_eq!(found(&format!("lives at {address}.")), [format!("Address {address}")], "{address}");
        }
        for text in ["10 minute drive", "2 people on the street", "3 staff close by", "in Newtown", "2 lane road"] {
            assert!(found(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn car_registrations() {
        assert_eq!(found("rego ABC 123 was parked"), ["Rego ABC 123"]);
        assert_eq!(found("white van, rego: 1ab2cd"), ["Rego 1ab2cd"]);
        assert_eq!(found("number plate BX-19-PQ"), ["Rego BX-19-PQ"]);
        for text in ["rego was not taken down", "registration at 1030", "registration 1030"] {
            assert!(found(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn a_long_text_of_near_misses_is_read_in_time() {
        let started = std::time::Instant::now();
        for piece in ["0412-", "a@a", "12 Smith ", "DOB ", "NDIS 1 ", "1", "rego A ", "é04 "] {
            find(&piece.repeat(100_000 / piece.len()));
        }
        assert!(started.elapsed().as_secs() < 30, "{:?}", started.elapsed());
    }
}
