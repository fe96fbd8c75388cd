//! Makes batches: what coordinators write to internal topics, control batches, and rewritten batches.

use std::io;

use super::compression;
use super::header::{Compression, HEADER_LENGTH, Header, LENGTH_OVERHEAD, seal};
use super::walk::RecordView;

/// One record to write.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct NewRecord<'a> {
    pub(crate) timestamp: i64,
    pub(crate) key: Option<&'a [u8]>,
    pub(crate) value: Option<&'a [u8]>,
    pub(crate) headers: Vec<(&'a str, Option<&'a [u8]>)>,
}

/// Builds one uncompressed batch with offsets from 0; a log gives it its place.
#[derive(Clone, Debug)]
pub(crate) struct BatchBuilder {
    attributes: i16,
    producer: (i64, i16, i32),
    records: Vec<u8>,
    count: i32,
    base_timestamp: i64,
    max_timestamp: i64,
}

impl Default for BatchBuilder {
    fn default() -> Self {
        let producer = (-1, -1, -1);
        Self { attributes: 0, producer, records: Vec::new(), count: 0, base_timestamp: 0, max_timestamp: -1 }
    }
}

impl BatchBuilder {
    /// A transactional batch of this producer; its sequence is −1, as coordinators write.
    pub(crate) fn transactional(producer_id: i64, producer_epoch: i16) -> Self {
        Self { attributes: 0b1_0000, producer: (producer_id, producer_epoch, -1), ..Self::default() }
    }

    /// A control batch that ends a transaction of this producer.
    pub(crate) fn control(producer_id: i64, producer_epoch: i16) -> Self {
        Self { attributes: 0b11_0000, producer: (producer_id, producer_epoch, -1), ..Self::default() }
    }

    /// Adds a record.
    pub(crate) fn push(&mut self, record: &NewRecord<'_>) {
        if self.count == 0 {
            self.base_timestamp = record.timestamp;
        }
        self.max_timestamp = self.max_timestamp.max(record.timestamp);
        let mut headers = Vec::new();
        for (name, value) in &record.headers {
            nullable(&mut headers, Some(name.as_bytes()));
            nullable(&mut headers, *value);
        }
        let view = RecordView {
            offset_delta: self.count,
            timestamp_delta: record.timestamp.wrapping_sub(self.base_timestamp),
            key: record.key,
            value: record.value,
            header_count: i32::try_from(record.headers.len()).unwrap_or(i32::MAX),
            headers: &headers,
        };
        write(&mut self.records, &view);
        self.count += 1;
    }

    /// The batch's bytes, with base offset 0 and leader epoch −1.
    pub(crate) fn finish(self) -> Vec<u8> {
        let (producer_id, producer_epoch, base_sequence) = self.producer;
        let header = Header {
            base_offset: 0,
            size: 0,
            leader_epoch: -1,
            checksum: 0,
            attributes: self.attributes,
            last_offset_delta: self.count - 1,
            base_timestamp: self.base_timestamp,
            max_timestamp: self.max_timestamp,
            producer_id,
            producer_epoch,
            base_sequence,
            count: self.count,
        };
        assemble(&header, &self.records)
    }
}

/// Packs plain records and puts a header that says so in front.
///
/// # Errors
///
/// When an encoder refuses.
pub(crate) fn pack(header: &Header, codec: Compression, records: &[u8]) -> io::Result<Vec<u8>> {
    let header = Header { attributes: header.attributes & !0b111 | codec.id(), ..*header };
    if codec == Compression::None {
        return Ok(assemble(&header, records));
    }
    let mut packed = Vec::with_capacity(records.len() / 2);
    compression::pack(codec, records, &mut packed)?;
    Ok(assemble(&header, &packed))
}

/// A batch of a header and what follows it; `size` and `checksum` are those of what comes out.
pub(crate) fn assemble(header: &Header, records: &[u8]) -> Vec<u8> {
    let length = i32::try_from(HEADER_LENGTH - LENGTH_OVERHEAD + records.len()).unwrap_or(i32::MAX);
    let mut batch = Vec::with_capacity(HEADER_LENGTH + records.len());
    batch.extend_from_slice(&header.base_offset.to_be_bytes());
    batch.extend_from_slice(&length.to_be_bytes());
    batch.extend_from_slice(&header.leader_epoch.to_be_bytes());
    batch.push(2);
    batch.extend_from_slice(&0_u32.to_be_bytes());
    batch.extend_from_slice(&header.attributes.to_be_bytes());
    batch.extend_from_slice(&header.last_offset_delta.to_be_bytes());
    batch.extend_from_slice(&header.base_timestamp.to_be_bytes());
    batch.extend_from_slice(&header.max_timestamp.to_be_bytes());
    batch.extend_from_slice(&header.producer_id.to_be_bytes());
    batch.extend_from_slice(&header.producer_epoch.to_be_bytes());
    batch.extend_from_slice(&header.base_sequence.to_be_bytes());
    batch.extend_from_slice(&header.count.to_be_bytes());
    batch.extend_from_slice(records);
    seal(&mut batch);
    batch
}

/// Writes one record behind others.
pub(crate) fn write(out: &mut Vec<u8>, record: &RecordView<'_>) {
    let length = 1
        + varint_length(record.timestamp_delta)
        + varint_length(i64::from(record.offset_delta))
        + nullable_length(record.key)
        + nullable_length(record.value)
        + varint_length(i64::from(record.header_count))
        + record.headers.len();
    out.reserve(length + 5);
    varint(out, i64::try_from(length).unwrap_or(i64::MAX));
    out.push(0);
    varint(out, record.timestamp_delta);
    varint(out, i64::from(record.offset_delta));
    nullable(out, record.key);
    nullable(out, record.value);
    varint(out, i64::from(record.header_count));
    out.extend_from_slice(record.headers);
}

fn nullable(out: &mut Vec<u8>, bytes: Option<&[u8]>) {
    match bytes {
        None => varint(out, -1),
        Some(bytes) => {
            varint(out, i64::try_from(bytes.len()).unwrap_or(i64::MAX));
            out.extend_from_slice(bytes);
        }
    }
}

fn nullable_length(bytes: Option<&[u8]>) -> usize {
    bytes.map_or(1, |bytes| varint_length(i64::try_from(bytes.len()).unwrap_or(i64::MAX)) + bytes.len())
}

/// Appends a zigzag varint, as records use for every number.
pub(crate) fn varint(out: &mut Vec<u8>, value: i64) {
    let mut rest = zigzag(value);
    while rest >= 0x80 {
        out.push(u8::try_from(rest & 0x7f).unwrap_or(0) | 0x80);
        rest >>= 7;
    }
    out.push(u8::try_from(rest).unwrap_or(0));
}

fn varint_length(value: i64) -> usize {
    let bits = 64 - (zigzag(value) | 1).leading_zeros() as usize;
    bits.div_ceil(7)
}

fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)).cast_unsigned()
}
