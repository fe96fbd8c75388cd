//! The schemas of one topic's keys and values while a service runs: our ids for writing, and for each id that was
//! read what to do with it.
//!
//! Decoding never waits: an id that was not seen before is reported as [`Undecodable::UnknownId`], the worker asks
//! the registry and decodes again.

use std::collections::HashMap;
use std::fmt;
use std::str::Utf8Error;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::time::{Duration, Instant};

use topology_codec::{Contract, ReadError, SchemaFormat};

use crate::format::Format;
use crate::protobuf::{self, Outline};
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
    #[error("schema id {id} cannot be read as {reader}")]
    Unresolvable {
        /// The writer's id.
        id: u32,
        /// What we read.
        reader: String,
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
    /// A Protobuf record that ends before its message, or names one in no possible way.
    #[error("the message indexes after schema id {0} are cut off, negative or too many")]
    MessageIndexes(u32),
    /// A Protobuf record of another message than ours.
    #[error("it is {found} of schema id {id}, not {expected}")]
    OtherMessage {
        /// The writer's id.
        id: u32,
        /// The message that the indexes lead to.
        found: String,
        /// The messages that we read.
        expected: String,
    },
    /// The bytes behind the framing are truncated, too long or out of range.
    #[error(transparent)]
    Body(#[from] ReadError),
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
    /// They were written with a schema whose bytes are those of this contract of ours.
    Same(usize),
    /// They are rewritten into the bytes of this contract first.
    Resolve(usize, Plan),
    /// They say themselves which message of their Protobuf file they are.
    Messages(Outline),
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

    /// Decides how records with the given writer's schema are read as one of `side`'s.
    pub(crate) fn of(side: &SideSchemas, writer: &WriterSchema) -> Self {
        let Some(number) = side.contract_for(writer) else {
            let found = writer.record_name().map_or_else(String::new, |name| format!(" `{name}`"));
            let what = format!("{}{found} is none of {}", writer.kind, side.expected());
            return Self::Refused(Arc::new(ResolutionError::Mismatch(what)));
        };
        let contract = side.registered[number].contract;
        match contract.format {
            SchemaFormat::Protobuf => Self::Messages(Outline::of(&writer.text)),
            SchemaFormat::Json => Self::Same(number),
            SchemaFormat::Avro => match resolution::resolve(&writer.text, &writer.references, contract.definition) {
                Ok(Resolution::Same) => Self::Same(number),
                Ok(Resolution::Transcode(plan)) => Self::Resolve(number, plan),
                Err(error) => Self::Refused(Arc::new(error)),
            },
        }
    }
}

impl fmt::Display for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Same(_) => f.write_str("its bytes are read as ours"),
            Self::Resolve(..) => f.write_str("it is resolved into ours"),
            Self::Messages(_) => f.write_str("its messages are read by their names"),
            Self::Refused(reason) => write!(f, "it cannot be read: {reason}"),
            Self::Unregistered { .. } => f.write_str("the registry does not know it"),
        }
    }
}

/// The schemas of one side of a topic.
#[doc(hidden)]
#[derive(Debug)]
pub struct SideSchemas {
    name: String,
    registered: Vec<Registered>,
    readings: RwLock<HashMap<u32, Arc<Reading>>>,
}

/// One of the schemas that a side may have.
#[derive(Debug)]
pub(crate) struct Registered {
    /// The subject that it is registered under.
    pub(crate) subject: String,
    pub(crate) contract: &'static Contract,
    id: OnceLock<u32>,
    /// What stands between the id and the body: a Protobuf message's indexes.
    prefix: Vec<u8>,
}

impl Registered {
    fn new(subject: String, contract: &'static Contract) -> Self {
        let prefix = match contract.format {
            SchemaFormat::Protobuf => protobuf::indexes_to_bytes(contract.indexes),
            SchemaFormat::Avro | SchemaFormat::Json => Vec::new(),
        };
        Self { subject, contract, id: OnceLock::new(), prefix }
    }

    /// Its id, once the registry told it.
    pub(crate) fn id(&self) -> Option<u32> {
        self.id.get().copied()
    }
}

impl SideSchemas {
    /// The schemas of `<topic>-<side>`; without subjects of their own they are registered under that name.
    pub(crate) fn new(name: String, contracts: &'static [Contract], subjects: &[&str]) -> Self {
        let subject = |number: usize| subjects.get(number).map_or_else(|| name.clone(), ToString::to_string);
        let registered = contracts.iter().enumerate();
        let registered = registered.map(|(number, contract)| Registered::new(subject(number), contract)).collect();
        Self { name, registered, readings: RwLock::default() }
    }

    /// What it is called in logs: `orders-value`.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The schemas that we read and write, by their numbers; none if the registry is not needed.
    pub(crate) fn registered(&self) -> &[Registered] {
        &self.registered
    }

    /// Takes note of the id of one of our schemas. The first one stays: ids never change.
    pub(crate) fn set_id(&self, number: usize, id: u32) {
        let Some(registered) = self.registered.get(number) else { return };
        if registered.id.set(id).is_ok() {
            self.learn(
                id,
                match registered.contract.format {
                    SchemaFormat::Protobuf => Reading::Messages(Outline::of(registered.contract.text)),
                    SchemaFormat::Avro | SchemaFormat::Json => Reading::Same(number),
                },
            );
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

    /// Writes the framing in front of a body of one of our schemas. Services look ids up before they produce, so one
    /// is there.
    pub(crate) fn write_frame(&self, number: usize, out: &mut Vec<u8>) {
        let registered = self.registered.get(number);
        out.push(MAGIC);
        out.extend_from_slice(&registered.and_then(Registered::id).unwrap_or_default().to_be_bytes());
        out.extend_from_slice(registered.map_or(&[], |registered| &registered.prefix));
    }

    /// Takes the framing off and hands the number of one of *our* schemas, and bytes of it, to `decode`.
    pub(crate) fn read_frame<T>(
        &self,
        payload: &[u8],
        decode: impl FnOnce(usize, &[u8]) -> Result<T, Undecodable>,
    ) -> Result<T, Undecodable> {
        let (id, body) = split_frame(payload)?;
        for (number, registered) in self.registered.iter().enumerate() {
            if let (true, Some(body)) = (registered.id() == Some(id), body.strip_prefix(&*registered.prefix)) {
                return decode(number, body);
            }
        }
        let reading = self.readings.read().unwrap_or_else(PoisonError::into_inner).get(&id).map(Arc::clone);
        match reading.as_deref() {
            None => Err(Undecodable::UnknownId(id)),
            Some(Reading::Same(number)) => decode(*number, body),
            Some(Reading::Resolve(number, plan)) => {
                let ours = plan.transcode(body).map_err(|reason| Undecodable::Transcode { id, reason })?;
                decode(*number, &ours)
            }
            Some(Reading::Messages(outline)) => {
                let (indexes, body) = protobuf::split_indexes(body).ok_or(Undecodable::MessageIndexes(id))?;
                decode(self.message(id, outline, &indexes)?, body)
            }
            Some(Reading::Unregistered { ask_again }) if *ask_again <= Instant::now() => {
                Err(Undecodable::UnknownId(id))
            }
            Some(Reading::Unregistered { .. }) => Err(Undecodable::UnregisteredId(id)),
            Some(Reading::Refused(reason)) => {
                Err(Undecodable::Unresolvable { id, reader: self.expected(), reason: Arc::clone(reason) })
            }
        }
    }

    /// Which of our schemas has the message that a writer's indexes lead to.
    fn message(&self, id: u32, outline: &Outline, indexes: &[u32]) -> Result<usize, Undecodable> {
        let name = outline.message(indexes);
        let is_named =
            |contract: &Contract| contract.format == SchemaFormat::Protobuf && name.as_deref() == Some(contract.name);
        self.registered.iter().position(|registered| is_named(registered.contract)).ok_or_else(|| {
            let found = name.as_ref().map_or_else(|| format!("message {indexes:?}"), |name| format!("`{name}`"));
            Undecodable::OtherMessage { id, found, expected: self.expected() }
        })
    }

    /// Which of our schemas is for records of a writer's: the one of its format, or of those the one of its name.
    fn contract_for(&self, writer: &WriterSchema) -> Option<usize> {
        let has_format = |registered: &&Registered| registered.contract.format.as_str() == writer.kind;
        if let [only] = self.registered.as_slice() {
            return has_format(&only).then_some(0);
        }
        // Records of a Protobuf file name their message themselves.
        let name = if writer.kind == SchemaFormat::Protobuf.as_str() { None } else { Some(writer.record_name()?) };
        self.registered.iter().position(|registered| {
            has_format(&registered) && name.as_ref().is_none_or(|name| *name == *registered.contract.name)
        })
    }

    /// The names of what we read.
    fn expected(&self) -> String {
        let names: Vec<String> = self.registered.iter().map(Registered::described).collect();
        names.join(", ")
    }
}

impl Registered {
    /// `Avro record `shop.Order``, for messages.
    fn described(&self) -> String {
        let Contract { format, name, .. } = self.contract;
        match format {
            SchemaFormat::Avro => format!("the Avro record `{name}`"),
            SchemaFormat::Protobuf => format!("the Protobuf message `{name}`"),
            SchemaFormat::Json if name.is_empty() => format!("the JSON Schema of `{}`", self.subject),
            SchemaFormat::Json => format!("the JSON Schema `{name}`"),
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
    pub(crate) key: Arc<SideSchemas>,
    pub(crate) value: Arc<SideSchemas>,
}

impl TopicSchemas {
    /// The schemas of a topic's formats, under the subjects that it names.
    pub(crate) fn of<K: Format, V: Format>(topic: Topic<K, V>) -> Self {
        let side = |side, contracts, subjects| {
            Arc::new(SideSchemas::new(format!("{}-{side}", topic.name()), contracts, subjects))
        };
        Self {
            topic: topic.name(),
            key: side("key", K::CONTRACTS, topic.key_subjects()),
            value: side("value", V::CONTRACTS, topic.value_subjects()),
        }
    }

    /// Both sides, keys first.
    pub(crate) fn sides(&self) -> [&Arc<SideSchemas>; 2] {
        [&self.key, &self.value]
    }
}

#[cfg(test)]
mod tests;
