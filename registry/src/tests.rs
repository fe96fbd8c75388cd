//! Claims about the registry that need no Kafka: requests are decided on a state, and their records applied to it.

use crate::content::Content;
use crate::decide::{self, Decision, Deletion};
use crate::names::{SchemaId, Scope, Subject, Version, VersionSelector};
use crate::record::{Record, SchemaValue};
use crate::refusal::Refusal;
use crate::request::SchemaRequest;
use crate::state::{Entry, Oddity, State, Visibility};
use crate::submission::{Resolved, Submission};

/// A state and the log that made it.
#[derive(Default)]
struct Log {
    state: State,
    messages: Vec<(Vec<u8>, Option<Vec<u8>>)>,
}

impl Log {
    fn append(&mut self, record: &Record) -> Option<Oddity> {
        let encoded = record.encode().unwrap();
        let read = Record::parse(Some(&encoded.key), encoded.value.as_deref()).unwrap();
        let oddity = self.state.apply(&encoded.key, read);
        self.messages.push((encoded.key, encoded.value));
        oddity
    }

    fn commit<T>(&mut self, decision: Result<Decision<T>, Refusal>) -> Result<T, Refusal> {
        let Decision { answer, records } = decision?;
        assert!(records.iter().all(|record| self.append(record).is_none()));
        Ok(answer)
    }

    fn register(&mut self, name: &str, schema: &str) -> Result<Entry, Refusal> {
        let submission = submit(&self.state, &request(schema))?;
        self.commit(decide::register(&self.state, &subject(name), &submission))
    }

    fn delete(&mut self, name: &str, deletion: Deletion) -> Result<Vec<Version>, Refusal> {
        self.commit(decide::delete_subject(&self.state, &subject(name), deletion))
    }

    fn delete_version(&mut self, name: &str, number: i64, deletion: Deletion) -> Result<Version, Refusal> {
        let selector = VersionSelector::Exactly(version(number));
        self.commit(decide::delete_version(&self.state, &subject(name), selector, deletion))
    }

    fn versions(&self, name: &str, visibility: Visibility) -> Vec<Version> {
        self.state.versions(&subject(name), visibility).map(|entry| entry.version).collect()
    }

    /// What another registry knows that reads the same messages.
    fn replayed(&self) -> Self {
        let mut state = State::default();
        for (key, value) in &self.messages {
            state.apply(key, Record::parse(Some(key), value.as_deref()).unwrap());
        }
        Self { state, messages: self.messages.clone() }
    }
}

fn subject(name: &str) -> Subject {
    name.parse().unwrap()
}

fn version(number: i64) -> Version {
    Version::try_from(number).unwrap()
}

fn id(number: i64) -> SchemaId {
    SchemaId::try_from(number).unwrap()
}

fn request(schema: &str) -> SchemaRequest {
    SchemaRequest { text: schema.to_owned(), references: Vec::new(), version: None }
}

fn record(name: &str) -> String {
    format!(r#"{{"type":"record","name":"{name}","fields":[{{"name":"a","type":"int"}}]}}"#)
}

fn referring(schema: &str, name: &str, to: &str) -> SchemaRequest {
    let reference = serde_json::json!({ "name": name, "subject": to, "version": -1 });
    let body = serde_json::json!({ "schema": schema, "references": [reference] });
    SchemaRequest::parse(body.to_string().as_bytes()).unwrap()
}

fn submit(state: &State, request: &SchemaRequest) -> Result<Submission, Refusal> {
    Submission::check(request, Resolved::find(state, request)?)
}

fn code<T: std::fmt::Debug>(outcome: Result<T, Refusal>) -> u32 {
    outcome.unwrap_err().code()
}

#[test]
fn gives_ids_in_order_and_one_to_the_same_schema_everywhere() {
    let mut log = Log::default();
    assert_eq!(log.register("a", &record("A")).unwrap().id, id(1));
    assert_eq!(log.register("a", &record("B")).unwrap().id, id(2));
    let elsewhere = log.register("b", &record("A")).unwrap();
    assert_eq!((elsewhere.id, elsewhere.version), (id(1), version(1)));
    assert_eq!(log.versions("a", Visibility::Live), [version(1), version(2)]);
}

#[test]
fn registers_the_same_schema_once_however_it_is_written() {
    let mut log = Log::default();
    log.register("a", &record("A")).unwrap();
    let respelled = r#"{ "name": "A", "fields": [ {"type": {"type": "int"}, "name": "a"} ], "type": "record" }"#;
    assert_eq!(log.register("a", respelled).unwrap().version, version(1));
    assert_eq!(log.messages.len(), 1);
}

#[test]
fn a_restarted_registry_answers_alike() {
    let mut log = Log::default();
    log.register("a", &record("A")).unwrap();
    log.register("a", &record("B")).unwrap();
    log.delete_version("a", 2, Deletion::Soft).unwrap();
    let mut restarted = log.replayed();
    assert_eq!(restarted.register("a", &record("A")).unwrap().id, id(1));
    let next = restarted.register("a", &record("C")).unwrap();
    assert_eq!((next.id, next.version), (id(3), version(3)));
}

#[test]
fn a_soft_deleted_version_is_hidden_but_keeps_its_id() {
    let mut log = Log::default();
    log.register("a", &record("A")).unwrap();
    assert_eq!(log.delete("a", Deletion::Soft).unwrap(), [version(1)]);
    assert_eq!(log.state.subjects(Visibility::Live).count(), 0);
    assert_eq!(log.state.subjects(Visibility::Deleted).count(), 1);
    assert!(log.state.schema(id(1)).is_some());
    let again = log.register("a", &record("A")).unwrap();
    assert_eq!((again.id, again.version), (id(1), version(2)));
}

#[test]
fn deletes_for_good_only_what_was_soft_deleted() {
    let mut log = Log::default();
    log.register("a", &record("A")).unwrap();
    assert_eq!(code(log.delete("a", Deletion::Permanent)), 40405);
    assert_eq!(code(log.delete_version("a", 1, Deletion::Permanent)), 40407);
    log.delete_version("a", 1, Deletion::Soft).unwrap();
    assert_eq!(code(log.delete_version("a", 1, Deletion::Soft)), 40406);
    assert_eq!(code(log.delete("a", Deletion::Soft)), 40404);
    assert_eq!(log.delete("a", Deletion::Permanent).unwrap(), [version(1)]);
    assert_eq!(code(log.delete("a", Deletion::Permanent)), 40401);
    assert!(log.state.schema(id(1)).is_none());
    assert_eq!(log.register("a", &record("A")).unwrap().id, id(2), "the id of a deleted schema is not given again");
}

#[test]
fn keeps_what_others_refer_to() {
    let mut log = Log::default();
    log.register("status", r#"{"type":"enum","name":"Status","symbols":["NEW"]}"#).unwrap();
    let order = r#"{"type":"record","name":"Order","fields":[{"name":"s","type":"Status"}]}"#;
    assert_eq!(code(log.register("order", order)), 42201);
    let submission = submit(&log.state, &referring(order, "Status", "status")).unwrap();
    let entry = log.commit(decide::register(&log.state, &subject("order"), &submission)).unwrap();
    assert!(entry.content.refers_to(&subject("status"), version(1)), "-1 is resolved before it is stored");
    assert_eq!(log.state.referrers(&subject("status"), version(1)).collect::<Vec<_>>(), [id(2)]);
    assert_eq!(code(log.delete("status", Deletion::Soft)), 42206);
    let found = decide::look_up(&log.state, &subject("order"), &submission, Visibility::Live).unwrap();
    assert_eq!(found.id, id(2));
    log.delete("order", Deletion::Soft).unwrap();
    assert_eq!(code(log.delete("status", Deletion::Soft)), 42206);
}

#[test]
fn refuses_a_reference_to_nothing() {
    let log = Log::default();
    let request = referring(&record("A"), "X", "missing");
    assert_eq!(code(submit(&log.state, &request)), 42201);
}

#[test]
fn refuses_a_reference_that_was_deleted_after_the_check() {
    let mut log = Log::default();
    log.register("b", &record("B")).unwrap();
    let submission = submit(&log.state, &referring(r#"{"type":"array","items":"B"}"#, "B", "b")).unwrap();
    log.delete("b", Deletion::Soft).unwrap();
    assert_eq!(code(decide::register(&log.state, &subject("a"), &submission)), 42201);
}

#[test]
fn a_cycle_of_references_in_a_foreign_log_ends() {
    let mut log = Log::default();
    for (name, other, number) in [("a", "b", 1), ("b", "a", 2)] {
        let references = serde_json::json!([{ "name": other, "subject": other, "version": 1 }]);
        let references = serde_json::from_value(references).unwrap();
        let value = SchemaValue { id: id(number), content: Content::avro(&record(name), references), deleted: false };
        log.append(&Record::Schema { subject: subject(name), version: version(1), value: Some(value) });
    }
    let request = referring(r#"{"type":"array","items":"a"}"#, "a", "a");
    assert!(submit(&log.state, &request).is_ok());
}

#[test]
fn looks_up_without_registering() {
    let mut log = Log::default();
    log.register("a", &record("A")).unwrap();
    let look_up = |name: &str, schema: &str| {
        let submission = submit(&log.state, &request(schema))?;
        decide::look_up(&log.state, &subject(name), &submission, Visibility::Live).map(|entry| entry.id)
    };
    assert_eq!(look_up("a", &record("A")).unwrap(), id(1));
    assert_eq!(code(look_up("a", &record("B"))), 40403);
    assert_eq!(code(look_up("b", &record("A"))), 40401);
}

#[test]
fn finds_versions_by_number_and_the_latest() {
    let mut log = Log::default();
    log.register("a", &record("A")).unwrap();
    log.register("a", &record("B")).unwrap();
    let find = |text: &str| {
        let selector: VersionSelector = text.parse()?;
        decide::version(&log.state, &subject("a"), selector, Visibility::Live).map(|entry| entry.version)
    };
    assert_eq!(find("1").unwrap(), version(1));
    assert_eq!(find("LATEST").unwrap(), version(2));
    assert_eq!(find("-1").unwrap(), version(2));
    assert_eq!(code(find("3")), 40402);
    assert_eq!(code(find("0")), 42202);
    assert_eq!(code(find("2147483648")), 42202);
}

#[test]
fn refuses_a_version_that_is_not_the_next() {
    let log = Log::default();
    let expecting = |number| {
        let request = SchemaRequest { version: Some(version(number)), ..request(&record("A")) };
        decide::register(&log.state, &subject("a"), &submit(&log.state, &request)?)
    };
    assert_eq!(code(expecting(3)), 42201);
    assert!(expecting(1).is_ok());
}

#[test]
fn levels_are_kept_for_a_subject_and_for_all() {
    let mut log = Log::default();
    let scope = Scope::Subject(subject("a"));
    assert_eq!(decide::effective_level(&log.state, &scope), "BACKWARD");
    log.commit(decide::set_level(&log.state, Scope::Global, "FULL")).unwrap();
    assert_eq!(decide::effective_level(&log.state, &scope), "FULL");
    assert_eq!(decide::configured_level(&log.state, &scope), None);
    log.commit(decide::set_level(&log.state, scope.clone(), "NONE")).unwrap();
    let restarted = log.replayed();
    assert_eq!(decide::configured_level(&restarted.state, &scope), Some("NONE"));
    assert_eq!(log.commit(decide::delete_config(&log.state, scope.clone())).unwrap(), "NONE");
    assert_eq!(code(decide::delete_config(&log.state, scope)), 40408);
    assert_eq!(log.commit(decide::delete_config(&log.state, Scope::Global)).unwrap(), "FULL");
}

#[test]
fn respects_the_modes_of_other_registries() {
    let mut log = Log::default();
    log.append(&Record::Mode { scope: Scope::Subject(subject("a")), mode: Some("READONLY".to_owned()) });
    assert_eq!(code(log.register("a", &record("A"))), 42205);
    assert!(log.register("b", &record("A")).is_ok());
}

#[test]
fn says_that_it_does_not_compare_yet() {
    let mut log = Log::default();
    let entry = log.register("a", &record("A")).unwrap();
    let verdict = |log: &Log, schema: &str| {
        let submission = submit(&log.state, &request(schema))?;
        decide::compatible_at_sight(&log.state, &subject("a"), &submission, std::slice::from_ref(&entry))
    };
    assert!(verdict(&log, &record("A")).unwrap());
    assert_eq!(code(verdict(&log, &record("B"))), 501);
    log.commit(decide::set_level(&log.state, Scope::Subject(subject("a")), "NONE")).unwrap();
    assert!(verdict(&log, &record("B")).unwrap());
}

#[test]
fn adopts_a_log_that_another_registry_wrote() {
    let mut state = State::default();
    let key = br#"{"subject":"a","version":1,"magic":1,"keytype":"SCHEMA"}"#;
    let text = r#"{\"fields\":[{\"name\":\"a\",\"type\":\"int\"}],\"name\":\"A\",\"type\":\"record\"}"#;
    let value = format!(r#"{{"subject":"a","version":1,"id":7,"schema":"{text}","deleted":false,"new":[1]}}"#);
    state.apply(key, Record::parse(Some(key), Some(value.as_bytes())).unwrap());
    let submission = submit(&state, &request(&record("A"))).unwrap();
    let found = decide::look_up(&state, &subject("a"), &submission, Visibility::Live).unwrap();
    assert_eq!(found.id, id(7));
    assert!(found.content.text.starts_with(r#"{"fields""#), "what is in the log is not rewritten");
    assert_eq!(state.next_id(), Some(id(8)));
    let removal = Record::Schema { subject: subject("a"), version: version(1), value: None };
    assert_eq!(state.foreign_keys(&removal.encode().unwrap()), [key.to_vec()], "its key must be removed as it is");
}

#[test]
fn a_second_schema_for_an_id_is_not_applied() {
    let mut log = Log::default();
    log.register("a", &record("A")).unwrap();
    let value = SchemaValue { id: id(1), content: Content::avro(&record("B"), Vec::new()), deleted: false };
    let usurper = Record::Schema { subject: subject("b"), version: version(1), value: Some(value) };
    assert_eq!(log.append(&usurper), Some(Oddity::IdTaken(id(1))));
    assert_eq!(&*log.state.schema(id(1)).unwrap().text, record("A"));
}

#[test]
fn refuses_subjects_that_it_cannot_keep_apart() {
    for name in ["", "a\nb", "__GLOBAL", ":.other:a"] {
        assert_eq!(code(name.parse::<Subject>()), 42208, "{name:?}");
    }
    assert_eq!(":.:a".parse::<Subject>().unwrap(), subject("a"));
}

#[test]
fn hashes_as_confluent_does() {
    let content = Content::avro(r#""string""#, Vec::new());
    assert_eq!(content.guid().unwrap(), "095d71cf-1255-6b9d-5e33-0ad575b3df5d");
}
