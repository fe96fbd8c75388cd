//! Would a schema fit: levels, groups, reserved names, and the words for it.

use serde_json::json;

use super::harness::{Registry, code, record, scope};
use crate::core::decide::register::register;

const WITHOUT_DEFAULT: &str =
    r#"{"type":"record","name":"A","fields":[{"name":"a","type":"int"},{"name":"b","type":"int"}]}"#;

#[test]
fn refuses_what_breaks_readers_in_confluents_words_and_ours() {
    let mut registry = Registry::default();
    registry.register("a", record("A")).unwrap();
    let refusal = registry.register("a", WITHOUT_DEFAULT).unwrap_err();
    assert_eq!(refusal.code(), 40901);
    let text = refusal.to_string();
    let beginning = "Schema being registered is incompatible with an earlier schema for subject \"a\", details: \
                     [{errorType:'READER_FIELD_MISSING_DEFAULT_VALUE', ";
    assert!(text.starts_with(beginning), "{text}");
    let schema = record("A");
    let end = format!(
        "{{oldSchemaVersion: 1}}, {{oldSchema: '{schema}'}}, {{validateFields: 'false', compatibility: 'BACKWARD'}}]"
    );
    assert!(text.contains(&end), "{text}");
    assert!(text.contains("the new schema cannot read data of version 1: "), "{text}");
    let verdict = registry.check("a", None, WITHOUT_DEFAULT).unwrap();
    assert!(!verdict.is_compatible && verdict.messages.len() == 4, "{verdict:?}");
    assert_eq!(registry.log.len(), 1);
}

#[test]
fn the_level_decides() {
    let mut registry = Registry::default();
    registry.register("a", record("A")).unwrap();
    for (level, fits) in [("NONE", true), ("BACKWARD", false), ("FORWARD", true), ("FULL", false)] {
        registry.configure(&scope("a"), &json!({ "compatibility": level })).unwrap();
        assert_eq!(registry.check("a", Some("latest"), WITHOUT_DEFAULT).unwrap().is_compatible, fits, "{level}");
        assert_eq!(registry.check("a", None, WITHOUT_DEFAULT).unwrap().is_compatible, fits, "{level}");
    }
}

#[test]
fn force_registers_all_the_same() {
    let mut registry = Registry::default();
    registry.register("a", record("A")).unwrap();
    let mut registration = super::harness::registration("a", WITHOUT_DEFAULT).unwrap();
    registration.force = true;
    let outcome = register(&registry.state, &registry.engine, &registration);
    assert_eq!(registry.commit(outcome).unwrap().version.unwrap().get(), 2);
}

#[test]
fn another_type_never_fits() {
    let mut registry = Registry::default();
    registry.register("a", "\"int\"").unwrap();
    let body = json!({ "schema": r#"{"type":"integer"}"#, "schemaType": "JSON" });
    let verdict = registry.check("a", None, body.clone()).unwrap();
    assert_eq!(verdict.messages[0], "Incompatible because of different schema type");
    assert_eq!(code(registry.register("a", body)), 40901);
}

#[test]
fn transitive_levels_look_at_every_version() {
    let mut registry = Registry::default();
    registry.configure(&scope("a"), &json!({ "compatibility": "NONE" })).unwrap();
    registry.register("a", "\"string\"").unwrap();
    registry.register("a", "\"int\"").unwrap();
    registry.configure(&scope("a"), &json!({ "compatibility": "BACKWARD" })).unwrap();
    assert!(registry.check("a", None, "\"long\"").unwrap().is_compatible);
    registry.configure(&scope("a"), &json!({ "compatibility": "BACKWARD_TRANSITIVE" })).unwrap();
    let verdict = registry.check("a", None, "\"long\"").unwrap();
    assert!(verdict.messages.contains(&"{oldSchemaVersion: 1}".to_owned()), "{verdict:?}");
}

#[test]
fn a_group_is_compared_with_itself() {
    let mut registry = Registry::default();
    let with =
        |schema: &str, major: &str| json!({ "schema": schema, "metadata": { "properties": { "major": major } } });
    registry.configure(&scope("a"), &json!({ "compatibilityGroup": "major" })).unwrap();
    registry.register("a", with("\"int\"", "1")).unwrap();
    assert_eq!(registry.numbers("a", with("\"string\"", "2")).0, 2, "another major version may break");
    assert_eq!(code(registry.register("a", with("\"boolean\"", "2"))), 40901);
    assert_eq!(registry.numbers("a", with("\"long\"", "1")).0, 3);
}

#[test]
fn unknown_versions_are_refused_except_the_latest_of_nothing() {
    let mut registry = Registry::default();
    assert!(registry.check("a", Some("latest"), "\"int\"").unwrap().is_compatible);
    assert!(registry.check("a", None, "\"int\"").unwrap().is_compatible);
    assert_eq!(code(registry.check("a", Some("1"), "\"int\"")), 40402);
    registry.register("a", "\"int\"").unwrap();
    assert_eq!(code(registry.check("a", Some("2"), "\"int\"")), 40402);
    assert_eq!(code(registry.check("a", None, "nonsense")), 42201);
}

#[test]
fn reserved_names_stay_reserved_and_unused() {
    let mut registry = Registry::default();
    registry.configure(&scope("a"), &json!({ "validateFields": true })).unwrap();
    let with = |schema: &str, names: &str| json!({ "schema": schema, "metadata": { "properties": { "confluent:reserved": names } } });
    registry.register("a", with(&record("A"), "x,y")).unwrap();
    let removed = registry.register("a", with(&record("A"), "x")).unwrap_err().to_string();
    assert!(removed.contains("RESERVED_FIELD_REMOVED") && removed.contains("validateFields: 'true'"), "{removed}");
    let used = registry.register("b", with(&record("A"), "a"));
    assert!(used.is_ok(), "the rule is on for subject a only");
    let used = registry.register("a", with(&record("A"), "x,y,a")).unwrap_err().to_string();
    assert!(used.contains("FIELD_CONFLICTS_WITH_RESERVED_FIELD"), "{used}");
}

#[test]
fn a_check_is_about_what_would_be_registered() {
    let mut registry = Registry::default();
    registry.configure(&scope("a"), &json!({ "compatibilityGroup": "major" })).unwrap();
    registry.register("a", json!({ "schema": "\"int\"", "metadata": { "properties": { "major": "1" } } })).unwrap();
    assert_eq!(code(registry.register("a", "\"string\"")), 40901, "it is of the same group as the version before");
    assert!(!registry.check("a", None, "\"string\"").unwrap().is_compatible);
    let next = json!({ "schema": "\"string\"", "metadata": { "properties": { "major": "2" } } });
    assert!(registry.check("a", None, next).unwrap().is_compatible);

    registry.configure(&scope("b"), &json!({ "validateFields": true })).unwrap();
    let reserving = json!({ "schema": record("B"), "metadata": { "properties": { "confluent:reserved": "x" } } });
    registry.register("b", reserving).unwrap();
    assert!(registry.check("b", None, record("B")).unwrap().is_compatible, "the reserved names are taken over");
    assert!(registry.check("b", None, json!({})).unwrap().is_compatible, "and so is the text");
}
