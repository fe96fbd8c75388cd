//! The text of a schema as Confluent's registry stores it: what Jackson writes after reading it.
//!
//! Keys keep their order, white space goes, strings are escaped as little as JSON allows. Whole numbers stay as they
//! are written; the registry reads all others as Java's `BigDecimal`, which keeps every digit but has its own way of
//! writing them (`1e3` becomes `1E+3`, `0.10` stays).

use std::fmt::Write;

use crate::json::{Json, JsonKind, Member};

/// In which order the members of objects are written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// As in the text.
    Written,
    /// By key, as Java compares strings: by UTF-16 code units.
    Sorted,
}

/// The text of a value.
pub(super) fn print(json: &Json, order: Order) -> String {
    let mut out = String::new();
    value(&mut out, json, order);
    out
}

fn value(out: &mut String, json: &Json, order: Order) {
    match &json.kind {
        JsonKind::Null => out.push_str("null"),
        JsonKind::Bool(true) => out.push_str("true"),
        JsonKind::Bool(false) => out.push_str("false"),
        JsonKind::Number(written) => out.push_str(&number(written)),
        JsonKind::String(text) => string(out, text),
        JsonKind::Array(items) => {
            let mut before = '[';
            for item in items {
                out.push(before);
                value(out, item, order);
                before = ',';
            }
            out.push_str(if items.is_empty() { "[]" } else { "]" });
        }
        JsonKind::Object(members) => object(out, members, order),
    }
}

fn object(out: &mut String, members: &[Member], order: Order) {
    let mut members: Vec<&Member> = members.iter().collect();
    if order == Order::Sorted {
        members.sort_by(|left, right| left.key.encode_utf16().cmp(right.key.encode_utf16()));
    }
    let mut before = '{';
    for member in &members {
        out.push(before);
        string(out, &member.key);
        out.push(':');
        value(out, &member.value, order);
        before = ',';
    }
    out.push_str(if members.is_empty() { "{}" } else { "}" });
}

fn string(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            control if control < ' ' => {
                write!(out, "\\u{:04X}", u32::from(control)).expect("a string takes everything");
            }
            other => out.push(other),
        }
    }
    out.push('"');
}

/// A number as the registry writes it.
fn number(written: &str) -> String {
    if written == "-0" {
        return "0".to_owned();
    }
    let is_whole = written.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let decimal = if is_whole { None } else { big_decimal(written) };
    decimal.unwrap_or_else(|| written.to_owned())
}

/// `BigDecimal.toString` of a number with a fraction or an exponent; `None` if the exponent is beyond Java's range.
fn big_decimal(written: &str) -> Option<String> {
    let (mantissa, exponent) = written.split_once(['e', 'E']).unwrap_or((written, "0"));
    let (sign, mantissa) = mantissa.strip_prefix('-').map_or(("", mantissa), |rest| ("-", rest));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let scale = i64::try_from(fraction.len()).ok()?.checked_sub(exponent.parse().ok()?)?;
    let scale = i64::from(i32::try_from(scale).ok()?);
    let all = format!("{whole}{fraction}");
    let significant = all.trim_start_matches('0');
    let (sign, digits) = if significant.is_empty() { ("", "0") } else { (sign, significant) };
    let adjusted = i64::try_from(digits.len()).ok()? - 1 - scale;
    let body = if scale >= 0 && adjusted >= -6 { plain(digits, scale) } else { scientific(digits, adjusted) };
    Some(format!("{sign}{body}"))
}

fn plain(digits: &str, scale: i64) -> String {
    let scale = usize::try_from(scale).expect("a scale of zero or more");
    if scale == 0 {
        return digits.to_owned();
    }
    let padded = format!("{digits:0>width$}", width = scale + 1);
    let (whole, fraction) = padded.split_at(padded.len() - scale);
    format!("{whole}.{fraction}")
}

fn scientific(digits: &str, adjusted: i64) -> String {
    let (first, rest) = digits.split_at(1);
    let point = if rest.is_empty() { "" } else { "." };
    match adjusted {
        0 => format!("{first}{point}{rest}"),
        _ => format!("{first}{point}{rest}E{adjusted:+}"),
    }
}
