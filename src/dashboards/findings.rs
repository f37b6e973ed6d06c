//! What the figures say, as sentences: the titles of the charts. Each says only what the numbers bear;
//! where there are too few, it says what is counted and claims nothing.

mod repeats;
mod words;

pub use repeats::{conditions, participants, sites, when};
pub use words::{duration, name_of_kind, of, reports};

use super::{
    figures::{AiFigures, KindCount, Quality, Scope, Stage, Totals, Wait},
    series::{Grain, Point},
};
use crate::{
    analysis::analysis::{IncidentType, Severity},
    usage::figures::{format_count, format_usd, percent},
};

/// Fewer than these are no pattern.
const FEW: i64 = 5;
/// From here on a change is also told in percent.
const ENOUGH_FOR_PERCENT: i64 = 20;

/// How a count compares with the period before: "6 more than in the 30 days before".
pub fn change(now: i64, before: i64, scope: &Scope) -> String {
    let period = scope.before_in_words();
    let share = |difference: i64| match percent(difference, before) {
        Some(percent) if before >= ENOUGH_FOR_PERCENT && percent > 0 => format!(" ({percent}%)"),
        _ => String::new(),
    };
    match (now, before) {
        (0, 0) => format!("As in {period}"),
        (_, 0) => format!("None in {period}"),
        (now, before) if now == before => format!("As many as in {period}"),
        (now, before) if now > before => {
            format!("{}{} more than in {period}", format_count(now - before), share(now - before))
        }
        (now, before) => format!("{}{} fewer than in {period}", format_count(before - now), share(before - now)),
    }
}

/// Over time: whether there is a peak.
pub fn over_time(grain: Grain, points: &[Point]) -> String {
    let total: i64 = points.iter().map(|point| point.reports).sum();
    let most = points.iter().map(|point| point.reports).max().unwrap_or_default();
    let mut peaks = points.iter().filter(|point| point.reports == most);
    match (peaks.next(), peaks.next()) {
        (Some(peak), None) if total >= FEW && points.len() > 1 && stands_out(points, most) => {
            format!("Most reports came {} {}: {}", preposition(grain), peak.label(grain), format_count(most))
        }
        _ => format!("{} by {}", reports(total), grain.label()),
    }
}

/// A peak is at least half as high again as the average of the others.
fn stands_out(points: &[Point], most: i64) -> bool {
    let others: i64 = points.iter().map(|point| point.reports).sum::<i64>() - most;
    let count = i64::try_from(points.len().saturating_sub(1)).unwrap_or(i64::MAX);
    most * 2 * count >= others * 3
}

const fn preposition(grain: Grain) -> &'static str {
    match grain {
        Grain::Day => "on",
        Grain::Week => "in the week",
        Grain::Month | Grain::Quarter | Grain::Year => "in",
    }
}

/// Signed-off reports of a type, whatever their severity.
pub fn of_kind(totals: &Totals, incident_type: IncidentType) -> i64 {
    totals.kinds.iter().filter(|kind| kind.incident_type == incident_type).map(|kind| kind.reports).sum()
}

/// Signed-off reports of a type in one severity.
pub fn of_kind_and_severity(totals: &Totals, incident_type: IncidentType, severity: Severity) -> i64 {
    let is_it = |kind: &&KindCount| (kind.incident_type, kind.severity) == (incident_type, severity);
    totals.kinds.iter().filter(is_it).map(|kind| kind.reports).sum()
}

/// Signed-off reports by their highest severity.
pub fn with_highest(totals: &Totals, severity: Severity) -> i64 {
    totals.highest.iter().filter(|(one, _)| *one == severity).map(|(_, reports)| reports).sum()
}

/// Which type changed most, or else which is most frequent.
pub fn kinds(totals: &Totals, before: &Totals) -> String {
    let signed_off = totals.signed_off;
    let counts: Vec<_> =
        IncidentType::ALL.iter().map(|one| (*one, of_kind(totals, *one), of_kind(before, *one))).collect();
    let changed = counts.iter().max_by_key(|(_, now, before)| (now - before).abs());
    // Types come with the sign-off: while many reports of the period wait for it, fewer of a type mean nothing.
    let is_settled = signed_off * 5 >= totals.reports * 4;
    if let Some((kind, now, before)) = changed
        && (now - before).abs() >= FEW
        && (now - before).abs() * 4 >= *before
        && *before > 0
        && (now > before || is_settled)
    {
        let verb = if now > before { "rose" } else { "fell" };
        let (before, now) = (format_count(*before), format_count(*now));
        return format!("{} reports {verb} from {before} to {now}", name_of_kind(*kind));
    }
    let most = counts.iter().map(|(_, now, _)| *now).max().unwrap_or_default();
    let mut leading = counts.iter().filter(|(_, now, _)| *now == most);
    match (leading.next(), leading.next()) {
        (Some((kind, now, _)), None) if signed_off >= FEW && now * 2 >= signed_off => {
            format!("{} are {}", of(*now, signed_off, "signed-off report"), kind.label().to_lowercase())
        }
        (Some((kind, now, _)), None) if signed_off >= FEW => {
            format!("{} is the most frequent type: {}", name_of_kind(*kind), of(*now, signed_off, "signed-off report"))
        }
        _ => match signed_off {
            0 => "No report of this period is signed off yet".to_owned(),
            1 => "1 report is signed off, too few for a pattern".to_owned(),
            count if count < FEW => format!("{count} reports are signed off, too few for a pattern"),
            count => format!("{} signed-off reports by type and severity", format_count(count)),
        },
    }
}

/// Where most of the time goes.
pub fn waits(waits: &[Wait]) -> String {
    let slowest = waits
        .iter()
        .filter(|wait| wait.reports >= FEW)
        .filter_map(|wait| wait.median_minutes.map(|median| (wait.stage, median)))
        .max_by(|(_, one), (_, other)| one.total_cmp(other));
    match slowest {
        None => "Too few reports to say how long they take".to_owned(),
        Some((Stage::EventToReport, median)) => format!("Half of the reports are begun within {}", duration(median)),
        Some((Stage::ReportToSubmission, median)) => {
            format!("Writing takes longest: half are submitted within {}", duration(median))
        }
        Some((Stage::SubmissionToSignOff, median)) => {
            format!("Reports wait longest for sign-off: half are signed off within {}", duration(median))
        }
    }
}

/// How completely reports are told.
pub fn phases(quality: &Quality) -> String {
    let total: i64 = quality.phases_told.iter().sum();
    let [.., all] = quality.phases_told;
    if total < FEW {
        format!("{} by phases told", reports(total))
    } else if all == total {
        "Every report tells all four phases".to_owned()
    } else {
        format!("{} {} all four phases", of(all, total, "report"), if all == 1 { "tells" } else { "tell" })
    }
}

/// How many questions get an answer; nothing if none was asked.
pub fn questions(quality: &Quality) -> Option<String> {
    let Quality { questions_asked: asked, questions_answered: answered, questions_not_known: not_known, .. } = *quality;
    let share = percent(answered, asked)?;
    let told = format!("{} of {} questions", format_count(answered), format_count(asked));
    let share = if asked >= ENOUGH_FOR_PERCENT { format!(" ({share}%)") } else { String::new() };
    let unknown = match not_known {
        0 => String::new(),
        1 => " 1 was answered with \u{201c}I don't know\u{201d}.".to_owned(),
        count => format!(" {} were answered with \u{201c}I don't know\u{201d}.", format_count(count)),
    };
    Some(format!("{told}{share} are answered in words.{unknown}"))
}

/// How often people saw it otherwise than an AI.
pub fn overruled(ai: &AiFigures) -> String {
    match (ai.overruled, ai.suggestions) {
        (_, 0) => "No AI suggestion has been decided on".to_owned(),
        (0, 1) => "The one AI suggestion was accepted".to_owned(),
        (0, count) => format!("People accepted all {} AI suggestions", format_count(count)),
        (overruled, count) => format!("People overruled {}", of(overruled, count, "AI suggestion")),
    }
}

/// What AI took.
pub fn cost(ai: &AiFigures) -> String {
    match ai.calls {
        0 => "No AI call was made in this period.".to_owned(),
        1 => format!("1 AI call cost {}.", format_usd(ai.cost_micros)),
        calls => format!("{} AI calls cost {}.", format_count(calls), format_usd(ai.cost_micros)),
    }
}

#[cfg(test)]
mod tests;
