//! Numbers.

use std::cmp::Ordering;

use super::any::place;
use super::bound;
use crate::json_schema::Node;
use crate::json_schema::compatibility::comparison::places_of;
use crate::json_schema::compatibility::finding::{Findings, Places};
use crate::json_schema::compatibility::model::{Kind, Part, Schema};
use crate::json_schema::compatibility::rule::Family;
use crate::json_schema::compatibility::rule::{describing, scalar};
use crate::json_schema::compatibility::value::Decimal;

type Side<'s, 'a> = (&'s Schema<'a>, Part<'a>);

pub(super) fn compare(out: &mut Findings, (writer, from): Side<'_, '_>, (reader, to): Side<'_, '_>) {
    let (old, new) = (writer.node, reader.node);
    bound::compare(out, old, new, Family::NUMBER);
    bound::flags(out, old, new);
    multiple_of(out, old, new);
    let places = Places::new(place(from, writer), place(to, reader));
    match (&writer.kind, &reader.kind) {
        (Kind::Integer, Kind::Number) => {
            out.add(describing::TYPE_EXTENDED, "", places, "the writer has an integer and the reader a number");
        }
        (Kind::Number, Kind::Integer) => {
            out.add(describing::TYPE_NARROWED, "", places, "the writer has a number and the reader an integer");
        }
        _ => {}
    }
}

fn multiple_of(out: &mut Findings, writer: Node<'_>, reader: Node<'_>) {
    const KEYWORD: &str = "multipleOf";
    let (rule, what) = match (bound::limit(writer, KEYWORD), bound::limit(reader, KEYWORD)) {
        (None, None) => return,
        (None, Some((_, new))) => (scalar::MULTIPLE_OF_ADDED, format!("the reader takes multiples of {new} alone")),
        (Some((_, old)), None) => {
            (scalar::MULTIPLE_OF_REMOVED, format!("the reader takes numbers that are no multiples of {old}"))
        }
        (Some((old, from)), Some((new, to))) => {
            let divides = |value: &Decimal, divisor: &Decimal| value.is_multiple_of(divisor) == Some(true);
            let rule = match new.cmp(&old) {
                Ordering::Equal => return,
                Ordering::Greater if divides(&new, &old) => scalar::MULTIPLE_OF_EXPANDED,
                Ordering::Less if divides(&old, &new) => scalar::MULTIPLE_OF_REDUCED,
                _ => scalar::MULTIPLE_OF_CHANGED,
            };
            (rule, format!("`multipleOf` is {to} for the reader and {from} for the writer"))
        }
    };
    out.add(rule, "/multipleOf", places_of(KEYWORD, writer, reader), what);
}
