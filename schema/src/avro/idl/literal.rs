//! Strings and numbers of Avro IDL, which are Java's, as those of JSON.

use crate::json::{JsonKind, write_double};

/// The text of a string with its quotes, or what is wrong with it.
pub(super) fn string(quoted: &str) -> Result<String, &'static str> {
    let mut inner = quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default();
    let mut units: Vec<u16> = Vec::with_capacity(inner.len());
    while let Some(first) = inner.chars().next() {
        if matches!(first, '\u{8}' | '\t' | '\u{c}') {
            return Err("a control character, which a string has as an escape such as `\\t`");
        }
        if first != '\\' {
            units.extend(first.encode_utf16(&mut [0; 2]).iter());
            inner = &inner[first.len_utf8()..];
            continue;
        }
        let (unit, length) = escape(&inner[1..]).ok_or("an escape other than `\\n`, `\\t`, `\\\"` and the like")?;
        units.push(unit);
        inner = &inner[1 + length..];
    }
    String::from_utf16(&units).map_err(|_| "a `\\u` escape that is half of a surrogate pair")
}

/// What follows a backslash, and its length.
fn escape(rest: &str) -> Option<(u16, usize)> {
    let plain = |c: char| u16::try_from(u32::from(c)).ok().map(|unit| (unit, 1));
    match rest.as_bytes().first()? {
        b'n' => plain('\n'),
        b'r' => plain('\r'),
        b't' => plain('\t'),
        b'b' => plain('\u{8}'),
        b'f' => plain('\u{c}'),
        b'"' => plain('"'),
        b'\'' => plain('\''),
        b'\\' => plain('\\'),
        b'u' => {
            let digits = rest.get(1..5).filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))?;
            Some((u16::from_str_radix(digits, 16).ok()?, 5))
        }
        b'0'..=b'7' => {
            let most = if rest.starts_with(['0', '1', '2', '3']) { 3 } else { 2 };
            let length = rest.bytes().take(most).take_while(|digit| (b'0'..=b'7').contains(digit)).count();
            Some((u16::from_str_radix(&rest[..length], 8).ok()?, length))
        }
        _ => None,
    }
}

/// A whole number of 64 bits: decimal, hexadecimal (`0x1f`) or octal (`017`), with or without `L`.
pub(super) fn integer(text: &str) -> Option<i64> {
    let text = text.strip_suffix(['l', 'L']).unwrap_or(text);
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text),
    };
    let (radix, digits) = if let Some(digits) = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
        (16, digits)
    } else if digits.len() > 1 && digits.starts_with('0') {
        (8, &digits[1..])
    } else {
        (10, digits)
    };
    let is_plain = digits.chars().all(|digit| digit.is_digit(radix));
    if is_plain { i64::from_str_radix(&format!("{sign}{digits}"), radix).ok() } else { None }
}

/// A number with a fraction or an exponent, as Java's JSON writes it. What is no number in JSON is a string there.
pub(super) fn float(text: &str) -> Option<JsonKind> {
    let number = decimal(text)?;
    if number.is_finite() {
        let mut written = String::new();
        write_double(&mut written, number);
        return Some(JsonKind::Number(written.into()));
    }
    let name = match (number.is_nan(), number > 0.0) {
        (true, _) => "NaN",
        (false, true) => "Infinity",
        (false, false) => "-Infinity",
    };
    Some(JsonKind::String(name.into()))
}

fn decimal(text: &str) -> Option<f64> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let magnitude = match unsigned {
        "NaN" => f64::NAN,
        "Infinity" => f64::INFINITY,
        _ if unsigned.starts_with("0x") || unsigned.starts_with("0X") => hexadecimal(&unsigned[2..])?,
        _ => {
            let digits = unsigned.strip_suffix(['f', 'F', 'd', 'D']).unwrap_or(unsigned);
            let is_plain = digits.chars().all(|c| c.is_ascii_digit() || ".eE+-".contains(c));
            is_plain.then(|| digits.parse().ok())??
        }
    };
    Some(if text.starts_with('-') { -magnitude } else { magnitude })
}

/// `1.8p3`: digits to the base 16 and an exponent to the base 2. Digits beyond the 13th do not fit a double.
fn hexadecimal(text: &str) -> Option<f64> {
    let text = text.strip_suffix(['f', 'F', 'd', 'D']).unwrap_or(text);
    let (digits, exponent) = text.split_once(['p', 'P'])?;
    let exponent: i32 = exponent.parse().ok()?;
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let digits = format!("{whole}{fraction}");
    let digits = digits.trim_start_matches('0');
    if !digits.chars().all(|digit| digit.is_ascii_hexdigit()) || digits.len() > 13 {
        return None;
    }
    let mantissa = if digits.is_empty() { 0 } else { i64::from_str_radix(digits, 16).ok()? };
    #[expect(clippy::cast_precision_loss, reason = "13 hexadecimal digits are 52 bits, which a double holds")]
    let mantissa = mantissa as f64;
    let shift = exponent.checked_sub(i32::try_from(4 * fraction.len()).ok()?)?;
    Some(mantissa * 2_f64.powi(shift))
}
