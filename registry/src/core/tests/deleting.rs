//! Soft and permanent deletes.

use serde_json::json;

use super::harness::{Registry, code, fields, id, record, scope, subject};
use crate::core::decide::Deletion;
use crate::core::state::Visibility;

#[test]
fn a_soft_deleted_version_is_hidden_but_keeps_its_number_and_id() {
    let mut registry = Registry::default();
    registry.register("a", fields(&["x"])).unwrap();
    registry.register("a", fields(&["y"])).unwrap();
    registry.delete_version("a", "latest", Deletion::Soft).unwrap();
    assert_eq!(registry.versions("a", Visibility::Live), [1]);
    assert_eq!(registry.versions("a", Visibility::Deleted), [2]);
    assert!(registry.state.schema(&super::harness::context("."), id(2)).is_some());
    assert_eq!(registry.numbers("a", fields(&["z"])), (3, 3));
    let size = registry.state.size();
    assert_eq!((size.subjects, size.versions, size.schemas), (1, 2, 3));
}

#[test]
fn every_wrong_order_has_its_code() {
    let mut registry = Registry::default();
    assert_eq!(code(registry.delete("a", Deletion::Soft)), 40401);
    assert_eq!(code(registry.delete("a", Deletion::Permanent)), 40401);
    assert_eq!(code(registry.delete_version("a", "1", Deletion::Soft)), 40401);
    registry.register("a", record("A")).unwrap();
    assert_eq!(code(registry.delete_version("a", "2", Deletion::Soft)), 40402);
    assert_eq!(code(registry.delete_version("a", "0", Deletion::Soft)), 42202);
    assert_eq!(code(registry.delete("a", Deletion::Permanent)), 40405);
    assert_eq!(code(registry.delete_version("a", "1", Deletion::Permanent)), 40407);
    registry.delete_version("a", "1", Deletion::Soft).unwrap();
    assert_eq!(code(registry.delete_version("a", "1", Deletion::Soft)), 40406);
    assert_eq!(code(registry.delete("a", Deletion::Soft)), 40404);
    registry.delete("a", Deletion::Permanent).unwrap();
    assert_eq!(code(registry.delete("a", Deletion::Permanent)), 40401);
    let again = registry.numbers("a", record("A"));
    assert_eq!(again, (1, 2), "the id of a deleted schema is not given again");
}

#[test]
fn the_settings_of_a_subject_go_with_its_last_version() {
    let mut registry = Registry::default();
    registry.register("a", record("A")).unwrap();
    registry.configure(&scope("a"), &json!({ "compatibility": "NONE" })).unwrap();
    registry.set_mode(&scope("a"), "READWRITE").unwrap();
    registry.delete("a", Deletion::Soft).unwrap();
    assert!(registry.state.config(&scope("a")).is_some());
    registry.delete("a", Deletion::Permanent).unwrap();
    assert!(registry.state.config(&scope("a")).is_none() && registry.state.mode(&scope("a")).is_none());
}

#[test]
fn a_subject_that_was_deleted_can_be_compacted_away() {
    let mut registry = Registry::default();
    registry.register("a", fields(&["x"])).unwrap();
    registry.register("a", fields(&["y"])).unwrap();
    registry.delete("a", Deletion::Soft).unwrap();
    assert_eq!(registry.compacted().versions("a", Visibility::Live), [0; 0]);
    registry.delete("a", Deletion::Permanent).unwrap();
    assert!(registry.state.subject(&subject("a")).is_none());
    assert_eq!(registry.compacted().state.size().schemas, 0);
}

#[test]
fn the_id_of_a_deleted_schema_is_not_given_again_after_a_compaction() {
    let mut registry = Registry::default();
    for name in ["a", "b", ":.c:a"] {
        registry.register(name, record(&format!("R{}", name.len()))).unwrap();
    }
    registry.register("b", fields(&["x"])).unwrap_err();
    registry.register("d", fields(&["x"])).unwrap();
    for name in [":.c:a", "d"] {
        registry.delete(name, Deletion::Soft).unwrap();
        registry.delete(name, Deletion::Permanent).unwrap();
        registry = registry.compacted();
    }
    assert_eq!(registry.numbers("d", fields(&["y"])), (1, 3));
    assert_eq!(registry.numbers(":.c:d", fields(&["y"])), (1, 2));
    // One version, and one that is not the highest: nothing more needs to be kept.
    registry.delete_version("d", "1", Deletion::Soft).unwrap();
    registry.delete_version("d", "1", Deletion::Permanent).unwrap();
    let written = registry.log.len();
    registry.delete("a", Deletion::Soft).unwrap();
    registry.delete("a", Deletion::Permanent).unwrap();
    assert_eq!(registry.log.len(), written + 2);
    assert_eq!(registry.compacted().numbers("d", fields(&["z"])), (1, 4));
}

#[test]
fn an_import_over_deleted_versions_keeps_their_ids() {
    let mut registry = Registry::default();
    registry.register("a", fields(&["x"])).unwrap();
    registry.register("a", fields(&["y"])).unwrap();
    registry.delete("a", Deletion::Soft).unwrap();
    registry.set_mode(&scope("a"), "IMPORT").unwrap();
    registry = registry.compacted();
    registry.register("a", json!({ "schema": record("A"), "id": 1, "version": 1 })).unwrap();
    assert_eq!(registry.compacted().numbers("b", fields(&["z"])), (1, 3));
    registry.register("a", json!({ "schema": record("B"), "id": 9, "version": 2 })).unwrap();
    registry.delete_version("a", "2", Deletion::Soft).unwrap();
    registry.register("a", json!({ "schema": record("C"), "id": 5, "version": 2 })).unwrap();
    assert_eq!(registry.compacted().numbers("b", fields(&["z"])), (1, 10));
}
