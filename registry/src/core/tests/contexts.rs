//! Contexts are name spaces for subjects and ids.

use serde_json::json;

use super::harness::{Registry, code, context, fields, id, reference, scope, subject};
use crate::core::answer::{ContextId, Page};
use crate::core::decide::Deletion;
use crate::core::decide::context::delete_context;
use crate::core::engine::Presentation;
use crate::core::names::SubjectPrefix;
use crate::core::read::ids::{IdQuery, by_id, ids_of_guid};
use crate::core::read::subjects::{contexts, subjects};
use crate::core::state::Visibility;

#[test]
fn each_counts_its_own_ids() {
    let mut registry = Registry::default();
    assert_eq!(registry.numbers("a", "\"int\""), (1, 1));
    assert_eq!(registry.numbers(":.x:a", "\"string\""), (1, 1));
    assert_eq!(registry.numbers(":.x:b", "\"int\""), (1, 2));
    let guid = registry.look_up("a", "\"int\"").unwrap().guid.unwrap();
    let ids = ids_of_guid(&registry.state, &guid).unwrap();
    let expected = [(".", 1), (".x", 2)].map(|(name, number)| ContextId { context: context(name), id: id(number) });
    assert_eq!(ids, expected);
    assert_eq!(contexts(&registry.compacted().state, "", Page::default()), [context("."), context(".x")]);
}

#[test]
fn a_new_context_is_written_once() {
    let mut registry = Registry::default();
    registry.register(":.x:a", "\"int\"").unwrap();
    registry.register(":.x:b", "\"int\"").unwrap();
    let keys = registry.log.iter().filter(|one| String::from_utf8_lossy(&one.key).contains("CONTEXT"));
    let keys: Vec<_> = keys.map(|one| String::from_utf8_lossy(&one.key).into_owned()).collect();
    assert_eq!(keys, [r#"{"keytype":"CONTEXT","tenant":"default","context":".x","magic":0}"#]);
}

#[test]
fn names_without_a_context_are_looked_for_in_all() {
    let mut registry = Registry::default();
    registry.register(":.x:a", "\"int\"").unwrap();
    registry.register("b", "\"string\"").unwrap();
    let found = registry.look_up("a", "\"int\"").unwrap();
    assert_eq!(found.subject.unwrap().as_str(), ":.x:a");
    assert_eq!(code(registry.look_up(":.y:a", "\"int\"")), 40401, "a context that is named is meant");
    let query = |subject: Option<&str>| IdQuery {
        id: id(1),
        context: context("."),
        subject: subject.map(super::harness::subject),
    };
    let text = |subject| {
        by_id(&registry.state, &registry.engine, &query(subject), &Presentation::default()).unwrap().schema.unwrap()
    };
    assert_eq!(&*text(None), "\"string\"");
    assert_eq!(&*text(Some("a")), "\"int\"", "the subject says which context is meant");
}

#[test]
fn references_stay_in_their_context() {
    let mut registry = Registry::default();
    registry.register(":.x:status", r#"{"type":"enum","name":"Status","symbols":["NEW"]}"#).unwrap();
    let order = r#"{"type":"record","name":"Order","fields":[{"name":"s","type":"Status"}]}"#;
    let body = json!({ "schema": order, "references": [reference("Status", "status", 1)] });
    assert_eq!(registry.numbers(":.x:order", body.clone()), (1, 2));
    assert_eq!(code(registry.register("order", body)), 42201);
    assert_eq!(code(registry.delete(":.x:status", Deletion::Soft)), 42206);
}

#[test]
fn listings_are_for_one_context_or_all() {
    let mut registry = Registry::default();
    for name in ["b", "a", ":.x:c", ":.x:a"] {
        registry.register(name, fields(&["x"])).unwrap();
    }
    let list = |prefix: &str| {
        let found = subjects(&registry.state, &SubjectPrefix::parse(prefix), Visibility::Live, Page::default());
        found.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(list(":*:"), [":.x:a", ":.x:c", "a", "b"]);
    assert_eq!(list(":*:a"), [":.x:a", "a"]);
    assert_eq!(list(":.x:"), [":.x:a", ":.x:c"]);
    assert_eq!(list(""), ["a", "b"]);
}

#[test]
fn only_an_empty_one_is_deleted() {
    let mut registry = Registry::default();
    registry.register(":.x:a", "\"int\"").unwrap();
    registry.configure(&scope(":.x:"), &json!({ "compatibility": "NONE" })).unwrap();
    assert_eq!(code(delete_context(&registry.state, &context(".x"))), 42211);
    registry.delete(":.x:a", Deletion::Soft).unwrap();
    assert_eq!(code(delete_context(&registry.state, &context(".x"))), 42211);
    registry.delete(":.x:a", Deletion::Permanent).unwrap();
    let deleted = delete_context(&registry.state, &context(".x"));
    registry.commit(deleted).unwrap();
    assert_eq!(registry.state.contexts(), [context(".")]);
    assert!(registry.state.config(&scope(":.x:")).is_none());
    assert_eq!(code(delete_context(&registry.state, &context("."))), 42205);
    assert!(!registry.state.has(&subject(":.x:a"), Visibility::All));
}

#[test]
fn the_one_above_all_others_has_no_schemas() {
    let mut registry = Registry::default();
    assert_eq!(code(registry.register(":.__GLOBAL:a", "\"int\"")), 42208);
    assert!(registry.log.is_empty());
}
