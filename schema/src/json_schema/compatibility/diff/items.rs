//! Items: the same schema for each, or one for each position.

use super::array::Side;
use crate::json_schema::compatibility::comparison::{Comparison, places_of};
use crate::json_schema::compatibility::finding::{Findings, Outcome, Places};
use crate::json_schema::compatibility::model::{Array, Kind, Part, Rest};
use crate::json_schema::compatibility::rule::{array, describing, own};

pub(super) fn compare<'a>(
    context: &mut Comparison<'a>,
    out: &mut Findings,
    writer: Side<'_, 'a>,
    reader: Side<'_, 'a>,
) {
    all(context, out, writer, reader);
    let (old, new) = (writer.1, reader.1);
    let (olds, news) = (old.tuple(), new.tuple());
    for index in 0..olds.len().max(news.len()) {
        let path = format!("/items/{index}");
        match (olds.get(index), news.get(index)) {
            (Some(old), Some(new)) => {
                let outcome = context.compare_inside(*old, *new);
                out.absorb(&path, &outcome);
            }
            (Some(part), None) => removed(context, out, (index, *part), new),
            (None, Some(part)) => added(context, out, (index, *part), old),
            (None, None) => {}
        }
    }
    if olds.is_empty() && !news.is_empty() && !matches!(old.additional, Rest::Allowed) {
        let places = places_of("additionalItems", writer.0, reader.0);
        let what = "the writer's `additionalItems` means nothing, because its `items` is no list";
        out.add(own::ITEMS_BECAME_TUPLE, "/items", places, what);
    }
}

fn all<'a>(context: &mut Comparison<'a>, out: &mut Findings, (from, old): Side<'_, 'a>, (to, new): Side<'_, 'a>) {
    let places = places_of("items", from, to);
    match (old.all(), new.all()) {
        (Some(old), Some(new)) => {
            let outcome = context.compare_inside(old, new);
            out.absorb("/items", &outcome);
        }
        (None, Some(part)) => {
            let describe = context.load(part).describe();
            let what = format!("the reader asks of each item to be {describe}, and the writer does not");
            out.add(describing::SCHEMA_ADDED, "/items", places, what);
        }
        (Some(_), None) => {
            out.add(describing::SCHEMA_REMOVED, "/items", places, "the reader asks nothing of all items");
        }
        (None, None) => {}
    }
}

type Position<'a> = (usize, Part<'a>);

fn added<'a>(context: &mut Comparison<'a>, out: &mut Findings, (index, part): Position<'a>, writer: &Array<'a>) {
    let schema = context.load(part);
    let path = format!("/items/{index}");
    let places = Places::new(None, part.node.place());
    let what = format!("the reader declares item {index} to be {}", schema.describe());
    match writer.rest() {
        Rest::Allowed if matches!(schema.kind, Kind::Empty) => {
            out.add(array::ITEM_WITH_EMPTY_SCHEMA_ADDED_TO_OPEN_CONTENT_MODEL, path, places, what);
        }
        Rest::Allowed => {
            let what = format!("{what}, and the writer allows any item there");
            out.add(array::ITEM_ADDED_TO_OPEN_CONTENT_MODEL, path, places, what);
        }
        Rest::Forbidden => out.add(array::ITEM_ADDED_TO_CLOSED_CONTENT_MODEL, path, places, what),
        Rest::Checked(old) => {
            let outcome = context.compare_inside(old, part);
            let rules = [
                array::ITEM_ADDED_IS_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL,
                array::ITEM_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL,
            ];
            covered(out, (path, what), places, (&outcome, rules));
        }
    }
}

fn removed<'a>(context: &mut Comparison<'a>, out: &mut Findings, (index, part): Position<'a>, reader: &Array<'a>) {
    let path = format!("/items/{index}");
    let places = Places::new(part.node.place(), None);
    let what = format!("the reader does not declare item {index}");
    match reader.rest() {
        Rest::Allowed => out.add(array::ITEM_REMOVED_FROM_OPEN_CONTENT_MODEL, path, places, what),
        Rest::Forbidden if matches!(context.load(part).kind, Kind::False) => {
            out.add(array::ITEM_WITH_FALSE_REMOVED_FROM_CLOSED_CONTENT_MODEL, path, places, what);
        }
        Rest::Forbidden => {
            let what = format!("{what} and rejects arrays that have it");
            out.add(array::ITEM_REMOVED_FROM_CLOSED_CONTENT_MODEL, path, places, what);
        }
        Rest::Checked(new) => {
            let outcome = context.compare_inside(part, new);
            let rules = [
                array::ITEM_REMOVED_IS_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL,
                array::ITEM_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL,
            ];
            covered(out, (path, what), places, (&outcome, rules));
        }
    }
}

type Rules = [&'static crate::compatibility::Rule; 2];

fn covered(
    out: &mut Findings,
    (path, what): (String, String),
    places: Places,
    (outcome, [yes, no]): (&Outcome, Rules),
) {
    out.absorb(&path, outcome);
    out.add(if outcome.is_compatible() { yes } else { no }, path, places, what);
}
