//! Record batches as a scenario wants them, right or wrong in any field.

use bytes::Bytes;

/// One record.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) key: Option<&'static [u8]>,
    pub(crate) value: Option<&'static [u8]>,
    pub(crate) timestamp: i64,
    pub(crate) offset_delta: i64,
}

/// A batch of magic 2 whose every field can be set.
#[derive(Clone, Debug)]
pub(crate) struct Batch {
    pub(crate) base_offset: i64,
    pub(crate) magic: i8,
    pub(crate) attributes: i16,
    pub(crate) last_offset_delta: i32,
    pub(crate) base_timestamp: i64,
    pub(crate) max_timestamp: i64,
    pub(crate) producer_id: i64,
    pub(crate) producer_epoch: i16,
    pub(crate) base_sequence: i32,
    pub(crate) count: i32,
    pub(crate) entries: Vec<Entry>,
}

impl Batch {
    /// A plain batch of these values under the key `k`, at time 1000.
    pub(crate) fn of(values: &[&'static str]) -> Self {
        let entry = |(offset_delta, value): (i64, &&'static str)| Entry {
            key: Some(b"k"),
            value: Some(value.as_bytes()),
            timestamp: 1000,
            offset_delta,
        };
        let entries: Vec<Entry> = (0..).zip(values).map(entry).collect();
        let count = i32::try_from(entries.len()).expect("batches are short");
        Self {
            base_offset: 0,
            magic: 2,
            attributes: 0,
            last_offset_delta: count - 1,
            base_timestamp: 1000,
            max_timestamp: 1000,
            producer_id: -1,
            producer_epoch: -1,
            base_sequence: -1,
            count,
            entries,
        }
    }

    /// The batch of an idempotent producer.
    pub(crate) fn by(mut self, producer_id: i64, producer_epoch: i16, base_sequence: i32) -> Self {
        (self.producer_id, self.producer_epoch, self.base_sequence) = (producer_id, producer_epoch, base_sequence);
        self
    }

    /// The batch as part of a transaction.
    pub(crate) fn transactional(mut self) -> Self {
        self.attributes |= 0b1_0000;
        self
    }

    /// Its bytes, with the checksum that belongs to them.
    pub(crate) fn bytes(&self) -> Bytes {
        let mut records = Vec::new();
        for entry in &self.entries {
            let mut body = vec![0];
            varint(&mut body, entry.timestamp - self.base_timestamp);
            varint(&mut body, entry.offset_delta);
            for field in [entry.key, entry.value] {
                varint(&mut body, field.map_or(-1, |bytes| i64::try_from(bytes.len()).expect("fields are short")));
                body.extend_from_slice(field.unwrap_or_default());
            }
            body.push(0);
            varint(&mut records, i64::try_from(body.len()).expect("records are short"));
            records.extend_from_slice(&body);
        }
        let mut sealed = Vec::new();
        sealed.extend_from_slice(&self.attributes.to_be_bytes());
        sealed.extend_from_slice(&self.last_offset_delta.to_be_bytes());
        sealed.extend_from_slice(&self.base_timestamp.to_be_bytes());
        sealed.extend_from_slice(&self.max_timestamp.to_be_bytes());
        sealed.extend_from_slice(&self.producer_id.to_be_bytes());
        sealed.extend_from_slice(&self.producer_epoch.to_be_bytes());
        sealed.extend_from_slice(&self.base_sequence.to_be_bytes());
        sealed.extend_from_slice(&self.count.to_be_bytes());
        sealed.extend_from_slice(&records);
        let length = i32::try_from(sealed.len() + 9).expect("batches are short");
        let mut out = Vec::new();
        out.extend_from_slice(&self.base_offset.to_be_bytes());
        out.extend_from_slice(&length.to_be_bytes());
        out.extend_from_slice(&(-1_i32).to_be_bytes());
        out.extend_from_slice(&self.magic.to_be_bytes());
        out.extend_from_slice(&crc32c::crc32c(&sealed).to_be_bytes());
        out.extend_from_slice(&sealed);
        Bytes::from(out)
    }
}

fn varint(out: &mut Vec<u8>, value: i64) {
    let mut rest = ((value << 1) ^ (value >> 63)).cast_unsigned();
    while rest >= 0x80 {
        out.push(u8::try_from(rest & 0x7f).expect("seven bits") | 0x80);
        rest >>= 7;
    }
    out.push(u8::try_from(rest).expect("seven bits"));
}
