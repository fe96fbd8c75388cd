//! A schema inside a document: its keywords, its parts, and what its references name.

use super::index::Index;
use super::keyword::{is_schema, subschemas};
use super::{Draft, built_in, uri};
use crate::json::{Json, JsonKind, Member};
use crate::span::Place;

/// A schema or subschema inside a [`Document`](super::Document), with the base URI that references in it are relative to.
#[derive(Clone, Copy, Debug)]
pub struct Node<'a> {
    pub(super) index: &'a Index,
    pub(super) json: &'a Json,
    pub(super) file: usize,
    pub(super) resource: usize,
    /// Inside a metaschema: the place of the document that refers to it.
    pub(super) entered: Option<Place>,
}

impl<'a> Node<'a> {
    /// What is written here: an object or a boolean.
    pub fn json(self) -> &'a Json {
        self.json
    }

    /// Where. A part of a metaschema is at the place that refers to the metaschema.
    pub fn place(self) -> Place {
        self.entered.unwrap_or(self.own_place())
    }

    /// A keyword's value.
    pub fn get(self, keyword: &str) -> Option<&'a Json> {
        self.member(keyword).map(|member| &member.value)
    }

    /// A keyword with its value.
    pub fn member(self, keyword: &str) -> Option<&'a Member> {
        self.index.member(self.file, self.json, keyword)
    }

    /// A member of a part of this node's value.
    pub(crate) fn part_member(self, part: &'a Json, key: &str) -> Option<&'a Member> {
        self.index.member(self.file, part, key)
    }

    /// The place of a part of this node's value.
    pub fn place_of(self, json: &Json) -> Place {
        self.entered.unwrap_or(Place { file: self.file, span: json.span })
    }

    /// A subschema: `json` is a part of this node's value. Its own `$id` becomes the base of its references.
    pub fn child(self, json: &'a Json) -> Self {
        if self.index.resources.len() == self.index.texts.len() {
            // No text has a part with a URI of its own.
            return Self { json, ..self };
        }
        let place = Place { file: self.file, span: json.span };
        let resource = self.index.descend(self.json, place, self.resource).map_or(self.resource, |(_, found)| found);
        Self { json, resource, ..self }
    }

    /// The subschemas, in the order of the text, of the keywords of any version.
    pub fn children(self) -> impl Iterator<Item = Self> {
        subschemas(self.json).into_iter().map(move |json| self.child(json))
    }

    /// The version of JSON Schema that is in force here: that of the text, or of an embedded resource with a `$schema`.
    pub fn draft(self) -> Draft {
        self.index.resources[self.resource].draft
    }

    /// The absolute URI that references are relative to; `None` if the texts have only names.
    #[cfg(test)]
    pub(crate) fn base(self) -> Option<&'a str> {
        self.index.resources[self.resource].base.as_deref().and_then(uri::shown)
    }

    /// Whether this is a part of a built-in metaschema.
    pub fn is_built_in(self) -> bool {
        self.entered.is_some()
    }

    /// Whether this is a `$ref` whose siblings mean nothing, as until draft 7.
    pub fn ref_overrides_siblings(self) -> bool {
        self.draft().ref_overrides_siblings() && self.get("$ref").is_some_and(|json| json.as_str().is_some())
    }

    /// The value of the `$ref`.
    pub fn reference(self) -> Option<&'a str> {
        self.get("$ref")?.as_str()
    }

    /// The keywords of this version that refer to another schema, with texts as values.
    pub fn references(self) -> impl Iterator<Item = &'a Member> {
        let other = match self.draft() {
            Draft::Draft2019 => self.member("$recursiveRef"),
            Draft::Draft2020 => self.member("$dynamicRef"),
            _ => None,
        };
        self.member("$ref").into_iter().chain(other).filter(|member| member.value.as_str().is_some())
    }

    /// What `reference` (the value of a `$ref`, `$dynamicRef` or `$recursiveRef` in this node) names: a JSON pointer,
    /// an anchor, a `$id`, or another text. `None` if there is no such thing.
    pub fn resolve(self, reference: &str) -> Option<Self> {
        let (location, fragment) = uri::split_fragment(reference);
        self.resource_root(location)?.fragment(fragment).filter(|target| is_schema(target.json))
    }

    /// Follows a `$ref` that overrides its siblings to the schema that it stands for, through any number of others.
    /// `None` if a reference leads nowhere or round in a circle.
    #[cfg(test)]
    pub(crate) fn dereferenced(self) -> Option<Self> {
        let (mut slow, mut fast) = (self, self);
        loop {
            for _ in 0..2 {
                if !fast.ref_overrides_siblings() {
                    return Some(fast);
                }
                fast = fast.resolve(fast.reference()?)?;
            }
            slow = slow.resolve(slow.reference()?)?;
            if slow.is_same(fast) {
                return None;
            }
        }
    }

    /// Whether both are the same part of the same text.
    pub fn is_same(self, other: Self) -> bool {
        std::ptr::eq(self.json, other.json)
    }

    pub(super) fn own_place(self) -> Place {
        Place { file: self.file, span: self.json.span }
    }

    /// The root of the resource that a URI without fragment names here.
    pub(super) fn resource_root(self, location: &str) -> Option<Self> {
        if location.is_empty() {
            return self.root_of(self.index, self.resource);
        }
        if let Some(found) = self.index.named(Some(self.resource), location) {
            return self.root_of(self.index, found);
        }
        let built_in = built_in::metaschemas();
        let found = built_in.named(None, location)?;
        Self { entered: Some(self.place()), ..self }.root_of(built_in, found)
    }

    fn root_of(self, index: &'a Index, resource: usize) -> Option<Self> {
        let place = index.resources[resource].place;
        let (json, _) = index.at_place(place)?;
        Some(Self { index, json, file: place.file, resource, ..self })
    }

    /// The part of this resource that a fragment names; it need not be a schema.
    pub(super) fn fragment(self, fragment: &str) -> Option<Self> {
        let fragment = uri::decode(fragment)?;
        if fragment.is_empty() {
            return Some(self);
        }
        if fragment.starts_with('/') {
            return self.pointer(&fragment);
        }
        let anchor = self.index.anchor(self.resource, &fragment)?;
        let (json, resource) = self.index.at_place(anchor.place)?;
        Some(Self { json, resource, file: anchor.place.file, ..self })
    }

    /// The part that a JSON pointer names, seen from here.
    pub(super) fn pointer(self, pointer: &str) -> Option<Self> {
        let mut node = self;
        for token in pointer.strip_prefix('/')?.split('/') {
            node = node.step(&token.replace("~1", "/").replace("~0", "~"))?;
        }
        Some(node)
    }

    /// The names that parts of this resource have.
    pub(super) fn anchors(self) -> impl Iterator<Item = &'a str> {
        self.index.anchors(self.resource)
    }

    /// The place that a pointer of this resource, such as `#/definitions` with the token `order`, has in the whole
    /// text; `None` if the resource is the whole text.
    pub(super) fn place_in_whole_text(self, path: &str, token: &str) -> Option<Place> {
        let text = &self.index.texts[self.file];
        let inner = self.index.resources[self.resource].place;
        if inner.span == text.span {
            return None;
        }
        let (json, resource) = self.index.at_place(Place { file: self.file, span: text.span })?;
        let (_, pointer) = uri::split_fragment(path);
        Some(Self { json, resource, ..self }.pointer(&format!("{pointer}/{token}"))?.place())
    }

    fn step(self, token: &str) -> Option<Self> {
        let json = match &self.json.kind {
            JsonKind::Object(_) => self.get(token)?,
            JsonKind::Array(items) => items.get(array_index(token)?)?,
            _ => return None,
        };
        let place = Place { file: self.file, span: json.span };
        let resource = self.index.resource_at(place).unwrap_or(self.resource);
        Some(Self { json, resource, ..self })
    }
}

/// An index as JSON pointers write it: digits without a leading zero.
fn array_index(token: &str) -> Option<usize> {
    let is_plain = token == "0" || (!token.starts_with('0') && token.bytes().all(|byte| byte.is_ascii_digit()));
    if is_plain { token.parse().ok() } else { None }
}
