//! Schemas that refer to others.

use serde_json::json;

use super::harness::{Registry, code, id, record, reference, registration, subject};
use crate::core::answer::Page;
use crate::core::content::{Content, Contract, Reference, SchemaType};
use crate::core::decide::Deletion;
use crate::core::decide::register::register;
use crate::core::names::{Scope, Version, VersionSelector};
use crate::core::read::subjects::referenced_by;
use crate::core::record::{Record, SchemaValue};
use crate::core::state::Visibility;

const STATUS: &str = r#"{"type":"enum","name":"Status","symbols":["NEW"]}"#;
const ORDER: &str = r#"{"type":"record","name":"Order","fields":[{"name":"s","type":"Status"}]}"#;

fn order(version: i64) -> serde_json::Value {
    json!({ "schema": ORDER, "references": [reference("Status", "status", version)] })
}

fn with_order() -> Registry {
    let mut registry = Registry::default();
    registry.register("status", STATUS).unwrap();
    registry.register("order", order(-1)).unwrap();
    registry
}

#[test]
fn the_latest_version_is_resolved_before_it_is_stored() {
    let mut registry = with_order();
    let answer = registry.look_up("order", order(1)).unwrap();
    assert_eq!(answer.references[0].version, 1);
    assert_eq!(registry.numbers("order", order(-1)), (1, 2));
    let found =
        referenced_by(&registry.state, &subject("status"), VersionSelector::Latest, Visibility::Live, Page::default());
    assert_eq!(found.unwrap(), [id(2)]);
}

#[test]
fn what_is_referred_to_stays() {
    let mut registry = with_order();
    for outcome in [
        registry.delete("status", Deletion::Soft).map(|_| ()),
        registry.delete_version("status", "1", Deletion::Soft).map(|_| ()),
    ] {
        let refusal = outcome.unwrap_err();
        assert_eq!(refusal.code(), 42206);
        assert!(refusal.to_string().contains("version 1 of subject 'order'"), "{refusal}");
    }
    registry.delete("order", Deletion::Soft).unwrap();
    registry.delete("status", Deletion::Soft).unwrap();
    assert_eq!(code(registry.delete("status", Deletion::Permanent)), 42206, "the deleted referrer can be read by id");
    registry.delete("order", Deletion::Permanent).unwrap();
    registry.delete("status", Deletion::Permanent).unwrap();
    assert_eq!(registry.state.size().schemas, 0);
}

#[test]
fn refuses_references_to_nothing_and_says_why() {
    let mut registry = with_order();
    registry.register("gone", STATUS).unwrap();
    registry.delete("gone", Deletion::Soft).unwrap();
    let cases = [
        ("missing", 1, "the subject does not exist"),
        ("status", 7, "its latest versions are 1"),
        ("gone", 1, "the subject was deleted"),
        ("gone", -1, "the subject was deleted"),
    ];
    let before = registry.log.len();
    for (to, version, why) in cases {
        let body = json!({ "schema": ORDER, "references": [reference("Status", to, version)] });
        let refusal = registry.register("x", body).unwrap_err();
        let text = refusal.to_string();
        assert_eq!(refusal.code(), 42201);
        let confluent = format!("No schema reference found for subject \"{to}\" and version {version}");
        assert!(text.contains(&confluent) && text.contains(why), "{text}");
    }
    assert_eq!(code(registry.register("x", ORDER)), 42201, "an unknown type without a reference");
    assert_eq!(registry.log.len(), before);
}

#[test]
fn a_reference_that_was_deleted_in_the_meantime_is_refused() {
    let mut registry = with_order();
    registry.register("other", r#"{"type":"enum","name":"Other","symbols":["A"]}"#).unwrap();
    let body =
        json!({ "schema": r#"{"type":"array","items":"Other"}"#, "references": [reference("Other", "other", 1)] });
    let registration = registration("x", body).unwrap();
    assert!(register(&registry.state, &registry.engine, &registration).is_ok());
    registry.delete("other", Deletion::Soft).unwrap();
    assert_eq!(code(register(&registry.state, &registry.engine, &registration)), 42201);
}

#[test]
fn a_cycle_of_references_in_a_foreign_log_ends() {
    let mut registry = Registry::default();
    for (name, other, number) in [("a", "b", 1), ("b", "a", 2)] {
        let body = json!({ "schema": record(name), "references": [reference(other, other, 1)] });
        let request = registration(name, body).unwrap().request;
        let content = Content::new(request.schema_type, &request.text.unwrap(), request.references, request.contract);
        let value = SchemaValue { id: id(number), content: content.into(), deleted: false };
        registry.append(&Record::Schema { subject: subject(name), version: Version::FIRST, value: Some(value) });
    }
    let body = json!({ "schema": r#"{"type":"array","items":"a"}"#, "references": [reference("a", "a", 1)] });
    assert_eq!(registry.numbers("c", body), (1, 3));
    let scope = Scope::Subject(subject("a"));
    assert!(registry.state.config(&scope).is_none());
    assert_eq!(code(registry.delete("a", Deletion::Soft)), 42206);
}

#[test]
fn versions_of_one_subject_that_refer_to_each_other_go_together() {
    let mut registry = Registry::default();
    registry.register("s", STATUS).unwrap();
    registry.configure(&super::harness::scope("s"), &json!({ "compatibility": "NONE" })).unwrap();
    registry.register("s", json!({ "schema": ORDER, "references": [reference("Status", "s", 1)] })).unwrap();
    assert_eq!(code(registry.delete_version("s", "1", Deletion::Soft)), 42206);
    registry.delete("s", Deletion::Soft).unwrap();
    registry.delete("s", Deletion::Permanent).unwrap();
    let removed: Vec<_> = registry.log.iter().filter(|one| one.value.is_none()).map(|one| &one.key).collect();
    assert!(String::from_utf8_lossy(removed[0]).contains("\"version\":2"), "the one that refers goes first");
}

#[test]
fn what_could_not_be_understood_once_may_be_later() {
    let mut registry = Registry::default();
    let append = |registry: &mut Registry, name: &str, number: i64, text: &str, refers_to: &str| {
        let to = (!refers_to.is_empty()).then(|| Reference {
            name: refers_to.into(),
            subject: refers_to.into(),
            version: 1,
        });
        let content = Content::new(SchemaType::named(None), text, to.into_iter().collect(), Contract::default());
        let value = SchemaValue { id: id(number), content: content.into(), deleted: false };
        registry.append(&Record::Schema { subject: subject(name), version: Version::FIRST, value: Some(value) });
    };
    // As another registry may write it, and not as ours does.
    append(&mut registry, "a", 1, r#"{ "type": "array", "items": "b" }"#, "b");
    append(&mut registry, "b", 2, r#"{"type":"record","name":"other","fields":[]}"#, "");
    let array = |items: &str| json!({ "schema": format!(r#"{{"type":"array","items":"{items}"}}"#), "references": [reference("b", "b", 1)] });
    assert!(registry.look_up("a", array("other")).is_err(), "what `a` means cannot be told");
    append(&mut registry, "b", 2, r#"{"type":"record","name":"b","fields":[]}"#, "");
    assert_eq!(registry.look_up("a", array("b")).unwrap().id, Some(id(1)));
}
