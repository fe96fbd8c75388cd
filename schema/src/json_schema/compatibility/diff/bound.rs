//! Upper and lower bounds.

use std::cmp::Ordering;

use crate::compatibility::Effect;
use crate::json::JsonKind;
use crate::json_schema::Node;
use crate::json_schema::compatibility::comparison::places_of;
use crate::json_schema::compatibility::finding::Findings;
use crate::json_schema::compatibility::rule::Bound;
use crate::json_schema::compatibility::value::{Decimal, shown};

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

/// A bound and how it is written. In draft 4, `exclusiveMaximum: true` makes the `maximum` exclusive.
pub(super) fn limit(node: Node<'_>, keyword: &str) -> Option<(Decimal, String)> {
    let is_flag = |keyword: &str| node.get(keyword).is_some_and(|json| json.kind == JsonKind::Bool(true));
    let source = match keyword {
        "exclusiveMaximum" if is_flag(keyword) => "maximum",
        "exclusiveMinimum" if is_flag(keyword) => "minimum",
        "maximum" if is_flag("exclusiveMaximum") => return None,
        "minimum" if is_flag("exclusiveMinimum") => return None,
        other => other,
    };
    let json = node.get(source)?;
    Some((Decimal::of(json)?, shown(json)))
}
