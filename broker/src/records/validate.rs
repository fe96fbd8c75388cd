//! What Kafka checks before it appends what a client sent, and what it changes in it.
//!
//! The order of checks, the codes and the texts follow Kafka 4.3 (`ProduceRequest`, `UnifiedLog`, `LogValidator`). An
//! uncompressed batch that needs no change is walked where it lies and handed on without a copy. Sequences of idempotent
//! producers are not looked at here: they depend on what the log holds.

use std::cell::RefCell;

use bytes::Bytes;
use kafka_protocol::error::ResponseError;

use super::build;
use super::compression::{self, UNPACKED_LIMIT, UnpackError};
use super::header::{BatchError, Compression, HEADER_LENGTH, Header, TimestampType, seal};
use super::walk::{self, RecordView};
use crate::contract::Contract;

/// What a partition asks of a batch. The times are in milliseconds.
#[derive(Clone, Debug)]
pub(crate) struct Rules<'a> {
    pub(crate) topic: &'a str,
    pub(crate) partition: i32,
    /// Of the Produce request.
    pub(crate) version: i16,
    pub(crate) now: i64,
    /// The codec that the topic wants; `None` keeps the producer's.
    pub(crate) compression: Option<Compression>,
    pub(crate) timestamp_type: TimestampType,
    pub(crate) before_max_ms: i64,
    pub(crate) after_max_ms: i64,
    /// Whether every record needs a key.
    pub(crate) compacted: bool,
    pub(crate) max_message_bytes: usize,
    pub(crate) segment_bytes: usize,
    /// What keys and values must carry, where the topic demands anything.
    pub(crate) contract: Option<Contract<'a>>,
}

/// A batch that may be appended.
#[derive(Clone, Debug)]
pub(crate) struct Validated {
    pub(crate) batch: Bytes,
    /// Of `batch`; its base offset is 0 until the log gives it one.
    pub(crate) header: Header,
    /// What the answer says: −1 unless the topic's timestamps are those of the broker.
    pub(crate) log_append_time: i64,
}

/// Why a batch is not appended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) error: ResponseError,
    /// Kafka says something where single records are at fault, or the format is one to come.
    pub(crate) message: Option<String>,
    pub(crate) records: Vec<RecordFault>,
    /// Found by the reader of requests, before any log was looked at.
    pub(crate) at_the_door: bool,
}

/// One record at fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RecordFault {
    pub(crate) index: i32,
    pub(crate) message: String,
}

impl From<ResponseError> for Refusal {
    fn from(error: ResponseError) -> Self {
        Self { error, message: None, records: Vec::new(), at_the_door: false }
    }
}

/// Checks what one partition was sent, and makes it what the topic stores.
///
/// # Errors
///
/// When Kafka would not append it.
pub(crate) fn validate(payload: &Bytes, rules: &Rules<'_>) -> Result<Validated, Refusal> {
    let header = only_batch(payload, rules)?;
    let batch = payload.slice(..header.size);
    check_batch(&header)?;
    let codec = header.compression().ok_or(ResponseError::UnknownServerError)?;
    let walked = match codec {
        Compression::None => inspect(&batch[HEADER_LENGTH..], &header, rules)?,
        codec => unpacked(codec, &batch[HEADER_LENGTH..], |section| inspect(section, &header, rules))??,
    };
    let target = rules.compression.unwrap_or(codec);
    let rebuild = target != codec || (codec != Compression::None && !walked.contiguous);
    let batch =
        if rebuild { rebuilt(&batch, &header, target, rules)? } else { settled(batch, &header, &walked, rules) };
    let header = Header::parse(&batch).map_err(|_| ResponseError::UnknownServerError)?;
    if rebuild && batch.len() > rules.max_message_bytes {
        return Err(ResponseError::MessageTooLarge.into());
    }
    if batch.len() > rules.segment_bytes {
        return Err(ResponseError::RecordListTooLarge.into());
    }
    let stamped = rules.timestamp_type == TimestampType::LogAppendTime;
    Ok(Validated { batch, header, log_append_time: if stamped { rules.now } else { -1 } })
}

/// The smallest length of a batch that Kafka tells from garbage.
const LEAST_LENGTH: i32 = 14;

/// Looks for a batch as Kafka's reader of requests does: what is cut off is none.
fn peek(bytes: &[u8]) -> Result<Option<(usize, i8)>, Refusal> {
    let Some(front) = bytes.first_chunk::<12>() else { return Ok(None) };
    let length = i32::from_be_bytes([front[8], front[9], front[10], front[11]]);
    if length < LEAST_LENGTH {
        return Err(ResponseError::CorruptMessage.into());
    }
    let Some(&magic) = bytes.get(16) else { return Ok(None) };
    if magic > 2 {
        let message = Some(format!("Invalid magic found in record: {magic}"));
        return Err(Refusal { message, ..ResponseError::CorruptMessage.into() });
    }
    let size = usize::try_from(length).map_err(|_| ResponseError::CorruptMessage)? + 12;
    Ok((bytes.len() >= size).then_some((size, magic.cast_signed())))
}

fn only_batch(payload: &[u8], rules: &Rules<'_>) -> Result<Header, Refusal> {
    let header = at_the_door(payload, rules).map_err(|refusal| Refusal { at_the_door: true, ..refusal })?;
    if header.base_offset != 0 {
        return Err(ResponseError::InvalidRecord.into());
    }
    if header.size > rules.max_message_bytes {
        return Err(ResponseError::MessageTooLarge.into());
    }
    match Header::check(payload) {
        Ok(header) => Ok(header),
        Err(BatchError::Magic(_)) => Err(ResponseError::InvalidRecord.into()),
        Err(_) => Err(ResponseError::CorruptMessage.into()),
    }
}

/// What Kafka's reader of requests sees to: one whole batch, of a format and a codec that the request may carry.
fn at_the_door(payload: &[u8], rules: &Rules<'_>) -> Result<Header, Refusal> {
    let Some((size, magic)) = peek(payload)? else { return Err(ResponseError::InvalidRecord.into()) };
    if magic != 2 {
        return Err(ResponseError::InvalidRecord.into());
    }
    let header = Header::parse(payload).map_err(|_| ResponseError::CorruptMessage)?;
    if rules.version < 7 && header.compression() == Some(Compression::Zstd) {
        return Err(ResponseError::UnsupportedCompressionType.into());
    }
    if peek(&payload[size..])?.is_some() {
        return Err(ResponseError::InvalidRecord.into());
    }
    Ok(header)
}

fn check_batch(header: &Header) -> Result<(), Refusal> {
    let from_offsets = i64::from(header.last_offset_delta) + 1;
    let countable = from_offsets > 0 && i64::from(header.count) == from_offsets;
    let sequenced = header.producer_id < 0 || header.base_sequence >= 0;
    if countable && !header.is_control() && sequenced { Ok(()) } else { Err(ResponseError::InvalidRecord.into()) }
}

/// What walking the records has shown.
#[derive(Clone, Copy, Debug)]
struct Walked {
    max_timestamp: i64,
    /// Whether offset deltas count from 0 by 1.
    contiguous: bool,
}

fn inspect(section: &[u8], header: &Header, rules: &Rules<'_>) -> Result<Walked, Refusal> {
    let mut rest = section;
    let mut walked = Walked { max_timestamp: -1, contiguous: true };
    let mut faults = Faults::default();
    for index in 0..header.count {
        let record = walk::next(&mut rest).map_err(|_| ResponseError::InvalidRecord)?;
        let timestamp = record.timestamp(header);
        walked.max_timestamp = walked.max_timestamp.max(timestamp);
        walked.contiguous &= record.offset_delta == index;
        if rules.compacted && record.key.is_none() {
            faults.key(index, rules);
        } else if fails(timestamp, header, rules) {
            faults.timestamp(index, &record, header, rules);
        } else if let Some(message) = rules.contract.and_then(|contract| contract.fault(&record)) {
            faults.records.push(RecordFault { index, message });
        }
    }
    if !rest.is_empty() {
        return Err(ResponseError::InvalidRecord.into());
    }
    faults.into_result().map(|()| walked)
}

/// Whether a record's time is refused. A record without a time, −1, has none that could be out of range.
fn fails(timestamp: i64, header: &Header, rules: &Rules<'_>) -> bool {
    if rules.timestamp_type == TimestampType::CreateTime && timestamp != -1 {
        let age = rules.now.wrapping_sub(timestamp);
        age > rules.before_max_ms || age.wrapping_neg() > rules.after_max_ms
    } else {
        header.timestamp_type() == TimestampType::LogAppendTime
    }
}

/// The records at fault, and whether any of them is for its time.
#[derive(Debug, Default)]
struct Faults {
    records: Vec<RecordFault>,
    time: bool,
}

impl Faults {
    fn key(&mut self, index: i32, rules: &Rules<'_>) {
        let (topic, partition) = (rules.topic, rules.partition);
        let message =
            format!("Compacted topic cannot accept message without key in topic partition {topic}-{partition}");
        self.records.push(RecordFault { index, message });
    }

    fn timestamp(&mut self, index: i32, record: &RecordView<'_>, header: &Header, rules: &Rules<'_>) {
        let (timestamp, offset) = (record.timestamp(header), record.offset(header));
        let message = if rules.timestamp_type == TimestampType::CreateTime && timestamp != -1 {
            let earliest = rules.now.wrapping_sub(rules.before_max_ms);
            let latest = rules.now.wrapping_add(rules.after_max_ms);
            format!(
                "Timestamp {timestamp} of message with offset {offset} is out of range. \
                 The timestamp should be within [{earliest}, {latest}]"
            )
        } else {
            let (key, value) = (record.key.map_or(0, <[u8]>::len), record.value.map_or(0, <[u8]>::len));
            format!(
                "Invalid timestamp type in message DefaultRecord(offset={offset}, timestamp={timestamp}, \
                 key={key} bytes, value={value} bytes). Producer should not set timestamp type to LogAppendTime."
            )
        };
        self.time = true;
        self.records.push(RecordFault { index, message });
    }

    fn into_result(self) -> Result<(), Refusal> {
        if self.records.is_empty() {
            return Ok(());
        }
        let (error, message) = if self.time {
            let message = "One or more records have been rejected due to invalid timestamp";
            (ResponseError::InvalidTimestamp, message.to_owned())
        } else {
            (ResponseError::InvalidRecord, self.summary())
        };
        Err(Refusal { message: Some(message), records: self.records, ..error.into() })
    }

    fn summary(&self) -> String {
        let shown: Vec<String> = self
            .records
            .iter()
            .take(3)
            .map(|fault| format!("RecordError(batchIndex={}, message='{}')", fault.index, fault.message))
            .collect();
        format!(
            "One or more records have been rejected due to {} record errors in total, \
             and only showing the first three errors at most: [{}]",
            self.records.len(),
            shown.join(", ")
        )
    }
}

/// The batch as it is stored: only its attributes and its largest timestamp may have to change.
fn settled(batch: Bytes, header: &Header, walked: &Walked, rules: &Rules<'_>) -> Bytes {
    let max_timestamp = match rules.timestamp_type {
        TimestampType::CreateTime => walked.max_timestamp,
        TimestampType::LogAppendTime => rules.now,
    };
    if header.timestamp_type() == rules.timestamp_type && header.max_timestamp == max_timestamp {
        return batch;
    }
    let mut bytes = Vec::from(batch);
    bytes[21..23].copy_from_slice(&attributes(header, rules).to_be_bytes());
    bytes[35..43].copy_from_slice(&max_timestamp.to_be_bytes());
    seal(&mut bytes);
    Bytes::from(bytes)
}

/// Codec, transactional and control bits stay; whose clock it is, the topic says.
fn attributes(header: &Header, rules: &Rules<'_>) -> i16 {
    let stamped = rules.timestamp_type == TimestampType::LogAppendTime;
    (header.attributes & 0b11_0111) | if stamped { 0b1000 } else { 0 }
}

/// The batch made anew: another codec, or offsets that did not count by one.
fn rebuilt(batch: &Bytes, header: &Header, target: Compression, rules: &Rules<'_>) -> Result<Bytes, Refusal> {
    let codec = header.compression().ok_or(ResponseError::UnknownServerError)?;
    let section = unpacked(codec, &batch[HEADER_LENGTH..], |section| rewritten(section, header, rules))??;
    let (header, records) = section;
    let bytes = build::pack(&header, target, &records).map_err(|_| ResponseError::UnknownServerError)?;
    Ok(Bytes::from(bytes))
}

fn rewritten(section: &[u8], header: &Header, rules: &Rules<'_>) -> Result<(Header, Vec<u8>), Refusal> {
    let mut rest = section;
    let mut records = Vec::with_capacity(section.len());
    let (mut base_timestamp, mut max_timestamp) = (None, -1);
    for index in 0..header.count {
        let record = walk::next(&mut rest).map_err(|_| ResponseError::InvalidRecord)?;
        let timestamp = match rules.timestamp_type {
            TimestampType::CreateTime => record.timestamp(header),
            TimestampType::LogAppendTime => rules.now,
        };
        let base: i64 = *base_timestamp.get_or_insert(timestamp);
        max_timestamp = timestamp.max(max_timestamp);
        let timestamp_delta = timestamp.wrapping_sub(base);
        build::write(&mut records, &RecordView { offset_delta: index, timestamp_delta, ..record });
    }
    let attributes = attributes(header, rules);
    let base_timestamp = base_timestamp.unwrap_or(-1);
    Ok((Header { attributes, base_timestamp, max_timestamp, ..*header }, records))
}

/// How much memory for unpacking a thread keeps between batches.
const SCRATCH_KEPT: usize = 4 * 1024 * 1024;

thread_local! {
    static SCRATCH: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Shows unpacked records, which are not kept.
fn unpacked<T>(codec: Compression, packed: &[u8], show: impl FnOnce(&[u8]) -> T) -> Result<T, Refusal> {
    SCRATCH.with_borrow_mut(|scratch| {
        scratch.clear();
        let shown = match compression::unpack(codec, packed, scratch, UNPACKED_LIMIT) {
            Ok(()) => Ok(show(scratch)),
            Err(UnpackError::TooLarge) => Err(ResponseError::MessageTooLarge.into()),
            // Kafka has no code for a stream that its decompressor refuses.
            Err(UnpackError::Damaged) => Err(ResponseError::UnknownServerError.into()),
        };
        scratch.clear();
        scratch.shrink_to(SCRATCH_KEPT);
        shown
    })
}
