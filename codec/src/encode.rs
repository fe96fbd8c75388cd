//! Writes values to a buffer.
//!
//! Each function appends one value. They cannot fail: what a type cannot encode, it cannot hold.

use std::collections::BTreeMap;

/// A `boolean`.
#[inline]
pub fn boolean(value: bool, out: &mut Vec<u8>) {
    out.push(u8::from(value));
}

/// An `int`.
#[inline]
pub fn int(value: i32, out: &mut Vec<u8>) {
    long(i64::from(value), out);
}

/// A `long`.
#[inline]
pub fn long(value: i64, out: &mut Vec<u8>) {
    let zigzag = ((value << 1) ^ (value >> 63)).cast_unsigned();
    match u8::try_from(zigzag) {
        Ok(byte) if byte < 0x80 => out.push(byte),
        _ => varint_of_many_bytes(zigzag, out),
    }
}

/// Out of line, because most numbers in events (lengths, counts, indices) take one byte.
#[inline(never)]
fn varint_of_many_bytes(mut value: u64, out: &mut Vec<u8>) {
    let mut bytes = [0; 10];
    let mut length = 0;
    for byte in &mut bytes {
        let [low, ..] = value.to_le_bytes();
        value >>= 7;
        length += 1;
        if value == 0 {
            *byte = low;
            break;
        }
        *byte = low | 0x80;
    }
    out.extend_from_slice(&bytes[..length]);
}

/// A `float`.
#[inline]
pub fn float(value: f32, out: &mut Vec<u8>) {
    out.extend_from_slice(&value.to_le_bytes());
}

/// A `double`.
#[inline]
pub fn double(value: f64, out: &mut Vec<u8>) {
    out.extend_from_slice(&value.to_le_bytes());
}

/// A `fixed`.
#[inline]
pub fn fixed(value: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(value);
}

/// `bytes`.
#[inline]
pub fn bytes(value: &[u8], out: &mut Vec<u8>) {
    length(value.len(), out);
    out.extend_from_slice(value);
}

/// A `string`.
#[inline]
pub fn string(value: &str, out: &mut Vec<u8>) {
    bytes(value.as_bytes(), out);
}

/// The index of an enum's symbol or a union's branch.
#[inline]
pub fn index(value: usize, out: &mut Vec<u8>) {
    length(value, out);
}

/// A union of `null` (branch 0) and one other type.
#[inline]
pub fn option<T>(value: Option<&T>, out: &mut Vec<u8>, write: impl FnOnce(&T, &mut Vec<u8>)) {
    match value {
        None => index(0, out),
        Some(value) => {
            index(1, out);
            write(value, out);
        }
    }
}

/// A union of one type and `null` (branch 1).
#[inline]
pub fn option_null_last<T>(value: Option<&T>, out: &mut Vec<u8>, write: impl FnOnce(&T, &mut Vec<u8>)) {
    match value {
        None => index(1, out),
        Some(value) => {
            index(0, out);
            write(value, out);
        }
    }
}

/// An `array`, as one block.
#[inline]
pub fn array<T>(items: &[T], out: &mut Vec<u8>, mut write: impl FnMut(&T, &mut Vec<u8>)) {
    if !items.is_empty() {
        length(items.len(), out);
        for item in items {
            write(item, out);
        }
    }
    index(0, out);
}

/// A `map`, as one block, in the order of the keys.
#[inline]
pub fn map<T>(entries: &BTreeMap<String, T>, out: &mut Vec<u8>, mut write: impl FnMut(&T, &mut Vec<u8>)) {
    if !entries.is_empty() {
        length(entries.len(), out);
        for (key, value) in entries {
            string(key, out);
            write(value, out);
        }
    }
    index(0, out);
}

#[inline]
fn length(length: usize, out: &mut Vec<u8>) {
    // Nothing in memory is longer than `isize::MAX`.
    long(i64::try_from(length).unwrap_or(i64::MAX), out);
}
