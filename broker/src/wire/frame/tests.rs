//! Frames that are hostile, and frames that were valid before some of their bytes changed.

mod storm;

use bytes::{Bytes, BytesMut};
use kafka_protocol::messages::{ApiKey, RequestHeader, RequestKind};
use kafka_protocol::protocol::{Encodable, StrBytes};

use super::{FrameError, read, take};
use crate::wire::served::served;
use crate::wire::shape::generate::Dice;

fn header(api: ApiKey, version: i16) -> BytesMut {
    let mut out = BytesMut::new();
    let header = RequestHeader::default()
        .with_request_api_key(api as i16)
        .with_request_api_version(version)
        .with_client_id(Some(StrBytes::from_static_str("fuzz")));
    let coded = super::coded_as(api, version);
    header.encode(&mut out, api.request_header_version(coded)).unwrap();
    out
}

/// A body of zeros and small numbers, which most requests take for a few elements with short names.
fn body(dice: &mut Dice) -> Vec<u8> {
    const LIKELY: [u8; 8] = [0, 0, 0, 1, 2, 3, 0x7f, 0xff];
    (0..dice.roll(200)).map(|_| LIKELY[dice.roll(LIKELY.len())]).collect()
}

#[test]
fn no_frame_of_any_served_api_makes_the_reader_panic() {
    let mut dice = Dice::new(1);
    let mut understood = 0;
    for (key, min, max) in served() {
        let api = ApiKey::try_from(key).unwrap();
        for version in min..=max {
            for _ in 0..150 {
                let mut frame = header(api, version);
                frame.extend_from_slice(&body(&mut dice));
                for _ in 0..dice.roll(4) {
                    let at = dice.roll(frame.len());
                    frame[at] = u8::try_from(dice.roll(256)).unwrap();
                }
                understood += usize::from(read(frame.freeze()).is_ok());
            }
        }
    }
    assert!(understood > 100, "only {understood} frames were read: the test tests nothing");
}

#[test]
fn cutting_a_valid_request_anywhere_is_no_panic() {
    for (key, min, max) in served() {
        let api = ApiKey::try_from(key).unwrap();
        for version in min.max(if key == 0 { 3 } else { 0 })..=max {
            // Zeros are a valid request of most shapes: empty names, no elements.
            let mut frame = header(api, version);
            frame.resize(frame.len() + 64, 0);
            for length in 0..frame.len() {
                drop(read(Bytes::copy_from_slice(&frame[..length])));
            }
        }
    }
}

#[test]
fn refuses_what_is_not_served() {
    let frame = |key: i16, version: i16| {
        let mut frame = BytesMut::new();
        frame.extend_from_slice(&key.to_be_bytes());
        frame.extend_from_slice(&version.to_be_bytes());
        frame.extend_from_slice(&[0, 0, 0, 1, 0xff, 0xff, 0, 0, 0, 0]);
        frame.freeze()
    };
    assert!(matches!(read(frame(999, 0)), Err(FrameError::UnknownApi(999))));
    assert!(matches!(read(frame(-1, 0)), Err(FrameError::UnknownApi(-1))));
    assert!(matches!(read(frame(3, 99)), Err(FrameError::UnsupportedVersion { key: 3, version: 99 })));
    assert!(matches!(read(frame(0, 2)), Err(FrameError::UnsupportedVersion { key: 0, version: 2 })));
    assert!(read(frame(18, 99)).is_ok_and(|request| request.body.is_none()), "has an answer of its own");
    assert!(matches!(read(Bytes::from_static(&[0, 3])), Err(FrameError::Malformed(_))));
}

#[test]
fn bytes_after_a_request_are_ignored_as_kafka_ignores_them() {
    let mut frame = header(ApiKey::Metadata, 1);
    frame.extend_from_slice(&[0, 0, 0, 0, 9, 9]);
    assert!(matches!(read(frame.freeze()).unwrap().body, Some(RequestKind::Metadata(_))));
}

#[test]
fn takes_whole_frames_only_and_refuses_impossible_lengths() {
    let mut buffer = BytesMut::from(&[0, 0, 0, 2, 7][..]);
    assert!(take(&mut buffer, 100).unwrap().is_none());
    buffer.extend_from_slice(&[8, 0]);
    assert_eq!(take(&mut buffer, 100).unwrap().as_deref(), Some(&[7, 8][..]));
    assert_eq!(buffer.len(), 1);
    assert!(take(&mut BytesMut::from(&[0xff; 4][..]), 100).is_err());
    assert!(take(&mut BytesMut::from(&[0, 0, 0, 101][..]), 100).is_err());
}
