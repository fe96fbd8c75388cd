//! Strings and numbers as they are written.

/// A string in quotes. UTF-8 stays as it is; other bytes, and those that cannot be seen, are escaped in octal.
pub(super) fn text(bytes: &[u8]) -> String {
    let is_text = std::str::from_utf8(bytes).is_ok();
    let mut literal = vec![b'"'];
    for &byte in bytes {
        match byte {
            b'\n' => literal.extend(b"\\n"),
            b'\r' => literal.extend(b"\\r"),
            b'\t' => literal.extend(b"\\t"),
            b'"' | b'\\' => literal.extend([b'\\', byte]),
            0x20..=0x7e => literal.push(byte),
            0x80.. if is_text => literal.push(byte),
            _ => literal.extend(format!("\\{byte:03o}").bytes()),
        }
    }
    literal.push(b'"');
    String::from_utf8(literal).expect("what is not UTF-8 was escaped")
}

/// A number that is read back as the same.
pub(super) fn float(value: f64) -> String {
    if value.is_nan() {
        "nan".to_owned()
    } else if value.is_infinite() {
        if value > 0.0 { "inf".to_owned() } else { "-inf".to_owned() }
    } else {
        format!("{value:?}")
    }
}

/// As [`float`], without digits that 32 bits do not hold.
pub(super) fn single(value: f32) -> String {
    if value.is_finite() { format!("{value:?}") } else { float(f64::from(value)) }
}
