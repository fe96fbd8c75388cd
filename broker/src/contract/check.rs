//! The schema id that a record carries, and whether it may.
//!
//! Serialisers write it in front of the payload (byte 0, the id in four bytes, big endian) or, newer ones, into the
//! header `__key_schema_id` or `__value_schema_id` (byte 0 and the id, or byte 1 and the schema's GUID).

use uuid::Uuid;

use super::Schemas;
use super::strategy::{Part, Strategy};
use crate::records::walk::{self, RecordView};

/// What a topic demands of its records.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Contract<'a> {
    pub(crate) topic: &'a str,
    /// `None`: keys may be anything.
    pub(crate) key: Option<Strategy>,
    /// `None`: values may be anything.
    pub(crate) value: Option<Strategy>,
    pub(crate) schemas: &'a Schemas,
}

/// How a record names its schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Named {
    Id(i32),
    Guid(Uuid),
}

impl Contract<'_> {
    /// What is wrong with a record, if anything. Null keys and values carry no schema: tombstones are welcome.
    pub(crate) fn fault(&self, record: &RecordView<'_>) -> Option<String> {
        let halves = [(Part::Key, self.key, record.key), (Part::Value, self.value, record.value)];
        halves.into_iter().find_map(|(part, strategy, bytes)| self.half(part, strategy?, bytes?, record))
    }

    fn half(&self, part: Part, strategy: Strategy, bytes: &[u8], record: &RecordView<'_>) -> Option<String> {
        let (topic, name) = (self.topic, part.name());
        let Some(named) = in_headers(part, record).or_else(|| in_front(bytes)) else {
            return Some(format!(
                "The {name} carries no schema id, but topic '{topic}' demands one: it must begin with byte 0 and the id \
                 in 4 bytes, as the schema registry's serialisers write it. It begins with {}",
                shown(bytes)
            ));
        };
        let (id, text) = match named {
            Named::Id(id) => (Some(id), format!("id {id}")),
            Named::Guid(guid) => (self.schemas.id_of(guid), format!("GUID {guid}")),
        };
        let subjects = id.map_or(&[][..], |id| self.schemas.subjects_of(id));
        if subjects.iter().any(|subject| strategy.admits(topic, part, subject)) {
            return None;
        }
        let wanted = strategy.describe(topic, part);
        Some(match subjects {
            [] if !self.schemas.has_registry() => {
                format!("The {name} has the schema {text}, but no registry keeps its schemas in this cluster")
            }
            [] => format!("The {name} has the schema {text}, which is not registered; it must be of {wanted}"),
            [first, ..] => format!("The {name} has the schema {text} of subject '{first}'; it must be of {wanted}"),
        })
    }
}

fn in_front(bytes: &[u8]) -> Option<Named> {
    let (&[0, a, b, c, d], _) = bytes.split_first_chunk::<5>()? else { return None };
    Some(Named::Id(i32::from_be_bytes([a, b, c, d])))
}

fn in_headers(part: Part, record: &RecordView<'_>) -> Option<Named> {
    let wanted: &[u8] = match part {
        Part::Key => b"__key_schema_id",
        Part::Value => b"__value_schema_id",
    };
    let mut rest = record.headers;
    for _ in 0..record.header_count {
        let (name, value) = walk::header(&mut rest).ok()?;
        if name == wanted {
            return match value?.split_first()? {
                (0, id) => Some(Named::Id(i32::from_be_bytes(id.try_into().ok()?))),
                (1, guid) => Uuid::from_slice(guid).ok().map(Named::Guid),
                _ => None,
            };
        }
    }
    None
}

fn shown(bytes: &[u8]) -> String {
    if bytes.is_empty() {
        return "nothing: it is empty".to_owned();
    }
    let front: Vec<String> = bytes.iter().take(5).map(|byte| format!("{byte:02x}")).collect();
    front.join(" ")
}
