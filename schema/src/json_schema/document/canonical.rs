//! The text of a schema as Confluent's registry stores it: what Jackson writes after reading it.
//!
//! Keys keep their order, white space goes, strings are escaped as little as JSON allows. Whole numbers stay as they
//! are written; the registry reads all others as Java's `BigDecimal`, which keeps every digit but has its own way of
//! writing them (`1e3` becomes `1E+3`, `0.10` stays).

use crate::json::{Json, Keys, write_with};

/// The text of a value.
pub(super) fn print(json: &Json, keys: Keys) -> String {
    let mut out = String::new();
    write_with(&mut out, json, keys, number);
    out
}

/// A number as the registry writes it.
fn number(out: &mut String, written: &str) {
    let is_whole = written.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let decimal = if is_whole { None } else { big_decimal(written) };
    match decimal {
        Some(decimal) => out.push_str(&decimal),
        None => out.push_str(if written == "-0" { "0" } else { written }),
    }
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
