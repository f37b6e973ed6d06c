//! The pages of data requests and legal holds.

mod hold;
mod list;
mod new;
mod own;
mod request;

pub use hold::NewHoldPage;
pub use list::DataRequestListPage;
pub use new::NewDataRequestPage;
pub use own::OwnDataCard;
pub use request::DataRequestPage;

use super::request::{DataRequest, RequestStatus};
use crate::ui::Tone;
use chrono::{DateTime, Utc};

/// Tone and words of a request's status.
fn status_in_words(request: &DataRequest, now: DateTime<Utc>) -> (Tone, &'static str) {
    match request.status {
        _ if request.is_overdue(now) => (Tone::Danger, "Overdue"),
        RequestStatus::Received => (Tone::Waiting, RequestStatus::Received.label()),
        RequestStatus::Preparing => (Tone::Info, RequestStatus::Preparing.label()),
        RequestStatus::Completed => (Tone::Done, RequestStatus::Completed.label()),
        RequestStatus::Refused => (Tone::Neutral, RequestStatus::Refused.label()),
    }
}

/// "2.4 MB" or "812 kB".
fn size_in_words(bytes: i64) -> String {
    let kilobytes = bytes.max(0).div_euclid(1_000).max(1);
    if kilobytes < 1_000 {
        format!("{kilobytes} kB")
    } else {
        format!("{}.{} MB", kilobytes / 1_000, kilobytes % 1_000 / 100)
    }
}

#[cfg(test)]
mod tests {
    use super::size_in_words;

    #[test]
    fn sizes_are_told_in_the_unit_that_fits() {
        assert_eq!([12, 812_345, 2_450_000].map(size_in_words), ["1 kB", "812 kB", "2.4 MB"]);
    }
}
