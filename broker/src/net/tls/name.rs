//! Who a certificate is about: its subject as Java writes it (RFC 2253), most specific part first.

#[cfg(test)]
mod tests;

use rustls::pki_types::CertificateDer;

use crate::security::Principal;

const SEQUENCE: u8 = 0x30;
const EXPLICIT_0: u8 = 0xa0;
/// `UTF8String`, `PrintableString`, `T61String`, `IA5String`.
const TEXTS: [u8; 4] = [0x0c, 0x13, 0x14, 0x16];

/// The principal that a client with this certificate is.
pub(crate) fn principal(certificate: &CertificateDer<'_>) -> Option<Principal> {
    subject(certificate).and_then(distinguished_name).map(|name| Principal::user(&name))
}

/// One value of DER: its tag, its content, all of it, and what follows.
struct Value<'a> {
    tag: u8,
    content: &'a [u8],
    whole: &'a [u8],
    rest: &'a [u8],
}

fn value(der: &[u8]) -> Option<Value<'_>> {
    let (&[tag, first], after) = der.split_first_chunk::<2>()?;
    let (length, after) = if first < 0x80 {
        (usize::from(first), after)
    } else {
        let count = usize::from(first & 0x7f);
        let bytes = after.get(..count).filter(|_| (1..=4).contains(&count))?;
        (bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)), &after[count..])
    };
    let content = after.get(..length)?;
    let rest = &after[length..];
    Some(Value { tag, content, whole: &der[..der.len() - rest.len()], rest })
}

fn sequence(der: &[u8]) -> Option<&[u8]> {
    value(der).filter(|value| value.tag == SEQUENCE).map(|value| value.content)
}

/// The parts of a certificate before its subject: version, serial number, algorithm, issuer, validity.
fn subject(certificate: &[u8]) -> Option<&[u8]> {
    let mut rest = sequence(sequence(certificate)?)?;
    if let Some(version) = value(rest).filter(|value| value.tag == EXPLICIT_0) {
        rest = version.rest;
    }
    for _ in 0..4 {
        rest = value(rest)?.rest;
    }
    sequence(rest)
}

fn distinguished_name(mut sets: &[u8]) -> Option<String> {
    let mut parts = Vec::new();
    while !sets.is_empty() {
        let set = value(sets)?;
        let mut attributes = Vec::new();
        let mut rest = set.content;
        while !rest.is_empty() {
            let pair = value(rest)?;
            let kind = value(pair.content)?;
            attributes.push(attribute(kind.content, &value(kind.rest)?));
            rest = pair.rest;
        }
        parts.push(attributes.join("+"));
        sets = set.rest;
    }
    parts.reverse();
    Some(parts.join(","))
}

fn attribute(kind: &[u8], value: &Value<'_>) -> String {
    match keyword(kind) {
        Some(keyword) if TEXTS.contains(&value.tag) => format!("{keyword}={}", escaped(&text(value))),
        keyword => {
            let hex: String = value.whole.iter().map(|byte| format!("{byte:02x}")).collect();
            format!("{}=#{hex}", keyword.map_or_else(|| dotted(kind), str::to_owned))
        }
    }
}

fn keyword(kind: &[u8]) -> Option<&'static str> {
    const DOMAIN: &[u8] = &[0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 0x01];
    match kind {
        [0x55, 0x04, 3] => Some("CN"),
        [0x55, 0x04, 6] => Some("C"),
        [0x55, 0x04, 7] => Some("L"),
        [0x55, 0x04, 8] => Some("ST"),
        [0x55, 0x04, 9] => Some("STREET"),
        [0x55, 0x04, 10] => Some("O"),
        [0x55, 0x04, 11] => Some("OU"),
        [start @ .., 1] if start == DOMAIN => Some("UID"),
        [start @ .., 25] if start == DOMAIN => Some("DC"),
        _ => None,
    }
}

/// An object identifier in digits.
fn dotted(kind: &[u8]) -> String {
    let mut numbers: Vec<u64> = Vec::new();
    let mut number = 0;
    for byte in kind {
        number = number << 7 | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            if numbers.is_empty() {
                let first = (number / 40).min(2);
                numbers.push(first);
                number -= first * 40;
            }
            numbers.push(number);
            number = 0;
        }
    }
    numbers.iter().map(u64::to_string).collect::<Vec<_>>().join(".")
}

fn text(value: &Value<'_>) -> String {
    match value.tag {
        0x14 => value.content.iter().map(|byte| char::from(*byte)).collect(),
        _ => String::from_utf8_lossy(value.content).into_owned(),
    }
}

fn escaped(text: &str) -> String {
    let inner = text.trim_matches(' ');
    let before = text.len() - text.trim_start_matches(' ').len();
    let after = if inner.is_empty() { 0 } else { text.len() - before - inner.len() };
    let mut out = "\\ ".repeat(before);
    for c in inner.chars() {
        if ",=+<>#;\"\\".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out + &"\\ ".repeat(after)
}
