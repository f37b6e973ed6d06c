//! Accounts that the tests tell, and waiting for something to become true.

use chrono::{DateTime, Duration, Utc};
use std::time::Duration as Wait;
use supportsignal::incidents::{details::format_local, narrative::Narrative};
use tokio::time::Instant;

/// An account that says little, so that there is much to ask.
pub fn short_account() -> Narrative {
    Narrative {
        before: "We were in the kitchen.".to_owned(),
        during: "Robin fell over near the sink and there was a lot of shouting in the room.".to_owned(),
        end: "It stopped.".to_owned(),
        after: "We had tea.".to_owned(),
    }
}

/// The same event, told well.
pub fn full_account() -> Narrative {
    Narrative {
        before: "At 4.30 pm Robin and I were making dinner in the kitchen at Rose Street. Kim, another resident, \
                 sat at the table. Robin had slept badly and was anxious because the bus had come late."
            .to_owned(),
        during: "Robin slipped on water near the sink and fell on the left knee. Robin shouted twice that it hurt. \
                 I saw it from the stove and turned the gas off. Kim left the room. Nobody pushed Robin."
            .to_owned(),
        end: "I sat down beside Robin and spoke quietly. After about five minutes Robin stood up with my help and was calm."
            .to_owned(),
        after: "I checked the knee: a graze, no swelling. I put ice on it, phoned the team lead Alex at 5 pm, \
                and told Robin's sister. We wiped the floor dry and put a mat down."
            .to_owned(),
    }
}

/// Yesterday, as a datetime-local field of Sydney has it.
pub fn yesterday() -> String {
    local(Utc::now() - Duration::days(1))
}

/// A moment as a datetime-local field of Sydney has it.
pub fn local(instant: DateTime<Utc>) -> String {
    format_local(instant, chrono_tz::Australia::Sydney)
}

/// Looks again until it is so; fails after half a minute.
pub async fn eventually(what: &str, is_so: impl AsyncFn() -> bool) {
    let deadline = Instant::now() + Wait::from_secs(30);
    while !is_so().await {
        assert!(Instant::now() < deadline, "waited in vain: {what}");
        tokio::time::sleep(Wait::from_millis(20)).await;
    }
}
