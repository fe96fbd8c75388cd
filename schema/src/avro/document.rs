//! One Avro schema with its references, as a registry has it.

#[cfg(test)]
mod tests;

use std::fmt::Write;
use std::sync::{Arc, OnceLock};

use md5::{Digest, Md5};
use sha2::Sha256;

use super::compatibility::Record;
use super::model::{Place, Schemas, Type, TypeId};
use super::parse::{Demand, Linked, link};
use super::text::{self, References, Style};
use super::tree::{JsonRules, Notation, Tree, read_tree};
use crate::document::MAX_BYTES;
use crate::json::Json;
use crate::{Finding, Severity, Source, Strictness};

/// A parsed Avro schema.
///
/// Cloning is cheap.
#[derive(Clone, Debug)]
pub struct Document {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    source: Source,
    /// The JSON of the schema and of each reference.
    trees: Vec<Tree>,
    schemas: Schemas,
    root: Type,
    /// The object that defines each type.
    definitions: Vec<Place>,
    /// The fields of each type, once something was compared with them.
    records: OnceLock<Vec<Record>>,
}

/// What identifies the Parsing Canonical Form of a schema (Avro 1.12 specification, "Schema Fingerprints").
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprints {
    /// CRC-64-AVRO, the fingerprint of single-object encoding.
    pub crc_64_avro: u64,
    /// MD5.
    pub md5: [u8; 16],
    /// SHA-256.
    pub sha_256: [u8; 32],
}

impl Document {
    pub(crate) fn parse(source: &Source, strictness: Strictness, findings: &mut Vec<Finding>) -> Option<Self> {
        Self::parse_notations(source, &[], strictness, findings)
    }

    /// How the schema (0) or one of its references is written.
    pub(super) fn notation(&self, file: usize) -> Notation {
        self.inner.trees.get(file).map_or(Notation::Json, |tree| tree.notation)
    }

    /// Reads texts of several notations: the first is that of the schema, the next that of its first reference, and so
    /// on. Texts beyond the list are JSON.
    pub(crate) fn parse_notations(
        source: &Source,
        notations: &[Notation],
        strictness: Strictness,
        findings: &mut Vec<Finding>,
    ) -> Option<Self> {
        let demand = Demand::from(strictness);
        let mut found = Vec::new();
        let texts = std::iter::once(&source.text).chain(source.references.iter().map(|reference| &reference.text));
        let read = |(file, text): (usize, &Arc<str>)| {
            let notation = notations.get(file).copied().unwrap_or_default();
            read(file, &source.file_name(file), (text, notation), &mut found)
        };
        let trees: Vec<Option<Tree>> = texts.enumerate().map(read).collect();
        let distinct: Vec<usize> = (0..trees.len()).collect();
        let Linked { mut schemas, definitions, findings: found } = link(&trees, &distinct, demand, found);
        let is_usable = found.iter().all(|finding| finding.severity != Severity::Error);
        findings.extend(found);
        let trees: Vec<Tree> = trees.into_iter().collect::<Option<_>>()?;
        if is_usable && trees.first().is_some_and(|tree| tree.root.is_none()) {
            findings.push(no_type());
        }
        let root = schemas.roots.first_mut()?.take()?;
        let inner = Inner { source: source.clone(), trees, schemas, root, definitions, records: OnceLock::new() };
        is_usable.then(|| Self { inner: Arc::new(inner) })
    }

    /// The text that it was read from, and those that it refers to.
    pub fn source(&self) -> &Source {
        &self.inner.source
    }

    /// The type that the text means.
    pub fn root(&self) -> &Type {
        &self.inner.root
    }

    /// The named types of the text and of its references.
    pub fn schemas(&self) -> &Schemas {
        &self.inner.schemas
    }

    /// What Java's `Schema.toString(referencedSchemas, false)` prints: references are names.
    pub fn canonical(&self) -> String {
        text::write(self, Style::Plain, self.references())
    }

    /// Confluent's normalised form: as the canonical one, with aliases and properties in order, defaults written as
    /// values of their types, and no empty docs of types.
    pub fn normalized(&self) -> String {
        text::write(self, Style::Normalized, self.references())
    }

    /// `resolved`: the canonical text with every reference written out where it is first used.
    pub fn formatted(&self, format: &str) -> Option<String> {
        (format == "resolved").then(|| text::write(self, Style::Plain, References::Inlined))
    }

    /// The full name of the root, if it is a named type.
    pub fn record_name(&self) -> Option<String> {
        match self.root() {
            Type::Named(id) => Some(self.schemas().get(*id).name.to_string()),
            _ => None,
        }
    }

    /// The Parsing Canonical Form: what matters for reading and writing bytes, in one text.
    pub fn parsing_canonical_form(&self) -> String {
        self.schemas().canonical_form(self.root())
    }

    /// The fingerprints of the Parsing Canonical Form.
    pub fn fingerprints(&self) -> Fingerprints {
        let form = self.parsing_canonical_form();
        Fingerprints {
            crc_64_avro: super::canonical::crc_64_avro(form.as_bytes()),
            md5: Md5::digest(form.as_bytes()).into(),
            sha_256: Sha256::digest(form.as_bytes()).into(),
        }
    }

    /// The JSON that the text stands for.
    pub(super) fn tree(&self) -> &Json {
        self.inner.trees[0].root().expect("a text that defines nothing is no document")
    }

    /// Imports are a matter of files: what is registered of an IDL text stands alone.
    fn references(&self) -> References {
        if self.inner.trees[0].notation == Notation::Json { References::Kept } else { References::Inlined }
    }

    /// The file and the object that define a type.
    pub(super) fn definition_place(&self, id: TypeId) -> Place {
        self.inner.definitions[id.0 as usize]
    }

    /// The object that defines a type.
    pub(super) fn definition(&self, id: TypeId) -> &Json {
        let place = self.definition_place(id);
        self.inner.trees[place.file].at(place.span).expect("definitions are objects of their trees")
    }

    /// Where the fields of a type are written.
    pub(super) fn record(&self, id: TypeId) -> &Record {
        &self.inner.records.get_or_init(|| Record::all(self))[id.0 as usize]
    }

    /// The text of the schema (0) or of a reference, if its values were read from it as they stand there.
    pub(super) fn json_text(&self, file: usize) -> Option<&str> {
        let source = &self.inner.source;
        let text = match file.checked_sub(1) {
            None => &source.text,
            Some(position) => &source.references.get(position)?.text,
        };
        (self.inner.trees.get(file)?.notation != Notation::Idl).then_some(text)
    }

    /// The types that the references are.
    pub(super) fn referenced_roots(&self) -> impl Iterator<Item = TypeId> + '_ {
        self.schemas().roots.iter().skip(1).filter_map(|root| match root {
            Some(Type::Named(id)) => Some(*id),
            _ => None,
        })
    }
}

impl Fingerprints {
    /// The fingerprint of an algorithm by its name in Java (`CRC-64-AVRO`, `MD5`, `SHA-256`), in hexadecimal digits of
    /// the bytes in the order in which Java gives them.
    pub fn hexadecimal(&self, algorithm: &str) -> Option<String> {
        match algorithm {
            "CRC-64-AVRO" => Some(hexadecimal(&self.crc_64_avro.to_le_bytes())),
            "MD5" => Some(hexadecimal(&self.md5)),
            "SHA-256" => Some(hexadecimal(&self.sha_256)),
            _ => None,
        }
    }
}

impl Source {
    /// What a reference is called; nothing for the schema itself.
    fn file_name(&self, file: usize) -> String {
        let reference = file.checked_sub(1).and_then(|position| self.references.get(position));
        reference.map(|reference| reference.name.to_string()).unwrap_or_default()
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut out, byte| {
        write!(out, "{byte:02x}").expect("writing to a string cannot fail");
        out
    })
}

fn read(file: usize, name: &str, (text, notation): (&Arc<str>, Notation), findings: &mut Vec<Finding>) -> Option<Tree> {
    if text.len() > MAX_BYTES {
        let place = Place { file, span: crate::Span::default() };
        let message = format!("schema of {} bytes; the limit is {MAX_BYTES}", text.len());
        findings.push(Finding::error("schema::too-large", place, message).label("this text"));
        return None;
    }
    read_tree((file, name), text, (notation, JsonRules::Java), findings)
}

fn no_type() -> Finding {
    let place = Place { file: 0, span: crate::Span::default() };
    Finding::error("schema::no-type", place, "file defines no type")
        .label("nothing but imports here")
        .note("An IDL file stands for its `schema` declaration, or for the last type that it defines.")
        .help("define a record, or declare an imported type as the main one: `schema NAME;`")
}
