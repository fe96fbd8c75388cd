//! Configurations and modes, and what counts where several apply.

use serde_json::{Value, json};

use super::harness::{Registry, code, scope};
use crate::core::config::Config;
use crate::core::decide::settings::{Insistence, Reach, delete_config, delete_mode, set_mode};
use crate::core::mode::Mode;
use crate::core::names::Scope;
use crate::core::read::settings::{Fallback, config, mode};
use crate::core::request;

fn effective(registry: &Registry, name: &str) -> String {
    Config::effective(&registry.state, &scope(name)).level().to_string()
}

fn level(level: &str) -> Value {
    json!({ "compatibility": level })
}

#[test]
fn the_narrowest_scope_that_says_something_counts() {
    let mut registry = Registry::default();
    assert_eq!(effective(&registry, "a"), "BACKWARD");
    registry.configure(&scope(":.__GLOBAL:"), &level("FORWARD")).unwrap();
    assert_eq!([effective(&registry, "a"), effective(&registry, ":.x:a")], ["FORWARD", "FORWARD"]);
    registry.configure(&Scope::Global, &level("full")).unwrap();
    assert_eq!([effective(&registry, "a"), effective(&registry, ":.x:a")], ["FULL", "FORWARD"]);
    registry.configure(&scope(":.x:"), &level("NONE")).unwrap();
    assert_eq!([effective(&registry, "a"), effective(&registry, ":.x:a")], ["FULL", "NONE"]);
    registry.configure(&scope("a"), &json!({ "normalize": true })).unwrap();
    assert_eq!(effective(&registry, "a"), "FULL", "a configuration without a level leaves it to wider ones");
    registry.configure(&scope("a"), &level("BACKWARD_TRANSITIVE")).unwrap();
    assert_eq!(effective(&registry.compacted(), "a"), "BACKWARD_TRANSITIVE");
}

#[test]
fn an_update_keeps_what_it_does_not_name_and_clears_null() {
    let mut registry = Registry::default();
    registry.configure(&scope("a"), &json!({ "compatibility": "NONE", "normalize": true, "alias": "b" })).unwrap();
    registry.configure(&scope("a"), &json!({ "normalize": null, "validateFields": true })).unwrap();
    let own = config(&registry.state, &scope("a"), Fallback::None).unwrap();
    let own = serde_json::to_value(own).unwrap();
    assert_eq!(own, json!({ "alias": "b", "validateFields": true, "compatibilityLevel": "NONE" }));
    assert_eq!(
        String::from_utf8_lossy(registry.log.last().unwrap().value.as_ref().unwrap()),
        r#"{"subject":"a","alias":"b","validateFields":true,"compatibilityLevel":"NONE"}"#
    );
}

#[test]
fn wrong_updates_change_nothing() {
    let mut registry = Registry::default();
    let cases = [
        (level("X"), 42203),
        (level("NONE_TRANSITIVE"), 42203),
        (json!({ "compatibilityPolicy": "MILD" }), 42203),
        (json!({ "compatiblity": "NONE" }), 422),
        (json!({ "normalize": "yes" }), 400),
        (json!({ "alias": "a\nb" }), 42208),
        (json!({ "defaultRuleSet": { "migrationRules": [{ "name": "a", "mode": "WRITE" }] } }), 42210),
        (json!(["x"]), 400),
    ];
    for (body, expected) in cases {
        assert_eq!(code(registry.configure(&scope("a"), &body)), expected, "{body}");
    }
    assert!(registry.log.is_empty());
}

#[test]
fn a_scope_without_settings_says_so() {
    let mut registry = Registry::default();
    assert_eq!(code(config(&registry.state, &scope("a"), Fallback::None)), 40408);
    assert_eq!(code(mode(&registry.state, &scope("a"), Fallback::None)), 40409);
    assert_eq!(config(&registry.state, &scope("a"), Fallback::Effective).unwrap().level().as_str(), "BACKWARD");
    assert_eq!(mode(&registry.state, &scope("a"), Fallback::Effective).unwrap().mode, Mode::ReadWrite);
    let global = config(&registry.state, &Scope::Global, Fallback::None).unwrap();
    assert_eq!(serde_json::to_value(global).unwrap(), json!({ "compatibilityLevel": "BACKWARD" }));
    assert_eq!(code(delete_config(&registry.state, &scope("a"))), 40408);
    assert_eq!(code(delete_mode(&registry.state, &scope("a"), Reach::Own)), 40409);
    let deleted = delete_config(&registry.state, &Scope::Global);
    assert_eq!(registry.commit(deleted).unwrap().level().as_str(), "BACKWARD");
}

#[test]
fn deleting_answers_what_was() {
    let mut registry = Registry::default();
    registry.configure(&scope("a"), &level("NONE")).unwrap();
    let deleted = delete_config(&registry.state, &scope("a"));
    assert_eq!(registry.commit(deleted).unwrap().level().as_str(), "NONE");
    registry.set_mode(&scope("a"), "READONLY").unwrap();
    let deleted = delete_mode(&registry.state, &scope("a"), Reach::Own);
    assert_eq!(registry.commit(deleted).unwrap().mode, Mode::ReadOnly);
    assert!(registry.compacted().state.mode(&scope("a")).is_none());
}

#[test]
fn a_read_only_scope_changes_in_its_mode_only() {
    let mut registry = Registry::default();
    registry.register("a", "\"int\"").unwrap();
    registry.set_mode(&Scope::Global, "READONLY").unwrap();
    assert_eq!(code(registry.register("a", "\"long\"")), 42205);
    assert_eq!(registry.numbers("a", "\"int\""), (1, 1), "what is registered already needs no write");
    assert_eq!(code(registry.delete("a", crate::core::decide::Deletion::Soft)), 42205);
    assert_eq!(code(registry.configure(&scope("a"), &level("NONE"))), 42205);
    registry.set_mode(&scope("a"), "READWRITE").unwrap();
    registry.register("a", "\"long\"").unwrap();
    registry.set_mode(&Scope::Global, "READONLY_OVERRIDE").unwrap();
    assert_eq!(code(registry.register("a", "\"double\"")), 42205, "it overrules narrower scopes");
}

#[test]
fn modes_have_names_and_places() {
    let mut registry = Registry::default();
    assert_eq!(code(registry.set_mode(&scope("a"), "WRITE")), 42204);
    assert_eq!(code(registry.set_mode(&scope("a"), "FORWARD")), 42204);
    assert_eq!(code(request::mode(br#"{"mode":"IMPORT","forced":true}"#)), 422, "it may mean something");
    assert_eq!(request::mode(br#"{"mode":"import","forced":null}"#).unwrap(), Mode::Import);
    registry.set_mode(&Scope::Global, "forward").unwrap();
    assert_eq!(Mode::effective(&registry.state, &scope("a")), Mode::Forward);
}

#[test]
fn a_mode_is_removed_from_all_subjects_of_a_context() {
    let mut registry = Registry::default();
    for name in ["a", ":.x:a", ":.x:b", ":.x:"] {
        registry.set_mode(&scope(name), "READONLY").unwrap();
    }
    let removed = delete_mode(&registry.state, &scope(":.x:"), Reach::Recursive);
    registry.commit(removed).unwrap();
    let left = ["a", ":.x:a", ":.x:b", ":.x:"].map(|name| registry.state.mode(&scope(name)).is_some());
    assert_eq!(left, [true, false, false, false]);
}

#[test]
fn an_alias_leads_requests_to_another_subject() {
    let mut registry = Registry::default();
    registry.register("real", "\"int\"").unwrap();
    registry.configure(&scope("nick"), &json!({ "alias": "real" })).unwrap();
    assert_eq!(registry.numbers("nick", "\"long\""), (2, 2));
    assert_eq!(registry.look_up("nick", "\"int\"").unwrap().subject.unwrap().as_str(), "real");
    assert_eq!(registry.state.aliases_of(&super::harness::subject("real")).count(), 1);
    registry.configure(&scope("nick"), &json!({ "alias": null })).unwrap();
    assert_eq!(code(registry.look_up("nick", "\"int\"")), 40401);
    assert_eq!(registry.state.aliases_of(&super::harness::subject("real")).count(), 0);
}

#[test]
fn import_needs_an_empty_scope_or_insistence() {
    let mut registry = Registry::default();
    registry.register("a", "\"int\"").unwrap();
    let refusal = registry.set_mode(&scope("a"), "IMPORT").unwrap_err();
    assert!(refusal.code() == 42205 && refusal.to_string().starts_with("Cannot import since found existing subjects"));
    registry.set_mode(&scope("b"), "IMPORT").unwrap();
    let forced = set_mode(&registry.state, &scope("a"), Mode::Import, Insistence::Force);
    registry.commit(forced).unwrap();
    assert_eq!(registry.versions("a", crate::core::state::Visibility::Live), [1]);
}
