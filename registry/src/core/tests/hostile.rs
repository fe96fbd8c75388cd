//! Names and logs that nobody would write in good faith.

use serde_json::json;

use super::harness::{Registry, code, described, id, record, reference, registration, scope, subject};
use crate::core::decide::Deletion;
use crate::core::names::{Context, SchemaId, Version};
use crate::core::record::{Position, Record, SchemaValue};
use crate::core::state::{Oddity, State, Visibility};

#[test]
fn any_name_is_kept_as_it_is() {
    let long = "n".repeat(10_000);
    for name in ["50%", "%s%n", "a\"b", "a'b", "a\\b", "", "*", "日本", "a/b", "..", "a b", "{}", &long, ":.x:50%\""]
    {
        let mut registry = Registry::default();
        registry.register(name, record("A")).unwrap();
        let incompatible = r#"{"type":"record","name":"A","fields":[{"name":"b","type":"string"}]}"#;
        assert_eq!(code(registry.register(name, incompatible)), 40901, "{name}");
        let restarted = registry.compacted();
        assert_eq!(restarted.versions(name, Visibility::Live), [1], "{name}");
        assert_eq!(registry.delete(name, Deletion::Soft).unwrap(), [Version::FIRST]);
    }
}

#[test]
fn names_that_cannot_be_are_refused() {
    let long = "n".repeat(100_000);
    for name in ["a\nb", "\t", "a\u{0}", "__GLOBAL", "__EMPTY", ":.x", &long] {
        let refusal = registration(name, "\"int\"").unwrap_err();
        assert_eq!(refusal.code(), 42208, "{name:?}");
        assert!(refusal.to_string().len() < 1000);
    }
}

fn content(schema: &str) -> std::sync::Arc<crate::core::content::Content> {
    let request = registration("a", schema).unwrap().request;
    crate::core::content::Content::new(request.schema_type, schema, Vec::new(), request.contract).into()
}

fn value(number: i64, schema: &str) -> SchemaValue {
    SchemaValue { id: id(number), content: content(schema), deleted: false }
}

#[test]
fn a_second_schema_for_an_id_is_not_applied() {
    let mut registry = Registry::default();
    registry.register("a", record("A")).unwrap();
    let usurper =
        Record::Schema { subject: subject("b"), version: Version::FIRST, value: Some(value(1, &record("B"))) };
    let oddity = Oddity::IdTaken { subject: subject("b"), version: Version::FIRST, id: SchemaId::FIRST };
    assert_eq!(registry.append(&usurper), Some(oddity));
    assert!(registry.state.subject(&subject("b")).is_none());
    assert_eq!(registry.look_up("a", record("A")).unwrap().id, Some(id(1)));
}

#[test]
fn adopts_a_log_that_another_registry_wrote() {
    let mut registry = Registry::default();
    let key = br#"{"subject":"a","version":1,"magic":1,"keytype":"SCHEMA"}"#;
    let text = r#"{\"fields\":[{\"name\":\"a\",\"type\":\"int\"}],\"name\":\"A\",\"type\":\"record\"}"#;
    let value = format!(r#"{{"subject":"a","version":1,"id":7,"schema":"{text}","deleted":false,"new":[1]}}"#);
    let read = Record::parse(Some(key), Some(value.as_bytes())).unwrap();
    registry.state.apply(key, read, Position::default());
    let found = registry.look_up("a", record("A")).unwrap();
    assert_eq!(found.id, Some(id(7)));
    assert!(found.schema.unwrap().starts_with(r#"{"fields""#), "what is in the log is not rewritten");
    assert_eq!(registry.numbers("a", record("A")), (1, 7));
    assert_eq!(registry.numbers("b", "\"int\""), (1, 8));
    let removal = Record::Schema { subject: subject("a"), version: Version::FIRST, value: None };
    let foreign = registry.state.foreign_keys(&removal.encode().unwrap());
    assert_eq!(foreign, [key.to_vec()], "its key must be removed as it is");
    registry.state.apply(key, Record::parse(Some(key), None).unwrap(), Position::default());
    assert!(registry.state.foreign_keys(&removal.encode().unwrap()).is_empty());
}

#[test]
fn the_order_of_compaction_does_not_matter() {
    let mut registry = Registry::default();
    for name in ["a", "b", ":.x:a"] {
        registry.register(name, record("A")).unwrap();
        registry.register(name, super::harness::fields(&["q"])).unwrap_err();
        registry.register(name, r#"{"type":"record","name":"A","fields":[]}"#).unwrap();
    }
    registry.delete_version("a", "1", Deletion::Soft).unwrap();
    registry.delete("b", Deletion::Soft).unwrap();
    assert_eq!(described(&registry.compacted().state), described(&registry.state));
    assert_eq!(described(&registry.replayed().state), described(&registry.state));
}

#[test]
fn an_empty_state_answers() {
    let state = State::default();
    assert_eq!(state.contexts().len(), 1);
    assert_eq!(state.next_id(&super::harness::context(".y")), Some(SchemaId::FIRST));
}

#[test]
fn no_refusal_repeats_a_text_of_any_length() {
    let long = "x".repeat(100_000);
    let mut registry = Registry::default();
    let refusals = [
        registry.configure(&scope("a"), &json!({ "compatibility": long })).unwrap_err(),
        registry.configure(&scope("a"), &json!({ "compatibilityPolicy": long })).unwrap_err(),
        registry.configure(&scope("a"), &json!({ "normalize": long })).unwrap_err(),
        registry.configure(&scope("a"), &json!({ "alias": long })).unwrap_err(),
        registry.register("a", json!({ "schema": "\"int\"", "schemaType": long })).unwrap_err(),
        registry.register("a", json!({ "schema": "\"int\"", "references": [reference(&long, "b", 1)] })).unwrap_err(),
        format!(".{long}:x").parse::<Context>().unwrap_err(),
    ];
    for refusal in refusals {
        assert!(refusal.to_string().len() < 1000, "{:.200}", refusal.to_string());
    }
}

#[test]
fn a_version_that_cannot_be_is_named() {
    let refusal = registration("a", json!({ "schema": "\"int\"", "version": 3_000_000_000_i64 })).unwrap_err();
    assert!(refusal.to_string().starts_with("The specified version '3000000000' is not"), "{refusal}");
}
