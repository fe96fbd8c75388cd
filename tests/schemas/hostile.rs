//! The four parsers and what follows them under texts that nobody meant: noise, valid texts with damage, deep and wide
//! ones. None makes them panic or exhausts the stack, and none takes more time than its size explains.

mod wide;

use std::time::{Duration, Instant};

use schema::avro::Notation;
use schema::compatibility::{Difference, Effect, Policy, compare};
use schema::{Document, Finding, Format, Severity, Source, Strictness};

use crate::random::Random;
use crate::{avro, idl, json_schema, protobuf};

/// How many texts of each kind are tried in each notation.
const TEXTS: u64 = 500;
/// What one small text may take of a processor in a debug build.
const PATIENCE: Duration = Duration::from_secs(5);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Written {
    Avro,
    Idl,
    Protobuf,
    Json,
}

const ALL: [Written; 4] = [Written::Avro, Written::Idl, Written::Protobuf, Written::Json];

impl Written {
    /// A text that is read: generators also make others.
    fn valid(self, seed: u64) -> String {
        let sample = match self {
            Self::Avro => avro::sample,
            Self::Idl => idl::sample,
            Self::Protobuf => protobuf::sample,
            Self::Json => json_schema::sample,
        };
        let mut texts = (0..).map(|more| sample(seed + 10_000 * more));
        texts.find(|text| self.read(text, Strictness::Lenient).0.is_some()).expect("most samples are read")
    }

    fn words(self) -> &'static [&'static str] {
        match self {
            Self::Avro | Self::Json => &[
                "{",
                "}",
                "[",
                "]",
                ",",
                ":",
                "\"",
                "null",
                "-0",
                "1e999",
                "\"type\"",
                "\"$ref\"",
                "\"#\"",
                "\"record\"",
                "\"\\ud800\"",
                "\"items\"",
                "/*",
                "\u{feff}",
                "\\u0000",
                "\u{1f600}",
            ],
            Self::Idl | Self::Protobuf => &[
                "{",
                "}",
                "(",
                ")",
                "[",
                "]",
                "<",
                ">",
                ";",
                ",",
                "=",
                "@",
                "\"",
                "'",
                "/*",
                "*/",
                "/**",
                "//",
                "message",
                "record",
                "enum",
                "oneof",
                "-",
                "0x",
                "1e999",
                "option",
                "`",
                "\\",
                "\u{feff}",
                "\u{0}",
                "\u{1f600}",
                "reserved",
                "to",
                "max",
            ],
        }
    }

    fn read(self, text: &str, strictness: Strictness) -> (Option<Document>, Vec<Finding>) {
        let (format, notations): (_, &[_]) = match self {
            Self::Avro => (Format::Avro, &[]),
            Self::Idl => (Format::Avro, &[Notation::Idl]),
            Self::Protobuf => (Format::Protobuf, &[]),
            Self::Json => (Format::Json, &[]),
        };
        let parsed = Document::parse_notations(&Source::new(format, text), notations, strictness);
        (parsed.document, parsed.findings)
    }
}

/// What this thread has taken of a processor; other work on the machine does not count.
fn processor_time() -> Duration {
    static START: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    let start = *START.get_or_init(Instant::now);
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = told.and_then(|told| told.split(' ').next()?.parse().ok());
    nanoseconds.map_or_else(|| start.elapsed(), Duration::from_nanos)
}

/// Reads a text in both ways, and does with it what a registry does.
fn digest(written: Written, text: &str, before: &mut Option<Document>) {
    let start = processor_time();
    for strictness in [Strictness::Strict, Strictness::Lenient] {
        let (document, findings) = written.read(text, strictness);
        let has_error = findings.iter().any(|finding| finding.severity == Severity::Error);
        assert_eq!(document.is_none(), has_error, "{written:?}: {text:?}\n{findings:#?}");
        let is_in_text = |finding: &Finding| finding.place.file > 0 || text.get(finding.place.span.range()).is_some();
        assert!(findings.iter().all(is_in_text), "{written:?}: {text:?}\n{findings:#?}");
        let Some(document) = document else { continue };
        assert_is_stable(written, text, strictness, &document);
        if let Some(before) = before.replace(document) {
            let document = before.clone();
            let _ = compare(&document, &before, Policy::Lenient);
        }
    }
    let taken = processor_time().saturating_sub(start);
    assert!(taken < PATIENCE, "{written:?}: {taken:?} for {text:?}");
}

/// What is stored reads as what was sent.
fn assert_is_stable(written: Written, text: &str, strictness: Strictness, document: &Document) {
    let canonical = document.canonical();
    let stored = if written == Written::Idl { Written::Avro } else { written };
    let (again, findings) = stored.read(&canonical, strictness);
    let Some(again) = again else { panic!("{written:?}: {text:?} is stored as {canonical:?}: {findings:#?}") };
    assert_eq!(again.canonical(), canonical, "{written:?}: {text:?}");
    let found = compare(&again, document, Policy::Strict).expect("the formats are the same");
    // Avro does not choose among fields whose aliases meet, even in a schema's own data.
    let is_breaking = |one: &Difference| one.effect == Effect::Breaking && one.rule.name != "SEVERAL_WRITER_FIELDS";
    assert!(!found.iter().any(is_breaking), "{written:?}: {text:?}\n{found:#?}");
    let _ = (document.normalized(), document.record_name(), document.formatted("resolved"));
}

/// The text with some damage, which may leave no characters: then they are replaced, as a reader of a file would.
fn damaged(random: &mut Random, written: Written, text: &str, other: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..=random.below(2) {
        let start = random.below(bytes.len() + 1);
        let end = (start + random.below(24)).min(bytes.len());
        match random.below(6) {
            0 => drop(bytes.drain(start..end)),
            1 => {
                let copy = bytes[start..end].to_vec();
                bytes.splice(end..end, copy);
            }
            2 => drop(bytes.splice(start..start, random.pick(written.words()).bytes())),
            3 => drop(bytes.splice(start..end, random.pick(written.words()).bytes())),
            4 if start < end => bytes[start] ^= 1 << random.below(8),
            5 => {
                let from = random.below(other.len() + 1);
                let to = (from + random.below(60)).min(other.len());
                bytes.splice(start..end, other.as_bytes()[from..to].iter().copied());
            }
            _ => bytes.truncate(start),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn noise(random: &mut Random, written: Written) -> String {
    let length = random.below(80);
    match random.below(2) {
        0 => String::from_utf8_lossy(&(0..length).map(|_| random.below(256).to_le_bytes()[0]).collect::<Vec<_>>())
            .into_owned(),
        _ => (0..length).map(|_| random.pick(written.words())).collect::<Vec<_>>().join([" ", ""][random.below(2)]),
    }
}

#[test]
fn noise_is_refused_and_nothing_else() {
    for written in ALL {
        let mut random = Random::new(1);
        for _ in 0..TEXTS {
            digest(written, &noise(&mut random, written), &mut None);
        }
    }
}

#[test]
fn damaged_schemas_are_read_or_refused() {
    for written in ALL {
        let (mut random, mut before, mut read) = (Random::new(2), None, 0);
        for seed in 0..TEXTS {
            let text = damaged(&mut random, written, &written.valid(seed), &written.valid(seed + 1));
            digest(written, &text, &mut before);
            read += usize::from(written.read(&text, Strictness::Lenient).0.is_some());
        }
        // Damage that nothing survives, or that does nothing, would show little.
        assert!(read > 10 && read < 450, "{written:?}: {read} of {TEXTS} were read");
    }
}

#[test]
fn nesting_ends_with_a_limit_that_is_named() {
    for (written, open, close) in [
        (Written::Avro, "[", "]"),
        (Written::Avro, r#"{"type":"array","items":"#, "}"),
        (Written::Avro, r#"{"type":"record","name":"R","fields":[{"name":"f","type":"#, "}]}"),
        (Written::Json, r#"{"not":"#, "}"),
        (Written::Json, r#"{"items":["#, "]}"),
        (Written::Json, r#"{"properties":{"a":"#, "}}"),
        (Written::Idl, "record A { array<", "> a; }"),
        (Written::Idl, "record A { union { ", "} a; }"),
        (Written::Idl, "record A { int a = [", "]; }"),
        (Written::Idl, "@a({\"b\": ", "}) record A { }"),
        (Written::Protobuf, "message M { ", "}"),
        (Written::Protobuf, "message M { oneof o { group G = 1 { ", "} } }"),
        (Written::Protobuf, "option (a) = { b: [", "] };"),
        (Written::Protobuf, "message M { optional group G = 1 { ", "} }"),
    ] {
        let deep = format!("{}{}", open.repeat(50_000), close.repeat(50_000));
        let (document, findings) = written.read(&deep, Strictness::Lenient);
        assert!(document.is_none(), "{open}");
        // A part of it alone is never closed: a parser that gives up early must not need the end.
        assert!(written.read(&open.repeat(50_000), Strictness::Lenient).0.is_none());
        let has_limit = findings.iter().any(|finding| finding.message.contains(|c: char| c.is_ascii_digit()));
        let is_syntax = open.starts_with("record") || open.starts_with('@') || written == Written::Protobuf;
        assert!(has_limit || is_syntax, "{open}: {findings:#?}");
    }
}
