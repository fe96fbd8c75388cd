//! When a process that ended is started again, and when no more. Pure: time comes in as a value.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::logs::Rotation;

/// The times by which a supervisor acts. Tests shorten them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// The pause before the first restart. Default: 0.5 s. Doubles with each restart.
    pub backoff_min: Duration,
    /// The longest pause. Default: 30 s.
    pub backoff_max: Duration,
    /// How long a process must have been ready for its pauses to start over. Default: 60 s.
    pub healthy_after: Duration,
    /// How many exits make a crash loop. Default: 5.
    pub crash_loop_exits: usize,
    /// Within which time those exits must be. Default: 60 s.
    pub crash_loop_window: Duration,
    /// The pause between probes of a process that is not ready. Default: 0.1 s.
    pub probe_starting: Duration,
    /// The pause between probes of a process that is ready. Default: 5 s.
    pub probe_ready: Duration,
    /// How many probes in a row must not succeed for a ready process to become unready. Default: 3.
    pub unready_after: u32,
    /// How log files rotate.
    pub log_rotation: Rotation,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            backoff_min: Duration::from_millis(500),
            backoff_max: Duration::from_secs(30),
            healthy_after: Duration::from_mins(1),
            crash_loop_exits: 5,
            crash_loop_window: Duration::from_mins(1),
            probe_starting: Duration::from_millis(100),
            probe_ready: Duration::from_secs(5),
            unready_after: 3,
            log_rotation: Rotation::default(),
        }
    }
}

/// What to do about a process that ended by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Start it again after a pause.
    After(Duration),
    /// It will not get better by itself.
    CrashLoop,
}

/// The exits of one process.
#[derive(Debug, Default)]
pub(crate) struct Exits {
    recent: VecDeque<Instant>,
    in_a_row: u32,
}

impl Exits {
    /// Judges an exit at `now` of a process that had been ready for `ready_for`. `jitter` is from 0 to 1.
    pub(crate) fn judge(&mut self, now: Instant, ready_for: Duration, jitter: f64, settings: &Settings) -> Verdict {
        if ready_for >= settings.healthy_after {
            *self = Self::default();
        }
        self.recent.push_back(now);
        while self.recent.front().is_some_and(|first| now.duration_since(*first) > settings.crash_loop_window) {
            self.recent.pop_front();
        }
        if self.recent.len() >= settings.crash_loop_exits {
            return Verdict::CrashLoop;
        }
        let pause = settings.backoff_min.saturating_mul(2u32.saturating_pow(self.in_a_row)).min(settings.backoff_max);
        self.in_a_row += 1;
        // Up to a fifth longer, so that processes that fell together do not rise together.
        Verdict::After(pause.mul_f64(1.0 + 0.2 * jitter.clamp(0.0, 1.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn pauses_double_up_to_the_longest() {
        let settings = Settings { crash_loop_exits: 100, ..Settings::default() };
        let mut exits = Exits::default();
        let now = Instant::now();
        let pauses: Vec<_> = (0..8).map(|_| exits.judge(now, Duration::ZERO, 0.0, &settings)).collect();
        let seconds = [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0];
        assert_eq!(pauses, seconds.map(|pause| Verdict::After(Duration::from_secs_f64(pause))));
    }

    #[test]
    fn a_healthy_minute_forgives_everything() {
        let settings = Settings::default();
        let mut exits = Exits::default();
        let now = Instant::now();
        for _ in 0..4 {
            exits.judge(now, Duration::ZERO, 0.0, &settings);
        }
        assert_eq!(exits.judge(now, 60 * SECOND, 0.0, &settings), Verdict::After(Duration::from_millis(500)));
    }

    #[test]
    fn five_exits_within_a_minute_are_a_crash_loop_and_five_within_an_hour_are_not() {
        let settings = Settings::default();
        let judge_every = |pause: Duration| {
            let mut exits = Exits::default();
            let start = Instant::now();
            (0..5).map(|exit| exits.judge(start + exit * pause, Duration::ZERO, 0.0, &settings)).last()
        };
        assert_eq!(judge_every(10 * SECOND), Some(Verdict::CrashLoop));
        assert_ne!(judge_every(600 * SECOND), Some(Verdict::CrashLoop));
    }

    #[test]
    fn jitter_only_lengthens() {
        let mut exits = Exits::default();
        let verdict = exits.judge(Instant::now(), Duration::ZERO, 1.0, &Settings::default());
        assert_eq!(verdict, Verdict::After(Duration::from_millis(600)));
    }
}
