//! The schemas of every subject, followed in the topic where the registry keeps them.
//!
//! Only committed records count, and each is read once: a check reads on from where the last one stopped.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;
use uuid::Uuid;

use crate::log::{Log, Logs};
use crate::metadata::{Metadata, TopicPartition};
use crate::records::{Header, read};

/// Where registries keep their schemas unless told otherwise.
const TOPIC: &str = "_schemas";

/// What is registered.
#[derive(Debug, Default)]
pub(crate) struct Schemas {
    /// The topic that was read; another one of its name starts anew.
    topic: Option<Uuid>,
    next_offset: i64,
    /// Live versions of the default context, with their ids.
    subjects: HashMap<String, BTreeMap<i32, Registered>>,
    /// The subjects that have an id.
    by_id: HashMap<i32, Vec<String>>,
}

/// A version of a subject.
#[derive(Clone, Copy, Debug)]
struct Registered {
    id: i32,
    guid: Option<Uuid>,
}

#[derive(Deserialize)]
struct Key {
    keytype: String,
    #[serde(default)]
    subject: String,
    #[serde(default)]
    version: i32,
}

#[derive(Deserialize)]
struct Value {
    #[serde(default)]
    id: i32,
    #[serde(default)]
    version: i32,
    #[serde(default)]
    deleted: bool,
    #[serde(default)]
    md5: Option<String>,
}

impl Schemas {
    /// Reads what was registered since the last time.
    pub(crate) fn catch_up(&mut self, metadata: &Metadata, logs: &Logs) {
        let topic = metadata.topic(TOPIC).map(|topic| topic.id);
        if self.topic != topic {
            *self = Self { topic, ..Self::default() };
        }
        let log = topic.and_then(|topic| logs.get(TopicPartition { topic, partition: 0 }));
        if let Some(log) = log {
            self.read(log);
        }
    }

    fn read(&mut self, log: &Log) {
        let end = log.last_stable_offset();
        self.next_offset = self.next_offset.max(log.start_offset());
        while self.next_offset < end {
            let batches = log.batches(self.next_offset, end).unwrap_or_default();
            if batches.is_empty() {
                return;
            }
            for (header, batch) in batches {
                if !header.is_control() && !is_aborted(log, &header) {
                    for record in read::records(&batch).unwrap_or_default() {
                        self.apply(record.key.as_deref(), record.value.as_deref());
                    }
                }
                self.next_offset = header.next_offset();
            }
        }
    }

    /// Applies one record. What is not understood is not this cluster's business.
    fn apply(&mut self, key: Option<&[u8]>, value: Option<&[u8]>) {
        let Some(Ok(key)) = key.map(serde_json::from_slice::<Key>) else { return };
        let value = value.and_then(|value| serde_json::from_slice::<Value>(value).ok());
        match (key.keytype.as_str(), value) {
            ("SCHEMA", Some(value)) if !value.deleted => self.put(&key, &value),
            ("SCHEMA", _) => self.remove(&key.subject, |version| version == key.version),
            ("DELETE_SUBJECT", Some(value)) => self.remove(&key.subject, |version| version <= value.version),
            _ => {}
        }
    }

    fn put(&mut self, key: &Key, value: &Value) {
        let guid = value.md5.as_deref().and_then(guid);
        let registered = Registered { id: value.id, guid };
        self.subjects.entry(key.subject.clone()).or_default().insert(key.version, registered);
        let subjects = self.by_id.entry(value.id).or_default();
        if !subjects.contains(&key.subject) {
            subjects.push(key.subject.clone());
        }
    }

    fn remove(&mut self, subject: &str, gone: impl Fn(i32) -> bool) {
        let Some(versions) = self.subjects.get_mut(subject) else { return };
        let ids: Vec<i32> = versions.values().map(|registered| registered.id).collect();
        versions.retain(|version, _| !gone(*version));
        for id in ids {
            let stays = versions.values().any(|registered| registered.id == id);
            if let Some(subjects) = self.by_id.get_mut(&id).filter(|_| !stays) {
                subjects.retain(|known| known != subject);
            }
        }
    }

    /// The subjects that have this schema as a live version, in the order in which they got it.
    pub(crate) fn subjects_of(&self, id: i32) -> &[String] {
        self.by_id.get(&id).map_or(&[], Vec::as_slice)
    }

    /// The id of a schema by its GUID. Looked for among all: clients that send GUIDs are few.
    pub(crate) fn id_of(&self, guid: Uuid) -> Option<i32> {
        let mut all = self.subjects.values().flat_map(BTreeMap::values);
        all.find(|registered| registered.guid == Some(guid)).map(|registered| registered.id)
    }

    /// Whether the registry's topic is there.
    pub(crate) fn has_registry(&self) -> bool {
        self.topic.is_some()
    }
}

fn is_aborted(log: &Log, header: &Header) -> bool {
    let aborted = log.producers().aborted(header.base_offset, header.next_offset());
    header.is_transactional() && aborted.iter().any(|aborted| aborted.producer_id == header.producer_id)
}

/// A GUID is the MD5 of the schema, which the registry writes in base64.
fn guid(md5: &str) -> Option<Uuid> {
    use base64::Engine as _;
    let bytes = base64::engine::general_purpose::STANDARD.decode(md5).ok()?;
    Uuid::from_slice(&bytes).ok()
}
