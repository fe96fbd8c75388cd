//! Walks the records of a batch where they lie: no copies, no allocation.

use super::header::Header;

/// One record, borrowed from its batch's (unpacked) records section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RecordView<'a> {
    pub(crate) offset_delta: i32,
    pub(crate) timestamp_delta: i64,
    pub(crate) key: Option<&'a [u8]>,
    pub(crate) value: Option<&'a [u8]>,
    pub(crate) header_count: i32,
    /// The headers as they are written, without their count.
    pub(crate) headers: &'a [u8],
}

impl RecordView<'_> {
    pub(crate) fn offset(&self, header: &Header) -> i64 {
        header.base_offset.wrapping_add(i64::from(self.offset_delta))
    }

    /// The record's own time, or the batch's where the broker's clock gave it.
    pub(crate) fn timestamp(&self, header: &Header) -> i64 {
        match header.timestamp_type() {
            super::header::TimestampType::CreateTime => header.base_timestamp.wrapping_add(self.timestamp_delta),
            super::header::TimestampType::LogAppendTime => header.max_timestamp,
        }
    }
}

/// The bytes where a record should be are none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a record is cut off or malformed")]
pub(crate) struct Malformed;

/// Takes the record at the front of `rest`.
///
/// # Errors
///
/// When it is cut off, or its fields do not fill its length exactly.
pub(crate) fn next<'a>(rest: &mut &'a [u8]) -> Result<RecordView<'a>, Malformed> {
    let length = length(varint(rest)?)?;
    let mut body = take(rest, length)?;
    take(&mut body, 1)?;
    let timestamp_delta = varlong(&mut body)?;
    let offset_delta = varint(&mut body)?;
    let key = nullable(&mut body)?;
    let value = nullable(&mut body)?;
    let header_count = varint(&mut body)?;
    let headers = body;
    if header_count < 0 {
        return Err(Malformed);
    }
    for _ in 0..header_count {
        header(&mut body)?;
    }
    if body.is_empty() {
        Ok(RecordView { offset_delta, timestamp_delta, key, value, header_count, headers })
    } else {
        Err(Malformed)
    }
}

/// One header of a record: its name, and its value if it has one.
pub(crate) type HeaderView<'a> = (&'a [u8], Option<&'a [u8]>);

/// Takes the header at the front of a record's headers.
///
/// # Errors
///
/// When it is cut off or has no name.
pub(crate) fn header<'a>(rest: &mut &'a [u8]) -> Result<HeaderView<'a>, Malformed> {
    let length = length(varint(rest)?)?;
    Ok((take(rest, length)?, nullable(rest)?))
}

fn length(length: i32) -> Result<usize, Malformed> {
    usize::try_from(length).map_err(|_| Malformed)
}

/// Any negative length means null, as in Kafka.
fn nullable<'a>(rest: &mut &'a [u8]) -> Result<Option<&'a [u8]>, Malformed> {
    match usize::try_from(varint(rest)?) {
        Ok(length) => take(rest, length).map(Some),
        Err(_) => Ok(None),
    }
}

fn take<'a>(rest: &mut &'a [u8], length: usize) -> Result<&'a [u8], Malformed> {
    let (front, back) = rest.split_at_checked(length).ok_or(Malformed)?;
    *rest = back;
    Ok(front)
}

#[inline]
fn varint(rest: &mut &[u8]) -> Result<i32, Malformed> {
    // Most lengths and deltas fit one byte.
    if let Some((&byte, back)) = rest.split_first()
        && byte < 0x80
    {
        *rest = back;
        return Ok(i32::from(byte >> 1) ^ -i32::from(byte & 1));
    }
    let mut value: u32 = 0;
    for (index, &byte) in rest.iter().enumerate().take(5) {
        value |= u32::from(byte & 0x7f) << (7 * index);
        if byte < 0x80 {
            *rest = &rest[index + 1..];
            return Ok((value >> 1).cast_signed() ^ -(value & 1).cast_signed());
        }
    }
    Err(Malformed)
}

#[inline]
fn varlong(rest: &mut &[u8]) -> Result<i64, Malformed> {
    let mut value: u64 = 0;
    for (index, &byte) in rest.iter().enumerate().take(10) {
        value |= u64::from(byte & 0x7f) << (7 * index);
        if byte < 0x80 {
            *rest = &rest[index + 1..];
            return Ok((value >> 1).cast_signed() ^ -(value & 1).cast_signed());
        }
    }
    Err(Malformed)
}
