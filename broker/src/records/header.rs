//! The 61 bytes in front of every record batch (Kafka's documentation, "Record Batch").

use std::ops::Range;

/// The length of a batch's header.
pub(crate) const HEADER_LENGTH: usize = 61;
/// What `batch_length` does not count: the base offset and itself.
pub(crate) const LENGTH_OVERHEAD: usize = 12;

/// Why bytes are not a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BatchError {
    #[error("{0} bytes are fewer than a batch's header")]
    TooShort(usize),
    #[error("a batch says that it is {said} bytes long; {there} are there")]
    CutOff { said: usize, there: usize },
    #[error("a batch's length of {0} is below that of its header")]
    Length(i32),
    #[error("magic {0} is not 2")]
    Magic(i8),
    #[error("the checksum says {said:#010x}, the bytes say {is:#010x}")]
    Checksum { said: u32, is: u32 },
}

/// A batch's compression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Compression {
    None,
    Gzip,
    Snappy,
    Lz4,
    Zstd,
}

impl Compression {
    /// The codec's number in a batch's attributes.
    pub(crate) fn id(self) -> i16 {
        match self {
            Self::None => 0,
            Self::Gzip => 1,
            Self::Snappy => 2,
            Self::Lz4 => 3,
            Self::Zstd => 4,
        }
    }
}

/// Whose clock gave a batch its timestamps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TimestampType {
    CreateTime,
    LogAppendTime,
}

/// A batch's header, read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) base_offset: i64,
    /// The whole batch's length in bytes, header included.
    pub(crate) size: usize,
    pub(crate) leader_epoch: i32,
    pub(crate) checksum: u32,
    pub(crate) attributes: i16,
    pub(crate) last_offset_delta: i32,
    pub(crate) base_timestamp: i64,
    pub(crate) max_timestamp: i64,
    /// −1 without idempotence.
    pub(crate) producer_id: i64,
    pub(crate) producer_epoch: i16,
    pub(crate) base_sequence: i32,
    pub(crate) count: i32,
}

impl Header {
    /// Reads the header of the batch at the front of `bytes`. Only the header's bytes need be there.
    ///
    /// # Errors
    ///
    /// When there are too few bytes, or they are not a batch of magic 2.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, BatchError> {
        let Some(bytes) = bytes.first_chunk::<HEADER_LENGTH>() else {
            return Err(BatchError::TooShort(bytes.len()));
        };
        let length = i32_at(bytes, 8);
        let magic = i8::from_be_bytes([bytes[16]]);
        if magic != 2 {
            return Err(BatchError::Magic(magic));
        }
        let size = usize::try_from(length).map_err(|_| BatchError::Length(length))? + LENGTH_OVERHEAD;
        if size < HEADER_LENGTH {
            return Err(BatchError::Length(length));
        }
        Ok(Self {
            base_offset: i64_at(bytes, 0),
            size,
            leader_epoch: i32_at(bytes, 12),
            checksum: u32::from_be_bytes(chunk(bytes, 17..21)),
            attributes: i16::from_be_bytes(chunk(bytes, 21..23)),
            last_offset_delta: i32_at(bytes, 23),
            base_timestamp: i64_at(bytes, 27),
            max_timestamp: i64_at(bytes, 35),
            producer_id: i64_at(bytes, 43),
            producer_epoch: i16::from_be_bytes(chunk(bytes, 51..53)),
            base_sequence: i32_at(bytes, 53),
            count: i32_at(bytes, 57),
        })
    }

    /// Reads and checks the whole batch at the front of `bytes`: its length and its checksum.
    ///
    /// # Errors
    ///
    /// When it is cut off, no batch of magic 2, or its checksum is wrong.
    pub(crate) fn check(bytes: &[u8]) -> Result<Self, BatchError> {
        let header = Self::parse(bytes)?;
        let Some(batch) = bytes.get(..header.size) else {
            return Err(BatchError::CutOff { said: header.size, there: bytes.len() });
        };
        let is = crc32c::crc32c(&batch[21..]);
        if is == header.checksum { Ok(header) } else { Err(BatchError::Checksum { said: header.checksum, is }) }
    }

    pub(crate) fn last_offset(&self) -> i64 {
        self.base_offset + i64::from(self.last_offset_delta)
    }

    /// The offset after this batch.
    pub(crate) fn next_offset(&self) -> i64 {
        self.last_offset() + 1
    }

    /// `None` for a codec that Kafka does not know.
    pub(crate) fn compression(&self) -> Option<Compression> {
        match self.attributes & 0b111 {
            0 => Some(Compression::None),
            1 => Some(Compression::Gzip),
            2 => Some(Compression::Snappy),
            3 => Some(Compression::Lz4),
            4 => Some(Compression::Zstd),
            _ => None,
        }
    }

    pub(crate) fn timestamp_type(&self) -> TimestampType {
        if self.attributes & 0b1000 == 0 { TimestampType::CreateTime } else { TimestampType::LogAppendTime }
    }

    pub(crate) fn is_transactional(&self) -> bool {
        self.attributes & 0b1_0000 != 0
    }

    pub(crate) fn is_control(&self) -> bool {
        self.attributes & 0b10_0000 != 0
    }

    /// The sequence of the last record; sequences wrap from 2³¹−1 to 0.
    pub(crate) fn last_sequence(&self) -> i32 {
        advance_sequence(self.base_sequence, self.last_offset_delta)
    }
}

/// A sequence so many records later.
pub(crate) fn advance_sequence(sequence: i32, by: i32) -> i32 {
    let wrapped = (i64::from(sequence) + i64::from(by)) % (i64::from(i32::MAX) + 1);
    i32::try_from(wrapped).unwrap_or(i32::MAX)
}

/// Gives the batch at the front of `bytes` its place in a log. Neither field is under the checksum.
pub(crate) fn place(bytes: &mut [u8], base_offset: i64, leader_epoch: i32) {
    bytes[0..8].copy_from_slice(&base_offset.to_be_bytes());
    bytes[12..16].copy_from_slice(&leader_epoch.to_be_bytes());
}

/// Writes the checksum of a whole batch after something under it has changed.
pub(crate) fn seal(batch: &mut [u8]) {
    let checksum = crc32c::crc32c(&batch[21..]);
    batch[17..21].copy_from_slice(&checksum.to_be_bytes());
}

fn chunk<const N: usize>(bytes: &[u8; HEADER_LENGTH], range: Range<usize>) -> [u8; N] {
    let mut out = [0; N];
    out.copy_from_slice(&bytes[range]);
    out
}

fn i32_at(bytes: &[u8; HEADER_LENGTH], at: usize) -> i32 {
    i32::from_be_bytes(chunk(bytes, at..at + 4))
}

fn i64_at(bytes: &[u8; HEADER_LENGTH], at: usize) -> i64 {
    i64::from_be_bytes(chunk(bytes, at..at + 8))
}
