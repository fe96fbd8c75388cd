//! Versions and ids: who gets which.

use serde_json::json;

use super::harness::{Registry, code, context, fields, id, record, registration, scope};
use crate::core::decide::Deletion;
use crate::core::decide::register::register;
use crate::core::state::Visibility;

#[test]
fn gives_ids_in_order_and_one_to_the_same_schema_everywhere() {
    let mut registry = Registry::default();
    assert_eq!(registry.numbers("a", fields(&["x"])), (1, 1));
    assert_eq!(registry.numbers("a", fields(&["x", "y"])), (2, 2));
    assert_eq!(registry.numbers("b", fields(&["x"])), (1, 1));
    assert_eq!(registry.numbers("a", fields(&["x"])), (1, 1));
    assert_eq!(registry.log.len(), 3);
}

#[test]
fn what_was_decided_ahead_is_not_compared_again_in_its_turn() {
    let mut registry = Registry::default();
    registry.register("a", fields(&["x"])).unwrap();
    let before = registry.engine.verdict_count();
    let wider = registration("a", fields(&["x", "y"])).unwrap();
    for _ in 0..2 {
        let decision = register(&registry.state, &registry.engine, &wider).unwrap();
        assert_eq!((decision.records.len(), registry.engine.verdict_count()), (1, before + 1));
    }
}

#[test]
fn registers_the_same_schema_once_however_it_is_written() {
    let mut registry = Registry::default();
    registry.register("a", record("A")).unwrap();
    let respelled = r#"{ "name": "A", "fields": [ {"type": {"type": "int"}, "name": "a"} ], "type": "record" }"#;
    assert_eq!(registry.numbers("a", respelled), (1, 1));
    assert_eq!(registry.log.len(), 1);
}

#[test]
fn a_text_that_is_a_schema_of_two_types_has_an_id_for_each() {
    let mut registry = Registry::default();
    let text = r#"{"type":"string","avro.java.string":"String"}"#;
    let json = || json!({ "schema": text, "schemaType": "JSON" });
    assert_eq!(registry.numbers("a", text), (1, 1));
    assert_eq!(registry.numbers("j", json()), (1, 2));
    assert_eq!(registry.numbers("a2", text), (1, 1));
    assert_eq!(registry.numbers("j2", json()), (1, 2));
}

#[test]
fn answers_what_is_stored() {
    let mut registry = Registry::default();
    let answer = registry.register("a", json!({ "schema": "{\"type\": \"string\"}" })).unwrap();
    let answer = serde_json::to_value(answer).unwrap();
    let expected = json!({
        "version": 1, "id": 1, "guid": "095d71cf-1255-6b9d-5e33-0ad575b3df5d", "schema": "\"string\""
    });
    assert_eq!(answer, expected);
}

#[test]
fn a_restarted_registry_answers_alike() {
    let mut registry = Registry::default();
    registry.register("a", fields(&["x"])).unwrap();
    registry.register("a", fields(&["x", "y"])).unwrap();
    registry.delete_version("a", "2", Deletion::Soft).unwrap();
    for mut restarted in [registry.replayed(), registry.compacted()] {
        assert_eq!(restarted.numbers("a", fields(&["x"])), (1, 1));
        assert_eq!(restarted.numbers("a", fields(&["z"])), (3, 3));
    }
}

#[test]
fn a_batch_is_what_its_requests_are_one_after_another() {
    let mut registry = Registry::default();
    let bodies = [fields(&["x"]), fields(&["x", "y"]), fields(&["x"]), fields(&["z"])];
    let mut draft = registry.state.clone();
    let mut records = Vec::new();
    for (position, body) in bodies.iter().enumerate() {
        let registration = registration(if position == 3 { "b" } else { "a" }, body.as_str()).unwrap();
        let decision = register(&draft, &registry.engine, &registration).unwrap();
        draft.foresee(&decision.records);
        records.extend(decision.records);
    }
    assert_eq!(registry.state.size().versions, 0, "what is foreseen is not known");
    assert!(records.iter().all(|record| registry.append(record).is_none()));
    assert_eq!(registry.versions("a", Visibility::Live), [1, 2]);
    assert_eq!(registry.numbers("b", fields(&["z"])), (1, 3));
}

#[test]
fn refuses_a_version_that_is_not_the_next() {
    let mut registry = Registry::default();
    assert_eq!(code(registry.register("a", json!({ "schema": "\"int\"", "version": 3 }))), 42201);
    assert_eq!(registry.numbers("a", json!({ "schema": "\"int\"", "version": 1 })), (1, 1));
    assert_eq!(registry.numbers("b", json!({ "schema": "\"int\"", "version": -1 })), (1, 2), "a noted version counts");
}

#[test]
fn a_version_that_is_asked_for_is_noted() {
    let mut registry = Registry::default();
    let answer = registry.register("a", json!({ "schema": "\"int\"", "version": 1 })).unwrap();
    assert_eq!(answer.metadata.unwrap().property("confluent:version"), Some("1"));
    assert_eq!(registry.numbers("a", "\"int\""), (1, 1), "the note is not part of the schema");
    assert_eq!(registry.look_up("a", "\"int\"").unwrap().id, Some(id(1)));
}

#[test]
fn takes_no_id_from_a_client() {
    let mut registry = Registry::default();
    let refusal = registry.register("a", json!({ "schema": "\"int\"", "id": 7 })).unwrap_err();
    assert_eq!(refusal.code(), 42205);
    assert!(refusal.to_string().starts_with("Subject a is not in import mode"), "{refusal}");
    assert!(registry.log.is_empty());
}

#[test]
fn refuses_what_is_not_a_schema_and_stores_nothing() {
    let mut registry = Registry::default();
    let brackets = "[".repeat(1_000_000);
    for schema in ["", "{", "nonsense", r#"{"type":"record","name":"A"}"#, r#"[["int"],"string"]"#, &brackets] {
        let outcome = registry.register("a", schema);
        assert_eq!(code(outcome), 42201, "{}", schema.chars().take(40).collect::<String>());
    }
    let types = [("AVRO2", "\"int\""), ("JSON", "{"), ("PROTOBUF", "message {")];
    for (schema_type, schema) in types {
        let body = json!({ "schema": schema, "schemaType": schema_type });
        assert_eq!(code(registry.register("a", body)), 42201, "{schema_type}");
    }
    assert!(registry.log.is_empty());
}

#[test]
fn an_unknown_field_is_not_dropped() {
    let mut registry = Registry::default();
    let cases = [
        (json!({ "schema": "\"int\"", "schemaTagsToAdd": [{ "tags": ["PII"] }] }), 422),
        (json!({ "schema": "\"int\"", "shema": "x" }), 422),
        (json!({ "schema": "\"int\"", "references": [{ "name": "a", "subject": "s", "version": 0 }] }), 42202),
        (json!({ "schema": "\"int\"", "references": [{ "name": "a" }] }), 400),
        (json!({ "schema": 5 }), 400),
        (json!([]), 400),
        (json!({ "schemaType": "AVRO" }), 42201),
        (json!({ "schema": "\"int\"", "id": 4_000_000_000_u64 }), 42205),
        (json!({ "schema": "\"int\"", "version": 4_000_000_000_u64 }), 42202),
        (json!({ "schema": "\"int\"", "ruleSet": { "domainRules": [{ "type": "CEL" }] } }), 42210),
    ];
    for (body, expected) in cases {
        assert_eq!(code(registry.register("a", body.clone())), expected, "{body}");
    }
    let empty = json!({
        "schema": "\"int\"", "references": [], "metadata": null, "ruleSet": { "domainRules": [] }, "version": -1,
        "schemaTagsToAdd": [], "subject": "a"
    });
    assert_eq!(registry.numbers("a", empty), (1, 1));
}

#[test]
fn gives_out_no_id_beyond_the_last() {
    let mut registry = Registry::default();
    registry.set_mode(&scope("a"), "IMPORT").unwrap();
    registry.register("a", json!({ "schema": "\"int\"", "id": 2_147_483_647 })).unwrap();
    assert_eq!(registry.state.next_id(&context(".")), None);
    let refusal = registry.register("b", "\"string\"").unwrap_err();
    assert_eq!((refusal.code(), refusal.to_string().as_str()), (42205, "there are no more schema ids"));
    assert_eq!(registry.numbers("b", "\"int\"").0, 1, "a schema that has an id needs none");
}

#[test]
fn metadata_is_inherited_merged_and_part_of_the_identity() {
    let mut registry = Registry::default();
    let with = |owner: &str| json!({ "schema": "\"int\"", "metadata": { "properties": { "owner": owner } } });
    assert_eq!(registry.numbers("a", with("me")), (1, 1));
    assert_eq!(registry.numbers("a", with("you")), (2, 2));
    let inherited = registry.register("a", "\"long\"").unwrap();
    assert_eq!(inherited.metadata.unwrap().property("owner"), Some("you"));
    let config = json!({
        "defaultMetadata": { "properties": { "team": "all", "owner": "all" } },
        "overrideMetadata": { "properties": { "cost": "9" } },
    });
    registry.configure(&scope("b"), &config).unwrap();
    let merged = registry.register("b", with("me")).unwrap().metadata.unwrap();
    let values = ["team", "owner", "cost"].map(|name| merged.property(name));
    assert_eq!(values, [Some("all"), Some("me"), Some("9")]);
    let again = registry.numbers("b", with("me"));
    assert_eq!(again.0, 1, "what the configuration adds is added again before the comparison");
}

#[test]
fn a_request_without_a_schema_repeats_the_one_before() {
    let mut registry = Registry::default();
    registry.register("a", "\"int\"").unwrap();
    let body = json!({ "metadata": { "properties": { "owner": "me" } } });
    let answer = registry.register("a", body.clone()).unwrap();
    assert_eq!(answer.schema.as_deref(), Some("\"int\""));
    assert_eq!(answer.version.unwrap().get(), 2);
    assert_eq!(code(registry.register("b", body)), 42201);
}

#[test]
fn a_registered_again_version_supersedes_its_deleted_one() {
    let mut registry = Registry::default();
    registry.register("a", "\"int\"").unwrap();
    registry.delete("a", Deletion::Soft).unwrap();
    assert_eq!(registry.numbers("a", "\"int\""), (2, 1));
    assert_eq!(registry.versions("a", Visibility::All), [2]);
    assert_eq!(registry.compacted().versions("a", Visibility::All), [2]);
}
