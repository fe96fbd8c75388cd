//! Waiting for a condition with a deadline.

use std::time::{Duration, Instant};

/// How often a condition is looked at.
const INTERVAL: Duration = Duration::from_millis(50);

/// Waits until `probe` gives a value.
///
/// # Panics
///
/// After `seconds`, with `what` and what the last look said.
#[track_caller]
pub fn until<T>(what: &str, seconds: u64, mut probe: impl FnMut() -> Result<T, String>) -> T {
    let deadline = Instant::now() + Duration::from_secs(seconds);
    loop {
        match probe() {
            Ok(value) => return value,
            Err(last) if Instant::now() >= deadline => panic!("{what}: not after {seconds} s; last look: {last}"),
            Err(_) => std::thread::sleep(INTERVAL),
        }
    }
}
