//! Windows and buckets under simulated time.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{Bucket, Rate, Windows};

fn windows() -> Windows {
    Windows::new(&BTreeMap::new(), "quota")
}

#[test]
fn a_client_may_save_up_ten_seconds_and_then_waits_for_the_excess() {
    let mut rate = Rate::default();
    rate.record(windows(), 0, 10_000.0);
    assert_eq!(rate.throttle(windows(), 0, 1000.0), 0);
    rate.record(windows(), 0, 2_500.0);
    assert_eq!(rate.throttle(windows(), 0, 1000.0), 2_500);
}

#[test]
fn a_steady_client_at_its_limit_is_let_be() {
    let mut rate = Rate::default();
    for now in (0..60_000).step_by(100) {
        rate.record(windows(), now, 99.0);
        assert_eq!(rate.throttle(windows(), now, 1000.0), 0, "at {now}");
    }
}

#[test]
fn use_is_forgotten_with_its_window() {
    let mut rate = Rate::default();
    rate.record(windows(), 0, 1e6);
    assert!(!rate.is_empty(windows(), 10_999));
    assert!(rate.is_empty(windows(), 11_000));
}

#[test]
fn what_is_taken_back_was_not_used() {
    let mut rate = Rate::default();
    rate.record(windows(), 0, 20_000.0);
    rate.record(windows(), 0, -20_000.0);
    assert_eq!(rate.throttle(windows(), 0, 1000.0), 0);
}

#[test]
fn a_bucket_lends_once_and_is_paid_back_over_time() {
    let mut bucket = Bucket::new(windows(), 0, 2.0);
    assert_eq!(bucket.throttle(windows(), 0, 2.0), 0);
    bucket.take(22.0);
    assert_eq!(bucket.throttle(windows(), 0, 2.0), 0);
    bucket.take(5.0);
    assert_eq!(bucket.throttle(windows(), 0, 2.0), 2500);
    assert_eq!(bucket.throttle(windows(), 2000, 2.0), 500);
    assert_eq!(bucket.throttle(windows(), 2500, 2.0), 0);
    assert_eq!(bucket.throttle(windows(), 1_000_000, 2.0), 0);
    bucket.take(23.0);
    assert_eq!(bucket.throttle(windows(), 1_000_000, 2.0), 500);
}

proptest! {
    /// A client that waits as it is told uses, over a long time, about its limit besides what it saved up and one request;
    /// somewhat more with large requests, because use is forgotten by whole windows.
    #[test]
    fn who_waits_as_told_keeps_near_the_limit(amounts in prop::collection::vec(1.0f64..5_000.0, 50..200)) {
        let (mut rate, mut now, mut used) = (Rate::default(), 0, 0.0);
        for amount in amounts {
            rate.record(windows(), now, amount);
            used += amount;
            now += rate.throttle(windows(), now, 1000.0).max(1);
        }
        let seconds = f64::from(i32::try_from(now).unwrap()) / 1000.0;
        prop_assert!(used <= 1_400.0 * seconds + 16_000.0, "{used} in {seconds} s");
    }
}
