//! One test per rule of the specification; bytes are written by the codec's own functions.

use topology_codec::encode;

use super::*;

/// Writes a value's bytes.
type Write = fn(&mut Vec<u8>);

fn bytes(write: Write) -> Vec<u8> {
    let mut out = Vec::new();
    write(&mut out);
    out
}

fn record(fields: &str) -> String {
    format!(r#"{{"type":"record","name":"R","namespace":"a","fields":[{fields}]}}"#)
}

fn plan(writer: &str, reader: &str) -> Plan {
    match resolve(writer, &[], reader).unwrap() {
        Resolution::Transcode(plan) => plan,
        Resolution::Same => panic!("the schemas are the same"),
    }
}

#[track_caller]
fn assert_resolves(writer: &str, reader: &str, written: Write, ours: Write) {
    let transcoded = plan(&record(writer), &record(reader)).transcode(&bytes(written)).unwrap();
    assert_eq!(transcoded, bytes(ours));
}

#[track_caller]
fn assert_mismatch(writer: &str, reader: &str, expected: &str) {
    let error = resolve(&record(writer), &[], &record(reader)).unwrap_err();
    assert_eq!(error.to_string(), expected);
}

#[track_caller]
fn assert_same(writer: &str, reader: &str) {
    assert!(matches!(resolve(writer, &[], reader).unwrap(), Resolution::Same));
}

#[test]
fn finds_the_same_bytes_behind_other_documentation_and_names() {
    assert_same(
        r#"{"type":"record","name":"b.Q","doc":"old","fields":[{"name":"x","type":{"type":"long","logicalType":"timestamp-millis"}}]}"#,
        &record(r#"{"name":"x","doc":"new","type":{"type":"long","logicalType":"timestamp-millis"}}"#),
    );
    assert_same(
        &record(r#"{"name":"e","type":{"type":"enum","name":"E","symbols":["A"]}},{"name":"u","type":["null","int"]}"#),
        &record(
            r#"{"name":"e","type":{"type":"enum","name":"E","symbols":["A","B"]}},{"name":"u","type":["null","long","string"]}"#,
        ),
    );
}

#[test]
fn finds_that_a_recursive_record_is_itself() {
    let list = record(r#"{"name":"next","type":["null","R"]}"#);
    assert_same(&list, &list);
}

#[test]
fn reorders_fields() {
    assert_resolves(
        r#"{"name":"x","type":"string"},{"name":"y","type":"long"},{"name":"z","type":"boolean"}"#,
        r#"{"name":"z","type":"boolean"},{"name":"x","type":"string"},{"name":"y","type":"long"}"#,
        |out| {
            encode::string("one", out);
            encode::long(-300, out);
            encode::boolean(true, out);
        },
        |out| {
            encode::boolean(true, out);
            encode::string("one", out);
            encode::long(-300, out);
        },
    );
}

#[test]
fn skips_what_we_do_not_have_and_fills_what_the_writer_does_not_have() {
    assert_resolves(
        r#"{"name":"old","type":{"type":"map","values":"string"}},{"name":"x","type":"int"}"#,
        r#"{"name":"a","type":"string","default":"ü"},{"name":"x","type":"int"},{"name":"b","type":["null","int"],"default":null},
           {"name":"c","type":{"type":"array","items":"double"},"default":[1.5]}"#,
        |out| {
            encode::long(-1, out);
            encode::long(4, out);
            encode::string("k", out);
            encode::string("v", out);
            encode::long(0, out);
            encode::int(7, out);
        },
        |out| {
            encode::string("ü", out);
            encode::int(7, out);
            encode::index(0, out);
            encode::index(1, out);
            encode::double(1.5, out);
            encode::index(0, out);
        },
    );
}

#[test]
fn promotes_numbers_and_text() {
    assert_resolves(
        r#"{"name":"a","type":"int"},{"name":"b","type":"long"},{"name":"c","type":"float"},{"name":"d","type":"string"}"#,
        r#"{"name":"a","type":"double"},{"name":"b","type":"float"},{"name":"c","type":"double"},{"name":"d","type":"bytes"}"#,
        |out| {
            encode::int(3, out);
            encode::long(4, out);
            encode::float(0.5, out);
            encode::string("t", out);
        },
        |out| {
            encode::double(3.0, out);
            encode::float(4.0, out);
            encode::double(0.5, out);
            encode::bytes(b"t", out);
        },
    );
}

#[test]
fn follows_our_aliases() {
    assert_resolves(
        r#"{"name":"old","type":{"type":"enum","name":"b.Old","symbols":["X","Y"]}}"#,
        r#"{"name":"new","aliases":["old"],"type":{"type":"enum","name":"New","aliases":["b.Old"],"symbols":["Y","X"]}}"#,
        |out| encode::index(0, out),
        |out| encode::index(1, out),
    );
}

#[test]
fn takes_the_default_for_a_symbol_that_we_do_not_have() {
    let writer = r#"{"name":"e","type":{"type":"enum","name":"E","symbols":["A","B"]}}"#;
    assert_resolves(
        writer,
        r#"{"name":"e","type":{"type":"enum","name":"E","symbols":["B","OTHER"],"default":"OTHER"}}"#,
        |out| encode::index(0, out),
        |out| encode::index(1, out),
    );
    let strict = plan(&record(writer), &record(r#"{"name":"e","type":{"type":"enum","name":"E","symbols":["B"]}}"#));
    assert_eq!(strict.transcode(&[2]).unwrap(), [0]);
    let error = strict.transcode(&[0]).unwrap_err();
    assert_eq!(error.to_string(), "at byte 0: our enum has no symbol `A` and no default");
}

#[test]
fn puts_a_value_into_our_union_and_takes_one_out_of_the_writers() {
    assert_resolves(
        r#"{"name":"a","type":"long"},{"name":"b","type":["null","string"]},{"name":"c","type":["int","string"]}"#,
        r#"{"name":"a","type":["null","double","long"]},{"name":"b","type":"string"},{"name":"c","type":["string","null","long"]}"#,
        |out| {
            encode::long(5, out);
            encode::index(1, out);
            encode::string("b", out);
            encode::index(0, out);
            encode::int(6, out);
        },
        |out| {
            encode::index(2, out);
            encode::long(5, out);
            encode::string("b", out);
            encode::index(2, out);
            encode::long(6, out);
        },
    );
}

#[test]
fn names_the_branch_that_we_cannot_take() {
    let plan = plan(&record(r#"{"name":"b","type":["null","string"]}"#), &record(r#"{"name":"b","type":"string"}"#));
    assert_eq!(plan.transcode(&[0]).unwrap_err().to_string(), "at byte 0: at `b`: null cannot be read as string");
}

#[test]
fn resolves_recursive_records() {
    let writer = record(r#"{"name":"n","type":"int"},{"name":"next","type":["null","R"]}"#);
    let reader = record(r#"{"name":"next","type":["null","R"]},{"name":"n","type":"long"}"#);
    let list = bytes(|out| {
        for n in 1..=3 {
            encode::int(n, out);
            encode::index(usize::from(n < 3), out);
        }
    });
    let ours = bytes(|out| {
        (0..2).for_each(|_| encode::index(1, out));
        encode::index(0, out);
        (1..=3).rev().for_each(|n| encode::int(n, out));
    });
    assert_eq!(plan(&writer, &reader).transcode(&list).unwrap(), ours);
}

#[test]
fn refuses_nesting_without_end() {
    let writer = record(r#"{"name":"n","type":"int"},{"name":"next","type":["null","R"]}"#);
    let reader = record(r#"{"name":"next","type":["null","R"]}"#);
    let deep = [2, 2].repeat(10_000);
    let error = plan(&writer, &reader).transcode(&deep).unwrap_err();
    assert!(error.to_string().ends_with("values nest more than 128 deep"), "{error}");
}

#[test]
fn refuses_items_without_bytes_without_end() {
    let writer = record(r#"{"name":"n","type":{"type":"array","items":"null"}},{"name":"x","type":"int"}"#);
    let plan = plan(&writer, &record(r#"{"name":"x","type":"int"}"#));
    let mut many = Vec::new();
    encode::long(i64::MAX, &mut many);
    let error = plan.transcode(&many).unwrap_err();
    assert!(error.to_string().ends_with("more than 65536 items without bytes"), "{error}");
}

#[test]
fn reports_truncated_and_trailing_bytes() {
    let plan = plan(&record(r#"{"name":"x","type":"string"}"#), &record(r#"{"name":"x","type":"bytes"}"#));
    assert!(matches!(plan.transcode(&[6, b'a']), Err(ResolutionError::Decode(DecodeError::LengthBeyondInput { .. }))));
    assert!(matches!(plan.transcode(&[0, 0]), Err(ResolutionError::Decode(DecodeError::TrailingBytes { .. }))));
}

#[test]
fn resolves_through_references() {
    let address = r#"{"type":"record","name":"b.Address","fields":[{"name":"city","type":"string"},{"name":"zip","type":"string"}]}"#;
    let writer = record(r#"{"name":"to","type":"b.Address"}"#);
    let reader =
        record(r#"{"name":"to","type":{"type":"record","name":"Address","fields":[{"name":"zip","type":"string"}]}}"#);
    let Resolution::Transcode(plan) = resolve(&writer, &[address.to_owned()], &reader).unwrap() else {
        panic!("the schemas differ");
    };
    assert_eq!(plan.transcode(&[2, b'c', 2, b'z']).unwrap(), [2, b'z']);
}

#[test]
fn says_where_two_schemas_differ() {
    assert_mismatch(
        r#"{"name":"x","type":{"type":"array","items":{"type":"record","name":"I","fields":[{"name":"n","type":"string"}]}}}"#,
        r#"{"name":"x","type":{"type":"array","items":{"type":"record","name":"I","fields":[{"name":"n","type":"int"}]}}}"#,
        "at `x.n`: string cannot be read as int",
    );
    assert_mismatch(
        r#"{"name":"x","type":"int"}"#,
        r#"{"name":"x","type":"int"},{"name":"y","type":"int"}"#,
        "the writer has no field `y`, and ours has no default",
    );
    assert_mismatch(
        r#"{"name":"x","type":{"type":"long","logicalType":"timestamp-millis"}}"#,
        r#"{"name":"x","type":{"type":"long","logicalType":"timestamp-micros"}}"#,
        "at `x`: the writer's is timestamp-millis, ours is timestamp-micros",
    );
}

#[test]
fn reports_a_writer_schema_that_is_none() {
    let error =
        resolve(r#"{"type":"record","name":"R","fields":[{"name":"x","type":"Gone"}]}"#, &[], &record("")).unwrap_err();
    assert_eq!(error.to_string(), "the writer's schema cannot be understood: the type `Gone` is not defined");
}
