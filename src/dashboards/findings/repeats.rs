//! Who, where, when and why again.

use super::{
    FEW,
    words::{of, reports},
};
use crate::{
    dashboards::figures::{ConditionCount, NamedCount},
    ids::{ParticipantId, SiteId},
};

/// Whether one is ahead of all others, and how often it occurs.
fn leader<T>(counts: &[T], count: impl Fn(&T) -> i64) -> Option<(&T, i64)> {
    let most = counts.iter().map(&count).max().filter(|most| *most > 1)?;
    let mut leading = counts.iter().filter(|one| count(one) == most);
    let first = leading.next()?;
    leading.next().is_none().then_some((first, most))
}

/// Whether one participant stands out.
pub fn participants(counts: &[NamedCount<ParticipantId>], total: i64) -> String {
    match leader(counts, |one| one.reports) {
        Some((one, most)) if total >= FEW && most >= 3 => format!("{} is in {}", one.name, of(most, total, "report")),
        _ if total < FEW => format!("{} by participant", reports(total)),
        _ => "No participant stands out".to_owned(),
    }
}

/// Whether one site stands out.
pub fn sites(counts: &[NamedCount<SiteId>], total: i64) -> String {
    match leader(counts, |one| one.reports) {
        Some((NamedCount { id: None, .. }, most)) if total >= FEW && most >= 3 => {
            format!("{} name no site", of(most, total, "report"))
        }
        Some((one, most)) if total >= FEW && most >= 3 => {
            format!("{} come from {}", of(most, total, "report"), one.name)
        }
        _ if total < FEW => format!("{} by site", reports(total)),
        _ => "No site stands out".to_owned(),
    }
}

/// Parts of the day of six hours each, from midnight.
const PARTS: [(&str, &str); 4] = [
    ("at night", "nights"),
    ("in the morning", "mornings"),
    ("in the afternoon", "afternoons"),
    ("in the evening", "evenings"),
];

/// Whether there is a time of week at which most happens.
pub fn when(hours: &[[i64; 24]; 7]) -> String {
    let total: i64 = hours.iter().flatten().sum();
    if total < FEW * 2 {
        return format!("{} by weekday and time of day", reports(total));
    }
    let in_part = |days: &[[i64; 24]], part: usize| -> i64 {
        days.iter().map(|day| day.iter().skip(part * 6).take(6).sum::<i64>()).sum()
    };
    let (weekdays, weekend) = hours.split_at(5);
    let counts: Vec<_> = PARTS.iter().enumerate().map(|(part, words)| (in_part(hours, part), part, *words)).collect();
    let Some((most, part, (at, plural))) = counts.iter().copied().max_by_key(|(count, part, _)| (*count, 4 - part))
    else {
        return String::new();
    };
    let is_only_one = counts.iter().filter(|(count, ..)| *count == most).count() == 1;
    let on_weekend: i64 = weekend.iter().flatten().sum();
    if in_part(weekdays, part) * 2 > total {
        format!("Most happen on weekday {plural}")
    } else if in_part(weekend, part) * 2 > total {
        format!("Most happen on weekend {plural}")
    } else if most * 2 > total {
        format!("Most happen {at}")
    } else if on_weekend * 2 > total {
        "Most happen on weekends".to_owned()
    } else if is_only_one && most * 20 >= total * 7 {
        format!("{} happened {at}, more than at any other time", of(most, total, "report"))
    } else {
        "They happen at all times of the day".to_owned()
    }
}

/// Which condition recurs.
pub fn conditions(counts: &[ConditionCount]) -> String {
    match (counts, leader(counts, |one| one.reports)) {
        ([], _) => "No contributing condition is signed off yet".to_owned(),
        (_, Some((one, most))) if most >= 3 => {
            format!("\u{201c}{}\u{201d} came up in {}", one.text.trim_end_matches('.'), reports(most))
        }
        (counts, _) => match counts.iter().map(|one| one.reports).max() {
            Some(most) if most >= 3 => format!("Several conditions came up in {} each", reports(most)),
            Some(2) => "No condition came up more than twice".to_owned(),
            _ => "No condition came up twice".to_owned(),
        },
    }
}
