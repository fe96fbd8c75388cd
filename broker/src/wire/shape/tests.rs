//! What a walk over a frame refuses, and that its table is whole.

use super::{MOST_ELEMENTS, SHAPES, ShapeError, check};
use crate::wire::served::served;

#[test]
fn knows_every_version_that_is_served() {
    for (key, min, max) in served() {
        for version in min.max(if key == 0 { 3 } else { 0 })..=max {
            let known = SHAPES[&key].iter().any(|(from, to, _)| (*from..=*to).contains(&version));
            assert!(known, "API {key} version {version}");
        }
    }
}

#[test]
fn refuses_an_array_that_the_frame_cannot_hold() {
    // Metadata 1: one array, whose length says two thousand million.
    assert_eq!(check(3, 1, &[0x7f, 0xff, 0xff, 0xff]), Err(ShapeError::CutOff { beyond: 0x7fff_ffff }));
    // Metadata 12: the same, compact.
    let body = [0xff, 0xff, 0xff, 0xff, 0x0f, 0, 0, 0];
    assert!(matches!(check(3, 12, &body), Err(ShapeError::CutOff { .. })));
}

#[test]
fn refuses_null_where_there_must_be_something() {
    // CreateTopics 2: topics must not be null.
    assert_eq!(check(19, 2, &[0xff; 9]), Err(ShapeError::Null));
    // Metadata 1: a null array asks for all topics.
    assert_eq!(check(3, 1, &[0xff; 4]), Ok(()));
    assert_eq!(check(3, 1, &[0xff, 0xff, 0xff, 0xfe]), Err(ShapeError::Length(-2)));
}

#[test]
fn refuses_more_elements_than_a_request_may_have() {
    // DeleteTopics 1: names of no character, two bytes each.
    let count = u32::try_from(MOST_ELEMENTS).unwrap() + 1;
    let mut body = count.to_be_bytes().to_vec();
    body.resize(4 + 2 * (MOST_ELEMENTS + 1) + 4, 0);
    assert_eq!(check(20, 1, &body), Err(ShapeError::TooMany));
}

#[test]
fn looks_into_tagged_fields_that_are_known() {
    // Fetch 12 with tag 0 (the cluster's id): a string that says it is longer than its field.
    let mut body = vec![0; 25];
    body.extend_from_slice(&[1, 1, 1, 1, 0, 2, 9, b'x']);
    assert_eq!(check(1, 12, &body), Err(ShapeError::CutOff { beyond: 7 }));
}
