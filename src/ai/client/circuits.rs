//! One circuit breaker for each provider of each tenant, shared by all clones of a client.

use super::failure::Failure;
use crate::{
    ai::breaker::{Breaker, CircuitRule},
    ids::{ProviderId, TenantId},
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

type Key = (TenantId, ProviderId);

/// The circuits.
#[derive(Clone)]
pub struct Circuits {
    rule: CircuitRule,
    /// Only those that have something to remember.
    breakers: Arc<Mutex<HashMap<Key, Breaker>>>,
}

impl Circuits {
    /// All closed.
    pub fn new(rule: CircuitRule) -> Self {
        Self { rule, breakers: Arc::default() }
    }

    /// Lets a call through, if its circuit does.
    pub fn admit(&self, key: Key) -> Option<Permit> {
        let admitted = self.with(key, |breaker| breaker.admit(self.rule, Instant::now()));
        admitted.then(|| self.force(key))
    }

    /// Lets a call through in any case; its outcome counts.
    pub fn force(&self, key: Key) -> Permit {
        Permit { circuits: self.clone(), key, is_settled: false }
    }

    /// The provider broke off after its answer had begun.
    pub fn failed_later(&self, key: Key) {
        self.with(key, |breaker| breaker.fail(self.rule, Instant::now()));
    }

    fn with<T>(&self, key: Key, change: impl FnOnce(&mut Breaker) -> T) -> T {
        let mut breakers = self.breakers.lock().unwrap_or_else(PoisonError::into_inner);
        let mut breaker = breakers.remove(&key).unwrap_or_default();
        let outcome = change(&mut breaker);
        if !breaker.is_unused() {
            breakers.insert(key, breaker);
        }
        outcome
    }
}

/// One call that was let through. Dropped without an outcome, it leaves its place to the next.
pub struct Permit {
    circuits: Circuits,
    key: Key,
    is_settled: bool,
}

impl Permit {
    /// Counts how the call went.
    pub fn settle(mut self, failure: Option<&Failure>) {
        self.is_settled = true;
        let rule = self.circuits.rule;
        self.circuits.with(self.key, |breaker| match failure {
            Some(failure) if failure.is_outage => breaker.fail(rule, Instant::now()),
            // Nothing was sent, so nothing was learnt.
            Some(failure) if !failure.was_sent() => breaker.abandon(),
            _ => breaker.succeed(),
        });
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if !self.is_settled {
            self.circuits.with(self.key, Breaker::abandon);
        }
    }
}
