//! The four codecs of Kafka, whole records sections at a time.
//!
//! Snappy comes in the framing of Java's `SnappyOutputStream` and bare; lz4 and zstd are their own frames. What comes out
//! is bounded by the caller, so that a few kilobytes that unpack to gigabytes cost no more than the bound.

use std::io::{self, Read, Write};

use super::header::Compression;

/// What a batch may unpack to: as much as Kafka's default of `socket.request.max.bytes` (100 MiB) lets a client send
/// without compression. Whoever could not have sent it plainly cannot send it packed either.
pub(crate) const UNPACKED_LIMIT: usize = 100 * 1024 * 1024;

/// What Java's framing of snappy opens with: `\x82SNAPPY\0`, then its version and the oldest compatible one, both 1.
const XERIAL_MAGIC: [u8; 8] = *b"\x82SNAPPY\0";
const XERIAL_HEADER: usize = 16;
/// The size of the pieces that Kafka's producers hand to snappy.
const XERIAL_BLOCK: usize = 32 * 1024;

/// Why bytes could not be unpacked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum UnpackError {
    #[error("the compressed bytes are damaged")]
    Damaged,
    #[error("the records unpack to more than is allowed")]
    TooLarge,
}

/// Unpacks `packed` to the end of `out`, which grows by at most `limit` bytes.
///
/// # Errors
///
/// When the bytes are not what the codec makes, or unpack to more than `limit`.
pub(crate) fn unpack(codec: Compression, packed: &[u8], out: &mut Vec<u8>, limit: usize) -> Result<(), UnpackError> {
    match codec {
        Compression::None => take(packed, out, limit),
        Compression::Gzip => take(flate2::bufread::MultiGzDecoder::new(packed), out, limit),
        Compression::Snappy => unpack_snappy(packed, out, limit),
        Compression::Lz4 => take(lz4_flex::frame::FrameDecoder::new(packed), out, limit),
        Compression::Zstd => unpack_zstd(packed, out, limit),
    }
}

fn take(from: impl Read, out: &mut Vec<u8>, limit: usize) -> Result<(), UnpackError> {
    let read = from.take(limit as u64 + 1).read_to_end(out).map_err(|_| UnpackError::Damaged)?;
    if read > limit { Err(UnpackError::TooLarge) } else { Ok(()) }
}

fn unpack_zstd(mut packed: &[u8], out: &mut Vec<u8>, limit: usize) -> Result<(), UnpackError> {
    let mut left = limit;
    while !packed.is_empty() {
        let before = out.len();
        let frame = ruzstd::decoding::StreamingDecoder::new(&mut packed).map_err(|_| UnpackError::Damaged)?;
        take(frame, out, left)?;
        left -= out.len() - before;
    }
    Ok(())
}

fn unpack_snappy(packed: &[u8], out: &mut Vec<u8>, limit: usize) -> Result<(), UnpackError> {
    if !packed.starts_with(&XERIAL_MAGIC) {
        return unpack_snappy_block(packed, out, limit);
    }
    let mut rest = packed.get(XERIAL_HEADER..).ok_or(UnpackError::Damaged)?;
    let mut left = limit;
    while let Some((length, after)) = rest.split_first_chunk::<4>() {
        let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| UnpackError::Damaged)?;
        let block = after.get(..length).ok_or(UnpackError::Damaged)?;
        let before = out.len();
        unpack_snappy_block(block, out, left)?;
        left -= out.len() - before;
        rest = &after[length..];
    }
    if rest.is_empty() { Ok(()) } else { Err(UnpackError::Damaged) }
}

fn unpack_snappy_block(block: &[u8], out: &mut Vec<u8>, limit: usize) -> Result<(), UnpackError> {
    let length = snap::raw::decompress_len(block).map_err(|_| UnpackError::Damaged)?;
    // A byte of snappy makes at most 64 bytes (a three-byte copy), so a length that promises more is a lie, and is not
    // given memory.
    if length > limit {
        return Err(UnpackError::TooLarge);
    }
    if length > block.len().saturating_mul(64) {
        return Err(UnpackError::Damaged);
    }
    let start = out.len();
    out.resize(start + length, 0);
    match snap::raw::Decoder::new().decompress(block, &mut out[start..]) {
        Ok(written) => {
            out.truncate(start + written);
            Ok(())
        }
        Err(_) => Err(UnpackError::Damaged),
    }
}

/// Packs `plain` to the end of `out`, as Kafka's own clients frame it.
///
/// # Errors
///
/// When an encoder refuses, which memory alone could make it do.
pub(crate) fn pack(codec: Compression, plain: &[u8], out: &mut Vec<u8>) -> io::Result<()> {
    match codec {
        Compression::None => out.extend_from_slice(plain),
        Compression::Gzip => {
            let mut encoder = flate2::write::GzEncoder::new(out, flate2::Compression::default());
            encoder.write_all(plain)?;
            encoder.finish()?;
        }
        Compression::Snappy => pack_snappy(plain, out)?,
        Compression::Lz4 => {
            let info = lz4_flex::frame::FrameInfo::new()
                .block_size(lz4_flex::frame::BlockSize::Max64KB)
                .block_mode(lz4_flex::frame::BlockMode::Independent);
            let mut encoder = lz4_flex::frame::FrameEncoder::with_frame_info(info, out);
            encoder.write_all(plain)?;
            encoder.finish().map_err(io::Error::other)?;
        }
        Compression::Zstd => {
            ruzstd::encoding::compress(plain, out, ruzstd::encoding::CompressionLevel::Fastest);
        }
    }
    Ok(())
}

fn pack_snappy(plain: &[u8], out: &mut Vec<u8>) -> io::Result<()> {
    out.extend_from_slice(&XERIAL_MAGIC);
    out.extend_from_slice(&1_u32.to_be_bytes());
    out.extend_from_slice(&1_u32.to_be_bytes());
    let mut encoder = snap::raw::Encoder::new();
    for piece in plain.chunks(XERIAL_BLOCK) {
        let block = encoder.compress_vec(piece).map_err(io::Error::other)?;
        let length = u32::try_from(block.len()).map_err(io::Error::other)?;
        out.extend_from_slice(&length.to_be_bytes());
        out.extend_from_slice(&block);
    }
    Ok(())
}
