//! JSON Schemas as Rust types: structs and enums, and any JSON where Rust cannot say what a schema does.
//!
//! The types hold everything that a schema accepts; what it checks beyond that (lengths, patterns, ranges, conditions)
//! is not checked. What a schema does not name is ignored when it is read, so that a reader gets along with what later
//! versions add.
//!
//! * `read`: schemas to shapes, each definition once.

mod read;

use std::collections::{BTreeMap, BTreeSet};

use schema::{Document, Format};

use super::ident::{allocate, snake_case, type_name, upper_camel_case};
use crate::Topology;
use crate::ir::{Schema, SchemaId};
use crate::source::{FileId, Location};
use read::Reader;

/// Why branches are no enum.
const AMBIGUOUS: &str = "the schema has branches that cannot be told apart by their members";

/// The number of a definition.
pub type DefinitionId = usize;

/// What a value is.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// Any JSON, and why nothing better; empty where the schema itself says no more.
    Any(&'static str),
    /// `null`.
    Null,
    /// `bool`.
    Bool,
    /// `i64`.
    Signed,
    /// `u64`.
    Unsigned,
    /// `f64`.
    Number,
    /// `String`.
    Text,
    /// `Vec`.
    List(Box<Shape>),
    /// `BTreeMap` with texts as keys.
    Map(Box<Shape>),
    /// `Option`.
    Option(Box<Shape>),
    /// A type with a name.
    Named(DefinitionId),
}

/// A type with a name.
#[derive(Debug)]
pub struct Definition {
    /// The file that it is in.
    pub module: String,
    /// What it would be called if there were no others.
    pub wanted: String,
    /// Its name.
    pub name: String,
    /// What the schema says about it.
    pub doc: Option<String>,
    /// What it is.
    pub kind: Kind,
    /// Where the schema has it.
    location: Option<Location>,
}

/// What a definition is.
#[derive(Debug)]
pub enum Kind {
    /// An object.
    Struct {
        /// The members that the schema names.
        fields: Vec<Field>,
        /// The field and the type of all other members, if they have one.
        rest: Option<(String, Shape)>,
    },
    /// One of these texts.
    Enum(Vec<String>),
    /// One of several, told apart by what they are; each with a name.
    OneOf(Vec<(String, Shape)>),
    /// A value that needs a name for being a key or a value of a topic.
    Wrapper(Shape),
}

/// A member of an object.
#[derive(Debug)]
pub struct Field {
    /// Its name in the schema.
    pub key: String,
    /// Its name in Rust.
    pub ident: String,
    /// What the schema says about it.
    pub doc: Option<String>,
    /// Where the schema has it.
    pub location: Option<Location>,
    /// What it is where it is there.
    pub shape: Shape,
    /// Whether it must be there.
    pub is_required: bool,
}

/// A part of a schema that became any JSON.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fallback {
    /// Where the schema has it.
    pub location: Location,
    /// Why, as what follows "because".
    pub reason: &'static str,
}

/// The types of all JSON Schemas of a topology.
#[derive(Debug, Default)]
pub struct JsonTypes {
    definitions: Vec<Definition>,
    roots: BTreeMap<SchemaId, DefinitionId>,
    fallbacks: BTreeSet<Fallback>,
}

/// The members of a schema's records; none if they are no objects with named members.
pub fn fields(schema: &Schema, document: &schema::json_schema::Document) -> Option<Vec<Field>> {
    // Its own module for each file, as in [`JsonTypes`]: a root that only refers to another file is a type around it.
    let modules = schema.document_files.iter().enumerate().map(|(number, file)| (*file, number.to_string()));
    let mut reader = Reader::new(modules.collect());
    let root = reader.root(schema, document);
    match reader.definitions.swap_remove(root).kind {
        Kind::Struct { fields, .. } => Some(fields),
        _ => None,
    }
}

impl JsonTypes {
    /// Reads every schema.
    pub fn new(topology: &Topology) -> Self {
        let mut reader = Reader::new(modules(topology));
        let mut by_file: BTreeMap<FileId, DefinitionId> = BTreeMap::new();
        let mut roots = BTreeMap::new();
        for (id, schema) in topology.schemas() {
            let Document::Json(document) = &*schema.document else { continue };
            let root = *by_file.entry(schema.source).or_insert_with(|| reader.root(schema, document));
            roots.insert(id, root);
        }
        let mut types = Self { definitions: reader.definitions, roots, fallbacks: reader.fallbacks };
        types.give_up_ambiguous();
        types.name();
        types
    }

    /// Whether no schema is a JSON Schema.
    pub fn is_empty(&self) -> bool {
        self.roots.is_empty()
    }

    /// Every type.
    pub fn definitions(&self) -> &[Definition] {
        &self.definitions
    }

    /// The type of a schema's records.
    pub fn root(&self, id: SchemaId) -> Option<&Definition> {
        Some(&self.definitions[*self.roots.get(&id)?])
    }

    /// The members of a schema's records and the type that has them; none if they are no objects with named members.
    pub fn fields(&self, id: SchemaId) -> Option<(DefinitionId, &[Field])> {
        let root = *self.roots.get(&id)?;
        match &self.definitions[root].kind {
            Kind::Struct { fields, .. } => Some((root, fields)),
            _ => None,
        }
    }

    /// Every part of a schema that became any JSON, in the order of the files.
    pub fn fallbacks(&self) -> impl Iterator<Item = &Fallback> {
        self.fallbacks.iter()
    }

    /// Each name once in its module.
    fn name(&mut self) {
        let modules: BTreeSet<String> = self.definitions.iter().map(|definition| definition.module.clone()).collect();
        for module in modules {
            let mut inside: Vec<&mut Definition> =
                self.definitions.iter_mut().filter(|definition| definition.module == module).collect();
            let wanted: Vec<String> = inside.iter().map(|definition| definition.wanted.clone()).collect();
            let wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
            let names = allocate(&wanted, camel_case, &BTreeSet::new());
            for (definition, name) in inside.iter_mut().zip(names) {
                definition.name = name;
            }
        }
    }

    /// Reading takes the first branch that fits. Where an earlier one would take what is of a later one, and lose a part
    /// of it, there is no enum.
    fn give_up_ambiguous(&mut self) {
        let is_ambiguous = |branches: &[(String, Shape)]| {
            branches
                .iter()
                .enumerate()
                .any(|(at, (_, later))| branches[..at].iter().any(|(_, earlier)| self.takes_from(earlier, later)))
        };
        let ambiguous: Vec<DefinitionId> = (0..self.definitions.len())
            .filter(|id| matches!(&self.definitions[*id].kind, Kind::OneOf(branches) if is_ambiguous(branches)))
            .collect();
        for id in ambiguous {
            self.definitions[id].kind = Kind::Wrapper(Shape::Any(AMBIGUOUS));
            let fallback = |location| Fallback { location, reason: AMBIGUOUS };
            self.fallbacks.extend(self.definitions[id].location.map(fallback));
        }
    }

    /// Whether reading as `earlier` could succeed for a value of `later` and not keep all of it.
    fn takes_from(&self, earlier: &Shape, later: &Shape) -> bool {
        match (earlier, later) {
            (Shape::Any(_), _) | (Shape::Number, Shape::Signed | Shape::Unsigned) => true,
            (Shape::Option(earlier), _) => self.takes_from(earlier, later),
            (_, Shape::Option(later)) => self.takes_from(earlier, later),
            (Shape::List(earlier), Shape::List(later)) | (Shape::Map(earlier), Shape::Map(later)) => {
                self.takes_from(earlier, later)
            }
            (Shape::Named(earlier), Shape::Named(later)) => self.definition_takes_from(*earlier, *later),
            (Shape::Named(earlier), later) => match &self.definitions[*earlier].kind {
                Kind::Struct { .. } => matches!(later, Shape::Map(_) | Shape::Any(_)),
                Kind::Enum(_) => false,
                Kind::OneOf(_) | Kind::Wrapper(_) => true,
            },
            (earlier, Shape::Named(later)) => match &self.definitions[*later].kind {
                Kind::Struct { .. } | Kind::Enum(_) => false,
                Kind::OneOf(_) | Kind::Wrapper(_) => *earlier != Shape::Null,
            },
            _ => false,
        }
    }

    fn definition_takes_from(&self, earlier: DefinitionId, later: DefinitionId) -> bool {
        match (&self.definitions[earlier].kind, &self.definitions[later].kind) {
            (Kind::Struct { fields: earlier, .. }, Kind::Struct { fields: later, .. }) => {
                let mut needed = earlier.iter().filter(|field| field.is_required);
                needed.all(|field| {
                    let same = later.iter().find(|other| other.key == field.key);
                    same.is_some_and(|other| !self.are_disjoint(&field.shape, &other.shape))
                })
            }
            (Kind::Enum(_), _) | (Kind::Struct { .. }, Kind::Enum(_)) => false,
            _ => true,
        }
    }

    /// Whether no text is both: the members by which the branches of a `oneOf` are told apart.
    fn are_disjoint(&self, left: &Shape, right: &Shape) -> bool {
        let (Shape::Named(left), Shape::Named(right)) = (left, right) else { return false };
        match (&self.definitions[*left].kind, &self.definitions[*right].kind) {
            (Kind::Enum(left), Kind::Enum(right)) => left.iter().all(|value| !right.contains(value)),
            _ => false,
        }
    }
}

/// A module for each JSON file, named after it.
fn modules(topology: &Topology) -> BTreeMap<FileId, String> {
    let files: Vec<_> = topology.files.iter().filter(|(_, file)| file.format == Format::Json).collect();
    let stem = |path: &str| {
        let name = path.rsplit('/').next().unwrap_or(path);
        name.split('.').next().unwrap_or(name).to_owned()
    };
    let stems: Vec<String> = files.iter().map(|(_, file)| stem(&file.path)).collect();
    let stems: Vec<&str> = stems.iter().map(String::as_str).collect();
    // `mod.rs` would be the module around it, which passes on the other.
    let names = allocate(&stems, snake_case, &["r#mod", "serde_json"].map(str::to_owned).into());
    files.into_iter().map(|(id, _)| *id).zip(names).collect()
}

/// A type's name from a title, a key or a name of the manifest.
pub fn camel_case(name: &str) -> String {
    if name.chars().all(|c| c.is_ascii_alphanumeric()) { type_name(name) } else { upper_camel_case(name) }
}
