//! Reads the records of a batch.

use bytes::Bytes;

use super::header::{HEADER_LENGTH, Header};

/// One record of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) offset: i64,
    pub(crate) timestamp: i64,
    pub(crate) key: Option<Bytes>,
    pub(crate) value: Option<Bytes>,
    pub(crate) headers: Vec<(Bytes, Option<Bytes>)>,
}

/// Why the records of a batch cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ReadError {
    #[error("record {0} is cut off or malformed")]
    Malformed(i32),
    #[error("the batch uses a codec that is not known: {0}")]
    Codec(i16),
    #[error("the records cannot be decompressed")]
    Compressed,
}

/// Every record of one whole, checked batch, decompressed.
///
/// # Errors
///
/// When a record is malformed or the batch cannot be decompressed.
pub(crate) fn records(batch: &Bytes) -> Result<Vec<Record>, ReadError> {
    let header = Header::parse(batch).map_err(|_| ReadError::Malformed(-1))?;
    if header.attributes & 0b111 != 0 {
        return Err(ReadError::Codec(header.attributes & 0b111));
    }
    let mut rest = batch.slice(HEADER_LENGTH..header.size);
    let mut out = Vec::new();
    for index in 0..header.count {
        out.push(record(&mut rest, &header).ok_or(ReadError::Malformed(index))?);
    }
    Ok(out)
}

fn record(rest: &mut Bytes, header: &Header) -> Option<Record> {
    let length = usize::try_from(varint(rest)?).ok()?;
    let mut body = take(rest, length)?;
    take(&mut body, 1)?;
    let timestamp = header.base_timestamp.checked_add(varint(&mut body)?)?;
    let offset = header.base_offset.checked_add(varint(&mut body)?)?;
    let key = nullable(&mut body)?;
    let value = nullable(&mut body)?;
    let mut headers = Vec::new();
    for _ in 0..usize::try_from(varint(&mut body)?).ok()? {
        headers.push((nullable(&mut body)??, nullable(&mut body)?));
    }
    body.is_empty().then_some(Record { offset, timestamp, key, value, headers })
}

fn nullable(bytes: &mut Bytes) -> Option<Option<Bytes>> {
    match varint(bytes)? {
        -1 => Some(None),
        length => take(bytes, usize::try_from(length).ok()?).map(Some),
    }
}

fn take(bytes: &mut Bytes, length: usize) -> Option<Bytes> {
    (bytes.len() >= length).then(|| bytes.split_to(length))
}

fn varint(bytes: &mut Bytes) -> Option<i64> {
    let mut value: u64 = 0;
    for (index, byte) in bytes.iter().enumerate().take(10) {
        value |= u64::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            let _ = bytes.split_to(index + 1);
            return Some((value >> 1).cast_signed() ^ -(value & 1).cast_signed());
        }
    }
    None
}
