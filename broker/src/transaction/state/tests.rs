//! Kafka's table of ends, and what InitProducerId makes of epochs.

use super::*;

const NOW: Timestamp = 5_000;

fn known(state: State, epoch: i16) -> Transaction {
    let mut known = Transaction::new(7, 60_000, 1_000);
    (known.state, known.producer.epoch) = (state, epoch);
    known
}

fn no_id() -> Result<i64, ResponseError> {
    Err(ResponseError::UnknownServerError)
}

fn end(known: &Transaction, epoch: i16, commit: bool, bumps: bool) -> Result<Option<i16>, ResponseError> {
    let ending = Ending { producer: Producer { id: 7, epoch }, commit, bumps };
    known.end(ending, NOW, no_id).map(|end| match end {
        End::Done => None,
        End::Prepared(next) => Some(next.producer.epoch),
    })
}

#[test]
fn with_version_2_a_retry_is_told_by_its_epoch() {
    let (fenced, invalid) = (Err(ResponseError::ProducerFenced), Err(ResponseError::InvalidTxnState));
    let table = [
        (State::Empty, [fenced, Ok(Some(6)), fenced, invalid]),
        (State::CompleteAbort, [Ok(None), Ok(Some(6)), invalid, invalid]),
        (State::CompleteCommit, [invalid, Ok(Some(6)), Ok(None), invalid]),
        (State::Ongoing, [fenced, Ok(Some(6)), fenced, Ok(Some(6))]),
        (State::PrepareCommit, [invalid, fenced, Err(ResponseError::ConcurrentTransactions), fenced]),
    ];
    for (state, expected) in table {
        let known = known(state, 5);
        let asked = [(4, false), (5, false), (4, true), (5, true)];
        assert_eq!(asked.map(|(epoch, commit)| end(&known, epoch, commit, true)), expected, "{state:?}");
    }
}

#[test]
fn before_version_2_a_retry_is_told_by_the_state() {
    assert_eq!(end(&known(State::Ongoing, 5), 5, true, false), Ok(Some(5)));
    assert_eq!(end(&known(State::CompleteCommit, 5), 5, true, false), Ok(None));
    assert_eq!(end(&known(State::CompleteCommit, 5), 5, false, false), Err(ResponseError::InvalidTxnState));
    assert_eq!(end(&known(State::Empty, 5), 5, false, false), Err(ResponseError::InvalidTxnState));
    assert_eq!(end(&known(State::Ongoing, 5), 4, true, false), Err(ResponseError::ProducerFenced));
}

#[test]
fn epochs_that_are_used_up_give_a_new_producer_id_and_a_retry_finds_it() {
    let open = known(State::Ongoing, i16::MAX - 1);
    let ending = Ending { producer: open.producer, commit: true, bumps: true };
    let Ok(End::Prepared(prepared)) = open.end(ending, NOW, || Ok(90)) else { panic!("it is open") };
    assert_eq!(prepared.producer, Producer { id: 7, epoch: i16::MAX });
    let complete = prepared.complete(NOW);
    assert_eq!(complete.producer, Producer { id: 90, epoch: 0 });
    assert_eq!(complete.end(ending, NOW, no_id), Ok(End::Done));
}

#[test]
fn an_init_bumps_the_epoch_and_repeats_itself_for_a_retry() {
    let rests = known(State::CompleteCommit, 5);
    assert_eq!(rests.init(None, 1, NOW, no_id).map(|next| next.producer.epoch), Ok(6));
    let expected = Some(Producer { id: 7, epoch: 5 });
    let bumped = rests.init(expected, 1, NOW, no_id).expect("it is the current one");
    assert_eq!((bumped.producer.epoch, bumped.last_epoch), (6, 5));
    assert_eq!(bumped.init(expected, 1, NOW, no_id).map(|next| next.producer.epoch), Ok(6));
    let stale = Some(Producer { id: 7, epoch: 4 });
    assert_eq!(bumped.init(stale, 1, NOW, no_id), Err(ResponseError::ProducerFenced));
}

#[test]
fn an_init_after_the_last_epoch_rotates_the_producer_id() {
    let rests = known(State::CompleteCommit, i16::MAX - 1);
    let next = rests.init(None, 1, NOW, || Ok(90)).expect("an id is there");
    assert_eq!((next.producer, next.previous_id), (Producer { id: 90, epoch: 0 }, 7));
    assert!(next.expects(Producer { id: 7, epoch: i16::MAX - 1 }));
    assert!(!next.expects(Producer { id: 7, epoch: 3 }));
}

#[test]
fn a_fence_bumps_once_in_every_version() {
    let open = known(State::Ongoing, 5);
    assert_eq!(open.fence(true, NOW, no_id).map(|next| next.producer.epoch), Ok(6));
    assert_eq!(open.fence(false, NOW, no_id).map(|next| next.producer.epoch), Ok(6));
}
