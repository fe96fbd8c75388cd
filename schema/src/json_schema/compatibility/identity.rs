//! Schemas that ask for the same.

use std::collections::BTreeMap;

use super::comparison::Comparison;
use super::finding::{Places, Wanted};
use super::model::Part;
use super::value;
use crate::json::{Json, JsonKind, Member};
use crate::json_schema::{Document, Node};

/// Keywords that ask for nothing, or that only references lead into.
const SILENT: &[&str] = &[
    "$id",
    "id",
    "$schema",
    "$anchor",
    "$dynamicAnchor",
    "$recursiveAnchor",
    "$comment",
    "$vocabulary",
    "$defs",
    "definitions",
    "title",
    "description",
    "default",
    "examples",
    "deprecated",
    "readOnly",
    "writeOnly",
];

const SCHEMAS_BY_NAME: &[&str] = &["properties", "patternProperties", "dependentSchemas", "dependencies"];

const LISTS_OF_SCHEMAS: &[&str] = &["allOf", "anyOf", "oneOf", "prefixItems"];

const SCHEMAS: &[&str] = &[
    "items",
    "additionalItems",
    "contains",
    "additionalProperties",
    "propertyNames",
    "not",
    "if",
    "then",
    "else",
    "unevaluatedItems",
    "unevaluatedProperties",
    "contentSchema",
];

/// How many values of a text are looked at in the time of a comparison.
const SEEN_PER_STEP: usize = 64;

/// How many bytes of data are looked at in the time of a value.
const BYTES_PER_VALUE: usize = 64;

const REFERENCES: &[&str] = &["$ref", "$dynamicRef", "$recursiveRef"];

/// Whether two documents consist of the same texts.
pub(super) fn is_same_text(left: &Document, right: &Document) -> bool {
    let texts = |document: &Document| -> Vec<_> {
        let references = document.source().references.iter().map(|one| (one.name.clone(), one.text.clone()));
        references.collect()
    };
    left.source().text == right.source().text && texts(left) == texts(right)
}

impl<'a> Comparison<'a> {
    /// Whether two schemas are the same but for what describes them, also in what they refer to.
    pub(super) fn are_identical(&mut self, left: Node<'a>, right: Node<'a>) -> bool {
        let mut assumed = Vec::new();
        let mut waiting = vec![(left, right)];
        while let Some((left, right)) = waiting.pop() {
            let pair = (address(left), address(right));
            if !self.identical.insert(pair) {
                continue;
            }
            assumed.push(pair);
            if !self.spend(1, Places::new(left.place(), right.place())) || !queue(left, right, &mut waiting) {
                for pair in assumed {
                    self.identical.remove(&pair);
                }
                return false;
            }
        }
        true
    }
}

impl<'a> Comparison<'a> {
    /// Whether two schemas have the same text but for white space and for what is not asked for, and refer to nothing:
    /// then there is no difference that is. Answers no where it would take more than looking.
    pub(super) fn are_copies(&mut self, writer: Part<'a>, reader: Part<'a>) -> bool {
        writer.aspect == reader.aspect
            && self.are_copied((writer.node, writer.node.json()), (reader.node, reader.node.json()))
    }

    /// The same for schemas that are parts of two nodes.
    pub(super) fn are_copied(&mut self, (from, left): Site<'a>, (to, right): Site<'a>) -> bool {
        let mut look = Look { wanted: self.wanted(), seen: 0 };
        let are_copies = from.draft() == to.draft() && look.schema(left, right);
        self.spend(look.seen / SEEN_PER_STEP, Places::new(from.place_of(left), to.place_of(right)));
        are_copies
    }
}

/// A look at two texts side by side.
struct Look {
    wanted: Wanted,
    /// How many values have been seen.
    seen: usize,
}

impl Look {
    fn schema(&mut self, left: &Json, right: &Json) -> bool {
        self.seen += 1;
        self.members(left, right, Self::keyword)
    }

    fn members(&mut self, left: &Json, right: &Json, is_same: fn(&mut Self, &Member, &Member) -> bool) -> bool {
        let (JsonKind::Object(lefts), JsonKind::Object(rights)) = (&left.kind, &right.kind) else {
            return left.kind == right.kind;
        };
        lefts.len() == rights.len()
            && lefts.iter().zip(rights).all(|(left, right)| left.key == right.key && is_same(self, left, right))
    }

    fn keyword(&mut self, left: &Member, right: &Member) -> bool {
        let name = &*left.key;
        match (&left.value.kind, &right.value.kind) {
            (JsonKind::Object(_) | JsonKind::Array(_), JsonKind::Object(_) | JsonKind::Array(_)) => {
                self.parts(name, &left.value, &right.value)
            }
            (from, to) if from == to => !REFERENCES.contains(&name),
            _ => self.is_forgiven(name),
        }
    }

    fn parts(&mut self, name: &str, left: &Json, right: &Json) -> bool {
        if name == "definitions" || name == "$defs" || self.is_forgiven(name) {
            return true;
        }
        if SCHEMAS_BY_NAME.contains(&name) {
            return self.members(left, right, |look, left, right| look.schema(&left.value, &right.value));
        }
        match (&left.kind, &right.kind) {
            (JsonKind::Array(lefts), JsonKind::Array(rights))
                if LISTS_OF_SCHEMAS.contains(&name) || name == "items" =>
            {
                lefts.len() == rights.len() && lefts.iter().zip(rights).all(|(left, right)| self.schema(left, right))
            }
            _ if SCHEMAS.contains(&name) => self.schema(left, right),
            _ => self.data(left, right),
        }
    }

    fn data(&mut self, left: &Json, right: &Json) -> bool {
        self.seen += left.span.range().len() / BYTES_PER_VALUE;
        left.same(right)
    }

    /// Whether a keyword asks for nothing, and nobody asks how it is described. A `$schema` may say what others mean.
    fn is_forgiven(&self, name: &str) -> bool {
        self.wanted == Wanted::Hazards && name != "$schema" && SILENT.contains(&name)
    }
}

fn address(node: Node<'_>) -> usize {
    std::ptr::from_ref(node.json()).addr()
}

/// Compares the keywords of two schemas and queues their subschemas; whether they may still be the same.
fn queue<'a>(left: Node<'a>, right: Node<'a>, waiting: &mut Vec<(Node<'a>, Node<'a>)>) -> bool {
    let (JsonKind::Object(_), JsonKind::Object(_)) = (&left.json().kind, &right.json().kind) else {
        return left.json().kind == right.json().kind;
    };
    if left.draft() != right.draft() {
        return false;
    }
    let (from, to) = (loud(left), loud(right));
    from.len() == to.len()
        && from.into_iter().all(|(keyword, json)| {
            to.get(keyword).is_some_and(|other| queue_keyword(keyword, (left, json), (right, other), waiting))
        })
}

fn loud<'a>(node: Node<'a>) -> BTreeMap<&'a str, &'a Json> {
    let members: &'a [Member] = match &node.json().kind {
        JsonKind::Object(members) => members,
        _ => &[],
    };
    let keyword = |member: &&'a Member| !SILENT.contains(&&*member.key);
    members.iter().filter(keyword).map(|member| (&*member.key, &member.value)).collect()
}

type Site<'a> = (Node<'a>, &'a Json);

fn queue_keyword<'a>(keyword: &str, left: Site<'a>, right: Site<'a>, waiting: &mut Vec<(Node<'a>, Node<'a>)>) -> bool {
    let ((from, left), (to, right)) = (left, right);
    if REFERENCES.contains(&keyword) {
        let target = |node: Node<'a>, json: &'a Json| json.as_str().and_then(|reference| node.resolve(reference));
        return match (target(from, left), target(to, right)) {
            (Some(left), Some(right)) => {
                waiting.push((left, right));
                true
            }
            _ => left.same(right),
        };
    }
    match (&left.kind, &right.kind) {
        (JsonKind::Object(lefts), JsonKind::Object(rights)) if SCHEMAS_BY_NAME.contains(&keyword) => {
            lefts.len() == rights.len()
                && lefts.iter().all(|member| {
                    let other = to.part_member(right, &member.key);
                    other.is_some_and(|other| queue_value((from, &member.value), (to, &other.value), waiting))
                })
        }
        (JsonKind::Array(lefts), JsonKind::Array(rights))
            if LISTS_OF_SCHEMAS.contains(&keyword) || keyword == "items" =>
        {
            waiting.extend(lefts.iter().zip(rights).map(|(left, right)| (from.child(left), to.child(right))));
            lefts.len() == rights.len()
        }
        _ if SCHEMAS.contains(&keyword) => queue_value((from, left), (to, right), waiting),
        _ => value::key(left) == value::key(right),
    }
}

/// Queues two schemas; two lists of names, as in `dependencies`, are compared at once.
fn queue_value<'a>(left: Site<'a>, right: Site<'a>, waiting: &mut Vec<(Node<'a>, Node<'a>)>) -> bool {
    let ((from, left), (to, right)) = (left, right);
    if left.as_array().is_some() || right.as_array().is_some() {
        return value::key(left) == value::key(right);
    }
    waiting.push((from.child(left), to.child(right)));
    true
}
