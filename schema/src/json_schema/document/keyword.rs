//! The keywords of all versions: which version knows a keyword, and where the value holds subschemas.

use super::Draft;
use super::Draft::{Draft4, Draft6, Draft7, Draft2019, Draft2020};
use crate::json::{Json, JsonKind};

/// What the value of a keyword is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    /// No schemas.
    Data,
    /// One schema.
    Schema,
    /// A list of schemas.
    Schemas,
    /// One schema or a list: `items` until 2019-09.
    SchemaOrSchemas,
    /// Schemas by name.
    Map,
    /// Schemas or lists of names, by name: `dependencies`.
    Dependencies,
}

/// A keyword.
#[derive(Debug)]
pub(super) struct Keyword {
    pub(super) name: &'static str,
    /// The first version that knows it.
    pub(super) since: Draft,
    /// The last version that knows it.
    pub(super) until: Draft,
    pub(super) holds: Holds,
}

impl Keyword {
    pub(super) fn is_known_in(&self, draft: Draft) -> bool {
        (self.since..=self.until).contains(&draft)
    }
}

/// The keyword of this name in any version.
pub(super) fn keyword(name: &str) -> Option<&'static Keyword> {
    let position = KEYWORDS.binary_search_by(|keyword| keyword.name.cmp(name)).ok()?;
    Some(&KEYWORDS[position])
}

/// The keywords of any version, for suggestions.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    KEYWORDS.iter().map(|keyword| keyword.name)
}

/// The schemas directly inside a schema, in the order of the text.
///
/// Keywords of all versions count: `$defs` in draft 7 means nothing by itself, but references lead into it.
pub(super) fn subschemas(schema: &Json) -> Vec<&Json> {
    let mut found = Vec::new();
    let JsonKind::Object(members) = &schema.kind else { return found };
    for member in members {
        let Some(keyword) = keyword(&member.key) else { continue };
        match (keyword.holds, &member.value.kind) {
            (Holds::Schema | Holds::SchemaOrSchemas, JsonKind::Object(_) | JsonKind::Bool(_)) => {
                found.push(&member.value);
            }
            (Holds::Schemas | Holds::SchemaOrSchemas, JsonKind::Array(items)) => found.extend(items),
            (Holds::Map | Holds::Dependencies, JsonKind::Object(members)) => {
                found.extend(members.iter().map(|member| &member.value));
            }
            _ => {}
        }
    }
    found.retain(|json| is_schema(json));
    found
}

/// Whether a value can be a schema: an object or a boolean.
pub(super) fn is_schema(json: &Json) -> bool {
    matches!(json.kind, JsonKind::Object(_) | JsonKind::Bool(_))
}

const fn known(name: &'static str, since: Draft, until: Draft, holds: Holds) -> Keyword {
    Keyword { name, since, until, holds }
}

/// Sorted by name.
const KEYWORDS: &[Keyword] = &[
    known("$anchor", Draft2019, Draft2020, Holds::Data),
    known("$comment", Draft7, Draft2020, Holds::Data),
    known("$defs", Draft2019, Draft2020, Holds::Map),
    known("$dynamicAnchor", Draft2020, Draft2020, Holds::Data),
    known("$dynamicRef", Draft2020, Draft2020, Holds::Data),
    known("$id", Draft6, Draft2020, Holds::Data),
    known("$recursiveAnchor", Draft2019, Draft2019, Holds::Data),
    known("$recursiveRef", Draft2019, Draft2019, Holds::Data),
    known("$ref", Draft4, Draft2020, Holds::Data),
    known("$schema", Draft4, Draft2020, Holds::Data),
    known("$vocabulary", Draft2019, Draft2020, Holds::Data),
    known("additionalItems", Draft4, Draft2019, Holds::Schema),
    known("additionalProperties", Draft4, Draft2020, Holds::Schema),
    known("allOf", Draft4, Draft2020, Holds::Schemas),
    known("anyOf", Draft4, Draft2020, Holds::Schemas),
    known("const", Draft6, Draft2020, Holds::Data),
    known("contains", Draft6, Draft2020, Holds::Schema),
    known("contentEncoding", Draft7, Draft2020, Holds::Data),
    known("contentMediaType", Draft7, Draft2020, Holds::Data),
    known("contentSchema", Draft2019, Draft2020, Holds::Schema),
    known("default", Draft4, Draft2020, Holds::Data),
    known("definitions", Draft4, Draft7, Holds::Map),
    known("dependencies", Draft4, Draft7, Holds::Dependencies),
    known("dependentRequired", Draft2019, Draft2020, Holds::Data),
    known("dependentSchemas", Draft2019, Draft2020, Holds::Map),
    known("deprecated", Draft2019, Draft2020, Holds::Data),
    known("description", Draft4, Draft2020, Holds::Data),
    known("else", Draft7, Draft2020, Holds::Schema),
    known("enum", Draft4, Draft2020, Holds::Data),
    known("examples", Draft6, Draft2020, Holds::Data),
    known("exclusiveMaximum", Draft4, Draft2020, Holds::Data),
    known("exclusiveMinimum", Draft4, Draft2020, Holds::Data),
    known("format", Draft4, Draft2020, Holds::Data),
    known("id", Draft4, Draft4, Holds::Data),
    known("if", Draft7, Draft2020, Holds::Schema),
    known("items", Draft4, Draft2020, Holds::SchemaOrSchemas),
    known("maxContains", Draft2019, Draft2020, Holds::Data),
    known("maxItems", Draft4, Draft2020, Holds::Data),
    known("maxLength", Draft4, Draft2020, Holds::Data),
    known("maxProperties", Draft4, Draft2020, Holds::Data),
    known("maximum", Draft4, Draft2020, Holds::Data),
    known("minContains", Draft2019, Draft2020, Holds::Data),
    known("minItems", Draft4, Draft2020, Holds::Data),
    known("minLength", Draft4, Draft2020, Holds::Data),
    known("minProperties", Draft4, Draft2020, Holds::Data),
    known("minimum", Draft4, Draft2020, Holds::Data),
    known("multipleOf", Draft4, Draft2020, Holds::Data),
    known("not", Draft4, Draft2020, Holds::Schema),
    known("oneOf", Draft4, Draft2020, Holds::Schemas),
    known("pattern", Draft4, Draft2020, Holds::Data),
    known("patternProperties", Draft4, Draft2020, Holds::Map),
    known("prefixItems", Draft2020, Draft2020, Holds::Schemas),
    known("properties", Draft4, Draft2020, Holds::Map),
    known("propertyNames", Draft6, Draft2020, Holds::Schema),
    known("readOnly", Draft7, Draft2020, Holds::Data),
    known("required", Draft4, Draft2020, Holds::Data),
    known("then", Draft7, Draft2020, Holds::Schema),
    known("title", Draft4, Draft2020, Holds::Data),
    known("type", Draft4, Draft2020, Holds::Data),
    known("unevaluatedItems", Draft2019, Draft2020, Holds::Schema),
    known("unevaluatedProperties", Draft2019, Draft2020, Holds::Schema),
    known("uniqueItems", Draft4, Draft2020, Holds::Data),
    known("writeOnly", Draft7, Draft2020, Holds::Data),
];
