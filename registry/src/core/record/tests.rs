//! Claims about records.

use super::*;
use crate::core::content::{Content, Contract, Reference, SchemaType};

fn subject(name: &str) -> Subject {
    name.parse().unwrap()
}

fn schema(references: Vec<Reference>, contract: Contract) -> Record {
    let content = Content::new(SchemaType::named(None), r#""string""#, references, contract);
    let value = SchemaValue { id: SchemaId::FIRST, content: Arc::new(content), deleted: true };
    Record::Schema { subject: subject("s"), version: Version::FIRST, value: Some(value) }
}

#[test]
fn writes_byte_for_byte_as_confluent_does() {
    let scoped = Scope::Subject(subject("s"));
    let version = Version::FIRST;
    let id = |number: i64| SchemaId::try_from(number).unwrap();
    let cases = [
        (
            Record::Schema { subject: subject("s"), version, value: None },
            r#"{"keytype":"SCHEMA","subject":"s","version":1,"magic":1}"#,
            None,
        ),
        (
            Record::Config { scope: scoped.clone(), value: Some(Box::default()) },
            r#"{"keytype":"CONFIG","subject":"s","magic":0}"#,
            Some(r#"{"subject":"s"}"#),
        ),
        (Record::Config { scope: Scope::Global, value: None }, r#"{"keytype":"CONFIG","magic":0}"#, None),
        (
            Record::Mode { scope: scoped.clone(), mode: Some(Mode::Import) },
            r#"{"keytype":"MODE","subject":"s","magic":0}"#,
            Some(r#"{"subject":"s","mode":"IMPORT"}"#),
        ),
        (
            Record::Mode { scope: Scope::Global, mode: Some(Mode::ReadOnly) },
            r#"{"keytype":"MODE","magic":0}"#,
            Some(r#"{"mode":"READONLY"}"#),
        ),
        (
            Record::DeleteSubject { subject: subject("s"), up_to: version },
            r#"{"keytype":"DELETE_SUBJECT","subject":"s","magic":0}"#,
            Some(r#"{"subject":"s","version":1}"#),
        ),
        (
            Record::ClearSubject { scope: scoped },
            r#"{"keytype":"CLEAR_SUBJECT","subject":"s","magic":0}"#,
            Some(r#"{"subject":"s"}"#),
        ),
        (
            Record::Context { context: ".c".parse().unwrap(), exists: true },
            r#"{"keytype":"CONTEXT","tenant":"default","context":".c","magic":0}"#,
            Some(r#"{"tenant":"default","context":".c"}"#),
        ),
        (Record::Noop, r#"{"keytype":"NOOP","magic":0}"#, None),
        (
            Record::HighestIds([(".".parse().unwrap(), id(3)), (".c".parse().unwrap(), id(7))].into()),
            r#"{"keytype":"NOOP", "magic":0}"#,
            Some(r#"{"highestIds":{".":3,".c":7}}"#),
        ),
    ];
    for (record, key, value) in cases {
        let encoded = record.encode().unwrap();
        assert_eq!(String::from_utf8(encoded.key.clone()).unwrap(), key);
        assert_eq!(encoded.value.clone().map(|bytes| String::from_utf8(bytes).unwrap()).as_deref(), value, "{key}");
        assert_eq!(record.is_tombstone(), value.is_none(), "{key}");
        assert_eq!(Record::parse(Some(&encoded.key), encoded.value.as_deref()).unwrap(), record);
    }
}

#[test]
fn reads_what_it_writes() {
    let reference = Reference { name: "a.B".into(), subject: "b".into(), version: 1 };
    let metadata = serde_json::from_str(r#"{"properties":{"k":"v"},"later":1}"#).unwrap();
    let record = schema(vec![reference], Contract { metadata: Some(metadata), rule_set: None });
    let encoded = record.encode().unwrap();
    let value = String::from_utf8(encoded.value.clone().unwrap()).unwrap();
    let (before, after) = value.split_once("\"md5\":\"").unwrap();
    assert_eq!(before, r#"{"subject":"s","version":1,"id":1,"#);
    assert_eq!(
        &after[26..],
        r#""schema":"\"string\"","schemaType":"AVRO","references":[{"name":"a.B","subject":"b","version":1}],"metadata":{"properties":{"k":"v"},"later":1},"deleted":true}"#
    );
    assert_eq!(Record::parse(Some(&encoded.key), encoded.value.as_deref()).unwrap(), record);
}

#[test]
fn hashes_references_as_confluent_does() {
    let reference = Reference { name: "a.B".into(), subject: "b".into(), version: 1 };
    let value = schema(vec![reference], Contract::default()).encode().unwrap().value.unwrap();
    assert!(String::from_utf8(value).unwrap().contains(r#""md5":"K1yTZ/8SUyotqHFcf2o59w==""#));
}

#[test]
fn reads_keys_by_value_and_empty_values_as_tombstones() {
    let key = br#"{"subject":"s","version":1,"magic":1,"keytype":"SCHEMA","node":3,"seq":7}"#;
    let expected = Record::Schema { subject: subject("s"), version: Version::FIRST, value: None };
    assert_eq!(Record::parse(Some(key), Some(b"")).unwrap(), expected);
    assert_eq!(Record::parse(Some(key), None).unwrap(), expected);
    let old = br#"{"keytype":"SCHEMA","subject":"s","version":1,"magic":0}"#;
    assert_eq!(Record::parse(Some(old), None).unwrap(), expected);
}

#[test]
fn fills_in_what_older_registries_left_out() {
    let key = br#"{"keytype":"CONFIG","subject":"s","magic":0}"#;
    let record = Record::parse(Some(key), Some(br#"{"compatibilityLevel":"FULL","compatibilityLevels":1}"#)).unwrap();
    let Record::Config { scope, value: Some(config) } = record else { panic!("a configuration was read") };
    assert_eq!((scope, config.level().as_str()), (Scope::Subject(subject("s")), "FULL"));
    assert!(config.other.contains_key("compatibilityLevels"));
}

#[test]
fn passes_over_types_that_it_does_not_know() {
    for keytype in ["ASSOC", "KEK", "later"] {
        let key = format!(r#"{{"keytype":"{keytype}","tenant":"default","subject":"s","magic":5}}"#);
        assert_eq!(Record::parse(Some(key.as_bytes()), Some(b"{}")).unwrap(), Record::Unknown);
    }
}

#[test]
fn says_what_is_wrong_with_a_poison_record() {
    assert!(matches!(Record::parse(None, None), Err(Poison::NoKey)));
    let poison = |key: &str, value: &str| Record::parse(Some(key.as_bytes()), Some(value.as_bytes())).unwrap_err();
    let schema = r#"{"keytype":"SCHEMA","subject":"s","version":1,"magic":1}"#;
    assert!(matches!(poison("x", ""), Poison::Key(_)));
    assert!(matches!(poison("{}", ""), Poison::Key(_)));
    assert!(matches!(poison(schema, "[1"), Poison::Value(_)));
    assert!(matches!(poison(schema, r#"{"subject":"s","version":1,"id":0,"schema":""}"#), Poison::Value(_)));
    assert!(matches!(poison(r#"{"keytype":"SCHEMA","version":1,"magic":1}"#, ""), Poison::Lacks(_)));
    assert!(matches!(poison(r#"{"keytype":"SCHEMA","subject":"s","magic":1}"#, ""), Poison::Lacks(_)));
    assert!(matches!(poison(r#"{"keytype":"SCHEMA","subject":"s","version":0,"magic":1}"#, ""), Poison::Number(_)));
    assert!(matches!(poison(r#"{"keytype":"SCHEMA","subject":"s","version":1,"magic":2}"#, ""), Poison::Magic(2)));
    assert!(matches!(poison(r#"{"keytype":"CONFIG","subject":"a\nb","magic":0}"#, "{}"), Poison::Subject(_)));
    assert!(matches!(poison(r#"{"keytype":"MODE","magic":0}"#, r#"{"mode":"X"}"#), Poison::Mode(_)));
}
