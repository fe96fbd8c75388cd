//! What a schema is: its text, its references, and the identity that decides whether two are the same.

use std::fmt::Write as _;
use std::sync::Arc;

use md5::{Digest as _, Md5};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::canonical;
use crate::names::{Subject, Version};

/// The word for Avro in `schemaType`; a record without the field means it too.
pub(crate) const AVRO: &str = "AVRO";

/// A use of another subject's schema: `name` is how the text refers to it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Reference {
    pub(crate) name: String,
    pub(crate) subject: String,
    pub(crate) version: Version,
}

/// A schema as the log has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Content {
    pub(crate) schema_type: Box<str>,
    /// The text, never rewritten once it is in the log: ids would change owners.
    pub(crate) text: Arc<str>,
    pub(crate) references: Vec<Reference>,
    /// Data contracts of other registries: kept and returned as found, not interpreted.
    pub(crate) metadata: Option<Value>,
    pub(crate) rule_set: Option<Value>,
    /// The MD5 that the log gives, in base64.
    pub(crate) logged_md5: Option<Box<str>>,
}

/// What two registrations must share to share an id.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Identity {
    schema_type: Box<str>,
    canonical: Arc<str>,
    references: Vec<Reference>,
    /// Metadata and rules as text.
    contract: Option<Box<str>>,
}

impl Content {
    /// An Avro schema whose text is already canonical.
    pub(crate) fn avro(text: &str, references: Vec<Reference>) -> Self {
        Self {
            schema_type: AVRO.into(),
            text: text.into(),
            references,
            metadata: None,
            rule_set: None,
            logged_md5: None,
        }
    }

    pub(crate) fn is_avro(&self) -> bool {
        &*self.schema_type == AVRO
    }

    /// The identity: other registries print the same schema in other ways, so it goes by the canonical text.
    pub(crate) fn identity(&self) -> Identity {
        let canonical = if self.is_avro() { canonical::avro(&self.text) } else { None };
        let canonical = canonical.filter(|canonical| **canonical != *self.text).map(Arc::from);
        let contract = match (&self.metadata, &self.rule_set) {
            (None, None) => None,
            (metadata, rules) => Some(format!("{metadata:?}{rules:?}").into()),
        };
        Identity {
            schema_type: self.schema_type.clone(),
            canonical: canonical.unwrap_or_else(|| Arc::clone(&self.text)),
            references: self.references.clone(),
            contract,
        }
    }

    /// Confluent's MD5 over the text and the references; `None` where metadata or rules would have to be hashed too.
    pub(crate) fn md5(&self) -> Option<[u8; 16]> {
        if self.metadata.is_some() || self.rule_set.is_some() {
            return self.logged_md5.as_deref().and_then(from_base64);
        }
        let mut hash = Md5::new();
        hash.update(self.text.as_bytes());
        for reference in &self.references {
            hash.update(reference.name.as_bytes());
            hash.update(reference.subject.as_bytes());
            hash.update(reference.version.to_be_bytes());
        }
        Some(hash.finalize().into())
    }

    /// The MD5 in the form of a UUID: an id that is the same in every registry.
    pub(crate) fn guid(&self) -> Option<String> {
        self.md5().map(|md5| uuid(&md5))
    }

    /// Whether this schema refers to that version of that subject.
    pub(crate) fn refers_to(&self, subject: &Subject, version: Version) -> bool {
        self.references.iter().any(|reference| reference.subject == subject.as_str() && reference.version == version)
    }
}

/// MD5 as the log writes it.
pub(crate) fn to_base64(md5: [u8; 16]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(md5)
}

fn from_base64(text: &str) -> Option<[u8; 16]> {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.decode(text).ok()?.try_into().ok()
}

/// `00112233-4455-6677-8899-aabbccddeeff`.
fn uuid(bytes: &[u8; 16]) -> String {
    let mut text = String::with_capacity(36);
    for (position, byte) in bytes.iter().enumerate() {
        if matches!(position, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        write!(text, "{byte:02x}").expect("writing to a String cannot fail");
    }
    text
}
