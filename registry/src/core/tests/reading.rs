//! What is read, by name, number, id and property.

use serde_json::json;

use super::harness::{Registry, code, context, fields, id, subject};
use crate::core::answer::{Page, SchemaAnswer};
use crate::core::decide::Deletion;
use crate::core::engine::Presentation;
use crate::core::names::{SubjectPrefix, VersionSelector};
use crate::core::read::ids::{IdQuery, by_guid, by_id, subjects_of, versions_of};
use crate::core::read::subjects::{Listing, Marking, find, schemas, subjects, version, versions, with_metadata};
use crate::core::refusal::Refusal;
use crate::core::state::Visibility;

fn sample() -> Registry {
    let mut registry = Registry::default();
    registry.register("a", fields(&["x"])).unwrap();
    registry.register("a", fields(&["x", "y"])).unwrap();
    registry.register("b", fields(&["x"])).unwrap();
    registry.register("c", fields(&["z"])).unwrap();
    registry.delete_version("a", "2", Deletion::Soft).unwrap();
    registry.delete("c", Deletion::Soft).unwrap();
    registry
}

#[test]
fn versions_are_found_by_number_and_the_latest() {
    let registry = sample();
    let found = |name: &str, selector: &str, visibility| {
        let selector: VersionSelector = selector.parse()?;
        find(&registry.state, &subject(name), selector, visibility).map(|(_, entry)| entry.version.get())
    };
    let (live, all) = (Visibility::Live, Visibility::All);
    assert_eq!(found("a", "1", live).unwrap(), 1);
    assert_eq!(found("a", "LATEST", live).unwrap(), 1);
    assert_eq!(found("a", "-1", all).unwrap(), 2);
    assert_eq!(code(found("a", "2", live)), 40402);
    assert_eq!(found("a", "2", all).unwrap(), 2);
    assert_eq!(code(found("a", "3", all)), 40402);
    assert_eq!(code(found("c", "1", live)), 40401);
    assert_eq!(code(found("d", "latest", all)), 40401);
    assert_eq!(code(found("a", "0", all)), 42202);
    assert_eq!(code(found("a", "2147483648", all)), 42202);
}

#[test]
fn lists_show_what_is_asked_for() {
    let registry = sample();
    let list = |visibility| {
        let found = subjects(&registry.state, &SubjectPrefix::all(), visibility, Page::default());
        found.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(list(Visibility::Live), ["a", "b"]);
    assert_eq!(list(Visibility::Deleted), ["c"]);
    assert_eq!(list(Visibility::All), ["a", "b", "c"]);
    let numbers =
        |visibility, marking| versions(&registry.state, &subject("a"), visibility, marking, Page::default()).unwrap();
    assert_eq!(numbers(Visibility::Live, Marking::Unmarked), [1]);
    assert_eq!(numbers(Visibility::Deleted, Marking::Unmarked), [2]);
    assert_eq!(numbers(Visibility::All, Marking::Negative), [1, -2]);
    let missing = versions(&registry.state, &subject("c"), Visibility::Live, Marking::Unmarked, Page::default());
    assert_eq!(code(missing), 40401);
}

#[test]
fn pages_are_cut_as_confluent_does() {
    let items = 0..10;
    let page = |offset, limit, highest| Page::new(offset, limit, highest).of(items.clone());
    assert_eq!(page(None, None, None).len(), 10);
    assert_eq!(page(Some(2), Some(3), None), [2, 3, 4]);
    assert_eq!(page(Some(-1), Some(-1), Some(4)), [0, 1, 2, 3]);
    assert_eq!(page(None, Some(5), Some(4)).len(), 4, "a limit above the highest is ignored");
    assert_eq!(page(None, Some(0), None).len(), 0);
    assert_eq!(page(Some(20), None, None).len(), 0);
}

#[test]
fn a_schema_is_found_by_id_and_guid_wherever_it_is() {
    let registry = sample();
    let query =
        |number, name: Option<&str>| IdQuery { id: id(number), context: context("."), subject: name.map(subject) };
    let get = |query: &IdQuery| by_id(&registry.state, &registry.engine, query, &Presentation::default());
    let plain = serde_json::to_value(get(&query(1, None)).unwrap()).unwrap();
    assert!(plain.get("subject").is_none() && plain.get("version").is_none() && plain.get("id").is_none());
    assert_eq!(plain["ts"], 1000);
    let under = serde_json::to_value(get(&query(1, Some("b"))).unwrap()).unwrap();
    assert_eq!((&under["subject"], &under["version"]), (&json!("b"), &json!(1)));
    assert!(get(&query(2, None)).unwrap().deleted, "a deleted schema is still read by id");
    assert_eq!(code(get(&query(9, None))), 40403);
    let guid = get(&query(1, None)).unwrap().guid.unwrap();
    let by_guid = |guid: &str| by_guid(&registry.state, &registry.engine, guid, &Presentation::default());
    assert_eq!(by_guid(&guid).unwrap().schema, get(&query(1, None)).unwrap().schema);
    assert_eq!(code(by_guid("x")), 40403);
    let uses = versions_of(&registry.state, &query(1, None), Visibility::Live, Page::default()).unwrap();
    let uses: Vec<_> = uses.iter().map(|one| format!("{} {}", one.subject, one.version)).collect();
    assert_eq!(uses, ["a 1", "b 1"]);
    let names = subjects_of(&registry.state, &query(2, None), Visibility::Live, Page::default()).unwrap();
    assert!(names.is_empty());
    assert_eq!(code(subjects_of(&registry.state, &query(9, None), Visibility::Live, Page::default())), 40403);
}

#[test]
fn the_listing_of_schemas_has_its_filters() {
    let mut registry = sample();
    let rules = json!({ "domainRules": [{ "name": "r", "type": "CEL" }] });
    registry.register("d", json!({ "schema": "\"int\"", "ruleSet": rules })).unwrap();
    let listing = Listing {
        prefix: SubjectPrefix::all(),
        visibility: Visibility::Live,
        latest_only: false,
        aliases: false,
        rule_type: None,
        page: Page::default(),
    };
    let list = |listing: &Listing| {
        let found = schemas(&registry.state, listing);
        let name = |one: crate::core::answer::SchemaAnswer| format!("{}{}", one.subject.unwrap(), one.version.unwrap());
        found.into_iter().map(name).collect::<Vec<_>>()
    };
    assert_eq!(list(&listing), ["a1", "b1", "d1"]);
    let all = Listing { visibility: Visibility::All, ..listing.clone() };
    assert_eq!(list(&all), ["a1", "a2", "b1", "c1", "d1"]);
    assert_eq!(list(&Listing { latest_only: true, ..all.clone() }), ["a2", "b1", "c1", "d1"]);
    assert_eq!(list(&Listing { visibility: Visibility::Deleted, ..listing.clone() }), ["a2", "c1"]);
    assert_eq!(list(&Listing { rule_type: Some("CEL".into()), ..listing.clone() }), ["d1"]);
    assert_eq!(list(&Listing { prefix: SubjectPrefix::parse("b"), ..listing.clone() }), ["b1"]);
    assert_eq!(list(&Listing { page: Page { offset: 1, limit: Some(1) }, ..listing }), ["b1"]);
}

fn latest(registry: &Registry, name: &str, properties: &[(String, String)]) -> Result<SchemaAnswer, Refusal> {
    let presentation = Presentation::new(Some("resolved"), false);
    let Registry { state, engine, .. } = registry;
    with_metadata(state, engine, (&subject(name), properties), Visibility::Live, &presentation)
}

#[test]
fn the_latest_version_with_properties_is_found() {
    let mut registry = Registry::default();
    for (schema, owner) in [("\"int\"", "me"), ("\"long\"", "me"), ("\"double\"", "you")] {
        registry.register("a", json!({ "schema": schema, "metadata": { "properties": { "owner": owner } } })).unwrap();
    }
    let find = |pairs: &[(&str, &str)]| {
        let pairs: Vec<_> = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        latest(&registry, "a", &pairs).map(|one| one.version.unwrap().get())
    };
    assert_eq!(find(&[("owner", "me")]).unwrap(), 2);
    assert_eq!(find(&[]).unwrap(), 3);
    assert_eq!(code(find(&[("owner", "me"), ("team", "x")])), 40403);
    assert_eq!(code(latest(&registry, "b", &[])), 40401);
}

#[test]
fn references_are_shown_with_their_contexts_on_request() {
    let mut registry = Registry::default();
    registry.register(":.x:s", r#"{"type":"enum","name":"S","symbols":["N"]}"#).unwrap();
    let body = json!({
        "schema": r#"{"type":"array","items":"S"}"#, "references": [super::harness::reference("S", "s", 1)]
    });
    registry.register(":.x:a", body).unwrap();
    let show = |qualified_references| {
        let presentation = Presentation::new(Some("unknown"), qualified_references);
        let at = (&subject(":.x:a"), VersionSelector::Latest);
        let answer = version(&registry.state, &registry.engine, at, Visibility::Live, &presentation).unwrap();
        answer.references[0].subject.clone()
    };
    assert_eq!((&*show(false), &*show(true)), ("s", ":.x:s"));
}
