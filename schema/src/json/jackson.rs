//! Writes JSON exactly as Java's Jackson does, because registries compare texts.
//!
//! Integers stay as they are, other numbers go through a double; control characters have short escapes or upper-case
//! hexadecimal digits, and nothing else is escaped.

use std::fmt::Write;

use super::scan::plain_length;
use super::{Json, JsonKind, Member};

/// The order of the members of objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keys {
    /// As they were written.
    Kept,
    /// By their names.
    Sorted,
}

/// Appends a value with numbers as Jackson has them in a tree.
pub(crate) fn write_jackson(out: &mut String, json: &Json, keys: Keys) {
    write_with(out, json, keys, write_number);
}

/// The same with numbers written in another way. The depth is that of a text which was read, so recursion is safe.
pub(crate) fn write_with(out: &mut String, json: &Json, keys: Keys, number: fn(&mut String, &str)) {
    match &json.kind {
        JsonKind::Null => out.push_str("null"),
        JsonKind::Bool(true) => out.push_str("true"),
        JsonKind::Bool(false) => out.push_str("false"),
        JsonKind::Number(text) => number(out, text),
        JsonKind::String(text) => write_quoted(out, text),
        JsonKind::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                separate(out, index);
                write_with(out, item, keys, number);
            }
            out.push(']');
        }
        JsonKind::Object(members) => {
            out.push('{');
            if keys == Keys::Sorted {
                let mut sorted: Vec<&Member> = members.iter().collect();
                sorted.sort_by(|left, right| left.key.encode_utf16().cmp(right.key.encode_utf16()));
                sorted.into_iter().enumerate().for_each(|member| write_member(out, member, keys, number));
            } else {
                members.iter().enumerate().for_each(|member| write_member(out, member, keys, number));
            }
            out.push('}');
        }
    }
}

fn write_member(out: &mut String, (index, member): (usize, &Member), keys: Keys, number: fn(&mut String, &str)) {
    separate(out, index);
    write_quoted(out, &member.key);
    out.push(':');
    write_with(out, &member.value, keys, number);
}

fn separate(out: &mut String, index: usize) {
    if index > 0 {
        out.push(',');
    }
}

/// Appends a text as a JSON string, quotes included.
pub(crate) fn write_quoted(out: &mut String, text: &str) {
    out.reserve(text.len() + 2);
    out.push('"');
    let mut rest = text;
    loop {
        let plain = plain_length(rest.as_bytes());
        out.push_str(&rest[..plain]);
        let Some(&byte) = rest.as_bytes().get(plain) else { break };
        write_escape(out, byte);
        rest = &rest[plain + 1..];
    }
    out.push('"');
}

fn write_escape(out: &mut String, byte: u8) {
    match byte {
        b'"' => out.push_str("\\\""),
        b'\\' => out.push_str("\\\\"),
        b'\n' => out.push_str("\\n"),
        b'\r' => out.push_str("\\r"),
        b'\t' => out.push_str("\\t"),
        8 => out.push_str("\\b"),
        12 => out.push_str("\\f"),
        other => write!(out, "\\u{other:04X}").expect("writing to a string cannot fail"),
    }
}

fn write_number(out: &mut String, text: &str) {
    match text {
        "-0" => out.push('0'),
        _ if text.contains(['.', 'e', 'E']) => write_double(out, text.parse().unwrap_or(f64::NAN)),
        _ => out.push_str(text),
    }
}

/// Appends a double as `Double.toString` prints it; what is not finite becomes a string.
pub(crate) fn write_double(out: &mut String, value: f64) {
    write_floating(out, value, &format!("{value:e}"));
}

/// Appends a float as `Float.toString` prints it.
pub(crate) fn write_float(out: &mut String, value: f32) {
    write_floating(out, f64::from(value), &format!("{value:e}"));
}

/// `scientific` has the digits of the value, such as `1.25e-7`.
fn write_floating(out: &mut String, value: f64, scientific: &str) {
    if !value.is_finite() {
        let name = if value.is_nan() { "NaN" } else { "Infinity" };
        let sign = if value < 0.0 { "-" } else { "" };
        write!(out, "\"{sign}{name}\"").expect("writing to a string cannot fail");
        return;
    }
    let (digits, exponent) = scientific.split_once('e').unwrap_or((scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    if value.is_sign_negative() {
        out.push('-');
    }
    let digits: String = digits.chars().filter(char::is_ascii_digit).collect();
    if value != 0.0 && !(-3..7).contains(&exponent) {
        let fraction = if digits.len() > 1 { &digits[1..] } else { "0" };
        write!(out, "{}.{fraction}E{exponent}", &digits[..1]).expect("writing to a string cannot fail");
    } else if exponent < 0 {
        let zeros = usize::try_from(-exponent - 1).unwrap_or_default();
        write!(out, "0.{}{digits}", "0".repeat(zeros)).expect("writing to a string cannot fail");
    } else {
        let whole = usize::try_from(exponent).unwrap_or_default() + 1;
        let padded = format!("{digits:0<whole$}");
        let fraction = if padded.len() > whole { &padded[whole..] } else { "0" };
        write!(out, "{}.{fraction}", &padded[..whole]).expect("writing to a string cannot fail");
    }
}

/// The number that Java's `Double.parseDouble` reads from a text, except for its hexadecimal notation.
pub(crate) fn java_double(text: &str) -> Option<f64> {
    let text = text.trim_matches(|c: char| c <= ' ');
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if unsigned == "NaN" {
        return Some(f64::NAN);
    }
    if unsigned == "Infinity" {
        return Some(if text.starts_with('-') { f64::NEG_INFINITY } else { f64::INFINITY });
    }
    if !unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    text.strip_suffix(['d', 'D', 'f', 'F']).unwrap_or(text).parse().ok()
}
