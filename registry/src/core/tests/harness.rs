//! A registry without Kafka: every decision is encoded, read again and applied, as it is through the log.

use serde_json::{Value, json};

use crate::core::answer::{SchemaAnswer, Verdict};
use crate::core::decide::delete::{delete_subject, delete_version};
use crate::core::decide::register::{Registration, register};
use crate::core::decide::settings::{Insistence, set_config, set_mode};
use crate::core::decide::{Deletion, Outcome};
use crate::core::engine::{Engine, Presentation};
use crate::core::names::{Context, SchemaId, Scope, Subject, Version, VersionSelector};
use crate::core::read::{compatibility, lookup};
use crate::core::record::{Encoded, Position, Record};
use crate::core::refusal::Refusal;
use crate::core::request::{self, SchemaRequest};
use crate::core::state::{Oddity, State, Visibility};

#[derive(Default)]
pub(super) struct Registry {
    pub(super) state: State,
    pub(super) engine: Engine,
    pub(super) log: Vec<Encoded>,
}

impl Registry {
    pub(super) fn append(&mut self, record: &Record) -> Option<Oddity> {
        let encoded = record.encode().unwrap();
        let read = Record::parse(Some(&encoded.key), encoded.value.as_deref()).unwrap();
        let at = Position { offset: i64::try_from(self.log.len()).unwrap(), timestamp: Some(1000) };
        let oddity = self.state.apply(&encoded.key, read, at);
        self.log.push(encoded);
        oddity
    }

    /// Commits a decision, and checks that foreseeing it comes to the same.
    pub(super) fn commit<T>(&mut self, outcome: Outcome<T>) -> Result<T, Refusal> {
        let decision = outcome?;
        let mut foreseen = self.state.clone();
        foreseen.foresee(&decision.records);
        assert!(decision.records.iter().all(|record| self.append(record).is_none()));
        assert_eq!(described(&foreseen), described(&self.state));
        Ok(decision.answer)
    }

    /// What another registry knows that reads the same log.
    pub(super) fn replayed(&self) -> Self {
        let mut state = State::default();
        for Encoded { key, value } in &self.log {
            let record = Record::parse(Some(key), value.as_deref()).unwrap();
            state.apply(key, record, Position { offset: 0, timestamp: Some(1000) });
        }
        Self { state, engine: Engine::default(), log: self.log.clone() }
    }

    /// What a registry knows that reads the log after Kafka compacted it and dropped the tombstones.
    pub(super) fn compacted(&self) -> Self {
        let is_last = |position: usize, key: &[u8]| self.log[position + 1..].iter().all(|later| later.key != key);
        let kept = self.log.iter().enumerate();
        let kept = kept.filter(|(position, one)| one.value.is_some() && is_last(*position, &one.key));
        let log = kept.map(|(_, one)| one.clone()).collect();
        Self { log, ..Self::default() }.replayed()
    }

    pub(super) fn register(&mut self, name: &str, body: impl Into<Body>) -> Result<SchemaAnswer, Refusal> {
        let registration = registration(name, body)?;
        let outcome = register(&self.state, &self.engine, &registration);
        self.commit(outcome)
    }

    /// The version and the id that a registration gets.
    pub(super) fn numbers(&mut self, name: &str, body: impl Into<Body>) -> (u32, u32) {
        let answer = self.register(name, body).unwrap();
        let id: u32 = answer.id.unwrap().to_string().parse().unwrap();
        (answer.version.unwrap().get(), id)
    }

    pub(super) fn look_up(&self, name: &str, body: impl Into<Body>) -> Result<SchemaAnswer, Refusal> {
        let lookup = lookup::Lookup {
            subject: subject(name),
            request: parsed(body)?,
            normalize: false,
            visibility: Visibility::Live,
            presentation: Presentation::default(),
        };
        lookup::look_up(&self.state, &self.engine, &lookup)
    }

    pub(super) fn check(&self, name: &str, version: Option<&str>, body: impl Into<Body>) -> Result<Verdict, Refusal> {
        let question = compatibility::Question {
            subject: subject(name),
            version: version.map(|version| version.parse().unwrap()),
            request: parsed(body)?,
            normalize: false,
            verbose: true,
        };
        compatibility::check(&self.state, &self.engine, &question)
    }

    pub(super) fn delete(&mut self, name: &str, deletion: Deletion) -> Result<Vec<Version>, Refusal> {
        let outcome = delete_subject(&self.state, &subject(name), deletion);
        self.commit(outcome)
    }

    pub(super) fn delete_version(&mut self, name: &str, version: &str, deletion: Deletion) -> Result<Version, Refusal> {
        let selector: VersionSelector = version.parse()?;
        let outcome = delete_version(&self.state, &subject(name), selector, deletion);
        self.commit(outcome)
    }

    pub(super) fn configure(&mut self, scope: &Scope, body: &Value) -> Result<(), Refusal> {
        let update = request::config_update(body.to_string().as_bytes())?;
        let outcome = set_config(&self.state, scope, &update);
        self.commit(outcome).map(|_| ())
    }

    pub(super) fn set_mode(&mut self, scope: &Scope, mode: &str) -> Result<(), Refusal> {
        let outcome = set_mode(&self.state, scope, mode.parse()?, Insistence::Ask);
        self.commit(outcome).map(|_| ())
    }

    pub(super) fn versions(&self, name: &str, visibility: Visibility) -> Vec<u32> {
        self.state.versions(&subject(name), visibility).map(|entry| entry.version.get()).collect()
    }
}

/// Everything that can be asked of a state, for comparison.
pub(super) fn described(state: &State) -> String {
    use crate::core::names::SubjectPrefix;
    let mut text = format!("{:?} {:?}\n", state.size(), state.contexts());
    for context in state.contexts() {
        text += &format!("{context} {:?}\n", state.highest_id(&context));
    }
    for subject in state.subjects(&SubjectPrefix::all(), Visibility::All) {
        let scope = Scope::Subject(subject.clone());
        text += &format!("{subject} {:?} {:?}\n", state.config(&scope), state.mode(&scope));
        for entry in state.versions(subject, Visibility::All) {
            let referrers: Vec<_> =
                state.referrers(subject, entry.version).map(|(by, one)| (by, one.version)).collect();
            let uses: Vec<_> = state.uses(&subject.context(), entry.id).map(|(by, one)| (by, one.version)).collect();
            let identity = entry.content.identity();
            let ids: Vec<_> = state.ids_of(identity).collect();
            text += &format!("  {} {} {} {referrers:?} {uses:?} {ids:?}\n", entry.version, entry.id, entry.deleted);
        }
    }
    text
}

/// The body of a request.
pub(super) struct Body(Value);

impl From<Value> for Body {
    fn from(body: Value) -> Self {
        Self(body)
    }
}

impl From<&str> for Body {
    /// An Avro schema alone.
    fn from(schema: &str) -> Self {
        Self(json!({ "schema": schema }))
    }
}

impl From<String> for Body {
    fn from(schema: String) -> Self {
        schema.as_str().into()
    }
}

fn parsed(body: impl Into<Body>) -> Result<SchemaRequest, Refusal> {
    SchemaRequest::parse(body.into().0.to_string().as_bytes())
}

pub(super) fn registration(name: &str, body: impl Into<Body>) -> Result<Registration, Refusal> {
    Ok(Registration { subject: name.parse()?, request: parsed(body)?, normalize: false, force: false })
}

pub(super) fn subject(name: &str) -> Subject {
    name.parse().unwrap()
}

pub(super) fn scope(name: &str) -> Scope {
    Scope::parse(name).unwrap()
}

pub(super) fn id(number: i64) -> SchemaId {
    SchemaId::try_from(number).unwrap()
}

pub(super) fn context(name: &str) -> Context {
    name.parse().unwrap()
}

pub(super) fn code<T: std::fmt::Debug>(outcome: Result<T, Refusal>) -> u32 {
    outcome.unwrap_err().code()
}

/// A record in the canonical text with a field `a` of type `int`.
pub(super) fn record(name: &str) -> String {
    format!(r#"{{"type":"record","name":"{name}","fields":[{{"name":"a","type":"int"}}]}}"#)
}

/// `R` with optional fields of these names, which is compatible with every other.
pub(super) fn fields(names: &[&str]) -> String {
    let fields: Vec<_> = names.iter().map(|name| format!(r#"{{"name":"{name}","type":"int","default":0}}"#)).collect();
    format!(r#"{{"type":"record","name":"R","fields":[{}]}}"#, fields.join(","))
}

/// A reference to a version of a subject, with the name `name`.
pub(super) fn reference(name: &str, subject: &str, version: i64) -> Value {
    json!({ "name": name, "subject": subject, "version": version })
}
