//! Frames: four bytes of length, a header, a body.

use bytes::{Buf, Bytes, BytesMut};
use kafka_protocol::messages::{ApiKey, RequestHeader, RequestKind, ResponseHeader, ResponseKind};
use kafka_protocol::protocol::{Decodable, Encodable};

use super::served::is_served;
use super::shape::{self, ShapeError};

/// Why a frame is not a request; its connection is closed, as Kafka does.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FrameError {
    #[error("a frame of {said} bytes is over the limit of {limit} (socket.request.max.bytes)")]
    TooLong { said: i64, limit: usize },
    #[error("API key {0} is not known")]
    UnknownApi(i16),
    #[error("version {version} of API {key} is not served")]
    UnsupportedVersion { key: i16, version: i16 },
    #[error("the request does not have its shape")]
    Shape(#[from] ShapeError),
    #[error("the request is malformed: {0}")]
    Malformed(String),
}

/// A request's header and body.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) api: ApiKey,
    pub(crate) version: i16,
    pub(crate) correlation: i32,
    pub(crate) client_id: String,
    /// `None` for an ApiVersions of a version that is not served: it has an answer of its own.
    pub(crate) body: Option<RequestKind>,
}

/// Takes one whole frame off the front of `buffer`, without its length; `None` while it is not all there.
///
/// # Errors
///
/// When the length is negative or over `limit`.
pub(crate) fn take(buffer: &mut BytesMut, limit: usize) -> Result<Option<Bytes>, FrameError> {
    let Some(length) = length(buffer, limit)? else { return Ok(None) };
    if buffer.len() < 4 + length {
        return Ok(None);
    }
    buffer.advance(4);
    Ok(Some(buffer.split_to(length).freeze()))
}

/// How many bytes the frame at the front of `buffer` has after its length, once that is known.
///
/// # Errors
///
/// When the length is negative or over `limit`.
pub(crate) fn length(buffer: &[u8], limit: usize) -> Result<Option<usize>, FrameError> {
    let Some(length) = buffer.first_chunk::<4>() else { return Ok(None) };
    let said = i32::from_be_bytes(*length);
    let length = usize::try_from(said).ok().filter(|length| *length <= limit);
    length.map(Some).ok_or(FrameError::TooLong { said: i64::from(said), limit })
}

/// Reads a frame's header and body.
///
/// # Errors
///
/// When the API or its version is not served, or the bytes are not such a request.
pub(crate) fn read(mut frame: Bytes) -> Result<Request, FrameError> {
    let Some(&[k0, k1, v0, v1]) = frame.first_chunk::<4>() else {
        return Err(FrameError::Malformed("it is shorter than a header".to_owned()));
    };
    let (key, version) = (i16::from_be_bytes([k0, k1]), i16::from_be_bytes([v0, v1]));
    let api = ApiKey::try_from(key).map_err(|()| FrameError::UnknownApi(key))?;
    let served = is_served(key, version);
    if !served && api != ApiKey::ApiVersions {
        return Err(FrameError::UnsupportedVersion { key, version });
    }
    let malformed = |error: anyhow::Error| FrameError::Malformed(format!("{error:#}"));
    let coded = coded_as(api, version);
    let header_version = if served { api.request_header_version(coded) } else { 1 };
    shape::check_header(&frame, header_version)?;
    let header = RequestHeader::decode(&mut frame, header_version).map_err(malformed)?;
    let body = if served {
        shape::check(key, version, &frame)?;
        Some(RequestKind::decode(api, &mut frame, coded).map_err(malformed)?)
    } else {
        None
    };
    let client_id = header.client_id.map(|id| id.to_string()).unwrap_or_default();
    Ok(Request { api, version, correlation: header.correlation_id, client_id, body })
}

/// The version whose bytes a version has: the codec knows ListOffsets up to 10, and 11 differs in no byte.
fn coded_as(api: ApiKey, version: i16) -> i16 {
    if api == ApiKey::ListOffsets { version.min(10) } else { version }
}

/// Appends a whole response frame to `out`.
///
/// # Errors
///
/// When the response does not fit its version: a mistake of ours.
pub(crate) fn write(
    out: &mut BytesMut,
    api: ApiKey,
    version: i16,
    correlation: i32,
    body: &ResponseKind,
) -> anyhow::Result<()> {
    let version = coded_as(api, version);
    let at = out.len();
    out.extend_from_slice(&[0; 4]);
    let header = ResponseHeader::default().with_correlation_id(correlation);
    header.encode(out, api.response_header_version(version))?;
    body.encode(out, version)?;
    let length = i32::try_from(out.len() - at - 4)?;
    out[at..at + 4].copy_from_slice(&length.to_be_bytes());
    Ok(())
}

#[cfg(test)]
mod tests;
