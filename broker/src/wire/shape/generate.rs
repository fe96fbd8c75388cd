//! Makes request bodies that have their shape, out of values that are likely to matter, the same in each run.

use super::{Length, SHAPES, Shape};
use crate::data::tests::world::{NAME, TOPIC, batch};

/// Numbers that look random and are the same in each run.
#[derive(Clone, Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    /// A number below a bound.
    pub(crate) fn roll(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(below.max(1)).unwrap()).unwrap()
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.roll(from.len())]
    }
}

/// A body for a version of an API.
pub(crate) fn body(key: i16, version: i16, dice: &mut Dice) -> Vec<u8> {
    let fits = |(from, to, _): &&super::Versions| (*from..=*to).contains(&version);
    let (_, _, shape) = SHAPES[&key].iter().find(fits).unwrap();
    let mut out = Vec::new();
    write(shape, dice, &mut out);
    out
}

fn write(shape: &Shape, dice: &mut Dice, out: &mut Vec<u8>) {
    match shape {
        Shape::Fixed(16) => {
            let uuid = if dice.roll(2) == 0 { TOPIC } else { uuid::Uuid::from_u128(dice.roll(3) as u128) };
            out.extend_from_slice(uuid.as_bytes());
        }
        Shape::Fixed(size) => {
            let value: i64 = dice.pick(&[-1, -1, 0, 0, 0, 1, 1, 2, 3, 5, -2, 1000, 60_000, i64::MAX, i64::MIN, 0x7f]);
            out.extend_from_slice(&value.to_be_bytes()[8 - size..]);
        }
        Shape::Bytes { length, nullable } => {
            if *nullable && dice.roll(4) == 0 {
                return size(*length, None, out);
            }
            let bytes = if *length == Length::Int || dice.roll(12) == 0 { blob(dice) } else { name(dice) };
            size(*length, Some(bytes.len()), out);
            out.extend_from_slice(&bytes);
        }
        Shape::Array { length, nullable, element } => {
            if *nullable && dice.roll(4) == 0 {
                return size(*length, None, out);
            }
            let count = dice.pick(&[0, 1, 1, 1, 2, 3]);
            size(*length, Some(count), out);
            (0..count).for_each(|_| write(element, dice, out));
        }
        Shape::Struct(fields) => fields.iter().for_each(|field| write(field, dice, out)),
        Shape::NullableStruct(fields) => {
            if dice.roll(2) == 0 {
                out.push(0xff);
            } else {
                out.push(1);
                for field in fields {
                    write(field, dice, out);
                }
            }
        }
        Shape::Tags(known) => {
            let Some((tag, shape)) = known.first().filter(|_| dice.roll(3) == 0) else { return out.push(0) };
            let mut field = Vec::new();
            write(shape, dice, &mut field);
            out.extend_from_slice(&[1, u8::try_from(*tag).unwrap(), u8::try_from(field.len()).unwrap_or(0)]);
            out.extend_from_slice(&field);
        }
    }
}

fn size(length: Length, size: Option<usize>, out: &mut Vec<u8>) {
    let size = size.map_or(-1, |size| i32::try_from(size).unwrap());
    match length {
        Length::Short => out.extend_from_slice(&i16::try_from(size).unwrap().to_be_bytes()),
        Length::Int => out.extend_from_slice(&size.to_be_bytes()),
        Length::Compact => {
            let mut rest = u32::try_from(size + 1).unwrap();
            while rest >= 0x80 {
                out.push(u8::try_from(rest & 0x7f).unwrap() | 0x80);
                rest >>= 7;
            }
            out.push(u8::try_from(rest).unwrap());
        }
    }
}

fn name(dice: &mut Dice) -> Vec<u8> {
    const NAMES: [&str; 20] = [
        NAME,
        NAME,
        NAME,
        "",
        "group",
        "member",
        "consumer",
        "range",
        "uniform",
        "1",
        "2",
        "__consumer_offsets",
        "*",
        "User:alice",
        "127.0.0.1",
        "cleanup.policy",
        "retention.ms",
        "a b",
        "user",
        "client-id",
    ];
    dice.pick(&NAMES).as_bytes().to_vec()
}

fn blob(dice: &mut Dice) -> Vec<u8> {
    match dice.roll(4) {
        0 => Vec::new(),
        1 => (0..dice.roll(40)).map(|_| u8::try_from(dice.roll(256)).unwrap()).collect(),
        2 => {
            let mut bytes = batch(1_700_000_000_000, &["a", "b"]);
            let at = dice.roll(bytes.len());
            bytes[at] = u8::try_from(dice.roll(256)).unwrap();
            bytes
        }
        _ => batch(1_700_000_000_000, &["a"]),
    }
}
