//! Pauses between tries: each twice the last, up to a limit.

use std::time::Duration;

/// The pauses of one series of tries. It never ends; the caller counts.
#[derive(Clone, Debug)]
pub(crate) struct Backoff {
    next: Duration,
    max: Duration,
}

impl Backoff {
    pub(crate) fn new(min: Duration, max: Duration) -> Self {
        Self { next: min.min(max), max }
    }

    /// For what the service cannot do without: 0.2 s to 5 s.
    pub(crate) fn startup() -> Self {
        Self::new(Duration::from_millis(200), Duration::from_secs(5))
    }

    /// The pause before the next try.
    pub(crate) fn pause(&mut self) -> Duration {
        let pause = self.next;
        self.next = self.next.saturating_mul(2).min(self.max);
        pause
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_up_to_the_limit() {
        let mut backoff = Backoff::new(Duration::from_millis(200), Duration::from_secs(1));
        let pauses: Vec<u128> = (0..5).map(|_| backoff.pause().as_millis()).collect();
        assert_eq!(pauses, [200, 400, 800, 1000, 1000]);
    }

    #[test]
    fn never_exceeds_a_limit_below_the_minimum() {
        let mut backoff = Backoff::new(Duration::from_secs(5), Duration::from_secs(1));
        assert_eq!(backoff.pause(), Duration::from_secs(1));
    }
}
