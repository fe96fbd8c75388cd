//! Schemas that come with their ids and versions from elsewhere.

use serde_json::{Value, json};

use super::harness::{Registry, code, context, id, reference, scope};
use crate::core::decide::Deletion;
use crate::core::state::Visibility;

fn import(schema: &str, id: i64, version: i64) -> Value {
    json!({ "schema": schema, "id": id, "version": version })
}

fn importing(name: &str) -> Registry {
    let mut registry = Registry::default();
    registry.set_mode(&scope(name), "IMPORT").unwrap();
    registry
}

#[test]
fn ids_and_versions_are_kept_without_judgement() {
    let mut registry = importing("a");
    assert_eq!(registry.numbers("a", import("\"int\"", 40, 7)), (7, 40));
    assert_eq!(registry.numbers("a", import("\"string\"", 12, 3)), (3, 12), "incompatible, and in no order");
    assert_eq!(registry.numbers("a", json!({ "schema": "\"bytes\"", "id": 41 })), (8, 41));
    assert_eq!(registry.versions("a", Visibility::Live), [3, 7, 8]);
    assert_eq!(registry.state.highest_id(&context(".")), Some(id(41)));
    assert_eq!(registry.compacted().numbers("a", import("\"int\"", 40, 7)), (7, 40));
}

#[test]
fn an_import_can_be_repeated() {
    let mut registry = importing("a");
    registry.register("a", import("\"int\"", 40, 7)).unwrap();
    let before = registry.log.len();
    assert_eq!(registry.numbers("a", import("\"int\"", 40, 7)), (7, 40));
    assert_eq!(registry.log.len(), before);
}

#[test]
fn what_is_taken_is_not_given_again() {
    let mut registry = importing("a");
    registry.register("a", import("\"int\"", 40, 7)).unwrap();
    let refusal = registry.register("a", import("\"string\"", 40, 8)).unwrap_err();
    assert_eq!(refusal.code(), 42205);
    assert!(refusal.to_string().starts_with("Overwrite new schema with id 40 is not permitted"), "{refusal}");
    assert_eq!(code(registry.register("a", import("\"int\"", 41, 8))), 42207);
    assert_eq!(code(registry.register("a", import("\"string\"", 41, 7))), 42205);
    assert_eq!(registry.versions("a", Visibility::Live), [7]);
}

#[test]
fn a_schema_without_an_id_is_not_imported() {
    let mut registry = importing("a");
    let refusal = registry.register("a", "\"int\"").unwrap_err();
    assert_eq!(refusal.code(), 42205);
    assert!(refusal.to_string().starts_with("Subject a is not in read-write mode"), "{refusal}");
    assert_eq!(code(registry.register("b", import("\"int\"", 1, 1))), 42205, "other subjects are not importing");
}

#[test]
fn an_import_begins_with_nothing_of_what_was_deleted() {
    let mut registry = Registry::default();
    registry.register("a", "\"int\"").unwrap();
    registry.delete("a", Deletion::Soft).unwrap();
    registry.set_mode(&scope("a"), "IMPORT").unwrap();
    assert_eq!(registry.versions("a", Visibility::All), [0; 0]);
    assert_eq!(registry.numbers("a", import("\"string\"", 1, 1)), (1, 1));
    assert_eq!(registry.compacted().versions("a", Visibility::All), [1]);
    let kinds: Vec<_> = registry.log.iter().map(|one| String::from_utf8_lossy(&one.key).into_owned()).collect();
    assert!(kinds.contains(&r#"{"keytype":"CLEAR_SUBJECT","subject":"a","magic":0}"#.to_owned()), "{kinds:?}");
}

#[test]
fn a_stored_reference_may_be_deleted_where_it_comes_from() {
    let mut registry = Registry::default();
    registry.register("status", r#"{"type":"enum","name":"Status","symbols":["NEW"]}"#).unwrap();
    registry.delete("status", Deletion::Soft).unwrap();
    registry.set_mode(&scope("order"), "IMPORT").unwrap();
    let order = r#"{"type":"record","name":"Order","fields":[{"name":"s","type":"Status"}]}"#;
    let body = json!({ "schema": order, "id": 9, "version": 1, "references": [reference("Status", "status", 1)] });
    assert_eq!(registry.numbers("order", body), (1, 9));
}
