//! Many of one thing: four times as many may take four times as long, and not sixteen times.

use std::fmt::Write as _;
use std::time::Duration;

use schema::Strictness;
use schema::compatibility::{Policy, compare};

use super::{Written, processor_time};

/// What the larger of two texts takes at most, so that the test ends where it would fail.
const PATIENCE: Duration = Duration::from_secs(20);

/// A name, how it is written, how many parts the smaller text has, and the text with so many parts; the flag is
/// whether some of them are changed.
type Wide = (&'static str, Written, usize, fn(usize, bool) -> String);

fn list(count: usize, separator: &str, part: impl Fn(usize) -> String) -> String {
    (0..count).map(part).collect::<Vec<_>>().join(separator)
}

const TEXTS: &[Wide] = &[
    ("fields of a record", Written::Avro, 1_500, |count, is_changed| {
        let field =
            |at| format!(r#"{{"name":"f{at}","type":"{}"}}"#, if is_changed && at % 2 == 0 { "string" } else { "int" });
        format!(r#"{{"type":"record","name":"R","fields":[{}]}}"#, list(count, ",", field))
    }),
    ("symbols of an enum", Written::Avro, 3_000, |count, is_changed| {
        let symbol = |at| format!(r#""{}{at}""#, if is_changed { "T" } else { "S" });
        format!(r#"{{"type":"enum","name":"E","symbols":[{}]}}"#, list(count, ",", symbol))
    }),
    ("records of a union", Written::Avro, 300, |count, is_changed| {
        let kind = if is_changed { "long" } else { "int" };
        let branch = |at| format!(r#"{{"type":"record","name":"R{at}","fields":[{{"name":"a","type":"{kind}"}}]}}"#);
        format!("[{}]", list(count, ",", branch))
    }),
    ("aliases", Written::Avro, 2_000, |count, is_changed| {
        let alias = |at| format!(r#""a{at}{}""#, if is_changed { "x" } else { "" });
        let aliases = list(count, ",", alias);
        format!(
            r#"{{"type":"record","name":"R","aliases":[{aliases}],"fields":[{{"name":"f","type":"int","aliases":[{aliases}]}}]}}"#
        )
    }),
    ("fields of a record in IDL", Written::Idl, 1_500, |count, is_changed| {
        let kind = if is_changed { "string" } else { "int" };
        format!("record R {{ {} }}", list(count, " ", |at| format!("/** {at} */ @a({at}) {kind} f{at};")))
    }),
    ("types in IDL", Written::Idl, 500, |count, is_changed| {
        let kind = if is_changed { "string" } else { "int" };
        list(count, "\n", |at| {
            format!("record R{at} {{ {kind} a; {} }}", if at > 0 { format!("R{} b;", at - 1) } else { String::new() })
        })
    }),
    ("fields of a message", Written::Protobuf, 800, |count, is_changed| {
        let kind = if is_changed { "string" } else { "int32" };
        format!("syntax = \"proto3\"; message M {{ {} }}", list(count, " ", |at| format!("{kind} f{at} = {};", at + 1)))
    }),
    ("messages and their fields", Written::Protobuf, 300, |count, is_changed| {
        let kind = if is_changed { "string" } else { "int32" };
        let message =
            |at| format!("message M{at} {{ {kind} a = 1; M{} b = 2; map<string, M0> c = 3; }}", (at + 1) % count);
        format!("syntax = \"proto3\"; {}", list(count, "\n", message))
    }),
    ("values of an enum", Written::Protobuf, 1_500, |count, is_changed| {
        let name = if is_changed { "B" } else { "A" };
        format!("syntax = \"proto3\"; enum E {{ {} }}", list(count, " ", |at| format!("{name}{at} = {at};")))
    }),
    ("reserved numbers", Written::Protobuf, 1_000, |count, is_changed| {
        let first = if is_changed { 10 } else { 11 };
        format!(
            "syntax = \"proto3\"; message M {{ reserved {}; }}",
            list(count, ", ", |at| format!("{}", first + 2 * at))
        )
    }),
    ("properties", Written::Json, 1_500, |count, is_changed| {
        let kind = if is_changed { "string" } else { "integer" };
        format!(r#"{{"properties":{{{}}}}}"#, list(count, ",", |at| format!(r#""p{at}":{{"type":"{kind}"}}"#)))
    }),
    ("definitions and references", Written::Json, 800, |count, is_changed| {
        let kind = if is_changed { "string" } else { "integer" };
        let definition =
            |at| format!(r##""d{at}":{{"type":"{kind}","allOf":[{{"$ref":"#/definitions/d{}"}}]}}"##, (at + 1) % count);
        format!(r##"{{"definitions":{{{}}},"$ref":"#/definitions/d0"}}"##, list(count, ",", definition))
    }),
    ("a chain of definitions", Written::Json, 300, |count, is_changed| {
        let kind = if is_changed { "string" } else { "integer" };
        let definition = |at| {
            let next = if at + 1 < count {
                format!(r##","b":{{"$ref":"#/definitions/d{}"}}"##, at + 1)
            } else {
                String::new()
            };
            format!(r#""d{at}":{{"properties":{{"a":{{"type":"{kind}"}}{next}}}}}"#)
        };
        format!(r##"{{"definitions":{{{}}},"$ref":"#/definitions/d0"}}"##, list(count, ",", definition))
    }),
    ("values of `enum`", Written::Json, 1_500, |count, is_changed| {
        format!(r#"{{"enum":[{}]}}"#, list(count, ",", |at| format!(r#""{at}{}""#, if is_changed { "x" } else { "" })))
    }),
    ("names of `required`", Written::Json, 1_500, |count, is_changed| {
        format!(
            r#"{{"required":[{}]}}"#,
            list(count, ",", |at| format!(r#""{at}{}""#, if is_changed { "x" } else { "" }))
        )
    }),
    ("patterns", Written::Json, 200, |count, is_changed| {
        let kind = if is_changed { "string" } else { "integer" };
        format!(r#"{{"patternProperties":{{{}}}}}"#, list(count, ",", |at| format!(r#""^p{at}$":{{"type":"{kind}"}}"#)))
    }),
];

/// How long each step takes: reading both, printing one, comparing them.
fn times(written: Written, writer: &str, reader: &str) -> [(&'static str, Duration); 4] {
    let read = |text: &str| {
        let (document, findings) = written.read(text, Strictness::Strict);
        document.unwrap_or_else(|| panic!("{text:.200}: {:?}", findings.first()))
    };
    let mut marks = vec![processor_time()];
    let (writer, reader) = (read(writer), read(reader));
    marks.push(processor_time());
    let _ = writer.canonical();
    marks.push(processor_time());
    let _ = writer.normalized();
    marks.push(processor_time());
    let _ = compare(&reader, &writer, Policy::Strict);
    marks.push(processor_time());
    let step = |position: usize| marks[position + 1].saturating_sub(marks[position]);
    [("reading", step(0)), ("canonical", step(1)), ("normalized", step(2)), ("comparing", step(3))]
}

#[test]
fn four_times_as_much_takes_hardly_more_than_four_times_as_long() {
    let mut slow = String::new();
    for &(name, written, count, text) in TEXTS {
        let measure = |count| times(written, &text(count, false), &text(count, true));
        // The first one fills caches.
        let _ = measure(count);
        for ((step, small), (_, large)) in measure(count).into_iter().zip(measure(4 * count)) {
            if large > PATIENCE || large > 9 * small + Duration::from_millis(30) {
                let _ = writeln!(slow, "{name}, {step}: {count} in {small:?}, {} in {large:?}", 4 * count);
            }
        }
    }
    assert!(slow.is_empty(), "these take too long:\n{slow}");
}
