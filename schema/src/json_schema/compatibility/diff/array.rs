//! Arrays.

use super::{bound, items, object, rest};
use crate::json::JsonKind;
use crate::json_schema::Node;
use crate::json_schema::compatibility::comparison::{Comparison, places_of};
use crate::json_schema::compatibility::finding::Findings;
use crate::json_schema::compatibility::model::{Array, Rest};
use crate::json_schema::compatibility::rule::{Family, array, own};
use crate::json_schema::compatibility::value::Decimal;

/// An array schema and where it is written.
pub(super) type Side<'s, 'a> = (Node<'a>, &'s Array<'a>);

pub(super) fn compare<'a>(
    context: &mut Comparison<'a>,
    out: &mut Findings,
    writer: Side<'_, 'a>,
    reader: Side<'_, 'a>,
) {
    let ((from, old), (to, new)) = (writer, reader);
    items::compare(context, out, writer, reader);
    rest::compare(context, out, &rest::ADDITIONAL_ITEMS, (from, old.additional), (to, new.additional));
    rest::compare(context, out, &rest::UNEVALUATED_ITEMS, (from, old.unevaluated), (to, new.unevaluated));
    bound::compare(out, from, to, Family::ARRAY);
    contains(context, out, writer, reader);
    unique(out, from, to);
    if !matches!(new.unevaluated, Rest::Allowed) {
        object::unevaluated(context, out, "unevaluatedItems", [from, to]);
    }
}

fn unique(out: &mut Findings, from: Node<'_>, to: Node<'_>) {
    const KEYWORD: &str = "uniqueItems";
    let is_unique = |node: Node<'_>| node.get(KEYWORD).is_some_and(|json| json.kind == JsonKind::Bool(true));
    let places = places_of(KEYWORD, from, to);
    match (is_unique(from), is_unique(to)) {
        (false, true) => {
            out.add(array::UNIQUE_ITEMS_ADDED, "/uniqueItems", places, "the reader rejects repeated items");
        }
        (true, false) => {
            out.add(array::UNIQUE_ITEMS_REMOVED, "/uniqueItems", places, "the reader takes repeated items");
        }
        _ => {}
    }
}

/// `contains` with its bounds. Only the bounds are Confluent's.
fn contains<'a>(context: &mut Comparison<'a>, out: &mut Findings, writer: Side<'_, 'a>, reader: Side<'_, 'a>) {
    let ((from, old), (to, new)) = (writer, reader);
    bound::compare(out, from, to, Family::CONTAINS);
    let Some(new) = new.contains else { return };
    let what = match old.contains {
        None => "the reader asks for an item that matches `contains`, and the writer does not",
        Some(old) if !context.compare_inside(old, new).is_safe() => {
            "`contains` may match fewer items than the writer's"
        }
        Some(old) if to.get("maxContains").is_some() && !context.compare_inside(new, old).is_safe() => {
            "`contains` may match more items than the writer's, and `maxContains` bounds them"
        }
        Some(_) if asks_for_none(from) && !asks_for_none(to) => {
            "the reader asks for an item that matches `contains`; the writer's `minContains` is 0"
        }
        Some(_) => return,
    };
    out.add(own::CONTAINS_CHANGED, "/contains", places_of("contains", from, to), what);
}

/// Whether `minContains` is 0, so that `contains` asks for nothing.
fn asks_for_none(node: Node<'_>) -> bool {
    let least = node.get("minContains").and_then(Decimal::of);
    least.is_some_and(|least| least.is_zero())
}
