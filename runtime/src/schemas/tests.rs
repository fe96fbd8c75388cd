//! Claims about framed records: known, foreign, unknown and broken ones.

use super::*;

const CONTRACTS: &[Contract] =
    &[Contract::avro("a.R", r#"{"type":"record","name":"R","namespace":"a","fields":[{"name":"x","type":"long"}]}"#)];

/// Two messages of one file, an Avro record and a JSON Schema.
const SEVERAL: &[Contract] = &[
    CONTRACTS[0],
    Contract { format: SchemaFormat::Protobuf, name: "p.First", text: PROTO, indexes: &[0], ..CONTRACTS[0] },
    Contract { format: SchemaFormat::Protobuf, name: "p.Second", text: PROTO, indexes: &[1], ..CONTRACTS[0] },
    Contract { format: SchemaFormat::Json, name: "Click", text: r#"{"title":"Click"}"#, ..CONTRACTS[0] },
];

const PROTO: &str = "syntax = \"proto3\"; package p; message First {} message Second {}";

fn subject() -> SideSchemas {
    let subject = SideSchemas::new("t-value".to_owned(), CONTRACTS, &[]);
    subject.set_id(0, 7);
    subject
}

fn several() -> SideSchemas {
    let subjects = ["a.R", "p.First", "p.Second", "Click"];
    let several = SideSchemas::new("t-value".to_owned(), SEVERAL, &subjects);
    assert!(several.registered().iter().map(|registered| &registered.subject).eq(subjects));
    several.set_id(0, 1);
    several.set_id(1, 2);
    several.set_id(2, 2);
    several.set_id(3, 3);
    several
}

fn read(subject: &SideSchemas, payload: &[u8]) -> Result<Vec<u8>, Undecodable> {
    subject.read_frame(payload, |_, body| Ok(body.to_vec()))
}

fn numbered(subject: &SideSchemas, payload: &[u8]) -> Result<(usize, Vec<u8>), Undecodable> {
    subject.read_frame(payload, |number, body| Ok((number, body.to_vec())))
}

fn writer(text: &str) -> WriterSchema {
    WriterSchema { references: Vec::new(), text: text.to_owned(), kind: "AVRO".to_owned() }
}

#[test]
fn reads_what_it_framed() {
    let subject = subject();
    let mut payload = Vec::new();
    subject.write_frame(0, &mut payload);
    payload.extend_from_slice(b"body");
    assert_eq!(payload[..5], [0, 0, 0, 0, 7]);
    assert_eq!(read(&subject, &payload).unwrap(), b"body");
}

#[test]
fn tells_what_is_not_framed() {
    let told = |payload: &[u8]| read(&subject(), payload).unwrap_err().to_string();
    assert!(told(b"").ends_with("found 0 bytes"));
    assert!(told(&[0, 0, 0, 7]).ends_with("found 4 bytes"));
    assert!(told(b"{\"x\":1}").ends_with("found first byte 0x7b"));
}

#[test]
fn asks_for_an_id_once() {
    let subject = subject();
    let payload = [0, 0, 0, 0, 9, 2];
    assert!(matches!(read(&subject, &payload), Err(Undecodable::UnknownId(9))));
    subject.learn(9, Reading::of(&subject, &writer(CONTRACTS[0].text)));
    assert_eq!(read(&subject, &payload).unwrap(), [2]);
}

#[test]
fn resolves_another_writers_schema() {
    let subject = subject();
    let text = r#"{"type":"record","name":"R","fields":[{"name":"y","type":"string"},{"name":"x","type":"int"}]}"#;
    subject.learn(9, Reading::of(&subject, &writer(text)));
    assert_eq!(read(&subject, &[0, 0, 0, 0, 9, 0, 4]).unwrap(), [4]);
    assert!(matches!(read(&subject, &[0, 0, 0, 0, 9, 0]), Err(Undecodable::Transcode { id: 9, .. })));
}

#[test]
fn refuses_what_cannot_be_read_and_names_both() {
    let subject = subject();
    subject.learn(9, Reading::of(&subject, &writer(r#""string""#)));
    let refused = read(&subject, &[0, 0, 0, 0, 9]).unwrap_err();
    assert_eq!(refused.to_string(), "schema id 9 cannot be read as the Avro record `a.R`");
    subject.learn(10, Reading::unregistered());
    assert_eq!(read(&subject, &[0, 0, 0, 0, 10]).unwrap_err().to_string(), "the registry has no schema with id 10");
    let protobuf = WriterSchema { kind: "PROTOBUF".to_owned(), ..writer("syntax = \"proto3\";") };
    let reading = Reading::of(&subject, &protobuf).to_string();
    assert_eq!(reading, "it cannot be read: PROTOBUF is none of the Avro record `a.R`");
}

#[test]
fn asks_again_for_an_id_that_the_registry_did_not_have() {
    let subject = subject();
    let payload = [0, 0, 0, 0, 9, 2];
    subject.learn(9, Reading::unregistered());
    assert!(matches!(read(&subject, &payload), Err(Undecodable::UnregisteredId(9))));
    subject.learn(9, Reading::Unregistered { ask_again: Instant::now() });
    assert!(matches!(read(&subject, &payload), Err(Undecodable::UnknownId(9))));
    subject.learn(9, Reading::of(&subject, &writer(CONTRACTS[0].text)));
    assert_eq!(read(&subject, &payload).unwrap(), [2]);
}

#[test]
fn remembers_a_bounded_number_of_ids_that_the_registry_did_not_have() {
    let subject = subject();
    (100..5000).for_each(|id| subject.learn(id, Reading::unregistered()));
    assert!(subject.readings.read().unwrap().len() <= MAX_UNREGISTERED + 1);
    assert_eq!(read(&subject, &[0, 0, 0, 0, 7, 2]).unwrap(), [2]);
    assert!(subject.readings.read().unwrap().contains_key(&7));
}

#[test]
fn frames_each_of_several_schemas_with_its_id_and_a_message_with_its_indexes() {
    let several = several();
    let expected: [&[u8]; 4] = [&[0, 0, 0, 0, 1], &[0, 0, 0, 0, 2, 0], &[0, 0, 0, 0, 2, 2, 2], &[0, 0, 0, 0, 3]];
    for (number, expected) in expected.into_iter().enumerate() {
        let mut payload = Vec::new();
        several.write_frame(number, &mut payload);
        assert_eq!(payload, expected);
        payload.extend_from_slice(b"body");
        assert_eq!(numbered(&several, &payload).unwrap(), (number, b"body".to_vec()));
    }
    // The first message, written in full.
    assert_eq!(numbered(&several, &[0, 0, 0, 0, 2, 2, 0, 9]).unwrap(), (1, vec![9]));
}

#[test]
fn tells_the_messages_of_another_version_apart_by_name() {
    let several = several();
    let text = "syntax = \"proto3\"; package p; message New {} message Second {} message First {}".to_owned();
    let writer = WriterSchema { references: Vec::new(), text, kind: "PROTOBUF".to_owned() };
    several.learn(9, Reading::of(&several, &writer));
    assert_eq!(numbered(&several, &[0, 0, 0, 0, 9, 2, 2, 5]).unwrap(), (2, vec![5]));
    assert_eq!(numbered(&several, &[0, 0, 0, 0, 9, 2, 4, 5]).unwrap(), (1, vec![5]));
    let told = |payload: &[u8]| numbered(&several, payload).unwrap_err().to_string();
    assert!(told(&[0, 0, 0, 0, 9, 0]).starts_with("it is `p.New` of schema id 9, not the Avro record `a.R`, "));
    assert!(told(&[0, 0, 0, 0, 9, 2, 8]).starts_with("it is message [4] of schema id 9, not "));
    assert!(told(&[0, 0, 0, 0, 9, 2]).starts_with("the message indexes after schema id 9 are cut off"));
}

#[test]
fn tells_the_schemas_of_other_versions_apart_by_the_names_of_their_records() {
    let several = several();
    let json = |text: &str| WriterSchema { kind: "JSON".to_owned(), ..writer(text) };
    several.learn(10, Reading::of(&several, &json(r#"{"title":"Click","type":"object"}"#)));
    assert_eq!(numbered(&several, &[0, 0, 0, 0, 10, b'1']).unwrap(), (3, b"1".to_vec()));
    let text = r#"{"type":"record","name":"a.R","fields":[{"name":"x","type":"int"}]}"#;
    several.learn(11, Reading::of(&several, &writer(text)));
    assert_eq!(numbered(&several, &[0, 0, 0, 0, 11, 4]).unwrap(), (0, vec![4]));
    let other = Reading::of(&several, &json(r#"{"title":"Tap"}"#)).to_string();
    assert!(other.starts_with("it cannot be read: JSON `Tap` is none of the Avro record `a.R`, "), "{other}");
}
