//! `if`, `then` and `else`, which Confluent does not compare.

use crate::json_schema::Node;
use crate::json_schema::compatibility::comparison::{Comparison, places_of};
use crate::json_schema::compatibility::finding::Findings;
use crate::json_schema::compatibility::model::Part;
use crate::json_schema::compatibility::rule::own;

pub(super) fn compare<'a>(context: &mut Comparison<'a>, out: &mut Findings, writer: Node<'a>, reader: Node<'a>) {
    let mut changed = |keyword: &str, what: &str| {
        let what = format!("`{keyword}` {what}");
        out.add(own::CONDITION_CHANGED, format!("/{keyword}"), places_of(keyword, writer, reader), what);
    };
    if let (Some(old), Some(new)) = (Part::under(writer, "if"), Part::under(reader, "if"))
        && !(context.compare(old, new).is_safe() && context.compare(new, old).is_safe())
    {
        changed("if", "is not the same, so other values fall under it");
    }
    for keyword in ["then", "else"] {
        match (Part::under(writer, keyword), Part::under(reader, keyword)) {
            (_, None) => {}
            (None, Some(_)) => changed(keyword, "is absent from the writer's schema, and may ask for more"),
            (Some(old), Some(new)) => {
                if !context.compare(old, new).is_safe() {
                    changed(keyword, "may ask for more than the writer's");
                }
            }
        }
    }
}
