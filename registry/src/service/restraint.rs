//! Restraint in taking the lead while nobody asks for a write.
//!
//! Two registries that live and cannot reach each other, or that give the same address, take each other for dead. Each
//! write of a client may move the lead, which is slow and does no harm. But when each watches over the log and takes the
//! lead as soon as it has lost it, they fill the log with claims and fence each other's writes.

use std::time::{Duration, Instant};

/// The first pause after a claim; each is twice the one before.
const FIRST: Duration = Duration::from_secs(2);

/// The longest pause: so long may a log be without a leader while nobody writes.
const LONGEST: Duration = Duration::from_mins(1);

/// How long after a claim it no longer counts: leaders do die now and then.
const MEMORY: Duration = Duration::from_mins(5);

/// When a registry may claim the next time of its own accord.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Restraint {
    last: Option<(Instant, Duration)>,
}

impl Restraint {
    /// Notes a claim. Whether it is one of several in a short time.
    pub(super) fn note(&mut self, now: Instant) -> bool {
        let recent = self.last.filter(|(at, _)| now.saturating_duration_since(*at) < MEMORY);
        let pause = recent.map_or(FIRST, |(_, pause)| (pause * 2).min(LONGEST));
        self.last = Some((now, pause));
        recent.is_some()
    }

    /// How long to wait before the next claim.
    pub(super) fn left(&self, now: Instant) -> Duration {
        self.last.map_or(Duration::ZERO, |(at, pause)| (at + pause).saturating_duration_since(now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_claim_is_free_and_each_further_one_waits_longer_up_to_a_minute() {
        let (mut restraint, mut now) = (Restraint::default(), Instant::now());
        assert_eq!(restraint.left(now), Duration::ZERO);
        assert!(!restraint.note(now), "the first is not one of several");
        let mut pauses = Vec::new();
        for _ in 0..7 {
            let pause = restraint.left(now);
            pauses.push(pause.as_secs());
            now += pause;
            assert_eq!(restraint.left(now), Duration::ZERO);
            assert!(restraint.note(now));
        }
        assert_eq!(pauses, [2, 4, 8, 16, 32, 60, 60]);
    }

    #[test]
    fn claims_of_long_ago_are_forgotten() {
        let (mut restraint, now) = (Restraint::default(), Instant::now());
        restraint.note(now);
        restraint.note(now);
        let later = now + MEMORY;
        assert!(!restraint.note(later));
        assert_eq!(restraint.left(later), FIRST);
    }
}
