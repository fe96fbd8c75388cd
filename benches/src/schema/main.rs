//! Times the schema engine, beside `apache-avro` and Java's Avro where they can do the same.
//!
//! The two Rust libraries take turns in one process; Java runs the same texts right after, once it is warm.
#![expect(clippy::print_stdout, reason = "a benchmark prints figures")]

mod java;
mod texts;
#[path = "../timing.rs"]
mod timing;

use std::hint::black_box;

use schema::compatibility::{Level, Older, Policy, Report, check, verdict};
use schema::{Document, Format, Source, Strictness};

use texts::{FIELDS, VERSIONS};
use timing::{Contender, Timing};

const OURS: &str = "topology";
const PEER: &str = "apache-avro 0.22";
/// How many samples what takes long gives.
const FEW: usize = 20;

type Check = fn(&Document, &[Older<'_>], Level, Policy) -> Report;
type Timings = Vec<(&'static str, Timing)>;
/// A number of nanoseconds, and its name.
type Unit = (f64, &'static str);
const MICROSECONDS: Unit = (1e3, "us");
const MILLISECONDS: Unit = (1e6, "ms");

fn main() {
    let versions: Vec<String> = (0..=VERSIONS).map(texts::avro).collect();
    let text = &versions[VERSIONS];
    println!("Avro, a record of {FIELDS} fields, {} bytes of text", text.len());
    let java = java::figures(&versions);
    let beside = |name: &str, mut timings: Timings| {
        let of_java = java.iter().find(|(known, _)| known == name).map(|(_, timing)| ("Java Avro 1.12.1", *timing));
        timings.extend(of_java);
        timings
    };
    report("parse and print", &beside("print", written(text)), MICROSECONDS);
    report("parse and Parsing Canonical Form", &beside("form", formed(text)), MICROSECONDS);
    report("BACKWARD_TRANSITIVE, 500 versions as text", &beside("read", read(&versions)), MILLISECONDS);
    report("BACKWARD_TRANSITIVE, 500 versions parsed", &beside("compare", compared(&versions)), MILLISECONDS);
    report("the same with warnings of hazards", &history(Format::Avro, &versions, check), MILLISECONDS);
    let others = [(Format::Protobuf, texts::protobuf as fn(usize) -> String), (Format::Json, texts::json_schema)];
    for (format, text) in others {
        let versions: Vec<String> = (0..=VERSIONS).map(text).collect();
        println!("\n{format}, a record of {FIELDS} fields, {} bytes of text", versions[VERSIONS].len());
        report("parse and print", &alone(format, &versions[VERSIONS]), MICROSECONDS);
        report("BACKWARD_TRANSITIVE, 500 versions parsed", &history(format, &versions, verdict), MILLISECONDS);
    }
}

fn parsed(format: Format, text: &str) -> Document {
    let parsed = Document::parse(&Source::new(format, text), Strictness::Strict);
    parsed.document.unwrap_or_else(|| panic!("{:?}", parsed.findings))
}

fn peer(text: &str) -> apache_avro::Schema {
    apache_avro::Schema::parse_str(text).expect("the text is a schema")
}

/// Both take a text and give it back as a registry would store it.
fn written(text: &str) -> Timings {
    let ours = Contender::new(OURS, || {
        black_box(parsed(Format::Avro, text).canonical());
    });
    let theirs = Contender::new(PEER, || {
        black_box(serde_json::to_string(&peer(text)).expect("a schema is JSON"));
    });
    timing::race(vec![ours, theirs], 1, timing::SAMPLES)
}

fn formed(text: &str) -> Timings {
    let ours = Contender::new(OURS, || {
        let Document::Avro(document) = parsed(Format::Avro, text) else { unreachable!("it was read as Avro") };
        black_box(document.parsing_canonical_form());
    });
    let theirs = Contender::new(PEER, || {
        black_box(peer(text).canonical_form());
    });
    timing::race(vec![ours, theirs], 1, timing::SAMPLES)
}

/// The last version against all before it, from their texts.
fn read(versions: &[String]) -> Timings {
    let ours = Contender::new(OURS, || {
        let documents: Vec<Document> = versions.iter().map(|text| parsed(Format::Avro, text)).collect();
        check_all(&documents);
    });
    let theirs = Contender::new(PEER, || {
        let schemas: Vec<_> = versions.iter().map(|text| peer(text)).collect();
        read_all(&schemas);
    });
    timing::race(vec![ours, theirs], 1, FEW)
}

/// The same with every version parsed.
fn compared(versions: &[String]) -> Timings {
    let documents: Vec<Document> = versions.iter().map(|text| parsed(Format::Avro, text)).collect();
    let schemas: Vec<_> = versions.iter().map(|text| peer(text)).collect();
    let ours = Contender::new(OURS, || check_all(&documents));
    let theirs = Contender::new(PEER, || read_all(&schemas));
    timing::race(vec![ours, theirs], 1, FEW)
}

fn alone(format: Format, text: &str) -> Timings {
    let ours = Contender::new(OURS, || {
        black_box(parsed(format, text).canonical());
    });
    timing::race(vec![ours], 1, timing::SAMPLES)
}

fn history(format: Format, versions: &[String], check: Check) -> Timings {
    let documents: Vec<Document> = versions.iter().map(|text| parsed(format, text)).collect();
    let ours = Contender::new(OURS, || {
        black_box(report_of(&documents, check));
    });
    timing::race(vec![ours], 1, FEW)
}

fn check_all(documents: &[Document]) {
    let report = report_of(documents, verdict);
    assert!(report.is_compatible(), "{:?}", report.failures.first());
}

fn report_of(documents: &[Document], check: Check) -> Report {
    let (new, older) = documents.split_last().expect("there are versions");
    let older: Vec<Older<'_>> = older.iter().map(|document| Older { version: 1, document }).collect();
    check(new, &older, Level::BackwardTransitive, Policy::Strict)
}

fn read_all(schemas: &[apache_avro::Schema]) {
    let (reader, writers) = schemas.split_last().expect("there are versions");
    for writer in writers {
        apache_avro::schema_compatibility::SchemaCompatibility::can_read(writer, reader).expect("the versions fit");
    }
}

/// A row for each contender: least and median, and how many times ours that is.
fn report(title: &str, timings: &[(&'static str, Timing)], unit: Unit) {
    let (scale, name) = unit;
    println!("\n  {title:<44} {:>10} {:>10} {:>14}", format!("min {name}"), format!("median {name}"), "times (median)");
    let ours = timings.first().map(|(_, timing)| *timing).unwrap_or_default();
    for (contender, timing) in timings {
        let times = timing.median / ours.median;
        println!("    {contender:<42} {:>10.2} {:>10.2} {times:>14.2}", timing.min / scale, timing.median / scale);
    }
}
