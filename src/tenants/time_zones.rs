//! The time zones to choose from, Australia's first.

use chrono_tz::{Australia, TZ_VARIANTS, Tz};

/// Australia's zones with the places that people look for, the most people first.
const AUSTRALIA: [(Tz, &str); 10] = [
    (Australia::Sydney, "Sydney, Canberra (NSW, ACT)"),
    (Australia::Melbourne, "Melbourne (Victoria)"),
    (Australia::Brisbane, "Brisbane (Queensland)"),
    (Australia::Perth, "Perth (Western Australia)"),
    (Australia::Adelaide, "Adelaide (South Australia)"),
    (Australia::Hobart, "Hobart (Tasmania)"),
    (Australia::Darwin, "Darwin (Northern Territory)"),
    (Australia::Broken_Hill, "Broken Hill (NSW)"),
    (Australia::Lord_Howe, "Lord Howe Island"),
    (Australia::Eucla, "Eucla"),
];

/// Value and label of each zone.
pub fn choices() -> Vec<(String, String)> {
    let ours = AUSTRALIA.iter().map(|(zone, places)| (zone.name().to_owned(), (*places).to_owned()));
    let others = TZ_VARIANTS
        .iter()
        .filter(|zone| {
            zone.name().contains('/') && !zone.name().starts_with("Australia/") && !zone.name().starts_with("Etc/")
        })
        .map(|zone| (zone.name().to_owned(), zone.name().replace('_', " ")));
    ours.chain(others).collect()
}

/// A zone as people read it.
pub fn label(zone: Tz) -> String {
    let ours = AUSTRALIA.iter().find(|(known, _)| *known == zone);
    ours.map_or_else(|| zone.name().replace('_', " "), |(_, places)| (*places).to_owned())
}

#[cfg(test)]
mod tests {
    use super::{AUSTRALIA, choices};
    use chrono_tz::Tz;

    #[test]
    fn every_choice_is_a_zone_and_stands_once() {
        let choices = choices();
        assert_eq!(choices[0].0, "Australia/Sydney");
        let mut names: Vec<_> = choices.iter().map(|(name, _)| name.as_str()).collect();
        assert!(names.iter().all(|name| name.parse::<Tz>().is_ok()));
        names.sort_unstable();
        let all = names.len();
        names.dedup();
        assert_eq!(names.len(), all);
        assert!(all > AUSTRALIA.len() + 300);
    }
}
