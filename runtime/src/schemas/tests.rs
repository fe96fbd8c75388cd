//! Claims about framed records: known, foreign, unknown and broken ones.

use super::*;

const SCHEMA: Schema = Schema {
    name: "a.R",
    text: r#"{"type":"record","name":"R","namespace":"a","fields":[{"name":"x","type":"long"}]}"#,
};

fn subject() -> Subject {
    let subject = Subject::new("t-value".to_owned(), Some(SCHEMA));
    subject.set_id(7);
    subject
}

fn read(subject: &Subject, payload: &[u8]) -> Result<Vec<u8>, Undecodable> {
    subject.read_frame(payload, |body| Ok(body.to_vec()))
}

fn writer(text: &str) -> WriterSchema {
    WriterSchema { references: Vec::new(), text: text.to_owned(), kind: "AVRO".to_owned() }
}

#[test]
fn reads_what_it_framed() {
    let subject = subject();
    let mut payload = Vec::new();
    subject.write_frame(&mut payload);
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
    subject.learn(9, Reading::of(&subject, &writer(SCHEMA.text)));
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
    assert_eq!(refused.to_string(), "schema id 9 cannot be read as `a.R`");
    subject.learn(10, Reading::unregistered());
    assert_eq!(read(&subject, &[0, 0, 0, 0, 10]).unwrap_err().to_string(), "the registry has no schema with id 10");
    let protobuf = WriterSchema { kind: "PROTOBUF".to_owned(), ..writer("syntax = \"proto3\";") };
    assert!(Reading::of(&subject, &protobuf).to_string().contains("it is PROTOBUF, not Avro"));
}

#[test]
fn asks_again_for_an_id_that_the_registry_did_not_have() {
    let subject = subject();
    let payload = [0, 0, 0, 0, 9, 2];
    subject.learn(9, Reading::unregistered());
    assert!(matches!(read(&subject, &payload), Err(Undecodable::UnregisteredId(9))));
    subject.learn(9, Reading::Unregistered { ask_again: Instant::now() });
    assert!(matches!(read(&subject, &payload), Err(Undecodable::UnknownId(9))));
    subject.learn(9, Reading::of(&subject, &writer(SCHEMA.text)));
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
