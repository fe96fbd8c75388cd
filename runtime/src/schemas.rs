//! The schemas of one topic's keys and values while a service runs: our id for writing, and for each id that was
//! read what to do with it.
//!
//! Decoding never waits: an id that was not seen before is reported as [`Undecodable::UnknownId`], the worker asks
//! the registry and decodes again.

use std::collections::HashMap;
use std::fmt;
use std::str::Utf8Error;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::time::{Duration, Instant};

use topology_codec::DecodeError;

use crate::format::{Format, Schema};
use crate::registry::WriterSchema;
use crate::resolution::{self, Plan, Resolution, ResolutionError};
use crate::topic::Topic;

/// The first byte of every framed payload.
const MAGIC: u8 = 0;
/// The magic byte and the id.
const HEADER: usize = 5;
/// How long an id that the registry does not know is taken for unknown before it is asked again.
const ASK_AGAIN_AFTER: Duration = Duration::from_secs(10);
/// How many ids that the registry does not know are remembered per subject.
const MAX_UNREGISTERED: usize = 1000;

/// Why a payload is not a value of its topic's type.
#[doc(hidden)]
#[derive(Debug, thiserror::Error)]
pub enum Undecodable {
    /// Nothing where the topic declares a value.
    #[error("it is null, and the topic does not declare null")]
    Null,
    /// Not what Confluent's serializers write.
    #[error("it is not framed: expected a zero byte and a four-byte schema id, found {0}")]
    NotFramed(String),
    /// Not a poison record by itself: the registry has to be asked.
    #[error("schema id {0} was not looked up yet")]
    UnknownId(u32),
    /// The registry does not know the id.
    #[error("the registry has no schema with id {0}")]
    UnregisteredId(u32),
    /// The writer's schema cannot be read as ours.
    #[error("schema id {id} cannot be read as `{reader}`")]
    Unresolvable {
        /// The writer's id.
        id: u32,
        /// The name of our record.
        reader: &'static str,
        /// The first difference that cannot be bridged.
        #[source]
        reason: Arc<ResolutionError>,
    },
    /// The bytes do not follow the writer's schema.
    #[error("its bytes do not follow schema id {id}")]
    Transcode {
        /// The writer's id.
        id: u32,
        /// Where they leave it.
        #[source]
        reason: ResolutionError,
    },
    /// The Avro bytes are truncated, too long or out of range.
    #[error("its Avro bytes cannot be decoded")]
    Avro(#[from] DecodeError),
    /// Text that is not UTF-8.
    #[error("it is not UTF-8")]
    Utf8(#[from] Utf8Error),
    /// A number of the wrong width.
    #[error("expected {expected} bytes, found {found}")]
    Length {
        /// What the format needs.
        expected: usize,
        /// What is there.
        found: usize,
    },
}

/// How payloads with a certain schema id are read.
#[derive(Debug)]
pub(crate) enum Reading {
    /// They were written with a schema whose bytes are the same as ours.
    Same,
    /// They are rewritten into our schema's bytes first.
    Resolve(Plan),
    /// They cannot be read.
    Refused(Arc<ResolutionError>),
    /// The registry did not know the id; from this moment on it is worth asking again.
    Unregistered { ask_again: Instant },
}

impl Reading {
    /// What the registry does not know now: a schema may be registered after its first records were written.
    pub(crate) fn unregistered() -> Self {
        Self::Unregistered { ask_again: Instant::now() + ASK_AGAIN_AFTER }
    }

    /// Decides how records with the given writer's schema are read as `subject`'s.
    pub(crate) fn of(subject: &Subject, writer: &WriterSchema) -> Self {
        let reader = subject.schema.map_or("", |schema| schema.text);
        if writer.kind != "AVRO" {
            let what = format!("it is {}, not Avro", writer.kind);
            return Self::Refused(Arc::new(ResolutionError::Schema { whose: "writer's", what }));
        }
        match resolution::resolve(&writer.text, &writer.references, reader) {
            Ok(Resolution::Same) => Self::Same,
            Ok(Resolution::Transcode(plan)) => Self::Resolve(plan),
            Err(error) => Self::Refused(Arc::new(error)),
        }
    }
}

impl fmt::Display for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Same => f.write_str("its bytes are the same as ours"),
            Self::Resolve(_) => f.write_str("it is resolved into ours"),
            Self::Refused(reason) => write!(f, "it cannot be read: {reason}"),
            Self::Unregistered { .. } => f.write_str("the registry does not know it"),
        }
    }
}

/// One side of a topic: `<topic>-key` or `<topic>-value` in the registry.
#[doc(hidden)]
#[derive(Debug)]
pub struct Subject {
    name: String,
    schema: Option<Schema>,
    id: OnceLock<u32>,
    readings: RwLock<HashMap<u32, Arc<Reading>>>,
}

impl Subject {
    pub(crate) fn new(name: String, schema: Option<Schema>) -> Self {
        Self { name, schema, id: OnceLock::new(), readings: RwLock::default() }
    }

    /// The subject's name in the registry.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The schema that we read and write, if the registry is needed at all.
    pub(crate) fn schema(&self) -> Option<Schema> {
        self.schema
    }

    /// Our schema's id, once the registry told it.
    pub(crate) fn id(&self) -> Option<u32> {
        self.id.get().copied()
    }

    /// Takes note of our schema's id. The first one stays: ids never change.
    pub(crate) fn set_id(&self, id: u32) {
        if self.id.set(id).is_ok() {
            self.learn(id, Reading::Same);
        }
    }

    /// Takes note of how payloads with `id` are read.
    ///
    /// Of the ids that the registry does not know only so many are kept: foreign bytes can look like any id.
    pub(crate) fn learn(&self, id: u32, reading: Reading) {
        let mut readings = self.readings.write().unwrap_or_else(PoisonError::into_inner);
        let is_unregistered = |reading: &Reading| matches!(reading, Reading::Unregistered { .. });
        if is_unregistered(&reading)
            && readings.values().filter(|known| is_unregistered(known)).count() >= MAX_UNREGISTERED
        {
            readings.retain(|_, known| !is_unregistered(known));
        }
        readings.insert(id, Arc::new(reading));
    }

    /// Writes the framing in front of our bytes. Services look ids up before they produce, so one is there.
    pub(crate) fn write_frame(&self, out: &mut Vec<u8>) {
        out.push(MAGIC);
        out.extend_from_slice(&self.id().unwrap_or_default().to_be_bytes());
    }

    /// Takes the framing off and hands bytes of *our* schema to `decode`.
    pub(crate) fn read_frame<T>(
        &self,
        payload: &[u8],
        decode: impl FnOnce(&[u8]) -> Result<T, Undecodable>,
    ) -> Result<T, Undecodable> {
        let (id, body) = split_frame(payload)?;
        if Some(id) == self.id() {
            return decode(body);
        }
        let reading = self.readings.read().unwrap_or_else(PoisonError::into_inner).get(&id).map(Arc::clone);
        match reading.as_deref() {
            None => Err(Undecodable::UnknownId(id)),
            Some(Reading::Same) => decode(body),
            Some(Reading::Resolve(plan)) => {
                let ours = plan.transcode(body).map_err(|reason| Undecodable::Transcode { id, reason })?;
                decode(&ours)
            }
            Some(Reading::Unregistered { ask_again }) if *ask_again <= Instant::now() => {
                Err(Undecodable::UnknownId(id))
            }
            Some(Reading::Unregistered { .. }) => Err(Undecodable::UnregisteredId(id)),
            Some(Reading::Refused(reason)) => Err(Undecodable::Unresolvable {
                id,
                reader: self.schema.map_or("", |schema| schema.name),
                reason: Arc::clone(reason),
            }),
        }
    }
}

fn split_frame(payload: &[u8]) -> Result<(u32, &[u8]), Undecodable> {
    let Some((&[magic, a, b, c, d], body)) = payload.split_first_chunk::<HEADER>() else {
        return Err(Undecodable::NotFramed(format!("{} bytes", payload.len())));
    };
    if magic != MAGIC {
        return Err(Undecodable::NotFramed(format!("first byte 0x{magic:02x}")));
    }
    Ok((u32::from_be_bytes([a, b, c, d]), body))
}

/// Both sides of a topic.
#[derive(Clone, Debug)]
pub(crate) struct TopicSchemas {
    pub(crate) topic: &'static str,
    pub(crate) key: Arc<Subject>,
    pub(crate) value: Arc<Subject>,
}

impl TopicSchemas {
    /// Names the subjects by the topic-name strategy.
    pub(crate) fn of<K: Format, V: Format>(topic: Topic<K, V>) -> Self {
        let subject = |side, schema| Arc::new(Subject::new(format!("{}-{side}", topic.name()), schema));
        Self { topic: topic.name(), key: subject("key", K::SCHEMA), value: subject("value", V::SCHEMA) }
    }

    /// The sides that the registry has to be asked about.
    pub(crate) fn registered(&self) -> impl Iterator<Item = &Arc<Subject>> {
        [&self.key, &self.value].into_iter().filter(|subject| subject.schema.is_some())
    }
}

#[cfg(test)]
mod tests;
