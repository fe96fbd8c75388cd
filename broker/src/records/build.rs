//! Makes batches: what coordinators write to internal topics, control batches, and rewritten batches.

use super::header::{HEADER_LENGTH, LENGTH_OVERHEAD, seal};

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

    pub(crate) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Adds a record.
    pub(crate) fn push(&mut self, record: &NewRecord<'_>) {
        if self.count == 0 {
            self.base_timestamp = record.timestamp;
        }
        self.max_timestamp = self.max_timestamp.max(record.timestamp);
        let mut body = vec![0];
        varint(&mut body, record.timestamp - self.base_timestamp);
        varint(&mut body, i64::from(self.count));
        nullable(&mut body, record.key);
        nullable(&mut body, record.value);
        varint(&mut body, i64::try_from(record.headers.len()).unwrap_or(i64::MAX));
        for (name, value) in &record.headers {
            nullable(&mut body, Some(name.as_bytes()));
            nullable(&mut body, *value);
        }
        varint(&mut self.records, i64::try_from(body.len()).unwrap_or(i64::MAX));
        self.records.extend_from_slice(&body);
        self.count += 1;
    }

    /// The batch's bytes, with base offset 0 and leader epoch −1.
    pub(crate) fn finish(self) -> Vec<u8> {
        let length = i32::try_from(HEADER_LENGTH - LENGTH_OVERHEAD + self.records.len()).unwrap_or(i32::MAX);
        let mut batch = Vec::with_capacity(HEADER_LENGTH + self.records.len());
        batch.extend_from_slice(&0_i64.to_be_bytes());
        batch.extend_from_slice(&length.to_be_bytes());
        batch.extend_from_slice(&(-1_i32).to_be_bytes());
        batch.push(2);
        batch.extend_from_slice(&0_u32.to_be_bytes());
        batch.extend_from_slice(&self.attributes.to_be_bytes());
        batch.extend_from_slice(&(self.count - 1).to_be_bytes());
        batch.extend_from_slice(&self.base_timestamp.to_be_bytes());
        batch.extend_from_slice(&self.max_timestamp.to_be_bytes());
        batch.extend_from_slice(&self.producer.0.to_be_bytes());
        batch.extend_from_slice(&self.producer.1.to_be_bytes());
        batch.extend_from_slice(&self.producer.2.to_be_bytes());
        batch.extend_from_slice(&self.count.to_be_bytes());
        batch.extend_from_slice(&self.records);
        seal(&mut batch);
        batch
    }
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

/// Appends a zigzag varint, as records use for every number.
pub(crate) fn varint(out: &mut Vec<u8>, value: i64) {
    let mut rest = ((value << 1) ^ (value >> 63)).cast_unsigned();
    while rest >= 0x80 {
        out.push(u8::try_from(rest & 0x7f).unwrap_or(0) | 0x80);
        rest >>= 7;
    }
    out.push(u8::try_from(rest).unwrap_or(0));
}
