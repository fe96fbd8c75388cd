//! Schemas that no value satisfies together, which is what `oneOf` relies on.
//!
//! Two are told apart by the types of values that they accept, or by a property that each gives a constant of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::comparison::Comparison;
use super::model::{Combined, Criterion, Kind, Object, Part, Schema};
use super::value;
use crate::json::{Json, JsonKind};

/// How deep combinations inside of combinations are looked into.
const MAX_DEPTH: usize = 8;

/// From how many schemas on only their types are compared.
const MAX_PAIRWISE: usize = 128;

/// How often a schema is looked into in one comparison. After that, schemas count as not disjoint.
const MAX_LOOKS: usize = 200_000;

/// A set of types of values; integers are numbers.
type Types = u8;

const OBJECT: Types = 1;
const ARRAY: Types = 2;
const NUMBER: Types = 4;
const STRING: Types = 8;
const BOOLEAN: Types = 16;
const NULL: Types = 32;
const EVERY: Types = 63;

impl<'a> Comparison<'a> {
    /// Whether every value satisfies at most one of these.
    pub(super) fn are_disjoint(&mut self, parts: &[Part<'a>]) -> bool {
        let types: Vec<Types> = parts.iter().map(|part| self.types(*part, MAX_DEPTH)).collect();
        let mut seen = 0;
        if types.iter().all(|types| {
            let is_new = seen & types == 0;
            seen |= types;
            is_new
        }) {
            return true;
        }
        if parts.len() > MAX_PAIRWISE {
            return false;
        }
        let traits: Vec<_> = parts.iter().map(|part| self.traits(*part, MAX_DEPTH)).collect();
        (0..parts.len()).all(|right| {
            (0..right).all(|left| types[left] & types[right] == 0 || traits[left].excludes(&traits[right]))
        })
    }

    /// The types of the values that a schema may accept.
    fn types(&mut self, part: Part<'a>, depth: usize) -> Types {
        self.looks += 1;
        if self.looks > MAX_LOOKS {
            return EVERY;
        }
        let schema = self.load(part);
        match &schema.kind {
            Kind::False => 0,
            Kind::Combined(combined) if depth > 0 => self.combined_types(combined, depth - 1),
            Kind::Enum(values) => values.iter().fold(0, |types, value| types | type_of(value)),
            Kind::Const(value) => type_of(value),
            kind if schema.is_typed => match kind {
                Kind::Object(_) => OBJECT,
                Kind::Array(_) => ARRAY,
                Kind::Number | Kind::Integer => NUMBER,
                Kind::String => STRING,
                Kind::Boolean => BOOLEAN,
                Kind::Null => NULL,
                _ => EVERY,
            },
            _ => EVERY,
        }
    }

    fn combined_types(&mut self, combined: &Combined<'a>, depth: usize) -> Types {
        let types = combined.parts.iter().map(|part| self.types(*part, depth));
        match combined.criterion {
            Criterion::All => types.fold(EVERY, |all, types| all & types),
            Criterion::Any | Criterion::One => types.fold(0, |all, types| all | types),
        }
    }

    /// What every accepted value has.
    fn traits(&mut self, part: Part<'a>, depth: usize) -> Traits {
        let schema = self.load(part);
        let mut traits = Traits { types: self.types(part, depth), ..Traits::default() };
        self.add_traits(&schema, &mut traits, depth);
        traits
    }

    fn add_traits(&mut self, schema: &Rc<Schema<'a>>, traits: &mut Traits, depth: usize) {
        match &schema.kind {
            Kind::Object(object) => self.add_constants(object, traits, depth),
            Kind::Enum(_) | Kind::Const(_) => traits.values = self.listed(schema),
            Kind::Combined(combined) if combined.criterion == Criterion::All && depth > 0 && self.looks < MAX_LOOKS => {
                self.looks += 1;
                for part in &combined.parts {
                    let schema = self.load(*part);
                    self.add_traits(&schema, traits, depth - 1);
                }
            }
            _ => {}
        }
    }

    fn add_constants(&mut self, object: &Object<'a>, traits: &mut Traits, depth: usize) {
        traits.required.extend(object.required.keys().map(|name| (*name).to_owned()));
        for (name, declared) in object.properties.iter() {
            if let Some(values) = self.only_values(declared.part, depth) {
                traits.constants.insert(name.to_owned(), values);
            }
        }
    }

    /// The only values that a schema accepts, if it lists them.
    fn only_values(&mut self, part: Part<'a>, depth: usize) -> Option<BTreeSet<String>> {
        self.looks += 1;
        let schema = self.load(part);
        match &schema.kind {
            Kind::Combined(combined) if combined.criterion == Criterion::All && depth > 0 && self.looks < MAX_LOOKS => {
                combined.parts.iter().find_map(|part| self.only_values(*part, depth - 1))
            }
            _ => self.listed(&schema),
        }
    }

    /// Each value counts as a look.
    fn listed(&mut self, schema: &Schema<'a>) -> Option<BTreeSet<String>> {
        let values = match schema.kind {
            Kind::Enum(values) => values,
            Kind::Const(value) => std::slice::from_ref(value),
            _ => return None,
        };
        self.looks += values.len();
        (self.looks < MAX_LOOKS).then(|| values.iter().map(value::key).collect())
    }
}

/// What every value that a schema accepts has.
#[derive(Debug, Default)]
struct Traits {
    types: Types,
    /// The only values, if they are known.
    values: Option<BTreeSet<String>>,
    /// The only values of properties.
    constants: BTreeMap<String, BTreeSet<String>>,
    required: BTreeSet<String>,
}

impl Traits {
    fn excludes(&self, other: &Self) -> bool {
        if let (Some(own), Some(others)) = (&self.values, &other.values) {
            return own.is_disjoint(others);
        }
        let are_objects = self.types & other.types & !OBJECT == 0;
        are_objects
            && self.constants.iter().any(|(name, own)| {
                let is_there = self.required.contains(name) || other.required.contains(name);
                is_there && other.constants.get(name).is_some_and(|others| own.is_disjoint(others))
            })
    }
}

fn type_of(json: &Json) -> Types {
    match json.kind {
        JsonKind::Object(_) => OBJECT,
        JsonKind::Array(_) => ARRAY,
        JsonKind::Number(_) => NUMBER,
        JsonKind::String(_) => STRING,
        JsonKind::Bool(_) => BOOLEAN,
        JsonKind::Null => NULL,
    }
}
