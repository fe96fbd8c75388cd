//! Which URIs and anchors name which parts of a set of texts.
//!
//! A resource is a text, or a part of one that has a URI of its own (`$id`). References are relative to the resource
//! that they stand in. The index is made once; every lookup afterwards takes logarithmic time, because a schema can
//! have as many references as it has definitions.

use std::collections::BTreeMap;

use super::keyword::{is_schema, subschemas};
use super::{Draft, uri};
use crate::json::{Json, JsonKind, Member};
use crate::span::{Place, Span};

/// Objects with more members than this are searched by an index of their keys.
const WIDE: usize = 32;

/// Texts and the names of their parts.
#[derive(Debug, Default)]
pub(super) struct Index {
    pub(super) texts: Vec<Json>,
    pub(super) resources: Vec<Resource>,
    /// The resource whose root starts at this offset of a text.
    at: BTreeMap<(usize, u32), usize>,
    /// Resources by URI, and texts by the name that they are referred to.
    names: BTreeMap<String, usize>,
    /// The members of wide objects in the order of their keys.
    wide: BTreeMap<(usize, u32), Box<[u32]>>,
    /// Names that two parts claim: the second place and the first.
    pub(super) clashes: Vec<Clash>,
}

/// A part of a text with a base URI of its own.
#[derive(Debug)]
pub(super) struct Resource {
    pub(super) place: Place,
    pub(super) draft: Draft,
    pub(super) base: Option<String>,
    anchors: BTreeMap<String, Anchor>,
    /// `$recursiveAnchor: true` at its root.
    pub(super) is_recursive: bool,
}

/// A named part of a resource.
#[derive(Clone, Copy, Debug)]
pub(super) struct Anchor {
    pub(super) place: Place,
    /// `$dynamicAnchor`: a `$dynamicRef` may lead to the same name elsewhere.
    pub(super) is_dynamic: bool,
}

/// Two parts with one name.
#[derive(Debug)]
pub(super) struct Clash {
    pub(super) name: String,
    pub(super) first: Place,
    pub(super) again: Place,
}

/// A text of the set and the names that lead to it from outside.
pub(super) struct Text {
    pub(super) json: Json,
    pub(super) names: Vec<String>,
}

impl Index {
    /// Reads the names of every text. `base` of a text is the first of its names.
    pub(super) fn new(texts: Vec<Text>) -> Self {
        let mut index = Self::default();
        let mut aliases = Vec::new();
        for Text { json, names } in texts {
            index.add_text(&json, names.first().cloned());
            index.texts.push(json);
            aliases.push(names);
        }
        for (file, names) in aliases.into_iter().enumerate() {
            for name in names {
                index.names.entry(name).or_insert_with(|| index.at[&(file, index.texts[file].span.start)]);
            }
        }
        index
    }

    fn add_text(&mut self, json: &Json, base: Option<String>) {
        let file = self.texts.len();
        let draft = declared_draft(json).unwrap_or(Draft::Draft7);
        let place = Place { file, span: json.span };
        let resource = self.add_resource(place, draft, base);
        self.find_wide(file, json);
        self.visit(json, file, resource);
    }

    fn add_resource(&mut self, place: Place, draft: Draft, base: Option<String>) -> usize {
        self.resources.push(Resource { place, draft, base, anchors: BTreeMap::new(), is_recursive: false });
        self.at.insert((place.file, place.span.start), self.resources.len() - 1);
        self.resources.len() - 1
    }

    fn visit(&mut self, schema: &Json, file: usize, outer: usize) {
        let resource = self.enter(schema, file, outer);
        for subschema in subschemas(schema) {
            self.visit(subschema, file, resource);
        }
    }

    /// Notes the names that a schema has, and answers the resource that its subschemas belong to.
    fn enter(&mut self, schema: &Json, file: usize, outer: usize) -> usize {
        let place = Place { file, span: schema.span };
        let is_root = self.resources[outer].place == place;
        let outer_draft = self.resources[outer].draft;
        let draft = declared_draft(schema).filter(|_| identifier(schema, outer_draft).is_some()).unwrap_or(outer_draft);
        let Some(identifier) = identifier(schema, draft) else {
            self.note_anchors(schema, outer, draft, place);
            return outer;
        };
        let (location, fragment) = uri::split_fragment(identifier);
        let joined = uri::join(self.resources[outer].base.as_deref(), location).filter(|_| !location.is_empty());
        let resource = match joined {
            Some(uri) if is_root => {
                self.resources[outer].base = Some(uri.clone());
                self.claim(uri, outer);
                outer
            }
            Some(uri) => {
                let resource = self.add_resource(place, draft, Some(uri.clone()));
                self.claim(uri, resource);
                resource
            }
            None => outer,
        };
        if draft <= Draft::Draft7 && !fragment.is_empty() {
            self.add_anchor(resource, fragment, Anchor { place, is_dynamic: false });
        }
        self.note_anchors(schema, resource, draft, place);
        resource
    }

    fn note_anchors(&mut self, schema: &Json, resource: usize, draft: Draft, place: Place) {
        if draft < Draft::Draft2019 {
            return;
        }
        if let Some(name) = schema.get("$anchor").and_then(Json::as_str) {
            self.add_anchor(resource, name, Anchor { place, is_dynamic: false });
        }
        if draft == Draft::Draft2020
            && let Some(name) = schema.get("$dynamicAnchor").and_then(Json::as_str)
        {
            self.add_anchor(resource, name, Anchor { place, is_dynamic: true });
        }
        let recursive = schema.get("$recursiveAnchor").map(|json| &json.kind);
        if draft == Draft::Draft2019
            && self.resources[resource].place == place
            && recursive == Some(&JsonKind::Bool(true))
        {
            self.resources[resource].is_recursive = true;
        }
    }

    fn add_anchor(&mut self, resource: usize, name: &str, anchor: Anchor) {
        let anchors = &mut self.resources[resource].anchors;
        match anchors.get_mut(name) {
            None => {
                anchors.insert(name.to_owned(), anchor);
            }
            Some(first) if first.place == anchor.place => first.is_dynamic |= anchor.is_dynamic,
            Some(first) => {
                self.clashes.push(Clash { name: format!("#{name}"), first: first.place, again: anchor.place });
            }
        }
    }

    fn claim(&mut self, uri: String, resource: usize) {
        let first = *self.names.entry(uri).or_insert(resource);
        if first != resource {
            let again = self.resources[resource].place;
            let name = self.resources[resource].base.clone().unwrap_or_default();
            self.clashes.push(Clash { name, first: self.resources[first].place, again });
        }
    }

    fn find_wide(&mut self, file: usize, json: &Json) {
        match &json.kind {
            JsonKind::Array(items) => items.iter().for_each(|item| self.find_wide(file, item)),
            JsonKind::Object(members) => {
                if members.len() > WIDE {
                    let mut order: Vec<u32> = (0..).take(members.len()).collect();
                    order.sort_by_key(|&position| &members[position as usize].key);
                    self.wide.insert((file, json.span.start), order.into_boxed_slice());
                }
                for member in members {
                    self.find_wide(file, &member.value);
                }
            }
            _ => {}
        }
    }

    /// The member of this key; the first of duplicates.
    pub(super) fn member<'a>(&'a self, file: usize, json: &'a Json, key: &str) -> Option<&'a Member> {
        let JsonKind::Object(members) = &json.kind else { return None };
        let Some(order) = self.wide.get(&(file, json.span.start)).filter(|_| members.len() > WIDE) else {
            return json.member(key);
        };
        let position = order.partition_point(|&position| &*members[position as usize].key < key);
        order.get(position).map(|&position| &members[position as usize]).filter(|member| member.key == key)
    }

    /// The resource that starts at this value.
    pub(super) fn resource_at(&self, place: Place) -> Option<usize> {
        self.at.get(&(place.file, place.span.start)).copied().filter(|&found| self.resources[found].place == place)
    }

    /// The resource of this URI or name, from within a resource.
    pub(super) fn named(&self, from: Option<usize>, name: &str) -> Option<usize> {
        let base = from.and_then(|from| self.resources[from].base.as_deref());
        let find = |uri: Option<String>| self.names.get(&uri?).copied();
        find(uri::join(base, name)).or_else(|| find(Some(name.to_owned()))).or_else(|| find(uri::join(None, name)))
    }

    pub(super) fn anchor(&self, resource: usize, name: &str) -> Option<Anchor> {
        self.resources[resource].anchors.get(name).copied()
    }

    /// Every name that leads to a text or resource, for suggestions.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.keys().map(String::as_str)
    }

    pub(super) fn anchors(&self, resource: usize) -> impl Iterator<Item = &str> {
        self.resources[resource].anchors.keys().map(String::as_str)
    }

    /// The value at a place that was read from one of the texts, and the resource around it.
    pub(super) fn at_place(&self, place: Place) -> Option<(&Json, usize)> {
        let text = self.texts.get(place.file)?;
        let resource = self.resource_at(Place { file: place.file, span: text.span })?;
        self.descend(text, place, resource)
    }

    /// The part of `json` at a place, and the resource around it.
    pub(super) fn descend<'a>(&self, json: &'a Json, place: Place, outer: usize) -> Option<(&'a Json, usize)> {
        let mut json = json;
        let mut resource = outer;
        loop {
            resource = self.resource_at(Place { file: place.file, span: json.span }).unwrap_or(resource);
            if json.span == place.span {
                return Some((json, resource));
            }
            json = part_at(json, place.span)?;
        }
    }
}

/// The item or member value that holds these bytes.
fn part_at(json: &Json, span: Span) -> Option<&Json> {
    let found = match &json.kind {
        JsonKind::Array(items) => items.get(items.partition_point(|item| item.span.end < span.end))?,
        JsonKind::Object(members) => {
            &members.get(members.partition_point(|member| member.value.span.end < span.end))?.value
        }
        _ => return None,
    };
    (found.span.start <= span.start).then_some(found)
}

/// The URI that a schema gives itself. Beside a `$ref` that overrides its siblings it gives none.
pub(super) fn identifier(schema: &Json, draft: Draft) -> Option<&str> {
    if draft.ref_overrides_siblings() && schema.get("$ref").is_some_and(|json| json.as_str().is_some()) {
        return None;
    }
    schema.get(draft.id_keyword())?.as_str()
}

/// The version that a schema's `$schema` names.
pub(super) fn declared_draft(schema: &Json) -> Option<Draft> {
    Draft::of_metaschema(schema.get("$schema")?.as_str()?).filter(|_| is_schema(schema))
}
