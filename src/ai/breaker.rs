//! A circuit breaker: after several failures in a row a provider is left alone for a while, then one
//! call finds out whether it is back. Time is an argument, so that the rules can be tested.

use std::time::{Duration, Instant};

/// When a circuit opens, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CircuitRule {
    /// Failures in a row that open it.
    pub failures: u32,
    /// How long it stays open before a trial.
    pub rest: Duration,
}

impl Default for CircuitRule {
    fn default() -> Self {
        Self { failures: 5, rest: Duration::from_secs(60) }
    }
}

/// The circuit to one provider.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Breaker {
    state: State,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum State {
    /// Calls go through.
    Closed { failures: u32 },
    /// No call goes through.
    Open { since: Instant },
    /// One call is under way to find out; the others wait for its outcome.
    Trial { since: Instant },
}

impl Default for State {
    fn default() -> Self {
        Self::Closed { failures: 0 }
    }
}

impl Breaker {
    /// Whether a call may be made now. After the rest the first one that asks is the trial.
    pub fn admit(&mut self, rule: CircuitRule, now: Instant) -> bool {
        match self.state {
            State::Closed { .. } => true,
            State::Open { since } if now.saturating_duration_since(since) >= rule.rest => {
                self.state = State::Trial { since };
                true
            }
            State::Open { .. } | State::Trial { .. } => false,
        }
    }

    /// A call was answered.
    pub fn succeed(&mut self) {
        self.state = State::default();
    }

    /// A call failed because the provider is unwell.
    pub fn fail(&mut self, rule: CircuitRule, now: Instant) {
        self.state = match self.state {
            State::Closed { failures } if failures + 1 < rule.failures => State::Closed { failures: failures + 1 },
            State::Closed { .. } | State::Trial { .. } => State::Open { since: now },
            // A call from before it opened doesn't make the rest longer.
            State::Open { since } => State::Open { since },
        };
    }

    /// A call was given up before it had an outcome: the next one may be the trial instead.
    pub fn abandon(&mut self) {
        if let State::Trial { since } = self.state {
            self.state = State::Open { since };
        }
    }

    /// Whether there is nothing to remember.
    pub fn is_unused(&self) -> bool {
        self.state == State::default()
    }
}

#[cfg(test)]
mod tests {
    use super::{Breaker, CircuitRule};
    use std::time::{Duration, Instant};

    const RULE: CircuitRule = CircuitRule { failures: 3, rest: Duration::from_secs(60) };

    fn opened(now: Instant) -> Breaker {
        let mut breaker = Breaker::default();
        for _ in 0..3 {
            assert!(breaker.admit(RULE, now));
            breaker.fail(RULE, now);
        }
        breaker
    }

    #[test]
    fn it_opens_after_failures_in_a_row_only() {
        let now = Instant::now();
        let mut breaker = Breaker::default();
        for _ in 0..10 {
            breaker.fail(RULE, now);
            breaker.fail(RULE, now);
            breaker.succeed();
        }
        assert!(breaker.admit(RULE, now) && breaker.is_unused());
        let mut breaker = opened(now);
        assert!(!breaker.admit(RULE, now) && !breaker.is_unused());
    }

    #[test]
    fn after_the_rest_one_call_finds_out() {
        let now = Instant::now();
        let mut breaker = opened(now);
        assert!(!breaker.admit(RULE, now + Duration::from_secs(59)));
        let later = now + Duration::from_secs(60);
        assert!(breaker.admit(RULE, later));
        assert!(!breaker.admit(RULE, later), "a second call waits for the trial");
        breaker.succeed();
        assert!(breaker.admit(RULE, later) && breaker.admit(RULE, later));
    }

    #[test]
    fn a_failed_trial_starts_the_rest_again() {
        let now = Instant::now();
        let mut breaker = opened(now);
        let later = now + Duration::from_secs(61);
        assert!(breaker.admit(RULE, later));
        breaker.fail(RULE, later);
        assert!(!breaker.admit(RULE, later + Duration::from_secs(59)));
        assert!(breaker.admit(RULE, later + Duration::from_secs(60)));
    }

    #[test]
    fn a_trial_that_was_given_up_leaves_its_place_to_the_next() {
        let now = Instant::now();
        let mut breaker = opened(now);
        let later = now + Duration::from_secs(60);
        assert!(breaker.admit(RULE, later));
        breaker.abandon();
        assert!(breaker.admit(RULE, later));
    }

    #[test]
    fn late_failures_of_earlier_calls_do_not_make_the_rest_longer() {
        let now = Instant::now();
        let mut breaker = opened(now);
        breaker.fail(RULE, now + Duration::from_secs(30));
        assert!(breaker.admit(RULE, now + Duration::from_secs(60)));
    }
}
