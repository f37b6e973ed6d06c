//! When a question is put again: after a pause that doubles, with some chance in it so that many
//! clients don't come back at the same moment, or after the time that the provider asks for.

use super::ClientLimits;
use chrono::{DateTime, Utc};
use http::HeaderMap;
use std::time::Duration;

/// Whether asking again may help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    Never,
    Soon,
    /// Not before this long, says the provider.
    After(Duration),
}

/// How long to wait after the `attempt`th of `attempts`; `None` if it was the last, or the provider
/// wants to be left alone for longer than anybody would wait.
pub fn pause(limits: &ClientLimits, attempt: u32, attempts: u32, retry: Retry) -> Option<Duration> {
    if attempt >= attempts {
        return None;
    }
    match retry {
        Retry::Never => None,
        Retry::After(wanted) => (wanted <= limits.max_backoff).then_some(wanted),
        Retry::Soon => {
            let doubled = limits.first_backoff.saturating_mul(2_u32.saturating_pow(attempt.saturating_sub(1)));
            Some(doubled.min(limits.max_backoff).mul_f64(0.5 + rand::random::<f64>() / 2.0))
        }
    }
}

/// What a provider asks for: milliseconds (OpenAI), seconds or a date (RFC 9110).
pub fn asked_for(headers: &HeaderMap, now: DateTime<Utc>) -> Option<Duration> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    if let Some(milliseconds) = text("retry-after-ms").and_then(|text| text.parse::<f64>().ok()) {
        return Duration::try_from_secs_f64(milliseconds / 1000.0).ok();
    }
    let text = text("retry-after")?;
    if let Ok(seconds) = text.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let date = DateTime::parse_from_rfc2822(text).ok()?;
    Some((date.to_utc() - now).to_std().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::{Retry, asked_for, pause};
    use crate::ai::client::ClientLimits;
    use chrono::{TimeZone, Utc};
    use http::{HeaderMap, HeaderValue};
    use std::time::Duration;

    fn asked(name: &'static str, value: &'static str) -> Option<Duration> {
        let now = Utc.with_ymd_and_hms(2026, 11, 21, 7, 28, 0).single().expect("a moment");
        asked_for(&HeaderMap::from_iter([(name.parse().expect("name"), HeaderValue::from_static(value))]), now)
    }

    #[test]
    fn every_form_of_retry_after_is_read() {
        assert_eq!(asked("retry-after", "7"), Some(Duration::from_secs(7)));
        assert_eq!(asked("retry-after", "0.25"), Some(Duration::from_millis(250)));
        assert_eq!(asked("retry-after-ms", "1500"), Some(Duration::from_millis(1500)));
        assert_eq!(asked("retry-after", "Sat, 21 Nov 2026 07:28:30 GMT"), Some(Duration::from_secs(30)));
        assert_eq!(asked("retry-after", "Sat, 21 Nov 2026 07:00:00 GMT"), Some(Duration::ZERO), "it is over");
        for odd in ["soon", "-1", "inf", "nan", ""] {
            assert_eq!(asked("retry-after", odd), None, "{odd}");
        }
    }

    #[test]
    fn pauses_double_and_have_an_end() {
        let limits = ClientLimits { max_backoff: Duration::from_secs(3), ..ClientLimits::default() };
        for (attempt, longest) in [(1, 500), (2, 1000), (3, 2000), (4, 3000), (40, 3000)] {
            let longest = Duration::from_millis(longest);
            for _ in 0..20 {
                let pause = pause(&limits, attempt, 99, Retry::Soon).expect("a pause");
                assert!(longest / 2 <= pause && pause <= longest, "{attempt}: {pause:?}");
            }
        }
    }

    #[test]
    fn a_provider_is_not_asked_too_often_or_too_early() {
        let limits = ClientLimits { max_backoff: Duration::from_secs(3), ..ClientLimits::default() };
        assert_eq!(pause(&limits, 3, 3, Retry::Soon), None);
        assert_eq!(pause(&limits, 1, 3, Retry::Never), None);
        assert_eq!(pause(&limits, 1, 3, Retry::After(Duration::from_secs(2))), Some(Duration::from_secs(2)));
        assert_eq!(pause(&limits, 1, 3, Retry::After(Duration::from_secs(4))), None);
    }
}
