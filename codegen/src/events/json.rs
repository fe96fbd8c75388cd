//! JSON Schemas as Rust: structs and enums with `serde`.
//!
//! The types hold everything that a schema accepts; what it checks beyond that (lengths, patterns, ranges, conditions)
//! is not checked. What Rust cannot say is any JSON, and the documentation says why. What a schema does not name is
//! ignored when it is read, so that a reader gets along with what later versions add.
//!
//! * `read`: schemas to shapes, each definition once.
//! * `code`: shapes to Rust.

mod code;
mod read;

use std::collections::{BTreeMap, BTreeSet};

use quote::quote;
use schema::{Document, Format};
use syn::parse_quote;
use topology::Topology;
use topology::ir::SchemaId;
use topology::rust::ident::{allocate, snake_case, type_name, upper_camel_case};
use topology::source::FileId;

use super::source::ident;
use crate::render;
use read::Reader;

/// The number of a definition.
type DefinitionId = usize;

/// What a value is.
#[derive(Clone, Debug, PartialEq)]
enum Shape {
    /// Any JSON, and why nothing better; empty where the schema itself says no more.
    Any(&'static str),
    Null,
    Bool,
    Signed,
    Unsigned,
    Number,
    Text,
    List(Box<Shape>),
    Map(Box<Shape>),
    Option(Box<Shape>),
    Named(DefinitionId),
}

/// A type with a name.
#[derive(Debug)]
struct Definition {
    /// The file that it is in.
    module: String,
    /// What it would be called if there were no others.
    wanted: String,
    /// Its name.
    name: String,
    doc: Option<String>,
    kind: Kind,
}

/// What a definition is.
#[derive(Debug)]
enum Kind {
    /// An object with these members; `rest` is what others are, if they have a type.
    Struct { fields: Vec<Field>, rest: Option<Shape> },
    /// One of these texts.
    Enum(Vec<String>),
    /// One of several, told apart by what they are; each with a name.
    OneOf(Vec<(String, Shape)>),
    /// A value that needs a name for being a key or a value of a topic.
    Wrapper(Shape),
}

#[derive(Debug)]
struct Field {
    key: String,
    doc: Option<String>,
    shape: Shape,
    is_required: bool,
}

/// The types of all JSON Schemas of a topology.
#[derive(Debug, Default)]
pub(crate) struct Json {
    definitions: Vec<Definition>,
    roots: BTreeMap<SchemaId, DefinitionId>,
}

impl Json {
    /// Reads every schema.
    pub(crate) fn new(topology: &Topology) -> Self {
        let mut reader = Reader::new(modules(topology));
        let mut by_file: BTreeMap<FileId, DefinitionId> = BTreeMap::new();
        let mut roots = BTreeMap::new();
        for (id, schema) in topology.schemas() {
            let Document::Json(document) = &*schema.document else { continue };
            let root = *by_file.entry(schema.source).or_insert_with(|| reader.root(schema, document));
            roots.insert(id, root);
        }
        let mut json = Self { definitions: reader.definitions, roots };
        json.give_up_ambiguous();
        json.name();
        json
    }

    /// Whether no schema is a JSON Schema.
    pub(crate) fn is_empty(&self) -> bool {
        self.roots.is_empty()
    }

    /// The module and the type of a schema's records.
    pub(crate) fn root(&self, id: SchemaId) -> Option<(String, String)> {
        let definition = &self.definitions[*self.roots.get(&id)?];
        Some((definition.module.clone(), definition.name.clone()))
    }

    /// The files, below the module `root` of the crate.
    pub(crate) fn files(&self, root: &str) -> Vec<(String, String)> {
        let modules: BTreeSet<&str> = self.definitions.iter().map(|definition| definition.module.as_str()).collect();
        if modules.is_empty() {
            return Vec::new();
        }
        let declared = modules.iter().map(|module| {
            let (name, doc) = (ident(module), format!(" The types of `{}`.", module.replace("r#", "")));
            quote!(#[doc = #doc] pub mod #name;)
        });
        let index = parse_quote! {
            #![doc = " The types of JSON Schemas, a module for each file."]

            #(#declared)*
        };
        let file = |module: &&str| {
            let path = format!("src/{root}/{}.rs", module.replace("r#", ""));
            (path, render::generated(self.module(module)))
        };
        let files: Vec<_> = modules.iter().map(file).collect();
        [(format!("src/{root}.rs"), render::generated(index))].into_iter().chain(files).collect()
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
            self.definitions[id].kind =
                Kind::Wrapper(Shape::Any("the schema has branches that cannot be told apart by their members"));
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
    // `mod.rs` would be the module around it.
    let names = allocate(&stems, snake_case, &["r#mod".to_owned()].into());
    files.into_iter().map(|(id, _)| *id).zip(names).collect()
}

/// A type's name from a title, a key or a name of the manifest.
fn camel_case(name: &str) -> String {
    if name.chars().all(|c| c.is_ascii_alphanumeric()) { type_name(name) } else { upper_camel_case(name) }
}
