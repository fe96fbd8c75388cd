//! The format is Kafka's: the bytes are those that Kafka's own serializer gives.

use super::*;

fn transaction() -> Transaction {
    let mut transaction = Transaction::new(7, 60_000, 1_000);
    transaction.producer.epoch = 3;
    transaction.state = State::Ongoing;
    transaction.partitions = BTreeSet::from([("a".to_owned(), 0), ("a".to_owned(), 2), ("b".to_owned(), 1)]);
    transaction.started = 900;
    transaction.version = 2;
    transaction.previous_id = 7;
    transaction
}

#[test]
fn a_key_names_its_transactional_id() {
    assert_eq!(key("id"), [0, 0, 0, 2, b'i', b'd']);
    assert_eq!(read_key(&key("id")).as_deref(), Some("id"));
    assert_eq!(read_key(&[0, 1, 0, 0]), None);
}

#[test]
fn a_value_comes_back_in_both_versions() {
    let whole = transaction();
    assert_eq!(read_value(&value(&whole, 2)), Some(whole.clone()));
    let plain = Transaction { version: 0, previous_id: -1, ..whole };
    assert_eq!(read_value(&value(&plain, 0)), Some(plain));
    let empty = Transaction::new(1, 1, 5);
    assert_eq!(read_value(&value(&empty, 0)), Some(empty.clone()));
    assert_eq!(read_value(&value(&empty, 2)), Some(empty));
}

#[test]
fn a_value_that_is_cut_off_is_none() {
    let bytes = value(&transaction(), 2);
    for length in 0..bytes.len() {
        assert_eq!(read_value(&bytes[..length]), None, "{length} bytes");
    }
}
