//! Replaces what no two clusters share by names: the first UUID is `<uuid-1>` wherever it stands.

use std::collections::HashMap;

/// Remembers which name stands for what.
#[derive(Default)]
pub(crate) struct Names {
    given: HashMap<String, String>,
    counts: HashMap<&'static str, usize>,
    fixed: Vec<(String, String)>,
}

impl Names {
    /// From now on `text` is written as `<name>`.
    pub(crate) fn fix(&mut self, text: String, name: &str) {
        self.fixed.push((text, format!("<{name}>")));
    }

    /// The name of a value of some kind: the same value has the same name.
    pub(crate) fn name(&mut self, kind: &'static str, value: &str) -> String {
        if let Some(name) = self.given.get(&format!("{kind} {value}")) {
            return name.clone();
        }
        let count = self.counts.entry(kind).or_default();
        *count += 1;
        let name = format!("<{kind}-{count}>");
        self.given.insert(format!("{kind} {value}"), name.clone());
        name
    }

    /// Text with every UUID, time, producer id and fixed text replaced.
    pub(crate) fn apply(&mut self, text: &str) -> String {
        let mut text = text.to_owned();
        for (from, to) in &self.fixed {
            text = text.replace(from, to);
        }
        let text = self.uuids(&text);
        let text = self.producers(&text);
        times(&text)
    }

    fn uuids(&mut self, text: &str) -> String {
        const NIL: &str = "00000000-0000-0000-0000-000000000000";
        let mut out = String::new();
        let mut rest = text;
        while let Some(at) = (0..rest.len()).find(|at| rest.is_char_boundary(*at) && is_uuid(&rest[*at..])) {
            let uuid = &rest[at..at + 36];
            out += &rest[..at];
            if uuid == NIL {
                out += "<no uuid>";
            } else {
                out += &self.name("uuid", uuid);
            }
            rest = &rest[at + 36..];
        }
        out + rest
    }

    /// `producer_id: 1000` is `producer_id: <producer-1>`; −1 stays.
    fn producers(&mut self, text: &str) -> String {
        const MARK: &str = "producer_id: ";
        let mut out = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(MARK) {
            let start = at + MARK.len();
            let number: String = rest[start..].chars().take_while(|c| *c == '-' || c.is_ascii_digit()).collect();
            let end = start + number.len();
            out += &rest[..start];
            out += &if number == "-1" { number } else { self.name("producer", &number) };
            rest = &rest[end..];
        }
        out + rest
    }
}

fn is_uuid(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 36
        && bytes[..36].iter().enumerate().all(|(index, byte)| match index {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// Thirteen digits that begin with 1 are milliseconds of these years.
fn times(text: &str) -> String {
    let mut out = String::new();
    let mut digits = String::new();
    for c in text.chars().chain(std::iter::once('\0')) {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        out += if digits.len() == 13 && digits.starts_with('1') { "<time>" } else { &digits };
        digits.clear();
        out.push(c);
    }
    out.pop();
    out
}
