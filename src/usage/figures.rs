//! Money and counts, read and written. Money is in millionths of a US dollar.

const MICROS: i64 = 1_000_000;
/// A million dollars a month: more is a slip of the finger.
const MAX_MICROS: i64 = 1_000_000 * MICROS;

/// Reads "25", "25.50", "$1,250" as millionths of a dollar; nothing below zero or above a million dollars.
pub fn parse_usd(text: &str) -> Option<i64> {
    let text = text.trim().trim_start_matches("US").trim_start_matches('$').trim().replace(',', "");
    let (dollars, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if text.len() > 16 || fraction.len() > 6 || dollars.is_empty() || !is_number(dollars) || !is_number(fraction) {
        return None;
    }
    let dollars: i64 = dollars.parse().ok()?;
    let fraction: i64 = format!("{fraction:0<6}").parse().ok()?;
    let micros = dollars.checked_mul(MICROS)?.checked_add(fraction)?;
    (micros <= MAX_MICROS).then_some(micros)
}

/// "1250.00": for a field or a spreadsheet; every millionth that there is.
pub fn plain_usd(micros: i64) -> String {
    let digits = format!("{:06}", micros.rem_euclid(MICROS));
    let fraction = digits.trim_end_matches('0');
    format!("{}.{fraction:0<2}", micros.div_euclid(MICROS))
}

/// "US$1,250.00", and below a cent "US$0.0021": something never reads as nothing.
pub fn format_usd(micros: i64) -> String {
    match micros {
        0 => "US$0.00".to_owned(),
        1..100 => "under US$0.0001".to_owned(),
        100..10_000 => format!("US$0.{:04}", micros / 100),
        _ => {
            let cents = (micros + 5_000).div_euclid(10_000);
            format!("US${}.{:02}", format_count(cents.div_euclid(100)), cents.rem_euclid(100))
        }
    }
}

/// "12,345".
pub fn format_count(count: i64) -> String {
    let digits = count.unsigned_abs().to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if count < 0 { format!("-{grouped}") } else { grouped }
}

/// A part of a whole, in whole percent; nothing of nothing. Only all is 100 and only none is 0.
pub fn percent(part: i64, whole: i64) -> Option<i64> {
    if whole <= 0 {
        return None;
    }
    let rounded = (part.saturating_mul(100) + whole / 2) / whole;
    Some(match part {
        0 => 0,
        part if part >= whole => 100,
        _ => rounded.clamp(1, 99),
    })
}

#[cfg(test)]
mod tests {
    use super::{format_count, format_usd, parse_usd, percent, plain_usd};
    use proptest::prelude::*;

    #[test]
    fn dollars_are_read_as_people_write_them() {
        let read = ["0", "25", " 25.5 ", "$1,250", "US$ 0.000001", "1000000"].map(parse_usd);
        assert_eq!(
            read,
            [Some(0), Some(25_000_000), Some(25_500_000), Some(1_250_000_000), Some(1), Some(1_000_000_000_000)]
        );
        for bad in ["", "-1", "1.2.3", "ten", "1.0000001", "1000000.01", "1e3", ".5", "99999999999999999999"] {
            assert_eq!(parse_usd(bad), None, "{bad}");
        }
    }

    #[test]
    fn money_reads_well_and_never_vanishes() {
        let told = [0, 1, 2_100, 9_999, 10_000, 1_234_567, 1_250_000_000].map(format_usd).join("\n");
        insta::assert_snapshot!(told, @r"
        US$0.00
        under US$0.0001
        US$0.0021
        US$0.0099
        US$0.01
        US$1.23
        US$1,250.00
        ");
        assert_eq!([plain_usd(25_000_000), plain_usd(25_500_001)], ["25.00", "25.500001"]);
    }

    #[test]
    fn counts_and_shares() {
        assert_eq!([7, 1_000, 1_234_567].map(format_count), ["7", "1,000", "1,234,567"]);
        assert_eq!(percent(0, 0), None);
        assert_eq!([percent(999, 1000), percent(1, 1000), percent(1, 3)], [Some(99), Some(1), Some(33)]);
        assert_eq!([percent(0, 9), percent(9, 9)], [Some(0), Some(100)]);
    }

    proptest! {
        #[test]
        fn what_a_field_shows_is_read_back(micros in 0_i64..=1_000_000_000_000) {
            prop_assert_eq!(parse_usd(&plain_usd(micros)), Some(micros));
        }
    }
}
