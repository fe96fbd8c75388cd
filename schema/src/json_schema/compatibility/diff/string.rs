//! Strings.

use super::bound;
use crate::compatibility::Rule;
use crate::json_schema::Node;
use crate::json_schema::compatibility::comparison::places_of;
use crate::json_schema::compatibility::finding::Findings;
use crate::json_schema::compatibility::rule::Family;
use crate::json_schema::compatibility::rule::{own, scalar};
use crate::json_schema::compatibility::value::shown;

/// What to report of a keyword that was added, removed or changed.
type Rules = [Option<&'static Rule>; 3];

const PATTERN: Rules = [Some(scalar::PATTERN_ADDED), Some(scalar::PATTERN_REMOVED), Some(scalar::PATTERN_CHANGED)];

const FORMAT: Rules = [Some(own::FORMAT_ADDED), Some(own::FORMAT_REMOVED), Some(own::FORMAT_CHANGED)];

const CONTENT: Rules = [Some(own::CONTENT_CHANGED), None, Some(own::CONTENT_CHANGED)];

pub(super) fn compare(out: &mut Findings, writer: Node<'_>, reader: Node<'_>) {
    bound::compare(out, writer, reader, Family::STRING);
    let keywords =
        [("pattern", PATTERN), ("format", FORMAT), ("contentEncoding", CONTENT), ("contentMediaType", CONTENT)];
    for (keyword, rules) in keywords {
        text(out, keyword, [writer, reader], rules);
    }
}

fn text(out: &mut Findings, keyword: &str, [writer, reader]: [Node<'_>; 2], [added, removed, changed]: Rules) {
    let (rule, what) = match (writer.get(keyword), reader.get(keyword)) {
        (None, Some(new)) => (added, format!("the reader has `{keyword}` {} and the writer has none", shown(new))),
        (Some(old), None) => (removed, format!("the writer has `{keyword}` {} and the reader has none", shown(old))),
        (Some(old), Some(new)) if !old.same(new) => {
            (changed, format!("`{keyword}` is {} for the reader and {} for the writer", shown(new), shown(old)))
        }
        _ => return,
    };
    if let Some(rule) = rule {
        out.add(rule, format!("/{keyword}"), places_of(keyword, writer, reader), what);
    }
}
