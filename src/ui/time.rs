//! Moments in a tenant's own zone: "20 Nov 2026, 6:45 pm".

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use leptos::prelude::*;

/// A moment in words. With `now`, given by the server, it is relative within a day: "5 minutes ago".
#[component]
pub fn LocalTime(
    instant: DateTime<Utc>,
    tz: Tz,
    #[prop(optional, into)] now: Option<DateTime<Utc>>,
    /// The day without the time.
    #[prop(optional)]
    date_only: bool,
) -> impl IntoView {
    let absolute = if date_only { format_day(instant, tz) } else { format_moment(instant, tz) };
    let relative = now.filter(|_| !date_only).and_then(|now| format_relative(instant, now));
    let title = relative.is_some().then(|| absolute.clone());
    view! {
        <time datetime=instant.format("%Y-%m-%dT%H:%M:%SZ").to_string() title=title class="whitespace-nowrap">
            {relative.unwrap_or(absolute)}
        </time>
    }
    .into_any()
}

/// "20 Nov 2026, 6:45 pm".
pub fn format_moment(instant: DateTime<Utc>, tz: Tz) -> String {
    instant.with_timezone(&tz).format("%-d %b %Y, %-I:%M %P").to_string()
}

/// "20 Nov 2026".
pub fn format_day(instant: DateTime<Utc>, tz: Tz) -> String {
    instant.with_timezone(&tz).format("%-d %b %Y").to_string()
}

/// "6:45 pm".
pub fn format_time_of_day(instant: DateTime<Utc>, tz: Tz) -> String {
    instant.with_timezone(&tz).format("%-I:%M %P").to_string()
}

/// "5 minutes ago" or "in 2 hours"; nothing for what is a day away or more.
pub fn format_relative(instant: DateTime<Utc>, now: DateTime<Utc>) -> Option<String> {
    let distance = now - instant;
    let (span, future) = if distance < TimeDelta::zero() { (-distance, true) } else { (distance, false) };
    let words = match (span.num_hours(), span.num_minutes()) {
        (24.., _) => return None,
        (0, 0) => return Some("just now".to_owned()),
        (0, 1) => "1 minute".to_owned(),
        (0, minutes) => format!("{minutes} minutes"),
        (1, _) => "1 hour".to_owned(),
        (hours, _) => format!("{hours} hours"),
    };
    Some(if future { format!("in {words}") } else { format!("{words} ago") })
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::Australia::Sydney;

    fn moment(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn a_moment_is_told_in_the_tenants_zone() {
        assert_eq!(format_moment(moment("2026-11-20T07:45:00Z"), Sydney), "20 Nov 2026, 6:45 pm");
        assert_eq!(format_day(moment("2026-11-19T14:00:00Z"), Sydney), "20 Nov 2026");
        assert_eq!(format_time_of_day(moment("2026-11-20T13:05:00Z"), Sydney), "12:05 am");
    }

    #[test]
    fn within_a_day_it_is_relative() {
        let now = moment("2026-11-20T07:45:00Z");
        let told = |text| format_relative(moment(text), now);
        assert_eq!(told("2026-11-20T07:44:30Z").as_deref(), Some("just now"));
        assert_eq!(told("2026-11-20T07:44:00Z").as_deref(), Some("1 minute ago"));
        assert_eq!(told("2026-11-20T05:00:00Z").as_deref(), Some("2 hours ago"));
        assert_eq!(told("2026-11-20T09:50:00Z").as_deref(), Some("in 2 hours"));
        assert_eq!(told("2026-11-19T07:45:00Z"), None);
    }
}
