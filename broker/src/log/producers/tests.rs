//! Claims about producer state, each on a handful of headers.

use super::*;

const TRANSACTIONAL: i16 = 0b1_0000;
const CONTROL: i16 = 0b11_0000;

fn batch(epoch: i16, sequence: i32, count: i32, at: i64, attributes: i16) -> Header {
    Header {
        base_offset: at,
        size: 100,
        leader_epoch: 0,
        checksum: 0,
        attributes,
        last_offset_delta: count - 1,
        base_timestamp: 1_000 + at,
        max_timestamp: 1_000 + at,
        producer_id: 7,
        producer_epoch: epoch,
        base_sequence: sequence,
        count,
    }
}

fn end(producers: &mut Producers, epoch: i16, at: i64, commit: bool) {
    let marker = Marker { commit, coordinator_epoch: 3 };
    producers.observe(&batch(epoch, -1, 1, at, CONTROL), Some(marker), at, 0);
}

#[test]
fn a_gap_is_out_of_order_and_the_last_five_batches_are_duplicates() {
    let mut producers = Producers::default();
    for index in 0..6 {
        let header = batch(0, index * 2, 2, i64::from(index) * 2, 0);
        assert_eq!(producers.check(&header, 0), Ok(Check::Append));
        producers.observe(&header, None, header.base_offset, 0);
    }
    let duplicate = Check::Duplicate { first_offset: 2, timestamp: 1_002 };
    assert_eq!(producers.check(&batch(0, 2, 2, 0, 0), 0), Ok(duplicate));
    assert_eq!(producers.check(&batch(0, 0, 2, 0, 0), 0), Err(ResponseError::OutOfOrderSequenceNumber));
    assert_eq!(producers.check(&batch(0, 13, 2, 0, 0), 0), Err(ResponseError::OutOfOrderSequenceNumber));
    assert_eq!(producers.check(&batch(0, 12, 2, 0, 0), 0), Ok(Check::Append));
}

#[test]
fn sequences_wrap() {
    let mut producers = Producers::default();
    producers.observe(&batch(0, i32::MAX - 1, 2, 0, 0), None, 0, 0);
    assert_eq!(producers.check(&batch(0, 0, 3, 2, 0), 0), Ok(Check::Append));
    let mut producers = Producers::default();
    producers.observe(&batch(0, i32::MAX, 3, 0, 0), None, 0, 0);
    assert_eq!(producers.get(7).map(Producer::last_sequence), Some(1));
    assert_eq!(producers.check(&batch(0, 2, 1, 3, 0), 0), Ok(Check::Append));
}

#[test]
fn a_new_epoch_begins_at_sequence_zero_and_fences_the_old_one() {
    let mut producers = Producers::default();
    producers.observe(&batch(1, 5, 1, 0, 0), None, 0, 0);
    assert_eq!(producers.check(&batch(2, 6, 1, 1, 0), 0), Err(ResponseError::OutOfOrderSequenceNumber));
    assert_eq!(producers.check(&batch(2, 0, 1, 1, 0), 0), Ok(Check::Append));
    producers.observe(&batch(2, 0, 1, 1, 0), None, 1, 0);
    assert_eq!(producers.check(&batch(1, 6, 1, 2, 0), 0), Err(ResponseError::InvalidProducerEpoch));
}

#[test]
fn a_producer_that_is_not_known_may_begin_anywhere() {
    let mut producers = Producers::default();
    assert_eq!(producers.check(&batch(0, 40, 1, 0, 0), 0), Ok(Check::Append));
    producers.observe(&batch(0, 40, 1, 0, 0), None, 0, 0);
    producers.expire(1_000 + 86_400_000, 86_400_000);
    assert_eq!(producers.check(&batch(0, 90, 1, 0, 0), 0), Ok(Check::Append));
}

#[test]
fn an_open_transaction_holds_back_what_is_stable_until_its_marker() {
    let mut producers = Producers::default();
    producers.observe(&batch(0, 0, 3, 10, TRANSACTIONAL), None, 10, 0);
    producers.observe(&batch(0, 3, 3, 13, TRANSACTIONAL), None, 13, 0);
    assert_eq!(producers.first_open_offset(), Some(10));
    assert_eq!(producers.check(&batch(0, 6, 1, 16, 0), 0), Err(ResponseError::InvalidTxnState));
    producers.trim(12);
    assert_eq!(producers.first_open_offset(), Some(12));
    end(&mut producers, 1, 16, true);
    assert_eq!(producers.first_open_offset(), None);
    assert_eq!(producers.aborted(0, 100), []);
    assert_eq!(producers.check(&batch(1, 0, 1, 17, TRANSACTIONAL), 0), Ok(Check::Append));
}

#[test]
fn aborted_transactions_are_found_by_the_offsets_that_they_touch() {
    let mut producers = Producers::default();
    for first in [0, 10, 20] {
        producers.observe(&batch(0, 0, 3, first, TRANSACTIONAL), None, first, 0);
        end(&mut producers, 0, first + 3, false);
    }
    let firsts = |from, to| producers.aborted(from, to).iter().map(|a| a.first_offset).collect::<Vec<_>>();
    assert_eq!(firsts(0, 100), [0, 10, 20]);
    assert_eq!(firsts(3, 10), [0]);
    assert_eq!(firsts(4, 11), [10]);
    let mut trimmed = producers.clone();
    trimmed.trim(14);
    assert_eq!(trimmed.aborted(0, 100).len(), 1);
}

#[test]
fn late_markers_and_old_coordinators_are_refused() {
    let mut producers = Producers::default();
    producers.observe(&batch(4, 0, 1, 0, TRANSACTIONAL), None, 0, 0);
    assert_eq!(producers.check_marker(7, 4, 0, 2), Err(ResponseError::InvalidProducerEpoch));
    assert_eq!(producers.check_marker(7, 4, 0, 1), Ok(()));
    assert_eq!(producers.check_marker(7, 3, 0, 1), Err(ResponseError::InvalidProducerEpoch));
    end(&mut producers, 5, 1, true);
    assert_eq!(producers.check_marker(7, 5, 3, 2), Ok(()), "a marker may be repeated");
    assert_eq!(producers.check_marker(7, 5, 2, 2), Err(ResponseError::TransactionCoordinatorFenced));
}
