//! Reads the records of a batch.

use bytes::Bytes;

use super::compression::{self, UNPACKED_LIMIT};
use super::header::{BatchError, Compression, HEADER_LENGTH, Header};
use super::walk::{self, RecordView};

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
    #[error("the batch's header cannot be read")]
    Batch(#[source] BatchError),
    #[error("record {0} is cut off or malformed")]
    Malformed(i32),
    #[error("the batch uses a codec that is not known: {0}")]
    Codec(i16),
    #[error("the records cannot be decompressed")]
    Compressed(#[source] compression::UnpackError),
}

/// Every record of one whole, checked batch, decompressed.
///
/// # Errors
///
/// When a record is malformed or the batch cannot be decompressed.
pub(crate) fn records(batch: &Bytes) -> Result<Vec<Record>, ReadError> {
    let header = Header::parse(batch).map_err(ReadError::Batch)?;
    let section = section(batch, &header)?;
    let mut out = Vec::new();
    each(&section, &header, |view| out.push(own(&section, &view, &header)))?;
    Ok(out)
}

/// The records section of a batch, unpacked; uncompressed ones are not copied.
///
/// # Errors
///
/// When the batch is cut off or cannot be decompressed.
pub(crate) fn section(batch: &Bytes, header: &Header) -> Result<Bytes, ReadError> {
    if batch.len() < header.size {
        let error = BatchError::CutOff { said: header.size, there: batch.len() };
        return Err(ReadError::Batch(error));
    }
    let packed = batch.slice(HEADER_LENGTH..header.size);
    match header.compression() {
        None => Err(ReadError::Codec(header.attributes & 0b111)),
        Some(Compression::None) => Ok(packed),
        Some(codec) => {
            let mut out = Vec::new();
            compression::unpack(codec, &packed, &mut out, UNPACKED_LIMIT).map_err(ReadError::Compressed)?;
            Ok(Bytes::from(out))
        }
    }
}

/// Shows every record of an unpacked section, in order.
///
/// # Errors
///
/// When a record is malformed; those before it were shown.
pub(crate) fn each<'a>(
    section: &'a [u8],
    header: &Header,
    mut show: impl FnMut(RecordView<'a>),
) -> Result<(), ReadError> {
    let mut rest = section;
    for index in 0..header.count {
        show(walk::next(&mut rest).map_err(|_| ReadError::Malformed(index))?);
    }
    Ok(())
}

fn own(section: &Bytes, view: &RecordView<'_>, header: &Header) -> Record {
    let mut headers = Vec::new();
    let mut rest = view.headers;
    while let Ok((name, value)) = walk::header(&mut rest) {
        headers.push((section.slice_ref(name), value.map(|value| section.slice_ref(value))));
    }
    Record {
        offset: view.offset(header),
        timestamp: view.timestamp(header),
        key: view.key.map(|key| section.slice_ref(key)),
        value: view.value.map(|value| section.slice_ref(value)),
        headers,
    }
}
