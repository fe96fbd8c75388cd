//! Schemas to shapes.

use std::collections::{BTreeMap, BTreeSet};

use super::super::ident::{allocate, snake_case};
use super::{Definition, DefinitionId, Fallback, Field, Kind, Shape};
use crate::ir::Schema;
use crate::source::FileId;
use schema::json::{Json, JsonKind, Member};
use schema::json_schema::{Document, Node};

/// How deep schemas nest before the rest is any JSON: reading them recurses.
const DEEPEST: usize = 128;

/// How deep a type nests without a name in between: the compiler has a limit too.
const DEEPEST_TYPE: usize = 24;

/// What is beyond.
const TOO_DEEP: &str = "the schema nests too deep, or is made of nothing but itself";

/// A part of a schema file: its module, its file where that has none, and where it begins.
type Key = (String, usize, u32);

/// Reads schemas, each part of a file once.
pub(super) struct Reader {
    modules: BTreeMap<FileId, String>,
    known: BTreeMap<Key, DefinitionId>,
    /// What references have led to since the last definition: a schema of nothing but references and lists has no end.
    following: BTreeSet<Key>,
    pub(super) definitions: Vec<Definition>,
    pub(super) fallbacks: BTreeSet<Fallback>,
}

/// A schema on the way: where its parts are, and what a type made of it would be called.
#[derive(Clone, Copy)]
struct At<'a> {
    schema: &'a Schema,
    node: Node<'a>,
    wanted: &'a str,
    depth: usize,
    /// The part of the depth since the last definition.
    unnamed: usize,
}

impl<'a> At<'a> {
    fn inner(self, json: &'a Json, wanted: &'a str) -> Self {
        Self { node: self.node.child(json), wanted, ..self.deeper() }
    }

    fn deeper(self) -> Self {
        Self { depth: self.depth + 1, unnamed: self.unnamed + 1, ..self }
    }

    fn text(self, keyword: &str) -> Option<&'a str> {
        self.node.get(keyword)?.as_str()
    }

    /// The name of a type made of it: its title, or what its place is called.
    fn name(self) -> &'a str {
        self.text("title").filter(|title| title.chars().any(|c| c.is_ascii_alphanumeric())).unwrap_or(self.wanted)
    }
}

impl Reader {
    pub(super) fn new(modules: BTreeMap<FileId, String>) -> Self {
        Self {
            modules,
            known: BTreeMap::new(),
            following: BTreeSet::new(),
            definitions: Vec::new(),
            fallbacks: BTreeSet::new(),
        }
    }

    /// The type of a schema's records; a value that has no name of its own gets one.
    pub(super) fn root(&mut self, schema: &Schema, document: &Document) -> DefinitionId {
        let at = At { schema, node: document.root(), wanted: schema.name.as_str(), depth: 0, unnamed: 0 };
        match self.shape(at) {
            // A root that is a reference is the type that it refers to, unless that is another schema's file.
            Shape::Named(id) if self.key(at).0 == self.definitions[id].module => id,
            shape => self.add(at, Kind::Wrapper(shape)),
        }
    }

    fn key(&self, at: At<'_>) -> Key {
        let place = at.node.place();
        let file = at.schema.document_files.get(place.file);
        if let Some(module) = file.and_then(|file| self.modules.get(file)) {
            return (module.clone(), 0, place.span.start);
        }
        let own = self.modules.get(&at.schema.source).cloned().unwrap_or_else(|| "schemas".to_owned());
        (own, place.file + 1, place.span.start)
    }

    fn add(&mut self, at: At<'_>, kind: Kind) -> DefinitionId {
        let doc = at.text("description").or_else(|| at.text("title")).map(str::to_owned);
        let (module, ..) = self.key(at);
        let wanted = at.name().to_owned();
        let location = at.schema.location(at.node.place());
        self.definitions.push(Definition { module, wanted, name: String::new(), doc, kind, location });
        self.definitions.len() - 1
    }

    /// A definition that may refer to itself: it is known before it is made.
    fn define(&mut self, at: At<'_>, make: impl FnOnce(&mut Self) -> Kind) -> Shape {
        let key = self.key(at);
        if let Some(id) = self.known.get(&key) {
            return Shape::Named(*id);
        }
        let id = self.add(at, Kind::Wrapper(Shape::Any(TOO_DEEP)));
        self.known.insert(key, id);
        let around = std::mem::take(&mut self.following);
        self.definitions[id].kind = make(self);
        self.following = around;
        Shape::Named(id)
    }

    /// What a reference leads to.
    fn referenced(&mut self, at: At<'_>) -> Shape {
        let key = self.key(at);
        if self.known.contains_key(&key) {
            return self.shape(at);
        }
        if !self.following.insert(key.clone()) {
            self.fall_back(at.node, at, TOO_DEEP);
            return Shape::Any(TOO_DEEP);
        }
        let shape = self.shape(at);
        self.following.remove(&key);
        shape
    }

    /// What a schema is; where it is any JSON for a reason, that is remembered with its place.
    fn shape(&mut self, at: At<'_>) -> Shape {
        let shape = self.shape_of(at);
        if let Shape::Any(reason) = shape {
            self.fall_back(at.node, at, reason);
        }
        shape
    }

    fn fall_back(&mut self, node: Node<'_>, at: At<'_>, reason: &'static str) {
        let location = at.schema.location(node.place()).filter(|_| !reason.is_empty());
        self.fallbacks.extend(location.map(|location| Fallback { location, reason }));
    }

    fn shape_of(&mut self, at: At<'_>) -> Shape {
        if at.depth > DEEPEST || at.unnamed > DEEPEST_TYPE {
            return Shape::Any(TOO_DEEP);
        }
        if at.node.is_built_in() {
            return Shape::Any("it is a schema itself");
        }
        let JsonKind::Object(_) = &at.node.json().kind else { return Shape::Any("") };
        if let Some(reference) = at.node.reference() {
            let Some(node) = at.node.resolve(reference) else { return Shape::Any("its reference leads nowhere") };
            let name = reference.rsplit(['/', '#']).find(|part| !part.is_empty()).unwrap_or(at.wanted);
            let wanted = name.split('.').next().filter(|name| !name.is_empty()).unwrap_or(at.wanted);
            return self.referenced(At { node, wanted, ..at.deeper() });
        }
        if let Some(values) = at.node.get("enum").and_then(Json::as_array) {
            return self.values(at, &values.iter().collect::<Vec<_>>());
        }
        if let Some(value) = at.node.get("const") {
            return self.values(at, &[value]);
        }
        if let Some(parts) = at.node.get("allOf").and_then(Json::as_array) {
            return self.all_of(at, parts);
        }
        for keyword in ["oneOf", "anyOf"] {
            if let Some(branches) = at.node.get(keyword).and_then(Json::as_array) {
                // Branches that only say which members are needed say nothing about types.
                let is_condition = |json: &Json| json.get("type").is_none() && json.get("required").is_some();
                if !(has_members(at.node) && branches.iter().all(is_condition)) {
                    return self.branches(at, branches);
                }
            }
        }
        self.typed(at)
    }

    /// Values that are listed: texts become an enum.
    fn values(&mut self, at: At<'_>, values: &[&Json]) -> Shape {
        let texts: Vec<String> = values.iter().filter_map(|value| value.as_str().map(str::to_owned)).collect();
        let nulls = values.iter().filter(|value| value.kind == JsonKind::Null).count();
        let is_number = |value: &&Json| matches!(value.kind, JsonKind::Number(_));
        let is_bool = |value: &&Json| matches!(value.kind, JsonKind::Bool(_));
        if !texts.is_empty() && texts.len() + nulls == values.len() {
            let mut distinct: Vec<String> = Vec::new();
            for text in texts {
                if !distinct.contains(&text) {
                    distinct.push(text);
                }
            }
            let named = self.define(at, |_| Kind::Enum(distinct));
            return if nulls > 0 { optional(named) } else { named };
        }
        if !values.is_empty() && nulls == values.len() {
            return Shape::Null;
        }
        if !values.is_empty() && values.iter().all(is_bool) {
            return Shape::Bool;
        }
        if !values.is_empty() && values.iter().all(is_number) {
            let all = |is: fn(&str) -> bool| {
                values.iter().all(|value| matches!(&value.kind, JsonKind::Number(text) if is(text)))
            };
            return match (all(|text| text.parse::<i64>().is_ok()), all(|text| text.parse::<u64>().is_ok())) {
                (true, _) => Shape::Signed,
                (false, true) => Shape::Unsigned,
                (false, false) => Shape::Number,
            };
        }
        Shape::Any("its values are of several kinds")
    }

    fn all_of(&mut self, at: At<'_>, parts: &[Json]) -> Shape {
        if let ([only], false) = (parts, has_members(at.node)) {
            return self.shape(At { node: at.node.child(only), ..at.deeper() });
        }
        let mut objects = Vec::new();
        if !collect_objects(at.node, &mut objects, 0) {
            return Shape::Any("it is all of several schemas that are not all objects");
        }
        self.object(at, &objects)
    }

    fn branches(&mut self, at: At<'_>, branches: &[Json]) -> Shape {
        if has_members(at.node) {
            return Shape::Any("it has members of its own besides its branches");
        }
        let is_null = |json: &&Json| json.get("type").and_then(Json::as_str) == Some("null");
        let nullable = branches.iter().any(|branch| is_null(&branch));
        let others: Vec<&Json> = branches.iter().filter(|branch| !is_null(branch)).collect();
        let shape = match others.as_slice() {
            [] => return Shape::Null,
            [only] => self.shape(At { node: at.node.child(only), ..at.deeper() }),
            several => self.define(at, |reader| Kind::OneOf(reader.named_branches(at, several))),
        };
        if nullable { optional(shape) } else { shape }
    }

    fn named_branches(&mut self, at: At<'_>, branches: &[&Json]) -> Vec<(String, Shape)> {
        let mut named: Vec<(String, Shape)> = Vec::new();
        for branch in branches {
            let wanted = format!("{}{}", at.name(), named.len() + 1);
            let shape = self.shape(At { wanted: &wanted, unnamed: 0, ..at.inner(branch, at.wanted) });
            if named.iter().all(|(_, other)| *other != shape) {
                named.push((self.describe(&shape), shape));
            }
        }
        named
    }

    /// What a branch is called.
    fn describe(&self, shape: &Shape) -> String {
        match shape {
            Shape::Any(_) => "Any".to_owned(),
            Shape::Null => "Null".to_owned(),
            Shape::Bool => "Bool".to_owned(),
            Shape::Signed | Shape::Unsigned => "Integer".to_owned(),
            Shape::Number => "Number".to_owned(),
            Shape::Text => "Text".to_owned(),
            Shape::List(inner) => format!("{}List", self.describe(inner)),
            Shape::Map(inner) => format!("{}Map", self.describe(inner)),
            Shape::Option(inner) => self.describe(inner),
            Shape::Named(id) => self.definitions[*id].wanted.clone(),
        }
    }

    fn typed(&mut self, at: At<'_>) -> Shape {
        match at.node.get("type").map(|json| &json.kind) {
            Some(JsonKind::String(name)) => self.of_type(at, name),
            Some(JsonKind::Array(names)) => {
                let names: Vec<&str> = names.iter().filter_map(Json::as_str).collect();
                let others: Vec<&str> = names.iter().copied().filter(|name| *name != "null").collect();
                let shape = match others.as_slice() {
                    [] => Shape::Null,
                    [only] => self.of_type(at, only),
                    ["integer", "number"] | ["number", "integer"] => Shape::Number,
                    _ => return Shape::Any("it is of several types"),
                };
                if others.len() < names.len() { optional(shape) } else { shape }
            }
            _ if has_members(at.node) => self.of_type(at, "object"),
            _ if at.node.get("items").is_some() => self.of_type(at, "array"),
            _ => Shape::Any(""),
        }
    }

    fn of_type(&mut self, at: At<'_>, name: &str) -> Shape {
        match name {
            "null" => Shape::Null,
            "boolean" => Shape::Bool,
            "integer" if is_unsigned(at.node) => Shape::Unsigned,
            "integer" => Shape::Signed,
            "number" => Shape::Number,
            "string" => Shape::Text,
            "array" => self.list(at),
            "object" if has_members(at.node) => self.object(at, &[at.node]),
            "object" => match at.node.get("additionalProperties") {
                Some(values) if members(values).is_some() && at.node.get("patternProperties").is_none() => {
                    let wanted = format!("{}Value", at.name());
                    let values = self.shape(At { wanted: &wanted, ..at.inner(values, at.wanted) });
                    Shape::Map(Box::new(values))
                }
                _ => Shape::Map(Box::new(Shape::Any(""))),
            },
            _ => Shape::Any("it is of a type that JSON Schema does not have"),
        }
    }

    fn list(&mut self, at: At<'_>) -> Shape {
        let items = at.node.get("items");
        let is_tuple = at.node.get("prefixItems").is_some() || items.is_some_and(|items| items.as_array().is_some());
        let items = match items {
            _ if is_tuple => {
                const REASON: &str = "its items are of a type by their position";
                self.fall_back(at.node, at, REASON);
                Shape::Any(REASON)
            }
            Some(items) => {
                let wanted = format!("{}Item", at.name());
                self.shape(At { wanted: &wanted, ..at.inner(items, at.wanted) })
            }
            None => Shape::Any(""),
        };
        Shape::List(Box::new(items))
    }

    /// What members are that have no name in the schema, where it says something about them.
    fn rest(&mut self, at: At<'_>, part: Node<'_>) -> Option<Shape> {
        if let Some(patterns) =
            part.get("patternProperties").filter(|json| members(json).is_some_and(|all| !all.is_empty()))
        {
            const REASON: &str = "its members are of a type by a pattern of their names";
            self.fall_back(part.child(patterns), at, REASON);
            return Some(Shape::Any(REASON));
        }
        let values = part.get("additionalProperties").filter(|json| members(json).is_some())?;
        let wanted = format!("{}Rest", at.name());
        let node = part.child(values);
        Some(self.shape(At { schema: at.schema, node, wanted: &wanted, depth: at.depth + 1, unnamed: 0 }))
    }

    /// A struct of the members of all these parts.
    fn object(&mut self, at: At<'_>, parts: &[Node<'_>]) -> Shape {
        self.define(at, |reader| {
            let required: Vec<&str> = parts
                .iter()
                .filter_map(|part| part.get("required")?.as_array())
                .flat_map(|names| names.iter().filter_map(Json::as_str))
                .collect();
            let mut fields: Vec<Field> = Vec::new();
            for part in parts {
                for member in part.get("properties").and_then(members).unwrap_or_default() {
                    if fields.iter().any(|field| *field.key == *member.key) {
                        continue;
                    }
                    let node = part.child(&member.value);
                    let wanted = format!("{} {}", at.name(), member.key);
                    let inner = At { schema: at.schema, node, wanted: &wanted, depth: at.depth + 1, unnamed: 0 };
                    fields.push(Field {
                        key: member.key.to_string(),
                        ident: String::new(),
                        location: at.schema.location(node.place()),
                        doc: inner.text("description").or_else(|| inner.text("title")).map(str::to_owned),
                        is_required: required.contains(&&*member.key),
                        shape: reader.shape(inner),
                    });
                }
            }
            let rest = match parts {
                [only] => reader.rest(at, *only),
                _ => None,
            };
            let keys: Vec<&str> = fields.iter().map(|field| field.key.as_str()).collect();
            let idents = allocate(&keys, snake_case, &BTreeSet::new());
            let is_taken = idents.iter().any(|ident| ident == "rest");
            for (field, ident) in fields.iter_mut().zip(idents) {
                field.ident = ident;
            }
            let name = if is_taken { "rest_of_object" } else { "rest" };
            Kind::Struct { fields, rest: rest.map(|shape| (name.to_owned(), shape)) }
        })
    }
}

fn has_members(node: Node<'_>) -> bool {
    node.get("properties").and_then(members).is_some_and(|members| !members.is_empty())
}

fn is_unsigned(node: Node<'_>) -> bool {
    let Some(JsonKind::Number(text)) = node.get("minimum").map(|json| &json.kind) else { return false };
    text.parse::<f64>().is_ok_and(|minimum| minimum >= 0.0)
}

fn optional(shape: Shape) -> Shape {
    if let Shape::Option(_) = shape { shape } else { Shape::Option(Box::new(shape)) }
}

/// The objects that a schema is all of; false if one is no plain object.
fn collect_objects<'a>(node: Node<'a>, found: &mut Vec<Node<'a>>, depth: usize) -> bool {
    if depth > DEEPEST {
        return false;
    }
    if let Some(reference) = node.reference() {
        return node.resolve(reference).is_some_and(|target| collect_objects(target, found, depth + 1));
    }
    let is_object = node.get("type").is_none_or(|json| json.as_str() == Some("object"));
    if !is_object || ["oneOf", "anyOf", "enum", "const"].iter().any(|keyword| node.get(keyword).is_some()) {
        return false;
    }
    found.push(node);
    let parts = node.get("allOf").and_then(Json::as_array).unwrap_or_default();
    parts.iter().all(|part| collect_objects(node.child(part), found, depth + 1))
}

fn members(json: &Json) -> Option<&[Member]> {
    match &json.kind {
        JsonKind::Object(members) => Some(members),
        _ => None,
    }
}
