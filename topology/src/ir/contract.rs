//! Schemas, what they refer to, and what a registry shall promise about them.

use std::collections::BTreeSet;
use std::sync::Arc;

use schema::Format;
use schema::avro::Notation;
use schema::compatibility::{Level, Policy};
pub use schema::contract::{Metadata, Rule as DataRule, RuleKind, RuleMode, RuleSet};
use serde::{Deserialize, Serialize};

use super::{ChoiceId, Payload, SchemaId, Topic, Topology};
use crate::name::SchemaName;
use crate::source::{FileId, Location, Spanned};

/// A schema of the manifest: a file and what it is for.
#[derive(Clone, Debug)]
pub struct Schema {
    /// Its name in the manifest.
    pub name: SchemaName,
    /// Where its name is written.
    pub declared: Location,
    /// The file, relative to the manifest.
    pub file: Spanned<String>,
    /// The text of the file as a source; also the key of its [`SchemaFile`] in [`Topology::files`].
    pub source: FileId,
    /// What records of it are.
    pub kind: SchemaKind,
    /// The file as the schema engine has it, with every text that it refers to.
    pub document: Arc<schema::Document>,
    /// The files of the document: that of place 0, then those of its references. Shorter where a text of the document
    /// is not as it is in its file, so that places in it mean nothing.
    pub document_files: Vec<FileId>,
    /// What the registry shall hold its subjects to.
    pub settings: Settings,
    /// What people should know.
    pub doc: Option<String>,
}

/// What the records of a schema are, by its format.
#[derive(Clone, Debug, PartialEq)]
pub enum SchemaKind {
    /// Avro.
    Avro {
        /// What the file's root is, in [`Topology::avro`]: a record where a topic has it as key or value; an enum or a
        /// fixed may be declared for the types of other files.
        root: schema::avro::TypeId,
    },
    /// Protobuf.
    Protobuf {
        /// The full name of the message.
        message: String,
        /// Where it is in its file: the position among the file's messages, then among those of each message that
        /// encloses it. It precedes the payload of a record.
        indexes: Vec<u32>,
    },
    /// JSON Schema.
    Json {
        /// The `title`.
        title: Option<String>,
    },
}

/// A schema file: one of `schemas`, or one that such a file imports.
#[derive(Clone, Debug, PartialEq)]
pub struct SchemaFile {
    /// The path, relative to the manifest.
    pub path: String,
    /// How it is written.
    pub format: Format,
    /// The text.
    pub text: Arc<str>,
    /// What it is registered with. Empty for an Avro file without a list in the manifest: the types that it uses are
    /// written into it.
    pub references: Vec<Reference>,
}

/// Something that a schema file refers to by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The name as the text has it: a full name (Avro), an import (Protobuf), a URI without its fragment (JSON Schema).
    pub name: String,
    /// The file that it means.
    pub file: FileId,
    /// Where it is written.
    pub location: Location,
}

/// What a registry holds a subject to. What is absent is the registry's default.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// What its versions promise each other.
    pub compatibility: Option<Spanned<Level>>,
    /// How JSON Schemas are compared.
    pub policy: Option<Spanned<Policy>>,
    /// Who may write it.
    pub mode: Option<Spanned<Mode>>,
    /// Whether schemas that differ only in how they are written are one version.
    pub normalize: Option<Spanned<bool>>,
    /// The property of the metadata that parts the versions into groups, each compatible in itself.
    pub compatibility_group: Option<Spanned<String>>,
    /// What is stored beside the schema.
    pub metadata: Option<Spanned<Metadata>>,
    /// What serializers do to records.
    pub rules: Option<Spanned<RuleSet>>,
}

/// Confluent's mode of a subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Mode {
    /// Versions can be added.
    ReadWrite,
    /// Nothing can change.
    ReadOnly,
    /// Versions are added with ids from elsewhere.
    Import,
}

/// How the subject of a schema is named (Confluent's subject name strategies).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SubjectNameStrategy {
    /// `<topic>-key` and `<topic>-value`: one schema for each. The default.
    #[default]
    Topic,
    /// The full name of the record: the same in every topic.
    Record,
    /// `<topic>-<full name of the record>`.
    TopicRecord,
}

/// The key or the value of a topic's records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// The key.
    Key,
    /// The value.
    Value,
}

/// Several schemas of which each record has one.
#[derive(Clone, Debug)]
pub struct Choice {
    /// The schemas, at least two, none twice, each where it is named.
    pub schemas: Vec<Spanned<SchemaId>>,
}

/// A subject that the topology needs in a registry.
#[derive(Clone, Debug)]
pub struct Subject {
    /// Its name.
    pub name: String,
    /// How its schema is written.
    pub format: Format,
    /// The text to register.
    pub text: Arc<str>,
    /// What the text refers to: names in the text, and the subjects that hold what they mean. Those subjects come
    /// before this one.
    pub references: Vec<(String, String)>,
    /// The file that the text is from.
    pub file: FileId,
    /// The schema of the manifest, unless the file is only imported.
    pub schema: Option<SchemaId>,
    /// Where it comes from: the place in a topic, or the import.
    pub location: Location,
}

impl Topology {
    /// The schemas that a payload may be of.
    pub fn schemas_of(&self, payload: Payload) -> Vec<SchemaId> {
        match payload {
            Payload::Schema(id) => vec![id],
            Payload::OneOf(choice) => self[choice].schemas.iter().map(|schema| schema.value).collect(),
            _ => Vec::new(),
        }
    }

    /// The name of the subject of a schema as the key or value of a topic; `None` if the strategy needs the name of the
    /// record and it has none.
    pub fn subject_name(&self, topic: &Topic, side: Side, schema: SchemaId) -> Option<String> {
        let record = || self.record_name(schema);
        match topic.strategy(side) {
            SubjectNameStrategy::Topic => Some(format!("{}-{}", topic.name, side.as_str())),
            SubjectNameStrategy::Record => record(),
            SubjectNameStrategy::TopicRecord => Some(format!("{}-{}", topic.name, record()?)),
        }
    }

    /// The name of a schema's records: the full name of an Avro record or a Protobuf message, the title of a JSON
    /// Schema.
    pub fn record_name(&self, schema: SchemaId) -> Option<String> {
        match &self[schema].kind {
            SchemaKind::Avro { root } => Some(self.avro.get(*root).name.to_string()),
            SchemaKind::Protobuf { message, .. } => Some(message.clone()),
            SchemaKind::Json { title } => title.clone(),
        }
    }

    /// Every subject, each after those that it refers to; the first declaration of a name counts.
    pub fn subjects(&self) -> Vec<Subject> {
        let mut found = Subjects { topology: self, list: Vec::new(), names: BTreeSet::new() };
        for topic in &self.topics {
            for side in [Side::Key, Side::Value] {
                for (schema, location) in self.named(topic, side) {
                    let Some(name) = self.subject_name(topic, side, schema) else { continue };
                    found.add_with_references(name, self[schema].source, Some(schema), location);
                }
            }
        }
        found.list
    }

    /// The schemas of one side of a topic, each where it is named.
    pub fn named(&self, topic: &Topic, side: Side) -> Vec<(SchemaId, Location)> {
        let payload = topic.payload(side);
        match payload.value {
            Payload::Schema(id) => vec![(id, payload.location)],
            Payload::OneOf(choice) => {
                self[choice].schemas.iter().map(|schema| (schema.value, schema.location)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The text of a schema as it is registered.
    pub fn registered_text(&self, schema: SchemaId) -> Arc<str> {
        let schema = &self[schema];
        match (&schema.kind, self.files.get(&schema.source)) {
            // A list of references in the manifest says that the types shall stay in subjects of their own.
            // A registry reads no IDL.
            (SchemaKind::Avro { root }, file)
                if file.is_none_or(|file| {
                    file.references.is_empty() || Notation::of_path(&file.path) != Notation::Json
                }) =>
            {
                self.avro.self_contained(&schema::avro::Type::Named(*root)).into()
            }
            (_, Some(file)) => file.text.clone(),
            (_, None) => schema.document.source().text.clone(),
        }
    }

    /// The place of something in an Avro type.
    pub fn avro_location(&self, place: schema::avro::Place) -> Option<Location> {
        self.avro_files.get(place.file).map(|file| Location { file: *file, span: place.span })
    }
}

struct Subjects<'t> {
    topology: &'t Topology,
    list: Vec<Subject>,
    names: BTreeSet<String>,
}

/// A subject to add; those that it refers to come first.
struct Pending {
    name: String,
    file: FileId,
    schema: Option<SchemaId>,
    location: Location,
    is_expanded: bool,
}

impl Subjects<'_> {
    fn add_with_references(&mut self, name: String, file: FileId, schema: Option<SchemaId>, location: Location) {
        let mut work = vec![Pending { name, file, schema, location, is_expanded: false }];
        while let Some(pending) = work.pop() {
            if self.names.contains(&pending.name) {
                continue;
            }
            let references = self.topology.files.get(&pending.file).map_or(&[][..], |file| &file.references);
            if !pending.is_expanded {
                let inner = references.iter().rev().map(|reference| Pending {
                    name: reference.name.clone(),
                    file: reference.file,
                    schema: self.topology.schema_of_file(reference.file),
                    location: reference.location,
                    is_expanded: false,
                });
                let inner: Vec<_> = inner.collect();
                work.push(Pending { is_expanded: true, ..pending });
                work.extend(inner);
                continue;
            }
            self.add(pending);
        }
    }

    fn add(&mut self, pending: Pending) {
        let Pending { name, file, schema, location, .. } = pending;
        let Some(read) = self.topology.files.get(&file) else { return };
        self.names.insert(name.clone());
        self.list.push(Subject {
            name,
            format: read.format,
            text: schema.map_or_else(|| read.text.clone(), |schema| self.topology.registered_text(schema)),
            references: read.references.iter().map(|to| (to.name.clone(), to.name.clone())).collect(),
            file,
            schema,
            location,
        });
    }
}

impl Topology {
    fn schema_of_file(&self, file: FileId) -> Option<SchemaId> {
        self.schemas().find(|(_, schema)| schema.source == file).map(|(id, _)| id)
    }
}

impl Schema {
    /// How it is written.
    pub fn format(&self) -> Format {
        self.document.format()
    }

    /// The root in [`Topology::avro`], if it is an Avro schema.
    pub fn avro_root(&self) -> Option<schema::avro::TypeId> {
        match self.kind {
            SchemaKind::Avro { root } => Some(root),
            _ => None,
        }
    }

    /// Where a place of the document is, if it is in a file as it stands there.
    pub fn location(&self, place: schema::Place) -> Option<Location> {
        self.document_files.get(place.file).map(|file| Location { file: *file, span: place.span })
    }
}

impl Topic {
    /// What its keys or its values are.
    pub fn payload(&self, side: Side) -> &Spanned<Payload> {
        match side {
            Side::Key => &self.key,
            Side::Value => &self.value,
        }
    }

    /// How the subjects of its keys or of its values are named.
    pub fn strategy(&self, side: Side) -> SubjectNameStrategy {
        match side {
            Side::Key => self.key_strategy.value,
            Side::Value => self.value_strategy.value,
        }
    }
}

impl Side {
    /// `key` or `value`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Value => "value",
        }
    }
}

impl Mode {
    /// Confluent's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ReadWrite => "READWRITE",
            Self::ReadOnly => "READONLY",
            Self::Import => "IMPORT",
        }
    }
}

impl ChoiceId {
    pub(crate) fn new(position: usize) -> Self {
        Self(position)
    }
}
