//! The records of `__transaction_state`, in Kafka's own format, so that Kafka's tools can read the log.
//!
//! The key is version 0; the value is version 0, or the flexible version 1 from transaction version 1 on.

use std::collections::{BTreeMap, BTreeSet};

use super::state::{Place, Producer, State, Transaction};

/// A transactional id as the key of its records.
pub(super) fn key(id: &str) -> Vec<u8> {
    let mut out = vec![0, 0];
    string(&mut out, id);
    out
}

/// The transactional id that a key names; `None` for keys that are not known.
pub(super) fn read_key(bytes: &[u8]) -> Option<String> {
    let mut read = Reader(bytes);
    (read.i16()? == 0).then_some(())?;
    read.string()
}

/// A transaction as a value: flexible from transaction version 1 on.
pub(super) fn value(transaction: &Transaction, transaction_version: i16) -> Vec<u8> {
    let flexible = transaction_version >= 1;
    let mut out = vec![0, u8::from(flexible)];
    out.extend_from_slice(&transaction.producer.id.to_be_bytes());
    out.extend_from_slice(&transaction.producer.epoch.to_be_bytes());
    out.extend_from_slice(&transaction.timeout_ms.to_be_bytes());
    out.push(transaction.state as u8);
    let topics = by_topic(&transaction.partitions);
    let topics = (transaction.state != State::Empty).then_some(&topics);
    if flexible {
        compact_partitions(&mut out, topics);
    } else {
        partitions(&mut out, topics);
    }
    out.extend_from_slice(&transaction.updated.to_be_bytes());
    out.extend_from_slice(&transaction.started.to_be_bytes());
    if flexible {
        tags(&mut out, transaction);
    }
    out
}

/// A value as a transaction; `None` where it is malformed or of a version that is not known.
pub(super) fn read_value(bytes: &[u8]) -> Option<Transaction> {
    let mut read = Reader(bytes);
    let version = read.i16()?;
    let flexible = match version {
        0 => false,
        1 => true,
        _ => return None,
    };
    let producer = Producer { id: read.i64()?, epoch: read.i16()? };
    let mut transaction = Transaction::new(producer.id, read.i32()?, -1);
    transaction.producer = producer;
    let status = read.u8()?;
    transaction.state = State::ALL.into_iter().find(|state| *state as u8 == status)?;
    transaction.partitions = if flexible { read.compact_partitions()? } else { read.partitions()? };
    (transaction.updated, transaction.started) = (read.i64()?, read.i64()?);
    if flexible {
        for _ in 0..read.unsigned()? {
            let (tag, length) = (read.unsigned()?, read.unsigned()?);
            let mut field = Reader(read.take(usize::try_from(length).ok()?)?);
            match tag {
                0 => transaction.previous_id = field.i64()?,
                1 => transaction.next_id = field.i64()?,
                2 => transaction.version = field.i16()?,
                _ => {}
            }
        }
    }
    Some(transaction)
}

fn by_topic(places: &BTreeSet<Place>) -> BTreeMap<&str, Vec<i32>> {
    let mut topics: BTreeMap<&str, Vec<i32>> = BTreeMap::new();
    for (topic, partition) in places {
        topics.entry(topic).or_default().push(*partition);
    }
    topics
}

fn partitions(out: &mut Vec<u8>, topics: Option<&BTreeMap<&str, Vec<i32>>>) {
    let Some(topics) = topics else { return out.extend_from_slice(&(-1_i32).to_be_bytes()) };
    out.extend_from_slice(&length(topics.len()).to_be_bytes());
    for (topic, ids) in topics {
        string(out, topic);
        out.extend_from_slice(&length(ids.len()).to_be_bytes());
        for id in ids {
            out.extend_from_slice(&id.to_be_bytes());
        }
    }
}

fn compact_partitions(out: &mut Vec<u8>, topics: Option<&BTreeMap<&str, Vec<i32>>>) {
    let Some(topics) = topics else { return out.push(0) };
    unsigned(out, topics.len() + 1);
    for (topic, ids) in topics {
        unsigned(out, topic.len() + 1);
        out.extend_from_slice(topic.as_bytes());
        unsigned(out, ids.len() + 1);
        for id in ids {
            out.extend_from_slice(&id.to_be_bytes());
        }
        out.push(0);
    }
}

/// The tagged fields that differ from their defaults, in the order of their tags.
fn tags(out: &mut Vec<u8>, transaction: &Transaction) {
    let mut fields: Vec<(u8, Vec<u8>)> = Vec::new();
    if transaction.previous_id != -1 {
        fields.push((0, transaction.previous_id.to_be_bytes().to_vec()));
    }
    if transaction.next_id != -1 {
        fields.push((1, transaction.next_id.to_be_bytes().to_vec()));
    }
    if transaction.version != 0 {
        fields.push((2, transaction.version.to_be_bytes().to_vec()));
    }
    unsigned(out, fields.len());
    for (tag, bytes) in fields {
        out.push(tag);
        unsigned(out, bytes.len());
        out.extend_from_slice(&bytes);
    }
}

fn string(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(&i16::try_from(text.len()).unwrap_or(i16::MAX).to_be_bytes());
    out.extend_from_slice(text.as_bytes());
}

fn length(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

fn unsigned(out: &mut Vec<u8>, value: usize) {
    let mut rest = value;
    while rest >= 0x80 {
        out.push(u8::try_from(rest & 0x7f).unwrap_or(0) | 0x80);
        rest >>= 7;
    }
    out.push(u8::try_from(rest).unwrap_or(0));
}

/// Reads Kafka's primitive types off the front of bytes.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(head)
    }

    fn chunk<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    fn u8(&mut self) -> Option<u8> {
        self.chunk().map(u8::from_be_bytes)
    }

    fn i16(&mut self) -> Option<i16> {
        self.chunk().map(i16::from_be_bytes)
    }

    fn i32(&mut self) -> Option<i32> {
        self.chunk().map(i32::from_be_bytes)
    }

    fn i64(&mut self) -> Option<i64> {
        self.chunk().map(i64::from_be_bytes)
    }

    fn unsigned(&mut self) -> Option<u32> {
        let mut value = 0_u32;
        for shift in (0..35).step_by(7) {
            let byte = self.u8()?;
            value |= u32::from(byte & 0x7f).checked_shl(shift)?;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    fn text(&mut self, length: usize) -> Option<String> {
        String::from_utf8(self.take(length)?.to_vec()).ok()
    }

    fn string(&mut self) -> Option<String> {
        let length = usize::try_from(self.i16()?).ok()?;
        self.text(length)
    }

    fn partitions(&mut self) -> Option<BTreeSet<Place>> {
        let mut places = BTreeSet::new();
        for _ in 0..self.i32()?.max(0) {
            let topic = self.string()?;
            for _ in 0..self.i32()? {
                places.insert((topic.clone(), self.i32()?));
            }
        }
        Some(places)
    }

    fn compact_partitions(&mut self) -> Option<BTreeSet<Place>> {
        let mut places = BTreeSet::new();
        for _ in 1..self.unsigned()?.max(1) {
            let length = usize::try_from(self.unsigned()?.checked_sub(1)?).ok()?;
            let topic = self.text(length)?;
            for _ in 1..self.unsigned()?.max(1) {
                places.insert((topic.clone(), self.i32()?));
            }
            for _ in 0..self.unsigned()? {
                let (_, length) = (self.unsigned()?, self.unsigned()?);
                self.take(usize::try_from(length).ok()?)?;
            }
        }
        Some(places)
    }
}

#[cfg(test)]
mod tests;
