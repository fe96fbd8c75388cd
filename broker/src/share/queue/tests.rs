//! Claims about a share-partition: holding, verdicts, limits.

use super::*;

const LIMIT: i16 = 2;

fn member(name: &str) -> Arc<str> {
    Arc::from(name)
}

fn verdict(first: i64, last: i64, kinds: &[i8]) -> Verdict {
    Verdict { first, last, kinds: kinds.to_vec() }
}

#[test]
fn two_members_never_hold_the_same_record() {
    let mut queue = Queue::new(0);
    assert_eq!(queue.acquire(&member("a"), 10, 0..3), [Acquired { first: 0, last: 2, deliveries: 1 }]);
    assert_eq!(queue.acquire(&member("b"), 10, 0..5), [Acquired { first: 3, last: 4, deliveries: 1 }]);
    assert_eq!(queue.acknowledge("b", &[verdict(0, 0, &[1])], LIMIT), Err(ResponseError::InvalidRecordState));
}

#[test]
fn the_start_moves_over_what_is_dealt_with() {
    let mut queue = Queue::new(0);
    queue.acquire(&member("a"), 10, 0..4);
    assert_eq!(queue.acknowledge("a", &[verdict(1, 2, &[1, 3])], LIMIT), Ok(()));
    assert_eq!(queue.start(), 0);
    assert_eq!(queue.acknowledge("a", &[verdict(0, 0, &[1])], LIMIT), Ok(()));
    assert_eq!(queue.start(), 3);
}

#[test]
fn a_released_record_comes_again_until_its_last_delivery() {
    let mut queue = Queue::new(0);
    queue.acquire(&member("a"), 10, 0..1);
    assert_eq!(queue.acknowledge("a", &[verdict(0, 0, &[2])], LIMIT), Ok(()));
    assert_eq!(queue.acquire(&member("a"), 10, 0..1), [Acquired { first: 0, last: 0, deliveries: 2 }]);
    assert_eq!(queue.acknowledge("a", &[verdict(0, 0, &[2])], LIMIT), Ok(()));
    assert_eq!(queue.start(), 1);
}

#[test]
fn a_hold_ends_with_its_time_and_with_its_member() {
    let mut queue = Queue::new(0);
    queue.acquire(&member("a"), 10, 0..1);
    assert!(!queue.expire(9, LIMIT));
    assert!(queue.expire(10, LIMIT));
    assert_eq!(queue.acquire(&member("b"), 20, 0..1), [Acquired { first: 0, last: 0, deliveries: 2 }]);
    assert!(queue.release("b"));
    assert_eq!(queue.acquire(&member("c"), 20, 0..1), [Acquired { first: 0, last: 0, deliveries: 2 }]);
}

#[test]
fn it_comes_back_from_what_is_kept_of_it() {
    let mut queue = Queue::new(5);
    queue.acquire(&member("a"), 10, 5..10);
    assert_eq!(queue.acknowledge("a", &[verdict(6, 7, &[1]), verdict(8, 8, &[2])], LIMIT), Ok(()));
    let restored = Queue::restored(queue.start(), &queue.resting());
    assert_eq!(restored.resting(), queue.resting());
    assert_eq!((restored.start(), restored.next(100)), (5, Some(5)));
}

#[test]
fn no_more_than_so_many_are_in_flight() {
    let mut queue = Queue::new(0);
    queue.acquire(&member("a"), 10, 0..3);
    assert_eq!(queue.next(3), None);
    assert_eq!(queue.next(4), Some(3));
}
