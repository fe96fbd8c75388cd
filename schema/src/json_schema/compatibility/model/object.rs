//! The keywords of objects.

use std::collections::{BTreeMap, BTreeSet};

use super::{Part, keyword_place};
use crate::json::{Json, JsonKind, Member};
use crate::json_schema::{Draft, Node};
use crate::span::Place;

/// What is asked of an object.
#[derive(Debug)]
pub(crate) struct Object<'a> {
    pub(crate) properties: Names<'a>,
    pub(crate) patterns: Names<'a>,
    pub(crate) additional: Rest<'a>,
    pub(crate) unevaluated: Rest<'a>,
    /// Whether `additionalProperties` is written, so that nothing is left unevaluated.
    pub(crate) is_additional_written: bool,
    pub(crate) required: BTreeMap<&'a str, Place>,
    pub(crate) array_dependencies: BTreeMap<&'a str, (BTreeSet<&'a str>, Place)>,
    pub(crate) schema_dependencies: BTreeMap<&'a str, Declared<'a>>,
    pub(crate) property_names: Option<Part<'a>>,
}

/// Schemas under names, in the order of the text. What is asked for by name is looked up in the text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Names<'a> {
    node: Node<'a>,
    json: Option<&'a Json>,
}

/// A schema under a name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Declared<'a> {
    pub(crate) part: Part<'a>,
    /// The name and the schema.
    pub(crate) place: Place,
}

/// What is asked of the properties, or items, that nothing else speaks of.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Rest<'a> {
    Allowed,
    Forbidden,
    Checked(Part<'a>),
}

impl<'a> Rest<'a> {
    pub(super) fn load(node: Node<'a>, keyword: &str) -> Self {
        match node.get(keyword) {
            None => Self::Allowed,
            Some(json) => match &json.kind {
                JsonKind::Bool(false) => Self::Forbidden,
                JsonKind::Object(members) if !members.is_empty() => Self::Checked(Part::whole(node.child(json))),
                _ => Self::Allowed,
            },
        }
    }
}

impl<'a> Names<'a> {
    fn load(node: Node<'a>, keyword: &str) -> Self {
        Self { node, json: node.get(keyword) }
    }

    pub(crate) fn members(self) -> &'a [Member] {
        match self.json.map(|json| &json.kind) {
            Some(JsonKind::Object(members)) => members,
            _ => &[],
        }
    }

    pub(crate) fn is_empty(self) -> bool {
        self.members().is_empty()
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = (&'a str, Declared<'a>)> {
        self.members().iter().map(move |member| (&*member.key, self.declared(member)))
    }

    pub(crate) fn contains(self, name: &str) -> bool {
        self.member(name).is_some()
    }

    pub(crate) fn get(self, name: &str) -> Option<Declared<'a>> {
        self.member(name).map(|member| self.declared(member))
    }

    pub(crate) fn member(self, name: &str) -> Option<&'a Member> {
        self.node.part_member(self.json?, name)
    }

    /// One of these members as a schema.
    pub(crate) fn declared(self, member: &'a Member) -> Declared<'a> {
        Declared { part: Part::whole(self.node.child(&member.value)), place: member_place(self.node, member) }
    }
}

impl<'a> Object<'a> {
    pub(super) fn load(node: Node<'a>) -> Self {
        let is_additional_written = node.get("additionalProperties").is_some();
        let has_unevaluated = node.draft() >= Draft::Draft2019 && !is_additional_written;
        let mut object = Self {
            properties: Names::load(node, "properties"),
            patterns: Names::load(node, "patternProperties"),
            additional: Rest::load(node, "additionalProperties"),
            unevaluated: if has_unevaluated { Rest::load(node, "unevaluatedProperties") } else { Rest::Allowed },
            is_additional_written,
            required: texts(node.get("required")).map(|(name, json)| (name, node.place_of(json))).collect(),
            array_dependencies: BTreeMap::new(),
            schema_dependencies: BTreeMap::new(),
            property_names: Part::under(node, "propertyNames").filter(|_| node.draft() >= Draft::Draft6),
        };
        object.add_dependencies(node, "dependencies");
        if node.draft() >= Draft::Draft2019 {
            object.add_dependencies(node, "dependentRequired");
            object.add_dependencies(node, "dependentSchemas");
        }
        object
    }

    fn add_dependencies(&mut self, node: Node<'a>, keyword: &str) {
        for member in Names::load(node, keyword).members() {
            let place = member_place(node, member);
            let name = &*member.key;
            if member.value.as_array().is_some() {
                let names = texts(Some(&member.value)).map(|(name, _)| name).collect();
                self.array_dependencies.insert(name, (names, place));
            } else if let Some(name_alone) = member.value.as_str() {
                self.array_dependencies.insert(name, (BTreeSet::from([name_alone]), place));
            } else {
                let part = Part::whole(node.child(&member.value));
                self.schema_dependencies.insert(name, Declared { part, place });
            }
        }
    }

    /// What is asked of properties that neither `properties` nor `patternProperties` speak of.
    pub(crate) fn rest(&self) -> Rest<'a> {
        if self.is_additional_written { self.additional } else { self.unevaluated }
    }

    /// Whether every name is taken with every value, unless `properties` says otherwise.
    pub(crate) fn is_open(&self) -> bool {
        matches!(self.rest(), Rest::Allowed) && self.patterns.is_empty()
    }

    /// The place that says what is asked of the rest.
    pub(crate) fn rest_place(node: Node<'_>) -> Option<Place> {
        keyword_place(node, "additionalProperties").or_else(|| keyword_place(node, "unevaluatedProperties"))
    }
}

fn member_place(node: Node<'_>, member: &Member) -> Place {
    let place = node.place_of(&member.value);
    if node.is_built_in() { place } else { Place { span: member.key_span.to(place.span), ..place } }
}

fn texts(json: Option<&Json>) -> impl Iterator<Item = (&str, &Json)> {
    json.and_then(Json::as_array).unwrap_or_default().iter().filter_map(|json| Some((json.as_str()?, json)))
}
