//! Reading, building and checking batches.

use bytes::Bytes;
use kafka_protocol::error::ResponseError;

use super::build::{self, BatchBuilder, NewRecord};
use super::compression::{self, UNPACKED_LIMIT, UnpackError};
use super::header::{Compression, HEADER_LENGTH, Header, TimestampType, seal};
use super::read::{self, Record};
use super::validate::{Refusal, Rules, Validated, validate};

const CODECS: [Compression; 5] =
    [Compression::None, Compression::Gzip, Compression::Snappy, Compression::Lz4, Compression::Zstd];

fn rules() -> Rules<'static> {
    Rules {
        topic: "orders",
        partition: 3,
        version: 11,
        now: 1_000_000,
        compression: None,
        timestamp_type: TimestampType::CreateTime,
        before_max_ms: i64::MAX,
        after_max_ms: 3_600_000,
        compacted: false,
        max_message_bytes: 1_048_588,
        segment_bytes: 1 << 30,
        contract: None,
    }
}

/// A time, a key, a value.
type Plain<'a> = (i64, Option<&'a [u8]>, Option<&'a [u8]>);

fn plain(records: &[Plain<'_>]) -> Bytes {
    let mut builder = BatchBuilder::default();
    for &(timestamp, key, value) in records {
        builder.push(&NewRecord { timestamp, key, value, headers: vec![("trace", Some(b"1")), ("none", None)] });
    }
    Bytes::from(builder.finish())
}

fn packed(batch: &Bytes, codec: Compression) -> Bytes {
    let header = Header::parse(batch).unwrap();
    Bytes::from(build::pack(&header, codec, &batch[HEADER_LENGTH..]).unwrap())
}

fn three() -> Bytes {
    plain(&[(10, Some(b"a"), Some(b"one")), (30, Some(b"b"), None), (20, None, Some(&[7; 300]))])
}

fn patched(batch: &Bytes, at: usize, bytes: &[u8]) -> Bytes {
    let mut copy = batch.to_vec();
    copy[at..at + bytes.len()].copy_from_slice(bytes);
    seal(&mut copy);
    Bytes::from(copy)
}

fn error(payload: &Bytes, rules: &Rules<'_>) -> ResponseError {
    validate(payload, rules).unwrap_err().error
}

fn strip(records: Vec<Record>) -> Vec<(i64, Option<Bytes>, Option<Bytes>, usize)> {
    records.into_iter().map(|record| (record.offset, record.key, record.value, record.headers.len())).collect()
}

#[test]
fn reads_back_what_was_built_under_every_codec() {
    let batch = three();
    let expected = read::records(&batch).unwrap();
    assert_eq!(expected.iter().map(|record| record.timestamp).collect::<Vec<_>>(), [10, 30, 20]);
    assert_eq!(expected[0].headers[1], (Bytes::from_static(b"none"), None));
    for codec in CODECS {
        let batch = packed(&batch, codec);
        assert_eq!(Header::check(&batch).unwrap().compression(), Some(codec));
        assert_eq!(read::records(&batch).unwrap(), expected, "{codec:?}");
    }
}

#[test]
fn reads_bare_snappy_as_librdkafka_writes_it() {
    let batch = three();
    let header = Header::parse(&batch).unwrap();
    let bare = snap::raw::Encoder::new().compress_vec(&batch[HEADER_LENGTH..]).unwrap();
    let batch = Bytes::from(build::assemble(&Header { attributes: 2, ..header }, &bare));
    assert_eq!(read::records(&batch).unwrap().len(), 3);
}

#[test]
fn refuses_to_unpack_more_than_the_limit() {
    for codec in CODECS {
        let mut bomb = Vec::new();
        compression::pack(codec, &vec![0; 200_000], &mut bomb).unwrap();
        let mut out = Vec::new();
        assert_eq!(compression::unpack(codec, &bomb, &mut out, 100_000), Err(UnpackError::TooLarge), "{codec:?}");
        assert!(out.len() <= 100_001);
    }
    let mut lie = vec![0xff, 0xff, 0xff, 0x1f];
    lie.extend_from_slice(&[0; 20]);
    let mut out = Vec::new();
    assert_eq!(compression::unpack(Compression::Snappy, &lie, &mut out, UNPACKED_LIMIT), Err(UnpackError::Damaged));
}

#[test]
fn hands_on_a_good_batch_without_a_copy() {
    for codec in CODECS {
        let batch = packed(&three(), codec);
        let Validated { batch: stored, header, log_append_time } = validate(&batch, &rules()).unwrap();
        assert_eq!(stored.as_ptr(), batch.as_ptr());
        assert_eq!((header.count, header.max_timestamp, log_append_time), (3, 30, -1));
    }
}

#[test]
fn corrects_a_wrong_largest_timestamp() {
    let batch = patched(&three(), 35, &99_i64.to_be_bytes());
    let stored = validate(&batch, &rules()).unwrap();
    assert_eq!(Header::check(&stored.batch).unwrap().max_timestamp, 30);
}

#[test]
fn stamps_batches_where_the_topic_wants_the_brokers_time() {
    let rules = Rules { timestamp_type: TimestampType::LogAppendTime, ..rules() };
    for codec in CODECS {
        let stored = validate(&packed(&three(), codec), &rules).unwrap();
        let header = Header::check(&stored.batch).unwrap();
        assert_eq!(
            (header.max_timestamp, header.attributes & 0b1000, stored.log_append_time),
            (1_000_000, 8, 1_000_000)
        );
        assert!(read::records(&stored.batch).unwrap().iter().all(|record| record.timestamp == 1_000_000));
    }
}

#[test]
fn recompresses_to_the_codec_of_the_topic() {
    for from in CODECS {
        for to in CODECS {
            let stored = validate(&packed(&three(), from), &Rules { compression: Some(to), ..rules() }).unwrap();
            assert_eq!(Header::check(&stored.batch).unwrap().compression(), Some(to));
            assert_eq!(strip(read::records(&stored.batch).unwrap()), strip(read::records(&three()).unwrap()));
        }
    }
}

#[test]
fn keeps_producer_and_transaction_through_recompression() {
    let mut builder = BatchBuilder::transactional(7, 2);
    builder.push(&NewRecord { timestamp: 5, value: Some(b"v"), ..NewRecord::default() });
    let batch = patched(&Bytes::from(builder.finish()), 53, &0_i32.to_be_bytes());
    let rules = Rules { compression: Some(Compression::Zstd), ..rules() };
    let header = validate(&batch, &rules).unwrap().header;
    assert!(header.is_transactional());
    assert_eq!((header.producer_id, header.producer_epoch, header.base_sequence), (7, 2, 0));
}

#[test]
fn refuses_what_is_not_exactly_one_batch() {
    let batch = three();
    assert_eq!(error(&Bytes::new(), &rules()), ResponseError::InvalidRecord);
    assert_eq!(error(&batch.slice(..batch.len() - 1), &rules()), ResponseError::InvalidRecord);
    assert_eq!(error(&Bytes::from([&batch[..], &batch[..]].concat()), &rules()), ResponseError::InvalidRecord);
    assert!(validate(&Bytes::from([&batch[..], &[0; 5]].concat()), &rules()).is_ok());
    let mut old = batch.to_vec();
    old[16] = 1;
    assert_eq!(error(&Bytes::from(old.clone()), &rules()), ResponseError::InvalidRecord);
    old[16] = 3;
    assert_eq!(error(&Bytes::from(old), &rules()), ResponseError::CorruptMessage);
}

#[test]
fn refuses_headers_that_do_not_add_up() {
    let batch = three();
    let mut flipped = batch.to_vec();
    *flipped.last_mut().unwrap() ^= 1;
    assert_eq!(error(&Bytes::from(flipped), &rules()), ResponseError::CorruptMessage);
    for (at, value) in [(57, 4_i32), (57, 0), (57, 2), (23, 5), (23, -2)] {
        assert_eq!(error(&patched(&batch, at, &value.to_be_bytes()), &rules()), ResponseError::InvalidRecord);
    }
    assert_eq!(error(&patched(&batch, 0, &5_i64.to_be_bytes()), &rules()), ResponseError::InvalidRecord);
    assert_eq!(error(&patched(&batch, 43, &5_i64.to_be_bytes()), &rules()), ResponseError::InvalidRecord);
    assert_eq!(error(&patched(&batch, 21, &0b10_0000_i16.to_be_bytes()), &rules()), ResponseError::InvalidRecord);
    assert_eq!(error(&patched(&batch, 21, &6_i16.to_be_bytes()), &rules()), ResponseError::UnknownServerError);
    assert_eq!(error(&patched(&batch, 21, &1_i16.to_be_bytes()), &rules()), ResponseError::UnknownServerError);
    assert_eq!(error(&patched(&batch, 61, &[0x7f]), &rules()), ResponseError::InvalidRecord);
    assert_eq!(error(&batch, &Rules { max_message_bytes: 100, ..rules() }), ResponseError::MessageTooLarge);
    assert_eq!(error(&batch, &Rules { segment_bytes: 100, ..rules() }), ResponseError::RecordListTooLarge);
    let zstd = packed(&batch, Compression::Zstd);
    assert_eq!(error(&zstd, &Rules { version: 6, ..rules() }), ResponseError::UnsupportedCompressionType);
}

#[test]
fn names_the_records_without_a_key_on_a_compacted_topic() {
    let batch = plain(&[(1, None, None), (1, Some(b"k"), None), (1, None, None)]);
    let refusal = validate(&batch, &Rules { compacted: true, ..rules() }).unwrap_err();
    let text = "Compacted topic cannot accept message without key in topic partition orders-3";
    assert_eq!(refusal.error, ResponseError::InvalidRecord);
    assert_eq!(refusal.records.iter().map(|fault| fault.index).collect::<Vec<_>>(), [0, 2]);
    assert_eq!(refusal.records[0].message, text);
    let expected = format!(
        "One or more records have been rejected due to 2 record errors in total, and only showing the first three \
         errors at most: [RecordError(batchIndex=0, message='{text}'), RecordError(batchIndex=2, message='{text}')]"
    );
    assert_eq!(refusal.message, Some(expected));
}

#[test]
fn names_the_records_whose_time_is_out_of_range() {
    let rules = Rules { before_max_ms: 1_000, after_max_ms: 2_000, ..rules() };
    let batch = plain(&[(999_000, None, None), (1_002_001, None, None), (998_999, None, None)]);
    let Refusal { error, message, records, .. } = validate(&batch, &rules).unwrap_err();
    assert_eq!(error, ResponseError::InvalidTimestamp);
    assert_eq!(message.as_deref(), Some("One or more records have been rejected due to invalid timestamp"));
    assert_eq!(records.iter().map(|fault| fault.index).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(
        records[0].message,
        "Timestamp 1002001 of message with offset 1 is out of range. The timestamp should be within [999000, 1002000]"
    );
    let timeless = plain(&[(-1, None, None)]);
    assert!(validate(&timeless, &rules).is_ok());
    let stamped = Rules { timestamp_type: TimestampType::LogAppendTime, ..rules.clone() };
    let claimed = patched(&timeless, 21, &8_i16.to_be_bytes());
    assert!(
        validate(&claimed, &stamped).unwrap_err().records[0].message.starts_with("Invalid timestamp type in message")
    );
}

#[test]
fn never_panics_on_damaged_batches() {
    for codec in CODECS {
        let batch = packed(&three(), codec);
        for at in 0..batch.len() {
            for flip in [1, 0x40, 0x80, 0xff] {
                let mut copy = batch.to_vec();
                copy[at] ^= flip;
                let _ = validate(&Bytes::from(copy.clone()), &rules());
                if copy.len() > 21 {
                    seal(&mut copy);
                }
                let copy = Bytes::from(copy);
                let _ = validate(&copy, &rules());
                let _ = read::records(&copy);
            }
        }
    }
}
