//! Objects.

use super::{bound, dependency, pattern_properties, property, required, rest};
use crate::json_schema::Node;
use crate::json_schema::compatibility::comparison::{Comparison, places_of};
use crate::json_schema::compatibility::finding::Findings;
use crate::json_schema::compatibility::model::{Object, Rest};
use crate::json_schema::compatibility::rule::{Family, own};

/// An object schema and where it is written.
pub(super) type Side<'s, 'a> = (Node<'a>, &'s Object<'a>);

pub(super) fn compare<'a>(
    context: &mut Comparison<'a>,
    out: &mut Findings,
    writer: Side<'_, 'a>,
    reader: Side<'_, 'a>,
) {
    let ((from, old), (to, new)) = (writer, reader);
    property::compare(context, out, writer, reader);
    pattern_properties::compare(context, out, old, new);
    property_names(context, out, writer, reader);
    dependency::compare(context, out, old, new);
    rest::compare(context, out, &rest::ADDITIONAL_PROPERTIES, (from, old.additional), (to, new.additional));
    rest::compare(context, out, &rest::UNEVALUATED_PROPERTIES, (from, old.unevaluated), (to, new.unevaluated));
    required::compare(context, out, writer, reader);
    bound::compare(out, from, to, Family::OBJECT);
    if !matches!(new.unevaluated, Rest::Allowed) {
        unevaluated(context, out, "unevaluatedProperties", [from, to]);
    }
}

fn property_names<'a>(context: &mut Comparison<'a>, out: &mut Findings, writer: Side<'_, 'a>, reader: Side<'_, 'a>) {
    let Some(new) = reader.1.property_names else { return };
    let accepts_all = match writer.1.property_names {
        Some(old) => context.compare_inside(old, new).is_safe(),
        None => false,
    };
    if !accepts_all {
        let places = places_of("propertyNames", writer.0, reader.0);
        out.add(
            own::PROPERTY_NAMES_NARROWED,
            "/propertyNames",
            places,
            "`propertyNames` may exclude names that the writer uses",
        );
    }
}

/// What looks into the schemas beside it when it asks what is left over.
const COMBINING: &[&str] =
    &["$ref", "$dynamicRef", "$recursiveRef", "allOf", "anyOf", "oneOf", "not", "if", "dependentSchemas", "contains"];

/// `unevaluatedProperties` and `unevaluatedItems` are `additional…` unless schemas are combined beside them.
pub(super) fn unevaluated<'a>(context: &mut Comparison<'a>, out: &mut Findings, keyword: &str, nodes: [Node<'a>; 2]) {
    let [from, to] = nodes;
    let is_combining = nodes.iter().any(|node| COMBINING.iter().any(|keyword| node.get(keyword).is_some()));
    if is_combining && !context.are_identical(from, to) {
        let what = format!("what `{keyword}` leaves over depends on combined schemas, which are compared one by one");
        out.add(own::UNEVALUATED_NOT_COMPARED, format!("/{keyword}"), places_of(keyword, from, to), what);
    }
}
