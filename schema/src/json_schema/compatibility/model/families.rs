//! The types of JSON values, and the keywords that concern each.

use super::{Array, Kind, Object};
use crate::json_schema::{Draft, Node};

/// A type of JSON values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Primitive {
    Object,
    Array,
    Number,
    Integer,
    String,
    Boolean,
    Null,
    /// A name that is none of these.
    Unknown,
}

/// A keyword and the versions that know it.
type Keyword = (&'static str, Draft, Draft);

const fn always(name: &'static str) -> Keyword {
    (name, Draft::Draft4, Draft::Draft2020)
}

const fn since(draft: Draft, name: &'static str) -> Keyword {
    (name, draft, Draft::Draft2020)
}

const FAMILIES: &[(Primitive, &[Keyword])] = &[
    (
        Primitive::Object,
        &[
            always("properties"),
            always("patternProperties"),
            always("additionalProperties"),
            always("required"),
            always("minProperties"),
            always("maxProperties"),
            always("dependencies"),
            since(Draft::Draft6, "propertyNames"),
            since(Draft::Draft2019, "dependentRequired"),
            since(Draft::Draft2019, "dependentSchemas"),
            since(Draft::Draft2019, "unevaluatedProperties"),
        ],
    ),
    (
        Primitive::Array,
        &[
            always("items"),
            ("additionalItems", Draft::Draft4, Draft::Draft2019),
            always("minItems"),
            always("maxItems"),
            always("uniqueItems"),
            since(Draft::Draft6, "contains"),
            since(Draft::Draft2019, "minContains"),
            since(Draft::Draft2019, "maxContains"),
            since(Draft::Draft2019, "unevaluatedItems"),
            since(Draft::Draft2020, "prefixItems"),
        ],
    ),
    (
        Primitive::Number,
        &[
            always("minimum"),
            always("maximum"),
            since(Draft::Draft6, "exclusiveMinimum"),
            since(Draft::Draft6, "exclusiveMaximum"),
            always("multipleOf"),
        ],
    ),
    (
        Primitive::String,
        &[
            always("minLength"),
            always("maxLength"),
            always("pattern"),
            always("format"),
            since(Draft::Draft6, "contentEncoding"),
            since(Draft::Draft6, "contentMediaType"),
        ],
    ),
];

/// The types whose keywords are used here.
pub(super) fn used(node: Node<'_>) -> impl Iterator<Item = Primitive> {
    let is_used = move |keywords: &[Keyword]| {
        keywords
            .iter()
            .any(|(name, since, until)| (*since..=*until).contains(&node.draft()) && node.get(name).is_some())
    };
    FAMILIES.iter().filter(move |(_, keywords)| is_used(keywords)).map(|(primitive, _)| *primitive)
}

impl Primitive {
    pub(super) fn named(name: &str) -> Self {
        match name {
            "object" => Self::Object,
            "array" => Self::Array,
            "number" => Self::Number,
            "integer" => Self::Integer,
            "string" => Self::String,
            "boolean" => Self::Boolean,
            "null" => Self::Null,
            _ => Self::Unknown,
        }
    }

    pub(super) fn kind(self, node: Node<'_>) -> Kind<'_> {
        match self {
            Self::Object => Kind::Object(Box::new(Object::load(node))),
            Self::Array => Kind::Array(Box::new(Array::load(node))),
            Self::Number => Kind::Number,
            Self::Integer => Kind::Integer,
            Self::String => Kind::String,
            Self::Boolean => Kind::Boolean,
            Self::Null => Kind::Null,
            Self::Unknown => Kind::Unknown,
        }
    }
}
