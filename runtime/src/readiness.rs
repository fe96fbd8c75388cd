//! Whether the service does its work, and if not, what it waits for: the answer of `/ready`.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What a service can wait for. The order is the order in which they are met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Need {
    Start,
    Schemas,
    Topics,
    Group,
    Brokers,
    Stop,
}

/// The reasons why the service is not ready; it is ready when there is none.
#[derive(Debug)]
pub(crate) struct Readiness {
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    unmet: BTreeMap<Need, String>,
    last_error: Option<String>,
}

impl Readiness {
    pub(crate) fn new() -> Self {
        let unmet = BTreeMap::from([(Need::Start, "starting".to_owned())]);
        Self { state: Mutex::new(State { unmet, last_error: None }) }
    }

    /// Takes note of what the service waits for. Says whether that is news, so that it is logged once.
    pub(crate) fn waits(&self, need: Need, reason: impl Into<String>) -> bool {
        let reason = reason.into();
        let mut state = self.state();
        let news = state.unmet.get(&need) != Some(&reason);
        state.unmet.insert(need, reason);
        news
    }

    /// Takes note that a need is met. Says whether it was unmet until now.
    pub(crate) fn met(&self, need: Need) -> bool {
        self.state().unmet.remove(&need).is_some()
    }

    /// The service has everything that it needs at the beginning.
    pub(crate) fn started(&self) {
        self.met(Need::Start);
        if !self.state().unmet.contains_key(&Need::Stop) {
            tracing::info!("started");
        }
    }

    /// Keeps the last error of a record or the client for whoever asks `/ready`.
    pub(crate) fn note_error(&self, error: impl Into<String>) {
        self.state().last_error = Some(error.into());
    }

    /// The reasons, in the order in which they are met, and the last error.
    pub(crate) fn report(&self) -> (Vec<String>, Option<String>) {
        let state = self.state();
        (state.unmet.values().cloned().collect(), state.last_error.clone())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_ready_when_every_need_is_met() {
        let readiness = Readiness::new();
        assert!(readiness.waits(Need::Topics, "topic `a` does not exist"));
        assert!(!readiness.waits(Need::Topics, "topic `a` does not exist"));
        readiness.started();
        assert_eq!(readiness.report().0, ["topic `a` does not exist"]);
        assert!(readiness.met(Need::Topics));
        assert!(readiness.report().0.is_empty());
    }
}
