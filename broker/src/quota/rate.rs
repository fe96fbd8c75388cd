//! How much was used lately, counted as Kafka counts it.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, VecDeque};

use crate::machine::Timestamp;

/// How far back use is counted: the window under way and those before it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Windows {
    count: i64,
    /// Milliseconds.
    pub(super) size: Timestamp,
}

impl Windows {
    /// Reads `<prefix>.window.num` (default: 11) and `<prefix>.window.size.seconds` (default: 1).
    pub(super) fn new(configs: &BTreeMap<String, String>, prefix: &str) -> Self {
        let number = |key: &str, default: i64| {
            let text = configs.get(&format!("{prefix}.window.{key}"));
            text.and_then(|text| text.trim().parse().ok()).filter(|number| *number > 0).unwrap_or(default)
        };
        Self { count: number("num", 11), size: number("size.seconds", 1).saturating_mul(1000) }
    }

    /// The longest time that use is averaged over when there are only whole windows, in seconds.
    pub(super) fn whole_seconds(self) -> f64 {
        seconds((self.count - 1).saturating_mul(self.size))
    }
}

/// What was used in each window.
#[derive(Debug, Default)]
pub(super) struct Rate {
    /// When each window began, and what was used in it.
    samples: VecDeque<(Timestamp, f64)>,
}

impl Rate {
    /// Notes use; less than nothing takes back what was noted.
    pub(super) fn record(&mut self, windows: Windows, now: Timestamp, amount: f64) {
        self.expire(windows, now);
        match self.samples.back_mut() {
            Some((began, used)) if now - *began < windows.size => *used += amount,
            _ => self.samples.push_back((now, amount)),
        }
    }

    /// For how many milliseconds nothing may be used until the average is down at the limit.
    pub(super) fn throttle(&mut self, windows: Windows, now: Timestamp, limit: f64) -> i64 {
        self.expire(windows, now);
        let span = self.span(windows, now);
        let used: f64 = self.samples.iter().map(|(_, used)| used).sum();
        let rate = used / seconds(span);
        if rate <= limit {
            return 0;
        }
        whole((rate - limit) / limit * seconds(span) * 1000.0)
    }

    /// Whether no window knows of any use.
    pub(super) fn is_empty(&mut self, windows: Windows, now: Timestamp) -> bool {
        self.expire(windows, now);
        self.samples.is_empty()
    }

    /// The time that use is averaged over: never less than all windows but the one under way.
    fn span(&self, windows: Windows, now: Timestamp) -> Timestamp {
        let elapsed = self.samples.front().map_or(0, |(began, _)| now - began);
        let missing = (windows.count - 1 - elapsed / windows.size).max(0);
        (elapsed + missing * windows.size).max(1)
    }

    /// Time may have been set back: what is to come has not been used.
    fn expire(&mut self, windows: Windows, now: Timestamp) {
        self.samples.retain(|(began, _)| (0..windows.count * windows.size).contains(&(now - began)));
    }
}

/// Tokens that come in at a rate, and may be saved up for as long as all windows last. One may borrow once.
#[derive(Debug)]
pub(super) struct Bucket {
    tokens: f64,
    filled: Timestamp,
}

impl Bucket {
    /// A full one.
    pub(super) fn new(windows: Windows, now: Timestamp, limit: f64) -> Self {
        Self { tokens: burst(windows, limit), filled: now }
    }

    /// For how many milliseconds nothing may be taken.
    pub(super) fn throttle(&mut self, windows: Windows, now: Timestamp, limit: f64) -> i64 {
        let since = seconds((now - self.filled).max(0));
        self.tokens = (self.tokens + since * limit).min(burst(windows, limit));
        self.filled = now;
        if self.tokens < 0.0 { whole(-self.tokens / limit * 1000.0) } else { 0 }
    }

    pub(super) fn take(&mut self, amount: f64) {
        self.tokens -= amount;
    }
}

fn burst(windows: Windows, limit: f64) -> f64 {
    limit * seconds(windows.count.saturating_mul(windows.size))
}

#[expect(clippy::cast_precision_loss, reason = "windows are seconds, not ages")]
fn seconds(millis: Timestamp) -> f64 {
    millis as f64 / 1000.0
}

#[expect(clippy::cast_possible_truncation, reason = "a throttle time beyond any patience saturates")]
fn whole(millis: f64) -> i64 {
    millis.round() as i64
}
