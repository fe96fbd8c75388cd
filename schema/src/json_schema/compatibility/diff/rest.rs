//! What is allowed beyond what is declared: `additionalProperties`, `additionalItems` and their `unevaluated…` kin.

use crate::compatibility::Rule;
use crate::json_schema::Node;
use crate::json_schema::compatibility::comparison::{Comparison, places_of};
use crate::json_schema::compatibility::finding::Findings;
use crate::json_schema::compatibility::model::Rest;
use crate::json_schema::compatibility::rule::{array, object};

/// A keyword and its rules.
#[derive(Debug)]
pub(super) struct Family {
    /// The keyword in paths.
    keyword: &'static str,
    /// The keyword from 2020-12 on, where it is another.
    renamed: Option<&'static str>,
    things: &'static str,
    added: &'static Rule,
    removed: &'static Rule,
    extended: &'static Rule,
    narrowed: &'static Rule,
}

pub(super) const ADDITIONAL_PROPERTIES: Family = Family {
    keyword: "additionalProperties",
    renamed: None,
    things: "properties",
    added: object::ADDITIONAL_PROPERTIES_ADDED,
    removed: object::ADDITIONAL_PROPERTIES_REMOVED,
    extended: object::ADDITIONAL_PROPERTIES_EXTENDED,
    narrowed: object::ADDITIONAL_PROPERTIES_NARROWED,
};

pub(super) const UNEVALUATED_PROPERTIES: Family = Family {
    keyword: "unevaluatedProperties",
    renamed: None,
    things: "properties",
    added: object::UNEVALUATED_PROPERTIES_ADDED,
    removed: object::UNEVALUATED_PROPERTIES_REMOVED,
    extended: object::UNEVALUATED_PROPERTIES_EXTENDED,
    narrowed: object::UNEVALUATED_PROPERTIES_NARROWED,
};

pub(super) const ADDITIONAL_ITEMS: Family = Family {
    keyword: "additionalItems",
    renamed: Some("items"),
    things: "items",
    added: array::ADDITIONAL_ITEMS_ADDED,
    removed: array::ADDITIONAL_ITEMS_REMOVED,
    extended: array::ADDITIONAL_ITEMS_EXTENDED,
    narrowed: array::ADDITIONAL_ITEMS_NARROWED,
};

pub(super) const UNEVALUATED_ITEMS: Family = Family {
    keyword: "unevaluatedItems",
    renamed: None,
    things: "items",
    added: array::UNEVALUATED_ITEMS_ADDED,
    removed: array::UNEVALUATED_ITEMS_REMOVED,
    extended: array::UNEVALUATED_ITEMS_EXTENDED,
    narrowed: array::UNEVALUATED_ITEMS_NARROWED,
};

pub(super) fn compare<'a>(
    context: &mut Comparison<'a>,
    out: &mut Findings,
    family: &Family,
    (from, writer): (Node<'a>, Rest<'a>),
    (to, reader): (Node<'a>, Rest<'a>),
) {
    let path = format!("/{}", family.keyword);
    let things = family.things;
    let (rule, what) = match (writer, reader) {
        (Rest::Checked(writer), Rest::Checked(reader)) => {
            let outcome = context.compare_inside(writer, reader);
            return out.absorb(&path, &outcome);
        }
        (Rest::Allowed, Rest::Allowed) | (Rest::Forbidden, Rest::Forbidden) => return,
        (Rest::Forbidden, _) => {
            (family.added, format!("the reader allows undeclared {things}, and the writer does not"))
        }
        (_, Rest::Forbidden) => {
            (family.removed, format!("the reader rejects undeclared {things}, which the writer allows"))
        }
        (Rest::Checked(_), Rest::Allowed) => {
            (family.extended, format!("the reader leaves undeclared {things} unchecked, which the writer checks"))
        }
        (Rest::Allowed, Rest::Checked(_)) => {
            (family.narrowed, format!("the reader checks undeclared {things}, which the writer leaves unchecked"))
        }
    };
    out.add(rule, path, places(family, from, to), what);
}

fn places(family: &Family, from: Node<'_>, to: Node<'_>) -> crate::json_schema::compatibility::finding::Places {
    let mut places = places_of(family.keyword, from, to);
    if let Some(renamed) = family.renamed {
        let others = places_of(renamed, from, to);
        places.writer = places.writer.or(others.writer);
        places.reader = places.reader.or(others.reader);
    }
    places
}
