//! Upper and lower bounds.

use std::cmp::Ordering;

use crate::compatibility::Effect;
use crate::json::JsonKind;
use crate::json_schema::compatibility::comparison::places_of;
use crate::json_schema::compatibility::finding::Findings;
use crate::json_schema::compatibility::rule::{Bound, own};
use crate::json_schema::compatibility::value::{Decimal, shown};
use crate::json_schema::{Draft, Node};

pub(super) fn compare(out: &mut Findings, writer: Node<'_>, reader: Node<'_>, bounds: &[Bound]) {
    for bound in bounds {
        let keyword = bound.keyword;
        let (old, new) = (limit(writer, keyword), limit(reader, keyword));
        let (rule, what) = match (&old, &new) {
            (None, None) => continue,
            (None, Some((_, new))) => {
                (bound.added, format!("the reader has `{keyword}` {new} and the writer has none"))
            }
            (Some((_, old)), None) => {
                (bound.removed, format!("the writer has `{keyword}` {old} and the reader has none"))
            }
            (Some((old, from)), Some((new, to))) => {
                let rule = match new.cmp(old) {
                    Ordering::Equal => continue,
                    Ordering::Greater => bound.increased,
                    Ordering::Less => bound.decreased,
                };
                (rule, format!("`{keyword}` is {to} for the reader and {from} for the writer"))
            }
        };
        let path = format!("/{keyword}");
        let places = places_of(keyword, writer, reader);
        match new.filter(|_| rule.effect > Effect::Safe) {
            Some((_, new)) => {
                let [looser, tighter] = if bound.is_upper { ["higher", "lower"] } else { ["lower", "higher"] };
                let help = match old {
                    Some((_, old)) => format!("keep `{keyword}` {old} or a {looser} one"),
                    None => format!("leave out `{keyword}`"),
                };
                let help = format!("{help}, and hold new data to the new bound in the application");
                let forward =
                    format!("keep `{keyword}` {new} or a {tighter} one until every reader has the new schema");
                out.add_with_help(rule, path, places, [what, help, forward]);
            }
            None => out.add(rule, path, places, what),
        }
    }
}

/// A bound and how it is written.
pub(super) fn limit(node: Node<'_>, keyword: &str) -> Option<(Decimal, String)> {
    let json = node.get(keyword)?;
    Some((Decimal::of(json)?, shown(json)))
}

/// The flags of draft 4 and the bounds that they make exclusive.
const FLAGS: [(&str, &str); 2] = [("exclusiveMaximum", "maximum"), ("exclusiveMinimum", "minimum")];

/// A bound that stays and becomes exclusive by a flag. Confluent compares the bounds alone.
pub(super) fn flags(out: &mut Findings, writer: Node<'_>, reader: Node<'_>) {
    for (flag, keyword) in FLAGS {
        let is_set = |node: Node<'_>| {
            node.draft() == Draft::Draft4 && node.get(flag).is_some_and(|json| json.kind == JsonKind::Bool(true))
        };
        let (Some((old, _)), Some((new, shown))) = (limit(writer, keyword), limit(reader, keyword)) else { continue };
        if is_set(reader) && !is_set(writer) && old == new {
            let what = format!("the reader rejects {shown} itself, which the writer's `{keyword}` allows");
            out.add(own::BOUND_BECAME_EXCLUSIVE, format!("/{flag}"), places_of(flag, writer, reader), what);
        }
    }
}
