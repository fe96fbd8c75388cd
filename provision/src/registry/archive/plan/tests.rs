//! Claims about what is missing and what contradicts.

use serde_json::json;

use super::*;
use crate::registry::SchemaReference;
use crate::registry::archive::ArchivedSubject;

fn version(subject: &str, version: u32, id: u32, refers_to: &[(&str, i32)]) -> SchemaVersion {
    let references = refers_to.iter().map(|(subject, version)| SchemaReference {
        name: (*subject).to_owned(),
        subject: (*subject).to_owned(),
        version: *version,
    });
    let schema = format!("schema {id}");
    SchemaVersion {
        subject: subject.to_owned(),
        version,
        id,
        schema,
        references: references.collect(),
        ..SchemaVersion::default()
    }
}

fn archive(versions: &[SchemaVersion]) -> Archive {
    let mut archive = Archive::default();
    for version in versions {
        let subject = archive.subjects.entry(version.subject.clone()).or_default();
        subject.versions.insert(version.version, version.clone());
    }
    archive
}

fn names(plan: &ImportPlan) -> Vec<Vec<String>> {
    let name = |version: &SchemaVersion| format!("{} {}", version.subject, version.version);
    plan.steps.iter().map(|step| step.iter().map(name).collect()).collect()
}

#[test]
fn what_is_referred_to_comes_first() {
    let source = archive(&[
        version("a", 1, 3, &[("b", 2)]),
        version("b", 1, 1, &[]),
        version("b", 2, 2, &[]),
        version("c", 1, 4, &[("a", 1), ("b", 1)]),
    ]);
    assert_eq!(names(&source.missing_in(&Archive::default())), [vec!["b 1"], vec!["b 2"], vec!["a 1"], vec!["c 1"]]);
}

#[test]
fn what_is_there_is_left_alone() {
    let source = archive(&[version("a", 1, 1, &[]), version("a", 2, 2, &[])]);
    let plan = source.missing_in(&archive(&[version("a", 1, 1, &[])]));
    assert_eq!((names(&plan), plan.present, plan.conflicts.len()), (vec![vec!["a 2".to_owned()]], 1, 0));
}

#[test]
fn what_contradicts_is_said_before_anything_is_written() {
    let source = archive(&[version("a", 1, 1, &[]), version("b", 1, 2, &[]), version(":.c:a", 1, 9, &[])]);
    let target = archive(&[
        version("a", 1, 7, &[]),
        SchemaVersion { schema: "other".to_owned(), ..version("z", 1, 2, &[]) },
        SchemaVersion { schema: "other".to_owned(), ..version("z", 2, 9, &[]) },
    ]);
    assert_eq!(
        source.missing_in(&target).conflicts,
        [
            "version 1 of subject `a` is there with id 7 instead of 1",
            "id 2 of version 1 of subject `b` is taken by another schema, of subject `z`",
        ]
    );
}

#[test]
fn what_refers_to_nothing_is_said_before_anything_is_written() {
    let source = archive(&[version("a", 1, 1, &[("b", 1)]), version(":.c:a", 1, 1, &[("b", 1)])]);
    let conflicts = source.missing_in(&archive(&[version("b", 1, 9, &[])])).conflicts;
    assert_eq!(
        conflicts,
        ["version 1 of subject `:.c:a` refers to version 1 of subject `b`, which is neither in the export nor in the \
          registry"]
    );
}

#[test]
fn a_reference_without_a_context_is_to_the_same_context() {
    let source = archive(&[version(":.c:a", 1, 2, &[("b", 1)]), version(":.c:b", 1, 1, &[])]);
    let plan = source.missing_in(&Archive::default());
    assert_eq!((names(&plan), plan.conflicts), (vec![vec![":.c:b 1".to_owned()], vec![":.c:a 1".to_owned()]], vec![]));
}

#[test]
fn deletions_that_are_left_are_made_up_for() {
    let deleted = |version: SchemaVersion| SchemaVersion { deleted: true, ..version };
    let source =
        archive(&[deleted(version("a", 1, 1, &[])), deleted(version("b", 1, 2, &[("a", 1)])), version("c", 1, 3, &[])]);
    let target = archive(&[version("a", 1, 1, &[]), deleted(version("c", 1, 3, &[]))]);
    let plan = source.missing_in(&target);
    assert_eq!(plan.deletions, [("b".to_owned(), 1), ("a".to_owned(), 1)]);
    assert_eq!(plan.conflicts, ["version 1 of subject `c` is there and softly deleted, which cannot be undone"]);
}

#[test]
fn a_circle_does_not_hang() {
    let source = archive(&[version("a", 1, 1, &[("b", 1)]), version("b", 1, 2, &[("a", 1)])]);
    assert_eq!(source.missing_in(&Archive::default()).steps.iter().map(Vec::len).sum::<usize>(), 2);
}

#[test]
fn a_schema_that_has_another_id_is_said_before_anything_is_written() {
    let text = |version: SchemaVersion| SchemaVersion { schema: "\"int\"".to_owned(), ..version };
    let source = archive(&[text(version("a", 1, 7, &[])), text(version(":.c:a", 1, 7, &[]))]);
    // In other words, too.
    let written = SchemaVersion { schema: r#"{ "type": "int" }"#.to_owned(), ..version("z", 1, 5, &[]) };
    assert_eq!(
        source.missing_in(&archive(&[written])).conflicts,
        [
            "version 1 of subject `a` has id 7, but the same schema has id 5 as version 1 of subject `z`: a schema has one \
              id in a context"
        ]
    );
    let twice = archive(&[text(version("a", 1, 7, &[])), text(version("b", 1, 8, &[]))]);
    let conflicts = twice.missing_in(&Archive::default()).conflicts;
    assert!(
        conflicts[0].starts_with("version 1 of subject `b` has id 8, but the same schema has id 7"),
        "{conflicts:?}"
    );
    let one_id =
        archive(&[version("a", 1, 7, &[]), SchemaVersion { schema: "x".to_owned(), ..version("b", 1, 7, &[]) }]);
    assert_eq!(
        one_id.missing_in(&Archive::default()).conflicts,
        ["id 7 of version 1 of subject `b` is taken by another schema, of subject `a`"]
    );
}

#[test]
fn metadata_and_rules_are_part_of_what_is_compared() {
    let owned = |owner: &str, version: SchemaVersion| {
        let metadata = Some(json!({ "properties": { "owner": owner } }));
        SchemaVersion { metadata, ..version }
    };
    let source = archive(&[owned("ann", version("a", 1, 1, &[])), version("b", 1, 2, &[]), version("c", 1, 3, &[])]);
    let empty = SchemaVersion { rule_set: Some(json!({ "domainRules": [] })), ..version("c", 1, 3, &[]) };
    let target = archive(&[owned("bob", version("a", 1, 1, &[])), owned("bob", version("z", 1, 2, &[])), empty]);
    let plan = source.missing_in(&target);
    assert_eq!(
        plan.conflicts,
        [
            "version 1 of subject `a` is there with other metadata or rules",
            "id 2 of version 1 of subject `b` is taken by the same schema with other metadata or rules, of subject `z`",
        ]
    );
    assert_eq!(plan.present, 1, "empty rules are none");
}

#[test]
fn the_same_schema_in_other_words_is_there_already() {
    let worded = |text: &str, version: SchemaVersion| SchemaVersion { schema: text.to_owned(), ..version };
    let inner = r#"{"type":"record","name":"b","fields":[]}"#;
    let spread = r#"{ "name": "b", "type": "record", "fields": [] }"#;
    let one = |text: &str, list: &str| {
        archive(&[worded(list, version("a", 1, 2, &[("b", 1)])), worded(text, version("b", 1, 1, &[]))])
    };
    let source = one(spread, r#"{ "items": "b", "type": "array" }"#);
    let plan = source.missing_in(&one(inner, r#"{"type":"array","items":"b"}"#));
    assert_eq!((plan.conflicts, plan.present), (vec![], 2));
}

#[test]
fn what_an_alias_would_take_is_said_before_anything_is_written() {
    let mut target = Archive::default();
    target.subjects.insert("a".to_owned(), with_settings(&json!({ "alias": "b" }), None));
    let conflicts = archive(&[version("a", 1, 1, &[])]).missing_in(&target).conflicts;
    assert_eq!(conflicts, ["subject `a` is an alias of `b` in the registry, which would get its versions"]);
}

#[test]
fn settings_that_are_there_are_not_written_again() {
    let mut source = Archive::default();
    source.subjects.insert("a".to_owned(), with_settings(&json!({ "alias": "b" }), Some("READONLY_OVERRIDE")));
    source.subjects.insert("c".to_owned(), with_settings(&json!({ "compatibility": "FULL" }), None));
    let mut target = Archive::default();
    target.subjects.insert("a".to_owned(), with_settings(&json!({ "alias": "b" }), Some("READONLY")));
    target.subjects.insert("c".to_owned(), with_settings(&json!({ "compatibility": "FULL" }), Some("READONLY")));
    let plan = source.missing_in(&target);
    let mode = Settings { mode: Some("READONLY_OVERRIDE".to_owned()), ..Settings::default() };
    assert_eq!(plan.settings, BTreeMap::from([("a".to_owned(), mode)]));
}

fn with_settings(config: &Value, mode: Option<&str>) -> ArchivedSubject {
    let config = config.as_object().cloned().unwrap_or_default();
    ArchivedSubject { settings: Settings { config, mode: mode.map(str::to_owned) }, ..ArchivedSubject::default() }
}
